package threat

import (
	"fmt"
	"slices"
	"time"
)

// Prove tries every rule on its own examples: it is to hold, settled, on each bad one and not even wait on a good one. What
// does not is a rule that says something else than its author meant; an organisation's rules are held to it like ours.
func (l *Library) Prove() Problems {
	var all Problems
	say := func(r *Rule, format string, args ...any) {
		all = append(all, Problem{Path: r.Path, Line: r.Line, Message: r.ID + " " + fmt.Sprintf(format, args...)})
	}
	for _, r := range l.Rules {
		alone := &Library{Rules: []*Rule{r}, mitigation: l.mitigation}
		if len(r.Bad) == 0 || len(r.Good) == 0 {
			say(r, "has no bad or no good example")
		}
		for i, m := range r.Bad {
			report := Evaluate(m, alone, time.Time{}, Evidence{}, nil)
			if !slices.ContainsFunc(report.Threats, func(t Threat) bool { return t.Status != Unconfirmed }) {
				say(r, "does not hold on its bad example %d", i+1)
			}
		}
		for i, m := range r.Good {
			if report := Evaluate(m, alone, time.Time{}, Evidence{}, nil); len(report.Threats) > 0 {
				say(r, "is %s on its good example %d", report.Threats[0].Status, i+1)
			}
		}
	}
	return all
}
