package resolve

import (
	"testing"

	"github.com/lodemark/lodemark/internal/source/python"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// A function is told from what it gave back: the last call of each text is asked about.
func TestCalled(t *testing.T) {
	for _, c := range []struct{ code, want string }{
		{"import torch\ntorch.load(p)", "torch.load"},
		{"import torch\nmodel = torch.load(p)\nmodel(x)", "torch.load.()"},
		{"import torch\nmodel = torch.load(p)\nsame = model\nsame(x)", "torch.load.()"},
		{"import torch\nmodel = torch.load(p)\nmodel.eval()", "torch.load.eval"},
		{"import torch\nread = torch.load\nread(p)", "torch.load"},
		{"import torch\nclass A:\n    def __init__(self):\n        self.m = torch.load(p)\n    def f(self, x):\n        return self.m(x)", "torch.load.()"},
		{"import torch\nwith torch.load(p) as m:\n    m(x)", "torch.load.()"},
	} {
		f := New(python.Parse(c.code), "a.py")
		last := syntax.ID(0)
		for id := syntax.ID(1); int(id) < len(f.Tree.Nodes); id++ {
			if f.Tree.Kind(id) == syntax.Call {
				last = id
			}
		}
		if got := f.Called(last); got != c.want {
			t.Errorf("%q: %q, want %q", c.code, got, c.want)
		}
	}
}
