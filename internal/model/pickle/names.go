package pickle

import (
	"strings"

	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// name is a thing that a module has, or the module itself.
type name struct {
	module, name string // as Python 3 calls them; name is "" for a module
	global       globals.Global
	act          action
	off          int64  // where it stands first
	pushed       uint32 // how often it was put on the stack
	called       uint32 // how often it was taken from it to be called
	said         uint8  // reasons there are on it
	escapes      bool   // it reaches what no program names
}

// dotted is the name as it is shown.
func (n *name) dotted() string {
	if n.name == "" {
		return n.module
	}
	return n.module + "." + n.name
}

const (
	maxNames     = 1 << 16
	maxNameBytes = 8 << 20
)

type namesTable struct {
	all   []name
	index map[string]uint32 // module, newline, name
	key   []byte
	bytes int
	full  bool
}

func (t *namesTable) reset() {
	t.all, t.bytes, t.full = t.all[:0], 0, false
	if t.index == nil || len(t.index) > 1000 {
		t.index = map[string]uint32{}
	}
	clear(t.index)
}

// name is the value of a thing in a module; an empty name is the module.
func (m *machine) name(module, attr []byte) value {
	t := &m.names
	t.key = append(append(append(t.key[:0], module...), '\n'), attr...)
	i, ok := t.index[string(t.key)]
	if !ok {
		if len(t.all) >= maxNames || t.bytes > maxNameBytes {
			t.full = true
			return of(kName, uint64(m.overflowName()))
		}
		i = uint32(len(t.all))
		t.all = append(t.all, resolve(string(module), string(attr)))
		t.all[i].off = m.s.off
		t.index[string(t.key)] = i
		t.bytes += len(t.key) + 200
	}
	if len(attr) == 0 {
		return of(kModule, uint64(i))
	}
	return of(kName, uint64(i))
}

// overflowName stands for all names after too many of them.
func (m *machine) overflowName() uint32 {
	const key = "\n"
	t := &m.names
	i, ok := t.index[key]
	if !ok {
		i = uint32(len(t.all))
		t.all = append(t.all, name{module: "?", name: "?", global: globals.Global{Capability: globals.Executes, Rule: globals.Never, Known: true, What: "is one of too many names to tell apart"}})
		t.index[key] = i
	}
	return i
}

// resolve finds out what is known of a name, in whichever of its readings is worst.
func resolve(module, attr string) name {
	n := name{module: module, name: attr}
	if attr == "" {
		n.module = strings.TrimSpace(module)
		n.global = globals.Module(n.module)
		return n
	}
	n.global = globals.Lookup(module, attr)
	consider := func(module, attr string) {
		if module == n.module && attr == n.name {
			return
		}
		if g := globals.Lookup(module, attr); g.Known && (!n.global.Known || severity(g) > severity(n.global)) {
			n.module, n.name, n.global = module, attr, g
		}
	}
	consider(globals.Python2(module, attr))
	if m, a := strings.TrimSpace(module), strings.TrimSpace(attr); m != module || a != attr {
		consider(m, a)
		consider(globals.Python2(m, a))
	}
	if !n.global.Known {
		n.global = ofClass(n.module, n.name)
	}
	if n.global.Known && n.global.Capability == globals.Constructs && n.global.Rule == globals.Always {
		if g, ok := globals.Called(n.module, n.name); ok {
			n.global = g
		}
	}
	if n.act = actionOf(n.module, n.name); n.act == actNone { // copy_reg is copyreg
		n.act = actionOf(globals.Python2(n.module, n.name))
	}
	if module == "__builtin__" && attr == "__main__" { // dill's word for the namespace of the program
		n.global = globals.Global{Capability: globals.Constructs, Rule: globals.Always, Known: true}
	}
	for part := range strings.SplitSeq(attr, ".") {
		n.escapes = n.escapes || isEscape(part)
	}
	return n
}

// ofClass is what is known of a class whose __init__ or __new__ is named, as the call of one does no more.
func ofClass(module, name string) globals.Global {
	for _, method := range [...]string{".__init__", ".__new__"} {
		if class, ok := strings.CutSuffix(name, method); ok {
			g := globals.Lookup(module, class)
			if called, ok := globals.Called(module, class); ok && g.Known {
				return called
			}
			return g
		}
	}
	return globals.Global{}
}

// severity is how bad a call is that no rule makes harmless.
func severity(g globals.Global) inspect.Verdict {
	const worst = globals.Executes | globals.Imports | globals.Writes | globals.Network | globals.Native | globals.Interprets
	const bad = globals.Reads | globals.Environment | globals.Deserialises | globals.Walks | globals.Calls | globals.Exhausts
	switch {
	case !g.Known:
		return inspect.Unknown
	case g.Capability&worst != 0:
		return inspect.Malicious
	case g.Capability&bad != 0:
		return inspect.Dangerous
	}
	return inspect.Clean
}

// harm is how bad it would be to call a value with arguments of which nothing is known.
func (m *machine) harm(v value) inspect.Verdict {
	switch v.kind() {
	case kName, kModule:
		return severity(m.names.all[v.payload()].global)
	case kResult:
		n := &m.nodes.nodes[v.payload()]
		if n.plain || n.from.kind() != kName {
			return inspect.Clean
		}
		switch m.names.all[n.from.payload()].act {
		case actPartial:
			if items, _ := m.members(n.args); len(items) > 0 && m.calling < maxCalling {
				m.calling++
				defer func() { m.calling-- }()
				return m.harm(items[0])
			}
			return inspect.Dangerous
		case actAttrgetter, actMethodcaller, actItemgetter:
			return inspect.Clean // of what they are applied to, they reach what they name
		}
		return inspect.Unknown
	case kUnknown:
		return inspect.Unknown
	}
	return inspect.Clean
}

// hot says that a program has no need to hold a name without calling it. Classes that make classes are what others are
// instances of.
func (n *name) hot() bool {
	g := n.global
	if g.Rule == globals.Restored || g.Rule == globals.Pathless {
		return false // a class: whoever makes an object of it later means to
	}
	if g.Capability == globals.Interprets || n.act == actType {
		switch n.module {
		case "abc", "builtins", "collections", "dataclasses", "enum", "typing":
			return n.name == "compile"
		}
	}
	return g.Known && g.Capability&(globals.Executes|globals.Imports|globals.Writes|globals.Network|globals.Native|
		globals.Interprets|globals.Deserialises) != 0
}

// label is what tests call a callable.
func (m *machine) label(v value) string {
	switch v.kind() {
	case kName:
		n := &m.names.all[v.payload()]
		return n.module + "." + n.name
	case kObject:
		n := &m.names.all[v.payload()]
		return n.module + "." + n.name + "()"
	}
	return "?"
}
