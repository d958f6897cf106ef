package tensorflow

import (
	"context"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// Formats are TensorFlow's: SavedModel, MetaGraph, GraphDef, their text forms, and the index of a checkpoint.
func Formats() []inspect.Format {
	canary := func(name string, wrap func([]byte) []byte) func() (string, []byte) {
		return func() (string, []byte) {
			return name, wrap(graphBytes([]nodeSample{{name: "n", op: "WriteFile", inputs: []string{"a", "b"}}}, nil))
		}
	}
	return []inspect.Format{
		{
			Name: "savedmodel", Doc: "Loading runs the initializers of a SavedModel, and calling it runs its operators, which can read and write files.",
			Names: []string{"saved_model.pb"}, Claims: claimsSavedModel, Scan: scanSavedModel, Covers: []string{"tensorflow-graph", "tensorflow-metagraph"},
			Canary: canary("saved_model.pb", savedModelBytes), CanaryWant: inspect.Malicious,
		},
		{
			Name: "tensorflow-metagraph", Doc: "A graph with its signatures and its saver, as TensorFlow 1 wrote it beside checkpoints.", Endings: []string{".meta"},
			Claims: claimsMetaGraph, Scan: scanMetaGraph, Covers: []string{"tensorflow-graph"},
			Canary: canary("model.meta", metaGraphBytes), CanaryWant: inspect.Malicious,
		},
		{
			Name: "tensorflow-graph", Doc: "A frozen graph runs its operators, which can read and write files.",
			Claims: claimsGraph, Scan: scanGraph,
			Canary: canary("frozen.pb", func(b []byte) []byte { return b }), CanaryWant: inspect.Malicious,
		},
		{
			Name: "tensorflow-text", Doc: "A graph in the text form of protocol buffers runs its operators as the binary form does.",
			Claims: claimsText, Scan: scanText,
			Canary: func() (string, []byte) {
				return "graph.pbtxt", []byte("node {\n  name: \"n\"\n  op: \"WriteFile\"\n}\n")
			},
			CanaryWant: inspect.Malicious,
		},
		{
			Name: "tensorflow-checkpoint", Doc: "The index of a checkpoint: a table of tensors and where their bytes lie.",
			Claims: claimsIndex, Scan: scanIndex,
			Canary:     func() (string, []byte) { return "model.index", indexSample() },
			CanaryWant: inspect.NotRead,
		},
		{
			Name: "tensorflow-state", Doc: "The file called checkpoint says from where the latest checkpoint is restored.",
			Claims: claimsState, Scan: scanState,
			Canary:     func() (string, []byte) { return "checkpoint", []byte("model_checkpoint_path: \"../../inert\"\n") },
			CanaryWant: inspect.Dangerous,
		},
	}
}

// shape tells messages apart by the fields that they have at their top.
func shape(p *inspect.Part, wires map[int]int, need ...int) bool {
	m := protobuf.NewSource(p, p.Size, p.Head()).Whole()
	seen := map[int]bool{}
	for n := 0; n < 5_000_000; n++ {
		f, ok, err := m.Next()
		if err != nil {
			return false
		}
		if !ok {
			for _, field := range need {
				if !seen[field] {
					return false
				}
			}
			return len(seen) > 0
		}
		if want, there := wires[f.Number]; !there || want != f.Type {
			return false
		}
		seen[f.Number] = true
	}
	return false
}

func claimsSavedModel(p *inspect.Part) bool {
	if strings.EqualFold(p.Name, "saved_model.pb") {
		return true
	}
	head := p.Head()
	return len(head) > 4 && (head[0] == 0x08 || head[0] == 0x12) && shape(p, map[int]int{1: protobuf.Varint, 2: protobuf.Bytes}, 2) && holdsMetaGraph(p)
}

// holdsMetaGraph looks whether field 2 of what may be a SavedModel is a MetaGraph.
func holdsMetaGraph(p *inspect.Part) bool {
	m := protobuf.NewSource(p, p.Size, p.Head()).Whole()
	for {
		f, ok, err := m.Next()
		if err != nil || !ok {
			return false
		}
		if f.Number == 2 {
			return looksLikeMetaGraph(f.Message())
		}
	}
}

func looksLikeMetaGraph(m protobuf.Message) bool {
	graph := false
	for n := 0; n < 100_000; n++ {
		f, ok, err := m.Next()
		if err != nil {
			return false
		}
		if !ok {
			return graph
		}
		if f.Type != protobuf.Bytes || f.Number > 7 {
			return false
		}
		graph = graph || f.Number == 2 && looksLikeGraph(f.Message())
	}
	return graph
}

// looksLikeGraph says whether a message begins with a node, or with what else a graph holds.
func looksLikeGraph(g protobuf.Message) bool {
	f, ok, err := g.Next()
	if err != nil || !ok {
		return err == nil
	}
	wire, there := graphWires[f.Number]
	return there && f.Type == wire && (f.Number != 1 || looksLikeNode(f.Message()))
}

func claimsMetaGraph(p *inspect.Part) bool {
	head := p.Head()
	if len(head) < 4 || head[0] != 0x0a && head[0] != 0x12 {
		return false
	}
	if p.Ending() == ".meta" {
		return true
	}
	if p.Ending() == ".onnx" {
		return false
	}
	wires := map[int]int{1: 2, 2: 2, 3: 2, 4: 2, 5: 2, 6: 2, 7: 2}
	return shape(p, wires, 1, 2) && !firstIsNode(p) && holdsGraph(p)
}

// holdsGraph says whether field 2 is a graph.
func holdsGraph(p *inspect.Part) bool {
	m := protobuf.NewSource(p, p.Size, p.Head()).Whole()
	for {
		f, ok, err := m.Next()
		if err != nil || !ok {
			return false
		}
		if f.Number == 2 {
			return looksLikeGraph(f.Message())
		}
	}
}

// graphWires are the fields of a GraphDef.
var graphWires = map[int]int{1: protobuf.Bytes, 2: protobuf.Bytes, 3: protobuf.Varint, 4: protobuf.Bytes, 5: protobuf.Bytes}

func claimsGraph(p *inspect.Part) bool {
	head := p.Head()
	if p.Ending() == ".pb" {
		return firstIsNode(p) || shape(p, graphWires, 1, 4) || !wellFormed(p) // any message may be called .pb; what is none at all was one
	}
	if len(head) < 4 || head[0] != 0x0a && head[0] != 0x12 && head[0] != 0x22 {
		return false
	}
	if p.Ending() == ".onnx" {
		return false
	}
	return firstIsNode(p) && shape(p, graphWires, 1)
}

// wellFormed says whether a file is a message of some kind.
func wellFormed(p *inspect.Part) bool {
	m := protobuf.NewSource(p, p.Size, p.Head()).Whole()
	for n := 0; n < 5_000_000; n++ {
		if _, ok, err := m.Next(); err != nil || !ok {
			return err == nil && n > 0
		}
	}
	return false
}

func firstIsNode(p *inspect.Part) bool {
	m := protobuf.NewSource(p, p.Size, p.Head()).Whole()
	f, ok, err := m.Next()
	return err == nil && ok && f.Number == 1 && f.Type == protobuf.Bytes && looksLikeNode(f.Message())
}

// looksLikeNode takes a message with a name and an operator.
func looksLikeNode(m protobuf.Message) bool {
	name, op := false, false
	for n := 0; n < 1000; n++ {
		f, ok, err := m.Next()
		if err != nil {
			return false
		}
		if !ok {
			return name && op
		}
		switch {
		case f.Type != protobuf.Bytes || f.Number > 7:
			return false
		case f.Number == 1:
			name = f.Len > 0
		case f.Number == 2:
			s := f.Text(64)
			op = s != "" && strings.IndexFunc(s, func(r rune) bool {
				return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '>' || r == '.' || r == '/')
			}) < 0
			if !op {
				return false
			}
		}
	}
	return name && op
}

func scanSavedModel(ctx context.Context, p *inspect.Part) error {
	l := newLooker(ctx, p)
	metas := 0
	err := each(protobuf.NewSource(p, p.Size, p.Head()).Whole(), func(f protobuf.Field) error {
		switch {
		case f.Number == 1 && f.Type == protobuf.Varint:
			return nil
		case f.Number == 2 && f.Type == protobuf.Bytes:
			metas++
			return l.metaGraph(f.Message())
		}
		return damage(f.Off, "field %d is none of a SavedModel", f.Number)
	})
	if err == nil && metas == 0 {
		err = damage(-1, "holds no graph")
	}
	return l.done(l.wholly(err, aSavedModel))
}

func scanMetaGraph(ctx context.Context, p *inspect.Part) error {
	l := newLooker(ctx, p)
	return l.done(l.wholly(l.metaGraph(protobuf.NewSource(p, p.Size, p.Head()).Whole()), aMetaGraph))
}

func scanGraph(ctx context.Context, p *inspect.Part) error {
	l := newLooker(ctx, p)
	return l.done(l.wholly(l.graph(protobuf.NewSource(p, p.Size, p.Head()).Whole()), aGraph))
}

// wholly looks at what else of the file a reader takes apart, if what counts was in order.
func (l *looker) wholly(err error, k kind) error {
	if err != nil {
		return err
	}
	return takenApart(protobuf.NewSource(l.part, l.part.Size, l.part.Head()).Whole(), k, 0)
}
