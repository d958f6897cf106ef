package tensorflow

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"strconv"
	"strings"

	"github.com/klauspost/compress/snappy"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// The index of a checkpoint is a sorted table of LevelDB: blocks of entries, an index block, and a footer that says where it is.
const (
	footerBytes = 48
	tableMagic  = 0xdb4775248b80fb57
	trailer     = 5 // how a block is packed, and its checksum
	maxBlock    = 8 << 20
	maxEntries  = 5_000_000
)

func claimsIndex(p *inspect.Part) bool {
	tail := p.Tail()
	if p.Size >= footerBytes && binary.LittleEndian.Uint64(tail[len(tail)-8:]) == tableMagic {
		return true
	}
	return p.Ending() == ".index" && startsBundle(p.Head())
}

// startsBundle tells the beginning of a checkpoint's index, of which the end is missing: the first entry has an empty key, and is
// the header with the number of files and the version.
func startsBundle(head []byte) bool {
	if len(head) < 5 || head[0] != 0 || head[1] != 0 || int(head[2]) > len(head)-3 || head[2] < 4 || head[2] > 32 {
		return false
	}
	header := head[3 : 3+head[2]]
	if header[0] != 0x08 {
		return false
	}
	files, versions := false, false
	err := each(protobuf.NewSource(bytes.NewReader(header), int64(len(header)), header).Whole(), func(f protobuf.Field) error {
		files = files || f.Number == 1 && f.Type == protobuf.Varint && f.Value > 0
		versions = versions || f.Number == 3 && f.Type == protobuf.Bytes
		return nil
	})
	return err == nil && files && versions
}

// handle is where a block lies.
type handle struct{ off, size uint64 }

func readHandle(b []byte) (handle, []byte, bool) {
	off, n := binary.Uvarint(b)
	if n <= 0 {
		return handle{}, nil, false
	}
	size, m := binary.Uvarint(b[n:])
	if m <= 0 {
		return handle{}, nil, false
	}
	return handle{off, size}, b[n+m:], true
}

// scanIndex reads the table and compares it with the files that hold the tensors.
func scanIndex(ctx context.Context, p *inspect.Part) error {
	tail := p.Tail()
	if len(tail) < footerBytes || binary.LittleEndian.Uint64(tail[len(tail)-8:]) != tableMagic {
		return damage(p.Size, "ends before its footer: it is cut off")
	}
	_, rest, ok := readHandle(tail[len(tail)-footerBytes:])
	if !ok {
		return damage(p.Size-footerBytes, "the footer is broken")
	}
	at, _, ok := readHandle(rest)
	if !ok {
		return damage(p.Size-footerBytes, "the footer is broken")
	}
	c := &checkpoint{part: p, reach: map[uint64]uint64{}, shards: 1}
	err := c.entries(at, func(_, value []byte) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		block, _, ok := readHandle(value)
		if !ok {
			return damage(int64(at.off), "an entry of the index is broken")
		}
		return c.entries(block, c.tensor)
	})
	p.Fact("framework", "tensorflow")
	p.Fact("tensors", strconv.Itoa(c.tensors))
	if err != nil {
		return err
	}
	return c.files()
}

// masked is the checksum of LevelDB: CRC-32C, turned, so that it does not look like the checksum of data that hold checksums.
func masked(b []byte) uint32 {
	sum := crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli))
	return (sum>>15 | sum<<17) + 0xa282ead8
}

// unpacked is a block's content.
func unpacked(b []byte, kind byte) ([]byte, error) {
	switch kind {
	case 0:
		return b, nil
	case 1:
		n, err := snappy.DecodedLen(b)
		if err != nil || n > maxBlock {
			return nil, fmt.Errorf("a block claims to unpack to %d bytes", n)
		}
		b, err = snappy.Decode(nil, b)
		if err != nil {
			return nil, fmt.Errorf("a block cannot be unpacked: %w", err)
		}
		return b, nil
	}
	return nil, fmt.Errorf("a block is packed in the way %d, which is not known", kind)
}

type checkpoint struct {
	part    *inspect.Part
	reach   map[uint64]uint64 // how far the tensors of each file reach
	shards  uint64
	tensors int
	seen    int
}

// entries goes through a block: keys share their beginnings, and end in a list of places where they do not.
func (c *checkpoint) entries(h handle, do func(key, value []byte) error) error {
	if h.size > maxBlock || h.off > uint64(c.part.Size) || h.size+trailer > uint64(c.part.Size)-h.off {
		return damage(int64(min(h.off, 1<<62)), "a block of %d bytes at %d lies outside of the file", h.size, h.off)
	}
	b, err := c.part.Read(int64(h.off), int(h.size)+trailer)
	if err != nil {
		return err
	}
	if sum := binary.LittleEndian.Uint32(b[h.size+1:]); sum != masked(b[:h.size+1]) {
		return damage(int64(h.off), "the checksum of a block is wrong")
	}
	b, err = unpacked(b[:h.size], b[h.size])
	if err != nil {
		return damage(int64(h.off), "%v", err)
	}
	if len(b) < 4 {
		return damage(int64(h.off), "a block is too short")
	}
	restarts := uint64(binary.LittleEndian.Uint32(b[len(b)-4:]))
	if restarts*4+4 > uint64(len(b)) {
		return damage(int64(h.off), "a block claims %d places to start from", restarts)
	}
	b = b[:uint64(len(b))-4-restarts*4]
	var key []byte
	for len(b) > 0 {
		if c.seen++; c.seen > maxEntries {
			return damage(int64(h.off), "has more entries than are looked at")
		}
		var n [3]uint64
		for i := range n {
			v, size := binary.Uvarint(b)
			if size <= 0 {
				return damage(int64(h.off), "an entry does not end")
			}
			n[i], b = v, b[size:]
		}
		if n[0] > uint64(len(key)) || n[1] > uint64(len(b)) || n[2] > uint64(len(b))-n[1] {
			return damage(int64(h.off), "an entry is longer than its block")
		}
		key = append(key[:n[0]], b[:n[1]]...)
		if err := do(key, b[n[1]:n[1]+n[2]]); err != nil {
			return err
		}
		b = b[n[1]+n[2]:]
	}
	return nil
}

// tensor reads a BundleEntryProto, or the BundleHeaderProto under the empty key.
func (c *checkpoint) tensor(key, value []byte) error {
	var n [7]uint64
	elements, sliced := int64(1), false
	m := protobuf.NewSource(strings.NewReader(string(value)), int64(len(value)), value).Whole()
	err := each(m, func(f protobuf.Field) error {
		if f.Number < len(n) && f.Type == protobuf.Varint {
			n[f.Number] = f.Value
		}
		switch {
		case len(key) == 0 || f.Type != protobuf.Bytes:
		case f.Number == 2:
			var err error
			elements, err = count(f.Message())
			return err
		case f.Number == 7:
			sliced = true
		}
		return nil
	})
	if err != nil {
		return damage(-1, "the entry %s is broken: %v", inspect.Quote(string(key)), err)
	}
	if len(key) == 0 {
		c.shards = n[1]
		return nil
	}
	c.tensors++
	shard, off, size := n[3], n[4], n[5]
	if off > 1<<60 || size > 1<<60 {
		return damage(-1, "the tensor %s lies at a place that there cannot be", inspect.Quote(string(key)))
	}
	if width := widthOf(n[1]); width > 0 && !sliced && (elements > 1<<60/width || uint64(elements*width) != size) {
		return damage(-1, "the tensor %s is said to have %d bytes, and its shape takes %d times %d", inspect.Quote(string(key)), size, elements, width)
	}
	if len(c.reach) < 10_000 || c.reach[shard] > 0 {
		c.reach[shard] = max(c.reach[shard], off+size)
	}
	return nil
}

// count is how many values a shape has.
func count(m protobuf.Message) (int64, error) {
	n := int64(1)
	err := each(m, func(f protobuf.Field) error {
		if f.Number != 2 || f.Type != protobuf.Bytes {
			return nil
		}
		size := int64(0)
		err := each(f.Message(), func(f protobuf.Field) error {
			if f.Number == 1 && f.Type == protobuf.Varint {
				size = int64(f.Value)
			}
			return nil
		})
		switch {
		case err != nil:
			return err
		case size < 0 || size > 0 && n > 1<<60/size:
			return damage(-1, "a dimension of %d is none", size)
		}
		n *= size
		return nil
	})
	return n, err
}

// widthOf is how many bytes a value of a type takes, 0 where that is not fixed.
func widthOf(dtype uint64) int64 {
	switch dtype {
	case 4, 6, 10, 11, 12, 24, 25: // uint8, int8, bool, quint8 and qint8, floats of 8 bits
		return 1
	case 5, 14, 15, 16, 17, 19: // int16, bfloat16, qint16, quint16, uint16, half
		return 2
	case 1, 3, 13, 22: // float, int32, qint32, uint32
		return 4
	case 2, 8, 9, 23: // double, complex64, int64, uint64
		return 8
	case 18: // complex128
		return 16
	}
	return 0
}

// files looks for what holds the tensors.
func (c *checkpoint) files() error {
	name := strings.TrimSuffix(c.part.Name, ".index")
	if name == c.part.Name || c.part.Depth > 0 {
		return nil
	}
	for shard, reach := range c.reach {
		if shard >= c.shards {
			return damage(-1, "a tensor lies in file %d of %d", shard, c.shards)
		}
		file := fmt.Sprintf("%s.data-%05d-of-%05d", name, shard, c.shards)
		size, err := c.part.SizeBeside(file)
		switch {
		case err == nil && uint64(size) < reach:
			return damage(-1, "tensors reach to byte %d of %s, which has %d", reach, inspect.Quote(file), size)
		case errors.Is(err, bound.ErrOutside):
			c.part.Say(inspect.Dangerous, "tf-data-escape", -1, "the tensors are read from %s, which is a link out of what is scanned", inspect.Quote(file))
		case errors.Is(err, fs.ErrNotExist):
			c.part.Say(inspect.Clean, "tf-data-missing", -1, "the tensors' file %s is not there", inspect.Quote(file))
		}
	}
	return nil
}
