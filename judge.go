package lodemark

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// judge derives the verdict on one clause. The order of its steps is the honesty rules: applicability needs a recorded
// fact, any failure dominates, a settling pass decides alone, support needs a person for the rest, silence is not assessed.
func judge(c Clause, in Input, a Assessment) ClauseResult {
	r := ClauseResult{ID: c.ID}
	if !in.System.Declared.Stage.Reaches(AreaOf(c.ID)) {
		r.Later, r.Reason = true, fmt.Sprintf("the system is declared to be in the %s stage", in.System.Declared.Stage)
		return r
	}
	bearing := bearingOn(c.ID, in)
	for _, b := range bearing {
		r.Evidence = append(r.Evidence, b.ID)
		if b.At.After(r.At) {
			r.At = b.At
		}
	}
	r.Attested, r.Until = attestation(c.ID, a.Decisions)
	if failed := pick(bearing, Failed); len(failed) > 0 {
		r.Verdict, r.Reason, r.Strength, r.Until = NotMet, failed[0].Reason, NoStrength, time.Time{}
		r.Waived, r.Until = waiver(c.ID, failed, a)
		if r.Waived == "" {
			for _, why := range uncovered(c.ID, failed, a) {
				r.Reason += "; " + why
			}
		}
		return r
	}
	if why, ok := inapplicable(c, in, a); ok {
		r.Verdict, r.Reason, r.Attested, r.Until = Inapplicable, why.text, "", why.until
		return r
	}
	if passed := settling(pick(bearing, Passed)); len(passed) > 0 {
		return met(r, passed, "")
	}
	if undecided := pick(bearing, Undecided); len(undecided) > 0 {
		r.Verdict, r.Reason, r.Until = Inconclusive, undecided[0].Reason, time.Time{}
		return r
	}
	passed := pick(bearing, Passed)
	own := pick(bearing, selfSigned)
	switch {
	case len(passed) > 0 && r.Attested != "":
		return met(r, passed, r.Attested)
	case len(passed) > 0:
		r.Verdict, r.Reason = Inconclusive, passed[0].Reason
		r.AttestationOwed = true
	case r.Attested != "":
		r.Strength, r.Reason = Declared, "declared by a named person; nothing was examined that bears on it"
	case len(own) > 0:
		r.Strength, r.SelfSigned = Declared, own[0].ID
		r.Reason = fmt.Sprintf("declared by a kept record of %s that counts for no more: %s", own[0].Check, own[0].Kept.Why)
	default:
		r.Reason = unassessed(c, in)
	}
	return r
}

// met fills in a met clause. With an attestation covering the rest, the result is no stronger than the files' presence.
func met(r ClauseResult, passed []bearingEvidence, attested string) ClauseResult {
	best := slices.MaxFunc(passed, func(a, b bearingEvidence) int { return cmp.Compare(a.Strength, b.Strength) })
	r.Verdict, r.Strength, r.Reason = Met, best.Strength, best.Reason
	ends := r.Until
	if attested == "" {
		ends = time.Time{}
	} else {
		r.Strength = min(r.Strength, Present)
	}
	if ages := best.counts(); ages > 0 {
		if aged := best.At.Add(ages); ends.IsZero() || aged.Before(ends) {
			ends = aged
		}
	}
	r.Until = ends
	return r
}

// bearingEvidence is a record that bears on one clause now.
type bearingEvidence struct {
	Evidence
	settles bool
}

// selfSigned is the outcome of a kept record that says "passed" and whose signer the operator does not trust: the target's own word.
const selfSigned Outcome = "self-signed"

// bearingOn returns what bears on the clause: the records of each check that stand, without a pass that has aged or whose
// subject has changed (it falls back), and with a failure that stays until it is checked again.
func bearingOn(clause string, in Input) []bearingEvidence {
	var out []bearingEvidence
	for _, places := range in.standing {
		var of []bearingEvidence
		lapsed := ""
		for _, at := range places {
			e, ok := bearingRecord(in.Evidence[at], clause, in)
			switch {
			case ok:
				of = append(of, e)
			case e.Each && e.Outcome == Passed && lapsed == "" && !gone(e.Evidence, in.Current):
				lapsed = Stale(e.Evidence, in.Current, in.At)
			}
		}
		if lapsed != "" { // of two models one is as it was verified: that shows nothing of both
			for i := range of {
				if of[i].Outcome == Passed {
					of[i].Outcome, of[i].Reason = Undecided, fmt.Sprintf("one record of %s no longer holds: %s", of[i].Check, lapsed)
				}
			}
		}
		out = append(out, of...)
	}
	slices.SortStableFunc(out, func(a, b bearingEvidence) int { return cmp.Compare(a.Check, b.Check) })
	return out
}

// bearingRecord is what a record says about the clause now; ok is false where it says nothing.
func bearingRecord(e Evidence, clause string, in Input) (b bearingEvidence, ok bool) {
	i := slices.IndexFunc(e.Bears, func(b Bearing) bool { return b.Clause == clause })
	if i < 0 || e.Outcome == NothingToSee || e.Outcome == NotRun {
		return bearingEvidence{}, false
	}
	fresh := Fresh(e, in.Current, in.At)
	if e.Outcome != Failed && !fresh {
		return bearingEvidence{e, false}, false
	}
	if e.Outcome == Failed && e.Apart && len(e.Findings) > 0 && !touches(e, clause, in.Findings) {
		if !fresh {
			return bearingEvidence{}, false
		}
		e.Outcome, e.Strength, e.Reason = Passed, Enforced, "nothing was found by those rules of the check that bear on it"
	}
	if e.Outcome == Failed && !touches(e, clause, in.Findings) {
		e.Outcome, e.Reason = Undecided, "the check failed on another clause that it bears on: "+e.Reason
	}
	if e.Outcome == Passed && !e.Canary {
		e.Outcome, e.Reason = Undecided, "the check missed the defect planted for it, so its pass is not believed"
	}
	if e.Outcome == Passed && e.own() {
		e.Outcome, e.Strength = selfSigned, Declared
	}
	return bearingEvidence{e, e.Bears[i].Settles}, true
}

// touches says whether a failure is about the clause: one of its findings is, or is not at hand to tell.
func touches(e Evidence, clause string, findings []Finding) bool {
	return len(e.Findings) == 0 || slices.ContainsFunc(e.Findings, func(fp string) bool { return !elsewhere(fp, clause, findings) })
}

func pick(bearing []bearingEvidence, o Outcome) []bearingEvidence {
	var out []bearingEvidence
	for _, b := range bearing {
		if b.Outcome == o {
			out = append(out, b)
		}
	}
	return out
}

func settling(passed []bearingEvidence) []bearingEvidence {
	return slices.DeleteFunc(passed, func(b bearingEvidence) bool { return !b.settles })
}

func attestation(clause string, decisions []DecisionState) (id string, until time.Time) {
	for _, d := range decisions {
		if d.Kind == Attest && d.Clause == clause && d.Standing == Current {
			return d.ID, d.Ends
		}
	}
	return "", time.Time{}
}

// waiver finds the decision that bears a not met clause: one about the clause, or one for every finding behind it. One about
// the clause covers what it is bound to: a finding in another file was not there to be seen when it was signed.
func waiver(clause string, failed []bearingEvidence, a Assessment) (id string, until time.Time) {
	for _, d := range a.Decisions {
		if waives(d, clause) && len(outside(d, clause, failed, a.Findings)) == 0 {
			return d.ID, d.Ends
		}
	}
	for _, e := range failed {
		if len(e.Findings) == 0 {
			return "", time.Time{}
		}
		for _, fp := range e.Findings {
			if elsewhere(fp, clause, a.Findings) {
				continue
			}
			i := slices.IndexFunc(a.Decisions, func(d DecisionState) bool {
				return d.Finding == fp && d.Standing == Current && (d.Kind == Accept || d.Kind == Defer)
			})
			if i < 0 {
				return "", time.Time{}
			}
			if d := a.Decisions[i]; until.IsZero() || d.Ends.Before(until) {
				id, until = d.ID, d.Ends
			}
		}
	}
	return id, until
}

func waives(d DecisionState, clause string) bool {
	return d.Clause == clause && d.Standing == Current && (d.Kind == Accept || d.Kind == Defer)
}

// outside lists the places of findings that count against the clause and that the decision is not bound to.
func outside(d DecisionState, clause string, failed []bearingEvidence, findings []Finding) []string {
	var paths []string
	for _, f := range findings {
		against := slices.Contains(f.Clauses, clause) && slices.ContainsFunc(failed, func(e bearingEvidence) bool { return slices.Contains(e.Findings, f.Fingerprint) })
		bound := f.Path == "" || slices.ContainsFunc(d.Bound, func(b Digest) bool { return b.Path == f.Path })
		if against && !bound && f.Accepted == "" && !slices.Contains(paths, f.Path) {
			paths = append(paths, f.Path)
		}
	}
	return paths
}

// uncovered says of each decision about the clause what it does not cover, so that nobody wonders why it has no effect.
func uncovered(clause string, failed []bearingEvidence, a Assessment) []string {
	var lines []string
	for _, d := range a.Decisions {
		if !waives(d, clause) {
			continue
		}
		if paths := outside(d, clause, failed, a.Findings); len(paths) > 0 {
			more := ""
			if len(paths) > 1 {
				more = fmt.Sprintf(" and %d more", len(paths)-1)
			}
			lines = append(lines, fmt.Sprintf("%s is not bound to %s%s, so it does not cover what was found there", d.ID, paths[0], more))
		}
	}
	return lines
}

// elsewhere says whether a finding is at hand and touches other clauses only.
func elsewhere(fingerprint, clause string, findings []Finding) bool {
	i := slices.IndexFunc(findings, func(f Finding) bool { return f.Fingerprint == fingerprint })
	return i >= 0 && !slices.Contains(findings[i].Clauses, clause)
}

type inapplicability struct {
	text  string
	until time.Time
}

// inapplicable needs a recorded fact or a current decision; silence never makes a clause inapplicable.
func inapplicable(c Clause, in Input, a Assessment) (inapplicability, bool) {
	if c.AppliesWhen != "" {
		if f := in.System.Fact(c.AppliesWhen); f.Answer == No {
			return inapplicability{text: f.Reason}, true
		}
	}
	for _, d := range a.Decisions {
		if d.Kind == NotApplicable && d.Clause == c.ID && d.Standing == Current {
			return inapplicability{fmt.Sprintf("declared not applicable by %s: %s", d.By, d.Reason), d.Ends}, true
		}
	}
	return inapplicability{}, false
}

func unassessed(c Clause, in Input) string {
	for _, check := range slices.Sorted(maps.Keys(in.standing)) {
		for _, at := range in.standing[check] {
			e := in.Evidence[at]
			bears := slices.ContainsFunc(e.Bears, func(b Bearing) bool { return b.Clause == c.ID })
			if !bears || e.Outcome != Passed {
				continue
			}
			if why := Stale(e, in.Current, in.At); why != "" {
				return fmt.Sprintf("the record of %s no longer holds: %s", e.Check, why)
			}
		}
	}
	return "nothing examined bears on it yet"
}
