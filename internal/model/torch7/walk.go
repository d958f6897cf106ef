package torch7

import (
	"context"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Types of objects.
const (
	typeNil = iota
	typeNumber
	typeString
	typeTable
	typeTorch
	typeBoolean
	typeFunction
	typeLegacyClosure
	typeClosure
)

const (
	maxDepth   = 10_000
	maxObjects = 500_000
	maxText    = 16 << 10
	maxName    = 200
	maxCode    = 1 << 20 // bytes of a function that are looked at
)

type walker struct {
	source
	ctx      context.Context
	p        *inspect.Part
	seen     map[int]bool // objects by their number
	classes  map[string]bool
	first    string // the class of the outermost object
	elements int64
	tensors  int
	steps    int
}

// known are the packages whose classes come with Torch and the usual libraries. It is sorted.
var known = []string{"async", "cephes", "clnn", "cltorch", "cudnn", "cunn", "cutorch", "dp", "dpnn", "fbcunn", "fbnn", "fftw", "graph", "graphgen", "image", "inn", "itorch", "loadcaffe", "nn", "nngraph", "nnx",
	"nnlr", "nninit", "onmt", "optim", "rnn", "signal", "stn", "tds", "tnt", "threads", "torch", "xlua"}

func (w *walker) object(depth int) {
	if depth > maxDepth {
		w.Fail("objects lie more than %d deep in each other", maxDepth)
	}
	if w.steps++; w.steps&0xffff == 0 && w.ctx.Err() != nil {
		w.Fail("not looked at wholly in time")
	}
	at := w.Off()
	kind := w.int()
	if w.Err() != nil {
		return
	}
	switch kind {
	case typeNil:
	case typeNumber:
		w.double()
	case typeBoolean:
		if v := w.int(); v != 0 && v != 1 {
			w.Fail("a truth value is %d", v)
		}
	case typeString:
		text, at, _ := w.text(maxText)
		w.string(text, at)
	case typeFunction:
		w.function(at)
		w.object(depth + 1)
	case typeTable, typeTorch, typeClosure, typeLegacyClosure:
		w.shared(kind, at, depth)
	default:
		w.Fail("an object is of type %d, which is none", kind)
	}
}

// shared reads an object that can be referred to by its number.
func (w *walker) shared(kind int, at int64, depth int) {
	n := w.int()
	if w.Err() != nil || w.seen[n] {
		return
	}
	if n < 0 || n > 1<<30 {
		w.Fail("an object has the number %d", n)
		return
	}
	if len(w.seen) >= maxObjects {
		w.Fail("has more than %d objects", maxObjects)
		return
	}
	w.seen[n] = true
	switch kind {
	case typeTable:
		size := w.int()
		if size < 0 || int64(size) > w.Left() {
			w.Fail("a table claims %d entries where %d bytes are left", size, w.Left())
		}
		for i := 0; i < size && w.Err() == nil; i++ {
			w.object(depth + 1)
			w.object(depth + 1)
		}
	case typeTorch:
		w.torch(at, depth)
	default:
		w.function(at)
		w.object(depth + 1)
	}
}

// torch reads an object of a class.
func (w *walker) torch(at int64, depth int) {
	class, _, _ := w.text(maxName)
	if strings.HasPrefix(class, "V ") {
		class, _, _ = w.text(maxName)
	}
	if w.Err() != nil {
		return
	}
	if class == "" || strings.IndexFunc(class, func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 {
		w.Fail("the class %s is none", inspect.Quote(class))
		return
	}
	if w.first == "" {
		w.first = class
	}
	family, name, _ := strings.Cut(class, ".")
	if !w.classes[class] && len(w.classes) < 1000 {
		w.classes[class] = true
		if _, ok := slices.BinarySearch(known, family); !ok || name == "" {
			w.p.Say(inspect.Unknown, "torch7-class", at, "holds an object of the class %s, which is none of Torch's or its usual libraries", inspect.Quote(class))
		}
	}
	switch {
	case family == "torch" && strings.HasSuffix(name, "Tensor"):
		w.tensor(depth)
	case family == "torch" && strings.HasSuffix(name, "Storage"):
		w.storage(name)
	case class == "tds.Hash" || class == "tds.hash":
		w.repeat(2, depth)
	case class == "tds.Vec" || class == "tds.vec":
		w.repeat(1, depth)
	default:
		w.object(depth + 1)
	}
}

// repeat reads a number and so many objects, or so many pairs of them.
func (w *walker) repeat(times int64, depth int) {
	n := w.long(8)
	if n < 0 || n > w.Left() {
		w.Fail("claims %d elements where %d bytes are left", n, w.Left())
	}
	for i := int64(0); i < n*times && w.Err() == nil; i++ {
		w.object(depth + 1)
	}
}

func (w *walker) tensor(depth int) {
	dims := w.int()
	if dims < 0 || dims > 64 {
		w.Fail("a tensor has %d dimensions", dims)
	}
	elements := int64(1)
	for range dims {
		d := w.long(8)
		if w.Err() != nil {
			return
		}
		if d < 0 || d > 1<<40 || elements > 1<<42 {
			w.Fail("a tensor has a dimension of %d", d)
			return
		}
		elements *= d
	}
	for range dims {
		w.long(8)
	}
	if offset := w.long(8); offset < 0 || offset > 1<<42 {
		w.Fail("a tensor begins at %d", offset)
	}
	w.tensors++
	if dims > 0 {
		w.elements += elements
	}
	w.object(depth + 1)
}

// sizes of elements by the class of a storage
var sizes = map[string]int64{"Byte": 1, "Char": 1, "Short": 2, "Int": 4, "Long": 8, "Float": 4, "Double": 8, "Half": 2, "Bool": 1}

func (w *walker) storage(name string) {
	kind := strings.TrimPrefix(strings.TrimSuffix(name, "Storage"), "Cuda")
	if kind == "" || kind == "Cl" {
		kind = "Float"
	}
	size, ok := sizes[kind]
	if !ok {
		w.Fail("the class %s is no storage", inspect.Quote(name))
		return
	}
	w.numbers(w.long(8), size)
}

func (w *walker) string(text string, at int64) {
	if len(text) < 8 {
		return
	}
	inspect.Payload(w.p, at, "a text", text)
	if what := effect([]byte(text)); what != "" {
		w.p.Say(inspect.Dangerous, "torch7-text", at, "a text is Lua code that %s", what)
	}
}

// function reads a function and judges what it names.
func (w *walker) function(at int64) {
	_, off, n := w.text(0)
	if w.Err() != nil {
		return
	}
	code, err := w.p.Read(off, int(min(n, maxCode)))
	if err != nil {
		w.Fail("a function cannot be read")
		return
	}
	kind := "a function as text"
	switch {
	case strings.HasPrefix(string(code), "\x1bLJ"):
		kind = "a function as LuaJIT byte code"
	case strings.HasPrefix(string(code), "\x1bLua"):
		kind = "a function as Lua byte code"
	}
	if what := effect(code); what != "" {
		w.p.Say(inspect.Malicious, "torch7-function", at, "holds %s that %s", kind, what)
		return
	}
	w.p.Say(inspect.Dangerous, "torch7-function", at, "holds %s, which a loader makes callable without a check", kind)
}
