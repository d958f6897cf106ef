package pickle

import (
	"math/bits"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// maxWeight is the logarithm of how many values containers may spell out to.
const maxWeight = 48

// pop takes the top value.
func (m *machine) pop() (value, bool) {
	n := len(m.stack)
	if n <= m.fence {
		return 0, false
	}
	v := m.stack[n-1]
	if v.kind() == kRun {
		if left := v.payload() - 1; left > 1 {
			m.stack[n-1] = of(kRun, left)
		} else {
			m.stack[n-1] = value(kUnknown)
		}
		return value(kUnknown), true // some constant
	}
	m.stack = m.stack[:n-1]
	return v, true
}

func (m *machine) top() (value, bool) {
	if n := len(m.stack); n > m.fence {
		return m.stack[n-1], true
	}
	return 0, false
}

func (m *machine) push(v value) { m.stack = append(m.stack, v) }

// popMark takes everything down to the last mark. What it returns is valid until the next push.
func (m *machine) popMark() ([]value, bool) {
	n := len(m.marks)
	if n == 0 {
		return nil, false
	}
	at := m.marks[n-1]
	m.marks = m.marks[:n-1]
	m.fence = 0
	if n > 1 {
		m.fence = m.marks[n-2]
	}
	items := m.stack[at:]
	m.stack = m.stack[:at]
	return items, true
}

// container makes an empty list, dictionary or set.
func (m *machine) container(k kind) value {
	i, ok := m.nodes.make()
	if !ok {
		return of(kLost, uint64(lostList+k-kList))
	}
	n := &m.nodes.nodes[i]
	n.plain, n.leaf = true, true
	return of(k, uint64(i))
}

// tuple makes a tuple of values, which stay the caller's.
func (m *machine) tuple(items []value) value {
	if len(items) == 0 {
		return value(kEmptyTuple)
	}
	i, ok := m.nodes.make()
	if !ok {
		for _, v := range items {
			if !m.isPlain(v) {
				return of(kLost, lostTuple)
			}
		}
		return of(kPlainTuple, uint64(bits.Len(uint(len(items)))))
	}
	n := &m.nodes.nodes[i]
	n.plain, n.leaf = true, true
	m.fillNode(i, items, 1)
	return of(kTuple, uint64(i))
}

// fillNode adds members. They come in groups of as many as stride: one for a list, two, key and value, for a dictionary.
func (m *machine) fillNode(i uint32, items []value, stride int) {
	n := &m.nodes.nodes[i]
	if m.fillPlain(n, items[:len(items)&^(stride-1)], stride) {
		return
	}
	n.leaf = false
	weight := uint64(1) << n.weight
	for at := 0; at+stride <= len(items); at += stride {
		odd := false
		for _, v := range items[at : at+stride] {
			if v.in(plainKinds) {
				weight++
				if v.kind() == kPlainTuple {
					weight += 1 << min(v.payload(), maxWeight)
				} else if v.kind() == kRun {
					weight += v.payload()
					n.more, odd = true, true
				}
				continue
			}
			if v.in(nodeKinds) {
				inner := &m.nodes.nodes[v.payload()]
				weight += 1 << min(inner.weight, maxWeight)
				if inner.plain && v.kind() != kResult {
					continue // should it get other members later, it is still a container and no more
				}
			}
			odd = true
		}
		if odd {
			n.plain = false
		}
		n.total++
		if len(n.items) < keptItems*stride || odd && len(n.items) < keptOdd*stride {
			n.items = append(n.items, items[at:at+stride]...)
		} else {
			n.more = true
			n.plain = n.plain && !odd
			if stride == 2 && !n.hides {
				kept, hidden := m.watchedKey(items[at])
				if n.hides = hidden || kept && len(n.items) >= 2*keptOdd; kept && !n.hides {
					n.items = append(n.items, items[at:at+stride]...)
				}
			}
		}
	}
	m.weigh(n, weight)
}

// fillPlain is fillNode for members that are all constants, or containers of such, and says whether it was that easy: of a
// dictionary all must be kept.
func (m *machine) fillPlain(n *node, items []value, stride int) bool {
	room := keptItems*stride - len(n.items)
	if stride > 1 && len(items) > room {
		return false
	}
	weight, inside := uint64(1)<<n.weight, false
	for _, v := range items {
		if v.in(simpleKinds) {
			weight++
			continue
		}
		if !v.in(containerKinds) {
			return false
		}
		inner := &m.nodes.nodes[v.payload()]
		if !inner.plain {
			return false
		}
		weight += 1 << min(inner.weight, maxWeight)
		inside = true
	}
	n.total += uint32(len(items) >> (stride - 1))
	n.leaf = n.leaf && !inside
	if len(items) > room {
		n.more = true
		items = items[:max(room, 0)]
	}
	n.items = append(n.items, items...)
	m.weigh(n, weight)
	return true
}

func (m *machine) weigh(n *node, weight uint64) {
	n.weight = uint8(min(bits.Len64(weight)-1, maxWeight))
	if n.weight == maxWeight {
		m.note(&m.seen.expands, inspect.NotRead, "pickle-expands", m.s.off, "builds containers of each other that spell out to more than 2**%d values: whoever walks through them does not come to an end", maxWeight)
	}
}
