package pickle

import "github.com/lodemark/lodemark/internal/model/inspect"

// hugeNumber is a count that no honest pickle gives to what makes so many of something.
const hugeNumber = 1 << 32

// exhausts looks at calls that would make more than a machine has memory for, or never end. Making an endless iterator is
// harmless; going through it is not.
func (m *machine) exhausts(fn value, items []value) {
	if len(items) == 0 {
		return
	}
	n := &m.names.all[fn.payload()]
	bad := false
	switch n.name {
	case "list", "tuple", "set", "frozenset", "sorted", "sum", "max", "min", "dict", "deque", "Counter":
		bad = m.isEndless(items[0])
	case "bytes", "bytearray", "list.__mul__", "str.__mul__", "bytes.__mul__":
		bad = isHuge(items[0])
	case "pow", "mul", "lshift", "imul", "ilshift", "__mul__", "__pow__", "__lshift__":
		for _, v := range items[1:] {
			bad = bad || isHuge(v) || v.kind() == kInt && v.number() > 1<<24 && n.name != "mul"
		}
	}
	if bad {
		m.sayOf(n, inspect.Dangerous, "pickle-exhausts", "calls %s%s: uses up time or memory", inspect.Quote(n.dotted()), m.with(m.tuple(items)))
	}
}

func isHuge(v value) bool { return v.kind() == kLong || v.kind() == kInt && v.number() > hugeNumber }

func (m *machine) isEndless(v value) bool {
	switch v.kind() {
	case kObject:
		n := &m.names.all[v.payload()]
		return n.module == "itertools" && (n.name == "count" || n.name == "cycle")
	case kResult:
		n := m.nodes.nodes[v.payload()]
		if n.from.kind() != kName || m.names.all[n.from.payload()].act != actIterate {
			return false
		}
		args, all := m.members(n.args)
		if m.names.all[n.from.payload()].name == "repeat" {
			return all && len(args) == 1 || len(args) > 1 && isHuge(args[1])
		}
		return len(args) == 1 && isHuge(args[0]) || len(args) > 1 && isHuge(args[1])
	}
	return false
}
