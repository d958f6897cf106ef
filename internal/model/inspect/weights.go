package inspect

import (
	"encoding/binary"
	"math"
)

// BeginsLike names what bytes begin like that no weights begin like by chance; "" for weights. b has eight bytes at least.
func BeginsLike(b []byte) string {
	for _, m := range []struct{ magic, kind string }{
		{"\x7fELF", "a program for Linux"}, {"MZ\x90\x00\x03\x00\x00\x00", "a program for Windows"}, {"PK\x03\x04", "a zip"}, {"7z\xbc\xaf\x27\x1c", "a 7z archive"},
		{"Rar!\x1a\x07", "a RAR archive"}, {"\xfd7zXZ\x00", "an xz stream"},
	} {
		if len(b) >= len(m.magic) && string(b[:len(m.magic)]) == m.magic {
			return m.kind
		}
	}
	return ""
}

// Tensor is where the bytes of a tensor lie in a part.
type Tensor struct {
	Name     string // hostile text, may be empty
	Off, Len int64  // in bytes
	Kind     string // F32, F16, BF16; others are not counted
}

const (
	maxHeads  = 4096     // tensors of which the first bytes are looked at
	floodHead = 64 << 10 // bytes of a tensor of which the values are counted
)

// Weights looks at what tensors begin like, and with Deep whether the first and the last are full of what is no number. Neither
// says anything of what a model does: they are information, and never a verdict.
func Weights(p *Part, tensors []Tensor) {
	var head [8]byte
	for i, t := range tensors {
		if i == maxHeads {
			break
		}
		if t.Len < 64 {
			continue
		}
		if n, _ := p.ReadAt(head[:], t.Off); n == len(head) {
			if kind := BeginsLike(head[:]); kind != "" {
				p.Say(Clean, "weights-payload", t.Off, "the tensor %s begins like %s", Quote(t.Name), kind)
			}
		}
	}
	if !p.Found().Deep || len(tensors) == 0 {
		return
	}
	flood(p, tensors[0])
	if len(tensors) > 1 {
		flood(p, tensors[len(tensors)-1])
	}
}

// flood counts values that are no number or infinite at the beginning of a tensor.
func flood(p *Part, t Tensor) {
	width := map[string]int{"F32": 4, "F16": 2, "BF16": 2}[t.Kind]
	if width == 0 || t.Len < int64(width) {
		return
	}
	b := make([]byte, min(t.Len, floodHead))
	n, _ := p.ReadAt(b, t.Off)
	odd, all := 0, n/width
	for i := range all {
		v := b[i*width:]
		switch t.Kind {
		case "F32":
			x := float64(math.Float32frombits(binary.LittleEndian.Uint32(v)))
			if math.IsNaN(x) || math.IsInf(x, 0) {
				odd++
			}
		case "F16":
			if binary.LittleEndian.Uint16(v)&0x7c00 == 0x7c00 {
				odd++
			}
		case "BF16":
			if binary.LittleEndian.Uint16(v)&0x7f80 == 0x7f80 {
				odd++
			}
		}
	}
	if odd*2 > all {
		p.Say(Clean, "weights-flood", t.Off, "%d of the first %d values of the tensor %s are no numbers or infinite", odd, all, Quote(t.Name))
	}
}
