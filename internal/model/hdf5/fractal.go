package hdf5

// fractalHeap is where newer groups keep many links, and objects many attributes.
type fractalHeap struct {
	f           *File
	addr        int64
	idBytes     int
	filters     int64 // bytes of the description of filters
	summed      bool  // direct blocks have checksums
	width       int64
	start       int64 // bytes of a block of the first rows
	maxDirect   int64
	offsetBytes int // of an offset in the heap
	lengthBytes int // of the length of an object
	root        int64
	rows        int64
	most        int64 // bytes of the largest object that lies in a block
	huge        int64 // tree of the others
	hugeSeen    map[string]block
	checked     map[int64]bool // direct blocks whose sum was checked
}

// dense walks through what an object has many of: a message names a heap and a tree of a kind whose records are of what is in
// it. The message may have an order of creation before the two, of so many bytes.
func (f *File) dense(m message, what string, order, kind int, do func(h *fractalHeap, record []byte) error) error {
	c := f.cursor(m.data, m.addr)
	c.version(what, 0, 0)
	flags := c.u8()
	if c.err == nil && flags&^3 != 0 {
		c.fail("%s have flags %#x, which there are not", what, flags)
	}
	if flags&1 != 0 {
		c.skip(order)
	}
	heap, tree := c.address(), c.address()
	if c.err != nil || heap == undefined && tree == undefined {
		return c.err
	}
	h, err := f.fractal(heap)
	if err != nil {
		return err
	}
	return f.newTree(tree, kind, func(record []byte) error { return do(h, record) })
}

// fractal opens the heap at an address.
func (f *File) fractal(addr int64) (*fractalHeap, error) {
	if h, ok := f.fractals[addr]; ok {
		return h, nil
	}
	fixed := 4 + 1 + 2 + 2 + 1 + 4 + 12*f.lengths + 3*f.offsets + 2 + 2 + 2 + 2
	b, err := f.store.at(addr, fixed+4)
	if err != nil {
		return nil, err
	}
	c := f.cursor(b, addr)
	c.expect("FRHP")
	c.version("a heap", 0, 0)
	h := &fractalHeap{f: f, addr: addr, checked: map[int64]bool{}}
	h.idBytes = int(c.number(2))
	h.filters = c.number(2)
	flags := c.u8()
	h.summed = flags&2 != 0
	h.most = c.number(4)
	c.length()
	h.huge = c.address()
	c.length()
	c.address()
	for range 8 {
		c.length()
	}
	h.width = c.number(2)
	h.start = c.length()
	h.maxDirect = c.length()
	bits := c.number(2)
	c.skip(2)
	h.root = c.address()
	h.rows = c.number(2)
	if c.err == nil && h.filters > 0 {
		return nil, damaged(f.store.base+addr, "keeps names in packed form, which is not read")
	}
	c.checksum()
	power := func(v int64) bool { return v > 0 && v&(v-1) == 0 }
	switch {
	case c.err != nil:
		return nil, c.err
	case flags&^3 != 0, h.idBytes < 4, h.idBytes > 4096, h.width < 1, h.width > 1024, !power(h.width), !power(h.start), !power(h.maxDirect), h.start > h.maxDirect,
		h.maxDirect > 16<<20, bits < 1, bits > 64, h.rows > 64:
		return nil, damaged(f.store.base+addr, "a heap has measures that cannot be")
	}
	h.offsetBytes = int(bits+7) / 8
	h.lengthBytes = min((log2(uint64(h.maxDirect))+7)/8, log2(uint64(max(h.most, 1)))/8+1)
	if len(f.fractals) < 100_000 {
		f.fractals[addr] = h
	}
	return h, nil
}

// object returns the bytes of an object by its identifier.
func (h *fractalHeap) object(id []byte) ([]byte, error) {
	f := h.f
	c := f.cursor(id, -1)
	head := c.u8()
	bad := func() ([]byte, error) {
		return nil, damaged(f.store.base+h.addr, "an identifier of something in a heap leads nowhere")
	}
	if c.err != nil || head>>6 != 0 {
		return bad()
	}
	switch head >> 4 & 3 {
	case 0:
		off, n := c.number(h.offsetBytes), c.number(h.lengthBytes)
		if c.err != nil || off < 0 || n <= 0 || n > h.maxDirect {
			return bad()
		}
		return h.managed(off, n)
	case 1:
		return h.hugeObject(id)
	case 2:
		n := head & 15
		if h.idBytes > 18 {
			n = n<<8 | c.u8()
		}
		if b := c.take(n + 1); c.err == nil {
			return b, nil
		}
	}
	return bad()
}

// managed finds an object in the blocks of the heap: a table whose rows double in size.
func (h *fractalHeap) managed(off, n int64) ([]byte, error) {
	f := h.f
	addr, rows := h.root, h.rows
	base := int64(0) // of the block in the heap
	directRows := int64(log2(uint64(h.maxDirect))-log2(uint64(h.start))) + 2
	for depth := 0; rows > 0; depth++ {
		if addr == undefined || depth > maxDepth || rows > 64 {
			return nil, damaged(f.store.base+h.addr, "an object of a heap lies in no block")
		}
		// the row and the column that off is in
		rel := off - base
		row, size, from := int64(0), h.start, int64(0)
		for ; row < rows; row++ {
			if row > 1 {
				size *= 2
			}
			if size > 1<<56/h.width || rel < from+size*h.width {
				break
			}
			from += size * h.width
		}
		if row >= rows || rel < from {
			return nil, damaged(f.store.base+h.addr, "an object of a heap lies beyond it")
		}
		col := (rel - from) / size
		entry := row*h.width + col
		child, err := h.indirect(addr, base, rows, entry)
		if err != nil {
			return nil, err
		}
		addr = child
		base += from + col*size
		if row < directRows {
			return h.direct(addr, base, size, off, n)
		}
		rows = int64(log2(uint64(size))-log2(uint64(h.start*h.width))) + 1
	}
	if h.root == undefined {
		return nil, damaged(f.store.base+h.addr, "an empty heap is said to hold something")
	}
	return h.direct(addr, 0, h.start, off, n)
}

// indirect returns the address of the block that an entry of an indirect block points to.
func (h *fractalHeap) indirect(addr, base, rows, entry int64) (int64, error) {
	f := h.f
	fixed := 5 + f.offsets + h.offsetBytes
	if h.checked[addr] {
		b, err := f.store.at(addr+int64(fixed)+entry*int64(f.offsets), f.offsets)
		if err != nil {
			return 0, err
		}
		c := f.cursor(b, addr)
		if child := c.address(); child != undefined {
			return child, nil
		}
		return 0, damaged(f.store.base+addr, "an object of a heap lies in no block")
	}
	size := int64(fixed) + rows*h.width*int64(f.offsets)
	b, err := f.store.at(addr, int(size)+4)
	if err != nil {
		return 0, err
	}
	c := f.cursor(b, addr)
	c.expect("FHIB")
	c.version("a block of a heap", 0, 0)
	owner := c.address()
	at := c.number(h.offsetBytes)
	if c.err == nil && (owner != h.addr || at != base) {
		c.fail("a block of a heap belongs elsewhere")
	}
	c.skip(int(size) - c.pos)
	c.checksum()
	if c.err != nil {
		return 0, c.err
	}
	h.check(addr)
	c.pos = fixed + int(entry)*f.offsets
	child := c.address()
	if child == undefined {
		return 0, damaged(f.store.base+addr, "an object of a heap lies in no block")
	}
	return child, c.err
}

func (h *fractalHeap) check(addr int64) {
	if len(h.checked) < 1<<16 {
		h.checked[addr] = true
	}
}

func (h *fractalHeap) direct(addr, base, size, off, n int64) ([]byte, error) {
	f := h.f
	if f.work++; f.work > maxWork {
		return nil, errSpent
	}
	head := int64(5 + f.offsets + h.offsetBytes)
	if h.summed {
		head += 4
	}
	rel := off - base
	if rel < head || rel > size-n {
		return nil, damaged(f.store.base+addr, "an object of a heap lies outside its block")
	}
	if h.checked[addr] {
		return f.store.at(addr+rel, int(n))
	}
	b, err := f.store.at(addr, int(size))
	if err != nil {
		return nil, err
	}
	c := f.cursor(b, addr)
	c.expect("FHDB")
	c.version("a block of a heap", 0, 0)
	owner := c.address()
	at := c.number(h.offsetBytes)
	if c.err == nil && (owner != h.addr || at != base) {
		c.fail("a block of a heap belongs elsewhere")
	}
	if h.summed && c.err == nil {
		sum := uint32(c.number(4))
		whole := append([]byte(nil), b...)
		clear(whole[c.pos-4 : c.pos])
		if !f.unsummed && lookup3(whole) != sum {
			c.pos = 0
			c.fail("the checksum of a structure does not match: damaged")
		}
	}
	if c.err != nil {
		return nil, c.err
	}
	h.check(addr)
	return b[rel : rel+n], nil
}

// hugeObject finds an object that has a place of its own in the file.
func (h *fractalHeap) hugeObject(id []byte) ([]byte, error) {
	f := h.f
	if h.idBytes-1 >= f.offsets+f.lengths {
		c := f.cursor(id, -1)
		c.skip(1)
		b := block{c.address(), c.length()}
		if c.err != nil {
			return nil, c.err
		}
		return h.large(b)
	}
	if h.hugeSeen == nil {
		h.hugeSeen = map[string]block{}
		if h.huge == undefined {
			return nil, damaged(f.store.base+h.addr, "a heap has no large objects, and one is asked for")
		}
		err := f.newTree(h.huge, 1, func(r []byte) error {
			c := f.cursor(r, -1)
			b := block{c.address(), c.length()}
			key := c.length()
			if c.err == nil {
				h.hugeSeen[string(le.AppendUint64(nil, uint64(key)))] = b
			}
			return c.err
		})
		if err != nil {
			return nil, err
		}
	}
	var key [8]byte
	copy(key[:], id[1:min(len(id), 1+f.lengths)])
	b, ok := h.hugeSeen[string(key[:])]
	if !ok {
		return nil, damaged(f.store.base+h.addr, "a large object of a heap is not there")
	}
	return h.large(b)
}

// maxLarge is how long an object of a heap may be that is read: an attribute with the configuration of a model.
const maxLarge = 16 << 20

func (h *fractalHeap) large(b block) ([]byte, error) {
	if b.size <= 0 || b.size > maxLarge {
		return nil, damaged(h.f.store.base+h.addr, "an object of a heap claims %d bytes", b.size)
	}
	return h.f.store.at(b.addr, int(b.size))
}
