package globals

import "strings"

// Global is what is known of a name.
type Global struct {
	Capability Capability
	Rule       Rule
	Known      bool
	What       string // short words for a reason: "runs a program"
}

const makesObject = "makes an object"

// maxWalk bounds how many dots of a hostile name are followed.
const maxWalk = 32

// Lookup resolves a module and a qualified name (dots allowed: "os", "path.join"), after Python 2 spellings were mapped. Known is
// false where nobody has listed it. A name under a module that is dangerous as a whole (os, subprocess, ctypes, socket) is
// Known with the module's capability unless it is listed otherwise; so is a name that is reached through such a module from
// one that has imported it ("pathlib", "os.system").
func Lookup(module, name string) Global {
	if g := exact(module, name); g.Known {
		return g
	}
	if strings.IndexByte(name, '.') >= 0 {
		if g := dotted(module, name); g.Known {
			return g
		}
	} else if g := imported(module, name); g.Known {
		return g
	}
	return whole(module)
}

// exact finds what is listed under just this module and name.
func exact(module, name string) Global {
	effects, benign := tables(module)
	if i := effects.first(module); i >= 0 {
		for ; i < len(effects.lines); i++ {
			line := effects.line(i)
			if compareField(line, module) != 0 {
				break
			}
			if g, ok := parseEffect(line[len(module)+1:], name); ok {
				return g
			}
		}
	}
	if i := benign.first(module); i >= 0 {
		if hasName(benign.line(i)[len(module)+1:], name) {
			return Global{Constructs, Always, true, makesObject}
		}
	}
	return Global{}
}

// parseEffect reads "executes never|runs a program|popen system" if it lists name.
func parseEffect(fields, name string) (Global, bool) {
	how, rest, _ := strings.Cut(fields, "|")
	what, names, _ := strings.Cut(rest, "|")
	if !hasName(names, name) {
		return Global{}, false
	}
	return readEffect(how, what), true
}

func readEffect(how, what string) Global {
	words, rule, _ := strings.Cut(how, " ")
	g := Global{Known: true, What: what}
	g.Capability, _ = parseCapability(words) // tests hold the data to what these read
	g.Rule, _ = parseRule(rule)
	return g
}

// dotted resolves a qualified name: a part of it can be a module, reached from the one before it.
func dotted(module, name string) Global {
	// "os", "path.join" is os.path's join
	for at, walked := 0, 0; walked < maxWalk; walked++ {
		dot := strings.IndexByte(name[at:], '.')
		if dot < 0 {
			break
		}
		at += dot
		if joined := len(module) + 1 + at; joined < 200 {
			var b [200]byte
			n := copy(b[:], module)
			b[n] = '.'
			n += 1 + copy(b[n+1:], name[:at])
			if g := exact(string(b[:n]), name[at+1:]); g.Known {
				return g
			}
		}
		at++
	}
	// "pathlib", "os.system" is os's system
	rest := name
	for range maxWalk {
		part, after, more := strings.Cut(rest, ".")
		if g := imported(module, part); g.Known {
			if !more {
				return g
			}
			if inner := exact(plain(part), after); inner.Known {
				return inner
			}
			if strings.IndexByte(after, '.') < 0 {
				return g
			}
		}
		if !more {
			break
		}
		rest = after
	}
	// what is reached from a listed class or function shares its effect; of a harmless one nothing is known
	head, _, _ := strings.Cut(name, ".")
	if g := exact(module, head); g.Known && g.Capability != Constructs {
		return g
	}
	return Global{}
}

// imported says what is known of a name that is itself that of a module with an effect: other modules import those, some as
// "_os".
func imported(module, name string) Global {
	return wholeOf(plain(name))
}

// plain takes off the underscores of "import os as _os".
func plain(name string) string {
	if wholeOf(name).Known {
		return name
	}
	return strings.TrimLeft(name, "_")
}

// whole finds a module, or one that it lies in, that is listed as a whole.
func whole(module string) Global {
	for range maxWalk {
		if g := wholeOf(module); g.Known {
			return g
		}
		dot := strings.LastIndexByte(module, '.')
		if dot < 0 {
			break
		}
		module = module[:dot]
	}
	return Global{}
}

func wholeOf(module string) Global {
	effects, _ := tables(module)
	if i := effects.first(module); i >= 0 {
		for ; i < len(effects.lines); i++ {
			line := effects.line(i)
			if compareField(line, module) != 0 {
				break
			}
			how, rest, _ := strings.Cut(line[len(module)+1:], "|")
			what, names, _ := strings.Cut(rest, "|")
			if strings.HasPrefix(names, "*") {
				return readEffect(how, what)
			}
		}
	}
	return Global{}
}

// Module says what importing a module gives: one that is dangerous as a whole has its capability, one of which harmless names
// are known makes an object, and of others nothing is known.
func Module(module string) Global {
	if g := whole(module); g.Known {
		return g
	}
	effects, benign := tables(module)
	if benign.first(module) >= 0 || effects.first(module) >= 0 {
		return Global{Constructs, Always, true, "imports a module"}
	}
	return Global{}
}
