package pickle

import (
	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// act works out a call of a name that has an action. handled is false where the name's capability decides after all.
func (m *machine) act(fn, args, kw value) (v value, handled bool) {
	n := &m.names.all[fn.payload()]
	object := of(kObject, fn.payload())
	items, all := m.members(args)
	known := all && len(items) > 0
	switch n.act {
	case actImport:
		if known {
			return m.imports(fn, items), true
		}
	case actResolve:
		if known {
			return m.resolves(fn, items[0]), true
		}
	case actGetattr:
		return m.walkArgs(fn, args), true
	case actAttrgetter, actMethodcaller:
		if known {
			for i, v := range items {
				if n.act == actMethodcaller && i > 0 {
					break
				}
				if _, ok := m.constant(v, maxName); !ok {
					m.say(inspect.Dangerous, "pickle-computed-name", "reaches attributes whose names are only put together when the file is loaded")
				}
			}
			return m.kept(fn, args), true
		}
	case actItemgetter, actPartial:
		if known {
			return m.kept(fn, args), true
		}
	case actNamespace:
		m.effect(fn, args)
		return m.kept(fn, args), true
	case actGetitem:
		if all && len(items) >= 2 {
			return m.item(items[0], items[1]), true
		}
	case actSetattr, actSetitem:
		if known {
			m.changes(items[0], items[1:])
			return value(kNone), true
		}
	case actReduce:
		if known {
			return m.reduces(items), true
		}
	case actApply:
		if known {
			return m.call(items[0], m.tuple(items[1:]), kw), true
		}
	case actApplyTuple:
		if all && len(items) >= 2 {
			return m.call(items[0], items[1], kw), true
		}
	case actMap:
		if known {
			return m.maps(object, items), true
		}
	case actNewObject:
		if known {
			return m.makesObject(fn, items), true
		}
	case actRebuildType:
		if known {
			rest := value(kUnknown)
			if len(items) > 2 {
				rest = items[2]
			}
			return m.call(items[0], rest, value(kAbsent)), true
		}
	case actDecode:
		if m.isConstantCall(args) {
			return m.kept(fn, args), true
		}
		if !n.global.Known || severity(n.global) == inspect.Clean && n.global.Rule == globals.Always {
			return m.kept(fn, args), true
		}
	case actLoads:
		if v, ok := m.loads(fn, args); ok {
			return v, true
		}
	case actLoadFile:
		if known {
			if inner, ok := m.fileBytes(items[0]); ok {
				one := m.tuple([]value{inner})
				if v, ok := m.loads(fn, one); ok {
					return v, true
				}
			}
		}
	case actBytesIO:
		if m.isConstantCall(args) || severity(n.global) == inspect.Clean {
			return m.kept(fn, args), true
		}
	case actArrayFile, actOldArrayFile, actArray, actDtype:
		if n.act == actDtype && known && !m.isDtype(items[0]) {
			m.sayOf(n, inspect.NotRead, "pickle-array", "has elements of type %s, which NumPy does not know", m.show(items[0]))
			n = &m.names.all[fn.payload()]
		}
		if !n.global.Known {
			m.unknownCall(n)
		}
		return m.kept(fn, args), true
	case actType:
		if all && len(items) == 1 {
			return object, true // tells the class of something
		}
		if all && len(items) >= 3 {
			m.makesClass(fn, items)
			return m.kept(fn, args), true
		}
	case actExtension:
		if all && len(items) >= 3 {
			m.registers(items)
			return value(kNone), true
		}
	case actFunction, actCode:
		if n.global.Known && n.global.Capability&globals.Interprets == 0 {
			break // a cell, a type by name
		}
		return m.makesCode(fn, args), true
	case actIterate:
		if v := m.kept(fn, args); v.kind() == kResult {
			m.nodes.nodes[v.payload()].plain = all && m.isConstantCall(args)
			return v, true
		}
	case actTypeByName:
		if known {
			return m.kept(fn, args), true
		}
	case actTensor:
		m.tensor(items)
	case actFromBuffer:
		if all {
			m.bufferSize(items)
		}
	}
	return 0, false
}

// kept is a result of which it is remembered what made it.
func (m *machine) kept(fn, args value) value {
	v := m.remember(fn, args)
	if v.kind() == kResult {
		switch m.names.all[fn.payload()].act {
		case actDtype, actDecode, actArray, actArrayFile:
			m.nodes.nodes[v.payload()].plain = m.isConstantCall(args)
		}
	}
	return v
}

func (m *machine) isConstantCall(args value) bool {
	return args.kind() == kEmptyTuple || args.kind() == kPlainTuple || args.kind() == kTuple && m.isConstant(args, 0)
}

// imports is a call that imports a module.
func (m *machine) imports(fn value, items []value) value {
	n := &m.names.all[fn.payload()]
	text, ok := m.constant(items[0], maxName)
	if !ok {
		m.say(inspect.Malicious, "pickle-imports", "calls %s with a name that is only put together when the file is loaded: imports any module", m.show(fn))
		return value(kUnknown)
	}
	if n.name == "__import__" && len(items) < 4 { // without a list of names it gives the outermost
		for i, x := range text {
			if x == '.' {
				text = text[:i]
				break
			}
		}
	}
	module := m.name(text, nil)
	g := m.names.all[module.payload()].global
	n = &m.names.all[fn.payload()]
	switch {
	case !g.Known && n.global.Rule == globals.Never:
		m.sayOf(n, inspect.Dangerous, "pickle-imports", "calls %s with %s: imports a module that is not known", m.show(fn), m.show(items[0]))
	case !g.Known:
		m.sayOf(n, inspect.Unknown, "pickle-imports", "calls %s with %s: imports a module that is not known", m.show(fn), m.show(items[0]))
	case severity(g) >= inspect.Dangerous:
		m.sayOf(n, inspect.Malicious, "pickle-imports", "calls %s with %s: %s", m.show(fn), m.show(items[0]), g.What)
	case n.global.Rule == globals.Never:
		m.sayOf(n, inspect.Dangerous, "pickle-imports", "calls %s with %s: imports a module by its name", m.show(fn), m.show(items[0]))
	}
	return module
}

// resolves is a call that imports and walks: "os.system" or "os:system".
func (m *machine) resolves(fn, arg value) value {
	text, ok := m.constant(arg, maxName)
	if !ok {
		m.say(inspect.Malicious, "pickle-imports", "calls %s with a name that is only put together when the file is loaded", m.show(fn))
		return value(kUnknown)
	}
	at := -1
	for i, x := range text {
		if x == '.' || x == ':' {
			at = i
		}
	}
	m.sayOf(&m.names.all[fn.payload()], inspect.Dangerous, "pickle-imports", "calls %s with %s: imports what the name says", m.show(fn), m.show(arg))
	if at <= 0 {
		return m.name(text, nil)
	}
	v := m.name(append([]byte{}, text[:at]...), append([]byte{}, text[at+1:]...))
	m.pushedName(v)
	return v
}

func (m *machine) pushedName(v value) {
	if v.kind() == kName {
		m.names.all[v.payload()].pushed++
	}
}

// reduces is functools.reduce: the first argument is called with what it returned and the next member.
func (m *machine) reduces(items []value) value {
	if len(items) < 2 {
		return value(kUnknown)
	}
	seq, all := m.members(items[1])
	if !all {
		return m.call(items[0], value(kUnknown), value(kAbsent))
	}
	var last value
	switch {
	case len(items) > 2:
		last = items[2]
	case len(seq) == 0:
		return value(kUnknown)
	default:
		last, seq = seq[0], seq[1:]
	}
	for _, v := range append([]value{}, seq...) {
		last = m.call(items[0], m.tuple([]value{last, v}), value(kAbsent))
	}
	return last
}

// maps is map, filter and what else calls its first argument with the members of the others.
func (m *machine) maps(object value, items []value) value {
	switch items[0].kind() {
	case kName, kResult, kUnknown:
	default:
		return object // sum, any, all and so on of data
	}
	if len(items) < 2 {
		return m.call(items[0], value(kUnknown), value(kAbsent))
	}
	first, all := m.members(items[1])
	if !all {
		m.call(items[0], value(kUnknown), value(kAbsent))
		return value(kUnknown)
	}
	var last value = object
	for i := range append([]value{}, first...) {
		var args []value
		for _, seq := range items[1:] {
			if others, _ := m.members(seq); i < len(others) {
				args = append(args, others[i])
			}
		}
		if inner := first[i]; inner.kind() == kTuple && len(items) == 2 { // starmap
			m.call(items[0], inner, value(kAbsent))
		}
		last = m.call(items[0], m.tuple(args), value(kAbsent))
	}
	return last
}

// makesClass is type() with three arguments.
func (m *machine) makesClass(fn value, items []value) {
	worst := inspect.Unknown
	body, all := m.members(items[2])
	if !all {
		worst = inspect.Dangerous
	}
	for i := 1; i < len(body); i += 2 {
		switch body[i].kind() {
		case kName, kResult:
			worst = max(worst, inspect.Dangerous)
			if m.harm(body[i]) >= inspect.Dangerous {
				worst = inspect.Malicious
			}
		}
	}
	m.sayOf(&m.names.all[fn.payload()], worst, "pickle-makes-class", "calls %s with a name, bases and a body: makes a class", m.show(fn))
}

// registers fills the registry of extension codes.
func (m *machine) registers(items []value) {
	module, ok1 := m.constant(items[0], maxName)
	module = append([]byte{}, module...)
	attr, ok2 := m.constant(items[1], maxName)
	code, ok3 := intOf(items[2])
	m.say(inspect.Dangerous, "pickle-extension", "gives %s a number in the registry of the loading program", m.show(items[1]))
	if !ok1 || !ok2 || !ok3 || len(attr) == 0 {
		return
	}
	if m.ext == nil {
		m.ext = map[int64]value{}
	}
	if len(m.ext) < 1000 {
		m.ext[code] = m.name(module, attr)
	}
}
