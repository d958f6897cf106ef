package lzma

import (
	"encoding/binary"
	"io"
)

// NewDelta undoes the delta filter: each byte is the difference to the one distance before.
func NewDelta(r io.Reader, distance int) io.Reader { return &delta{r: r, distance: distance} }

type delta struct {
	r        io.Reader
	distance int
	history  [256]byte
	at       byte
}

func (d *delta) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	for i := range n {
		p[i] += d.history[byte(int(d.at)-d.distance)]
		d.history[d.at] = p[i]
		d.at++
	}
	return n, err
}

// NewX86 undoes the filter that makes the targets of x86 calls and jumps absolute.
func NewX86(r io.Reader) io.Reader { return &x86{r: r, buf: make([]byte, 0, 16<<10)} }

type x86 struct {
	r        io.Reader
	buf      []byte
	done, at int // bytes of buf that are decoded, and handed out
	offset   uint32
	mask     uint32
	prev     uint32
	started  bool
	err      error
}

func (x *x86) Read(p []byte) (int, error) {
	for x.at == x.done && x.err == nil {
		x.buf = x.buf[:copy(x.buf[:cap(x.buf)], x.buf[x.done:])]
		x.at, x.done = 0, 0
		n, err := x.r.Read(x.buf[len(x.buf):cap(x.buf)])
		x.buf = x.buf[:len(x.buf)+n]
		x.done = x.decode(x.buf)
		if err != nil {
			x.done, x.err = len(x.buf), err
		}
	}
	if x.at == x.done {
		return 0, x.err
	}
	n := copy(p, x.buf[x.at:x.done])
	x.at += n
	return n, nil
}

// decode undoes the filter in place, and returns how many bytes are final. It keeps to the reference decoder's rules on
// which bytes before an instruction forbid a change.
func (x *x86) decode(b []byte) int {
	if !x.started {
		x.started, x.prev = true, ^uint32(4) // -5
	}
	if len(b) < 5 {
		return 0
	}
	mask, prev := x.mask, x.prev
	if x.offset-prev > 5 {
		prev = x.offset - 5
	}
	limit := len(b) - 5
	i := 0
	for i <= limit {
		if b[i]&0xfe != 0xe8 {
			i++
			continue
		}
		gap := x.offset + uint32(i) - prev
		prev = x.offset + uint32(i)
		if gap > 5 {
			mask = 0
		} else {
			for range gap {
				mask = mask & 0x77 << 1
			}
		}
		top := b[i+4]
		if (top == 0 || top == 0xff) && allowedMask[mask>>1&7] && mask>>1 < 0x10 {
			src := binary.LittleEndian.Uint32(b[i+1:])
			var dest uint32
			for {
				dest = src - (x.offset + uint32(i) + 5)
				if mask == 0 {
					break
				}
				n := uint32(maskNumber[mask>>1])
				if t := byte(dest >> (24 - n*8)); t != 0 && t != 0xff {
					break
				}
				src = dest ^ (1<<(32-n*8) - 1)
			}
			dest &= 0x01ffffff
			if dest&(1<<24) != 0 {
				dest |= 0xff000000
			}
			binary.LittleEndian.PutUint32(b[i+1:], dest)
			i += 5
			mask = 0
			continue
		}
		i++
		mask |= 1
		if top == 0 || top == 0xff {
			mask |= 0x10
		}
	}
	x.mask, x.prev = mask, prev
	x.offset += uint32(i)
	return i
}

var (
	allowedMask = [8]bool{true, true, true, false, true, false, false, false}
	maskNumber  = [16]byte{0, 1, 2, 2, 3, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0}
)
