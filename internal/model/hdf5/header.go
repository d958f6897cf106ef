package hdf5

// Kinds of messages in the header of an object.
const (
	msgNil          = 0x00
	msgDataspace    = 0x01
	msgLinkInfo     = 0x02
	msgDatatype     = 0x03
	msgFillOld      = 0x04
	msgFill         = 0x05
	msgLink         = 0x06
	msgExternal     = 0x07
	msgLayout       = 0x08
	msgGroupInfo    = 0x0a
	msgFilters      = 0x0b
	msgAttribute    = 0x0c
	msgComment      = 0x0d
	msgTimeOld      = 0x0e
	msgSharedTable  = 0x0f
	msgContinuation = 0x10
	msgSymbolTable  = 0x11
	msgTime         = 0x12
	msgTreeK        = 0x13
	msgDriver       = 0x14
	msgAttrInfo     = 0x15
	msgReferences   = 0x16
	msgCacheImage   = 0x18
	msgLast         = 0x18
)

const (
	maxMessages = 65_536 // of one object; as many links and attributes as stand in a header
	maxChunks   = 1024   // blocks that a header lies in
	maxBlock    = 16 << 20
	maxWork     = 5_000_000 // messages and entries read of one file
)

type message struct {
	kind  int
	flags int
	data  []byte
	addr  int64 // of data
}

type block struct{ addr, size int64 }

// header reads the header of an object and calls do for each message in it but those about the header itself.
func (f *File) header(addr int64, do func(message) error) error {
	b, err := f.store.at(addr, 16)
	if err != nil {
		return err
	}
	if string(b[:4]) == "OHDR" {
		return f.newHeader(addr, do)
	}
	return f.oldHeader(addr, b, do)
}

func (f *File) oldHeader(addr int64, b []byte, do func(message) error) error {
	c := f.cursor(b, addr)
	c.version("the header of an object", 1, 1)
	c.zero(1)
	count := int(c.number(2))
	references := c.number(4)
	first := c.number(4)
	c.zero(4)
	f.claimed = references
	if c.err == nil && references == 0 {
		c.fail("an object that is linked says that nothing links to it")
	}
	if c.err != nil {
		return c.err
	}
	if count == 0 || first < 8 {
		return damaged(f.store.base+addr, "the header of an object holds nothing")
	}
	seen := 0
	blocks := []block{{addr + 16, first}}
	for i := 0; i < len(blocks); i++ {
		if blocks[i].size > maxBlock {
			return damaged(f.store.base+blocks[i].addr, "the header of an object claims %d bytes", blocks[i].size)
		}
		b, err := f.store.at(blocks[i].addr, int(blocks[i].size))
		if err != nil {
			return err
		}
		c := f.cursor(b, blocks[i].addr)
		for c.left() >= 8 && c.err == nil && seen < count {
			var m message
			m.kind = int(c.number(2))
			size := int(c.number(2))
			m.flags = c.u8()
			c.zero(3)
			m.addr = c.addr + int64(c.pos)
			m.data = c.take(size)
			seen++
			if m.kind == msgReferences || m.kind == msgAttrInfo && size == 0 {
				c.fail("the header of an object holds a message of kind %#x, which newer ones alone do", m.kind)
			}
			if c.err == nil {
				blocks, err = f.message(m, blocks, do)
			}
			if err != nil {
				return err
			}
		}
		if c.err != nil {
			return c.err
		}
		if c.left() >= 8 { // more than its count of messages
			return damaged(c.off(), "the header of an object says that it holds %d messages, and holds more", count)
		}
	}
	if seen != count {
		return damaged(f.store.base+addr, "the header of an object says that it holds %d messages, and holds %d", count, seen)
	}
	return nil
}

func (f *File) newHeader(addr int64, do func(message) error) error {
	prefix, err := f.store.at(addr, 6)
	if err != nil {
		return err
	}
	c := f.cursor(prefix, addr)
	c.expect("OHDR")
	c.version("the header of an object", 2, 2)
	f.claimed = 1
	flags := c.u8()
	if c.err == nil && flags&^0x3f != 0 {
		c.fail("the header of an object has flags %#x, which there are not", flags)
	}
	if c.err != nil {
		return c.err
	}
	fixed := 6
	if flags&0x20 != 0 {
		fixed += 16 // times
	}
	if flags&0x10 != 0 {
		fixed += 4 // when attributes move to a heap
	}
	width := 1 << (flags & 3)
	b, err := f.store.at(addr, fixed+width)
	if err != nil {
		return err
	}
	c = f.cursor(b, addr)
	c.skip(fixed)
	size := c.number(width)
	if size < 0 || size > maxBlock {
		return damaged(c.off(), "the header of an object claims %d bytes", size)
	}
	blocks := []block{{addr, int64(fixed+width) + size + 4}}
	for i := 0; i < len(blocks); i++ {
		if blocks[i].size > maxBlock+64 || blocks[i].size < 8 {
			return damaged(f.store.base+blocks[i].addr, "the header of an object claims %d bytes", blocks[i].size)
		}
		b, err := f.store.at(blocks[i].addr, int(blocks[i].size))
		if err != nil {
			return err
		}
		whole := f.cursor(b, blocks[i].addr)
		whole.skip(len(b) - 4)
		whole.checksum()
		if whole.err != nil {
			return whole.err
		}
		c := f.cursor(b[:len(b)-4], blocks[i].addr)
		if i == 0 {
			c.skip(fixed + width)
		} else {
			c.expect("OCHK")
		}
		blocks, err = f.newBlock(c, flags, blocks, do)
		if err != nil {
			return err
		}
	}
	return nil
}

// newBlock reads the messages of one block of a header. A gap that is too small for a message may stand at its end.
func (f *File) newBlock(c *cursor, flags int, blocks []block, do func(message) error) ([]block, error) {
	head := 4
	if flags&4 != 0 {
		head += 2 // the order in which messages were made
	}
	for n := 0; c.err == nil && c.left() >= head; n++ {
		if n > maxMessages {
			return nil, damaged(c.off(), "the header of an object holds more than %d messages", maxMessages)
		}
		var m message
		m.kind = c.u8()
		size := int(c.number(2))
		m.flags = c.u8()
		c.skip(head - 4)
		m.addr = c.addr + int64(c.pos)
		m.data = c.take(size)
		if c.err != nil {
			return nil, c.err
		}
		var err error
		if blocks, err = f.message(m, blocks, do); err != nil {
			return nil, err
		}
	}
	return blocks, c.err
}

// message handles what is about the header itself, and hands the rest on.
func (f *File) message(m message, blocks []block, do func(message) error) ([]block, error) {
	if f.work++; f.work > maxWork {
		return nil, errSpent
	}
	switch {
	case m.kind == msgNil:
		return blocks, nil
	case m.kind > msgLast || m.kind == 9:
		return nil, damaged(f.store.base+m.addr, "the header of an object holds a message of kind %#x, which there is not", m.kind)
	case m.kind == msgContinuation:
		c := f.cursor(m.data, m.addr)
		next := block{c.address(), c.length()}
		if c.err != nil {
			return nil, c.err
		}
		if next.addr == undefined || next.size <= 0 || len(blocks) >= maxChunks {
			return nil, damaged(c.off(), "the header of an object is continued at no place, or too often")
		}
		for _, b := range blocks {
			if next.addr < b.addr+b.size && b.addr < next.addr+next.size {
				return nil, damaged(c.off(), "the header of an object is continued inside itself")
			}
		}
		return append(blocks, next), nil
	}
	return blocks, do(m)
}

// messages calls do for each message of an object, those that it shares with others too.
func (f *File) messages(addr int64, do func(message) error) error {
	return f.header(addr, func(m message) error {
		if m.flags&2 != 0 {
			var err error
			if m, err = f.sharedMessage(m); err != nil {
				return err
			}
		}
		return do(m)
	})
}

// sharedMessage finds a message that stands elsewhere: a committed datatype, or one in the heap for shared messages.
func (f *File) sharedMessage(m message) (message, error) {
	defer func(claimed int64) { f.claimed = claimed }(f.claimed)
	c := f.cursor(m.data, m.addr)
	addr, id := f.shareOf(c)
	if c.err != nil {
		return m, c.err
	}
	if id != nil {
		b, err := f.sharedInHeap(m.kind, id)
		return message{m.kind, 0, b, m.addr}, err
	}
	found := false
	out := m
	err := f.header(addr, func(n message) error {
		if n.kind == m.kind && !found {
			found = true
			out = n
		}
		return nil
	})
	if err == nil && (!found || out.flags&2 != 0) {
		err = damaged(f.store.base+m.addr, "a message is shared with an object that has none such")
	}
	return out, err
}

func (f *File) sharedInHeap(kind int, id []byte) ([]byte, error) {
	heap, ok := f.shared[kind]
	if !ok || heap == undefined {
		return nil, damaged(-1, "a message is shared in a heap that there is not")
	}
	h, err := f.fractal(heap)
	if err != nil {
		return nil, err
	}
	return h.object(id)
}

// shareOf reads where a shared message stands: the address of an object's header, or an identifier in a heap.
func (f *File) shareOf(c *cursor) (addr int64, id []byte) {
	version := c.version("a shared message", 1, 3)
	kind := c.u8()
	switch {
	case version == 1:
		c.skip(6 + c.f.lengths) // reserved bytes, and a place in a heap that is not used
		addr = c.address()
	case version == 3 && kind == 1:
		id = c.take(8)
	default:
		addr = c.address()
	}
	if c.err == nil && id == nil && addr == undefined {
		c.fail("a message is shared with no object")
	}
	return addr, id
}
