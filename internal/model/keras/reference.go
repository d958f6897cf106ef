package keras

import (
	"strings"

	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// What a name that a configuration gives to its loader can do that no layer needs.
const (
	attack = globals.Executes | globals.Imports | globals.Writes | globals.Network | globals.Deserialises | globals.Native | globals.Interprets
	doubt  = globals.Reads | globals.Environment | globals.Walks | globals.Calls | globals.Exhausts
)

// reference judges a class or a function that is named by its module and its name. Keras imports the module and takes the
// name out of it; newer versions only from packages of its own.
func (j *judge) reference(n *node, what, module, name, registered string) {
	if name == "" {
		return
	}
	if does := effect(lastOf(name)); does != "" && (what == "function" || !knownClass(name)) && (module == "" || module == "builtins" || family(module)) {
		j.say(inspect.Malicious, "keras-function", n, "names %s as a %s of the model, which %s", inspect.Quote(dotted(module, name)), what, does)
		return
	}
	switch {
	case module == "" || module == "__main__":
		j.unplaced(n, what, name, registered)
	case family(module):
		j.ofKeras(n, what, module, name, registered)
	case module == "builtins":
		j.builtin(n, what, name)
	default:
		j.imported(n, what, module, name, registered)
	}
}

// unplaced judges a name without a module: one of Keras's, or of the user's own that the loader must be given.
func (j *judge) unplaced(n *node, what, name, registered string) {
	if what == "class" && knownClass(name) || what == "function" && knownFunction(name) {
		j.registeredAs(n, name, registered)
		return
	}
	if module, last, ok := cutLast(name, "."); ok {
		if g := globals.Lookup(module, last); g.Capability&attack != 0 {
			j.say(inspect.Malicious, "keras-import", n, "names %s as a %s of the model, which %s", inspect.Quote(name), what, g.What)
			return
		}
	}
	j.custom(n, what, name)
}

// registeredAs judges the name that a class of Keras is said to be registered under: another class may be meant.
func (j *judge) registeredAs(n *node, name, registered string) {
	if registered == "" || registered == name || knownClass(registered) || knownFunction(registered) {
		return
	}
	if pkg, _, ok := strings.Cut(registered, ">"); ok || strings.Contains(registered, ".") {
		if first, _, _ := strings.Cut(pkg, "."); family(first) {
			return
		}
		j.custom(n, "class", registered)
	}
}

func (j *judge) custom(n *node, what, name string) {
	if j.revived {
		j.say(inspect.Clean, "keras-custom", n, "has the %s %s of its author's own, which is made from the saved graph", what, inspect.Quote(name))
		return
	}
	j.say(inspect.Unknown, "keras-custom", n, "needs the %s %s, which is none of Keras: code of the author's own that does not stand here", what, inspect.Quote(name))
}

func (j *judge) ofKeras(n *node, what, module, name, registered string) {
	if g := globals.Lookup(module, name); g.Capability&attack != 0 {
		j.say(inspect.Malicious, "keras-import", n, "takes %s out of %s, which %s", inspect.Quote(name), inspect.Quote(module), g.What)
		return
	}
	if what == "class" {
		if knownClass(name) {
			j.registeredAs(n, name, registered)
			return
		}
		if knownFunction(name) {
			return
		}
		j.say(inspect.Unknown, "keras-class", n, "names the class %s in %s, which is not known there", inspect.Quote(name), inspect.Quote(module))
		return
	}
	switch {
	case knownFunction(name) && modelling(module), knownClass(name):
	default:
		j.say(inspect.Dangerous, "keras-function", n, "takes the function %s out of %s, which is no part of a model: the loader calls it", inspect.Quote(name), inspect.Quote(module))
	}
}

// modelling says whether a module of Keras holds what models are made of.
func modelling(module string) bool {
	for part := range strings.SplitSeq(module, ".") {
		switch part {
		case "utils", "saving", "config", "callbacks", "datasets", "export", "distribution", "trainers", "file_utils", "io_utils", "python_utils", "legacy_h5_format":
			return false
		}
	}
	return true
}

func (j *judge) builtin(n *node, what, name string) {
	g := globals.Lookup("builtins", name)
	switch {
	case g.Capability&attack != 0:
		j.say(inspect.Malicious, "keras-import", n, "names Python's own %s as a %s of the model, which %s", inspect.Quote(name), what, g.What)
	case what == "function" && knownFunction(name):
	case g.Capability&doubt != 0:
		j.say(inspect.Dangerous, "keras-import", n, "names Python's own %s as a %s of the model, which %s", inspect.Quote(name), what, g.What)
	case g.Known:
	case what == "class":
		j.say(inspect.Dangerous, "keras-import", n, "names %s as a class of the module \"builtins\", where there is none: a trick with the loader", inspect.Quote(name))
	case knownClass(name):
	default:
		j.custom(n, what, name)
	}
}

// imported judges a name in a module that is none of Keras: some version of the loader imports it.
func (j *judge) imported(n *node, what, module, name, registered string) {
	g := globals.Lookup(module, name)
	if !g.Known && registered != "" && !strings.Contains(registered, ">") {
		g = globals.Lookup(module, registered)
	}
	whole := globals.Module(module)
	first, _, _ := strings.Cut(module, ".")
	switch {
	case g.Capability&attack != 0:
		j.say(inspect.Malicious, "keras-import", n, "imports %s when the model is loaded, which %s", inspect.Quote(dotted(module, name)), g.What)
	case g.Capability&doubt != 0 || whole.Capability&(attack|doubt) != 0 && whole.Capability&globals.Constructs == 0 && !g.Known:
		j.say(inspect.Dangerous, "keras-import", n, "imports %s when the model is loaded, which %s", inspect.Quote(dotted(module, name)), firstOf(g.What, whole.What))
	case first == "tensorflow" && what == "function":
		j.tensorflow(n, name)
	case g.Known:
	case ecosystem(module):
		if what == "class" && knownClass(name) {
			return
		}
		j.custom(n, what, dotted(module, name))
	case strings.Contains(registered, ">"):
		j.custom(n, what, registered)
	default:
		j.say(inspect.Dangerous, "keras-import", n, "imports the module %s when the model is loaded, for its %s %s: code that does not stand here", inspect.Quote(module), what, inspect.Quote(name))
	}
}

// moduleNamed judges a module in a setting.
func (j *judge) moduleNamed(v *node, key string) {
	g := globals.Module(v.text)
	switch {
	case g.Capability&attack != 0:
		j.say(inspect.Malicious, "keras-import", v, "names the module %s in %s, which %s", inspect.Quote(v.text), inspect.Quote(key), g.What)
	case g.Capability&doubt != 0 && g.Capability&globals.Constructs == 0:
		j.say(inspect.Dangerous, "keras-import", v, "names the module %s in %s, which %s", inspect.Quote(v.text), inspect.Quote(key), g.What)
	}
}

// functionNamed judges a function in a setting, by its name alone or with its module beside it.
func (j *judge) functionNamed(n, v *node) {
	name := v.text
	if does := effect(lastOf(name)); does != "" && !knownFunction(lastOf(name)) && lastOf(name) != "run" && lastOf(name) != "copy" {
		j.say(inspect.Malicious, "keras-function", v, "names the function %s, which %s", inspect.Quote(name), does)
		return
	}
	module := n.str("module")
	if m, last, ok := cutLast(name, "."); ok {
		module, name = m, last
	}
	if module == "" {
		module = "builtins"
		if knownFunction(name) || n.str("function_type") != "" {
			return
		}
	}
	if g := globals.Lookup(module, name); g.Capability&attack != 0 {
		j.say(inspect.Malicious, "keras-import", v, "names the function %s, which %s", inspect.Quote(dotted(module, name)), g.What)
	}
}

func dotted(module, name string) string {
	if module == "" {
		return name
	}
	return module + "." + name
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func lastOf(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
