package pickle

import (
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// seen is what is said once of a file.
type seen struct {
	buffers, bomb, deep, expands, extension, frames, names, nested, persistent, protocol, shape, tensor bool
}

// sayPerName bounds the reasons on one name.
const sayPerName = 3

// say keeps a reason, at the opcode that is being done.
func (m *machine) say(v inspect.Verdict, id, format string, args ...any) {
	if m.budget.said++; m.budget.said <= maxSaid {
		m.part.Say(v, id, m.s.off, format, args...)
	}
}

// sayOf keeps a reason on a name, unless there are enough.
func (m *machine) sayOf(n *name, v inspect.Verdict, id, format string, args ...any) {
	if n.said >= sayPerName {
		return
	}
	n.said++
	m.part.Say(v, id, m.s.off, format, args...)
}

// note keeps a reason once for a file.
func (m *machine) note(done *bool, v inspect.Verdict, id string, off int64, format string, args ...any) {
	if *done {
		return
	}
	*done = true
	m.part.Say(v, id, off, format, args...)
}

// verb is the last part of a reason's id: its worst capability.
func verb(c globals.Capability) string {
	for _, one := range [...]struct {
		c  globals.Capability
		id string
	}{
		{globals.Executes, "pickle-executes"}, {globals.Native, "pickle-native"}, {globals.Interprets, "pickle-code"},
		{globals.Imports, "pickle-imports"}, {globals.Network, "pickle-network"}, {globals.Writes, "pickle-writes"},
		{globals.Deserialises, "pickle-deserialises"}, {globals.Environment, "pickle-environment"}, {globals.Reads, "pickle-reads"},
		{globals.Walks, "pickle-walks"}, {globals.Calls, "pickle-calls"}, {globals.Exhausts, "pickle-exhausts"},
	} {
		if c&one.c != 0 {
			return one.id
		}
	}
	return "pickle-calls"
}

// effect says what a call does that no rule makes harmless.
func (m *machine) effect(fn, args value) {
	n := &m.names.all[fn.payload()]
	if !n.global.Known {
		m.unknownCall(n)
		return
	}
	if n.said >= sayPerName {
		return // before the arguments are put into words
	}
	v := severity(n.global)
	if v == inspect.Clean {
		if n.global.Rule == globals.Always {
			return
		}
		v = inspect.Dangerous // a condition that does not hold
	}
	m.sayOf(n, v, verb(n.global.Capability), "calls %s%s: %s when the file is loaded", inspect.Quote(n.dotted()), m.with(args), n.global.What)
}

func (m *machine) unknownCall(n *name) {
	if n.said >= sayPerName {
		return
	}
	if like := lookalike(n.module, n.name); like != "" {
		m.sayOf(n, inspect.Dangerous, "pickle-lookalike", "calls %s, which is spelled nearly like a name of %s and is none", inspect.Quote(n.dotted()), like)
		return
	}
	if soundsEffectful(n.name) {
		m.sayOf(n, inspect.Dangerous, "pickle-unknown-function", "calls %s, of which nothing is known but the name", inspect.Quote(n.dotted()))
		return
	}
	if m.options.Unknown == Permissive {
		return
	}
	v := inspect.Unknown
	if m.options.Unknown == Strict {
		v = inspect.Dangerous
	}
	m.sayOf(n, v, "pickle-unknown", "makes or calls %s, whose effect is not known", inspect.Quote(n.dotted()))
}

// conclude looks at the names that a pickle holds without having called them, and at the pickles that it hides.
func (m *machine) conclude() {
	defer m.sayHidden()
	for i := range m.names.all {
		n := &m.names.all[i]
		if n.name == "" || n.pushed <= n.called {
			continue
		}
		switch {
		case n.hot():
			if n.called == 0 || n.global.Rule == globals.Never {
				m.part.Say(inspect.Dangerous, "pickle-names", n.off, "holds %s without calling it: what uses the loaded object can, and it %s", inspect.Quote(n.dotted()), n.global.What)
			}
		case !n.global.Known && n.called == 0 && n.said == 0 && m.options.Unknown != Permissive && !globals.Module(n.module).Known:
			m.part.Say(inspect.Unknown, "pickle-unknown", n.off, "holds %s, of which nothing is known", inspect.Quote(n.dotted()))
		}
	}
	if m.names.full {
		m.note(&m.seen.names, inspect.NotRead, "pickle-names", -1, "has more names than are looked at")
	}
}

// with shows arguments in a reason.
func (m *machine) with(args value) string {
	items, all := m.members(args)
	if len(items) == 0 {
		if all {
			return ""
		}
		return " with arguments that are only known when the file is loaded"
	}
	return " with " + m.showSome(items, 3, 0)
}

// showSome is the first of several values, most at most.
func (m *machine) showSome(items []value, most, depth int) string {
	var b strings.Builder
	for i, v := range items {
		if i == most {
			b.WriteString(", ...")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(m.showDeep(v, depth))
	}
	return b.String()
}

// show is a value in a reason.
func (m *machine) show(v value) string { return m.showDeep(v, 0) }

const shownText = 200

func (m *machine) showDeep(v value, depth int) string {
	switch v.kind() {
	case kNone:
		return "None"
	case kTrue:
		return "True"
	case kFalse:
		return "False"
	case kInt:
		return strconv.FormatInt(v.number(), 10)
	case kLong, kFloat:
		return "a number"
	case kText, kMemoText, kBytes, kByteArray:
		if b, ok := m.constant(v, shownText); ok {
			return inspect.Quote(string(b))
		}
		if v.in(textKinds) {
			return "a long text"
		}
		return "many bytes"
	case kEmptyTuple:
		return "()"
	case kName, kModule:
		return inspect.Quote(m.names.all[v.payload()].dotted())
	case kObject:
		return "what " + inspect.Quote(m.names.all[v.payload()].dotted()) + " gives"
	case kResult:
		if b, ok := m.constant(v, shownText); ok {
			return inspect.Quote(string(b))
		}
		if from := m.nodes.nodes[v.payload()].from; from.kind() == kName {
			return "what " + inspect.Quote(m.names.all[from.payload()].dotted()) + " gives"
		}
		return "an object"
	case kTuple, kList, kSet, kDict:
		items, _ := m.members(v)
		if depth > 1 || len(items) == 0 {
			return "a container"
		}
		return "[" + m.showSome(items, 4, depth+1) + "]"
	}
	return "something unknown"
}
