package edge

import (
	"context"
	"math"
	"slices"
	"strconv"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/flatbuffers"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
)

func tfliteFormat() inspect.Format {
	return inspect.Format{
		Name:    "tflite",
		Doc:     "An interpreter needs native code for custom operators, and can run operators of TensorFlow, which read and write files.",
		Endings: []string{".tflite", ".lite"},
		Claims: func(p *inspect.Part) bool {
			h := p.Head()
			return len(h) >= 8 && string(h[4:8]) == "TFL3"
		},
		Scan:       scanTFLite,
		Covers:     []string{"zip"}, // of the files that belong to it, behind it
		Canary:     func() (string, []byte) { return "canary.tflite", tfliteSample("CanaryOp") },
		CanaryWant: inspect.Dangerous,
	}
}

const (
	tfliteCustomCode = 32
	tfliteLastCode   = 400 // built in operators have numbers below, and new ones come
	maxName          = 512 // characters of a hostile name that are looked at
	maxLinkedFiles   = 1000
)

// tfliteBits is the size of an element by tensor type, 0 where it is not fixed.
var tfliteBits = [...]int64{32, 16, 32, 8, 64, 0, 8, 16, 64, 8, 64, 128, 64, 0, 0, 32, 16, 4, 16, 2, 4, 8, 8}

type tfliteLooker struct {
	p       *inspect.Part
	b       *flatbuffers.Buffer
	ctx     context.Context
	model   flatbuffers.Table
	codes   []int32
	flex    []flexCode   // by the number of the code
	used    map[int]bool // those of them that nodes name
	buffers []tfliteBuffer
	tensors int
	values  int64
}

// flexCode is an operator of TensorFlow's among the codes; op is "" for any other code.
type flexCode struct {
	op string
	at int64
}

// tfliteBuffer is where the bytes of a constant lie.
type tfliteBuffer struct{ at, size int64 }

func scanTFLite(ctx context.Context, p *inspect.Part) error {
	b := flatbuffers.New(p, p.Size, p.Head())
	l := &tfliteLooker{p: p, b: b, ctx: ctx, model: b.Root(0), used: map[int]bool{}}
	m := l.model
	if v := m.Uint32(0); b.Err() == nil && v != 3 {
		b.Fail(m.At(), "states version %d of the format, which is none that is read", v)
	}
	l.operatorCodes(m.Vector(1, 4))
	l.bufferPlaces(m.Vector(4, 4))
	graphs := m.Vector(2, 4)
	if b.Err() == nil && graphs.Len == 0 {
		b.Fail(m.At(), "holds no graph")
	}
	for i := 0; i < graphs.Len && b.Err() == nil && ctx.Err() == nil; i++ {
		l.graph(graphs.Table(i), graphs.Len)
	}
	for i, f := range l.flex { // those that no node names
		if f.op != "" && !l.used[i] && b.Err() == nil {
			tfliteFlex(p, f.op, nil, f.at)
		}
	}
	l.metadata(m.Vector(6, 4))
	l.external(m.Vector(8, 4), m.Vector(9, 4))
	signatures := m.Vector(7, 4)
	for i := 0; i < signatures.Len && b.Err() == nil; i++ {
		l.signature(signatures.Table(i), graphs.Len)
	}
	m.Vector(5, 4)
	if d := m.Text(3, 200); d != "" {
		p.Fact("producer", d)
		inspect.Payload(p, m.At(), "the description", d)
		outside.CommandIn(p, m.At(), "tflite-command", "the description", d)
	}
	l.files()
	p.Fact("framework", "tflite")
	p.Fact("tensors", strconv.Itoa(l.tensors))
	p.Fact("parameters", strconv.FormatInt(l.values, 10))
	if b.Err() != nil {
		return b.Err()
	}
	return ctx.Err()
}

// operatorCodes reads the list of operators that the model uses.
func (l *tfliteLooker) operatorCodes(v flatbuffers.Vector) {
	said := map[string]bool{}
	for i := 0; i < v.Len && l.b.Err() == nil; i++ {
		t := v.Table(i)
		code := max(int32(int8(t.Uint8(0))), t.Int32(3))
		name := t.Text(1, maxName)
		version := t.Int32(2)
		if l.b.Err() != nil {
			return
		}
		if code < 0 || code > tfliteLastCode || version < 0 || version > 1000 {
			l.b.Fail(t.At(), "operator %d in version %d is none", code, version)
			return
		}
		l.codes = append(l.codes, code)
		if code == tfliteCustomCode && name == "" {
			l.p.Say(inspect.Unknown, "tflite-custom-operator", t.At(), "a custom operator has no name")
		}
		flex := flexOperator(name)
		if l.flex = append(l.flex, flexCode{flex, t.At()}); flex == "" && name != "" && !said[name] {
			said[name] = true
			tfliteCustom(l.p, name, t.At())
		}
	}
}

// bufferPlaces notes where constants lie: in the FlatBuffer, or behind it where that has no room.
func (l *tfliteLooker) bufferPlaces(v flatbuffers.Vector) {
	for i := 0; i < v.Len && l.b.Err() == nil; i++ {
		t := v.Table(i)
		data := t.Vector(0, 1)
		place := tfliteBuffer{data.At, int64(data.Len)}
		if at, size := t.Uint64(1), t.Uint64(2); at > 1 {
			if at > uint64(l.b.Size()) || size > uint64(l.b.Size())-at {
				l.b.Fail(t.At(), "a constant of %d bytes at %d lies outside of the file", size, at)
				return
			}
			place = tfliteBuffer{int64(at), int64(size)}
		}
		l.buffers = append(l.buffers, place)
		l.values += place.size
		if i&0xfff == 0 && l.ctx.Err() != nil {
			return
		}
	}
}

func (l *tfliteLooker) graph(g flatbuffers.Table, graphs int) {
	tensors := g.Vector(0, 4)
	for i := 0; i < tensors.Len && l.b.Err() == nil; i++ {
		l.tensor(tensors.Table(i))
	}
	l.tensors += tensors.Len
	l.indices(g.Vector(1, 4), tensors.Len, "an input of the graph")
	l.indices(g.Vector(2, 4), tensors.Len, "an output of the graph")
	ops := g.Vector(3, 4)
	for i := 0; i < ops.Len && l.b.Err() == nil; i++ {
		l.operator(ops.Table(i), tensors.Len)
		if i&0xfff == 0 && l.ctx.Err() != nil {
			return
		}
	}
	g.Text(4, maxName)
}

// indices checks a list of tensors. -1 stands for none.
func (l *tfliteLooker) indices(v flatbuffers.Vector, n int, what string) {
	v.Int32s(func(i int32) bool {
		if i < -1 || int(i) >= n {
			l.b.Fail(v.At, "%s is tensor %d of %d", what, i, n)
			return false
		}
		return true
	})
}

func (l *tfliteLooker) tensor(t flatbuffers.Table) {
	elements := int64(1)
	t.Vector(0, 4).Int32s(func(d int32) bool {
		if d < -1 {
			l.b.Fail(t.At(), "a tensor has a dimension of %d", d)
			return false
		}
		if elements = elements * int64(max(d, 0)); elements > math.MaxInt32*256 || elements < 0 {
			l.b.Fail(t.At(), "a tensor is larger than anything")
			return false
		}
		return true
	})
	kind, buffer := int(t.Uint8(1)), t.Uint32(2)
	t.Text(3, 1)
	if q := t.Table(4); q.Is() {
		q.Vector(0, 4)
		q.Vector(1, 4)
		scales, zeros := q.Vector(2, 4), q.Vector(3, 8)
		if l.b.Err() == nil && scales.Len > 0 && zeros.Len > 0 && scales.Len != zeros.Len && zeros.Len != 1 {
			l.b.Fail(q.At(), "a tensor has %d scales and %d zero points", scales.Len, zeros.Len)
		}
	}
	sparse := t.Table(6)
	t.Vector(7, 4)
	if l.b.Err() != nil {
		return
	}
	switch {
	case kind >= len(tfliteBits):
		l.b.Fail(t.At(), "a tensor is of type %d, which is none", kind)
	case int64(buffer) >= int64(max(len(l.buffers), 1)):
		l.b.Fail(t.At(), "a tensor lies in buffer %d of %d", buffer, len(l.buffers))
	case buffer > 0 && l.buffers[buffer].size > 0 && tfliteBits[kind] > 0 && !sparse.Is() && elements > 0:
		if want := (elements*tfliteBits[kind] + 7) / 8; want > l.buffers[buffer].size {
			l.b.Fail(t.At(), "a tensor of %d bytes lies in a buffer of %d", want, l.buffers[buffer].size)
		}
	}
}

func (l *tfliteLooker) operator(o flatbuffers.Table, tensors int) {
	if i := o.Uint32(0); l.b.Err() == nil && int64(i) >= int64(len(l.codes)) {
		l.b.Fail(o.At(), "a node is of operator %d of %d", i, len(l.codes))
		return
	}
	l.indices(o.Vector(1, 4), tensors, "an input of a node")
	l.indices(o.Vector(2, 4), tensors, "an output of a node")
	l.indices(o.Vector(8, 4), tensors, "an intermediate of a node")
	if kind := o.Uint8(3); kind != 0 {
		o.Table(4)
	}
	if kind := o.Uint8(11); kind != 0 {
		o.Table(12)
	}
	options := o.Vector(5, 1)
	if i := o.Uint32(0); l.b.Err() == nil && l.flex[i].op != "" {
		b, _ := l.p.Read(options.At, min(options.Len, inspect.HeadBytes))
		tfliteFlex(l.p, l.flex[i].op, b, o.At())
		l.used[int(i)] = true
	}
	o.Vector(7, 1)
	if at, size := o.Uint64(9), o.Uint64(10); at > 1 && (at > uint64(l.b.Size()) || size > uint64(l.b.Size())-at) {
		l.b.Fail(o.At(), "options of %d bytes at %d lie outside of the file", size, at)
	}
}

// metadata hands on what hangs on the model: the descriptions and the files that belong to it, in a zip.
func (l *tfliteLooker) metadata(v flatbuffers.Vector) {
	for i := 0; i < v.Len && l.b.Err() == nil; i++ {
		t := v.Table(i)
		name, n := t.Text(0, maxName), t.Uint32(1)
		if l.b.Err() != nil {
			return
		}
		if int64(n) >= int64(len(l.buffers)) {
			l.b.Fail(t.At(), "metadata %s lies in buffer %d of %d", inspect.Quote(name), n, len(l.buffers))
			return
		}
		place := l.buffers[n]
		if name == "min_runtime_version" {
			if text, err := l.p.Read(place.at, int(min(place.size, 64))); err == nil {
				l.p.Fact("min_runtime_version", outside.PlainText(text))
			}
			continue
		}
		if place.size == 0 {
			continue
		}
		if text, err := l.p.Read(place.at, int(min(place.size, inspect.HeadBytes))); err == nil {
			inspect.Payload(l.p, place.at, "the metadata "+inspect.Quote(name), string(text))
			outside.CommandIn(l.p, place.at, "tflite-command", "the metadata "+inspect.Quote(name), string(text))
		}
		if !l.p.Members(1) {
			l.p.Say(inspect.NotRead, "limit", -1, "has more members than are looked at")
			return
		}
		l.p.Member(l.ctx, "metadata/"+name, l.p.Section(place.at, place.size), place.size)
	}
}

// files looks at the zip behind the model in which labels and vocabularies lie, as the library for metadata appends it.
func (l *tfliteLooker) files() {
	if !archive.IsZip(l.p) {
		return
	}
	z := archive.OpenZip(l.p)
	if z == nil {
		return
	}
	z.Trouble = slices.DeleteFunc(z.Trouble, func(t archive.Trouble) bool { return t.ID == "zip-prepended" }) // the model
	z.Report()
	z.Walk(l.ctx, nil)
}

// external looks at files that hold tensors instead of this one.
func (l *tfliteLooker) external(groups, buffers flatbuffers.Vector) {
	for i := 0; i < min(groups.Len, maxLinkedFiles) && l.b.Err() == nil; i++ {
		t := groups.Table(i)
		name := t.Text(0, maxName)
		if l.b.Err() == nil {
			outside.File(l.p, t.At(), "tflite-external", "weights are read", name)
		}
	}
	for i := 0; i < buffers.Len && l.b.Err() == nil; i++ {
		t := buffers.Table(i)
		if g := t.Uint32(1); l.b.Err() == nil && int64(g) >= int64(max(groups.Len, 1)) {
			l.b.Fail(t.At(), "external buffer %d lies in file %d of %d", t.Uint32(0), g, groups.Len)
		}
		t.Text(4, 64)
	}
}

func (l *tfliteLooker) signature(s flatbuffers.Table, graphs int) {
	for _, field := range []int{0, 1} {
		maps := s.Vector(field, 4)
		for i := 0; i < maps.Len && l.b.Err() == nil; i++ {
			maps.Table(i).Text(0, 1)
		}
	}
	s.Text(2, 1)
	if g := s.Uint32(4); l.b.Err() == nil && int64(g) >= int64(graphs) {
		l.b.Fail(s.At(), "a signature is of graph %d of %d", g, graphs)
	}
}
