package report

import "github.com/lodemark/lodemark"

// sight says how checks stand to a clause that is not assessed.
type sight int

const (
	unchecked sight = iota // no check bears on it
	unseen                 // checks bear on it, and what they look at was not found here
	lapsed                 // checks bear on it, and what they found does not count now, or they did not run
)

// sights tells for each clause that a check bears on how those checks stand to it while it is not assessed.
func sights(r *lodemark.Run) map[string]sight {
	newest := map[string]lodemark.Evidence{}
	for _, e := range r.Evidence {
		if old, ok := newest[e.Check]; !ok || e.At.After(old.At) {
			newest[e.Check] = e
		}
	}
	out := map[string]sight{}
	for _, c := range r.Checks {
		s := lapsed
		if newest[c.ID].Outcome == lodemark.NothingToSee {
			s = unseen
		}
		for _, b := range c.Bears {
			out[b.Clause] = max(out[b.Clause], s)
		}
	}
	return out
}

// nothingSeen and noCheck stand wherever a clause is not assessed for want of evidence.
const (
	nothingSeen = "Checks exist, and found nothing here that they look at"
	noCheck     = "No check looks at "
)
