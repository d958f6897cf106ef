package syntaxtest

import (
	"fmt"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Sound says which promise a tree breaks that every tree keeps, whatever was read: children come before their parents and lie inside
// them, a node stands in one place, and the root is the last node.
func Sound(tree *syntax.Tree) error {
	size := uint32(len(tree.Source))
	seen := make([]bool, len(tree.Nodes))
	for id := syntax.ID(1); int(id) < len(tree.Nodes); id++ {
		n := tree.Node(id)
		if n.Start > n.End || n.End > size || n.NameStart > n.NameEnd || n.NameEnd > size {
			return fmt.Errorf("node %d: span %d-%d, name %d-%d of %d bytes", id, n.Start, n.End, n.NameStart, n.NameEnd, size)
		}
		for c := n.First; c != 0; c = tree.Next(c) {
			child := tree.Node(c)
			switch {
			case c >= id:
				return fmt.Errorf("node %d has a child %d that was made after it", id, c)
			case seen[c]:
				return fmt.Errorf("node %d stands in two places", c)
			case child.Parent != id:
				return fmt.Errorf("node %d in %d says that it is in %d", c, id, child.Parent)
			case child.Start < n.Start || child.End > n.End:
				return fmt.Errorf("node %d (%s, %d-%d) is not inside node %d (%s, %d-%d)", c, kinds[child.Kind], child.Start, child.End, id, kinds[n.Kind], n.Start, n.End)
			case child.Kind == syntax.None:
				return fmt.Errorf("node %d is in the tree and nothing", c)
			}
			seen[c] = true
		}
	}
	if tree.Root == 0 || tree.Kind(tree.Root) != syntax.Module || int(tree.Root) != len(tree.Nodes)-1 {
		return fmt.Errorf("the root is node %d of %d", tree.Root, len(tree.Nodes))
	}
	last := uint32(0)
	for _, c := range tree.Comments {
		if c.Start < last || c.End < c.Start || c.End > size {
			return fmt.Errorf("comment %d-%d after %d", c.Start, c.End, last)
		}
		last = c.End
	}
	for alias := range tree.Imported {
		if k := tree.Kind(alias); k != syntax.Alias && k != syntax.Ident {
			return fmt.Errorf("node %d is renamed and no alias, but %s", alias, kinds[k])
		}
	}
	return nil
}
