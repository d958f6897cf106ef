package pickle

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

func (m *machine) fail(format string, args ...any) error { return damaged(m.s.off, format, args...) }
func (m *machine) underflow() error {
	return m.fail("takes a value from an empty stack")
}
func (m *machine) badText() error { return m.fail("a text is not UTF-8") }
func (m *machine) tooMuch(what string) error {
	return fmt.Errorf("the pickle has too many %s to be read", what)
}

// exec does what an opcode does. done is true after STOP.
func (m *machine) exec(s *step) (done bool, err error) {
	if m.frameEnd > 0 {
		m.frame(s)
	}
	if m.c.drops {
		m.moves(s)
	}
	switch s.code {
	case opNone, opNewTrue, opNewFalse, opInt, opBinInt, opBinInt1, opBinInt2, opLong, opLong1, opLong4, opFloat, opBinFloat:
		return false, m.number(s)
	case opString, opBinString, opShortBinString, opUnicode, opShortBinUnicode, opBinUnicode, opBinUnicode8:
		return false, m.text(s)
	case opBinBytes, opShortBinBytes, opBinBytes8:
		if err := m.hidden(s); err != nil {
			return false, err
		}
		m.push(of(kBytes, uint64(s.off)))
	case opByteArray8:
		if err := m.hidden(s); err != nil {
			return false, err
		}
		m.push(of(kByteArray, uint64(s.off)))
	case opNextBuffer:
		m.note(&m.seen.buffers, inspect.Unknown, "pickle-buffer", s.off, "takes a buffer that is kept outside of the pickle")
		m.push(value(kUnknown))
	case opReadOnlyBuffer:
		if _, ok := m.top(); !ok {
			return false, m.underflow()
		}
	case opEmptyList:
		m.push(m.container(kList))
	case opEmptyDict:
		m.push(m.container(kDict))
	case opEmptySet:
		m.push(m.container(kSet))
	case opEmptyTuple:
		m.push(value(kEmptyTuple))
	case opTuple1, opTuple2, opTuple3:
		n := int(s.code-opTuple1) + 1
		if len(m.stack)-n < m.fence {
			return false, m.underflow()
		}
		at := len(m.stack) - n
		v := m.tuple(m.stack[at:])
		m.stack = append(m.stack[:at], v)
	case opTuple, opList, opDict, opFrozenSet, opAppends, opSetItems, opAddItems, opPopMark:
		return false, m.gather(s)
	case opAppend, opSetItem:
		return false, m.addOne(s)
	case opMark:
		if len(m.marks) >= maxMarks {
			return false, m.tooMuch("marks")
		}
		m.marks = append(m.marks, len(m.stack))
		m.fence = len(m.stack)
	case opPop:
		if _, ok := m.pop(); !ok {
			if _, ok = m.popMark(); !ok {
				return false, m.underflow()
			}
		}
	case opDup:
		v, ok := m.top()
		if !ok {
			return false, m.underflow()
		}
		if v.kind() == kRun {
			v = value(kUnknown)
		}
		m.pushGot(v)
	case opGet, opBinGet, opLongBinGet, opPut, opBinPut, opLongBinPut, opMemoize:
		return false, m.memory(s)
	case opProto:
		if s.num > 5 {
			m.note(&m.seen.protocol, inspect.NotRead, "pickle-protocol", s.off, "says that it is of protocol %d, and the last one is 5", s.num)
		}
		m.proto = s.num
	case opFrame:
		m.frameBegins(s)
	case opStop:
		v, ok := m.pop()
		if !ok {
			return false, m.underflow()
		}
		m.result = v
		return true, nil
	default:
		return false, m.effectful(s)
	}
	return false, nil
}

func (m *machine) number(s *step) error {
	switch s.code {
	case opNone:
		m.push(value(kNone))
	case opNewTrue:
		m.push(value(kTrue))
	case opNewFalse:
		m.push(value(kFalse))
	case opBinInt, opBinInt1, opBinInt2:
		m.push(intValue(s.num))
	case opBinFloat:
		m.push(value(kFloat))
	case opLong1, opLong4:
		v := value(kLong)
		if s.n <= 6 {
			if b, err := m.c.slice(s.arg, s.n); err == nil {
				n, _ := longOf(b).(int64)
				v = intValue(n)
			}
		}
		m.push(v)
	case opFloat:
		if !m.isNumber(s, true) {
			return m.fail("FLOAT is no number")
		}
		m.push(value(kFloat))
	case opInt, opLong:
		v := value(kLong)
		if s.n <= 18 {
			b, err := m.c.slice(s.arg, s.n)
			if err != nil {
				return err
			}
			text := string(b)
			switch n, err := strconv.ParseInt(text, 10, 64); {
			case s.code == opInt && text == "00":
				v = value(kFalse)
			case s.code == opInt && text == "01":
				v = value(kTrue)
			case err == nil:
				v = intValue(n)
			default:
				a, err := textNumber(s.code, text, s.off)
				if err != nil {
					return err
				}
				if n, ok := a.(int64); ok {
					v = intValue(n)
				}
			}
		} else if !m.isNumber(s, false) {
			return m.fail("%s is no number", opcodes[s.code].name)
		}
		m.push(v)
	}
	return nil
}

// isNumber looks at the text of a number without working it out.
func (m *machine) isNumber(s *step, float bool) bool {
	if s.n > 1<<14 {
		return true // digits by the thousand: skipped
	}
	b, err := m.c.slice(s.arg, s.n)
	if err != nil {
		return false
	}
	if float {
		text := pythonNumber(string(b))
		_, err := strconv.ParseFloat(text, 64)
		if e, ok := err.(*strconv.NumError); ok && e.Err == strconv.ErrRange {
			err = nil
		}
		return err == nil
	}
	text := pythonNumber(strings.TrimSuffix(string(b), "L"))
	text = strings.TrimPrefix(text, "-")
	if len(text) > 2 && text[0] == '0' && strings.IndexByte("xXoObB", text[1]) >= 0 {
		_, ok := new(big.Int).SetString(text, 0)
		return ok
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return len(text) > 0
}

// checkedText is how long a text can be to be looked at as UTF-8: what is longer is somebody's data.
const checkedText = windowBytes / 2

func (m *machine) text(s *step) error {
	switch s.code {
	case opShortBinUnicode, opBinUnicode, opBinUnicode8:
		if s.n <= checkedText {
			b, err := m.c.slice(s.arg, s.n)
			if err != nil {
				return err
			}
			if !validText(b) {
				return m.badText()
			}
		}
		if err := m.hidden(s); err != nil {
			return err
		}
	case opBinString, opShortBinString:
		if err := m.hidden(s); err != nil {
			return err
		}
	case opString:
		if s.n <= checkedText {
			b, err := m.c.slice(s.arg, s.n)
			if err != nil {
				return err
			}
			text, err := unquote(b, s.off)
			if err != nil {
				return err
			}
			m.hiddenIn(s, text)
		}
	case opUnicode:
		if s.n <= checkedText {
			b, err := m.c.slice(s.arg, s.n)
			if err != nil {
				return err
			}
			text, ok := rawUnicode(b)
			if !ok {
				return m.fail("the text of UNICODE has a broken escape")
			}
			m.hiddenIn(s, text)
		}
	}
	m.push(of(kText, uint64(s.off)))
	return nil
}

// memory does what concerns the memo.
func (m *machine) memory(s *step) error {
	i := uint64(s.num)
	switch s.code {
	case opGet, opPut:
		if s.n > 20 {
			return m.fail("%s has no place of the memo", opcodes[s.code].name)
		}
		b, err := m.c.slice(s.arg, s.n)
		if err != nil {
			return err
		}
		n, err := textNumber(s.code, string(b), s.off)
		if err != nil {
			return err
		}
		at, ok := n.(int64)
		if !ok || at < 0 {
			return m.fail("%s has no place of the memo", opcodes[s.code].name)
		}
		i = uint64(at)
	case opMemoize:
		i = m.memo.count
	}
	switch s.code {
	case opGet, opBinGet, opLongBinGet:
		v := m.memo.get(i)
		if v.kind() == kAbsent {
			return m.fail("gets entry %d of the memo, and there is none", i)
		}
		m.pushGot(v)
		return nil
	}
	v, ok := m.top()
	if !ok {
		return m.underflow()
	}
	if v.kind() == kRun {
		v = value(kUnknown)
	}
	if i > 1<<16 && i > 2*uint64(m.c.size) {
		m.note(&m.seen.bomb, inspect.NotRead, "pickle-memo-bomb", s.off, "stores into place %d of a memo, which makes the C unpickler take memory for all places before it", i)
	}
	m.memo.put(i, v, s.off, &m.nodes)
	return nil
}

// pushGot puts a value on the stack that lies elsewhere too.
func (m *machine) pushGot(v value) {
	if v.kind() == kName {
		m.names.all[v.payload()].pushed++
	}
	m.push(v)
}

// frameBegins notes where a frame ends. The C unpickler takes in a frame as a whole, others do not.
func (m *machine) frameBegins(s *step) {
	c := &m.c
	if s.num < 0 || s.num > c.size-c.offset() {
		m.note(&m.seen.frames, inspect.NotRead, "pickle-frame", s.off, "has a frame of %d bytes, and %d are left", uint64(s.num), c.size-c.offset())
		m.frameEnd, c.frame = 0, 0
		return
	}
	if c.drops && c.frame >= c.offset() {
		if s.num <= c.frame-c.offset() {
			return // it is in the buffer already
		}
		c.seek(c.frame)
		if s.num > c.size-c.offset() {
			m.frameEnd, c.frame = 0, 0
			return
		}
	}
	m.frameEnd = c.offset() + s.num
	c.frame = m.frameEnd
}

// frame looks whether an opcode lies within the frame as every reader wants it.
func (m *machine) frame(s *step) {
	if m.c.drops {
		m.frameEnd = m.c.frame
		if s.off >= m.frameEnd {
			m.frameEnd, m.c.frame = 0, 0
		}
		return
	}
	if s.off >= m.frameEnd {
		m.frameEnd = 0
		return
	}
	if m.c.offset() > m.frameEnd || s.code == opFrame {
		m.note(&m.seen.frames, inspect.NotRead, "pickle-frame", s.off, "has a frame that ends inside of an opcode, which unpicklers read in different ways")
		m.crossed = true
		m.frameEnd = 0
	}
}

// moves notes an argument that does not lie behind its opcode.
func (m *machine) moves(s *step) {
	header := int64(1)
	switch opcodes[s.code].form {
	case line:
	case bytes1:
		header = 2
	case bytes4, bytes4s:
		header = 5
	case bytes8:
		header = 9
	default:
		return
	}
	if s.arg == s.off+header || len(m.moved) > 1000 {
		return
	}
	if m.moved == nil {
		m.moved = map[int64]step{}
	}
	m.moved[s.off] = *s
}
