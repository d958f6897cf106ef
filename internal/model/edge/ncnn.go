package edge

import (
	"context"
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/cursor"
	"github.com/lodemark/lodemark/internal/model/flatbuffers"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
)

func ncnnFormat() inspect.Format {
	return inspect.Format{
		Name: "ncnn",
		Doc:  "The layers of a net of ncnn as text: names and numbers.",
		Claims: func(p *inspect.Part) bool {
			h := p.Head()
			return len(h) > 10 && strings.HasPrefix(string(h[:8]), "7767517") && (h[7] == '\n' || h[7] == '\r')
		},
		Scan:       scanNCNN,
		Canary:     func() (string, []byte) { return "canary.param", []byte("7767517\n2 2\nInput a 0 1 a\n") },
		CanaryWant: inspect.NotRead,
	}
}

func scanNCNN(ctx context.Context, p *inspect.Part) error {
	c := cursor.New(p, binary.LittleEndian)
	c.Line(16)
	counts, _ := c.Line(200)
	f := strings.Fields(counts)
	layers, blobs := -1, -1
	if len(f) == 2 {
		layers, _ = strconv.Atoi(f[0])
		blobs, _ = strconv.Atoi(f[1])
	}
	if layers < 1 || blobs < 0 {
		c.Fail("states no numbers of layers and blobs")
	}
	seen, tops := 0, 0
	for c.Err() == nil {
		at := c.Off()
		line, more := c.Line(64 << 10)
		if !more {
			break
		}
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if seen == layers {
			p.Say(inspect.Clean, "ncnn-rest", at, "lines follow the layers that it claims: ncnn does not read them")
			break
		}
		if seen++; seen&0xfff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if len(f) < 4 {
			c.Fail("a line is no layer: %s", inspect.Quote(line))
			break
		}
		in, err1 := strconv.Atoi(f[2])
		out, err2 := strconv.Atoi(f[3])
		if err1 != nil || err2 != nil || in < 0 || out < 0 || in > len(f) || out > len(f) || 4+in+out > len(f) {
			c.Fail("the layer %s has %s inputs and %s outputs", inspect.Quote(f[1]), inspect.Quote(f[2]), inspect.Quote(f[3]))
			break
		}
		tops += out
		for _, param := range f[4+in+out:] {
			key, value, ok := strings.Cut(param, "=")
			if !ok && !strings.ContainsAny(param, "@$#(") {
				c.Fail("a parameter of the layer %s is no assignment: %s", inspect.Quote(f[1]), inspect.Quote(param))
				break
			}
			if strings.ContainsAny(value, "/|<") {
				outside.CommandIn(p, at, "ncnn-command", "the parameter "+inspect.Quote(key), value)
			}
		}
		if low := strings.ToLower(f[0]); strings.HasPrefix(low, "python") || strings.HasPrefix(low, "customlayer") {
			p.Say(inspect.Dangerous, "ncnn-custom", at, "a layer of the type %s runs code that the application has to bring", inspect.Quote(f[0]))
		}
	}
	if end := p.Tail(); c.Err() == nil && len(end) > 0 && end[len(end)-1] != '\n' && seen == layers {
		c.Fail("its last line does not end")
	}
	p.Fact("framework", "ncnn")
	p.Fact("layers", strconv.Itoa(seen))
	if c.Err() == nil && (seen != layers || tops != blobs) {
		c.Fail("claims %d layers and %d blobs, and has %d and %d", layers, blobs, seen, tops)
	}
	return c.Err()
}

func mnnFormat() inspect.Format {
	return inspect.Format{
		Name:    "mnn",
		Doc:     "A model of MNN needs native code that the application brings for its plugins, and can name a file of weights.",
		Endings: []string{".mnn"},
		Claims: func(p *inspect.Part) bool {
			h := p.Head()
			return p.Ending() == ".mnn" && len(h) >= 16 && binary.LittleEndian.Uint32(h) < uint32(len(h))
		},
		Scan: scanMNN,
		Canary: func() (string, []byte) {
			return "canary.mnn", flatbuffers.Build(flatbuffers.Object{3: []flatbuffers.Object{{3: "c", 5: int32(mnnPlugin)}}}, "\x00\x00\x00\x00")
		},
		CanaryWant: inspect.Dangerous,
	}
}

// Kinds of operators of MNN whose code is not its own.
const (
	mnnPlugin = 256
	mnnExtra  = 512
)

func scanMNN(ctx context.Context, p *inspect.Part) error {
	b := flatbuffers.New(p, p.Size, p.Head())
	net := b.Root(0)
	p.Fact("graph", net.Text(0, 200))
	ops := net.Vector(3, 4)
	if b.Err() == nil && ops.Len == 0 {
		b.Fail(net.At(), "has no operators")
	}
	said := map[int32]bool{}
	for i := 0; i < ops.Len && b.Err() == nil; i++ {
		if i&0xfff == 0xfff && ctx.Err() != nil {
			return ctx.Err()
		}
		o := ops.Table(i)
		o.Vector(0, 4)
		o.Vector(4, 4)
		o.Table(2)
		name, kind, external := o.Text(3, maxName), o.Int32(5), o.Text(7, maxName)
		if b.Err() == nil && (kind < 0 || kind > 2000) {
			b.Fail(o.At(), "an operator is of kind %d, which is none", kind)
		}
		if (kind == mnnPlugin || kind == mnnExtra) && !said[kind] {
			said[kind] = true
			p.Say(inspect.Dangerous, "mnn-plugin", o.At(), "the operator %s runs code that the application has to bring", inspect.Quote(name))
		}
		if external != "" {
			outside.File(p, o.At(), "mnn-external", "weights are read", external)
		}
	}
	names := net.Vector(4, 4)
	for i := 0; i < names.Len && b.Err() == nil; i++ {
		names.Text(i, 1)
	}
	p.Fact("framework", "mnn")
	p.Fact("nodes", strconv.Itoa(ops.Len))
	return b.Err()
}
