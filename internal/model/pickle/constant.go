package pickle

import (
	"bytes"
	"encoding/binary"
	"io"
	"strconv"
)

// textCache keeps the texts that were last looked at.
type textCache struct {
	keys  [64]value
	texts [64][]byte
}

func (t *textCache) reset() {
	*t = textCache{}
}

// maxRescan bounds what is read again to find text of the memo.
const maxRescan = 256 << 20

// constant is the text or the bytes of a value where they are constant, at most max of them. What it returns may lie in the
// window: it is valid until the next opcode is read, and not to be changed.
func (m *machine) constant(v value, max int) ([]byte, bool) {
	switch v.kind() {
	case kText, kBytes, kByteArray, kMemoText:
	case kResult:
		return m.computed(v, max)
	default:
		return nil, false
	}
	slot := &m.texts.keys[(uint64(v)>>8*0x9e3779b97f4a7c15)>>58]
	text := &m.texts.texts[(uint64(v)>>8*0x9e3779b97f4a7c15)>>58]
	if *slot == v && v != 0 {
		return *text, len(*text) <= max
	}
	off := int64(v.payload())
	if v.kind() == kMemoText {
		var ok bool
		if off, ok = m.findMemoText(v.payload()); !ok {
			return nil, false
		}
	}
	b, ok := m.constantAt(off, max)
	if ok && len(b) <= maxName {
		*slot, *text = v, bytes.Clone(b)
	}
	return b, ok
}

// locate is the argument of the opcode at an offset; n is -1 for a line.
func (m *machine) locate(at int64) (code byte, off, n int64, ok bool) {
	if s, ok := m.moved[at]; ok {
		return s.code, s.arg, s.n, true
	}
	head, err := m.c.slice(at, min(9, m.c.size-at))
	if err != nil || len(head) == 0 {
		return 0, 0, 0, false
	}
	rest := head[1:]
	switch f := opcodes[head[0]].form; {
	case f == line:
		return head[0], at + 1, -1, true
	case f == bytes1 && len(rest) >= 1:
		off, n = at+2, int64(rest[0])
	case (f == bytes4 || f == bytes4s) && len(rest) >= 4:
		off, n = at+5, int64(binary.LittleEndian.Uint32(rest))
	case f == bytes8 && len(rest) >= 8:
		off, n = at+9, int64(binary.LittleEndian.Uint64(rest))
	default:
		return 0, 0, 0, false
	}
	return head[0], off, n, n >= 0 && n <= m.c.size-off
}

// constantAt reads the text or bytes of the opcode at an offset.
func (m *machine) constantAt(at int64, max int) ([]byte, bool) {
	if at < m.c.base {
		if m.budget.far++; m.budget.far > maxFarReads {
			return nil, false
		}
	}
	code, off, n, ok := m.locate(at)
	if !ok || n > int64(max) {
		return nil, false
	}
	if n >= 0 {
		b, err := m.c.slice(off, n)
		if err != nil {
			return nil, false
		}
		return unescaped(code, b)
	}
	b, err := m.c.slice(off, min(int64(max)+2, m.c.size-off))
	if err != nil {
		return nil, false
	}
	end := bytes.IndexByte(b, '\n')
	if end < 0 {
		return nil, false
	}
	return unescaped(code, b[:end])
}

func unescaped(code byte, b []byte) ([]byte, bool) {
	switch code {
	case opString:
		b, err := unquote(b, 0)
		return b, err == nil
	case opUnicode:
		return rawUnicode(b)
	case opShortBinUnicode, opBinUnicode, opBinUnicode8, opBinString, opShortBinString, opBinBytes, opShortBinBytes, opBinBytes8, opByteArray8, opPersID:
		return b, true
	}
	return nil, false
}

// findMemoText finds the opcode of the text that was stored at a place of the memo, by reading again what filled its page.
func (m *machine) findMemoText(i uint64) (int64, bool) {
	page := i >> pageBits
	if page >= uint64(len(m.memo.pages)) || m.memo.pages[page].dirty {
		return 0, false
	}
	from := m.memo.pages[page].start
	if page == 0 {
		from = m.start
	}
	if m.again == nil {
		m.again = make([]byte, 32<<10)
	}
	c := cursor{r: m.c.r, size: m.c.size, buf: m.again, base: from}
	at := page << pageBits // the next entry
	first := true
	var s, before step
	for m.budget.rescan < maxRescan {
		before = s
		if c.next(&s) != nil || s.code == opStop {
			return 0, false
		}
		m.budget.rescan += 1 + c.offset() - s.off
		switch s.code {
		case opPut, opBinPut, opLongBinPut:
			if s.code == opPut {
				b, err := c.slice(s.arg, min(s.n, 20))
				if err != nil {
					return 0, false
				}
				s.num, _ = strconv.ParseInt(string(b), 10, 64)
			}
			at = uint64(s.num)
		case opMemoize:
			if first && page > 0 {
				at--
			}
		default:
			continue
		}
		first = false
		if at == i {
			switch before.code {
			case opString, opUnicode, opShortBinUnicode, opBinUnicode, opBinUnicode8, opBinString, opShortBinString:
				return before.off, true
			}
			return 0, false
		}
		at++
	}
	return 0, false
}

// sectionOf reads the bytes of a value in place, where they lie in the stream as they are.
func (m *machine) sectionOf(v value) (*io.SectionReader, bool) {
	if !v.in(1<<kBytes | 1<<kByteArray | 1<<kText) {
		return nil, false
	}
	code, off, n, ok := m.locate(int64(v.payload()))
	if !ok || n < 0 || code == opShortBinUnicode || code == opBinUnicode || code == opBinUnicode8 {
		return nil, false
	}
	return io.NewSectionReader(m.c.r, off, n), true
}

// members are what is known of a tuple's, list's or set's members, a dictionary's keys and values in turn. all says that there
// are no others.
func (m *machine) members(v value) (items []value, all bool) {
	switch v.kind() {
	case kEmptyTuple:
		return nil, true
	case kTuple, kList, kDict, kSet:
		n := &m.nodes.nodes[v.payload()]
		return n.items, !n.more
	}
	return nil, false
}

// intOf is a value's number.
func intOf(v value) (int64, bool) {
	switch v.kind() {
	case kInt:
		return v.number(), true
	case kTrue:
		return 1, true
	case kFalse:
		return 0, true
	}
	return 0, false
}
