package pickle

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

func TestBig(t *testing.T) {
	for i := 1; i <= 4; i++ {
		b, err := os.ReadFile(fmt.Sprintf("/tmp/p1/big%d.pkl", i))
		if err != nil {
			t.SkipNow()
		}
		r := testing.Benchmark(func(tb *testing.B) {
			tb.SetBytes(int64(len(b)))
			for tb.Loop() {
				s := newScan(context.Background(), inspect.NewPart("x.pkl", bytes.NewReader(b), int64(len(b)), &inspect.Found{}, nil), Options{})
				if err := s.all(); err != nil {
					t.Fatal(err)
				}
				if len(s.m.part.Found().Reasons) > 0 {
					t.Fatal(s.m.part.Found().Reasons)
				}
			}
		})
		t.Log(i, r, r.MemString())
	}
}
