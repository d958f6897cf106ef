package lodemark

import (
	"sync"
	"testing"
)

// What several checks need is computed once in a run, and each time where nothing is kept.
func TestShared(t *testing.T) {
	n := 0
	count := func() int { n++; return n }
	s := &Subject{Memo: &sync.Map{}}
	if a, b := Shared(s, "a", count), Shared(s, "a", count); a != 1 || b != 1 {
		t.Errorf("computed %d and %d", a, b)
	}
	if c := Shared(s, "b", count); c != 2 {
		t.Errorf("another key gave %d", c)
	}
	if d := Shared(&Subject{}, "a", count); d != 3 {
		t.Errorf("without a memo: %d", d)
	}
}
