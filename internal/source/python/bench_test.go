package python

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkParse reads files of CPython's standard library, together.
func BenchmarkParse(b *testing.B) {
	files, _ := filepath.Glob("/usr/lib/python3.*/*.py")
	if len(files) == 0 {
		b.Skip("no Python library here")
	}
	var all []string
	size := int64(0)
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, string(data))
		size += int64(len(data))
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range all {
			Parse(s)
		}
	}
}

// A file of one line costs no more for each byte than others.
func BenchmarkOneLine(b *testing.B) {
	s := "x = [" + strings.Repeat("f(1, 'a', b.c), ", 60_000) + "]\n"
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		Parse(s)
	}
}
