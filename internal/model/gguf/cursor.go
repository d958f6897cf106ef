package gguf

import (
	"encoding/binary"
	"fmt"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const window = 64 << 10

// cursor reads a part from its beginning on through a small window, in either order of bytes. After its first error it gives
// nothing.
type cursor struct {
	part   *inspect.Part
	at     int64 // of buf[0]
	pos    int
	buf    []byte
	own    []byte
	order  binary.ByteOrder
	narrow bool // version 1: counts have 32 bits
	err    error
}

func newCursor(p *inspect.Part) *cursor {
	return &cursor{part: p, buf: p.Head(), order: binary.LittleEndian}
}

func (c *cursor) offset() int64 { return c.at + int64(c.pos) }
func (c *cursor) left() int64   { return c.part.Size - c.offset() }

func (c *cursor) fail(at int64, format string, args ...any) {
	if c.err == nil {
		c.err = &inspect.DamageError{Offset: at, Reason: fmt.Sprintf(format, args...)}
	}
}

// need gives the next n bytes, of which there are at most window, and goes on behind them. They are good until the next call.
func (c *cursor) need(n int, what string) []byte {
	if c.err != nil {
		return nil
	}
	if len(c.buf)-c.pos < n {
		if int64(n) > c.left() {
			c.fail(c.offset(), "the file ends inside %s", what)
			return nil
		}
		at := c.offset()
		if c.own == nil {
			c.own = make([]byte, window)
		}
		c.buf = c.own[:min(window, c.part.Size-at)]
		if got, err := c.part.ReadAt(c.buf, at); got < len(c.buf) {
			c.err = fmt.Errorf("read at %d: %w", at, err)
			return nil
		}
		c.at, c.pos = at, 0
	}
	b := c.buf[c.pos : c.pos+n]
	c.pos += n
	return b
}

// skip goes on n bytes, and fails where the part has no n more.
func (c *cursor) skip(n uint64, what string) {
	if c.err != nil {
		return
	}
	if n > uint64(c.left()) {
		c.fail(c.offset(), "%s has %d bytes, and the file has %d more", what, n, c.left())
		return
	}
	if n <= uint64(len(c.buf)-c.pos) {
		c.pos += int(n)
		return
	}
	c.at, c.pos, c.buf = c.offset()+int64(n), 0, nil
}

func (c *cursor) u8(what string) uint8 {
	if b := c.need(1, what); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) u32(what string) uint32 {
	if b := c.need(4, what); b != nil {
		return c.order.Uint32(b)
	}
	return 0
}

func (c *cursor) u64(what string) uint64 {
	if b := c.need(8, what); b != nil {
		return c.order.Uint64(b)
	}
	return 0
}

// count reads a count or length: 32 bits in version 1, 64 after it.
func (c *cursor) count(what string) uint64 {
	if c.narrow {
		return uint64(c.u32(what))
	}
	return c.u64(what)
}

// str reads a string, and gives at most max bytes of it.
func (c *cursor) str(what string, max int) string {
	n := c.count(what)
	if c.err == nil && n > uint64(c.left()) {
		c.fail(c.offset(), "%s is said to have %d bytes, and the file has %d more", what, n, c.left())
	}
	if c.err != nil {
		return ""
	}
	take := int(min(n, uint64(max)))
	if take <= window {
		s := string(c.need(take, what))
		c.skip(n-uint64(take), what)
		return s
	}
	b, err := c.part.Read(c.offset(), take)
	if err != nil {
		c.err = err
		return ""
	}
	c.skip(n, what)
	return string(b)
}
