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

// fast goes through the frequent opcodes as long as the window holds enough. It does what exec does, without decoding first. The
// stack is kept aside meanwhile, which makes it twice as fast.
func (m *machine) fast() (done bool, err error) {
	c := &m.c
	buf, pos, stack := m.view(), c.pos, m.stack
loop:
	for pos+margin <= len(buf) {
		at := buf[pos : pos+margin : pos+margin]
		switch code := at[0]; code {
		case opBinInt1:
			stack = append(stack, value(kInt)|value(at[1])<<8)
			pos += 2
			continue
		case opBinInt2:
			stack = append(stack, value(kInt)|value(binary.LittleEndian.Uint16(at[1:]))<<8)
			pos += 3
			continue
		case opBinInt:
			stack = append(stack, value(int64(int32(binary.LittleEndian.Uint32(at[1:])))<<8)|value(kInt))
			pos += 5
			continue
		case opBinFloat:
			stack = append(stack, value(kFloat))
			pos += 9
			continue
		case opNone:
			stack = append(stack, value(kNone))
			pos++
			continue
		case opNewTrue:
			stack = append(stack, value(kTrue))
			pos++
			continue
		case opNewFalse:
			stack = append(stack, value(kFalse))
			pos++
			continue
		case opShortBinUnicode:
			n := int(at[1])
			text := at[2 : 2+n]
			if !isASCII(text) && !validText(text) {
				c.pos, m.stack = pos, stack
				return false, m.badText()
			}
			if n < minHidden || !mayHide(text, text) {
				stack = append(stack, of(kText, uint64(c.base+int64(pos))))
				pos += 2 + n
				continue
			}
		case opShortBinString, opShortBinBytes:
			n := int(at[1])
			if text := at[2 : 2+n]; n < minHidden || !mayHide(text, text) { // perhaps a pickle itself
				k := kText
				if code == opShortBinBytes {
					k = kBytes
				}
				stack = append(stack, of(k, uint64(c.base+int64(pos))))
				pos += 2 + n
				continue
			}
		case opMemoize:
			if len(stack) > m.fence {
				if v := stack[len(stack)-1]; !m.memo.quick(v) {
					m.memo.put(m.memo.count, v, c.base+int64(pos), &m.nodes)
				}
				pos++
				continue
			}
		case opBinPut:
			if len(stack) > m.fence {
				m.memo.put(uint64(at[1]), stack[len(stack)-1], c.base+int64(pos), &m.nodes)
				pos += 2
				continue
			}
		case opLongBinPut:
			if i := uint64(binary.LittleEndian.Uint32(at[1:])); i <= m.memo.next && len(stack) > m.fence {
				v := stack[len(stack)-1]
				if i != m.memo.next || !m.memo.quick(v) {
					m.memo.put(i, v, c.base+int64(pos), &m.nodes)
				}
				pos += 5
				continue
			}
		case opBinGet:
			if v := m.memo.get(uint64(at[1])); v.kind() != kAbsent && v.kind() != kName { // those are looked at closely
				stack = append(stack, v)
				pos += 2
				continue
			}
		case opLongBinGet:
			if v := m.memo.get(uint64(binary.LittleEndian.Uint32(at[1:]))); v.kind() != kAbsent && v.kind() != kName {
				stack = append(stack, v)
				pos += 5
				continue
			}
		case opMark:
			if len(m.marks) < maxMarks {
				m.marks = append(m.marks, len(stack))
				m.fence = len(stack)
				pos++
				continue
			}
		case opEmptyList:
			stack = append(stack, m.container(kList))
			if pos++; m.nodes.since > m.nodes.limit {
				break loop
			}
			continue
		case opEmptyDict:
			stack = append(stack, m.container(kDict))
			if pos++; m.nodes.since > m.nodes.limit {
				break loop
			}
			continue
		case opEmptyTuple:
			stack = append(stack, value(kEmptyTuple))
			pos++
			continue
		case opTuple1, opTuple2, opTuple3:
			if first := len(stack) - int(code-opTuple1) - 1; first >= m.fence {
				m.s.off = c.base + int64(pos)
				v := m.tuple(stack[first:])
				stack = append(stack[:first], v)
				if pos++; m.nodes.since > m.nodes.limit {
					break loop
				}
				continue
			}
		case opAppends, opSetItems:
			m.s.off = c.base + int64(pos)
			if first, ok := m.gatherPlain(stack, code); ok {
				stack = stack[:first]
				pos++
				continue
			}
		}
		c.pos, m.stack = pos, stack
		if done, err = m.slow(); done || err != nil {
			return done, err
		}
		if buf, pos, stack = m.view(), c.pos, m.stack; m.nodes.since > m.nodes.limit {
			break loop
		}
	}
	c.pos, m.stack = pos, stack
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
	m.memo.mark(&m.nodes)
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
