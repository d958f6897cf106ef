package oscal

import (
	"fmt"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/inert"
)

// result is the one result of a run. Clauses that do not apply, and those of later stages, are excluded with their reasons: a
// finding about them would have to be satisfied or not.
func (d *document) result() result {
	r := d.run
	out := result{UUID: d.uuid("result", d.name, day(r.At)), Title: "Where " + d.name + " stands against the 17 guidelines", Start: d.at, End: d.at,
		Description: standing(r), Local: d.local(), Reviewed: d.reviewed(), Remarks: lodemark.Disclaimer}
	c := r.Assessment.Total()
	for _, n := range []struct {
		name  string
		count int
	}{{"applicable", c.Applicable}, {"met", c.Met}, {"not-met", c.NotMet}, {"inconclusive", c.Inconclusive}, {"not-assessed", c.NotAssessed}, {"not-applicable", c.NotApplicable},
		{"later", c.Later}, {"declared", c.Declared}, {"waived", c.Waived}} {
		out.Props = append(out.Props, property("clauses-"+n.name, fmt.Sprint(n.count))...)
	}
	out.Attestations = d.attestations()
	out.Observations = d.observations()
	out.Risks = d.allRisks()
	judged, _ := d.inScope()
	for _, c := range judged {
		out.Findings = append(out.Findings, d.finding(c))
	}
	return out
}

// standing says in one sentence where the system stands: counts over all applicable clauses, and never a score.
func standing(r *lodemark.Run) string {
	c := r.Assessment.Total()
	return fmt.Sprintf("Of %s, %d met, %d not met (%d of them borne for a time), %d inconclusive, %d not assessed; of the open ones, %d declared by a person's word alone. "+
		"Not counted: %d not applicable, %d of later stages.", counted(c.Applicable, "applicable clause"), c.Met, c.NotMet, c.Waived, c.Inconclusive, c.NotAssessed, c.Declared, c.NotApplicable, c.Later)
}

func (d *document) reviewed() reviewed {
	judged, left := d.inScope()
	out := reviewed{Description: "The clauses under the 17 guidelines, by the ids of the catalogue that lodemark export --format oscal-catalog writes.",
		Remarks: "An excluded clause does not apply, or belongs to a stage that the system has not reached; the observations say why. It counts neither for nor against the system."}
	var s selection
	var o objective
	for _, c := range judged {
		s.Include = append(s.Include, byControl{c.ID})
		o.Include = append(o.Include, byObjective{objectiveOf(c.ID)})
	}
	for _, c := range left {
		s.Exclude = append(s.Exclude, byControl{c.ID})
	}
	out.Controls = []selection{s}
	if len(o.Include) > 0 {
		out.Objectives = []objective{o}
	}
	return out
}

func objectiveOf(clause string) string { return clause + "_obj" }
func statementOf(clause string) string { return clause + "_smt" }

// finding is the verdict on one clause. OSCAL has two states: satisfied is written for met clauses alone, and the reason, the
// properties and the remarks tell not met, inconclusive and not assessed apart.
func (d *document) finding(c clause) finding {
	r := c.result
	f := finding{UUID: d.uuid("finding", d.name, c.ID), Title: c.ID + ": " + word(r), Description: inert.Or(c.Statement),
		Target: findingTarget{Type: "objective-id", ID: objectiveOf(c.ID), Title: inert.Or(c.Statement), Status: status(r)}}
	f.Props = properties(property("clause", c.ID), property("verdict", r.Verdict.String()), property("strength", r.Strength.String()), property("attested", r.Attested),
		property("waived", r.Waived), property("self-signed", r.SelfSigned), property("holds-until", day(r.Until)))
	for _, id := range r.Evidence {
		f.Observations = append(f.Observations, d.related(id)...)
	}
	if r.SelfSigned != "" {
		f.Observations = append(f.Observations, d.related(r.SelfSigned)...)
	}
	if r.Attested != "" {
		f.Observations = append(f.Observations, d.related(r.Attested)...)
	}
	for _, x := range d.run.Findings {
		if id := d.risks[x.Fingerprint]; id != "" && about(x, c.ID) {
			f.Risks = append(f.Risks, relatedRisk{id})
		}
	}
	for _, help := range r.Missing {
		f.Remarks = joined(f.Remarks, "What would help: "+inert.Line(help)+".")
	}
	return f
}

// status is the state with the reason. Only what is met is satisfied.
func status(r lodemark.ClauseResult) state {
	s := state{State: "not-satisfied", Reason: "other", Remarks: word(r) + ": " + inert.Or(r.Reason, "no reason was given")}
	switch r.Verdict {
	case lodemark.Met:
		s.State, s.Reason = "satisfied", "pass"
	case lodemark.NotMet:
		s.Reason = "fail"
	}
	return s
}

// word draws a verdict so that a person's word, and what is borne for a time, is never taken for more.
func word(r lodemark.ClauseResult) string {
	v := r.Verdict.String()
	open := r.Verdict == lodemark.NotAssessed || r.Verdict == lodemark.Inconclusive
	switch {
	case r.Later:
		return "of a later stage"
	case r.Waived != "":
		return v + ", borne for a time"
	case open && r.Attested != "":
		return v + ", declared by a named person"
	case open && r.SelfSigned != "":
		return v + ", declared by a record that nobody trusted signed"
	}
	return v
}

func (d *document) related(id string) []relatedObservation {
	if o, ok := d.observed[id]; ok {
		return []relatedObservation{{o}}
	}
	return nil
}

func about(f lodemark.Finding, clause string) bool {
	for _, c := range f.Clauses {
		if c == clause {
			return true
		}
	}
	return false
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}
