package reading_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/lodemark/lodemark/bench/reading"
)

func TestScope(t *testing.T) {
	s := reading.Scope{"app/**", "*.ts", "lib/*/x.py"}
	for name, want := range map[string]bool{"app/a/b.py": true, "a.ts": true, "src/a.ts": false, "lib/y/x.py": true, "lib/y/z/x.py": false} {
		if s.Holds(name) != want {
			t.Errorf("%s is held: %v", name, !want)
		}
	}
	if !(reading.Scope{}).Holds("anything") {
		t.Error("without a scope all was read")
	}
}

// Lines of cells, with a source that is one string, and an output that has a source too.
func TestNotebooks(t *testing.T) {
	dir := t.TempDir()
	book := "{\n \"cells\": [\n  {\n   \"source\": [\n    \"a\\n\",\n    \"b\"\n   ],\n   \"outputs\": [\n     \"source\": \"no cell\"\n   ]\n  },\n  {\n   \"source\": \"c\\nd\"\n  }\n ]\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "a.ipynb"), []byte(book), 0o600); err != nil {
		t.Fatal(err)
	}
	n := reading.Notebooks{Dir: dir}
	for _, c := range [][3]int{{0, 1, 5}, {0, 2, 6}, {1, 1, 13}, {1, 2, 13}, {2, 1, reading.NoLine}} {
		if got := n.Line("a.ipynb", c[0], c[1]); got != c[2] {
			t.Errorf("line %d of cell %d stands on %d, not %d", c[1], c[0], got, c[2])
		}
	}
}
