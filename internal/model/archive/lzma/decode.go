package lzma

import (
	"errors"
	"io"
)

// MaxWindow is the largest window, in bytes: that of xz -9. Streams that need more are not read.
const MaxWindow = 64 << 20

// ErrWindow is returned for a stream that needs a window over MaxWindow.
var ErrWindow = errors.New("lzma: needs a window over 64 MiB")

// ErrDamaged is returned where the packed bytes cannot be what a packer wrote.
var ErrDamaged = errors.New("lzma: damaged")

// window is what was unpacked last. It is a ring once it has its full size, and grows until then.
type window struct {
	buf  []byte
	max  int   // full size
	pos  int   // where the next byte goes
	all  int64 // bytes since the last reset
	read int   // where the next byte to hand out stands
	todo int   // bytes to hand out
}

const leastWindow = 4 << 10

func newWindow(size uint32) (*window, error) {
	if size > MaxWindow {
		return nil, ErrWindow
	}
	return &window{max: max(int(size), leastWindow)}, nil
}

// room makes place for n bytes, n at most leastWindow, without losing what the full window must hold.
func (w *window) room(n int) {
	if w.pos+n <= len(w.buf) || len(w.buf) >= w.max+leastWindow {
		return
	}
	size := min(max(2*len(w.buf), 64<<10), w.max+leastWindow)
	buf := make([]byte, size)
	copy(buf, w.buf) // no turn was made yet: everything lies in order
	w.buf = buf
}

func (w *window) put(b byte) {
	w.buf[w.pos] = b
	if w.pos++; w.pos == len(w.buf) {
		w.pos = 0
	}
	w.all++
	w.todo++
}

// at is the byte dist before the next one; dist is at least 1 and at most w.reach().
func (w *window) at(dist int) byte {
	i := w.pos - dist
	if i < 0 {
		i += len(w.buf)
	}
	return w.buf[i]
}

func (w *window) reach() int64 { return min(w.all, int64(w.max)) }

// repeat copies n bytes from dist back.
func (w *window) repeat(dist, n int) {
	from := w.pos - dist
	if from < 0 {
		from += len(w.buf)
	}
	w.all += int64(n)
	w.todo += n
	if from < w.pos && w.pos+n <= len(w.buf) { // no turn on the way
		if dist >= n {
			copy(w.buf[w.pos:w.pos+n], w.buf[from:])
		} else {
			for i := range n {
				w.buf[w.pos+i] = w.buf[from+i]
			}
		}
		if w.pos += n; w.pos == len(w.buf) {
			w.pos = 0
		}
		return
	}
	for range n {
		w.buf[w.pos] = w.buf[from]
		if w.pos++; w.pos == len(w.buf) {
			w.pos = 0
		}
		if from++; from == len(w.buf) {
			from = 0
		}
	}
}

// take hands out what was unpacked.
func (w *window) take(p []byte) int {
	n := 0
	for w.todo > 0 && n < len(p) {
		piece := w.buf[w.read:min(w.read+w.todo, len(w.buf))]
		c := copy(p[n:], piece)
		n += c
		w.todo -= c
		if w.read += c; w.read == len(w.buf) {
			w.read = 0
		}
	}
	return n
}

// coder reads bits of a range coder.
type coder struct {
	src       io.Reader
	buf       []byte
	pos, end  int
	rng, code uint32
	err       error
}

func (c *coder) next() uint32 {
	if c.pos == c.end && !c.fill() {
		return 0
	}
	b := c.buf[c.pos]
	c.pos++
	return uint32(b)
}

func (c *coder) fill() bool {
	if c.err != nil {
		return false
	}
	if c.src == nil {
		c.err = io.ErrUnexpectedEOF
		return false
	}
	n, err := c.src.Read(c.buf[:cap(c.buf)])
	for n == 0 && err == nil {
		n, err = c.src.Read(c.buf[:cap(c.buf)])
	}
	if n == 0 {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		c.err = err
		return false
	}
	c.buf, c.pos, c.end = c.buf[:cap(c.buf)], 0, n
	return true
}

func (c *coder) start() error {
	if c.next() != 0 && c.err == nil {
		return ErrDamaged
	}
	c.rng, c.code = 0xffffffff, 0
	for range 4 {
		c.code = c.code<<8 | c.next()
	}
	return c.err
}

func (c *coder) normalize() {
	if c.rng < 1<<24 {
		c.rng <<= 8
		c.code = c.code<<8 | c.next()
	}
}

const (
	probInit = 1 << 10
	moveBits = 5
)

func (c *coder) bit(p *uint16) uint32 {
	c.normalize()
	bound := (c.rng >> 11) * uint32(*p)
	if c.code < bound {
		c.rng = bound
		*p += (1<<11 - *p) >> moveBits
		return 0
	}
	c.rng -= bound
	c.code -= bound
	*p -= *p >> moveBits
	return 1
}

func (c *coder) tree(probs []uint16, bits uint) uint32 {
	m := uint32(1)
	for range bits {
		m = m<<1 | c.bit(&probs[m])
	}
	return m - 1<<bits
}

func (c *coder) reverse(probs []uint16, bits uint) uint32 {
	m, v := uint32(1), uint32(0)
	for i := range bits {
		b := c.bit(&probs[m])
		m = m<<1 | b
		v |= b << i
	}
	return v
}

func (c *coder) direct(bits uint) uint32 {
	v := uint32(0)
	for range bits {
		c.normalize()
		c.rng >>= 1
		c.code -= c.rng
		t := 0 - c.code>>31
		c.code += c.rng & t
		v = v<<1 + t + 1
	}
	return v
}

const (
	states    = 12
	lenStates = 4
	endSlot   = 14
	alignBits = 4
	fullDist  = 1 << (endSlot / 2)
)

type lengths struct {
	choice, choice2 uint16
	low, mid        [16][8]uint16
	high            [256]uint16
}

func (l *lengths) decode(c *coder, posState uint32) int {
	if c.bit(&l.choice) == 0 {
		return int(c.tree(l.low[posState][:], 3))
	}
	if c.bit(&l.choice2) == 0 {
		return 8 + int(c.tree(l.mid[posState][:], 3))
	}
	return 16 + int(c.tree(l.high[:], 8))
}

// probabilities is all that is learned of a stream. It is made of numbers alone, so that a reset is a copy.
type probabilities struct {
	match, rep0Long          [states << 4]uint16
	rep, rep0, rep1, rep2    [states]uint16
	slot                     [lenStates][64]uint16
	special                  [1 + fullDist - endSlot]uint16
	align                    [1 << alignBits]uint16
	matchLengths, repLengths lengths
}

// decoder unpacks symbols into a window.
type decoder struct {
	coder
	w          *window
	lc, lp, pb uint
	literals   []uint16
	probs      probabilities
	state      uint32
	rep        [4]uint32
}

func (d *decoder) properties(b byte) error {
	if b >= 9*5*5 {
		return ErrDamaged
	}
	d.lc, d.lp, d.pb = uint(b)%9, uint(b)/9%5, uint(b)/45
	if n := 0x300 << (d.lc + d.lp); cap(d.literals) >= n {
		d.literals = d.literals[:n]
	} else {
		d.literals = make([]uint16, n) // at most 3 MiB
	}
	return nil
}

func (d *decoder) reset() {
	for i := range d.literals {
		d.literals[i] = probInit
	}
	p := &d.probs
	for _, s := range [][]uint16{p.match[:], p.rep0Long[:], p.rep[:], p.rep0[:], p.rep1[:], p.rep2[:], p.special[:], p.align[:]} {
		fill(s)
	}
	for i := range p.slot {
		fill(p.slot[i][:])
	}
	for _, l := range []*lengths{&p.matchLengths, &p.repLengths} {
		l.choice, l.choice2 = probInit, probInit
		for i := range l.low {
			fill(l.low[i][:])
			fill(l.mid[i][:])
		}
		fill(l.high[:])
	}
	d.state, d.rep = 0, [4]uint32{}
}

func fill(s []uint16) {
	for i := range s {
		s[i] = probInit
	}
}

// run unpacks until at least n bytes are there, but no more than limit; ended tells that the end mark was met.
func (d *decoder) run(n int, limit int64) (ended bool, err error) {
	w, p := d.w, &d.probs
	for done := int64(0); done < int64(n) && done < limit; {
		w.room(300)
		posState := uint32(w.all) & (1<<d.pb - 1)
		if d.bit(&p.match[d.state<<4+posState]) == 0 {
			d.literal()
			done++
			if d.err != nil {
				return false, d.err
			}
			continue
		}
		var length int
		if d.bit(&p.rep[d.state]) != 0 {
			if w.all == 0 {
				return false, d.damage()
			}
			short := false
			if d.bit(&p.rep0[d.state]) == 0 {
				short = d.bit(&p.rep0Long[d.state<<4+posState]) == 0
			} else {
				d.shuffle()
			}
			if short {
				d.state = after(d.state, 9, 11)
				length = 1
			} else {
				length = d.probs.repLengths.decode(&d.coder, posState) + 2
				d.state = after(d.state, 8, 11)
			}
		} else {
			d.rep[3], d.rep[2], d.rep[1] = d.rep[2], d.rep[1], d.rep[0]
			length = p.matchLengths.decode(&d.coder, posState) + 2
			d.state = after(d.state, 7, 10)
			d.rep[0] = d.distance(length)
			if d.rep[0] == 0xffffffff {
				d.normalize()
				if d.err != nil {
					return false, d.err
				}
				return true, nil
			}
		}
		if d.err != nil {
			return false, d.err
		}
		if int64(d.rep[0]) >= w.reach() {
			return false, ErrDamaged
		}
		over := int64(length) > limit-done
		if over {
			length = int(limit - done)
		}
		w.repeat(int(d.rep[0])+1, length)
		done += int64(length)
		if over {
			return false, ErrDamaged
		}
	}
	return false, nil
}

func (d *decoder) damage() error {
	if d.err != nil {
		return d.err
	}
	return ErrDamaged
}

func after(state, low, high uint32) uint32 {
	if state < 7 {
		return low
	}
	return high
}

// shuffle takes one of the older distances to the front.
func (d *decoder) shuffle() {
	p := &d.probs
	var dist uint32
	if d.bit(&p.rep1[d.state]) == 0 {
		dist = d.rep[1]
	} else {
		if d.bit(&p.rep2[d.state]) == 0 {
			dist = d.rep[2]
		} else {
			dist = d.rep[3]
			d.rep[3] = d.rep[2]
		}
		d.rep[2] = d.rep[1]
	}
	d.rep[1] = d.rep[0]
	d.rep[0] = dist
}

func (d *decoder) literal() {
	w := d.w
	prev := byte(0)
	if w.all > 0 {
		prev = w.at(1)
	}
	ctx := (uint32(w.all)&(1<<d.lp-1))<<d.lc + uint32(prev)>>(8-d.lc)
	probs := d.literals[0x300*ctx:][:0x300]
	symbol := uint32(1)
	if d.state >= 7 && int64(d.rep[0]) < w.reach() {
		match := uint32(w.at(int(d.rep[0]) + 1))
		for symbol < 0x100 {
			mb := match >> 7 & 1
			match <<= 1
			b := d.bit(&probs[(1+mb)<<8+symbol])
			symbol = symbol<<1 | b
			if mb != b {
				break
			}
		}
	}
	for symbol < 0x100 {
		symbol = symbol<<1 | d.bit(&probs[symbol])
	}
	w.put(byte(symbol))
	switch {
	case d.state < 4:
		d.state = 0
	case d.state < 10:
		d.state -= 3
	default:
		d.state -= 6
	}
}

func (d *decoder) distance(length int) uint32 {
	p := &d.probs
	slot := d.tree(p.slot[min(length-2, lenStates-1)][:], 6)
	if slot < 4 {
		return slot
	}
	bits := uint(slot>>1 - 1)
	dist := (2 | slot&1) << bits
	if slot < endSlot {
		return dist + d.reverse(p.special[dist-slot:], bits)
	}
	dist += d.direct(bits-alignBits) << alignBits
	return dist + d.reverse(p.align[:], alignBits)
}
