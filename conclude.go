package lodemark

import "fmt"

// Conclude turns what a check saw at the components it looked at into a result. What stands in tests, fixtures or
// vendored folders is reported, at most as low, and decides nothing: a pass may not rest on it, and a failure may not either.
// What could not be read and is needed keeps a check from saying that all is well. noun names what was looked at, in the plural
// ("container images").
func Conclude(looked []Component, findings []Finding, gaps []Gap, noun string) Result {
	r := concluded(looked, findings, noun)
	r.Gaps = gaps
	for _, g := range gaps {
		if g.Needed && r.Outcome != Failed {
			r.Outcome, r.Reason = Undecided, fmt.Sprintf("%s could not be read: %s", g.Path, g.Reason)
			break
		}
	}
	return r
}

func concluded(looked []Component, findings []Finding, noun string) Result {
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
		if !f.Counts() {
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
		r.Outcome, r.Reason = Failed, fmt.Sprintf("%s; %s looked at: %d; first: %s", counted(wrong, "finding"), noun, n, first.Message)
	case len(own) == 0:
		r.Outcome, r.Reason = NothingToSee, fmt.Sprintf("no %s found outside tests and vendored folders", noun)
	default:
		r.Outcome, r.Reason = Passed, fmt.Sprintf("nothing wrong was found; %s looked at: %d", noun, n)
	}
	return r
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
