package pickle

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	windowBytes = 256 << 10
	// margin is what the machine's fast path needs to have in the window: an opcode and the longest argument with a length of
	// one byte.
	margin = 512
	// maxLine bounds a text argument. Nothing that can be called has such a long name; longer numbers and texts are skipped
	// through, and a line must end somewhere.
	maxLine = 1 << 30
)

// cursor reads a stream through a window. Bytes that nobody looks at are jumped over.
type cursor struct {
	r    io.ReaderAt
	size int64
	buf  []byte // the window
	base int64  // the offset in the stream of buf[0]
	pos  int    // in buf
	lim  int    // of buf, how much is valid

	// The C unpickler reads a frame into a buffer of its own. An argument that does not fit into what is left of the frame is
	// then read from behind the frame as a whole, and what is left is lost. drops makes the cursor read so, frame is where the
	// current frame ends.
	drops bool
	frame int64
}

// step is one opcode with the place of its argument.
type step struct {
	off        int64 // of the opcode
	code       byte
	num        int64 // value of a number that is part of the opcode; lengths are not
	arg, n     int64 // place and length of counted bytes, or of a line without its newline
	arg2, n2   int64 // of the second line
	inlineBits uint64
}

func (c *cursor) offset() int64 { return c.base + int64(c.pos) }

// reset begins at an offset. head, if it holds all of the stream, is the window.
func (c *cursor) reset(r io.ReaderAt, off, size int64, head []byte, own []byte) {
	*c = cursor{r: r, size: size}
	if int64(len(head)) == size {
		c.buf, c.lim, c.pos = head, len(head), int(off)
		return
	}
	c.buf, c.base = own, off
}

// seek goes to an offset.
func (c *cursor) seek(off int64) {
	if off >= c.base && off <= c.base+int64(c.lim) {
		c.pos = int(off - c.base)
		return
	}
	c.base, c.pos, c.lim = off, 0, 0
}

// fill reads on, so that what is left of the window is at its beginning.
func (c *cursor) fill() error {
	end := c.base + int64(c.lim)
	if end >= c.size {
		return nil
	}
	left := copy(c.buf, c.buf[c.pos:c.lim])
	c.base += int64(c.pos)
	c.pos, c.lim = 0, left
	want := int(min(int64(len(c.buf)-left), c.size-end))
	n, err := c.r.ReadAt(c.buf[left:left+want], end)
	c.lim += n
	if n < want && err != nil {
		return fmt.Errorf("read %d bytes at %d: %w", want, end, err)
	}
	return nil
}

// crosses goes to the end of the frame where n bytes do not fit into it, for a reader that drops.
func (c *cursor) crosses(n int64) {
	at := c.offset()
	if c.frame > 0 && at <= c.frame && n > c.frame-at {
		c.seek(c.frame)
		c.frame = 0
	}
}

// have makes sure that n bytes (at most the window) are there.
func (c *cursor) have(n int) error {
	if c.drops {
		c.crosses(int64(n))
	}
	if c.lim-c.pos >= n {
		return nil
	}
	if err := c.fill(); err != nil {
		return err
	}
	if c.lim-c.pos < n {
		return c.short(int64(n))
	}
	return nil
}

func (c *cursor) short(n int64) error {
	return damaged(c.offset(), "the file ends where %d more bytes are expected", n)
}

func damaged(off int64, format string, args ...any) error {
	return &inspect.DamageError{Offset: off, Reason: fmt.Sprintf(format, args...)}
}

// next decodes one opcode and goes behind it.
func (c *cursor) next(s *step) error {
	s.off = c.offset()
	if c.lim == c.pos {
		if err := c.fill(); err != nil {
			return err
		}
		if c.lim == c.pos {
			return damaged(s.off, "ends without STOP")
		}
	}
	s.code = c.buf[c.pos]
	c.pos++
	switch opcodes[s.code].form {
	case bare:
		return nil
	case uint1:
		if err := c.have(1); err != nil {
			return err
		}
		s.num = int64(c.buf[c.pos])
		c.pos++
	case uint2:
		if err := c.have(2); err != nil {
			return err
		}
		s.num = int64(binary.LittleEndian.Uint16(c.buf[c.pos:]))
		c.pos += 2
	case int4, uint4:
		if err := c.have(4); err != nil {
			return err
		}
		v := binary.LittleEndian.Uint32(c.buf[c.pos:])
		s.num = int64(v)
		if opcodes[s.code].form == int4 {
			s.num = int64(int32(v))
		}
		c.pos += 4
	case uint8b:
		if err := c.have(8); err != nil {
			return err
		}
		s.num = int64(binary.LittleEndian.Uint64(c.buf[c.pos:])) // negative where too large
		c.pos += 8
	case float8:
		if err := c.have(8); err != nil {
			return err
		}
		s.inlineBits = binary.BigEndian.Uint64(c.buf[c.pos:])
		c.pos += 8
	case bytes1, bytes4, bytes4s, bytes8:
		return c.counted(s)
	case line:
		var err error
		if s.arg, s.n, err = c.line(); err != nil && s.code == opPersID && c.base+int64(c.lim) >= c.size {
			s.n = max(s.n-1, 0) // as below
			c.pos = c.lim
			return nil
		}
		return err
	case linePair:
		var err error
		if s.arg, s.n, err = c.line(); err != nil {
			return err
		}
		if s.arg2, s.n2, err = c.line(); err != nil && s.n2 > 1 && c.base+int64(c.lim) >= c.size {
			// unpicklers take the last byte of the file for the newline, and INST calls before they see that the file has ended
			s.n2--
			c.pos = c.lim
			return nil
		}
		return err
	default:
		return damaged(s.off, "byte %#02x is no opcode", s.code)
	}
	return nil
}

// counted reads a length and jumps over what has it.
func (c *cursor) counted(s *step) error {
	width := 1
	switch opcodes[s.code].form {
	case bytes4, bytes4s:
		width = 4
	case bytes8:
		width = 8
	}
	if err := c.have(width); err != nil {
		return err
	}
	switch width {
	case 1:
		s.n = int64(c.buf[c.pos])
	case 4:
		v := binary.LittleEndian.Uint32(c.buf[c.pos:])
		s.n = int64(v)
		if opcodes[s.code].form == bytes4s && int32(v) < 0 {
			return damaged(s.off, "%s has a negative length", opcodes[s.code].name)
		}
	case 8:
		s.n = int64(binary.LittleEndian.Uint64(c.buf[c.pos:]))
	}
	c.pos += width
	if c.drops && s.code != opBinBytes && s.code != opShortBinBytes && s.code != opBinBytes8 && s.code != opByteArray8 {
		c.crosses(max(s.n, 0))
	}
	s.arg = c.offset()
	if s.n < 0 || s.n > c.size-s.arg {
		return damaged(s.off, "%s claims %d bytes, and %d are left", opcodes[s.code].name, uint64(s.n), c.size-s.arg)
	}
	c.seek(s.arg + s.n)
	return nil
}

// line finds the end of a line and goes behind it.
func (c *cursor) line() (off, n int64, err error) {
	off = c.offset()
	if c.drops && c.frame > 0 && off <= c.frame {
		b, err := c.slice(off, c.frame-off)
		if err != nil {
			return off, 0, err
		}
		if bytes.IndexByte(b, '\n') < 0 {
			c.crosses(c.frame - off + 1)
			off = c.offset()
		}
	}
	seen := 0 // of the window from pos on, what has no newline
	for {
		if i := bytes.IndexByte(c.buf[c.pos+seen:c.lim], '\n'); i >= 0 {
			n += int64(seen + i)
			c.pos += seen + i + 1
			return off, n, nil
		}
		seen = c.lim - c.pos
		if c.base+int64(c.lim) >= c.size {
			n += int64(seen)
			return off, n, damaged(off, "a line of text does not end")
		}
		if n > maxLine {
			return off, n, damaged(off, "a line of text is longer than %d bytes", int64(maxLine))
		}
		if seen > len(c.buf)/2 { // what was seen is let go
			n += int64(seen)
			c.pos, seen = c.lim, 0
		}
		if err := c.fill(); err != nil {
			return off, n, err
		}
	}
}

// slice is n bytes at an offset. It is a part of the window where they lie in it, and else a copy.
func (c *cursor) slice(off, n int64) ([]byte, error) {
	if off >= c.base && off+n <= c.base+int64(c.lim) {
		at := int(off - c.base)
		return c.buf[at : at+int(n) : at+int(n)], nil
	}
	if off < 0 || n > c.size-off {
		return nil, damaged(off, "the file ends where %d more bytes are expected", n)
	}
	b := make([]byte, n)
	if got, err := c.r.ReadAt(b, off); got < len(b) {
		return nil, fmt.Errorf("read %d bytes at %d: %w", n, off, err)
	}
	return b, nil
}
