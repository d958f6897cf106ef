package edge

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/flatbuffers"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
)

func ortFormat() inspect.Format {
	return inspect.Format{
		Name:    "ort",
		Doc:     "ONNX Runtime's own form of a model: it needs a native library for operators of domains that do not come with it.",
		Endings: []string{".ort"},
		Claims: func(p *inspect.Part) bool {
			h := p.Head()
			return len(h) >= 8 && string(h[4:8]) == "ORTM"
		},
		Scan: scanORT,
		Canary: func() (string, []byte) {
			node := flatbuffers.Object{0: "n", 2: "canary.domain", 5: "Canary"}
			return "canary.ort", flatbuffers.Build(flatbuffers.Object{0: "1", 1: flatbuffers.Object{7: flatbuffers.Object{2: []flatbuffers.Object{node}}}}, "ORTM")
		},
		CanaryWant: inspect.Dangerous,
	}
}

// ortDomains are those whose operators come with the runtime and its usual builds.
var ortDomains = []string{"", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview", "ai.onnx.preview.training", "com.microsoft", "com.microsoft.nchwc", "com.microsoft.experimental", "com.microsoft.dml",
	"com.ms.internal.nhwc", "com.xilinx", "com.intel.ai", "ai.onnx.contrib", "com.microsoft.extensions", "org.pytorch.aten"}

type ortLooker struct {
	ctx     context.Context
	p       *inspect.Part
	b       *flatbuffers.Buffer
	said    map[string]bool
	nodes   int
	tensors int
}

func scanORT(ctx context.Context, p *inspect.Part) error {
	b := flatbuffers.New(p, p.Size, p.Head())
	l := &ortLooker{ctx: ctx, p: p, b: b, said: map[string]bool{}}
	session := b.Root(0)
	p.Fact("version", session.Text(0, 20))
	m := session.Table(1)
	if b.Err() == nil && !m.Is() {
		b.Fail(session.At(), "holds no model")
	}
	opsets := m.Vector(1, 4)
	for i := 0; i < opsets.Len && b.Err() == nil; i++ {
		if o := opsets.Table(i); o.Text(0, maxName) == "" {
			p.Fact("opset", strconv.FormatUint(o.Uint64(1), 10))
		}
	}
	p.Fact("producer", m.Text(2, 200))
	p.Fact("producer_version", m.Text(3, 200))
	if s := m.Text(6, inspect.HeadBytes/4); s != "" {
		outside.CommandIn(p, m.At(), "ort-command", "the description", s)
	}
	props := m.Vector(9, 4)
	for i := 0; i < props.Len && b.Err() == nil; i++ {
		t := props.Table(i)
		key, value := t.Text(0, maxName), t.Text(1, 4000)
		inspect.Payload(p, t.At(), "the metadata "+inspect.Quote(key), value)
		outside.CommandIn(p, t.At(), "ort-command", "the metadata "+inspect.Quote(key), value)
	}
	l.graph(m.Table(7), 0)
	p.Fact("framework", "onnxruntime")
	p.Fact("nodes", strconv.Itoa(l.nodes))
	p.Fact("tensors", strconv.Itoa(l.tensors))
	if b.Err() != nil {
		return b.Err()
	}
	return ctx.Err()
}

func (l *ortLooker) graph(g flatbuffers.Table, depth int) {
	if depth > 24 {
		l.b.Fail(g.At(), "graphs lie more than 24 deep in each other")
	}
	if l.b.Err() == nil && !g.Is() {
		l.b.Fail(-1, "a model has no graph")
		return
	}
	tensors := g.Vector(0, 4)
	for i := 0; i < tensors.Len && l.b.Err() == nil; i++ {
		t := tensors.Table(i)
		t.Text(0, 1)
		t.Vector(2, 8)
		t.Vector(4, 1)
		t.Vector(5, 4)
		l.tensors++
	}
	args := g.Vector(1, 4)
	for i := 0; i < args.Len && l.b.Err() == nil; i++ {
		args.Table(i).Text(0, 1)
	}
	nodes := g.Vector(2, 4)
	for i := 0; i < nodes.Len && l.b.Err() == nil; i++ {
		if l.nodes++; l.nodes&0xfff == 0 && l.ctx.Err() != nil {
			return
		}
		l.node(nodes.Table(i), depth)
	}
	for _, field := range []int{5, 6} {
		names := g.Vector(field, 4)
		for i := 0; i < names.Len && l.b.Err() == nil; i++ {
			names.Text(i, 1)
		}
	}
}

func (l *ortLooker) node(n flatbuffers.Table, depth int) {
	domain, op := n.Text(2, maxName), n.Text(5, maxName)
	if l.b.Err() != nil {
		return
	}
	if op == "" {
		l.b.Fail(n.At(), "a node names no operator")
		return
	}
	key := domain + "\x00" + op
	if !l.said[key] && len(l.said) < 10_000 {
		l.said[key] = true
		quoted := inspect.Quote(strings.TrimPrefix(domain+"."+op, "."))
		switch {
		case strings.HasPrefix(op, "PythonOp"), op == "PyOp", op == "PyCustomOp", op == "ExternalOp":
			l.p.Say(inspect.Dangerous, "ort-code-operator", n.At(), "the operator %s runs code from outside of the model", quoted)
		case !slices.Contains(ortDomains, domain):
			l.p.Say(inspect.Dangerous, "ort-custom-operator", n.At(), "the operator %s is none of ONNX Runtime's: it needs a native library that the application has to load for it", quoted)
		}
	}
	for _, field := range []int{8, 9} {
		names := n.Vector(field, 4)
		for i := 0; i < names.Len && l.b.Err() == nil; i++ {
			names.Text(i, 1)
		}
	}
	attributes := n.Vector(10, 4)
	for i := 0; i < attributes.Len && l.b.Err() == nil; i++ {
		a := attributes.Table(i)
		name, text := a.Text(0, 100), a.Text(5, maxName)
		if strings.Contains(name, "ep_cache_context") && outside.Leaves(text) {
			l.p.Say(inspect.Dangerous, "ort-escape", a.At(), "a compiled part is read from %s, outside of the model's folder", inspect.Quote(text))
		}
		if g := a.Table(7); g.Is() {
			l.graph(g, depth+1)
		}
	}
}
