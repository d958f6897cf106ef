package lzma

import (
	"encoding/binary"
	"io"
)

// Reader unpacks one LZMA stream.
type Reader struct {
	d    decoder
	left int64 // bytes to come, -1 when an end mark tells
	err  error
}

const step = 2 << 10 // bytes unpacked at a time; at most leastWindow less the longest match

// NewReader unpacks a raw LZMA stream: the properties byte, the size of the window and that of the content, -1 when an end
// mark tells. It reads ahead.
func NewReader(r io.Reader, properties byte, windowSize uint32, size int64) (*Reader, error) {
	if size >= 0 && int64(windowSize) > size {
		windowSize = uint32(size)
	}
	w, err := newWindow(windowSize)
	if err != nil {
		return nil, err
	}
	z := &Reader{left: size}
	z.d.w = w
	if err := z.d.properties(properties); err != nil {
		return nil, err
	}
	z.d.reset()
	z.d.src, z.d.buf = r, make([]byte, 0, 16<<10)
	if err := z.d.start(); err != nil {
		return nil, err
	}
	return z, nil
}

// NewAlone unpacks a file of the old .lzma kind, with a header of 13 bytes.
func NewAlone(r io.Reader) (*Reader, error) {
	var h [13]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return nil, io.ErrUnexpectedEOF
	}
	return NewReader(r, h[0], binary.LittleEndian.Uint32(h[1:]), max(-1, int64(binary.LittleEndian.Uint64(h[5:]))))
}

// Read implements io.Reader.
func (z *Reader) Read(p []byte) (int, error) {
	for z.d.w.todo == 0 {
		if z.err != nil {
			return 0, z.err
		}
		if z.left == 0 {
			z.err = z.finish()
			return 0, z.err
		}
		limit := z.left
		if limit < 0 {
			limit = 1 << 62
		}
		before := z.d.w.all
		ended, err := z.d.run(step, limit)
		if z.left > 0 {
			z.left -= z.d.w.all - before
		}
		switch {
		case err != nil:
			z.err = err
		case ended && z.left > 0:
			z.err = io.ErrUnexpectedEOF
		case ended:
			z.err = io.EOF
		}
	}
	return z.d.w.take(p), nil
}

// finish reads what belongs to a stream of known size behind its last byte: an end mark, which may stand there as well.
func (z *Reader) finish() error {
	z.d.normalize()
	if z.d.code == 0 || z.d.err != nil {
		return io.EOF
	}
	before := z.d.w.all
	if ended, err := z.d.run(1, 1<<62); !ended || err != nil || z.d.w.all != before {
		z.d.w.todo = 0
		return ErrDamaged
	}
	return io.EOF
}

// Rest is what was read ahead and belongs to no content. It is valid after the end.
func (z *Reader) Rest() []byte { return z.d.buf[z.d.pos:z.d.end] }

// Reader2 unpacks one LZMA2 stream. It takes no byte too many.
type Reader2 struct {
	d      decoder
	r      io.Reader
	chunk  []byte
	left   int64 // of the chunk
	stored bool
	ready  int // what was reset so far: 1 window, 2 properties, 3 state
	err    error
}

// NewReader2 unpacks an LZMA2 stream with a window of a size.
func NewReader2(r io.Reader, windowSize uint32) (*Reader2, error) {
	w, err := newWindow(windowSize)
	if err != nil {
		return nil, err
	}
	z := &Reader2{r: r, chunk: make([]byte, 64<<10)}
	z.d.w = w
	return z, nil
}

// WindowSize is the size that an LZMA2 properties byte stands for.
func WindowSize(b byte) (uint32, error) {
	switch {
	case b > 40:
		return 0, ErrDamaged
	case b == 40:
		return 0xffffffff, nil
	}
	return (2 | uint32(b)&1) << (b/2 + 11), nil
}

// Read implements io.Reader.
func (z *Reader2) Read(p []byte) (int, error) {
	for z.d.w.todo == 0 {
		if z.err != nil {
			return 0, z.err
		}
		if z.left == 0 {
			z.err = z.next()
			continue
		}
		before := z.d.w.all
		if z.stored {
			z.err = z.copy()
		} else {
			var ended bool
			ended, z.err = z.d.run(step, z.left)
			if ended {
				z.err = ErrDamaged
			}
		}
		z.left -= z.d.w.all - before
		if z.left == 0 && z.err == nil && !z.stored {
			if z.d.normalize(); z.d.err != nil || z.d.code != 0 || z.d.pos != z.d.end {
				z.err = ErrDamaged
			}
		}
	}
	return z.d.w.take(p), nil
}

// copy takes bytes that are not packed.
func (z *Reader2) copy() error {
	n := int(min(z.left, step))
	b := z.chunk[:n]
	if _, err := io.ReadFull(z.r, b); err != nil {
		return io.ErrUnexpectedEOF
	}
	z.d.w.room(n + 1) // it turns only once it has its full size
	for _, c := range b {
		z.d.w.put(c)
	}
	return nil
}

// next reads the header of a chunk, and the chunk if it is packed.
func (z *Reader2) next() error {
	var h [6]byte
	if _, err := io.ReadFull(z.r, h[:1]); err != nil {
		return io.ErrUnexpectedEOF
	}
	control := h[0]
	switch {
	case control == 0:
		return io.EOF
	case control <= 2:
		if control == 1 {
			z.d.w.all, z.ready = 0, max(z.ready, 1)
		} else if z.ready < 1 {
			return ErrDamaged
		}
		if _, err := io.ReadFull(z.r, h[:2]); err != nil {
			return io.ErrUnexpectedEOF
		}
		z.stored, z.left = true, int64(binary.BigEndian.Uint16(h[:]))+1
		return nil
	case control < 0x80:
		return ErrDamaged
	}
	n := 4
	if control >= 0xc0 {
		n = 5
	}
	if _, err := io.ReadFull(z.r, h[:n]); err != nil {
		return io.ErrUnexpectedEOF
	}
	if control >= 0xe0 {
		z.d.w.all, z.ready = 0, max(z.ready, 1)
	}
	switch {
	case control >= 0xc0:
		if z.ready < 1 {
			return ErrDamaged
		}
		if err := z.d.properties(h[4]); err != nil || z.d.lc+z.d.lp > 4 {
			return ErrDamaged
		}
		z.d.reset()
		z.ready = 3
	case control >= 0xa0:
		if z.ready < 2 {
			return ErrDamaged
		}
		z.d.reset()
		z.ready = 3
	case z.ready < 3:
		return ErrDamaged
	}
	z.stored, z.left = false, int64(control&0x1f)<<16+int64(binary.BigEndian.Uint16(h[:]))+1
	b := z.chunk[:int(binary.BigEndian.Uint16(h[2:]))+1]
	got, err := io.ReadFull(z.r, b)
	z.d.src, z.d.buf, z.d.pos, z.d.end, z.d.err = nil, b, 0, got, nil
	if err != nil && got < 5 {
		return io.ErrUnexpectedEOF
	}
	return z.d.start() // a chunk that is cut off is unpacked as far as it goes
}
