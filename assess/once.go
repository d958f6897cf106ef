package assess

import (
	"slices"

	"github.com/lodemark/lodemark"
)

// claim is a finding and the checks, by their place among all, that it counts for.
type claim struct {
	lodemark.Finding
	by []int
}

// toldOnce leaves out what a rule tells of a place where a check tells the same: the check's finding stays, touches the clauses of both,
// and counts for both. A finding of a check stands for one of each rule at most. See Check.SameAs.
func toldOnce(all []claim, checks []lodemark.Check) []claim {
	byCheck := map[string][]int{} // check and path to findings
	for i, c := range all {
		byCheck[c.ID+"\x00"+c.Path] = append(byCheck[c.ID+"\x00"+c.Path], i)
	}
	gone := make([]bool, len(all))
	stands := map[string]map[int]bool{} // rule to findings that stand for one of it
	for i, c := range all {
		same := checks[c.by[0]].SameAs[c.ID]
		if len(same) == 0 || !c.Counts() {
			continue
		}
		if stands[c.ID] == nil {
			stands[c.ID] = map[int]bool{}
		}
		best, far := -1, 0
		for _, s := range same {
			for _, k := range byCheck[s.Check+"\x00"+c.Path] {
				apart := max(all[k].Line-c.Line, c.Line-all[k].Line)
				if gone[k] || !all[k].Counts() || s.Within >= 0 && apart > s.Within || stands[c.ID][k] || best >= 0 && apart >= far {
					continue
				}
				best, far = k, apart
			}
		}
		if best < 0 {
			continue
		}
		first := &all[best]
		stands[c.ID][best], gone[i] = true, true
		first.by = append(first.by, c.by...)
		first.Severity = max(first.Severity, c.Severity)
		first.Clauses = union(first.Clauses, c.Clauses)
		first.Refs = union(first.Refs, c.Refs)
		if len(first.Flow) == 0 {
			first.Flow = c.Flow
		}
	}
	var out []claim
	for i, c := range all {
		if !gone[i] {
			out = append(out, c)
		}
	}
	return out
}

// union is the first list with what only the second holds.
func union(a, b []string) []string {
	a = slices.Clip(a)
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}
