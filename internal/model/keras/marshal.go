package keras

import (
	"encoding/binary"
	"errors"
)

// code is what matters of a code object of Python.
type code struct {
	names  []string // that it uses, attributes too, in the order of first use
	texts  []string // constants that are text or bytes
	inner  []*code  // code inside it
	locals []string
	name   string
	file   string
	line   int64
}

// errMarshal says that bytes are no marshalled code of any version.
var errMarshal = errors.New("is no marshalled code")

const (
	maxMarshal   = 4 << 20
	maxValues    = 200_000
	maxCodeDepth = 64
)

// unmarshal reads a marshalled code object of Python 2.7 to 3.14. Nothing in it says of which version it is: a layout that
// fits is one that is used up wholly, with names where names belong.
func unmarshal(b []byte) (*code, error) {
	if len(b) == 0 || len(b) > maxMarshal || b[0]&0x7f != 'c' {
		return nil, errMarshal
	}
	var partly *code
	for _, l := range []layout{{6, false}, {5, true}, {5, false}, {4, false}} {
		m := &marshal{b: b, layout: l}
		v := m.value(0)
		c, ok := v.(*code)
		if !ok || m.bad {
			continue
		}
		if m.pos == len(b) {
			return c, nil
		}
		if partly == nil { // readers stop at the end of the value, and do not mind more
			partly = c
		}
	}
	if partly != nil {
		return partly, nil
	}
	return nil, errMarshal
}

// layout tells versions apart: how many numbers a code object begins with, and whether local names are kept in one list with
// their kinds, as since 3.11.
type layout struct {
	numbers int
	kinds   bool
}

type marshal struct {
	b      []byte
	pos    int
	refs   []any
	intern []any // of Python 2
	values int
	layout layout
	bad    bool
}

func (m *marshal) take(n int) []byte {
	if m.bad || n < 0 || n > len(m.b)-m.pos {
		m.bad = true
		return nil
	}
	b := m.b[m.pos : m.pos+n]
	m.pos += n
	return b
}

func (m *marshal) u8() int {
	if b := m.take(1); b != nil {
		return int(b[0])
	}
	return 0
}

func (m *marshal) i32() int {
	if b := m.take(4); b != nil {
		return int(int32(binary.LittleEndian.Uint32(b)))
	}
	return 0
}

// pending stands for a value that refers to itself before it is read.
type pending struct{}

func (m *marshal) value(depth int) any {
	if m.values++; depth > maxCodeDepth || m.values > maxValues {
		m.bad = true
	}
	if m.bad {
		return nil
	}
	head := m.u8()
	slot := -1
	if head&0x80 != 0 {
		slot = len(m.refs)
		m.refs = append(m.refs, pending{})
	}
	v := m.body(byte(head&0x7f), depth)
	if slot >= 0 {
		m.refs[slot] = v
	}
	return v
}

func (m *marshal) body(t byte, depth int) any {
	switch t {
	case '0', 'N', 'F', 'T', 'S', '.':
		return nil
	case 'i':
		return m.i32()
	case 'I', 'g':
		m.take(8)
	case 'f':
		m.take(m.u8())
	case 'x':
		m.take(m.u8())
		m.take(m.u8())
	case 'y':
		m.take(16)
	case 'l':
		n := m.i32()
		m.take(2 * max(n, -n))
	case 's':
		return bytesValue(m.take(m.i32()))
	case 'u', 'a':
		return string(m.take(m.i32()))
	case 't', 'A':
		s := string(m.take(m.i32()))
		if t == 't' {
			m.intern = append(m.intern, s)
		}
		return s
	case 'z', 'Z':
		return string(m.take(m.u8()))
	case 'R':
		return m.at(m.intern, m.i32())
	case 'r':
		return m.at(m.refs, m.i32())
	case ')':
		return m.items(m.u8(), depth)
	case '(', '[', '<', '>':
		return m.items(m.i32(), depth)
	case '{':
		for !m.bad && m.pos < len(m.b) && m.b[m.pos] != '0' {
			m.value(depth + 1)
			m.value(depth + 1)
		}
		m.take(1)
	case ':':
		return m.items(3, depth)
	case 'c':
		return m.code(depth)
	default:
		m.bad = true
	}
	return nil
}

type bytesValue []byte

func (m *marshal) at(of []any, i int) any {
	if i < 0 || i >= len(of) {
		m.bad = true
		return nil
	}
	return of[i]
}

func (m *marshal) items(n, depth int) any {
	if n < 0 || n > len(m.b)-m.pos {
		m.bad = true
		return nil
	}
	out := make([]any, 0, min(n, 1024))
	for range n {
		if m.bad {
			return nil
		}
		out = append(out, m.value(depth+1))
	}
	return out
}

func (m *marshal) code(depth int) any {
	c := &code{}
	for range m.layout.numbers {
		if n := m.i32(); n < 0 || n > 1<<30 {
			m.bad = true
		}
	}
	if _, ok := m.value(depth + 1).(bytesValue); !ok {
		m.bad = true // no instructions
	}
	consts, ok := m.value(depth + 1).([]any)
	m.bad = m.bad || !ok
	m.constants(c, consts, 0)
	c.names = m.strings(depth)
	c.locals = m.strings(depth)
	if m.layout.kinds {
		if _, ok := m.value(depth + 1).(bytesValue); !ok {
			m.bad = true
		}
	} else {
		m.strings(depth)
		m.strings(depth)
	}
	c.file, c.name = m.str(depth), m.str(depth)
	if m.layout.kinds {
		m.str(depth)
	}
	c.line = int64(m.i32())
	m.value(depth + 1)
	if m.layout.kinds {
		m.value(depth + 1)
	}
	return c
}

// str takes a text, which Python 2 writes as bytes.
func (m *marshal) str(depth int) string {
	switch v := m.value(depth + 1).(type) {
	case string:
		return v
	case bytesValue:
		return string(v)
	}
	m.bad = true
	return ""
}

func (m *marshal) strings(depth int) []string {
	v, ok := m.value(depth + 1).([]any)
	if !ok {
		m.bad = true
		return nil
	}
	out := make([]string, 0, len(v))
	for _, v := range v {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case bytesValue:
			out = append(out, string(v))
		default:
			m.bad = true
		}
	}
	return out
}

// constants keeps what matters of the constants of code.
func (m *marshal) constants(c *code, values []any, depth int) {
	for _, v := range values {
		if m.values++; m.values > maxValues {
			m.bad = true
			return
		}
		switch v := v.(type) {
		case string:
			c.texts = append(c.texts, v)
		case bytesValue:
			c.texts = append(c.texts, string(v))
		case *code:
			c.inner = append(c.inner, v)
		case []any:
			if depth < 8 {
				m.constants(c, v, depth+1)
			}
		}
	}
}
