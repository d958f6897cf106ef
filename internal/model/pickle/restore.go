package pickle

import (
	"encoding/binary"

	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// makes is what NEWOBJ and its kin do: the __new__ of a class makes an object, and its __init__ is not called.
func (m *machine) makes(class, args, kw value) value {
	if class.kind() == kName {
		if n := &m.names.all[class.payload()]; n.global.Known && n.global.Rule == globals.Restored {
			n.called++
			return of(kObject, class.payload())
		}
	}
	return m.call(class, args, kw)
}

// namesFile says whether arguments may name a file: text, bytes or a path, or a list of them. The keys of a vocabulary do not.
func (m *machine) namesFile(args value) bool {
	items, all := m.members(args)
	if !all && args.kind() != kAbsent && args.kind() != kPlainTuple {
		return true
	}
	if args.kind() == kPlainTuple {
		return true // constants that are not kept
	}
	for _, v := range items {
		switch v.kind() {
		case kText, kMemoText, kBytes, kUnknown, kResult, kLost, kPlainTuple:
			return true
		case kObject:
			if m.names.all[v.payload()].module == "pathlib" {
				return true
			}
		case kTuple, kList:
			inner, all := m.members(v)
			if !all {
				return true
			}
			for _, x := range inner {
				if x.in(textKinds) || x.kind() == kUnknown || x.kind() == kResult {
					return true
				}
			}
		}
	}
	return false
}

// makesObject is a call of what makes an object of the class that is its first argument: copyreg's __newobj__ and __newobj_ex__,
// object.__new__, and the _reconstructor of old protocols, whose second argument is a base.
func (m *machine) makesObject(fn value, items []value) value {
	n := &m.names.all[fn.payload()]
	class, args, kw := items[0], value(kEmptyTuple), value(kAbsent)
	switch {
	case n.name == "__newobj_ex__":
		if len(items) > 1 {
			args = items[1]
		}
		if len(items) > 2 {
			kw = items[2]
		}
	case n.name == "_reconstructor" && len(items) > 1:
		if base := items[1]; base.kind() != kName || !m.names.all[base.payload()].isObject() {
			m.call(base, m.tuple(items[2:]), value(kAbsent)) // its __init__ is called too
		}
	default:
		args = m.tuple(items[1:])
	}
	m.makes(class, args, kw)
	if class.kind() == kName {
		return of(kObject, class.payload())
	}
	return value(kUnknown)
}

// isObject says whether a name is that of the class that all others are made of.
func (n *name) isObject() bool {
	return n.name == "object" && (n.module == "builtins" || n.module == "__builtin__")
}

// restores looks at what the class of an object does with its state, beyond keeping it.
func (m *machine) restores(inst, state value) {
	class := inst
	if class.kind() == kResult {
		class = m.nodes.nodes[inst.payload()].from
	}
	if class.kind() != kObject && class.kind() != kName {
		return
	}
	n := &m.names.all[class.payload()]
	module, name := n.module, n.name
	if state.kind() != kDict {
		m.restoresItem(class, "", state)
	}
	known := m.restoresItems(class, state)
	if state.kind() == kTuple {
		if items, _ := m.members(state); len(items) == 2 { // that of attributes and that of slots
			known = m.restoresItems(class, items[0]) && m.restoresItems(class, items[1])
		}
	}
	if !known && globals.Restores(module, name) {
		m.sayOf(&m.names.all[class.payload()], inspect.Dangerous, "pickle-state", "gives %s a state that is not known as a whole, and parts of it may be run", m.show(class))
	}
}

// restoresItems looks at a state that is a dictionary. It says whether all keys are known that matter.
func (m *machine) restoresItems(class, state value) bool {
	if state.kind() != kDict {
		return !state.in(1<<kUnknown | 1<<kLost | 1<<kObject | 1<<kResult) // which can be dictionaries
	}
	items, _ := m.members(state)
	known := !m.nodes.nodes[state.payload()].hides
	for i := 0; i+1 < len(items); i += 2 {
		key, ok := m.constant(items[i], 64)
		if !ok {
			known = known && items[i].kind() != kUnknown && items[i].kind() != kResult && !items[i].in(textKinds)
			continue
		}
		if globals.RestoreKey(string(key)) {
			m.restoresItem(class, string(key), items[i+1])
		}
	}
	return known
}

func (m *machine) restoresItem(class value, key string, v value) {
	n := &m.names.all[class.payload()]
	if key == "" && n.name != "CloudpickleWrapper" {
		return // before the text is looked for
	}
	text, _ := m.constant(v, maxFormula)
	g, ok := globals.Restore(n.module, n.name, key, string(text))
	if !ok {
		return
	}
	if g.Rule == globals.NestedBytes {
		if _, ok := m.looksInside(inspect.Cut(n.dotted()), v, false); ok {
			return
		}
	}
	n = &m.names.all[class.payload()]
	m.sayOf(n, severity(g), verb(g.Capability), "gives %s a state with %s: %s when the file is loaded", m.show(class), m.show(v), g.What)
}

// maxFormula is how long a text of a state may be that is looked at.
const maxFormula = 64 << 10

// maxFarKeys bounds the keys that are read again: a state of honest objects has few that lie far back.
const maxFarKeys = 1 << 12

// watchedKey says of a key that a dictionary has no room for whether it is to be kept: whoever restores an object of this state
// may run what lies under it. hidden says that it is not known what key it is.
func (m *machine) watchedKey(v value) (kept, hidden bool) {
	switch v.kind() {
	case kText:
	case kMemoText, kResult, kUnknown:
		return false, true
	default:
		return false, false
	}
	at := int64(v.payload()) - m.c.base
	if at < 0 { // read again from the file
		if m.budget.keys++; m.budget.keys > maxFarKeys {
			return false, true
		}
	} else if b := m.c.buf[:m.c.lim]; at < int64(len(b))-5 && m.moved == nil { // most have another length
		switch b[at] {
		case opShortBinUnicode:
			if !watchedLength(uint32(b[at+1])) {
				return false, false
			}
		case opBinUnicode:
			if !watchedLength(binary.LittleEndian.Uint32(b[at+1:])) {
				return false, false
			}
		}
	}
	key, ok := m.constant(v, maxName)
	if ok {
		return globals.RestoreKey(string(key)), false
	}
	_, _, n, ok := m.locate(int64(v.payload()))
	return false, !ok || n <= maxName // a longer one is none of them
}

func watchedLength(n uint32) bool {
	return n == uint32(len("_parse_arg_template")) || n == uint32(len("formula")) || n == uint32(len("__cuda_dependent_attributes__"))
}
