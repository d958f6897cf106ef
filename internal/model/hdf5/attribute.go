package hdf5

import (
	"bytes"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Attribute is a named value of an object. It is valid until the walk goes on.
type Attribute struct {
	Name   string
	Offset int64 // of its value in the part, -1 where it lies in a heap
	Text   bool  // its value is text
	Count  int64 // of values

	f     *File
	kind  *datatype
	value []byte
	addr  int64
}

// attribute reads an attribute's message.
func (f *File) attribute(b []byte, addr int64) (*Attribute, error) {
	c := f.cursor(b, addr)
	version := c.version("an attribute", 1, 3)
	flags := c.u8()
	if version == 1 {
		flags = 0
	} else if c.err == nil && flags&^3 != 0 {
		c.fail("an attribute has flags %#x, which there are not", flags)
	}
	nameBytes, typeBytes, spaceBytes := int(c.number(2)), int(c.number(2)), int(c.number(2))
	if version == 3 {
		if set := c.u8(); c.err == nil && set > 1 {
			c.fail("the name of an attribute is in no character set there is")
		}
	}
	pad := func(n int) int {
		if version == 1 {
			return (n + 7) &^ 7
		}
		return n
	}
	name := c.take(pad(nameBytes))
	typeAt := c.pos
	kind := c.take(pad(typeBytes))
	spaceAt := c.pos
	space := c.take(pad(spaceBytes))
	if c.err != nil {
		return nil, c.err
	}
	end := bytes.IndexByte(name, 0)
	if nameBytes == 0 || end < 0 || end != nameBytes-1 && version > 1 {
		return nil, damaged(f.store.base+addr, "the name of an attribute does not end where it should")
	}
	a := &Attribute{Name: string(name[:end]), f: f, addr: addr + int64(c.pos), Offset: -1}
	if addr >= 0 {
		a.Offset = f.store.base + a.addr
	}
	var err error
	if a.kind, err = f.typeOf(kind, addr+int64(typeAt), flags&1 != 0); err != nil {
		return nil, err
	}
	if flags&2 != 0 {
		at, id := f.shareOf(f.cursor(space, addr+int64(spaceAt)))
		_ = at
		if id == nil {
			return nil, damaged(f.store.base+addr, "the dataspace of an attribute is shared with an object")
		}
		if space, err = f.sharedInHeap(msgDataspace, id); err != nil {
			return nil, err
		}
	}
	sc := f.cursor(space, addr+int64(spaceAt))
	s := sc.dataspace()
	if sc.err != nil {
		return nil, sc.err
	}
	a.Count, a.Text = s.count, a.kind.text
	a.value = c.b[c.pos:]
	if s.count > 0 && a.kind.size > int64(len(a.value))/s.count {
		return nil, damaged(f.store.base+addr, "attribute %s claims %d values of %d bytes and has %d bytes", inspect.Quote(a.Name), s.count, a.kind.size, len(a.value))
	}
	return a, nil
}

// denseAttributes reads the attributes of an object that has many, or long ones.
func (f *File) denseAttributes(m message, do func(*Attribute) error) error {
	return f.dense(m, "the attributes of an object", 2, 8, func(h *fractalHeap, r []byte) error {
		if len(r) != 17 {
			return damaged(f.store.base+m.addr, "the tree of an object's attributes holds something else")
		}
		var b []byte
		var err error
		if r[8]&2 != 0 {
			b, err = f.sharedInHeap(msgAttribute, r[:8])
		} else {
			b, err = h.object(r[:8])
		}
		if err != nil {
			return err
		}
		a, err := f.attribute(b, -1)
		if err == nil && lookup3([]byte(a.Name)) != le.Uint32(r[13:]) {
			err = damaged(f.store.base+m.addr, "an attribute is not where its name says")
		}
		if err != nil {
			return err
		}
		return do(a)
	})
}

// Texts returns the first texts of an attribute, most at most, of longest bytes in all: what is beyond is cut, and said so.
func (a *Attribute) Texts(most, longest int) (texts []string, cut bool, err error) {
	if !a.Text {
		return nil, false, nil
	}
	for i := int64(0); i < a.Count; i++ {
		if len(texts) >= most || len(texts) > 0 && longest <= 0 {
			return texts, true, nil
		}
		v := a.value[i*a.kind.size:][:a.kind.size]
		if a.kind.variable {
			c := a.f.cursor(v, a.addr)
			n, heap, index := c.number(4), c.address(), c.number(4)
			if n == 0 && index == 0 || heap == undefined || heap == 0 && index == 0 {
				texts = append(texts, "")
				continue
			}
			if n > int64(longest) {
				cut = true
			}
			if v, err = a.f.global(heap, index, n, longest); err != nil {
				return texts, cut, err
			}
		} else if len(v) > longest {
			v, cut = v[:longest], true
		}
		switch {
		case a.kind.variable || a.kind.padding == 0:
			v, _, _ = bytes.Cut(v, []byte{0})
		case a.kind.padding == 1:
			v = bytes.TrimRight(v, "\x00")
		default:
			v = bytes.TrimRight(v, " ")
		}
		texts = append(texts, string(v))
		longest -= len(v)
	}
	return texts, cut, nil
}

// heap is where the values of variable length of a part of the file lie.
type heap struct {
	objects map[int64]block
}

const (
	maxHeaps   = 4096
	maxInHeap  = 65_535
	headOfHeap = 16
)

// global returns the first longest bytes of a value of n bytes in a global heap.
func (f *File) global(addr, index, n int64, longest int) ([]byte, error) {
	h, ok := f.heaps[addr]
	if !ok {
		var err error
		if h, err = f.globalHeap(addr); err != nil {
			return nil, err
		}
		if len(f.heaps) >= maxHeaps {
			clear(f.heaps)
		}
		f.heaps[addr] = h
	}
	b, ok := h.objects[index]
	if !ok || n > b.size {
		return nil, damaged(f.store.base+addr, "a value of variable length is not where it is said to be")
	}
	return f.store.at(b.addr, int(min(n, int64(longest))))
}

func (f *File) globalHeap(addr int64) (*heap, error) {
	b, err := f.store.at(addr, 8+f.lengths)
	if err != nil {
		return nil, err
	}
	c := f.cursor(b, addr)
	c.expect("GCOL")
	c.version("a heap of values", 1, 1)
	c.zero(3)
	size := c.length()
	if c.err != nil {
		return nil, c.err
	}
	if size < headOfHeap || size > f.store.end-addr {
		return nil, damaged(f.store.base+addr, "a heap of values claims %d bytes", size)
	}
	h := &heap{objects: map[int64]block{}}
	head := int64(8 + f.lengths)
	for pos := int64(8 + f.lengths); pos+head <= size; {
		if f.work++; f.work > maxWork || len(h.objects) > maxInHeap {
			return nil, errSpent
		}
		b, err := f.store.at(addr+pos, int(head))
		if err != nil {
			return nil, err
		}
		c := f.cursor(b, addr+pos)
		index := c.number(2)
		c.number(2)
		c.skip(4)
		n := c.length()
		if index == 0 {
			if n < head || n > size-pos {
				return nil, damaged(f.store.base+addr+pos, "the free space in a heap of values claims %d bytes", n)
			}
			break
		}
		if n < 0 || n > size-pos-head {
			return nil, damaged(f.store.base+addr+pos, "a value of variable length claims %d bytes", n)
		}
		if _, again := h.objects[index]; again {
			return nil, damaged(f.store.base+addr+pos, "a heap of values holds two under the same number")
		}
		h.objects[index] = block{addr + pos + head, n}
		pos += head + (n+7)&^7
	}
	return h, nil
}
