package hdf5

import (
	"bytes"
	"math/bits"
)

// Kinds of links.
const (
	Hard     = 0
	Soft     = 1
	External = 64
)

// Link is a name in a group.
type Link struct {
	Name   string
	Kind   int    // Hard, Soft, External, or another that programs of their own define
	Target string // of a soft link, or the path inside the other file
	File   string // of an external link

	offset int64 // of the link in the part
	header int64 // of the object of a hard link
	tables *tables
}

const (
	maxLinks = 1 << 20 // of one group
	maxName  = 1 << 16
	maxDepth = 64 // levels of a tree
)

// symbol takes an entry of an old group's table. The name is an offset in the heap, in offset for now.
func (c *cursor) symbol(root bool) Link {
	var l Link
	l.offset = c.address()
	l.header = c.address()
	kind := c.number(4)
	c.zero(4)
	scratch := c.take(16)
	if c.err != nil {
		return l
	}
	in := c.f.cursor(scratch, c.addr+int64(c.pos-16))
	switch kind {
	case 0:
	case 1:
		if 2*c.f.offsets <= 16 {
			l.tables = &tables{in.address(), in.address()}
		}
	case 2:
		l.Kind = Soft
		l.header = in.number(4)
		if root {
			c.fail("the root group is a link")
		}
	default:
		c.fail("an entry of a group is of kind %d, which there is not", kind)
	}
	return l
}

// localHeap is where an old group keeps its names.
type localHeap struct {
	addr int64
	data []byte
}

func (f *File) localHeap(addr int64) (*localHeap, error) {
	b, err := f.store.at(addr, 8+2*f.lengths+f.offsets)
	if err != nil {
		return nil, err
	}
	c := f.cursor(b, addr)
	c.expect("HEAP")
	c.version("the heap of a group", 0, 0)
	c.zero(3)
	size := c.length()
	free := c.length()
	data := c.address()
	if c.err != nil {
		return nil, c.err
	}
	if size < 0 || size > maxLarge {
		return nil, damaged(c.off(), "the heap of a group claims %d bytes", size)
	}
	h := &localHeap{addr: data}
	if h.data, err = f.store.at(data, int(size)); err != nil {
		return nil, err
	}
	// a list of free blocks: 1 says that there is none
	for n := 0; free != 1 && free != undefined; n++ {
		if n > int(size)/16 || free < 0 || free > size-int64(2*f.lengths) {
			return nil, damaged(f.store.base+addr, "the free blocks in the heap of a group lead nowhere")
		}
		c := f.cursor(h.data[free:], data+free)
		next, length := c.length(), c.length()
		if length < 0 || length > size-free {
			return nil, damaged(f.store.base+data+free, "a free block in the heap of a group claims %d bytes", length)
		}
		free = next
	}
	return h, nil
}

func (f *File) nameIn(h *localHeap, off int64) (string, error) {
	if off < 0 || off >= int64(len(h.data)) {
		return "", damaged(f.store.base+h.addr, "a name lies beyond the heap of its group")
	}
	b := h.data[off:]
	n := bytes.IndexByte(b, 0)
	if n < 0 {
		return "", damaged(f.store.base+h.addr+off, "a name does not end")
	}
	return string(b[:n]), nil
}

// oldLinks reads the links of an old group: a tree whose leaves are tables of entries.
func (f *File) oldLinks(t tables, do func(Link) error) error {
	h, err := f.localHeap(t.heap)
	if err != nil {
		return err
	}
	w := &oldWalk{f: f, heap: h, do: do, seen: map[int64]bool{}}
	return w.tree(t.tree, -1)
}

type oldWalk struct {
	f    *File
	heap *localHeap
	do   func(Link) error
	seen map[int64]bool
	last string
	any  bool
	row  [maxDepth + 1]neighbour // the last node that was met of each level
}

// neighbour is a node of a tree and the one that it says comes after it.
type neighbour struct {
	addr, right int64
	met         bool
}

// beside holds what a node says of its neighbours against the one that was met before it.
func (n *neighbour) beside(addr, left, right int64) bool {
	before := *n
	*n = neighbour{addr, right, true}
	if !before.met {
		return left == undefined
	}
	return left == before.addr && before.right == addr
}

// once refuses a node that was read before.
func (w *oldWalk) once(addr int64) error {
	if w.seen[addr] {
		return damaged(w.f.store.base+addr, "the tree of a group leads back to itself")
	}
	w.seen[addr] = true
	if w.f.work++; w.f.work > maxWork || len(w.seen) > maxLinks {
		return errSpent
	}
	return nil
}

// tree reads a node of the tree; level is what it must be at, -1 for the root.
func (w *oldWalk) tree(addr int64, level int) error {
	f := w.f
	if err := w.once(addr); err != nil {
		return err
	}
	b, err := f.store.at(addr, 8+2*f.offsets)
	if err != nil {
		return err
	}
	c := f.cursor(b, addr)
	c.expect("TREE")
	if kind := c.u8(); c.err == nil && kind != 0 {
		c.fail("the tree of a group is of kind %d", kind)
	}
	at := c.u8()
	n := int(c.number(2))
	left, right := c.address(), c.address()
	switch {
	case c.err != nil:
		return c.err
	case level >= 0 && at != level, at > maxDepth:
		return damaged(c.off(), "a node of a tree is at level %d", at)
	case !w.row[at].beside(addr, left, right):
		return damaged(c.off(), "a node of a tree names other neighbours than it has")
	case n > 2*f.groupK:
		return damaged(c.off(), "a node of a tree holds %d entries where %d fit", n, 2*f.groupK)
	}
	b, err = f.store.at(addr, c.pos+n*(f.lengths+f.offsets)+f.lengths)
	if err != nil {
		return err
	}
	c = f.cursor(b, addr)
	c.skip(8 + 2*f.offsets)
	for range n {
		c.length() // the key before a child: a name not after its first
		child := c.address()
		if c.err != nil {
			return c.err
		}
		if at > 0 {
			err = w.tree(child, at-1)
		} else {
			err = w.table(child)
		}
		if err != nil {
			return err
		}
		after := c.length()
		c.pos -= f.lengths
		if name, err := f.nameIn(w.heap, after); err != nil {
			return err
		} else if w.any && name < w.last {
			return damaged(c.off(), "the names of a group are not in order")
		}
	}
	return c.err
}

// table reads a leaf.
func (w *oldWalk) table(addr int64) error {
	f := w.f
	if err := w.once(addr); err != nil {
		return err
	}
	b, err := f.store.at(addr, 8)
	if err != nil {
		return err
	}
	c := f.cursor(b, addr)
	c.expect("SNOD")
	c.version("a table of a group", 1, 1)
	c.zero(1)
	n := int(c.number(2))
	if c.err == nil && (n > 2*f.leafK) {
		c.fail("a table of a group holds %d entries where %d fit", n, 2*f.leafK)
	}
	if c.err != nil {
		return c.err
	}
	if b, err = f.store.at(addr, 8+n*(2*f.offsets+24)); err != nil {
		return err
	}
	c = f.cursor(b, addr)
	c.skip(8)
	for range n {
		at := c.off()
		l := c.symbol(false)
		if c.err != nil {
			return c.err
		}
		if l.Name, err = f.nameIn(w.heap, l.offset); err != nil {
			return err
		}
		l.offset = at
		if l.Kind == Soft {
			if l.Target, err = f.nameIn(w.heap, l.header); err != nil {
				return err
			}
		} else if l.header == undefined {
			return damaged(at, "a name in a group leads to no object")
		}
		if w.any && l.Name <= w.last || l.Name == "" {
			return damaged(at, "the names of a group are not in order")
		}
		w.any, w.last = true, l.Name
		if err := w.do(l); err != nil {
			return err
		}
	}
	return nil
}

// newLink reads a link as newer groups keep it, in their header or in a heap.
func (f *File) newLink(b []byte, addr int64) (Link, error) {
	c := f.cursor(b, addr)
	l := Link{offset: f.store.base + addr}
	if addr < 0 {
		l.offset = -1
	}
	c.version("a link", 1, 1)
	flags := c.u8()
	if c.err == nil && flags&^0x1f != 0 {
		c.fail("a link has flags %#x, which there are not", flags)
	}
	if flags&8 != 0 {
		l.Kind = c.u8()
	}
	if flags&4 != 0 {
		c.skip(8)
	}
	if flags&16 != 0 {
		if set := c.u8(); set > 1 {
			c.fail("the name of a link is in no character set there is")
		}
	}
	n := c.number(1 << (flags & 3))
	if n <= 0 || n > maxName {
		c.fail("the name of a link has %d bytes", n)
	}
	l.Name = string(c.take(int(n)))
	switch l.Kind {
	case Hard:
		if l.header = c.address(); l.header == undefined {
			c.fail("a name in a group leads to no object")
		}
	case Soft:
		l.Target = string(c.take(int(c.number(2))))
	case External:
		b := c.take(int(c.number(2)))
		if len(b) > 0 && b[0] != 0 {
			c.fail("a link to another file is of a version there is not")
		} else if len(b) > 0 {
			file, object, ok := bytes.Cut(b[1:], []byte{0})
			object, _, end := bytes.Cut(object, []byte{0})
			if !ok || !end {
				c.fail("a link to another file does not end")
			}
			l.File, l.Target = string(file), string(object)
		}
	default:
		if l.Kind < 64 {
			c.fail("a link is of kind %d, which there is not", l.Kind)
		}
		c.take(int(c.number(2)))
	}
	return l, c.err
}

// denseLinks reads the links of a group that has many.
func (f *File) denseLinks(m message, do func(Link) error) error {
	return f.dense(m, "the links of a group", 8, 5, func(h *fractalHeap, r []byte) error {
		if len(r) != 4+h.idBytes {
			return damaged(f.store.base+m.addr, "the tree of a group's links holds something else")
		}
		b, err := h.object(r[4:])
		if err != nil {
			return err
		}
		l, err := f.newLink(b, -1)
		if err == nil && lookup3([]byte(l.Name)) != le.Uint32(r) {
			err = damaged(f.store.base+m.addr, "a link is not where its name says")
		}
		if err != nil {
			return err
		}
		return do(l)
	})
}

func log2(v uint64) int { return bits.Len64(v) - 1 }
