package gguf

import (
	"fmt"
	"hash/maphash"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const maxDims = 4

// span is where a tensor's bytes are in the data, as far as its type says how many they are.
type span struct {
	begin, end uint64
	at         int64
}

// readTensors reads the tensors' entries and checks their places.
func (f *file) readTensors(n uint64) {
	names, seed := newNames(n)
	f.spans = make([]span, 0, min(n, 1<<16))
	sized := true
	for i := uint64(0); i < n && f.ok(); i++ {
		at := f.Off()
		name := f.str(maxName)
		sum := maphash.String(seed, name)
		if _, ok := names[sum]; ok {
			f.FailAt(at, "a tensor that is there twice: %s", inspect.Quote(name))
		}
		names[sum] = struct{}{}
		known := f.tensor(name, at)
		sized = sized && known
		if i%1024 == 0 && f.ctx.Err() != nil && f.ok() {
			f.Stop(f.ctx.Err())
		}
	}
	if !f.ok() {
		return
	}
	if n == 0 {
		f.rest(f.Off())
		return
	}
	start := f.Off()
	if over := uint64(start) % f.align; over != 0 {
		if f.align-over > f.left() {
			f.FailAt(start, "the file ends before its tensors begin")
			return
		}
		start += int64(f.align - over)
	}
	f.layout(start, sized)
}

// tensor reads one entry, and says whether the size of its type is known.
func (f *file) tensor(name string, at int64) bool {
	dims := f.Uint32()
	if f.ok() && dims > maxDims {
		f.FailAt(at, "tensor %s has %d dimensions, and four are the most", inspect.Quote(name), dims)
	}
	elements, row := uint64(1), uint64(1)
	overflow, empty := false, false
	for i := uint32(0); i < dims && f.ok(); i++ {
		d := f.count()
		if i == 0 {
			row = d
		}
		empty = empty || d == 0
		hi, lo := bits.Mul64(elements, max(d, 1))
		elements = lo
		overflow = overflow || hi != 0 || lo > math.MaxInt64 || d > math.MaxInt64
	}
	if overflow {
		f.FailAt(at, "the size of tensor %s overflows", inspect.Quote(name))
	}
	if empty {
		elements = 0
	}
	t := f.Uint32()
	offset := f.Uint64()
	if !f.ok() {
		return false
	}
	if offset%f.align != 0 {
		f.FailAt(at, "tensor %s begins at %d, which is not aligned to %d", inspect.Quote(name), offset, f.align)
		return false
	}
	f.params += elements
	if t >= uint32(len(tensorTypes)) || tensorTypes[t].name == "" {
		f.part.Say(inspect.Unknown, "gguf-type", at, "tensor %s has type %d, which is not known: its size and place cannot be checked", inspect.Quote(name), t)
		f.spans = append(f.spans, span{offset, offset, at})
		return false
	}
	tt := tensorTypes[t]
	f.types[t]++
	if tt.block == 0 {
		f.FailAt(at, "tensor %s has type %s, which was removed before this format was", inspect.Quote(name), tt.name)
		return false
	}
	if row%tt.block != 0 {
		f.FailAt(at, "tensor %s has %d elements in a row, no multiple of the %d of type %s", inspect.Quote(name), row, tt.block, tt.name)
		return false
	}
	hi, size := bits.Mul64(elements/tt.block, tt.size)
	if hi != 0 || size > math.MaxInt64 || offset > math.MaxInt64 {
		f.FailAt(at, "the size of tensor %s overflows", inspect.Quote(name))
		return false
	}
	f.spans = append(f.spans, span{offset, offset + size, at})
	return true
}

// layout checks that tensors lie in the file, one after the other. sized says that all sizes are known.
func (f *file) layout(start int64, sized bool) {
	data := uint64(f.part.Size - start)
	byPlace := func(a, b span) int {
		switch {
		case a.begin != b.begin:
			if a.begin < b.begin {
				return -1
			}
			return 1
		case a.end < b.end:
			return -1
		case a.end > b.end:
			return 1
		}
		return 0
	}
	if !slices.IsSortedFunc(f.spans, byPlace) {
		slices.SortStableFunc(f.spans, byPlace)
	}
	var end uint64
	for _, s := range f.spans {
		switch {
		case s.begin > data || s.end > data:
			f.FailAt(s.at, "a tensor reaches to %d, and the file has %d bytes for tensors", s.end, data)
			return
		case s.begin < end:
			f.FailAt(s.at, "tensors share bytes")
			return
		case sized && s.begin-end >= f.align:
			f.part.Say(inspect.NotRead, "gguf-gap", start+int64(end), "%d bytes between tensors belong to none: llama.cpp refuses the file", s.begin-end)
		}
		end = max(end, s.end)
	}
	if sized {
		f.rest(start + int64(end))
	}
}

// rest says what stands behind the last that the header tells of.
func (f *file) rest(end int64) {
	left := f.part.Size - end
	if uint64(left) < f.align {
		return
	}
	pad := f.align - uint64(end)%f.align
	if uint64(left) <= pad {
		return
	}
	f.part.Say(inspect.NotRead, "gguf-trailing", end, "%d bytes behind the end, which the header tells nothing of", left)
}

func (f *file) facts(tensors uint64) {
	p := f.part
	p.Fact("tensors", strconv.FormatUint(tensors, 10))
	if f.params > 0 {
		p.Fact("parameters", strconv.FormatUint(f.params, 10))
	}
	var used []int
	for t, n := range f.types {
		if n > 0 {
			used = append(used, t)
		}
	}
	slices.SortStableFunc(used, func(a, b int) int { return f.types[b] - f.types[a] })
	var names []string
	for _, t := range used {
		names = append(names, fmt.Sprintf("%s:%d", tensorTypes[t].name, f.types[t]))
	}
	p.Fact("dtype", strings.Join(names, " "))
}
