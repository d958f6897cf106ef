package discover

import (
	"context"
	"os"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

func BenchmarkReal(b *testing.B) {
	for range b.N {
		tree, err := bound.Open(os.Getenv("REAL"), bound.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Discover(context.Background(), tree, lodemark.Declaration{}); err != nil {
			b.Fatal(err)
		}
		tree.Close()
	}
}
