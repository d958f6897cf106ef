package weakness

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/rules"
)

// A tree with more source than one assessment reads is read as far as that goes, tests last, and it is said.
func TestMoreSourceThanIsRead(t *testing.T) {
	e, err := rules.New(nil, rules.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	s := &lodemark.Subject{System: &lodemark.System{}, Read: func(string) ([]byte, error) { return []byte("x = 1\n"), nil }}
	for i := range 10 {
		s.System.Files = append(s.System.Files, lodemark.File{Path: fmt.Sprintf("a%d.py", i), Size: maxSource / 8, Test: i < 5})
	}
	l := look(context.Background(), s, e)
	if l.left != 2 || len(l.files) != 8 || len(l.gaps) != 1 || l.gaps[0].Path != "a3.py" || !strings.Contains(l.gaps[0].Reason, "and 1 more") {
		t.Errorf("left out %d, read %d, gaps %+v", l.left, len(l.files), l.gaps)
	}
	all := func(string) bool { return true }
	if r := l.conclude(func(*rules.Rule) bool { return true }, all, nil, "files of source code"); r.Outcome != lodemark.Undecided {
		t.Errorf("%s: %s", r.Outcome, r.Reason)
	}
}
