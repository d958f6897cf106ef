package etsi

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/inert"
)

// The verdicts on a provision.
const (
	pass         = "pass"
	fail         = "fail"
	inconclusive = "inconclusive"
)

// judge derives the verdicts on provisions from those on clauses.
type judge struct {
	run       *lodemark.Run
	results   map[string]lodemark.ClauseResult
	decisions map[string]lodemark.DecisionState
	order     []string // the clauses, in the order of the catalogue
}

func newJudge(r *lodemark.Run) *judge {
	j := &judge{run: r, results: map[string]lodemark.ClauseResult{}, decisions: map[string]lodemark.DecisionState{}}
	for _, c := range r.Assessment.Clauses {
		j.results[c.ID] = c
	}
	for _, s := range r.Assessment.Decisions {
		j.decisions[s.ID] = s
	}
	for _, c := range lodemark.Guidelines().Clauses() {
		j.order = append(j.order, c.ID)
	}
	return j
}

// judge derives one verdict. A clause that is needed and not met fails the provision; one that is open, or a rest that no clause
// covers, keeps it from passing; and where nothing applies that a recorded fact or decision rules out, the provision is excluded.
func (j *judge) judge(p provision) (verdictJSON, *exclusion) {
	if out := j.excluded(p); out != nil {
		return verdictJSON{}, out
	}
	v := verdictJSON{Provision: p.ID, Clauses: []clauseJSON{}, Evidence: []string{}, NotCovered: p.Rest, Strength: lodemark.NoStrength.String()}
	var failed, open, met, weak []lodemark.ClauseResult
	for _, id := range j.order {
		role, why := "needs", p.Needs[id]
		if why == "" {
			role, why = "helps", p.Helps[id]
		}
		if why == "" {
			continue
		}
		r := j.results[id]
		r.ID = id
		v.Clauses = append(v.Clauses, clauseOf(r, role, why))
		for _, e := range append(slices.Clone(r.Evidence), r.SelfSigned) {
			if e != "" && !slices.Contains(v.Evidence, e) {
				v.Evidence = append(v.Evidence, e)
			}
		}
		switch {
		case r.Later && role == "needs":
			open = append(open, r)
		case r.Later || r.Verdict == lodemark.Inapplicable:
		case role == "helps" && r.Verdict == lodemark.NotMet:
			weak = append(weak, r)
		case role == "helps":
		case r.Verdict == lodemark.NotMet:
			failed = append(failed, r)
		case r.Verdict == lodemark.Met:
			met = append(met, r)
		default:
			open = append(open, r)
		}
	}
	v.Verdict, v.Reason = inconclusive, ""
	switch {
	case len(failed) > 0:
		v.Verdict, v.Reason = fail, j.told(failed, "not met")
	case len(open) > 0:
		v.Reason = j.told(open, "open")
	case len(p.Needs) == 0:
		v.Reason = "not covered by any clause: " + p.Rest
	case len(met) == 0:
		v.Reason = "not covered: none of the clauses that it needs applies here"
		if p.Rest != "" {
			v.Reason += "; not covered by any: " + p.Rest
		}
	case p.Rest != "":
		v.Reason = "what clauses cover is met (" + ids(met) + "); not covered by any: " + p.Rest
	case len(weak) > 0:
		v.Reason = j.told(weak, "not met, which bears on it")
	default:
		v.Verdict, v.Reason, v.Strength = pass, "all that it needs is met: "+ids(met), weakest(met)
	}
	return v, nil
}

// excluded says why a provision is left out: the fact under which it applies is recorded as no, or no clause that it needs
// applies and nothing else of it is left.
func (j *judge) excluded(p provision) *exclusion {
	if p.AppliesWhen != "" && j.run.System != nil {
		if f := j.run.System.Fact(p.AppliesWhen); f.Answer == lodemark.No {
			return &exclusion{Provision: p.ID, Reason: inert.Or(f.Reason, "recorded without a reason"), By: "a recorded fact, " + string(f.Origin)}
		}
	}
	if p.Rest != "" || len(p.Needs) == 0 {
		return nil
	}
	var reasons, by []string
	out := &exclusion{Provision: p.ID, By: "recorded facts"}
	for _, id := range j.order {
		if p.Needs[id] == "" {
			continue
		}
		r, ok := j.results[id]
		if !ok || r.Later || r.Verdict != lodemark.Inapplicable {
			return nil
		}
		if reason := inert.Or(r.Reason, "recorded without a reason"); !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
		for _, s := range j.run.Assessment.Decisions {
			if s.Clause == id && s.Kind == lodemark.NotApplicable && s.Standing == lodemark.Current {
				if who := inert.Or(s.By, "somebody unnamed"); !slices.Contains(by, who) {
					by = append(by, who)
				}
				if until := day(s.Ends); out.Until == "" || until < out.Until {
					out.Until = until
				}
			}
		}
	}
	if len(by) > 0 {
		out.By = "the decision of " + strings.Join(by, " and of ")
	}
	out.Reason = strings.Join(reasons, "; ")
	return out
}

// claim is the row of the statement. Lodemark claims nothing in anybody's name: Y stands where evidence supports it or a named
// person says so, N where evidence says that it is not so, and a question mark everywhere else.
func (j *judge) claim(of principle, p provision, v verdictJSON, out *exclusion) claimJSON {
	c := claimJSON{Provision: p.ID, Principle: of.ID, Asks: p.Asks, Status: map[string]string{"shall": "M", "should": "R"}[p.Force], Condition: p.Condition, Support: "?"}
	if out != nil {
		c.Support, c.By, c.Detail = "N/A", out.By, out.Reason
		return c
	}
	c.Detail = v.Reason
	switch v.Verdict {
	case pass:
		c.Support, c.By = "Y", "evidence of strength "+v.Strength
	case fail:
		c.Support, c.By = "N", "evidence"
	default:
		if who := j.vouched(p); who != "" {
			c.Support, c.By = "Y", "the word of "+who+", and no evidence"
		}
	}
	return c
}

// vouched names who vouches for all clauses that a provision needs, where no clause covers less than the whole of it.
func (j *judge) vouched(p provision) string {
	if p.Rest != "" {
		return ""
	}
	var who []string
	for _, id := range j.order {
		if p.Needs[id] == "" {
			continue
		}
		r := j.results[id]
		switch s, ok := j.decisions[r.Attested]; {
		case r.Verdict == lodemark.Met, r.Verdict == lodemark.Inapplicable && !r.Later:
		case !ok || s.Standing != lodemark.Current:
			return ""
		default:
			if by := inert.Or(s.By, "somebody unnamed"); !slices.Contains(who, by) {
				who = append(who, by)
			}
		}
	}
	return strings.Join(who, " and of ")
}

func clauseOf(r lodemark.ClauseResult, role, why string) clauseJSON {
	c := clauseJSON{ID: r.ID, Role: role, Why: why, Verdict: r.Verdict.String(), Strength: r.Strength.String(), Reason: inert.Or(r.Reason, "nothing was derived for this clause"), Waived: inert.Line(r.Waived),
		Attested: inert.Line(r.Attested)}
	if r.Later {
		c.Verdict = "later"
	}
	return c
}

// told says which clauses stand in the way, the first with its reason. What people bear for a time stays in the way.
func (j *judge) told(list []lodemark.ClauseResult, how string) string {
	first := list[0]
	s := fmt.Sprintf("%s: %s; %s: %s", how, ids(list), first.ID, inert.Or(first.Reason, "nothing was derived for this clause"))
	if d, ok := j.decisions[first.Waived]; ok {
		s += fmt.Sprintf(" (borne until %s by %s)", day(d.Ends), inert.Or(d.By, "somebody unnamed"))
	}
	if first.SelfSigned != "" {
		s += " (a record that nobody trusted signed says so, which is the target's own word)"
	}
	return inert.Line(s)
}

func ids(list []lodemark.ClauseResult) string {
	var out []string
	for _, r := range list {
		out = append(out, r.ID)
	}
	return strings.Join(out, ", ")
}

func weakest(list []lodemark.ClauseResult) string {
	least := list[0].Strength
	for _, r := range list {
		least = min(least, r.Strength)
	}
	return least.String()
}

func place(path string, line int) string {
	switch {
	case path == "":
		return "the system as a whole"
	case line > 0:
		return inert.Line(fmt.Sprintf("%s:%d", path, line))
	}
	return inert.Line(path)
}
