package hub

import (
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// adapter judges the configuration of an adapter: the loader loads the model that it names first.
func (j *judge) adapter(n *node) {
	base := n.get("base_model_name_or_path")
	if base != nil && base.kind == text {
		switch s := base.s; {
		case remote(s) || strings.HasPrefix(s, `\\`):
			j.say(inspect.Dangerous, "config-base-model", base.at, "", "names %s as the model that it adapts: the loader reads that from another machine", inspect.Quote(s))
		case strings.Count(strings.ReplaceAll(s, `\`, "/"), "../") >= 3:
			j.say(inspect.Dangerous, "config-base-model", base.at, "", "names %s as the model that it adapts: the path leads out of the folder", inspect.Quote(s))
		case leads(s) != "":
			j.say(inspect.Clean, "config-base-model", base.at, "", "names %s as the model that it adapts, a path on the machine where it was trained", inspect.Quote(s))
		}
	}
	if m := n.get("auto_mapping"); m != nil && m.kind == object {
		if lib := m.get("parent_library"); lib != nil && lib.kind == text && lib.s != "" {
			j.library(lib, m.text("base_model_class"))
		}
	}
}

// library judges the module that an adapter's model class is imported from.
func (j *judge) library(lib *node, class string) {
	whole := lib.s + "." + class
	if v, id, what := callable(whole); v >= inspect.Dangerous {
		j.say(v, id, lib.at, whole, "names %s as the class of its model, which the loader imports: %s", inspect.Quote(whole), what)
	} else if strings.HasPrefix(lib.s, "transformers_modules.") {
		j.say(inspect.Clean, "config-local-code", lib.at, whole, "adapts a model whose class comes from code of its own: %s", inspect.Quote(whole))
	}
}
