package discover

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

// BenchmarkDiscover walks a tree of ordinary source files, of which hardly any is a component: that is where time goes in a
// large repository.
func BenchmarkDiscover(b *testing.B) {
	root := b.TempDir()
	endings := []string{".py", ".ts", ".md", ".json", ".yaml", ".txt", ".js", ".go"}
	body := []byte(strings.Repeat("def answer(prompt, client): return client.ask(prompt)\n", 300))
	for i := range 4000 {
		dir := filepath.Join(root, fmt.Sprintf("part%02d", i%20), fmt.Sprintf("module%02d", i/20%20))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("file%d%s", i, endings[i%len(endings)])), body, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		tree, err := bound.Open(root, bound.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Discover(b.Context(), tree, lodemark.Declaration{}); err != nil {
			b.Fatal(err)
		}
		tree.Close()
	}
}
