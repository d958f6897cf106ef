package flatbuffers

import (
	"encoding/binary"
	"maps"
	"slices"
)

// Object is a table to write, by field number: uint8, uint32, int32, uint64, string, []byte, []int32, []string, Object, []Object.
type Object map[int]any

// Build writes a buffer with an identifier of four letters; the samples that detectors are tried on are built with it.
func Build(root Object, identifier string) []byte {
	w := &writer{out: append(make([]byte, 4), identifier...)}
	w.patch(0, w.object(root))
	return w.out
}

type writer struct{ out []byte }

func (w *writer) align(n int) {
	for len(w.out)%n != 0 {
		w.out = append(w.out, 0)
	}
}

// patch writes the way from a place to one behind it.
func (w *writer) patch(at, to int) { binary.LittleEndian.PutUint32(w.out[at:], uint32(to-at)) }

// object writes the list of fields, the table, and what its fields lead to. Every field takes eight bytes.
func (w *writer) object(o Object) int {
	numbers := slices.Sorted(maps.Keys(o))
	last := -1
	if len(numbers) > 0 {
		last = numbers[len(numbers)-1]
	}
	w.align(8)
	vt := len(w.out)
	offsets := make([]uint16, last+1)
	for i, n := range numbers {
		offsets[n] = uint16(8 + 8*i)
	}
	w.out = binary.LittleEndian.AppendUint16(w.out, uint16(4+2*len(offsets)))
	w.out = binary.LittleEndian.AppendUint16(w.out, uint16(8+8*len(numbers)))
	for _, off := range offsets {
		w.out = binary.LittleEndian.AppendUint16(w.out, off)
	}
	w.align(8)
	at := len(w.out)
	w.out = append(w.out, make([]byte, 8+8*len(numbers))...)
	binary.LittleEndian.PutUint32(w.out[at:], uint32(at-vt))
	for i, n := range numbers {
		w.field(at+8+8*i, o[n])
	}
	return at
}

func (w *writer) field(at int, value any) {
	switch v := value.(type) {
	case uint8:
		w.out[at] = v
	case uint32:
		binary.LittleEndian.PutUint32(w.out[at:], v)
	case int32:
		binary.LittleEndian.PutUint32(w.out[at:], uint32(v))
	case uint64:
		binary.LittleEndian.PutUint64(w.out[at:], v)
	case string:
		w.patch(at, w.bytes(len(v), []byte(v+"\x00")))
	case []byte:
		w.patch(at, w.bytes(len(v), v))
	case []int32:
		var b []byte
		for _, i := range v {
			b = binary.LittleEndian.AppendUint32(b, uint32(i))
		}
		w.patch(at, w.bytes(len(v), b))
	case []string:
		to := w.bytes(len(v), make([]byte, 4*len(v)))
		w.patch(at, to)
		for i, s := range v {
			w.patch(to+4+4*i, w.bytes(len(s), []byte(s+"\x00")))
		}
	case Object:
		w.patch(at, w.object(v))
	case []Object:
		to := w.bytes(len(v), make([]byte, 4*len(v)))
		w.patch(at, to)
		for i, o := range v {
			w.patch(to+4+4*i, w.object(o))
		}
	default:
		panic("flatbuffers: a field of an unknown kind")
	}
}

// bytes writes a vector of n elements.
func (w *writer) bytes(n int, content []byte) int {
	w.align(4)
	at := len(w.out)
	w.out = append(binary.LittleEndian.AppendUint32(w.out, uint32(n)), content...)
	return at
}
