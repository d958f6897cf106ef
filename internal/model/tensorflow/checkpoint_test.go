package tensorflow

import (
	"encoding/binary"
	"testing"

	"github.com/klauspost/compress/snappy"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

type entry struct{ key, value string }

// block writes entries as a block of a table, keys whole.
func block(entries ...entry) []byte {
	var b []byte
	for _, e := range entries {
		b = binary.AppendUvarint(b, 0)
		b = binary.AppendUvarint(b, uint64(len(e.key)))
		b = binary.AppendUvarint(b, uint64(len(e.value)))
		b = append(append(b, e.key...), e.value...)
	}
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, 0), 1)
}

// table writes a table of one block of data.
func table(data []byte, packed bool) []byte {
	kind := byte(0)
	if packed {
		data, kind = snappy.Encode(nil, data), 1
	}
	seal := func(b []byte, kind byte) []byte {
		b = append(b[:len(b):len(b)], kind)
		return binary.LittleEndian.AppendUint32(b, masked(b))
	}
	out := seal(data, kind)
	index := block(entry{"~", string(binary.AppendUvarint(binary.AppendUvarint(nil, 0), uint64(len(data))))})
	at := uint64(len(out))
	out = append(out, seal(index, 0)...)
	footer := binary.AppendUvarint(binary.AppendUvarint(binary.AppendUvarint(binary.AppendUvarint(nil, 0), 0), at), uint64(len(index)))
	footer = append(footer, make([]byte, footerBytes-8-len(footer))...)
	return binary.LittleEndian.AppendUint64(append(out, footer...), tableMagic)
}

func tensorEntry(name string, shard, off, size uint64) entry {
	shape := protobuf.AppendBytes([]byte(nil), 2, protobuf.AppendVarint(nil, 1, size/4))
	b := protobuf.AppendVarint(protobuf.AppendBytes(protobuf.AppendVarint(nil, 1, 1), 2, shape), 3, shard)
	return entry{name, string(protobuf.AppendVarint(protobuf.AppendVarint(b, 4, off), 5, size))}
}

func TestCheckpointIndex(t *testing.T) {
	header := entry{"", string(protobuf.AppendVarint(nil, 1, 1))}
	index := byName("tensorflow-checkpoint")
	for _, packed := range []bool{false, true} {
		found := look(t, index, "model.ckpt.index", table(block(header, tensorEntry("w", 0, 0, 400), tensorEntry("x", 0, 400, 8)), packed))
		if found.Verdict != inspect.Clean || found.Facts["tensors"] != "2" {
			t.Errorf("packed %v: %s %v %v", packed, found.Verdict, found.Reasons, found.Facts)
		}
	}
	versions := protobuf.AppendBytes(protobuf.AppendVarint(nil, 1, 1), 3, protobuf.AppendVarint(nil, 1, 1))
	cut := table(block(entry{"", string(versions)}, tensorEntry("w", 0, 0, 400)), false)
	whole := table(block(header, tensorEntry("w", 0, 0, 400)), false)
	for name, data := range map[string][]byte{
		"a tensor at no place":        table(block(header, tensorEntry("w", 0, 1<<62, 1<<62)), false),
		"a block that ends too early": table([]byte{0, 5, 5, 'x'}, false),
		"an index behind the end":     indexSample(),
		"an index that is cut off":    cut[:len(cut)-9],
		"a size that its shape lacks": table(block(header, entry{"w", string(protobuf.AppendVarint(protobuf.AppendVarint(nil, 1, 1), 5, 400))}), false),
		"a block with a flipped bit":  append([]byte{whole[0] ^ 1}, whole[1:]...),
	} {
		if found := look(t, index, "model.index", data); found.Verdict != inspect.NotRead {
			t.Errorf("%s: %s %v", name, found.Verdict, found.Reasons)
		}
	}
}
