package hdf5

// A tree of version 2: what is in a heap, by the hash of its name or by when it was made.

// newTree walks a tree of version 2 and calls do for each record.
func (f *File) newTree(addr int64, kind int, do func(record []byte) error) error {
	size := 4 + 1 + 1 + 4 + 2 + 2 + 1 + 1 + f.offsets + 2 + f.lengths + 4
	b, err := f.store.at(addr, size)
	if err != nil {
		return err
	}
	c := f.cursor(b, addr)
	c.expect("BTHD")
	c.version("a tree", 0, 0)
	t := &tree{f: f, do: do, seen: map[int64]bool{}, kind: c.u8()}
	t.nodeBytes = c.number(4)
	t.recordBytes = c.number(2)
	t.depth = int(c.number(2))
	c.skip(2)
	root := c.address()
	count := c.number(2)
	total := c.length()
	c.checksum()
	switch {
	case c.err != nil:
		return c.err
	case kind >= 0 && t.kind != kind:
		return damaged(f.store.base+addr, "a tree is of kind %d where %d is expected", t.kind, kind)
	case t.nodeBytes < 32 || t.nodeBytes > 16<<20 || t.recordBytes == 0 || t.recordBytes > t.nodeBytes-10 || t.depth > 16:
		return damaged(f.store.base+addr, "a tree of nodes of %d bytes with records of %d cannot be", t.nodeBytes, t.recordBytes)
	case root == undefined:
		if count != 0 || total != 0 {
			return damaged(f.store.base+addr, "an empty tree claims %d records", total)
		}
		return nil
	}
	t.measure()
	if err := t.node(root, count, t.depth); err != nil {
		return err
	}
	if int64(t.records) != total {
		return damaged(f.store.base+addr, "a tree claims %d records and has %d", total, t.records)
	}
	return nil
}

type tree struct {
	f                      *File
	do                     func([]byte) error
	seen                   map[int64]bool
	kind                   int
	nodeBytes, recordBytes int64
	depth                  int
	records                int
	countBytes             int           // of the number of records in a child
	levels                 [20]treeLevel // 0 are the leaves
}

type treeLevel struct {
	most       int64 // records of one node
	totalBytes int   // of the number of records below
	total      uint64
}

// measure computes how wide the counts are that nodes hold of their children.
func (t *tree) measure() {
	t.levels[0].most = (t.nodeBytes - 10) / t.recordBytes
	t.levels[0].total = uint64(t.levels[0].most)
	t.countBytes = log2(uint64(max(t.levels[0].most, 1)))/8 + 1
	for d := 1; d <= t.depth; d++ {
		below := t.levels[d-1]
		pointer := int64(t.f.offsets + t.countBytes + below.totalBytes)
		l := &t.levels[d]
		l.most = max(0, (t.nodeBytes-10-pointer)/(t.recordBytes+pointer))
		if below.total > 1<<55 {
			l.total = below.total
		} else {
			l.total = uint64(l.most+1)*below.total + uint64(l.most)
		}
		l.totalBytes = min(8, log2(max(l.total, 1))/8+1)
	}
}

func (t *tree) node(addr, count int64, depth int) error {
	f := t.f
	if t.seen[addr] {
		return damaged(f.store.base+addr, "a tree leads back to itself")
	}
	t.seen[addr] = true
	if f.work++; f.work > maxWork || len(t.seen) > maxLinks {
		return errSpent
	}
	if count < 0 || count > t.levels[depth].most {
		return damaged(f.store.base+addr, "a node of a tree claims %d records where %d fit", count, t.levels[depth].most)
	}
	pointer := 0
	size := 6 + count*t.recordBytes
	if depth > 0 {
		pointer = f.offsets + t.countBytes + t.levels[depth-1].totalBytes
		size += (count + 1) * int64(pointer)
	}
	b, err := f.store.at(addr, int(size)+4)
	if err != nil {
		return err
	}
	c := f.cursor(b, addr)
	if depth > 0 {
		c.expect("BTIN")
	} else {
		c.expect("BTLF")
	}
	c.version("a node of a tree", 0, 0)
	if kind := c.u8(); c.err == nil && kind != t.kind {
		c.fail("a node of a tree is of kind %d where %d is expected", kind, t.kind)
	}
	records := c.take(int(count * t.recordBytes))
	pointers := c.pos
	c.skip(int(size) - pointers)
	c.checksum()
	if c.err != nil {
		return c.err
	}
	c.pos = pointers
	for i := range count + 1 {
		if depth > 0 {
			child := c.address()
			n := c.number(t.countBytes)
			c.skip(t.levels[depth-1].totalBytes)
			if c.err != nil {
				return c.err
			}
			if err := t.node(child, n, depth-1); err != nil {
				return err
			}
		}
		if i == count {
			break
		}
		if f.work++; f.work > maxWork {
			return errSpent
		}
		t.records++
		if err := t.do(records[i*t.recordBytes:][:t.recordBytes]); err != nil {
			return err
		}
	}
	return nil
}
