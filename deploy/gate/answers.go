package gate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/lodemark/lodemark"
)

// The bounds of one explanation; what is left out is counted.
const (
	mostParts = 12
	mostSteps = 4
)

func yes(parts []Part) answer { return answer{types.Bool(len(parts) == 0), parts} }

func callMet(s *state, args []ref.Val) answer {
	return yes(s.unmet(textsOf(args[0]), lodemark.NoStrength))
}

func callMetWith(s *state, args []ref.Val) answer {
	least := slices.Index(strengths(), textOf(args[1]))
	if least < 0 {
		return answer{value: types.NewErr("%s", ofStrength(Known{}, textOf(args[1])))}
	}
	return yes(s.unmet(textsOf(args[0]), lodemark.Strength(least)))
}

// unmet says of each clause that is not met why.
func (s *state) unmet(ids []string, least lodemark.Strength) []Part {
	var parts []Part
	for _, id := range ids {
		g, ok := lodemark.Guidelines().Guideline(id)
		if !ok {
			if p, bad := s.unmetClause(id, least); bad {
				parts = append(parts, p)
			}
			continue
		}
		for _, c := range g.Clauses {
			if p, bad := s.unmetClause(c.ID, least); bad {
				parts = append(parts, p)
			}
		}
	}
	if len(ids) == 0 {
		parts = append(parts, Part{Failed: "no clause is named"})
	}
	return parts
}

func (s *state) unmetClause(id string, least lodemark.Strength) (Part, bool) {
	c, ok := s.clauses[id]
	p := Part{Rests: s.rests(id, c)}
	switch {
	case !ok:
		p.Failed = id + " was not assessed"
	case c.Later:
		p.Failed = fmt.Sprintf("%s is not judged, by the target's own word: %s", id, c.Reason)
		p.Satisfy = []string{"declare the stage that the system is in (stage in lodemark.yaml), and assess it as that"}
	case c.Verdict == lodemark.Met && c.Strength >= least:
		return p, false
	case c.Verdict == lodemark.Met:
		p.Failed = fmt.Sprintf("%s is met, and its evidence is no better than %s; %s is asked for", id, c.Strength, least)
		p.Satisfy = s.stronger(id, least)
	case c.Verdict == lodemark.Inapplicable && (!s.strict || !s.ruledOut(id)):
		return p, false
	case c.Verdict == lodemark.Inapplicable:
		p.Failed = fmt.Sprintf("%s is not applicable by a decision of the target's, which this policy does not count: %s", id, c.Reason)
	default:
		p.Failed = fmt.Sprintf("%s is %s: %s", id, c.Verdict, strings.TrimSuffix(s.withSigner(id, c.Reason), "."))
		if c.Waived != "" {
			p.Failed += fmt.Sprintf(" (borne by %s, which does not make it met)", c.Waived)
		}
		p.Satisfy = s.helps(id, c)
	}
	return p, true
}

// ruledOut says whether only a decision makes a clause inapplicable, and no fact.
func (s *state) ruledOut(id string) bool {
	c, _ := lodemark.Guidelines().Clause(id)
	return c.AppliesWhen == "" || s.in.Run.System.Fact(c.AppliesWhen).Answer != lodemark.No
}

// rests are the records behind what is said of a clause: what bears on it now, and what no longer does.
func (s *state) rests(id string, c lodemark.ClauseResult) []Rest {
	var out []Rest
	for _, e := range s.evidence {
		bears := slices.ContainsFunc(e.Bears, func(b lodemark.Bearing) bool { return b.Clause == id })
		if slices.Contains(c.Evidence, e.ID) || bears && e.Kept != nil {
			out = append(out, s.rest(e))
		}
	}
	return out
}

// withSigner adds to a reason who signed the record that no longer holds.
func (s *state) withSigner(id, reason string) string {
	for _, e := range s.evidence {
		if e.Kept == nil || !e.Kept.Trusted || e.Kept.Signer == "" || !slices.ContainsFunc(e.Bears, func(b lodemark.Bearing) bool { return b.Clause == id }) {
			continue
		}
		if stale := s.stale(e); stale != "" && strings.Contains(reason, stale) {
			return reason + ", signed by " + e.Kept.Signer
		}
	}
	return reason
}

// helps says what would make a clause met.
func (s *state) helps(id string, c lodemark.ClauseResult) []string {
	var out []string
	if c.Verdict == lodemark.NotMet {
		out = s.fixes(func(f lodemark.Finding) bool { return f.Counts() && slices.Contains(f.Clauses, id) })
	}
	for _, e := range s.evidence {
		check := s.checks[e.Check]
		if s.stale(e) != "" && check.Command != "" && slices.ContainsFunc(e.Bears, func(b lodemark.Bearing) bool { return b.Clause == id }) {
			out = append(out, "restore what was changed, or record it anew: "+check.Command)
		}
	}
	if c.AttestationOwed {
		out = append(out, fmt.Sprintf("lodemark decide attest %s --path %q --file FILE --by NAME --until DAY --reason TEXT (a named person vouches for what checks cannot see)", id, s.in.Run.Target))
	}
	for _, m := range c.Missing {
		if !slices.ContainsFunc(out, func(o string) bool { return strings.Contains(o, m) }) {
			out = append(out, m)
		}
	}
	if len(out) == 0 {
		out = append(out, "lodemark guide "+id+" says what counts as evidence")
	}
	return out[:min(len(out), mostSteps)]
}

// stronger names the checks that could show more of a clause.
func (s *state) stronger(id string, least lodemark.Strength) []string {
	var out []string
	for _, c := range slices.Concat(s.in.Run.Checks, s.in.Run.Recorded) {
		if c.Strength >= least && slices.ContainsFunc(c.Bears, func(b lodemark.Bearing) bool { return b.Clause == id && b.Settles }) {
			if help := c.Help; help != "" {
				out = append(out, help)
			}
		}
	}
	if len(out) == 0 {
		out = append(out, "lodemark guide "+id+" says what counts as evidence")
	}
	return out[:min(len(out), mostSteps)]
}

// fixes are the remedies of some findings, each once.
func (s *state) fixes(which func(lodemark.Finding) bool) []string {
	var out []string
	more := 0
	for _, f := range s.in.Run.Findings {
		if !which(f) || f.Fix == "" {
			continue
		}
		switch line := where(f) + ": " + f.Fix; {
		case slices.Contains(out, line):
		case len(out) < mostSteps-1:
			out = append(out, line)
		default:
			more++
		}
	}
	if more > 0 {
		out = append(out, fmt.Sprintf("and %d more places that lodemark assess lists", more))
	}
	return out
}

func callPassed(s *state, args []ref.Val) answer { return yes(s.failing(textsOf(args[0]), false)) }

func callHolds(s *state, args []ref.Val) answer { return yes(s.failing(textsOf(args[0]), true)) }

// failing says of each check that did not pass why. absent: that it found nothing to look at, or only what is accepted, is as good.
func (s *state) failing(checks []string, absent bool) []Part {
	return s.lacking(checks, func(id string, e lodemark.Evidence) (Part, bool) { return s.failed(id, e, absent) })
}

// lacking asks about every record that speaks for a check, and says what is wrong where there is none.
func (s *state) lacking(checks []string, wrong func(string, lodemark.Evidence) (Part, bool)) []Part {
	var parts []Part
	for _, id := range checks {
		speaking := s.speaking(id)
		for _, e := range speaking {
			if p, bad := wrong(id, e); bad {
				p.Rests = []Rest{s.rest(e)}
				parts = append(parts, p)
			}
		}
		switch {
		case len(speaking) > 0:
		case s.selfSignedOnly(id):
			parts = append(parts, Part{Failed: id + ": its only record is signed by nobody whom you trust", Satisfy: s.makes(id)})
		default:
			parts = append(parts, Part{Failed: id + ": there is no record of it", Satisfy: s.makes(id)})
		}
	}
	if len(checks) == 0 {
		parts = append(parts, Part{Failed: "no check is named"})
	}
	return parts
}

// failed says why a record is no pass.
func (s *state) failed(id string, e lodemark.Evidence, absent bool) (Part, bool) {
	p := Part{Satisfy: s.makes(id)}
	reason := strings.TrimSuffix(e.Reason, ".")
	switch stale := s.stale(e); {
	case e.Outcome == lodemark.Failed && absent && s.borneAll(e):
		return p, false
	case e.Outcome == lodemark.Failed:
		p.Failed = id + " failed: " + reason
		if e.Kept == nil { // what would let it be decided is of no use: it was
			its := findingsOf(e)
			p.Satisfy = s.fixes(func(f lodemark.Finding) bool { return f.Counts() && its[f.Fingerprint] })
		}
	case stale != "":
		p.Failed = id + ": its record no longer holds: " + stale + signedBy(e)
	case e.Outcome == lodemark.NothingToSee && absent:
		return p, false
	case e.Outcome == lodemark.NothingToSee:
		p.Failed = id + " found nothing to look at: " + reason
	case e.Outcome == lodemark.Undecided:
		p.Failed = id + " is inconclusive: " + reason
	case e.Outcome != lodemark.Passed:
		p.Failed = fmt.Sprintf("%s has the outcome %q, which is none", id, e.Outcome)
	case !e.Canary:
		p.Failed = id + " passed, and missed the defect that was planted for it, so it is not believed"
	default:
		return p, false
	}
	return p, true
}

// borneAll says whether what a check of this run found is accepted, all of it, by decisions that count.
func (s *state) borneAll(e lodemark.Evidence) bool {
	its, known := findingsOf(e), 0
	for _, f := range s.in.Run.Findings {
		if its[f.Fingerprint] {
			if known++; s.open(f) {
				return false
			}
		}
	}
	return e.Kept == nil && known > 0 && known == len(e.Findings)
}

// findingsOf are the fingerprints of what a record found; a hostile target may make them many.
func findingsOf(e lodemark.Evidence) map[string]bool {
	out := make(map[string]bool, len(e.Findings))
	for _, f := range e.Findings {
		out[f] = true
	}
	return out
}

func signedBy(e lodemark.Evidence) string {
	if e.Kept != nil && e.Kept.Trusted && e.Kept.Signer != "" {
		return ", signed by " + e.Kept.Signer
	}
	return ""
}

func (s *state) selfSignedOnly(check string) bool {
	return slices.ContainsFunc(s.evidence, func(e lodemark.Evidence) bool { return e.Check == check && !trusted(e) })
}

// makes says how a record of a check is made.
func (s *state) makes(id string) []string {
	c := s.checks[id]
	switch {
	case c.Command != "":
		return []string{c.Command + " --key YOURS"}
	case c.Help != "":
		return []string{c.Help}
	}
	return nil
}

func callFresh(s *state, args []ref.Val) answer {
	most, ok := args[1].Value().(time.Duration)
	if !ok {
		return answer{value: types.NewErr("fresh takes a duration, such as duration(\"720h\")")}
	}
	return yes(s.lacking(textsOf(args[0]), func(id string, e lodemark.Evidence) (Part, bool) {
		p := Part{Satisfy: s.makes(id)}
		switch stale := s.stale(e); {
		case stale != "":
			p.Failed = id + ": its record no longer holds: " + stale + signedBy(e)
		case s.at.Sub(e.At) > most:
			p.Failed = fmt.Sprintf("%s: its record is of %s, %s; at most %s is asked for", id, e.At.Format(time.DateOnly), age(int(s.at.Sub(e.At)/(24*time.Hour))), days(most))
		default:
			return p, false
		}
		return p, true
	}))
}

func days(d time.Duration) string {
	if d%(24*time.Hour) == 0 {
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	}
	return d.String()
}

func callStrength(_ *state, args []ref.Val) answer {
	i := slices.Index(strengths(), textOf(args[0]))
	if i < 0 {
		return answer{value: types.NewErr("%s", ofStrength(Known{}, textOf(args[0])))}
	}
	return answer{value: types.Int(i)}
}

func callSeverity(_ *state, args []ref.Val) answer {
	sev, err := lodemark.ParseSeverity(textOf(args[0]))
	if err != nil {
		return answer{value: types.WrapErr(err)}
	}
	return answer{value: types.Int(sev)}
}
