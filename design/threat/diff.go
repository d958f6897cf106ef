package threat

import (
	"cmp"
	"slices"
	"strings"
)

// Difference is what changed between two reports.
type Difference struct {
	Added   []Change // places at which a threat is new
	Removed []Change // places at which a threat is no more
	Changed []Change // places at which its status is another
}

// Change is one threat at one place, before and after. The status is "" where it was, or is, not there.
type Change struct {
	ID, Title, Severity string
	Place               string
	Before, After       Status
	Reason              string
}

// Compare tells what changed from one report to the next.
func Compare(before, after *Report) Difference {
	old, now := byPlace(before), byPlace(after)
	var d Difference
	for key, c := range now {
		was, ok := old[key]
		switch {
		case !ok:
			d.Added = append(d.Added, c)
		case was.After != c.After:
			c.Before = was.After
			d.Changed = append(d.Changed, c)
		}
	}
	for key, c := range old {
		if _, ok := now[key]; !ok {
			c.Before, c.After = c.After, ""
			d.Removed = append(d.Removed, c)
		}
	}
	for _, list := range [][]Change{d.Added, d.Removed, d.Changed} {
		slices.SortFunc(list, func(a, b Change) int {
			return cmp.Or(slices.Index(severities, b.Severity)-slices.Index(severities, a.Severity), byID(a.ID, b.ID), strings.Compare(a.Place, b.Place))
		})
	}
	return d
}

// Worse says whether something was added or fell back: a change that a review should see.
func (d Difference) Worse() bool {
	return slices.ContainsFunc(d.Added, func(c Change) bool { return settled(c.After) == 0 }) ||
		slices.ContainsFunc(d.Changed, func(c Change) bool { return settled(c.After) < settled(c.Before) })
}

// settled orders statuses by how well a threat is dealt with.
func settled(s Status) int {
	return max(slices.Index([]Status{Applies, Stale, Claimed, Accepted, Evidenced, NotApplicable}, s), 0)
}

func byPlace(r *Report) map[[2]string]Change {
	all := map[[2]string]Change{}
	for _, t := range r.Threats {
		for _, p := range t.Places {
			all[[2]string{t.ID, p.At}] = Change{ID: t.ID, Title: t.Title, Severity: t.Severity, Place: p.At, After: t.Status, Reason: p.Reason}
		}
	}
	return all
}
