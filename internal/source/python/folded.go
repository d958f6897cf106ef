package python

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// fold notes what names stand for that are written with letters which only look like others: to Python, `ｅｖａｌ` is eval, as it reads names
// in their form NFKC.
func fold(t *syntax.Tree) {
	if isASCII(t.Source) {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		name := t.Name(id)
		if isASCII(name) || norm.NFKC.IsNormalString(name) {
			continue
		}
		if t.Folded == nil {
			t.Folded = map[syntax.ID]string{}
		}
		t.Folded[id] = norm.NFKC.String(name)
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
