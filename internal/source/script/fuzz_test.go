package script

import (
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// sound checks what every tree promises, whatever was read: children come before their parents and lie inside them, and, where
// there was no error, each node but the root has one parent.
func sound(t *testing.T, tree *syntax.Tree) {
	t.Helper()
	size := uint32(len(tree.Source))
	seen := make([]bool, len(tree.Nodes))
	for id := syntax.ID(1); int(id) < len(tree.Nodes); id++ {
		n := tree.Node(id)
		if n.Start > n.End || n.End > size || n.NameStart > n.NameEnd || n.NameEnd > size {
			t.Fatalf("node %d: span %d-%d, name %d-%d of %d bytes", id, n.Start, n.End, n.NameStart, n.NameEnd, size)
		}
		for c := n.First; c != 0; c = tree.Next(c) {
			child := tree.Node(c)
			switch {
			case c >= id:
				t.Fatalf("node %d has a child %d that was made after it", id, c)
			case seen[c]:
				t.Fatalf("node %d stands in two places", c)
			case child.Parent != id:
				t.Fatalf("node %d in %d says that it is in %d", c, id, child.Parent)
			case child.Start < n.Start || child.End > n.End:
				t.Fatalf("node %d (%d, %d-%d) is not inside node %d (%d, %d-%d)", c, child.Kind, child.Start, child.End, id, n.Kind, n.Start, n.End)
			case child.Kind == syntax.None:
				t.Fatalf("node %d is in the tree and nothing", c)
			}
			seen[c] = true
		}
	}
	if len(tree.Errors) == 0 {
		for id := syntax.ID(1); id < tree.Root; id++ {
			if n := tree.Node(id); !seen[id] && n.Kind != syntax.None {
				t.Fatalf("node %d (%d, %q) stands nowhere", id, n.Kind, tree.Code(id))
			}
		}
	}
	if tree.Root == 0 || tree.Kind(tree.Root) != syntax.Module || int(tree.Root) != len(tree.Nodes)-1 {
		t.Fatalf("the root is node %d of %d", tree.Root, len(tree.Nodes))
	}
	last := uint32(0)
	for _, c := range tree.Comments {
		if c.Start < last || c.End < c.Start || c.End > size {
			t.Fatalf("comment %d-%d after %d", c.Start, c.End, last)
		}
		last = c.End
	}
	for alias := range tree.Imported {
		if k := tree.Kind(alias); k != syntax.Alias && k != syntax.Ident {
			t.Fatalf("node %d is renamed and no alias, but %d", alias, k)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range readings {
		f.Add(c.in, uint8(c.dialect))
	}
	for _, c := range broken {
		f.Add(c.in, uint8(0))
	}
	for _, s := range hostile {
		f.Add(strings.Repeat(s, 50), uint8(len(s)))
	}
	f.Add(written, uint8(1))
	f.Fuzz(func(t *testing.T, source string, dialect uint8) {
		begun := time.Now()
		tree := Parse(source, Dialect(dialect%3))
		if spent := time.Since(begun); spent > time.Second+time.Duration(len(source))*2*time.Microsecond {
			t.Fatalf("%v for %d bytes", spent, len(source))
		}
		sound(t, tree)
		for id := syntax.ID(1); int(id) < len(tree.Nodes); id++ {
			if tree.Kind(id) == syntax.Str {
				tree.Text(id)
			}
		}
	})
}
