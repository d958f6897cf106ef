package globals

import (
	"slices"
	"strings"
)

// Restore says what an object of a class does with one item of the state that it is restored with (BUILD), beyond keeping it:
// key is the item's in a state that is a dictionary, and "" for a state that is not; text is the item where it is constant text.
// ok is false where it does nothing, as nearly all do.
//
// A few classes of libraries that honest models use run or unpickle a part of their state. Their names are listed as harmless,
// since nothing else about them is not.
func Restore(module, name, key, text string) (g Global, ok bool) {
	switch key {
	case "_parse_arg_template": // of scipy.stats, and of whatever somebody derives from its classes
		if distributionTemplate(text) {
			return Global{}, false
		}
		return Global{Executes, Never, true, "runs text of its state as Python code"}, true
	case "formula":
		if !within(module, name, "statsmodels.base.data") || harmlessFormula(text) {
			return Global{}, false
		}
		if attacksInFormula(text) {
			return Global{Executes, Never, true, "evaluates a formula of its state as Python code"}, true
		}
		return Global{Calls, Never, true, "evaluates a formula of its state, with calls that are not known"}, true
	case "__cuda_dependent_attributes__":
		if within(module, name, "skorch") {
			return Global{Deserialises, NestedBytes, true, "unpickles bytes of its state"}, true
		}
	case "":
		if name == "CloudpickleWrapper" {
			return Global{Deserialises, NestedBytes, true, "unpickles its state"}, true
		}
	}
	return Global{}, false
}

// RestoreKey says whether Restore knows a class that does something with an item of this key.
func RestoreKey(key string) bool {
	switch key {
	case "_parse_arg_template", "formula", "__cuda_dependent_attributes__":
		return true
	}
	return false
}

// Restores says whether a class is one of those that Restore has something to say of, so that a state that is not known as a
// whole may do so.
func Restores(module, name string) bool {
	return within(module, name, "scipy.stats") || within(module, name, "statsmodels.base.data") || within(module, name, "skorch")
}

// within says whether a name lies in a module or below it. The name may have a part of the module.
func within(module, name, whole string) bool {
	rest, ok := strings.CutPrefix(whole, module)
	switch {
	case module == "":
		return false
	case ok && rest == "":
		return true
	case ok && rest[0] == '.':
		return strings.HasPrefix(name, rest[1:]+".")
	}
	return strings.HasPrefix(module, whole) && module[len(whole)] == '.'
}

// distributionTemplate says whether text is the functions that scipy itself writes to take the arguments of a distribution
// apart: they are run when one is restored. Only the names of its parameters differ.
func distributionTemplate(text string) bool {
	const (
		head = "\ndef _parse_args(self, "
		end  = "):\n    return ("
	)
	rest, ok := strings.CutPrefix(text, head)
	if !ok || len(text) > 10_000 {
		return false
	}
	arguments, _, ok := strings.Cut(rest, end)
	if !ok {
		return false
	}
	for _, tail := range [...][2]string{{"loc=0, scale=1", "loc, scale"}, {"loc=0", "loc, 1"}} {
		shapes, found := strings.CutSuffix(arguments, tail[0])
		shapes, space := strings.CutSuffix(shapes, " ")
		if !found || !space || !identifiers(shapes) {
			continue
		}
		want := head + shapes + " " + tail[0] + end + shapes + "), " + tail[1] + "\n" +
			"\ndef _parse_args_rvs(self, " + shapes + " " + tail[0] + ", size=None):\n" +
			"    return self._argcheck_rvs(" + shapes + " " + tail[1] + ", size=size)\n" +
			"\ndef _parse_args_stats(self, " + shapes + " " + tail[0] + ", moments='mv'):\n" +
			"    return (" + shapes + "), " + tail[1] + ", moments\n"
		if text == want {
			return true
		}
	}
	return false
}

// identifiers says whether text is nothing, or names with a comma and a space after each.
func identifiers(text string) bool {
	names := strings.Split(text, ", ")
	if names[len(names)-1] != "" {
		return false
	}
	return !slices.ContainsFunc(names[:len(names)-1], func(name string) bool {
		if name == "" || name[0] >= '0' && name[0] <= '9' {
			return true
		}
		return strings.ContainsFunc(name, func(r rune) bool {
			return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		})
	})
}
