package hdf5

import (
	"io"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const signature = "\x89HDF\r\n\x1a\n"

// File is an HDF5 file whose superblock was read.
type File struct {
	Version   int   // of the superblock
	UserBlock int64 // bytes before it

	store            store
	offsets, lengths int // bytes of an address and of a length
	leafK, groupK    int // half of how many entries nodes of groups hold
	chunkK           int
	root             int64 // address of the root group's header
	scratch          *tables
	heaps            map[int64]*heap        // global heap collections by address
	fractals         map[int64]*fractalHeap // by address
	types            map[int64]*datatype    // committed datatypes by address of their header
	unsummed         bool                   // sums are not looked at
	claimed          int64                  // links to it that the object claims whose header was read last
	work             int                    // messages and entries read
	shared           map[int]int64          // fractal heaps of shared messages by kind of message
}

// tables is where an old group keeps its links.
type tables struct{ tree, heap int64 }

// Find tells where the superblock of a file is: at its beginning, or after a user block of 512 bytes or a doubling of it.
func Find(p *inspect.Part) (int64, bool) {
	head := p.Head()
	for off := int64(0); off+int64(len(signature)) <= p.Size; off = max(512, off*2) {
		if off+int64(len(signature)) <= int64(len(head)) {
			if string(head[off:off+int64(len(signature))]) == signature {
				return off, true
			}
			continue
		}
		if len(head) > 0 && off > 1<<30 {
			return 0, false
		}
		var b [len(signature)]byte
		if n, _ := p.ReadAt(b[:], off); n == len(b) && string(b[:]) == signature {
			return off, true
		}
	}
	return 0, false
}

// Open reads the superblock of a file that Find has found. What is wrong with it is a *inspect.DamageError.
func Open(r io.ReaderAt, size, at int64) (*File, error) { return open(r, size, at, false) }

// open is Open, and may take structures whose sums are wrong, so that a fuzzer gets further.
func open(r io.ReaderAt, size, at int64, unsummed bool) (*File, error) {
	f := &File{
		unsummed:  unsummed,
		UserBlock: at, store: store{r: r, size: size, base: at, end: size - at}, offsets: 8, lengths: 8, leafK: 4, groupK: 16, chunkK: 32,
		heaps: map[int64]*heap{}, fractals: map[int64]*fractalHeap{}, types: map[int64]*datatype{}, shared: map[int]int64{},
	}
	b, err := f.store.at(0, int(min(f.store.end, 128)))
	if err != nil {
		return nil, err
	}
	c := f.cursor(b, 0)
	c.expect(signature)
	f.Version = c.version("the superblock", 0, 3)
	var extension int64 = undefined
	if f.Version < 2 {
		f.oldSuperblock(c)
	} else {
		extension = f.newSuperblock(c)
	}
	if c.err != nil {
		return nil, c.err
	}
	if extension != undefined {
		if err := f.extension(extension); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (f *File) sizes(c *cursor) {
	f.offsets, f.lengths = c.u8(), c.u8()
	ok := func(n int) bool { return n == 2 || n == 4 || n == 8 }
	if c.err == nil && (!ok(f.offsets) || !ok(f.lengths)) {
		c.fail("has addresses of %d and lengths of %d bytes", f.offsets, f.lengths)
		f.offsets, f.lengths = 8, 8
	}
}

func (f *File) oldSuperblock(c *cursor) {
	c.zero(3) // versions of free space and of the root entry, and a reserved byte
	c.version("the shared header messages", 0, 0)
	f.sizes(c)
	c.zero(1)
	f.leafK, f.groupK = int(c.number(2)), int(c.number(2))
	if c.err == nil && (f.leafK == 0 || f.groupK == 0) {
		c.fail("has groups whose nodes hold nothing")
	}
	c.consistency(4)
	if f.Version == 1 {
		if f.chunkK = int(c.number(2)); f.chunkK == 0 {
			c.fail("has chunk indexes whose nodes hold nothing")
		}
		c.zero(2)
	}
	base := c.address()
	if free := c.address(); c.err == nil && free != undefined && free >= f.store.end {
		c.fail("keeps its free space beyond its end")
	}
	eof := c.address()
	if driver := c.address(); c.err == nil && driver != undefined {
		c.fail("is one of several files that are to be read together")
	}
	f.eof(c, base, eof)
	entry := c.symbol(true)
	if c.err == nil && entry.offset != 0 {
		c.fail("has a root group with a name")
	}
	f.root, f.scratch = entry.header, entry.tables
	if c.err == nil && f.root == undefined {
		c.fail("has no root group")
	}
}

// eof holds what the file says of its end against where it ends.
func (f *File) eof(c *cursor, base, eof int64) {
	switch {
	case c.err != nil:
	case eof == undefined || base == undefined || eof < base:
		c.fail("says that it ends before it begins")
	case base != 0 && base != f.store.base:
		c.fail("says that it begins at %d, and begins at %d", base, f.store.base)
	case eof-base > f.store.end:
		c.fail("says that it ends at %d, and ends at %d: truncated", eof, f.store.size)
	default:
		f.store.end = eof - base
	}
}

func (f *File) newSuperblock(c *cursor) (extension int64) {
	f.sizes(c)
	c.consistency(1)
	base := c.address()
	extension = c.address()
	eof := c.address()
	f.root = c.address()
	c.checksum()
	f.eof(c, base, eof)
	if c.err == nil && f.root == undefined {
		c.fail("has no root group")
	}
	return extension
}

// consistency takes flags of which the lowest are set while a program writes the file.
func (c *cursor) consistency(n int) {
	if v := c.number(n); c.err == nil && v&^7 != 0 {
		c.fail("has flags of consistency %#x, which there are not", v)
	}
}

// extension reads what a newer superblock keeps beside itself.
func (f *File) extension(addr int64) error {
	return f.messages(addr, func(m message) error {
		c := f.cursor(m.data, m.addr)
		switch m.kind {
		case msgTreeK:
			c.version("the sizes of nodes", 0, 0)
			f.chunkK, f.groupK, f.leafK = int(c.number(2)), int(c.number(2)), int(c.number(2))
			if c.err == nil && (f.chunkK == 0 || f.groupK == 0 || f.leafK == 0) {
				c.fail("has nodes that hold nothing")
			}
		case msgCacheImage:
			c.fail("keeps a part of its structure in the image of a cache, which is not read")
		case msgDriver:
			c.fail("is one of several files that are to be read together")
		case msgSharedTable:
			c.version("the table of shared messages", 0, 0)
			table := c.address()
			n := c.u8()
			if c.err == nil {
				return f.sharedTable(table, n)
			}
		}
		return c.err
	})
}

// sharedTable reads which heaps hold messages that are shared.
func (f *File) sharedTable(addr int64, n int) error {
	if n > 8 {
		return damaged(f.store.base+addr, "has %d indexes of shared messages", n)
	}
	entry := 1 + 1 + 2 + 4 + 3*2 + 2*f.offsets
	b, err := f.store.at(addr, 4+n*entry+4)
	if err != nil {
		return err
	}
	c := f.cursor(b, addr)
	c.expect("SMTB")
	for range n {
		c.version("an index of shared messages", 0, 0)
		c.skip(1)
		kinds := c.number(2)
		c.skip(4 + 3*2)
		c.address()
		heap := c.address()
		for kind := range 16 {
			if kinds&(1<<kind) != 0 {
				f.shared[kind] = heap
			}
		}
	}
	c.checksum()
	return c.err
}
