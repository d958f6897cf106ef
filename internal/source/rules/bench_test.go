package rules

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkRun runs every built-in rule over a folder of real code: LODEMARK_BENCH, or CPython's standard library.
func BenchmarkRun(b *testing.B) {
	root := os.Getenv("LODEMARK_BENCH")
	if root == "" {
		found, _ := filepath.Glob("/usr/lib/python3.*")
		if len(found) == 0 {
			b.Skip("no code to read here")
		}
		root = found[0]
	}
	files := map[string][]byte{}
	var paths []string
	size := int64(0)
	_ = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if rel, relErr := filepath.Rel(root, p); err == nil && relErr == nil && d.Type().IsRegular() && Reads(rel) {
			if data, err := os.ReadFile(p); err == nil {
				files[rel], paths = data, append(paths, rel)
				size += int64(len(data))
			}
		}
		return nil
	})
	all, sources, err := Embedded()
	if err != nil {
		b.Fatal(err)
	}
	e, err := New(all, sources)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		e.Run(context.Background(), paths, func(p string) ([]byte, error) { return files[p], nil })
	}
}

// BenchmarkReady is what every start pays.
func BenchmarkReady(b *testing.B) {
	for b.Loop() {
		all, sources, err := Embedded()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := New(all, sources); err != nil {
			b.Fatal(err)
		}
	}
}
