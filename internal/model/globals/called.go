package globals

import "strings"

// Called says what a call of a class does, beyond making an object, that Lookup says is harmless: its __init__ reads a file that
// an argument names, or reaches further. Whoever makes an object without it, as pickles do and as most of them are written to do,
// makes a plain one. ok is false for nearly all.
func Called(module, name string) (g Global, ok bool) {
	g = calledExact(module, name)
	if !g.Known {
		g = below(module, name, calledExact)
	}
	return g, g.Known
}

func calledExact(module, name string) Global {
	g, ok := calledByHand.effect(module, name)
	if top, _, _ := strings.Cut(module, "."); !ok && hasName(calledPackages, top) { // others need not be unpacked
		g, _ = calledFound.effect(module, name)
	}
	return g
}
