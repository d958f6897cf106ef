package lodemark

import "fmt"

// Conclude turns what a check saw at the components it looked at into a result. What stands in tests, fixtures or
// vendored folders is reported, at most as low, and decides nothing: a pass may not rest on it, and a failure may not either.
// noun names what was looked at, in the plural ("container images").
func Conclude(looked []Component, findings []Finding, noun string) Result {
	own, aside := map[string]bool{}, map[string]bool{}
	var examined []string
	for _, c := range looked {
		if c.Test {
			aside[c.Path] = true
			continue
		}
		own[c.Path] = true
		if len(examined) == 0 || examined[len(examined)-1] != c.Path {
			examined = append(examined, c.Path)
		}
	}
	r := Result{Findings: findings, Examined: examined}
	wrong := 0
	var first Finding
	for i := range r.Findings {
		f := &r.Findings[i]
		if aside[f.Path] && !own[f.Path] {
			f.Severity = min(f.Severity, SeverityLow)
			continue
		}
		if wrong == 0 {
			first = *f
		}
		wrong++
	}
	n := len(looked)
	switch {
	case wrong > 0:
		r.Outcome, r.Reason = Failed, fmt.Sprintf("%d finding(s) on %d %s; first: %s", wrong, n, noun, first.Message)
	case len(own) == 0:
		r.Outcome, r.Reason = NothingToSee, fmt.Sprintf("no %s found outside tests and vendored folders", noun)
	default:
		r.Outcome, r.Reason = Passed, fmt.Sprintf("all %d %s looked at are in order", n, noun)
	}
	return r
}
