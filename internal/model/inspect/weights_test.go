package inspect

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
)

// What weights begin like and are full of is told, and is no verdict.
func TestWeights(t *testing.T) {
	plain := make([]byte, 128)
	for i := range 32 {
		binary.LittleEndian.PutUint32(plain[4*i:], math.Float32bits(float32(i)*0.25))
	}
	program := append([]byte("\x7fELF\x02\x01\x01\x00"), plain[8:]...)
	nan := bytes.Repeat([]byte{0, 0, 0xc0, 0x7f}, 32)
	half := bytes.Repeat([]byte{0, 0x7c}, 64)
	for name, c := range map[string]struct {
		data []byte
		kind string
		deep bool
		want string
	}{
		"numbers":              {plain, "F32", true, ""},
		"a program":            {program, "F32", false, "weights-payload"},
		"no numbers":           {nan, "F32", true, "weights-flood"},
		"no numbers, not deep": {nan, "F32", false, ""},
		"infinite halves":      {half, "F16", true, "weights-flood"},
		"another type":         {half, "I8", true, ""},
	} {
		found := &Found{Deep: c.deep}
		p := NewPart("m", bytes.NewReader(c.data), int64(len(c.data)), found, nil)
		Weights(p, []Tensor{{Name: "w", Len: int64(len(c.data)), Kind: c.kind}})
		got := ""
		if len(found.Reasons) > 0 {
			got = found.Reasons[0].ID
		}
		if got != c.want || found.Verdict != Clean {
			t.Errorf("%s: %s %v, want %q", name, found.Verdict, found.Reasons, c.want)
		}
	}
}
