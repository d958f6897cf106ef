package pickle

import (
	"bytes"
	"io"
)

const (
	maxTrialOps   = 2000
	maxTrialBytes = 1 << 20
)

// trial runs a pickle on depths of the stack alone, to tell whether bytes are one.
type trial struct {
	r    io.ReaderAt
	size int64

	depth, marks int // values and marks that are there before

	ops     int
	called  bool // something was called, or its name taken
	stopped bool // STOP was reached with a value for it
	broken  bool // no pickle has this
	end     int64
	binary  bool
	names   int
	spaced  bool // a name has a space within
}

// run tries from an offset, for a number of opcodes.
func (t *trial) run(off int64, most int) {
	var buf [margin]byte
	c := cursor{r: t.r, size: t.size, buf: buf[:], base: off}
	var marks [64]int
	n := min(t.marks, len(marks))
	depth := t.depth
	var s step
	for t.ops < most && c.offset()-off < maxTrialBytes {
		if c.next(&s) != nil {
			t.broken = true
			break
		}
		op := &opcodes[s.code]
		fence := 0
		if n > 0 {
			fence = marks[n-1]
		}
		switch {
		case s.code == opMark:
			if n == len(marks) {
				t.end = c.offset()
				return // deep enough to be believed
			}
			marks[n] = depth
			n++
		case op.mark:
			if n == 0 {
				t.broken = true
				return
			}
			n--
			depth = marks[n]
			if int(op.takes) > depth-0 && op.takes > 0 && depth < int(op.takes) {
				t.broken = true
				return
			}
			depth += int(op.gives) - int(op.takes)
		case s.code == opPop && depth == fence && n > 0:
			n--
		default:
			if depth-int(op.takes) < fence {
				t.broken = true
				return
			}
			depth += int(op.gives) - int(op.takes)
		}
		switch s.code {
		case opProto:
			if s.num > 5 {
				t.broken = true
				return
			}
		case opGlobal, opInst:
			if !t.plausibleName(&c, &s) {
				t.broken = true
				return
			}
			t.names++
		case opFloat, opInt, opLong, opGet, opPut, opString:
			if !t.plausibleLine(&c, &s) { // a text whose lines begin with letters that are opcodes
				t.broken = true
				return
			}
		case opStop:
			t.stopped, t.end = true, c.offset()
			return
		}
		t.called = t.called || op.calls && !t.spaced && (t.names > 0 || s.code == opStackGlobal) && s.code != opPersID && s.code != opExt1 && s.code != opExt2 && s.code != opExt4
		t.binary = t.binary || s.code >= opProto
		t.ops++
	}
	t.end = c.offset()
}

// plausibleLine says whether the line of a number, or of a text in quotes, begins like one.
func (t *trial) plausibleLine(c *cursor, s *step) bool {
	b, err := c.slice(s.arg, min(s.n, 2))
	if err != nil || len(b) == 0 {
		return false
	}
	x := b[0]
	if s.code == opString {
		return x == '\'' || x == '"'
	}
	if x == '-' || x == '+' || x == ' ' {
		return len(b) > 1
	}
	return x >= '0' && x <= '9' || s.code == opFloat && (x == '.' || x|0x20 == 'n' || x|0x20 == 'i')
}

// plausibleName says whether the two lines of GLOBAL can be names of Python's.
func (t *trial) plausibleName(c *cursor, s *step) bool {
	if s.n == 0 || s.n2 == 0 || s.n > maxName || s.n2 > maxName {
		return false
	}
	for _, part := range [2][2]int64{{s.arg, s.n}, {s.arg2, s.n2}} {
		b, err := c.slice(part[0], part[1])
		if err != nil {
			return false
		}
		t.spaced = t.spaced || bytes.ContainsAny(bytes.TrimSpace(b), " \t")
		for _, x := range b {
			switch {
			case x >= 'a' && x <= 'z', x >= 'A' && x <= 'Z', x >= '0' && x <= '9', x == '_', x == '.', x >= 0x80, x == '<', x == '>', x == ' ', x == '\r', x == '\t':
			default:
				return false
			}
		}
	}
	return true
}
