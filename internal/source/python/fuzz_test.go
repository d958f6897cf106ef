package python

import (
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/source/syntax"
	"github.com/lodemark/lodemark/internal/source/syntax/syntaxtest"
)

func sound(t *testing.T, tree *syntax.Tree) {
	t.Helper()
	if err := syntaxtest.Sound(tree); err != nil {
		t.Fatalf("%.200q: %v", tree.Source, err)
	}
	if len(tree.Errors) > maxErrors+1 {
		t.Fatalf("%d errors", len(tree.Errors))
	}
}

// FuzzParse: whatever is read, the tree is sound and the time in proportion.
func FuzzParse(f *testing.F) {
	for _, c := range readings {
		f.Add(c.in)
	}
	for _, c := range broken {
		f.Add(c.in)
	}
	for _, s := range hostile {
		f.Add(strings.Repeat(s, 50))
	}
	f.Fuzz(func(t *testing.T, source string) {
		begun := time.Now()
		tree := Parse(source)
		if spent := time.Since(begun); spent > time.Second+time.Duration(len(source))*2*time.Microsecond {
			t.Fatalf("%v for %d bytes", spent, len(source))
		}
		sound(t, tree)
		for id := syntax.ID(1); int(id) < len(tree.Nodes); id++ {
			if k := tree.Kind(id); k == syntax.Str || k == syntax.Strings || k == syntax.Format {
				tree.Text(id)
			}
		}
	})
}
