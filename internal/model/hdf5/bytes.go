package hdf5

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

var le = binary.LittleEndian

const (
	pageBytes = 8 << 10 // structures lie close together: they are read by pages of this size
	pages     = 256     // that are kept, each in the place that its number gives it
	undefined = -1      // an address that is none, all bits set in the file
)

// damaged says that the file is not as it should be at an offset of the part.
func damaged(off int64, format string, args ...any) error {
	return &inspect.DamageError{Offset: off, Reason: fmt.Sprintf(format, args...)}
}

// store is the bytes of a file with the little of them kept that structures lie in.
type store struct {
	r     io.ReaderAt
	size  int64
	base  int64 // where addresses count from: after a user block
	end   int64 // what the file says its end is, as an address
	kept  [pages]page
	spent int64 // bytes read in all
}

type page struct {
	number int64
	data   []byte
}

// maxSpent bounds what is read of one file: structures are small, and a file that has more of them is not read to its end.
const maxSpent = 1 << 30

// errSpent says that the bound on bytes read was met.
var errSpent = errors.New("has more structure than is read of one file")

// at returns n bytes at an address. They are not to be changed.
func (s *store) at(addr int64, n int) ([]byte, error) {
	off := s.base + addr
	if addr < 0 || n < 0 || addr > s.end-int64(n) || off > s.size-int64(n) {
		return nil, damaged(off, "points to %d bytes at %d, beyond the end", n, off)
	}
	number := off / pageBytes
	if off+int64(n) > (number+1)*pageBytes { // over the edge of a page
		return s.read(off, int64(n))
	}
	p := &s.kept[number%pages]
	if p.data == nil || p.number != number {
		b, err := s.read(number*pageBytes, min(pageBytes, s.size-number*pageBytes))
		if err != nil {
			return nil, err
		}
		*p = page{number, b} // the page before it may still be in use: its bytes are left alone
	}
	return p.data[off-number*pageBytes:][:n:n], nil
}

func (s *store) read(off, n int64) ([]byte, error) {
	if s.spent += n; s.spent > maxSpent {
		return nil, errSpent
	}
	b := make([]byte, n)
	if _, err := s.r.ReadAt(b, off); err != nil && err != io.EOF {
		return nil, fmt.Errorf("read %d bytes at %d: %w", n, off, err)
	}
	return b, nil
}

// cursor takes fields off the bytes of one structure. After the first field that is not there, err stays.
type cursor struct {
	b    []byte
	pos  int
	addr int64 // of b[0]
	f    *File
	err  error
}

func (f *File) cursor(b []byte, addr int64) *cursor { return &cursor{b: b, addr: addr, f: f} }

func (c *cursor) off() int64 { return c.f.store.base + c.addr + int64(c.pos) }

func (c *cursor) fail(format string, args ...any) {
	if c.err == nil {
		c.err = damaged(c.off(), format, args...)
	}
}

func (c *cursor) take(n int) []byte {
	if c.err != nil {
		return nil
	}
	if n < 0 || n > len(c.b)-c.pos {
		c.fail("a structure of %d bytes is too short for what it holds", len(c.b))
		return nil
	}
	b := c.b[c.pos : c.pos+n : c.pos+n]
	c.pos += n
	return b
}

func (c *cursor) skip(n int) { c.take(n) }

func (c *cursor) left() int { return len(c.b) - c.pos }

// number takes a little-endian number of n bytes, 1 to 8. One beyond 2^63 is -1: undefined.
func (c *cursor) number(n int) int64 {
	b := c.take(n)
	if b == nil {
		return 0
	}
	var v uint64
	for i := n - 1; i >= 0; i-- {
		v = v<<8 | uint64(b[i])
	}
	if v > 1<<63-1 {
		return undefined
	}
	return int64(v)
}

func (c *cursor) u8() int { return int(c.number(1)) }

// address takes an address: all bits set is none.
func (c *cursor) address() int64 { return c.optional(c.f.offsets) }

// length takes a length; all bits set is none, or no limit.
func (c *cursor) length() int64 { return c.optional(c.f.lengths) }

func (c *cursor) optional(n int) int64 {
	v := c.number(n)
	if n < 8 && v == 1<<(8*n)-1 {
		return undefined
	}
	if v == undefined && c.err == nil && le.Uint64(c.b[c.pos-8:]) != 1<<64-1 {
		c.pos -= 8
		c.fail("a number is larger than any file")
	}
	return v
}

// zero takes n reserved bytes, which are zero in all that is written.
func (c *cursor) zero(n int) {
	for _, b := range c.take(n) {
		if b != 0 {
			c.fail("reserved bytes are not zero")
			return
		}
	}
}

// expect takes a signature.
func (c *cursor) expect(signature string) {
	if b := c.take(len(signature)); b != nil && string(b) != signature {
		c.pos -= len(signature)
		c.fail("has no %q here", signature)
	}
}

// version takes a version and wants it between low and high.
func (c *cursor) version(what string, low, high int) int {
	v := c.u8()
	if c.err == nil && (v < low || v > high) {
		c.pos--
		c.fail("%s is of version %d, which there is not", what, v)
	}
	return v
}

// checksum takes the checksum of all before it.
func (c *cursor) checksum() {
	before := c.pos
	sum := c.number(4)
	if c.err == nil && !c.f.unsummed && lookup3(c.b[:before]) != uint32(sum) {
		c.pos = 0
		c.fail("the checksum of a structure does not match: damaged")
	}
}

// lookup3 is Bob Jenkins's hash, which HDF5 sums its structures with.
func lookup3(k []byte) uint32 {
	rot := func(x uint32, n uint) uint32 { return x<<n | x>>(32-n) }
	a := 0xdeadbeef + uint32(len(k))
	b, c := a, a
	for len(k) > 12 {
		a += le.Uint32(k)
		b += le.Uint32(k[4:])
		c += le.Uint32(k[8:])
		a -= c
		a ^= rot(c, 4)
		c += b
		b -= a
		b ^= rot(a, 6)
		a += c
		c -= b
		c ^= rot(b, 8)
		b += a
		a -= c
		a ^= rot(c, 16)
		c += b
		b -= a
		b ^= rot(a, 19)
		a += c
		c -= b
		c ^= rot(b, 4)
		b += a
		k = k[12:]
	}
	if len(k) == 0 {
		return c
	}
	var last [12]byte
	copy(last[:], k)
	a += le.Uint32(last[:])
	b += le.Uint32(last[4:])
	c += le.Uint32(last[8:])
	c ^= b
	c -= rot(b, 14)
	a ^= c
	a -= rot(c, 11)
	b ^= a
	b -= rot(a, 25)
	c ^= b
	c -= rot(b, 16)
	a ^= c
	a -= rot(c, 4)
	b ^= a
	b -= rot(a, 14)
	c ^= b
	c -= rot(b, 24)
	return c
}
