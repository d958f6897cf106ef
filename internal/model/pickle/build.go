package pickle

import (
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// build is BUILD: an object gets its state, through its __setstate__ or as attributes.
func (m *machine) build(inst, state value) error {
	switch inst.kind() {
	case kName, kModule:
		items, _ := m.members(state)
		m.changes(inst, append([]value{state}, items...))
		m.hooks(inst, state)
		return nil
	case kObject:
		m.hooks(inst, state)
		m.restores(inst, state)
		m.version(inst, state)
		return nil
	case kUnknown:
		m.hooks(inst, state)
		return nil
	case kResult:
		m.hooks(inst, state)
		m.restores(inst, state)
		return m.buildResult(inst, state)
	case kLost:
		return nil
	}
	if m.maybeFalse(state) {
		return nil
	}
	if items, all := m.members(state); all && len(items) == 2 && state.kind() == kTuple && m.maybeFalse(items[0]) && m.maybeFalse(items[1]) {
		return nil
	}
	return m.fail("gives state to something that has none")
}

// version keeps which version of scikit-learn wrote an estimator: the last item of its state.
func (m *machine) version(inst, state value) {
	items, _ := m.members(state)
	if len(items) < 2 || m.versioned || !strings.HasPrefix(m.names.all[inst.payload()].module, "sklearn") {
		return
	}
	if key, ok := m.constant(items[len(items)-2], 32); ok && string(key) == "_sklearn_version" {
		if v, ok := m.constant(items[len(items)-1], 32); ok {
			m.part.Fact("version", string(v))
			m.versioned = true
		}
	}
}

// maybeFalse says whether a value can be false, as empty ones are: state that is false does not matter to any object.
func (m *machine) maybeFalse(v value) bool {
	switch v.kind() {
	case kTrue, kPlainTuple, kTuple:
		return false
	case kInt:
		return v.number() == 0
	case kText, kBytes, kByteArray:
		b, ok := m.constantAt(int64(v.payload()), 1)
		return ok && len(b) == 0
	case kList, kDict, kSet:
		return m.nodes.nodes[v.payload()].total == 0
	}
	return true
}

// buildResult notes what state does to results of which more is kept.
func (m *machine) buildResult(inst, state value) error {
	n := &m.nodes.nodes[inst.payload()]
	if n.from.kind() != kName {
		return nil
	}
	items, all := m.members(state)
	switch m.names.all[n.from.payload()].act {
	case actPartial: // the callable, its arguments, keywords and attributes
		if !all || len(items) < 2 {
			n.args = value(kUnknown)
			return nil
		}
		given, known := m.members(items[1])
		if !known {
			n.args = value(kUnknown)
			return nil
		}
		args := m.tuple(append([]value{items[0]}, given...))
		m.nodes.nodes[inst.payload()].args = args
		if m.nodes.nodes[inst.payload()].factory {
			m.factory(inst)
		}
	case actDtype:
		n.items = append(n.items[:0], items...)
		n.plain = n.plain && m.isConstant(state, 0)
	case actArray:
		return m.arrayState(inst, state)
	case actArrayFile:
		if m.plainReader {
			return nil
		}
		return m.arrayBytes(inst, state)
	case actOldArrayFile:
		return m.arrayFile(inst, state)
	default:
		if state.kind() == kDict {
			m.keepHooks(inst, items)
		}
	}
	return nil
}

// hooks looks for attributes that the unpickler itself would call: an object whose state sets its __setstate__ has that called
// with the next state.
func (m *machine) hooks(inst, state value) {
	m.hooksIn(inst, state, false)
	if state.kind() == kTuple {
		if items, _ := m.members(state); len(items) == 2 {
			m.hooksIn(inst, items[0], false)
			m.hooksIn(inst, items[1], true)
		}
	}
}

func (m *machine) hooksIn(inst, state value, set bool) {
	if state.kind() != kDict || m.nodes.nodes[state.payload()].plain {
		return
	}
	items, _ := m.members(state)
	for i := 0; i+1 < len(items); i += 2 {
		v := items[i+1]
		if v.kind() != kName && v.kind() != kResult && v.kind() != kUnknown && v.kind() != kModule {
			continue
		}
		key, ok := m.constant(items[i], 64)
		if !ok {
			continue
		}
		switch string(key) {
		case "default_factory":
			if inst.kind() == kObject && m.names.all[inst.payload()].isDefaultDict() {
				m.factory(v)
			}
			continue
		case "__setstate__", "append", "extend", "add", "__reduce__", "__reduce_ex__", "__class__", "__setattr__", "__getattribute__", "__getattr__", "__call__", "__new__", "__init__", "__del__",
			"__setitem__", "__getitem__", "__eq__", "__hash__", "__dict__", "__bases__":
		default:
			continue
		}
		harm := m.harm(v)
		switch {
		case harm >= inspect.Dangerous:
			m.say(inspect.Malicious, "pickle-hook", "sets attribute %s of %s to %s, which is then called", inspect.Quote(string(key)), m.show(inst), m.show(v))
		case set && key[0] == '_':
			m.say(inspect.Dangerous, "pickle-hook", "sets attribute %s of %s", inspect.Quote(string(key)), m.show(inst))
		case v.kind() == kResult && m.nodes.nodes[v.payload()].plain:
		case v.kind() != kName && (key[0] == '_' || string(key) == "append" || string(key) == "extend" || string(key) == "add"):
			m.say(inspect.Dangerous, "pickle-hook", "sets attribute %s of %s to %s, which the unpickler may call", inspect.Quote(string(key)), m.show(inst), m.show(v))
		case harm == inspect.Unknown && key[0] == '_':
			m.say(inspect.Unknown, "pickle-hook", "sets attribute %s of %s to %s", inspect.Quote(string(key)), m.show(inst), m.show(v))
		}
	}
}

// keepHooks remembers attributes that may be called.
func (m *machine) keepHooks(inst value, items []value) {
	n := &m.nodes.nodes[inst.payload()]
	for i := 0; i+1 < len(items) && len(n.items) < keptItems; i += 2 {
		if v := items[i+1]; v.kind() == kName || v.kind() == kResult {
			n.items = append(n.items, items[i], v)
		}
	}
}
