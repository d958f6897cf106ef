// Package cursor reads binary and text formats from their beginning to their end without holding them: what is skipped is not
// read. The first thing that is wrong stays as the reader's error, and everything after it reads as zero.
package cursor

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const windowBytes = 32 << 10

// MaxText is how much of a text a reader gives at once.
const MaxText = windowBytes

// Reader reads a part. It is used by one goroutine.
type Reader struct {
	r      io.ReaderAt
	size   int64
	off    int64
	window []byte // what is known of the bytes from at on
	at     int64
	buffer []byte
	order  binary.ByteOrder
	err    error
}

// New reads a part from its beginning, numbers in an order of bytes.
func New(p *inspect.Part, order binary.ByteOrder) *Reader {
	return &Reader{r: p, size: p.Size, window: p.Head(), order: order}
}

// Off is where the reader is.
func (r *Reader) Off() int64 { return r.off }

// Left is how many bytes are left.
func (r *Reader) Left() int64 { return r.size - r.off }

// Err is the first thing that was wrong: a *inspect.DamageError.
func (r *Reader) Err() error { return r.err }

// Order sets the order of bytes.
func (r *Reader) Order(o binary.ByteOrder) { r.order = o }

// Fail keeps what is wrong here, if nothing was before.
func (r *Reader) Fail(format string, args ...any) { r.FailAt(r.off, format, args...) }

// FailAt keeps what is wrong elsewhere, if nothing was before.
func (r *Reader) FailAt(off int64, format string, args ...any) {
	if r.err == nil {
		r.err = &inspect.DamageError{Offset: off, Reason: fmt.Sprintf(format, args...)}
	}
}

// Stop keeps an error that is not the part's, such as that of a context, if nothing was wrong before.
func (r *Reader) Stop(err error) {
	if r.err == nil {
		r.err = err
	}
}

// see returns at least n bytes from where the reader is, if there are so many. n is at most windowBytes.
func (r *Reader) see(n int) []byte {
	if i := r.off - r.at; i >= 0 && i+int64(n) <= int64(len(r.window)) {
		return r.window[i:]
	}
	if r.buffer == nil {
		r.buffer = make([]byte, windowBytes)
	}
	got, err := r.r.ReadAt(r.buffer[:max(0, min(windowBytes, r.size-r.off))], r.off)
	if err != nil && err != io.EOF {
		r.Fail("cannot be read: %v", err)
	}
	r.window, r.at = r.buffer[:got], r.off
	return r.window
}

// take returns the next n bytes, or nil.
func (r *Reader) take(n int) []byte {
	if r.err != nil {
		return nil
	}
	b := r.see(n)
	if len(b) < n {
		r.Fail("ends where %d more bytes are expected", n)
		return nil
	}
	r.off += int64(n)
	return b[:n]
}

// Bytes gives the next n bytes, at most 32 KiB, or nil. They are good until the next call.
func (r *Reader) Bytes(n int) []byte { return r.take(n) }

// Byte reads one byte.
func (r *Reader) Byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

// Uint16 reads two bytes.
func (r *Reader) Uint16() uint16 {
	if b := r.take(2); b != nil {
		return r.order.Uint16(b)
	}
	return 0
}

// Uint32 reads four bytes.
func (r *Reader) Uint32() uint32 {
	if b := r.take(4); b != nil {
		return r.order.Uint32(b)
	}
	return 0
}

// Int32 reads four bytes.
func (r *Reader) Int32() int32 { return int32(r.Uint32()) }

// Uint64 reads eight bytes.
func (r *Reader) Uint64() uint64 {
	if b := r.take(8); b != nil {
		return r.order.Uint64(b)
	}
	return 0
}

// Int64 reads eight bytes.
func (r *Reader) Int64() int64 { return int64(r.Uint64()) }

// Skip passes n bytes by.
func (r *Reader) Skip(n int64) {
	if r.err != nil {
		return
	}
	if n < 0 || n > r.Left() {
		r.Fail("claims %d bytes where %d are left", n, r.Left())
		return
	}
	r.off += n
}

// Text passes n bytes by and returns at most max of them; max is at most MaxText.
func (r *Reader) Text(n int64, max int) string {
	if r.err != nil {
		return ""
	}
	if n < 0 || n > r.Left() {
		r.Fail("claims %d bytes where %d are left", n, r.Left())
		return ""
	}
	keep := int(min(n, int64(max), windowBytes))
	s := ""
	if keep > 0 {
		b := r.see(keep)
		s = string(b[:min(keep, len(b))])
	}
	r.off += n
	return s
}

// Line returns at most max bytes of what stands before the next line feed, and passes both by. more is false at the end.
func (r *Reader) Line(max int) (line string, more bool) {
	if r.err != nil || r.Left() <= 0 {
		return "", false
	}
	var kept []byte
	for r.Left() > 0 && r.err == nil {
		b := r.see(1)
		i := bytes.IndexByte(b, '\n')
		n := i
		if i < 0 {
			n = len(b)
		}
		if n == 0 && i < 0 {
			break
		}
		if room := max - len(kept); room > 0 {
			kept = append(kept, b[:min(n, room)]...)
		}
		r.off += int64(n)
		if i >= 0 {
			r.off++
			break
		}
	}
	return string(kept), true
}

// Word returns at most max bytes of the next that is no white space, and passes it by, but nothing after it.
func (r *Reader) Word(max int) string {
	var kept []byte
	for r.err == nil && r.Left() > 0 {
		b := r.see(1)
		if len(b) == 0 {
			break
		}
		i := 0
		if len(kept) == 0 {
			for i < len(b) && isSpace(b[i]) {
				i++
			}
			r.off += int64(i)
			if i == len(b) {
				continue
			}
		}
		j := i
		for j < len(b) && !isSpace(b[j]) {
			j++
		}
		if len(kept) == 0 && j-i <= max && j < len(b) { // the usual case needs no copy
			r.off += int64(j - i)
			return string(b[i:j])
		}
		kept = append(kept, b[i:min(j, i+max+1)]...)
		r.off += int64(j - i)
		if len(kept) > max {
			r.Fail("a word is longer than %d bytes", max)
			return ""
		}
		if j < len(b) {
			break
		}
	}
	if len(kept) == 0 {
		r.Fail("ends where a word is expected")
	}
	return string(kept)
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// Back goes back to where the reader was.
func (r *Reader) Back(off int64) {
	if off <= r.off {
		r.off = off
	}
}

// Peek returns what is known of the bytes from here on, at least one unless the end is reached. It is not to be changed.
func (r *Reader) Peek() []byte { return r.PeekMore(1) }

// PeekMore is Peek for at least n bytes, if there are so many left; n is at most 32 KiB.
func (r *Reader) PeekMore(n int) []byte {
	if r.err != nil || r.off >= r.size {
		return nil
	}
	b := r.see(n)
	return b[:min(int64(len(b)), r.size-r.off)]
}
