package globals

import "strings"

// Global is what is known of a name.
type Global struct {
	Capability Capability
	Rule       Rule
	Known      bool
	What       string // short words for a reason: "runs a program"
}

const (
	makesObject = "makes an object"
	maxWalk     = 32  // dots of a hostile name that are followed
	maxModule   = 200 // bytes of a module's name that a qualified name is looked for in
)

// Lookup resolves a module and a qualified name (dots allowed: "os", "path.join"), after Python 2 spellings were mapped. Known is
// false where nobody has listed it. A name under a module that is dangerous as a whole (os, subprocess, ctypes, socket) is
// Known with the module's capability unless it is listed otherwise; so is a name that is reached through such a module from
// one that has imported it ("pathlib", "os.system").
func Lookup(module, name string) Global {
	if strings.HasPrefix(module, "__torch__") {
		return torchScript(module, name)
	}
	if module == "torch.jit" && strings.HasSuffix(name, "LoweredModule") {
		return Global{}
	}
	if g := exact(module, name); g.Known {
		return g
	}
	if strings.IndexByte(name, '.') >= 0 {
		if g := dotted(module, name); g.Known {
			return g
		}
	} else if g := imported(name); g.Known {
		return g
	}
	if g := whole(module); g.Known {
		return g
	}
	return submodule(module, name)
}

// submodule is a name that is itself that of a module: "torch", "nn".
func submodule(module, name string) Global {
	if len(module)+1+len(name) > maxModule || module == "" || name == "" {
		return Global{}
	}
	return Module(module + "." + name)
}

// exact finds what is listed under just this module and name.
func exact(module, name string) Global {
	l := libraryOf(module)
	if l == &variousLibrary || l == &strangeLibrary { // the others are of packages that the standard library does not have
		if g := stdlibLibrary.find(module, name); g.Known {
			return g
		}
	}
	return l.find(module, name)
}

func (l *library) find(module, name string) Global {
	if l.benign.plain(module, name) || l.made.plain(module, name) {
		return Global{Constructs, Always, true, makesObject}
	}
	if g, ok := l.effects.effect(module, name); ok {
		return g
	}
	if g, ok := l.more.effect(module, name); ok {
		return g
	}
	return Global{}
}

// dotted resolves a qualified name: a part of it can be a module, reached from the one before it.
func dotted(module, name string) Global {
	if g := below(module, name, exact); g.Known { // "os", "path.join" is os.path's join
		return g
	}
	worst := Global{}
	rest := name
	for range maxWalk { // "pathlib", "os.system" is os's system
		part, after, more := strings.Cut(rest, ".")
		if more {
			for _, module := range [...]string{part, plain(part)} {
				inner := exact(module, after)
				if !inner.Known {
					inner = below(module, after, exact)
				}
				if inner.Known && inner.Capability != Constructs {
					return inner
				}
			}
		}
		if g := imported(part); g.Known && !worst.Known {
			worst = g
		}
		if !more {
			break
		}
		rest = after
	}
	if worst.Known {
		return worst
	}
	// what is reached from a listed class or function shares its effect; of a harmless one nothing is known
	head, _, _ := strings.Cut(name, ".")
	if g := exact(module, head); g.Known && g.Capability != Constructs {
		return g
	}
	return Global{}
}

// below looks for a qualified name in the modules below one.
func below(module, name string, find func(module, name string) Global) Global {
	var b [maxModule]byte
	n := copy(b[:], module)
	for at, walked := 0, 0; walked < maxWalk; walked++ {
		dot := strings.IndexByte(name[at:], '.')
		if dot < 0 || n+1+at+dot > maxModule {
			break
		}
		at += dot
		b[n] = '.'
		end := n + 1 + copy(b[n+1:], name[:at])
		if g := find(string(b[:end]), name[at+1:]); g.Known {
			return g
		}
		at++
	}
	return Global{}
}

// imported says what is known of a name that keeps its meaning wherever it was imported to: a module with an effect, which some
// import as "_os", or a function whose name nothing else has.
func imported(name string) Global {
	switch bare := plain(name); bare {
	case "os", "sys", "subprocess", "builtins", "importlib", "ctypes", "socket", "shutil", "posix", "nt", "pickle", "marshal", "runpy",
		"pty", "popen2", "multiprocessing", "asyncio", "tempfile", "urllib", "urllib2", "requests", "cPickle", "pkgutil", "imp", "winreg":
		return wholeOf(bare)
	case "Popen", "check_call", "check_output", "getoutput", "getstatusoutput":
		return exact("subprocess", bare)
	case "urlopen", "urlretrieve":
		return exact("urllib.request", bare)
	case "import_module":
		return exact("importlib", bare)
	case "import__", "builtins__", "loader__", "spec__":
		return exact("builtins", name)
	case "execfile":
		return exact("builtins", bare)
	case "rmtree":
		return exact("shutil", bare)
	}
	return Global{}
}

// plain takes off the underscores of "import os as _os".
func plain(name string) string {
	if bare := strings.TrimLeft(name, "_"); bare != "" {
		return bare
	}
	return name
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
	if g, ok := stdlibEffects.whole(module); ok {
		return g
	}
	g, _ := libraryEffects.whole(module)
	return g
}

// Module says what importing a module gives: one that is dangerous as a whole has its capability, one of which harmless names
// are known makes an object, and of others nothing is known.
func Module(module string) Global {
	if g := whole(module); g.Known {
		return g
	}
	l := libraryOf(module)
	for _, t := range [...]*table{&stdlibBenign, &stdlibEffects, l.effects, l.benign, l.made, l.more} {
		if t != nil && t.first(module) >= 0 {
			return Global{Constructs, Always, true, "imports a module"}
		}
	}
	return Global{}
}
