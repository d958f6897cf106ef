package hdf5

import "strings"

// Dataset is what the header of a dataset says of its values.
type Dataset struct {
	Dims     []int64
	Count    int64 // of values
	Size     int64 // bytes of one value
	Class    int
	Filters  []int64  // numbers of the filters that its values pass
	External []string // files that its values are read from
	Virtual  []string // files whose datasets its values are read from; "." is this file

	kind    *datatype
	space   bool
	layout  bool
	raw     block // where values lie in one piece
	chunked int64 // address of the index of chunks
	chunk   []int64
	old     bool // that index is a tree of version 1
}

// claims is how many bytes the values of a dataset take in memory.
func (d *Dataset) claims() int64 {
	if d.Size > 0 && d.Count > mostValues/d.Size {
		return mostValues
	}
	return d.Count * d.Size
}

// layoutOf reads where values lie.
func (f *File) layoutOf(d *Dataset, m message) error {
	c := f.cursor(m.data, m.addr)
	d.layout = true
	d.raw.addr, d.chunked = undefined, undefined
	version := c.version("the layout of a dataset", 1, 5)
	if c.err == nil && version < 3 {
		return f.oldLayout(d, c)
	}
	class := c.u8()
	switch class {
	case 0: // in the header
		n := c.number(2)
		c.skip(int(n))
	case 1:
		d.raw = block{c.address(), c.length()}
		if c.err == nil && d.raw.addr != undefined && (d.raw.size < 0 || d.raw.size > f.store.end-d.raw.addr) {
			c.fail("the values of a dataset are said to lie beyond the end of the file")
		}
	case 2:
		if version == 3 {
			rank := c.u8()
			d.chunked = c.address()
			d.old = true
			for range rank {
				d.chunk = append(d.chunk, c.number(4))
			}
		} else {
			f.newChunks(d, c)
		}
		for _, n := range d.chunk {
			if c.err == nil && n <= 0 {
				c.fail("a dataset is cut into chunks of no size")
			}
		}
	case 3:
		heap, index := c.address(), c.number(4)
		if c.err == nil {
			return f.virtual(d, heap, index)
		}
	default:
		c.fail("a dataset is laid out in a way there is not (%d)", class)
	}
	return c.err
}

func (f *File) oldLayout(d *Dataset, c *cursor) error {
	rank, class := c.u8(), c.u8()
	c.skip(5)
	if c.err == nil && (rank < 1 || rank > 33) {
		c.fail("a dataset has %d dimensions", rank)
	}
	addr := int64(undefined)
	if class != 0 {
		addr = c.address()
	}
	for range rank {
		d.chunk = append(d.chunk, c.number(4))
	}
	switch class {
	case 0:
		c.skip(int(c.number(4)))
	case 1:
		d.raw = block{addr, undefined} // as long as its values are
	case 2:
		d.chunked, d.old = addr, true
	default:
		c.fail("a dataset is laid out in a way there is not (%d)", class)
	}
	return c.err
}

// fill takes the value that stands where nothing was written.
func (c *cursor) fill(kind int) {
	if kind == msgFillOld {
		c.skip(int(c.number(4)))
		return
	}
	version := c.version("the fill value of a dataset", 1, 3)
	there := true
	if version == 3 {
		flags := c.u8()
		there = flags&0x20 != 0
		if c.err == nil && flags&^0x3f != 0 {
			c.fail("a fill value has flags %#x, which there are not", flags)
		}
	} else {
		c.skip(2)
		if defined := c.u8(); c.err == nil && defined > 2 {
			c.fail("a fill value is defined in a way there is not")
		} else {
			there = version == 1 || defined != 0
		}
	}
	if there {
		if n := c.number(4); n != 1<<32-1 && n != 0 { // none, or that of the library
			c.skip(int(n))
		}
	}
}

// newChunks reads the description of chunks since version 4.
func (f *File) newChunks(d *Dataset, c *cursor) {
	flags := c.u8()
	rank := c.u8()
	width := c.u8()
	if c.err == nil && (width < 1 || width > 8 || flags&^3 != 0 || rank == 0 || rank > 33) {
		c.fail("a dataset is cut into chunks in a way there is not")
		return
	}
	for range rank {
		d.chunk = append(d.chunk, c.number(width))
	}
	switch index := c.u8(); index {
	case 1: // one chunk
		if flags&2 != 0 {
			c.length()
			c.skip(4)
		}
	case 2:
	case 3:
		c.skip(1)
	case 4:
		c.skip(5)
	case 5:
		c.skip(6)
	default:
		c.fail("a dataset keeps its chunks in an index of kind %d, which there is not", index)
	}
	d.chunked = c.address()
}

// virtual reads which files a virtual dataset is put together from. Only the first entry is taken apart.
func (f *File) virtual(d *Dataset, heap, index int64) error {
	d.Virtual = []string{"."}
	if heap == undefined {
		return nil
	}
	h, err := f.globalHeap(heap)
	if err != nil {
		return err
	}
	b, ok := h.objects[index]
	if !ok {
		return damaged(f.store.base+heap, "the description of a virtual dataset is not where it is said to be")
	}
	data, err := f.store.at(b.addr, int(min(b.size, 1<<20)))
	if err != nil {
		return err
	}
	c := f.cursor(data, b.addr)
	c.version("the description of a virtual dataset", 0, 1)
	n := c.length()
	if c.err != nil || n == 0 {
		return c.err
	}
	name, _, ok := strings.Cut(string(data[c.pos:]), "\x00")
	if !ok {
		return damaged(c.off(), "the name of a file that a dataset is read from does not end")
	}
	d.Virtual[0] = name
	if n > 1 {
		d.Virtual = append(d.Virtual, "")
	}
	return nil
}

// external reads which files the values of a dataset lie in.
func (f *File) external(d *Dataset, m message) error {
	c := f.cursor(m.data, m.addr)
	c.version("the list of outer files of a dataset", 1, 1)
	c.skip(3 + 2)
	n := int(c.number(2))
	addr := c.address()
	if c.err != nil {
		return c.err
	}
	h, err := f.localHeap(addr)
	if err != nil {
		return err
	}
	for range n {
		at := c.length()
		c.length()
		c.length()
		if c.err != nil {
			return c.err
		}
		name, err := f.nameIn(h, at)
		if err != nil {
			return err
		}
		d.External = append(d.External, name)
	}
	if len(d.External) == 0 {
		return damaged(c.off(), "a dataset has an empty list of outer files")
	}
	return nil
}

// filters reads which filters values pass.
func (f *File) filters(d *Dataset, m message) error {
	c := f.cursor(m.data, m.addr)
	version := c.version("the filters of a dataset", 1, 2)
	n := c.u8()
	if c.err == nil && n > 32 {
		c.fail("a dataset has %d filters", n)
	}
	if version == 1 {
		c.skip(6)
	}
	for range n {
		id := c.number(2)
		name := 0
		if version == 1 || id >= 256 {
			name = int(c.number(2))
		}
		c.skip(2)
		values := int(c.number(2))
		if version == 1 {
			name = (name + 7) &^ 7
		}
		c.skip(name)
		c.skip(4 * values)
		if version == 1 && values%2 != 0 {
			c.skip(4)
		}
		if c.err != nil {
			return c.err
		}
		d.Filters = append(d.Filters, id)
	}
	return c.err
}

// check holds what the header says of a dataset against each other and the file.
func (f *File) check(addr int64, d *Dataset) error {
	switch {
	case !d.layout || !d.space || d.kind == nil:
		return damaged(f.store.base+addr, "a dataset does not say what its values are, or where")
	}
	if d.raw.addr != undefined && len(d.External) == 0 && len(d.Virtual) == 0 && d.chunked == undefined {
		size := d.claims()
		if d.raw.size == undefined {
			d.raw.size = size
		}
		if d.raw.size < size || size > f.store.end-d.raw.addr {
			return damaged(f.store.base+addr, "a dataset of %d values of %d bytes has only %d bytes", d.Count, d.Size, min(d.raw.size, f.store.end-d.raw.addr))
		}
	}
	if d.chunked == undefined {
		return nil
	}
	if d.old {
		return f.oldChunks(d, nil)
	}
	b, err := f.store.at(d.chunked, 4)
	if err != nil {
		return err
	}
	_ = b
	return nil
}

// oldChunks walks the tree of chunks and looks whether they lie in the file. each, if it is there, is told of every chunk.
func (f *File) oldChunks(d *Dataset, each func(chunk block, skipped int64) error) error {
	rank := len(d.chunk)
	if rank < 2 || rank > 33 || len(d.Dims) != rank-1 {
		return damaged(f.store.base+d.chunked, "a dataset of %d dimensions is cut into chunks of %d", len(d.Dims), rank-1)
	}
	size := int64(1)
	for _, n := range d.chunk {
		if n <= 0 || size > 1<<40/n {
			return damaged(f.store.base+d.chunked, "a dataset is cut into chunks of a size that cannot be")
		}
		size *= n
	}
	w := &chunkWalk{f: f, d: d, size: size, seen: map[int64]bool{}, each: each}
	return w.node(d.chunked, -1)
}

type chunkWalk struct {
	f    *File
	d    *Dataset
	size int64
	seen map[int64]bool
	row  [maxDepth + 1]neighbour
	each func(chunk block, skipped int64) error
}

func (w *chunkWalk) node(addr int64, level int) error {
	f := w.f
	if w.seen[addr] {
		return damaged(f.store.base+addr, "the tree of a dataset's chunks leads back to itself")
	}
	w.seen[addr] = true
	if f.work++; f.work > maxWork || len(w.seen) > maxLinks {
		return errSpent
	}
	b, err := f.store.at(addr, 8+2*f.offsets)
	if err != nil {
		return err
	}
	c := f.cursor(b, addr)
	c.expect("TREE")
	if kind := c.u8(); c.err == nil && kind != 1 {
		c.fail("the tree of a dataset's chunks is of kind %d", kind)
	}
	at := c.u8()
	n := int(c.number(2))
	left, right := c.address(), c.address()
	if c.err == nil && at <= maxDepth && !w.row[at].beside(addr, left, right) {
		c.fail("a node of a tree names other neighbours than it has")
	}
	if c.err == nil && (level >= 0 && at != level || at > maxDepth || n > 2*f.chunkK) {
		c.fail("a node of a tree is at level %d with %d entries", at, n)
	}
	if c.err != nil {
		return c.err
	}
	head := 8 + 2*f.offsets
	key := 8 + 8*len(w.d.chunk)
	if b, err = f.store.at(addr, head+n*(key+f.offsets)+key); err != nil {
		return err
	}
	c = f.cursor(b, addr)
	c.skip(head)
	for range n {
		size, skipped := c.number(4), c.number(4)
		for i := range w.d.Dims {
			if start := c.number(8); c.err == nil && (start%w.d.chunk[i] != 0) {
				c.fail("a chunk of a dataset begins inside another")
			}
		}
		c.zero(8)
		child := c.address()
		if c.err != nil {
			return c.err
		}
		if f.work++; f.work > maxWork {
			return errSpent
		}
		switch {
		case at > 0:
			if err := w.node(child, at-1); err != nil {
				return err
			}
		case child == undefined || size > f.store.end-child:
			return damaged(c.off(), "a chunk of a dataset lies beyond the end of the file")
		case len(w.d.Filters) == 0 && size != w.size:
			return damaged(c.off(), "a chunk of a dataset of %d bytes claims %d", w.size, size)
		case w.each != nil:
			if err := w.each(block{child, size}, skipped); err != nil {
				return err
			}
		}
	}
	return c.err
}
