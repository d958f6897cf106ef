package pickle

const (
	pageBits  = 12
	pageSize  = 1 << pageBits
	openPages = 3 // the last pages are kept as they are
	// maxPacked bounds the bytes of all packed pages, maxFar the entries that are out of order, and maxKept the nodes that only
	// packed pages point to. Beyond, nothing is known of an entry, and the worst is assumed of its use.
	maxPacked = 20 << 20
	maxFar    = 64 << 10
	maxKept   = 4 << 10
)

// memo is the pickle's table of values. Entries are numbered one after the other by every writer; there can be one for every few
// bytes of a file. So older pages of it are packed: a page's different values, most of which are mere kinds, and four or eight
// bits an entry. Text is found again by reading the stretch of the stream that filled the page.
type memo struct {
	pages  []page
	last   *[pageSize]value // the values of the last page
	next   uint64           // entries below it are in pages
	count  uint64           // entries there are
	far    map[uint64]value
	packed int
	kept   []value // nodes that packed pages point to
	full   bool    // something was not kept
	spare  [][]value
}

type page struct {
	open    []value // while it is not packed
	bits    []byte  // indexes of palette; none where all entries are the same
	palette []value
	start   int64 // of the opcode that stored the entry before the page's first
	dirty   bool  // not filled one after the other: text of it cannot be found again
}

func (m *memo) reset() {
	for i := range m.pages {
		if p := &m.pages[i]; p.open != nil && len(m.spare) < openPages {
			m.spare = append(m.spare, p.open)
		}
		m.pages[i] = page{}
	}
	*m = memo{pages: m.pages[:0], spare: m.spare, kept: m.kept[:0]}
}

// put stores a value at an index. at is the offset of the opcode that does.
func (m *memo) put(i uint64, v value, at int64, a *arena) {
	if i == m.next {
		m.append(v, at, a)
		m.count++
		if len(m.far) > 0 {
			if _, ok := m.far[i]; ok {
				delete(m.far, i)
				m.count--
			}
		}
		return
	}
	if i > m.next && i < m.next+pageSize { // Python 2 counts from 1
		for m.next < i {
			old, ok := m.far[m.next]
			delete(m.far, m.next)
			if !ok {
				old = value(kAbsent)
			}
			m.append(old, at, a)
			m.pages[len(m.pages)-1].dirty = true
		}
		m.put(i, v, at, a)
		return
	}
	if i < m.next {
		if p := &m.pages[i>>pageBits]; p.open != nil {
			old := &p.open[i&(pageSize-1)]
			if *old == value(kAbsent) {
				m.count++
			}
			*old, p.dirty = v, true
			return
		}
		if m.get(i) == value(kAbsent) {
			m.count++
		}
	} else if _, ok := m.far[i]; !ok {
		m.count++
	}
	if m.far == nil {
		m.far = map[uint64]value{}
	}
	if len(m.far) >= maxFar {
		m.full = true
		v = value(kUnknown)
		if i >= m.next {
			return
		}
		if _, ok := m.far[i]; !ok {
			return
		}
	}
	m.far[i] = v
}

// quick stores the next entry where nothing but its place is to be filled in, and says whether that is so.
func (m *memo) quick(v value) bool {
	slot := m.next & (pageSize - 1)
	if slot == 0 || m.next != m.count || m.last == nil || m.far != nil {
		return false
	}
	m.last[slot] = v
	m.next++
	m.count++
	return true
}

// append stores the next entry.
func (m *memo) append(v value, at int64, a *arena) {
	slot := m.next & (pageSize - 1)
	if slot == 0 {
		m.newPage(at, a)
	}
	m.last[slot] = v
	m.next++
}

func (m *memo) newPage(at int64, a *arena) {
	if n := len(m.pages); n >= openPages {
		m.pack(&m.pages[n-openPages], a)
	}
	var open []value
	if n := len(m.spare); n > 0 {
		open, m.spare = m.spare[n-1], m.spare[:n-1]
	} else {
		open = make([]value, pageSize)
	}
	m.pages = append(m.pages, page{open: open, start: at})
	m.last = (*[pageSize]value)(open)
}

// get is the value at an index, kAbsent if there is none.
func (m *memo) get(i uint64) value {
	if len(m.far) > 0 {
		if v, ok := m.far[i]; ok {
			return v
		}
	}
	if i >= m.next {
		if m.full {
			return value(kUnknown)
		}
		return value(kAbsent)
	}
	p := &m.pages[i>>pageBits]
	slot := i & (pageSize - 1)
	if p.open != nil {
		return p.open[slot]
	}
	var v value
	switch len(p.bits) {
	case 0:
		v = p.palette[0]
	case pageSize / 2:
		v = p.palette[p.bits[slot/2]>>(slot%2*4)&15]
	default:
		v = p.palette[p.bits[slot]]
	}
	if v == value(kMemoText) {
		return of(kMemoText, i)
	}
	return v
}

// pack makes a page small.
func (m *memo) pack(p *page, a *arena) {
	var index [pageSize]uint8
	p.palette = nil
	var lookup map[value]uint8  // once there are many
	var known [kMark + 1]uint16 // the index, plus one, of what the kinds become of which nothing else is kept
	for i, v := range p.open {
		k := v.kind()
		as := k
		switch k {
		case kText, kInt, kMemoText:
		case kList, kDict, kSet:
			if !a.nodes[v.payload()].plain {
				as = kMark
			}
		default:
			as = kMark
		}
		if as != kMark && known[as] > 0 {
			index[i] = uint8(known[as] - 1)
			continue
		}
		index[i] = p.find(m.fade(v, p.dirty, a), &lookup)
		if as != kMark {
			known[as] = uint16(index[i]) + 1
		}
	}
	m.spare = append(m.spare, p.open)
	p.open = nil
	if m.packed > maxPacked && len(p.palette) > 1 {
		p.palette = append(p.palette[:0], value(kUnknown))
	}
	switch {
	case len(p.palette) == 1:
	case len(p.palette) <= 16:
		p.bits = make([]byte, pageSize/2)
		for i := range p.bits {
			p.bits[i] = index[2*i] | index[2*i+1]<<4
		}
	default:
		p.bits = append([]byte(nil), index[:]...)
	}
	m.packed += len(p.bits) + 8*cap(p.palette) + 96
}

// find is the index of a value in the palette. A page has at most 256 different ones; nothing is known of the others.
func (p *page) find(v value, lookup *map[value]uint8) uint8 {
	if len(p.palette) <= 16 {
		for i, x := range p.palette {
			if x == v {
				return uint8(i)
			}
		}
	} else {
		if *lookup == nil {
			*lookup = map[value]uint8{}
			for i, x := range p.palette {
				(*lookup)[x] = uint8(i)
			}
		}
		if i, ok := (*lookup)[v]; ok {
			return i
		}
		if len(p.palette) == 255 {
			v = value(kUnknown)
		}
		if len(p.palette) == 256 {
			return 255
		}
		(*lookup)[v] = uint8(len(p.palette))
	}
	p.palette = append(p.palette, v)
	return uint8(len(p.palette) - 1)
}

// fade is what is kept of a value in a packed page.
func (m *memo) fade(v value, dirty bool, a *arena) value {
	switch v.kind() {
	case kText:
		if dirty {
			return value(kUnknown)
		}
		return value(kMemoText)
	case kMemoText:
		return value(kUnknown) // text of another page: two ways to go are one too many
	case kInt:
		return value(kLong)
	case kBytes, kByteArray:
		return v // few of them are in one page, or they are large; else they are too many
	case kTuple, kList, kDict, kSet, kResult:
		n := &a.nodes[v.payload()]
		if n.plain || len(m.kept) >= maxKept {
			return fadeNode(v, n)
		}
		m.kept = append(m.kept, v)
	}
	return v
}

func fadeNode(v value, n *node) value {
	switch v.kind() {
	case kTuple:
		if n.plain {
			return of(kPlainTuple, uint64(n.weight))
		}
		return of(kLost, lostTuple)
	case kList:
		return of(kLost, lostList)
	case kDict:
		return of(kLost, lostDict)
	case kSet:
		return of(kLost, lostSet)
	}
	if n.from.kind() == kName && n.plain {
		return of(kObject, n.from.payload())
	}
	return value(kUnknown)
}

// mark notes that all values that the memo points to are in use.
func (m *memo) mark(a *arena) {
	for i := range m.pages {
		p := &m.pages[i]
		if p.open != nil {
			n := min(m.next-uint64(i)<<pageBits, pageSize)
			for _, v := range p.open[:n] {
				if v.in(nodeKinds) {
					a.mark(v)
				}
			}
		}
	}
	for _, v := range m.kept {
		a.mark(v)
	}
	for _, v := range m.far {
		a.mark(v)
	}
}
