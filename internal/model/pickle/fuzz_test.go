package pickle

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

func FuzzScan(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(generate(seed))
	}
	for _, s := range []string{inner, pickled(call(global("pickle.loads"), raw(inner))), legacyMagic + "\x80\x02M\xe9\x03.\x80\x02}.\x80\x02}.\x80\x02].",
		pickled(call(global("joblib.numpy_pickle.NumpyArrayWrapper")) + dict(text("shape"), "K\x02\x85", text("dtype"), call(global("numpy.dtype"), text("f4"))) + "b12345678"),
		"\x80\x04\x95\x04\x00\x00\x00\x00\x00\x00\x00Vabcd\n0(S'x'\nios\nsystem\n."} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		begin := time.Now()
		for _, format := range Formats(Options{}) {
			p := inspect.NewPart("x.pkl", bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil)
			err := format.Scan(context.Background(), p)
			if err == nil && len(data) == 0 {
				t.Fatal("nothing is read as a pickle")
			}
			for _, r := range p.Found().Reasons {
				if r.Offset > int64(len(data)) && r.Part == "" {
					t.Fatalf("%q lies at %d of %d bytes", r.Message, r.Offset, len(data))
				}
			}
		}
		if took := time.Since(begin); took > time.Minute {
			t.Fatalf("%d bytes take %s", len(data), took)
		}
	})
}

// The machine's fast path and the disassembler go through a stream opcode by opcode in the same way.
func FuzzDisassemble(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(generate(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		end := int64(-1)
		last := int64(-1)
		for op, err := range Disassemble(bytes.NewReader(data), int64(len(data))) {
			if err != nil {
				break
			}
			if op.Offset <= last || op.Name == "" {
				t.Fatalf("%q at %d after %d", op.Name, op.Offset, last)
			}
			last = op.Offset
			if op.Code == opStop {
				end = op.Offset + 1
			}
			op.Argument()
		}
		s := newScan(context.Background(), inspect.NewPart("x.pkl", bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil), Options{})
		s.m.plainReader = true
		if got, err := s.one(0); err == nil && got != end {
			t.Fatalf("the pickle ends at %d, and the disassembler says %d", got, end)
		}
	})
}
