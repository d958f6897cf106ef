package threat

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// large makes a model of n components and so many flows, of all kinds and with most attributes undeclared.
func large(t testing.TB, n, flows int) *Model {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	classes := DataClasses()
	var b strings.Builder
	b.WriteString("system: {users: 2, live: true, multi_tenant: true}\ncomponents:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - {id: c%d, kind: %s, boundary: %s, holds: [%s]}\n", i, allKinds[i%len(allKinds)], Boundaries()[r.IntN(12)], classes[r.IntN(len(classes))])
	}
	b.WriteString("flows:\n")
	for range flows {
		fmt.Fprintf(&b, "  - {from: c%d, to: c%d, carries: [%s, %s]}\n", r.IntN(n), r.IntN(n), classes[r.IntN(len(classes))], classes[r.IntN(len(classes))])
	}
	return model(t, b.String())
}

// The aims: 50 components in 300 ms and 50 MiB with the library, 1,000 components and 5,000 flows in 5 s.
func BenchmarkEvaluate(b *testing.B) {
	for _, size := range [][2]int{{50, 150}, {1000, 5000}} {
		m := large(b, size[0], size[1])
		b.Run(fmt.Sprintf("%d components, library included", size[0]), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Evaluate(m, library(b), day, Evidence{}, nil)
			}
		})
	}
}

// A model as large as is read is still answered: bounded work, whatever its flows.
func TestLargestModel(t *testing.T) {
	r := Evaluate(large(t, 1000, 5000), library(t), day, Evidence{}, nil)
	if len(r.Threats) < 50 || len(r.Failed) > 0 {
		t.Errorf("%d threats, %v", len(r.Threats), r.Failed)
	}
}
