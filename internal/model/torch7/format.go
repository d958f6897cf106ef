package torch7

import (
	"context"
	"encoding/binary"
	"strconv"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Format is Torch7's.
func Format() inspect.Format {
	return inspect.Format{
		Name:       "torch7",
		Doc:        "Loading makes functions from Lua byte code, which nothing checks and which run when the model is used.",
		Endings:    []string{".t7"},
		Claims:     claims,
		Scan:       scan,
		Canary:     func() (string, []byte) { return "canary.t7", Sample("\x1bLJ\x01\x02canary") },
		CanaryWant: inspect.Dangerous,
	}
}

// claims takes what begins with a table or an object of a class, and other objects only under the name.
func claims(p *inspect.Part) bool {
	h := p.Head()
	if len(h) < 8 {
		return false
	}
	if p.Ending() == ".t7" && (isText(h) || binary.LittleEndian.Uint32(h) <= typeClosure && (p.Size == 12 || h[4] != 0 || h[0] == typeString)) {
		return true
	}
	s := newSource(p)
	kind := s.int()
	if kind != typeTable && kind != typeTorch || s.int() != 1 {
		return false
	}
	if kind == typeTorch {
		class, _, n := s.text(maxName)
		return s.Err() == nil && n < maxName && (len(class) == 3 && class[:2] == "V " || len(class) > 4 && (class[:3] == "nn." || len(class) > 6 && class[:6] == "torch."))
	}
	if size := s.int(); size < 1 || int64(size) > s.Left() {
		return false
	}
	switch s.int() {
	case typeString:
		key, _, n := s.text(64)
		for i := range len(key) {
			if key[i] < ' ' || key[i] > '~' {
				return false
			}
		}
		next := s.int()
		return s.Err() == nil && n > 0 && n < 64 && next >= typeNil && next <= typeClosure
	case typeNumber:
		f := s.double()
		next := s.int()
		return s.Err() == nil && f == 1 && next >= typeNil && next <= typeClosure
	}
	return false
}

func scan(ctx context.Context, p *inspect.Part) error {
	w := &walker{source: newSource(p), ctx: ctx, p: p, seen: map[int]bool{}, classes: map[string]bool{}}
	w.object(0)
	p.Fact("framework", "torch7")
	p.Fact("class", w.first)
	p.Fact("tensors", strconv.Itoa(w.tensors))
	p.Fact("parameters", strconv.FormatInt(w.elements, 10))
	if w.Err() != nil {
		return w.Err()
	}
	if w.ascii {
		for w.Left() > 0 {
			if c := w.Byte(); c != '\n' && c != ' ' && c != '\r' {
				p.Say(inspect.NotRead, "torch7-trailing", w.Off()-1, "bytes follow its end: Torch does not read them")
				break
			}
		}
	} else if w.Left() > 0 {
		p.Say(inspect.NotRead, "torch7-trailing", w.Off(), "%d bytes follow its end: Torch does not read them unless it is told to", w.Left())
	}
	return nil
}

// Sample is a table with a function whose code is given.
func Sample(code string) []byte {
	var b []byte
	put := func(v ...int) {
		for _, i := range v {
			b = binary.LittleEndian.AppendUint32(b, uint32(i))
		}
	}
	put(typeTable, 1, 1, typeString, 1)
	b = append(b, 'f')
	put(typeClosure, 2, len(code))
	b = append(b, code...)
	put(typeTable, 3, 0)
	return b
}
