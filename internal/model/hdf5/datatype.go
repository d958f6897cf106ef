package hdf5

// Classes of datatypes.
const (
	classInteger   = 0
	classFloat     = 1
	classString    = 3
	classOpaque    = 5
	classCompound  = 6
	classReference = 7
	classEnum      = 8
	classVariable  = 9
	classArray     = 10
	classLast      = 11 // complex numbers
)

// datatype is as much of a datatype as is needed to find text, and to tell how long values are.
type datatype struct {
	class    int
	size     int64 // of one value
	text     bool  // a string, of fixed or variable length
	padding  int   // what fills a string of fixed length: it ends at a zero byte, is filled with those, or with blanks
	variable bool  // values lie in the global heap
	base     *datatype
}

const maxTypes = 32 // datatypes inside each other

// datatype takes a datatype off a cursor.
func (c *cursor) datatype(depth int) *datatype {
	start := c.pos
	head := c.u8()
	flags := c.number(3)
	t := &datatype{class: head & 15, size: c.number(4)}
	version := head >> 4
	if c.f.work++; c.f.work > maxWork {
		c.err = errSpent
	}
	if c.err == nil && (version < 1 || version > 5 || t.class > classLast) {
		c.pos = start
		c.fail("a datatype is of version %d and class %d, which there is not", version, t.class)
	}
	if c.err == nil && (t.size == 0 || depth > maxTypes) {
		c.fail("a datatype has no size, or holds itself")
	}
	if c.err != nil {
		return t
	}
	switch t.class {
	case classInteger, 4:
		c.skip(4)
	case classFloat:
		c.skip(12)
	case 2:
		c.skip(2)
	case classString:
		t.text, t.padding = true, int(flags&15)
		if flags&15 > 2 || flags>>4&15 > 1 {
			c.fail("a string is padded or written in a way there is not")
		}
	case classOpaque:
		c.skip(int(flags & 0xff))
	case classCompound:
		c.compound(t, version, int(flags&0xffff), depth)
	case classReference:
	case classEnum:
		n := int(flags & 0xffff)
		t.base = c.datatype(depth + 1)
		for range n {
			if c.err != nil {
				return t
			}
			c.name(version < 3)
		}
		if c.err == nil {
			c.skip(int(min(t.base.size*int64(n), 1<<31)))
		}
	case classVariable:
		t.variable = true
		t.text = flags&15 == 1
		if flags&15 > 1 {
			c.fail("a datatype of variable length is of a kind there is not")
		}
		t.base = c.datatype(depth + 1)
		if c.err == nil && t.size != int64(8+c.f.offsets) {
			c.fail("a value of variable length takes %d bytes", t.size)
		}
	case classArray:
		dims := c.u8()
		if version < 3 {
			c.skip(3)
		}
		n := int64(1)
		for range dims {
			d := c.number(4)
			if d <= 0 || n > 1<<40/d {
				c.fail("an array of values has no size that can be")
				return t
			}
			n *= d
		}
		if version < 3 {
			c.skip(4 * dims)
		}
		t.base = c.datatype(depth + 1)
		if c.err == nil && n*t.base.size != t.size {
			c.fail("an array of %d values of %d bytes claims %d bytes", n, t.base.size, t.size)
		}
	default:
		t.base = c.datatype(depth + 1)
	}
	return t
}

// name takes a name that ends in a zero byte, and in older versions is padded to 8 bytes.
func (c *cursor) name(padded bool) {
	n := 0
	for ; c.err == nil && c.pos+n < len(c.b) && c.b[c.pos+n] != 0; n++ {
	}
	n++
	if padded {
		n = (n + 7) &^ 7
	}
	c.skip(n)
}

func (c *cursor) compound(t *datatype, version, members, depth int) {
	if members == 0 {
		c.fail("a compound datatype has no members")
	}
	for range members {
		if c.err != nil {
			return
		}
		c.name(version < 3)
		var off int64
		if version < 3 {
			off = c.number(4)
		} else {
			off = c.number(log2(uint64(t.size))/8 + 1)
		}
		if version == 1 {
			c.skip(1 + 3 + 4 + 4 + 16)
		}
		m := c.datatype(depth + 1)
		if c.err == nil && (off > t.size || m.size > t.size && version > 1) {
			c.fail("a member of a compound datatype lies outside it")
		}
		t.variable = t.variable || m.variable
	}
}

// dataspace is how many values there are.
type dataspace struct {
	dims  []int64
	count int64 // of values; 0 for none
}

func (c *cursor) dataspace() dataspace {
	version := c.version("a dataspace", 1, 2)
	rank := c.u8()
	flags := c.u8()
	s := dataspace{count: 1}
	kind := 1
	if version == 1 {
		c.skip(5)
	} else if kind = c.u8(); kind > 2 {
		c.fail("a dataspace is of kind %d, which there is not", kind)
	}
	if c.err == nil && (rank > 32 || flags&^3 != 0 || kind != 1 && rank != 0) {
		c.fail("a dataspace has %d dimensions and flags %#x", rank, flags)
	}
	if kind == 2 {
		s.count = 0
	}
	for range rank {
		if c.err != nil {
			return s
		}
		d := c.length()
		if d > 0 && s.count > mostValues/d {
			s.count = mostValues // of a dataset with nothing written, or one that lies; its size tells
		} else {
			s.count *= max(d, 0)
		}
		s.dims = append(s.dims, d)
	}
	if flags&1 != 0 {
		for i := range rank {
			if c.err != nil {
				return s
			}
			if most := c.length(); c.err == nil && most != undefined && most < s.dims[i] {
				c.fail("a dataspace is larger than its largest size")
			}
		}
	}
	return s
}

const mostValues = 1 << 60

// typeOf reads the datatype in a message, which may stand in the header of another object.
func (f *File) typeOf(b []byte, addr int64, elsewhere bool) (*datatype, error) {
	c := f.cursor(b, addr)
	if !elsewhere {
		t := c.datatype(0)
		return t, c.err
	}
	at, id := f.shareOf(c)
	if c.err != nil {
		return nil, c.err
	}
	if id != nil {
		b, err := f.sharedInHeap(msgDatatype, id)
		if err != nil {
			return nil, err
		}
		return f.typeOf(b, -1, false)
	}
	if t, ok := f.types[at]; ok {
		return t, nil
	}
	var t *datatype
	defer func(claimed int64) { f.claimed = claimed }(f.claimed)
	err := f.header(at, func(m message) error {
		if m.kind != msgDatatype || t != nil {
			return nil
		}
		if m.flags&2 != 0 {
			return damaged(f.store.base+m.addr, "datatypes stand in for each other in a circle")
		}
		var err error
		t, err = f.typeOf(m.data, m.addr, false)
		return err
	})
	if err == nil && t == nil {
		err = damaged(f.store.base+at, "a datatype is said to stand where there is none")
	}
	if err == nil && len(f.types) < 10_000 {
		f.types[at] = t
	}
	return t, err
}
