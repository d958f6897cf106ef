package pickle

import (
	"context"
	"encoding/binary"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	// maxStack bounds the stack; runs of constants on it count as one.
	maxStack     = 1 << 21
	compactStack = 1 << 19
	maxMarks     = 1 << 20
)

// machine runs pickles on abstract values.
type machine struct {
	c     cursor
	s     step
	stack []value
	marks []int // where on the stack they lie
	fence int   // the last of them: nothing below can be taken

	memo  memo
	nodes arena
	names namesTable
	texts textCache

	part     *inspect.Part
	ctx      context.Context
	options  Options
	depth    int   // of pickles inside pickles
	start    int64 // of the pickle in the part
	proto    int64
	frameEnd int64
	runs     bool // there may be runs on the stack
	compact  int  // the stack is made small when it is longer
	calling  int  // depth of calls that calls make
	calls    int  // in all
	budget   *budget
	seen     seen
	ext      map[int64]value
	torch    torchSeen
	result   value // what the last pickle made

	visited     int  // members that were looked at for one judgement
	plainReader bool // reads as one that does not know joblib's arrays
	forked      int
	hiddenSeen  int            // constants that were run as pickles
	hiddenFound []hiddenPickle // and what came of them
	versioned   bool           // the version of a library was found
	crossed     bool           // the pickle has an opcode that lies across the end of a frame

	again []byte         // window for reading again
	moved map[int64]step // arguments that do not lie behind their opcodes, for a reader that drops

	trace, otherTrace func(event, name string) // of tests: what is called, and what by another reader
}

// budget is what all pickles of a file may cost together.
type budget struct {
	decoded int   // bytes that constants were worked out from
	rescan  int64 // bytes read again to find text of the memo
	far     int   // constants that did not lie in the window
	keys    int   // keys of dictionaries that did not
	inner   int   // calls that calls make
	said    int   // reasons
	nested  int   // pickles inside of pickles
	bytes   int64 // of them
	tried   int   // constants that were tried for being pickles
	coded   int64 // characters of them in Base64 and the like
}

const (
	maxNested  = 8
	maxCalling = 24
	// A hostile file can repeat what is slow. Honest ones do not come near these.
	maxInner       = 1 << 20
	maxFarReads    = 1 << 20
	maxCalls       = 48 << 20
	maxSaid        = 5000
	maxNestedBytes = 256 << 20
	maxPickles     = 1 << 20
	maxVisited     = 2000 // members looked at to judge one argument
)

// begin makes the machine ready for a pickle that begins where the cursor is.
func (m *machine) begin() {
	m.stack, m.marks, m.fence = m.stack[:0], m.marks[:0], 0
	m.memo.reset()
	m.nodes.reset()
	m.texts.reset()
	m.start = m.c.offset()
	m.proto, m.frameEnd, m.compact, m.calling, m.runs = 0, 0, compactStack, 0, false
	m.result = value(kAbsent)
	m.crossed, m.c.frame, m.moved = false, 0, nil
}

// run goes through one pickle, to behind its STOP. An error says that its loader would stop there.
func (m *machine) run() error {
	c := &m.c
	for n := 1; ; n++ {
		if c.lim-c.pos >= margin {
			done, err := m.fast()
			if done || err != nil {
				return err
			}
		}
		if n&0xfff == 0 || m.nodes.since > m.nodes.limit {
			if err := m.housekeeping(); err != nil {
				return err
			}
		}
		if c.lim-c.pos < margin && c.base+int64(c.lim) < c.size {
			if err := m.housekeeping(); err != nil {
				return err
			}
			if err := c.fill(); err != nil {
				return err
			}
			continue
		}
		done, err := m.slow()
		if done || err != nil {
			return err
		}
	}
}

func (m *machine) slow() (done bool, err error) {
	if err := m.c.next(&m.s); err != nil {
		return false, err
	}
	return m.exec(&m.s)
}

// fast goes through the frequent opcodes as long as the window holds enough. It does what exec does, without decoding first.
func (m *machine) fast() (done bool, err error) {
	c := &m.c
	buf, pos := m.view(), c.pos
	for pos+margin <= len(buf) && m.nodes.since <= m.nodes.limit {
		switch code := buf[pos]; code {
		case opBinInt1:
			m.stack = append(m.stack, value(kInt)|value(buf[pos+1])<<8)
			pos += 2
		case opBinInt2:
			m.stack = append(m.stack, value(kInt)|value(binary.LittleEndian.Uint16(buf[pos+1:]))<<8)
			pos += 3
		case opBinInt:
			m.stack = append(m.stack, intValue(int64(int32(binary.LittleEndian.Uint32(buf[pos+1:])))))
			pos += 5
		case opBinFloat:
			m.stack = append(m.stack, value(kFloat))
			pos += 9
		case opNone:
			m.stack = append(m.stack, value(kNone))
			pos++
		case opNewTrue:
			m.stack = append(m.stack, value(kTrue))
			pos++
		case opNewFalse:
			m.stack = append(m.stack, value(kFalse))
			pos++
		case opShortBinUnicode:
			n := int(buf[pos+1])
			if n >= minHidden && mayHide(buf[pos+2:pos+2+n], buf[pos+2:pos+2+n]) {
				c.pos = pos
				if done, err = m.slow(); done || err != nil {
					return done, err
				}
				buf, pos = m.view(), c.pos
				continue
			}
			if !isASCII(buf[pos+2:pos+2+n]) && !validText(buf[pos+2:pos+2+n]) {
				c.pos = pos
				return false, m.badText()
			}
			m.stack = append(m.stack, of(kText, uint64(c.base+int64(pos))))
			pos += 2 + n
		case opShortBinString:
			if n := int(buf[pos+1]); n >= minHidden && mayHide(buf[pos+2:pos+2+n], buf[pos+2:pos+2+n]) {
				c.pos = pos
				if done, err = m.slow(); done || err != nil {
					return done, err
				}
				buf, pos = m.view(), c.pos
				continue
			}
			m.stack = append(m.stack, of(kText, uint64(c.base+int64(pos))))
			pos += 2 + int(buf[pos+1])
		case opShortBinBytes:
			if n := int(buf[pos+1]); n >= minHidden && mayHide(buf[pos+2:pos+2+n], buf[pos+2:pos+2+n]) { // perhaps a pickle itself
				c.pos = pos
				if done, err = m.slow(); done || err != nil {
					return done, err
				}
				buf, pos = m.view(), c.pos
				continue
			}
			m.stack = append(m.stack, of(kBytes, uint64(c.base+int64(pos))))
			pos += 2 + int(buf[pos+1])
		case opMemoize:
			if len(m.stack) <= m.fence {
				c.pos = pos
				return false, m.underflow()
			}
			m.memo.put(m.memo.count, m.stack[len(m.stack)-1], c.base+int64(pos), &m.nodes)
			pos++
		case opBinPut:
			if len(m.stack) <= m.fence {
				c.pos = pos
				return false, m.underflow()
			}
			m.memo.put(uint64(buf[pos+1]), m.stack[len(m.stack)-1], c.base+int64(pos), &m.nodes)
			pos += 2
		case opLongBinPut:
			if len(m.stack) <= m.fence {
				c.pos = pos
				return false, m.underflow()
			}
			i := uint64(binary.LittleEndian.Uint32(buf[pos+1:]))
			if i > m.memo.next {
				c.pos = pos
				if done, err = m.slow(); done || err != nil {
					return done, err
				}
				buf, pos = m.view(), c.pos
				continue
			}
			m.memo.put(i, m.stack[len(m.stack)-1], c.base+int64(pos), &m.nodes)
			pos += 5
		case opBinGet:
			v := m.memo.get(uint64(buf[pos+1]))
			if v.kind() == kAbsent || v.kind() == kName { // looked at closely
				c.pos = pos
				if done, err = m.slow(); done || err != nil {
					return done, err
				}
				buf, pos = m.view(), c.pos
				continue
			}
			m.stack = append(m.stack, v)
			pos += 2
		case opLongBinGet:
			v := m.memo.get(uint64(binary.LittleEndian.Uint32(buf[pos+1:])))
			if v.kind() == kAbsent || v.kind() == kName {
				c.pos = pos
				if done, err = m.slow(); done || err != nil {
					return done, err
				}
				buf, pos = m.view(), c.pos
				continue
			}
			m.stack = append(m.stack, v)
			pos += 5
		case opMark:
			if len(m.marks) >= maxMarks {
				c.pos = pos
				return false, m.tooMuch("marks")
			}
			m.marks = append(m.marks, len(m.stack))
			m.fence = len(m.stack)
			pos++
		case opEmptyList:
			m.stack = append(m.stack, m.container(kList))
			pos++
		case opEmptyDict:
			m.stack = append(m.stack, m.container(kDict))
			pos++
		case opEmptyTuple:
			m.stack = append(m.stack, value(kEmptyTuple))
			pos++
		case opTuple1, opTuple2, opTuple3:
			n := int(code-opTuple1) + 1
			if len(m.stack)-n < m.fence {
				c.pos = pos
				return false, m.underflow()
			}
			at := len(m.stack) - n
			v := m.tuple(m.stack[at:])
			m.stack = append(m.stack[:at], v)
			pos++
		case opFrame:
			c.pos = pos
			if done, err = m.slow(); done || err != nil {
				return done, err
			}
			buf, pos = m.view(), c.pos
		default:
			c.pos = pos
			if err := c.next(&m.s); err != nil {
				return false, err
			}
			if done, err = m.exec(&m.s); done || err != nil {
				return done, err
			}
			buf, pos = m.view(), c.pos
		}
	}
	c.pos = pos
	return false, nil
}

// view is what the fast path may read: the end of a frame is left to exec, which looks whether an opcode lies across it.
func (m *machine) view() []byte {
	end := m.c.lim
	if m.frameEnd > 0 {
		end = int(min(int64(end), max(m.frameEnd-m.c.base, 0)))
	}
	return m.c.buf[:end]
}

func isASCII(b []byte) bool {
	for len(b) >= 8 {
		if binary.LittleEndian.Uint64(b)&0x8080808080808080 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, x := range b {
		if x >= 0x80 {
			return false
		}
	}
	return true
}

// housekeeping keeps memory within its bounds, and stops when time is up.
func (m *machine) housekeeping() error {
	if err := m.ctx.Err(); err != nil {
		return err
	}
	if len(m.stack) > m.compact {
		m.squeeze()
		if len(m.stack) > maxStack {
			return m.tooMuch("values on its stack")
		}
		m.compact = max(compactStack, len(m.stack)+compactStack/2)
	}
	if m.nodes.since > m.nodes.limit {
		m.collect()
	}
	return nil
}

// collect frees the nodes that nothing points to.
func (m *machine) collect() {
	for _, v := range m.stack {
		m.nodes.mark(v)
	}
	m.memo.each(m.nodes.mark)
	for _, v := range m.ext {
		m.nodes.mark(v)
	}
	m.nodes.mark(m.result)
	m.nodes.sweep()
	m.nodes.limit = max(m.nodes.limit, len(m.stack)/8)
}

// squeeze turns runs of inert values deep in the stack into one value each.
func (m *machine) squeeze() {
	m.runs = true
	keep := len(m.stack) - 4096
	out, mark := 0, 0
	for i, v := range m.stack {
		for mark < len(m.marks) && m.marks[mark] == i {
			m.marks[mark] = out
			mark++
		}
		first := mark > 0 && m.marks[mark-1] == out // a run does not begin before its mark
		if i < keep && !first && out > 0 && m.isInert(v) && m.isInert(m.stack[out-1]) {
			m.stack[out-1] = of(kRun, runLength(m.stack[out-1])+runLength(v))
			continue
		}
		m.stack[out] = v
		out++
	}
	for ; mark < len(m.marks); mark++ {
		m.marks[mark] = out
	}
	m.stack = m.stack[:out]
	m.fence = 0
	if n := len(m.marks); n > 0 {
		m.fence = m.marks[n-1]
	}
}

func runLength(v value) uint64 {
	if v.kind() == kRun {
		return v.payload()
	}
	return 1
}

// isInert says whether nothing is lost when only the number of values is kept: constants, containers of them, objects.
func (m *machine) isInert(v value) bool {
	switch v.kind() {
	case kTuple, kList, kDict, kSet:
		return m.nodes.nodes[v.payload()].plain
	case kLost, kObject:
		return true
	}
	return v.in(plainKinds)
}

func (m *machine) isPlain(v value) bool {
	return v.in(plainKinds) || v.kind() == kTuple && m.nodes.nodes[v.payload()].plain
}
