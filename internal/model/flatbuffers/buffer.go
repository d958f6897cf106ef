package flatbuffers

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	pageBytes = 4 << 10
	pages     = 16
	maxTables = 2_000_000   // tables that are looked at in one buffer
	maxWork   = 200_000_000 // fields and elements: tables and vectors may be shared, so that a small file names many
)

// Buffer is a file in the format. It is used by one goroutine.
type Buffer struct {
	r      io.ReaderAt
	size   int64
	head   []byte
	tables int
	work   int
	err    error
	page   [pages]page
}

// page is a piece of the file that was read.
type page struct {
	at    int64 // -1 while it holds nothing
	bytes []byte
}

// New makes a buffer. What is known of the beginning may be given as head.
func New(r io.ReaderAt, size int64, head []byte) *Buffer {
	b := &Buffer{r: r, size: size, head: head}
	for i := range b.page {
		b.page[i].at = -1
	}
	return b
}

// Size is the size of the file.
func (b *Buffer) Size() int64 { return b.size }

// Err is the first thing that was wrong: a *inspect.DamageError.
func (b *Buffer) Err() error { return b.err }

// Fail keeps what is wrong, if nothing was before.
func (b *Buffer) Fail(off int64, format string, args ...any) {
	if b.err == nil {
		b.err = &inspect.DamageError{Offset: off, Reason: fmt.Sprintf(format, args...)}
	}
}

// see returns n bytes at off, or nil after keeping an error. n is small.
func (b *Buffer) see(off int64, n int) []byte {
	if b.err != nil {
		return nil
	}
	if off < 0 || off > b.size || int64(n) > b.size-off {
		b.Fail(off, "points to %d bytes at %d, outside of its %d", n, off, b.size)
		return nil
	}
	if off+int64(n) <= int64(len(b.head)) {
		return b.head[off : off+int64(n)]
	}
	start := off &^ (pageBytes - 1)
	if off+int64(n) > start+pageBytes { // over the edge of two pages
		out := make([]byte, n)
		if _, err := b.r.ReadAt(out, off); err != nil && err != io.EOF {
			b.Fail(off, "cannot be read: %v", err)
			return nil
		}
		return out
	}
	p := &b.page[(start/pageBytes)%pages]
	if p.at != start {
		if p.bytes == nil {
			p.bytes = make([]byte, pageBytes)
		}
		got, err := b.r.ReadAt(p.bytes[:min(pageBytes, b.size-start)], start)
		if err != nil && err != io.EOF {
			b.Fail(off, "cannot be read: %v", err)
			p.at = -1
			return nil
		}
		p.at, p.bytes = start, p.bytes[:pageBytes]
		if int64(got) < off-start+int64(n) {
			p.at = -1
			b.Fail(off, "cannot be read")
			return nil
		}
	}
	return p.bytes[off-start : off-start+int64(n)]
}

func (b *Buffer) uint16(off int64) uint16 {
	if s := b.see(off, 2); s != nil {
		return binary.LittleEndian.Uint16(s)
	}
	return 0
}

func (b *Buffer) uint32(off int64) uint32 {
	if s := b.see(off, 4); s != nil {
		return binary.LittleEndian.Uint32(s)
	}
	return 0
}

func (b *Buffer) uint64(off int64) uint64 {
	if s := b.see(off, 8); s != nil {
		return binary.LittleEndian.Uint64(s)
	}
	return 0
}

// Root is the table that the file begins with, at an offset from which all others count: 0, or 4 behind a size.
func (b *Buffer) Root(base int64) Table {
	return b.table(base)
}

// follow reads an offset to what lies further on.
func (b *Buffer) follow(off int64) int64 {
	if b.err != nil {
		return 0
	}
	if off&3 != 0 {
		b.Fail(off, "an offset at %d is not aligned", off)
		return 0
	}
	by := int64(b.uint32(off))
	if b.err == nil && (by == 0 || by > b.size-off) {
		b.Fail(off, "an offset of %d leads out of the file", by)
	}
	return off + by
}

// spend counts work.
func (b *Buffer) spend(n int) bool {
	if b.work += n; b.work > maxWork {
		b.Fail(-1, "has more fields and elements than are looked at")
	}
	return b.err == nil
}

// table follows an offset to a table and checks the table.
func (b *Buffer) table(off int64) Table {
	at := b.follow(off)
	if b.err != nil {
		return Table{b: b}
	}
	if b.tables++; b.tables > maxTables {
		b.Fail(at, "has more tables than are looked at")
		return Table{b: b}
	}
	if at&3 != 0 {
		b.Fail(at, "a table at %d is not aligned", at)
		return Table{b: b}
	}
	vt := at - int64(int32(b.uint32(at)))
	if b.err != nil {
		return Table{b: b}
	}
	if vt&1 != 0 || vt < 0 || vt == at {
		b.Fail(at, "a table's list of fields at %d is none", vt)
		return Table{b: b}
	}
	length, size := int(b.uint16(vt)), int(b.uint16(vt+2))
	if b.err == nil && (length < 4 || length&1 != 0 || int64(length) > b.size-vt || size < 4 || int64(size) > b.size-at) {
		b.Fail(vt, "a table's list of fields of %d bytes for a table of %d does not fit", length, size)
	}
	if b.err != nil {
		return Table{b: b}
	}
	t := Table{b: b, at: at, vt: vt, fields: (length - 4) / 2, size: size}
	if !b.spend(t.fields) {
		return Table{b: b}
	}
	for i := range t.fields { // fields nobody here knows must lie inside as well
		if o := int(b.uint16(vt + 4 + 2*int64(i))); o != 0 && (o < 4 || o >= size) {
			b.Fail(vt, "field %d of a table lies outside of it", i)
			return Table{b: b}
		}
	}
	return t
}
