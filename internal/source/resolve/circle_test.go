package resolve_test

import (
	"strings"
	"testing"
)

// Fields that are given each other, many times over, must not be followed along every way that there is.
func TestFieldsInCircles(t *testing.T) {
	var code strings.Builder
	code.WriteString("class A:\n    def f(self):\n")
	for range 12 {
		for _, name := range []string{"a", "b", "c", "d"} {
			for _, other := range []string{"a", "b", "c", "d"} {
				if name != other {
					code.WriteString("        self." + name + " = self." + other + ".next\n")
				}
			}
		}
	}
	code.WriteString("        self.a.run()\n")
	f := file(t, "a.py", code.String())
	if got := f.Callee(lastCall(f)); !strings.HasSuffix(got, ".run") {
		t.Errorf("%q does not end in .run", got)
	}
}
