package hub

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// argument is what one of Hydra's own ways to name a function is given to find.
type argument struct {
	there bool
	text  bool // it is one text, and not something that is made first
	s     string
	at    int64
}

// hydraKey is the name under which one of Hydra's own ways takes what it is to find.
func hydraKey(target string) string {
	if target == "hydra.utils.call" || target == "hydra.utils.instantiate" {
		return "config"
	}
	return "path"
}

// found judges the argument of one of Hydra's own ways. A name is judged for what it does where it stands; what is no name, or
// is not there, is for whoever overrides the recipe to fill in.
func (j *judge) found(target string, at int64, a argument) {
	switch {
	case !a.there:
		j.say(inspect.Dangerous, "target-argument", at, target, "names %s, which imports what it is told to, and nothing says what", inspect.Quote(target))
	case a.text && !dottedName(a.s) && !strings.Contains(a.s, "${") && a.s != "???":
		j.say(inspect.Dangerous, "target-argument", a.at, target+a.s, "has %s import %s, which is the name of nothing", inspect.Quote(target), inspect.Quote(a.s))
	}
}

// hydra looks at a mapping of a recipe whose target is one of Hydra's own ways.
func (j *recipeJudge) hydra(n *yaml.Node) {
	target := field(n, "_target_")
	if target == nil || target.Kind != yaml.ScalarNode || !hydraCalls(target.Value) {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch k, v := n.Content[i].Value, n.Content[i+1]; {
		case k == "<<" || k == "_partial_" && strings.EqualFold(v.Value, "true"): // the argument comes from elsewhere
			return
		case k == hydraKey(target.Value):
			j.found(target.Value, j.at(target), j.argument(v))
			return
		case k == "_args_":
			switch {
			case v.Kind == yaml.SequenceNode && len(v.Content) > 0:
				j.found(target.Value, j.at(target), j.argument(v.Content[0]))
				return
			case v.Kind != yaml.SequenceNode:
				j.found(target.Value, j.at(target), j.argument(v))
				return
			}
		}
	}
	j.found(target.Value, j.at(target), argument{})
}

func (j *recipeJudge) argument(v *yaml.Node) argument {
	return argument{v.Tag != "!!null", v.Kind == yaml.ScalarNode, v.Value, j.at(v)}
}

// hydraObject is hydra for an object of JSON.
func (j *judge) hydraObject(n *node, target *node) {
	if target.kind != text || !hydraCalls(target.s) {
		return
	}
	if p := n.get("_partial_"); p != nil && p.kind == boolean && p.s == "true" {
		return
	}
	v := n.get(hydraKey(target.s))
	if args := n.get("_args_"); v == nil && args != nil {
		if v = args; args.kind == list {
			if v = nil; len(args.kids) > 0 {
				v = &args.kids[0]
			}
		}
	}
	if v == nil || v.kind == null {
		j.found(target.s, target.at, argument{})
		return
	}
	j.found(target.s, target.at, argument{true, v.kind != object && v.kind != list, v.s, v.at})
}
