package bound

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// maxGaps bounds the memory an adversary can take by being unreadable.
const maxGaps = 10_000

// gapSet collects gaps. The zero value is empty and ready.
type gapSet struct {
	set     map[Gap]bool
	dropped bool
}

func (s *gapSet) add(path, reason string) {
	if s.set == nil {
		s.set = map[Gap]bool{}
	}
	s.set[Gap{path, reason}] = true
	if len(s.set) <= 2*maxGaps {
		return
	}
	// Keep the first by name, not by time: the same target gives the same report whichever goroutine was faster.
	first := s.sorted()[:maxGaps]
	s.dropped = true
	clear(s.set)
	for _, g := range first {
		s.set[g] = true
	}
}

func (s *gapSet) sorted() []Gap {
	return slices.SortedFunc(maps.Keys(s.set), func(a, b Gap) int {
		return 2*strings.Compare(a.Path, b.Path) + strings.Compare(a.Reason, b.Reason)
	})
}

// list returns the gaps sorted, and says so when there were more than are kept.
func (s *gapSet) list() []Gap {
	gaps := s.sorted()
	if len(gaps) > maxGaps || s.dropped {
		gaps = gaps[:min(len(gaps), maxGaps)]
		gaps = append(gaps, Gap{".", fmt.Sprintf("more than %d gaps, the rest is not listed", maxGaps)})
	}
	return gaps
}
