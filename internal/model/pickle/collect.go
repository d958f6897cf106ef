package pickle

import "github.com/lodemark/lodemark/internal/model/inspect"

// gather does the opcodes that take everything down to a mark.
func (m *machine) gather(s *step) error {
	items, ok := m.popMark()
	if !ok {
		return m.fail("%s has no mark to begin at", opcodes[s.code].name)
	}
	switch s.code {
	case opPopMark:
	case opTuple:
		m.push(m.tuple(items))
	case opList, opFrozenSet:
		k := kList
		if s.code == opFrozenSet {
			k = kSet
		}
		v := m.container(k)
		if k == kSet && v.in(nodeKinds) {
			m.nodes.nodes[v.payload()].frozen = true
		}
		if k == kSet && !m.hashable(items, 1) {
			return m.fail("a set has a member that has no hash")
		}
		m.fill(v, items, 1)
		m.push(v)
	case opDict:
		v := m.container(kDict)
		if err := m.setItems(v, items); err != nil {
			return err
		}
		m.push(v)
	default:
		target, ok := m.top()
		if !ok {
			return m.underflow()
		}
		switch s.code {
		case opAppends:
			return m.extend(target, items)
		case opSetItems:
			return m.setItems(target, items)
		default:
			return m.addItems(target, items)
		}
	}
	return nil
}

// gatherPlain does APPENDS to a list and SETITEMS of a dictionary where all members are constants or containers of such, and
// gives how long the stack is then.
func (m *machine) gatherPlain(stack []value, code byte) (left int, ok bool) {
	n := len(m.marks)
	if n == 0 {
		return 0, false
	}
	first, fence := m.marks[n-1], 0
	if n > 1 {
		fence = m.marks[n-2]
	}
	if first <= fence {
		return 0, false
	}
	target, items, stride := stack[first-1], stack[first:], 1
	switch {
	case code == opAppends && target.kind() == kList:
	case code == opSetItems && target.kind() == kDict && len(items)%2 == 0 && m.hashable(items, 2):
		stride = 2
	default:
		return 0, false
	}
	if !m.fillPlain(&m.nodes.nodes[target.payload()], items, stride) {
		return 0, false
	}
	m.marks, m.fence = m.marks[:n-1], fence
	return first, true
}

// addOne does APPEND and SETITEM.
func (m *machine) addOne(s *step) error {
	n := 1
	if s.code == opSetItem {
		n = 2
	}
	var pair [2]value
	for i := n - 1; i >= 0; i-- {
		v, ok := m.pop()
		if !ok {
			return m.underflow()
		}
		pair[i] = v
	}
	target, ok := m.top()
	if !ok {
		return m.underflow()
	}
	if n == 1 {
		return m.extend(target, pair[:1])
	}
	return m.setItems(target, pair[:])
}

func (m *machine) fill(v value, items []value, stride int) {
	if !v.in(nodeKinds) {
		return
	}
	if m.runs && stride > 1 {
		for _, item := range items {
			if item.kind() == kRun { // which are keys is no longer known
				m.fillNode(uint32(v.payload()), items, 1)
				m.nodes.nodes[v.payload()].more, m.nodes.nodes[v.payload()].hides = true, true
				m.nodes.nodes[v.payload()].items = m.nodes.nodes[v.payload()].items[:0]
				return
			}
		}
	}
	m.fillNode(uint32(v.payload()), items, stride)
}

func (m *machine) extend(target value, items []value) error {
	if len(items) == 0 {
		return nil // the C unpickler does not even look at the target
	}
	switch target.kind() {
	case kList:
		m.fill(target, items, 1)
	case kName, kModule:
		m.changes(target, items)
	case kObject, kResult, kUnknown, kByteArray:
		m.appendsTo(target, items)
	case kLost:
		if target.payload() != lostList {
			return m.fail("appends to something that is no list")
		}
	default:
		return m.fail("appends to something that is no list")
	}
	return nil
}

func (m *machine) setItems(target value, items []value) error {
	if len(items) == 0 {
		return nil // the C unpickler does not even look at the target
	}
	if len(items)%2 != 0 && !m.runs {
		return m.fail("sets items of which one has a key and no value")
	}
	switch target.kind() {
	case kDict:
		if !m.hashable(items, 2) {
			return m.fail("a dictionary has a key that has no hash")
		}
		m.fill(target, items, 2)
	case kList:
		m.fill(target, items, 1)
	case kName, kModule:
		m.changes(target, items)
	case kResult:
		if m.isNamespace(target) {
			m.changes(target, items)
		}
	case kObject, kUnknown, kByteArray:
	case kLost:
		if target.payload() != lostDict && target.payload() != lostList {
			return m.fail("sets items of something that has none")
		}
	default:
		return m.fail("sets items of something that has none")
	}
	return nil
}

func (m *machine) addItems(target value, items []value) error {
	if len(items) == 0 {
		return nil // the C unpickler does not even look at the target
	}
	switch target.kind() {
	case kSet:
		if !m.hashable(items, 1) {
			return m.fail("a set has a member that has no hash")
		}
		m.fill(target, items, 1)
	case kName, kModule:
		m.changes(target, items)
	case kObject, kResult, kUnknown:
		m.appendsTo(target, items)
	case kLost:
		if target.payload() != lostSet {
			return m.fail("adds to something that is no set")
		}
	default:
		return m.fail("adds to something that is no set")
	}
	return nil
}

// hashable says whether keys, every stride-th of items, can be such.
func (m *machine) hashable(items []value, stride int) bool {
	for i := 0; i < len(items); i += stride {
		switch items[i].kind() {
		case kList, kDict, kByteArray:
			return false
		case kSet:
			if !m.nodes.nodes[items[i].payload()].frozen {
				return false
			}
		}
	}
	return true
}

// changes is said where a pickle sets items or attributes of a module, a class or a function instead of an object.
func (m *machine) changes(target value, items []value) {
	worst := inspect.Dangerous
	if m.harm(target) >= inspect.Dangerous || target.kind() == kModule {
		worst = inspect.Malicious
	}
	for _, v := range items {
		if m.harm(v) >= inspect.Dangerous {
			worst = inspect.Malicious
		}
	}
	m.say(worst, "pickle-changes", "changes %s, which belongs to the program that loads the file", m.show(target))
}

// appendsTo looks at an append to an object: its class's method is called, unless the pickle has given it one.
func (m *machine) appendsTo(target value, items []value) {
	if target.kind() != kResult || len(items) == 0 {
		return
	}
	n := &m.nodes.nodes[target.payload()]
	for i := 0; i+1 < len(n.items); i += 2 {
		key, _ := m.constant(n.items[i], 32)
		switch string(key) {
		case "append", "extend", "add":
			m.call(n.items[i+1], m.tuple(items[:1]), value(kAbsent))
		}
	}
}
