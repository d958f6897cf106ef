package tensorflow

import (
	"encoding/binary"

	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// nodeSample and functionSample are what built-in samples and tests are made of.
type nodeSample struct {
	name, op string
	inputs   []string
	text     string            // of a constant
	attrs    map[string]string // of text
}

type functionSample struct {
	name  string
	nodes []nodeSample
}

func graphBytes(nodes []nodeSample, functions []functionSample) []byte {
	var out []byte
	for _, n := range nodes {
		out = protobuf.AppendBytes(out, 1, n.bytes())
	}
	if len(functions) > 0 {
		var library []byte
		for _, f := range functions {
			b := protobuf.AppendBytes([]byte(nil), 1, protobuf.AppendBytes([]byte(nil), 1, f.name))
			for _, n := range f.nodes {
				b = protobuf.AppendBytes(b, 3, n.bytes())
			}
			library = protobuf.AppendBytes(library, 1, b)
		}
		out = protobuf.AppendBytes(out, 2, library)
	}
	return out
}

func (n nodeSample) bytes() []byte {
	b := protobuf.AppendBytes([]byte(nil), 1, n.name)
	b = protobuf.AppendBytes(b, 2, n.op)
	for _, in := range n.inputs {
		b = protobuf.AppendBytes(b, 3, in)
	}
	if n.text != "" {
		tensor := protobuf.AppendBytes(protobuf.AppendVarint(nil, 1, 7), 8, n.text)
		b = attribute(b, "value", protobuf.AppendBytes([]byte(nil), 8, tensor))
	}
	for key, text := range n.attrs {
		b = attribute(b, key, protobuf.AppendBytes([]byte(nil), 2, text))
	}
	return b
}

func attribute(b []byte, key string, value []byte) []byte {
	return protobuf.AppendBytes(b, 5, protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, key), 2, value))
}

// metaGraphWith wraps a graph. Assets are pairs of a tensor and a file's name.
func metaGraphWith(graph []byte, assets ...[2]string) []byte {
	out := protobuf.AppendBytes([]byte(nil), 1, protobuf.AppendBytes([]byte(nil), 5, "2.15.0"))
	out = protobuf.AppendBytes(out, 2, graph)
	for _, a := range assets {
		file := protobuf.AppendBytes([]byte(nil), 1, protobuf.AppendBytes([]byte(nil), 1, a[0]))
		out = protobuf.AppendBytes(out, 6, protobuf.AppendBytes(file, 2, a[1]))
	}
	return out
}

func savedModelBytes(graph []byte) []byte {
	return protobuf.AppendBytes(protobuf.AppendVarint(nil, 1, 1), 2, metaGraphWith(graph))
}

// indexSample is a table whose index lies behind its end.
func indexSample() []byte {
	b := binary.AppendUvarint(binary.AppendUvarint(binary.AppendUvarint(binary.AppendUvarint(nil, 0), 0), 1<<40), 10)
	b = append(b, make([]byte, footerBytes-8-len(b))...)
	return binary.LittleEndian.AppendUint64(b, tableMagic)
}

func metaGraphBytes(graph []byte) []byte { return metaGraphWith(graph) }
