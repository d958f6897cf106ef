package gguf

import (
	"encoding/binary"
	"math"

	"github.com/lodemark/lodemark/internal/model/cursor"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// reader reads counts and strings as GGUF has them.
type reader struct {
	*cursor.Reader
	part   *inspect.Part
	narrow bool // version 1: counts have 32 bits
}

func newReader(p *inspect.Part) *reader {
	return &reader{Reader: cursor.New(p, binary.LittleEndian), part: p}
}

// ok says whether nothing was wrong so far.
func (r *reader) ok() bool { return r.Err() == nil }

// left is how many bytes are left.
func (r *reader) left() uint64 { return uint64(r.Left()) }

// count reads a count or length: 32 bits in version 1, 64 after it.
func (r *reader) count() uint64 {
	if r.narrow {
		return uint64(r.Uint32())
	}
	return r.Uint64()
}

// str reads a string, and gives at most max bytes of it.
func (r *reader) str(max int) string {
	n := r.count()
	if n > r.left() {
		r.Fail("a string is said to have %d bytes, and the file has %d more", n, r.Left())
		return ""
	}
	take := int(min(n, uint64(max)))
	if take <= cursor.MaxText {
		return r.Text(int64(n), take)
	}
	b, err := r.part.Read(r.Off(), take)
	if err != nil {
		r.Stop(err)
		return ""
	}
	r.Skip(int64(n))
	return string(b)
}

// skip passes n bytes by, a number that the file claims.
func (r *reader) skip(n uint64) { r.Skip(int64(min(n, math.MaxInt64))) }
