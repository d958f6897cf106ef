package flow_test

import (
	"testing"

	"github.com/lodemark/lodemark/internal/source/flow"
	"github.com/lodemark/lodemark/internal/source/python"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/script"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Whatever a file holds, following values in it ends, and every step lies in the file.
func FuzzFollow(f *testing.F) {
	for _, seed := range []string{"x = ask()\nsink(x)", "class A:\n  def f(self):\n    self.x = ask()\n    sink(self.x)", "if not allowed(x):\n  raise E\nsink(x)",
		"for a, *b in ask():\n  sink(b)", "const { a: [b = ask()], ...c } = d; sink(b)", "a = b\nb = a\nsink(a.c[0](1))", "ask().then(x => sink(x))"} {
		f.Add(seed, false)
		f.Add(seed, true)
	}
	w := flow.New(spec())
	f.Fuzz(func(t *testing.T, code string, ts bool) {
		tree := python.Parse(code)
		if ts {
			tree = script.Parse(code, script.TSX)
		}
		file := resolve.New(tree, "a/b.x")
		sums, hits := w.Alone(file)
		hits = append(hits, w.Follow(file, sums)...)
		for _, h := range hits {
			for _, s := range h.Steps() {
				if s.End > uint32(len(code)) || s.Start > s.End || s.Line < 1 {
					t.Fatalf("a step at %d to %d, line %d", s.Start, s.End, s.Line)
				}
			}
		}
		for id := range tree.Nodes {
			file.Name(syntax.ID(id))
			file.Constant(syntax.ID(id))
		}
	})
}
