package tensorflow

import (
	"fmt"
	"testing"
)

// BenchmarkGraph looks at a graph of a hundred thousand nodes.
func BenchmarkGraph(b *testing.B) {
	nodes := make([]nodeSample, 100_000)
	for i := range nodes {
		nodes[i] = nodeSample{name: fmt.Sprintf("layer_%d/mul", i), op: "Mul", inputs: []string{"x", "y"}, attrs: map[string]string{"_output_shapes": "?", "T": "f"}}
	}
	data := savedModelBytes(graphBytes(nodes, nil))
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if found := look(b, byName("savedmodel"), "saved_model.pb", data); found.Verdict != 0 {
			b.Fatal(found.Reasons)
		}
	}
}
