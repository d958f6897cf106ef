package pickle

import (
	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// call works out what a call does, says what of it matters, and gives its result. args may be anything; kw is kAbsent or what
// NEWOBJ_EX and partial objects bring.
func (m *machine) call(fn, args, kw value) value {
	if m.calling > 0 {
		m.budget.inner++
	}
	if m.calling >= maxCalling || m.budget.inner > maxInner {
		m.note(&m.seen.deep, inspect.Dangerous, "pickle-deep-calls", m.s.off, "calls through calls, more than %d deep or too often to be followed", maxCalling)
		return value(kUnknown)
	}
	m.calling++
	defer func() { m.calling-- }()
	switch fn.kind() {
	case kName:
		return m.callName(fn, args, kw)
	case kResult:
		return m.callResult(fn, args, kw)
	case kObject:
		return m.callObject(fn)
	case kModule:
		m.say(inspect.NotRead, "pickle-call", "calls %s, which is a module", m.show(fn))
	case kUnknown:
		if m.trace == nil {
			m.say(inspect.Dangerous, "pickle-unknown-callable", "calls something that is only found when the file is loaded")
		}
	}
	return value(kUnknown)
}

// callObject is a call of an instance, or of what an unknown function returned.
func (m *machine) callObject(fn value) value {
	n := &m.names.all[fn.payload()]
	if severity(n.global) >= inspect.Dangerous {
		m.say(inspect.Malicious, "pickle-calls-result", "calls what %s returned", inspect.Quote(n.dotted()))
	} else {
		m.sayOf(n, inspect.Unknown, "pickle-calls-object", "calls what %s returned, whose effect is not known", inspect.Quote(n.dotted()))
	}
	return value(kUnknown)
}

// callName is a call of a named thing.
func (m *machine) callName(fn, args, kw value) value {
	n := &m.names.all[fn.payload()]
	n.called++
	switch n.module {
	case "builtins", "collections", "operator", "_operator":
		items, _ := m.members(args)
		m.exhausts(fn, items)
	}
	if n.isDefaultDict() {
		m.defaultDict(n, args)
		n = &m.names.all[fn.payload()]
	}
	object := of(kObject, fn.payload())
	if n.act != actNone {
		if v, ok := m.act(fn, args, kw); ok {
			return v
		}
		n = &m.names.all[fn.payload()] // the table may have moved
	}
	g := n.global
	if !g.Known {
		m.unknownCall(n)
		return object
	}
	if g.Capability == globals.Constructs && g.Rule == globals.Always {
		return object
	}
	switch g.Rule {
	case globals.HarmlessCallable:
		if m.callsArguments(fn, args) {
			return object
		}
	case globals.ConstantText:
		if m.onlyConstants(args) && kw.kind() <= kEmptyTuple {
			return object
		}
	case globals.SafeAttribute:
		return m.walkArgs(fn, args)
	case globals.NestedBytes:
		if v, ok := m.loads(fn, args); ok {
			return v
		}
	case globals.Pathless:
		if !m.namesFile(args) && !m.namesFile(kw) {
			return object
		}
	case globals.Restored:
		if items, all := m.members(args); endsIn(n.name, "__new__") && all && len(items) > 0 {
			return m.makes(items[0], m.tuple(items[1:]), kw)
		}
	case globals.Always:
		if severity(g) == inspect.Clean {
			return object
		}
	}
	m.effect(fn, args)
	return object
}

// callsArguments follows a call of what calls its arguments: every callable among them is called with nobody knows what. It
// says whether all of them are known.
func (m *machine) callsArguments(fn, args value) bool {
	items, all := m.members(args)
	if !all {
		return false
	}
	for i, v := range items {
		switch v.kind() {
		case kName, kResult:
			if i == 0 || m.harm(v) != inspect.Clean {
				rest := value(kUnknown)
				if i == 0 {
					rest = m.tuple(items[1:])
				}
				m.call(v, rest, value(kAbsent))
			}
			if items, all = m.members(args); !all {
				return false
			}
		case kUnknown:
			return false
		}
	}
	return true
}

// onlyConstants says whether arguments are constants, none of them large.
func (m *machine) onlyConstants(args value) bool {
	switch args.kind() {
	case kEmptyTuple, kPlainTuple:
		return true
	case kTuple:
		n := &m.nodes.nodes[args.payload()]
		if n.more || !n.plain {
			return m.isConstant(args, 0)
		}
		return true
	}
	return false
}

// isConstant says whether a value follows from constants alone.
func (m *machine) isConstant(v value, depth int) bool {
	if m.isPlain(v) {
		return true
	}
	if depth == 0 {
		m.visited = 0
	}
	if m.visited++; depth > 8 || m.visited > maxVisited {
		return false
	}
	switch v.kind() {
	case kList, kDict, kSet, kTuple:
		n := &m.nodes.nodes[v.payload()]
		if n.plain {
			return true
		}
		for _, x := range n.items {
			if !m.isConstant(x, depth+1) {
				return false
			}
		}
		return !n.more
	case kResult:
		n := &m.nodes.nodes[v.payload()]
		return n.from.kind() == kName && m.names.all[n.from.payload()].act == actDecode && m.isConstant(n.args, depth+1)
	}
	return false
}

// result keeps what was called and with what.
func (m *machine) remember(fn, args value) value {
	i, ok := m.nodes.make()
	if !ok {
		return value(kUnknown)
	}
	m.nodes.nodes[i].from, m.nodes.nodes[i].args = fn, args
	return of(kResult, uint64(i))
}

// callResult is a call of something that a call has made.
func (m *machine) callResult(fn, args, kw value) value {
	n := m.nodes.nodes[fn.payload()]
	if n.from.kind() != kName {
		m.say(inspect.Dangerous, "pickle-unknown-callable", "calls something that is only found when the file is loaded")
		return value(kUnknown)
	}
	kept, all := m.members(n.args)
	switch m.names.all[n.from.payload()].act {
	case actPartial:
		if !all || len(kept) == 0 {
			break
		}
		given, known := m.members(args)
		joined := value(kUnknown)
		if known {
			joined = m.tuple(append(append([]value{}, kept[1:]...), given...))
		}
		return m.call(kept[0], joined, kw)
	case actAttrgetter:
		given, known := m.members(args)
		if !all || len(kept) == 0 || !known || len(given) == 0 {
			break
		}
		var last value
		for _, attr := range append([]value{}, kept...) {
			last = m.walk(given[0], attr)
		}
		return last
	case actItemgetter:
		given, known := m.members(args)
		if !all || len(kept) == 0 || !known || len(given) == 0 {
			break
		}
		return m.item(given[0], kept[0])
	case actMethodcaller:
		given, known := m.members(args)
		if !all || len(kept) == 0 || !known || len(given) == 0 {
			break
		}
		rest := m.tuple(kept[1:])
		return m.call(m.walk(given[0], kept[0]), rest, value(kAbsent))
	case actFunction, actCode:
		m.say(inspect.Malicious, "pickle-runs-code", "calls a function whose code is in the file")
		return value(kUnknown)
	case actTypeByName:
		if all && len(kept) > 0 {
			if b, ok := m.constant(kept[0], 64); ok && string(b) == "CodeType" {
				return m.makesCode(n.from, args)
			}
		}
		return value(kUnknown)
	case actDtype, actArray, actDecode, actBytesIO:
		m.say(inspect.NotRead, "pickle-call", "calls what %s returned, which cannot be called", m.show(n.from))
		return value(kUnknown)
	}
	m.say(inspect.Dangerous, "pickle-unknown-callable", "calls what %s returned, which is only known when the file is loaded", m.show(n.from))
	return value(kUnknown)
}
