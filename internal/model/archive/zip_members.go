package archive

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"strings"

	"github.com/klauspost/compress/flate"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// checkedBytes is how many bytes of stored members of a zip are read only to check their sums. Members that a format reads
// are checked whatever their size.
const checkedBytes = 8 << 20

// Report says what is wrong with the structure of the zip.
func (z *Zip) Report() {
	for i := range z.ends {
		if i > 0 {
			z.part.Say(inspect.NotRead, "zip-directories", z.ends[i].base+z.ends[i].offset, "has more than one directory, and readers differ in which they read; all were read")
			break
		}
	}
	for _, t := range z.Trouble {
		z.part.Say(inspect.NotRead, t.ID, t.Offset, "%s", t.Message)
	}
}

// Walk hands every member on, but those that skip says a loader takes as they are.
func (z *Zip) Walk(ctx context.Context, skip func(*Entry) bool) {
	w := &zipWalk{ctx: ctx, z: z, names: make(map[string]int, len(z.Entries)), check: checkedBytes}
	for i := range z.Entries {
		e := &z.Entries[i]
		if ctx.Err() != nil {
			z.part.Say(inspect.NotRead, "limit", e.Header, "not looked at wholly within the time")
			return
		}
		if i%256 == 0 && !z.part.Members(min(256, len(z.Entries)-i)) {
			z.part.Say(inspect.NotRead, "limit", e.Header, "has more members than are looked at")
			return
		}
		if w.in > 2*z.part.Size+1<<20 {
			z.part.Say(inspect.NotRead, "limit", e.Header, "its members share their bytes so often that the rest of them was not looked at")
			return
		}
		w.member(i, e, skip != nil && skip(e))
	}
}

type zipWalk struct {
	ctx   context.Context
	z     *Zip
	names map[string]int
	check int64 // bytes of stored members that are still read for their sums alone
	in    int64 // bytes of the zip that were handed on: with members that share theirs, more than there are
	drop  []byte
}

func (w *zipWalk) member(i int, e *Entry, skip bool) {
	p := w.z.part
	w.name(i, e)
	if e.Mode.IsDir() || strings.HasSuffix(e.Name, "/") {
		if e.Packed <= 0 || e.Plain == 0 && e.Packed <= 2 { // two bytes: nothing, deflated
			return
		}
		p.Say(inspect.NotRead, "zip-folder-data", e.Header, "folder %s has %d bytes of data", inspect.Quote(e.Name), e.Packed)
	}
	if e.Body < 0 {
		return
	}
	w.in += max(0, min(e.Packed, p.Size-e.Body))
	w.encrypted(e)
	if e.Method == 99 {
		return
	}
	methods := []uint16{e.Method}
	if !e.Hidden && e.local.method != e.Method {
		methods = append(methods, e.local.method)
	}
	for _, m := range methods {
		if m == 0 {
			w.stored(e, skip)
		} else {
			w.packed(e, m)
		}
	}
}

// name looks at how a member is called.
func (w *zipWalk) name(i int, e *Entry) {
	p := w.z.part
	spelled(p, "zip-name", e.record, e.Name)
	if e.local.name != "" && e.local.name != e.Name {
		spelled(p, "zip-name", e.Header, e.local.name)
	}
	first, again := w.names[e.Name]
	if !again {
		w.names[e.Name] = i
		return
	}
	if f := &w.z.Entries[first]; f.Sum == e.Sum && f.Plain == e.Plain && f.Method == e.Method {
		p.Say(inspect.Clean, "zip-duplicate", e.record, "lists %s twice, with the same content", inspect.Quote(e.Name))
		return
	}
	p.Say(inspect.NotRead, "zip-duplicate", e.record, "has two members called %s, and readers differ in which they take; both were looked at", inspect.Quote(e.Name))
}

func (w *zipWalk) encrypted(e *Entry) {
	if (e.Flags|e.local.flags)&(1|1<<6|1<<13) != 0 || e.Method == 99 {
		w.z.part.Say(inspect.NotRead, "zip-encrypted", e.Header, "member %s is marked as encrypted; it was looked at as if it were not, as some loaders do", inspect.Quote(e.Name))
	}
}

// stored hands on a member that is not packed. Sizes that differ are both looked at.
func (w *zipWalk) stored(e *Entry, skip bool) {
	p := w.z.part
	left := p.Size - e.Body
	size := min(e.Packed, left)
	if e.Plain >= 0 && e.Plain != e.Packed {
		p.Say(inspect.NotRead, "zip-size", e.Header, "member %s is not packed, and yet takes %d bytes for %d", inspect.Quote(e.Name), e.Packed, e.Plain)
		if longer := min(e.Plain, left); longer != size && !skip {
			p.Member(w.ctx, e.Name, p.Section(e.Body, longer), longer)
		}
	}
	if e.Mode&fs.ModeSymlink != 0 {
		b, _ := p.Read(e.Body, int(min(size, maxName)))
		linked(p, e.Header, e.Name, string(b))
		return
	}
	t := &touched{r: p, off: e.Body, size: size}
	if !skip {
		p.Member(w.ctx, resource(e.Name), t, size)
	}
	if t.n < size/2 || size == 0 { // nobody read it
		if size > w.check {
			return
		}
		w.check -= size
	}
	if sum := w.sum(e.Body, size); sum != e.Sum && size == e.Packed && !(e.Hidden && e.Flags&8 != 0) {
		w.wrongSum(e)
	}
}

func (w *zipWalk) wrongSum(e *Entry) {
	w.z.part.Say(inspect.NotRead, "zip-crc", e.Header, "the checksum of member %s does not match its content: damaged or changed, and loaders differ in whether they care", inspect.Quote(e.Name))
}

func (w *zipWalk) sum(off, size int64) uint32 {
	if int64(len(w.drop)) < min(size, 64<<10) {
		w.drop = make([]byte, min(max(size, 1<<10), 64<<10))
	}
	var sum uint32
	for size > 0 && w.ctx.Err() == nil {
		n, err := w.z.part.ReadAt(w.drop[:min(size, int64(len(w.drop)))], off)
		sum = crc32.Update(sum, crc32.IEEETable, w.drop[:n])
		off, size = off+int64(n), size-int64(n)
		if err != nil && err != io.EOF || n == 0 {
			break
		}
	}
	return sum
}

// touched counts what is read of a member.
type touched struct {
	r         io.ReaderAt
	off, size int64
	n         int64
}

func (t *touched) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 || off >= t.size {
		return 0, io.EOF
	}
	short := int64(len(b)) > t.size-off
	if short {
		b = b[:t.size-off]
	}
	n, err := t.r.ReadAt(b, t.off+off)
	t.n += int64(n)
	if err == nil && short {
		err = io.EOF
	}
	return n, err
}

// packed hands on a member that must be unpacked, and then says what was wrong with it.
func (w *zipWalk) packed(e *Entry, method uint16) {
	p := w.z.part
	size := min(e.Packed, p.Size-e.Body)
	in := &counted{r: bufio.NewReaderSize(p.Section(e.Body, size), int(min(max(size, 16), 16<<10)))}
	plain, err := unpacker(method, in, e)
	if err != nil {
		p.Say(inspect.NotRead, "zip-method", e.Header, "member %s: %v", inspect.Quote(e.Name), err)
		p.Member(w.ctx, e.Name, p.Section(e.Body, size), size) // a reader may ignore what it does not know
		return
	}
	out := &summed{r: plain}
	if e.Mode&fs.ModeSymlink != 0 {
		b, _ := io.ReadAll(io.LimitReader(out, maxName))
		linked(p, e.Header, e.Name, string(b))
		return
	}
	p.Stream(w.ctx, resource(e.Name), out, size)
	if c, ok := plain.(io.Closer); ok {
		c.Close()
	}
	if !out.ended { // a limit, which the engine has said
		return
	}
	switch {
	case out.failed != nil:
		p.Say(inspect.NotRead, "zip-damaged", e.Header, "member %s cannot be unpacked beyond its first %d bytes: %v", inspect.Quote(e.Name), out.n, out.failed)
		if out.n == 0 { // perhaps not packed at all, which some readers find out
			p.Member(w.ctx, e.Name, p.Section(e.Body, size), size)
		}
	case e.Plain >= 0 && out.n != e.Plain:
		p.Say(inspect.NotRead, "zip-size", e.Header, "member %s claims %d bytes and has %d", inspect.Quote(e.Name), e.Plain, out.n)
	case out.sum != e.Sum && !(e.Hidden && e.Flags&8 != 0):
		w.wrongSum(e)
	case !e.Hidden && in.n < size:
		p.Say(inspect.NotRead, "zip-size", e.Header, "member %s takes %d bytes, and its data ends after %d", inspect.Quote(e.Name), size, in.n)
	}
}

// unpacker is the reader for a compression method.
func unpacker(method uint16, r *counted, e *Entry) (io.Reader, error) {
	switch method {
	case 8:
		return flate.NewReader(r), nil
	case 12:
		return newBzip2(r), nil
	case 14:
		return zipLZMA(r, e)
	case 20, 93:
		return newZstd(r)
	case 95:
		return newXZ(r), nil
	}
	return nil, fmt.Errorf("compression method %d is not read", method)
}

// counted counts the bytes taken; it is an io.ByteReader, so that an unpacker takes no more than it needs.
type counted struct {
	r *bufio.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counted) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

// summed is unpacked content with its sum and size. Damage ends it like an end, so that what came before is looked at.
type summed struct {
	r      io.Reader
	n      int64
	sum    uint32
	ended  bool
	failed error
}

func (s *summed) Read(p []byte) (int, error) {
	if s.ended {
		return 0, io.EOF
	}
	n, err := s.r.Read(p)
	s.n += int64(n)
	s.sum = crc32.Update(s.sum, crc32.IEEETable, p[:n])
	if err != nil {
		s.ended = true
		if err != io.EOF {
			s.failed = err
		}
		return n, io.EOF
	}
	return n, nil
}

// Small returns the content of a member that is at most max bytes, unpacked; false when it is longer or cannot be read.
func (z *Zip) Small(e *Entry, max int64) ([]byte, bool) {
	if e.Body < 0 || e.Packed > max || e.Packed < 0 {
		return nil, false
	}
	section := z.part.Section(e.Body, e.Packed)
	var r io.Reader = section
	if e.Method != 0 {
		u, err := unpacker(e.Method, &counted{r: bufio.NewReader(section)}, e)
		if err != nil {
			return nil, false
		}
		r = u
	}
	b, err := io.ReadAll(io.LimitReader(r, max+1))
	return b, err == nil && int64(len(b)) <= max
}

// zipLZMA is the stream of method 14: the properties stand behind a small header, and the size in the directory.
func zipLZMA(r *counted, e *Entry) (io.Reader, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil || binary.LittleEndian.Uint16(head[2:]) != 5 {
		return nil, fmt.Errorf("its LZMA header is damaged")
	}
	size := int64(-1)
	if e.Flags&2 == 0 {
		size = e.Plain
	}
	return newRawLZMA(r, size)
}

func inflate(r io.Reader) io.Reader { return flate.NewReader(r) }
