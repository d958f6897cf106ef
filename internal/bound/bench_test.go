package bound

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Small by default. The size the design asks for:
// go test ./internal/bound -run '^$' -bench Walk -benchtime 3x -tree 60000 -size 17000
var (
	treeFiles = flag.Int("tree", 2000, "files in the benchmarks' tree")
	treeBytes = flag.Int("size", 2000, "bytes in each of them")
)

func benchTree(b *testing.B) *Tree {
	dir := b.TempDir()
	data := []byte(strings.Repeat("x", *treeBytes))
	for i := range *treeFiles {
		path := filepath.Join(dir, fmt.Sprint("module", i/1000), fmt.Sprint("part", i/20%50), fmt.Sprintf("file%d.py", i))
		if i%20 == 0 {
			must(b, os.MkdirAll(filepath.Dir(path), 0o755))
		}
		must(b, os.WriteFile(path, data, 0o644))
	}
	return open(b, dir, Limits{TotalBytes: 1 << 50})
}

func walkOver(b *testing.B, tree *Tree, visit func(File) error) {
	b.ReportAllocs()
	for b.Loop() {
		must(b, tree.Walk(context.Background(), visit))
	}
	if gaps := tree.Gaps(); len(gaps) > 0 {
		b.Fatalf("gaps: %q", gaps[:1])
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N**treeFiles), "µs/file")
}

func BenchmarkWalkOnly(b *testing.B) {
	walkOver(b, benchTree(b), func(File) error { return nil })
}

func BenchmarkWalkHead(b *testing.B) {
	walkOver(b, benchTree(b), func(f File) error { _, err := f.Head(512); return err })
}

func BenchmarkWalkRead(b *testing.B) {
	walkOver(b, benchTree(b), func(f File) error { _, err := f.Read(); return err })
}

func BenchmarkWalkHeadAndDigest(b *testing.B) {
	walkOver(b, benchTree(b), func(f File) error {
		if _, err := f.Head(512); err != nil {
			return err
		}
		_, err := f.Digest()
		return err
	})
}

func BenchmarkLines(b *testing.B) {
	data := []byte(strings.Repeat("a line of source code as they come, of a usual length\n", 20_000))
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		for range Lines(data, Limits{}) {
		}
	}
}
