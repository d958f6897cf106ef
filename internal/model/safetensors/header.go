package safetensors

import (
	"context"
	"hash/maphash"
	"math/bits"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// header is what is kept of a header while it is read.
type header struct {
	ctx        context.Context
	part       *inspect.Part
	json       *scanner
	data       int64 // bytes after the header
	tensors    []span
	names      map[uint64]struct{} // hashes of them: who can make two of them equal by intent?
	seed       maphash.Seed
	parameters uint64
	dtypes     []dtypeCount
}

// span is where a tensor's bytes are, and where the header says so.
type span struct {
	begin, end uint64
	at         int64
	dtype      string
}

type dtypeCount struct {
	name string
	n    int
}

func damage(at int64, reason string) error { return &inspect.DamageError{Offset: at, Reason: reason} }

func (h *header) read() error {
	s := h.json
	if s.peek() != '{' {
		return damage(8, "the header is no JSON object")
	}
	s.next()
	h.names, h.seed = map[uint64]struct{}{}, maphash.MakeSeed()
	for first := true; s.more(first, '}'); first = false {
		at := s.at
		key := s.str()
		if s.err != nil {
			break
		}
		sum := maphash.Bytes(h.seed, key)
		if _, ok := h.names[sum]; ok {
			return damage(at, "the header has a name twice: "+inspect.Quote(string(key)))
		}
		h.names[sum] = struct{}{}
		if len(h.names) > maxTensors {
			return damage(at, "more than "+strconv.Itoa(maxTensors)+" tensors")
		}
		if len(h.names)%1024 == 0 && h.ctx.Err() != nil {
			return h.ctx.Err()
		}
		meta := string(key) == "__metadata__"
		s.expect(':')
		if meta {
			h.readMetadata()
			continue
		}
		if err := h.tensor(at); err != nil {
			return err
		}
	}
	if s.err != nil {
		return s.err
	}
	if s.space() != 0 || !s.done() {
		return damage(s.at, "bytes after the header's object")
	}
	return s.err
}

// tensor reads one entry and checks its size.
func (h *header) tensor(at int64) error {
	s := h.json
	s.expect('{')
	var fields int
	var dtype string
	var known, extra bool
	elements, overflow := uint64(1), false
	sp := span{at: at}
	for first := true; s.more(first, '}'); first = false {
		field := 0
		switch string(s.str()) {
		case "dtype":
			field = 1
		case "shape":
			field = 2
		case "data_offsets":
			field = 4
		}
		s.expect(':')
		if fields&field != 0 {
			return damage(at, "an entry that says the same thing twice")
		}
		fields |= field
		switch field {
		case 1:
			dtype, known = dtypeName(s.str())
		case 2:
			s.expect('[')
			for dim := true; s.more(dim, ']'); dim = false {
				hi, lo := bits.Mul64(elements, s.count())
				elements = lo
				overflow = overflow || hi != 0
			}
		case 4:
			s.expect('[')
			sp.begin = s.count()
			s.expect(',')
			sp.end = s.count()
			s.expect(']')
		default:
			extra = true
			s.skip(0)
		}
	}
	if s.err != nil {
		return s.err
	}
	if fields != 7 {
		return damage(at, "an entry without dtype, shape or data_offsets")
	}
	if extra {
		h.part.Say(inspect.Clean, "safetensors-extra-field", at, "a tensor's entry has fields that readers leave alone")
	}
	sp.dtype = dtype
	h.tensors = append(h.tensors, sp)
	h.count(dtype)
	if sp.end < sp.begin {
		return damage(at, "a tensor that ends before it begins")
	}
	if !known {
		h.part.Say(inspect.NotRead, "safetensors-dtype", at, "a tensor of type %s, whose size is not known: readers refuse the file", inspect.Quote(dtype))
		return nil
	}
	width := dtypeBits(dtype)
	hi, size := bits.Mul64(elements, uint64(width))
	if overflow || hi != 0 {
		return damage(at, "a shape whose size overflows")
	}
	if size%8 != 0 || sp.end-sp.begin != size/8 {
		return damage(at, "a tensor whose shape and type do not fill its bytes")
	}
	h.parameters += elements
	return nil
}

func (h *header) count(dtype string) {
	for i := range h.dtypes {
		if h.dtypes[i].name == dtype {
			h.dtypes[i].n++
			return
		}
	}
	if len(h.dtypes) < 32 {
		h.dtypes = append(h.dtypes, dtypeCount{dtype, 1})
	}
}

// layout checks that the tensors cover the bytes after the header, each byte once.
func (h *header) layout() error {
	if !sort.SliceIsSorted(h.tensors, func(i, j int) bool { return h.tensors[i].begin < h.tensors[j].begin }) {
		slices.SortStableFunc(h.tensors, func(a, b span) int {
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
		})
	}
	var end uint64
	for _, t := range h.tensors {
		switch {
		case t.begin < end:
			return damage(t.at, "tensors that share bytes")
		case t.begin > end:
			return damage(t.at, "bytes between tensors that belong to none")
		}
		end = t.end
	}
	switch {
	case end > uint64(h.data):
		return damage(8, "tensors reach beyond the end of the file")
	case end < uint64(h.data):
		return damage(h.part.Size-(h.data-int64(end)), strconv.FormatInt(h.data-int64(end), 10)+" bytes at the end that belong to no tensor")
	}
	h.facts()
	base := h.part.Size - h.data
	weights := make([]inspect.Tensor, 0, len(h.tensors))
	for _, t := range h.tensors {
		weights = append(weights, inspect.Tensor{Name: "at byte " + strconv.FormatUint(t.begin, 10), Off: base + int64(t.begin), Len: int64(t.end - t.begin), Kind: t.dtype})
	}
	inspect.Weights(h.part, weights)
	return nil
}

func (h *header) facts() {
	p := h.part
	p.Fact("tensors", strconv.Itoa(len(h.tensors)))
	p.Fact("parameters", strconv.FormatUint(h.parameters, 10))
	slices.SortStableFunc(h.dtypes, func(a, b dtypeCount) int { return b.n - a.n })
	var all []string
	for _, d := range h.dtypes {
		all = append(all, d.name)
	}
	p.Fact("dtype", strings.Join(all, " "))
}

// dtypeName gives known names without keeping a copy of each.
func dtypeName(b []byte) (name string, known bool) {
	switch string(b) {
	case "F32":
		return "F32", true
	case "F16":
		return "F16", true
	case "BF16":
		return "BF16", true
	}
	s := inspect.Cut(string(b))
	return s, dtypeBits(s) > 0
}

// dtypeBits is the width of one element, 0 of an unknown type.
func dtypeBits(name string) int {
	switch name {
	case "F4":
		return 4
	case "F6_E2M3", "F6_E3M2":
		return 6
	case "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ":
		return 8
	case "I16", "U16", "F16", "BF16":
		return 16
	case "I32", "U32", "F32":
		return 32
	case "I64", "U64", "F64", "C64":
		return 64
	}
	return 0
}
