package cdxa

import (
	"fmt"
	"slices"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/inert"
)

// declarations are what the run says of every clause, and apart from that what each person says.
func (d *document) declarations() *cdx.Declarations {
	for _, e := range d.run.Evidence {
		d.record(e)
	}
	operator := cdx.Assessor{BOMRef: "assessor/operator", Organization: &cdx.OrganizationalEntity{Name: "Whoever ran " + inert.Or(d.run.Tool.Name+" "+d.run.Tool.Version, "lodemark") + "; not named"}}
	d.assessors = []cdx.Assessor{operator}
	attestations := []cdx.Attestation{{Summary: standing(d.run) + " " + lodemark.Disclaimer, Assessor: operator.BOMRef, Map: list(d.verdicts())}}
	words, affirmation := d.words()
	out := &cdx.Declarations{Attestations: list(append(attestations, words...)), Affirmation: affirmation,
		Targets: &cdx.Targets{Components: &[]cdx.Component{*d.system(targetRef)}}}
	out.Assessors, out.Claims, out.Evidence = list(d.assessors), list(d.claims), list(d.evidence)
	return out
}

func standing(r *lodemark.Run) string {
	c := r.Assessment.Total()
	return fmt.Sprintf("Of %d applicable clauses, %d met, %d not met (%d of them borne for a time), %d inconclusive, %d not assessed; of the open ones, %d declared by a word alone. "+
		"Not counted: %d not applicable, %d of later stages.", c.Applicable, c.Met, c.NotMet, c.Waived, c.Inconclusive, c.NotAssessed, c.Declared, c.NotApplicable, c.Later)
}

// verdicts maps every clause. A score stands where something was found out, 1 for met and 0 for not met; nothing between them is
// made up for what is open, does not apply or belongs to a later stage.
func (d *document) verdicts() []cdx.AttestationMap {
	results := map[string]lodemark.ClauseResult{}
	for _, c := range d.run.Assessment.Clauses {
		results[c.ID] = c
	}
	var out []cdx.AttestationMap
	for _, c := range lodemark.Guidelines().Clauses() {
		r, ok := results[c.ID]
		if !ok {
			r.Reason = "nothing was derived for this clause"
		}
		out = append(out, d.verdict(c, r))
	}
	return out
}

func (d *document) verdict(c lodemark.Clause, r lodemark.ClauseResult) cdx.AttestationMap {
	m := cdx.AttestationMap{Requirement: requirement(c.ID), Conformance: &cdx.AttestationConformance{Rationale: word(r) + ": " + inert.Or(r.Reason, "no reason was given")}}
	switch {
	case r.Later || r.Verdict == lodemark.Inapplicable:
		return m
	case r.Verdict == lodemark.Met:
		m.Conformance.Score = score(1)
		m.Claims = d.claim("met", c.ID, c.Statement, r.Reason, slices.Concat(r.Evidence, []string{r.Attested})...)
	case r.Verdict == lodemark.NotMet:
		m.Conformance.Score = score(0)
		m.CounterClaims = d.claim("not-met", c.ID, "It is not so: "+c.Statement, r.Reason, r.Evidence...)
		m.Conformance.MitigationStrategies = refs(d.decision(r.Waived))
	case r.SelfSigned != "":
		m.Claims = d.claim("self-signed", c.ID, c.Statement, "A record of the target's own says so, which nobody whom the operator trusts signed: "+r.Reason, r.SelfSigned)
	}
	m.Confidence = &cdx.AttestationConfidence{Rationale: "strength " + r.Strength.String() + ": " + strengths[r.Strength]}
	if !r.Until.IsZero() {
		m.Confidence.Rationale += "; it holds until " + day(r.Until) + ", if nothing changes before"
	}
	return m
}

// strengths says what each strength means. They are an order and no numbers, so that no score of confidence is written.
var strengths = map[lodemark.Strength]string{
	lodemark.NoStrength: "nothing that was examined speaks for it",
	lodemark.Declared:   "somebody's word, and no evidence",
	lodemark.Present:    "files say so",
	lodemark.Enforced:   "a setting that a machine enforces",
	lodemark.Exercised:  "a test that ran, with its negative twin",
	lodemark.Observed:   "records from operation",
}

func score(v float64) *float64 { return &v }

// word draws a verdict so that a word, and what is borne for a time, is never taken for more.
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

// claim adds a claim with the evidence that stands behind it.
func (d *document) claim(kind, clause, predicate, reasoning string, evidence ...string) *[]cdx.BOMReference {
	c := cdx.Claim{BOMRef: d.ref("claim/"+kind, clause), Target: targetRef, Predicate: predicate, Reasoning: inert.Or(reasoning)}
	var behind []cdx.BOMReference
	for _, id := range evidence {
		if id == "" {
			continue
		}
		if ref, ok := d.shown[id]; ok {
			behind = append(behind, cdx.BOMReference(ref))
		} else if list := refs(d.decision(id)); list != nil {
			behind = append(behind, *list...)
		}
	}
	c.Evidence = list(behind)
	d.claims = append(d.claims, c)
	return &[]cdx.BOMReference{cdx.BOMReference(c.BOMRef)}
}

func refs(ref string) *[]cdx.BOMReference {
	if ref == "" {
		return nil
	}
	return &[]cdx.BOMReference{cdx.BOMReference(ref)}
}

// words are the attestations of people, one for each, and the affirmation under which their names stand: only what a current
// decision of theirs vouches for, and nothing else.
func (d *document) words() ([]cdx.Attestation, *cdx.Affirmation) {
	var out []cdx.Attestation
	at := map[cdx.BOMReference]int{}
	affirmation := &cdx.Affirmation{Statement: "Each person named vouches for the clause that their decision names, until the day it says, and for nothing else in this document. A word is declared: it is no evidence."}
	var signatories []cdx.Signatory
	for _, s := range d.run.Assessment.Decisions {
		if s.Kind != lodemark.Attest || s.Standing != lodemark.Current || s.Clause == "" {
			continue
		}
		who := d.assessor(s.By)
		i, ok := at[who]
		if !ok {
			i = len(out)
			at[who] = i
			out = append(out, cdx.Attestation{Summary: "The word of " + inert.Or(s.By, "somebody unnamed") + ": declared, and no evidence.", Assessor: who, Map: &[]cdx.AttestationMap{}})
		}
		c, _ := lodemark.Guidelines().Clause(s.Clause)
		*out[i].Map = append(*out[i].Map, cdx.AttestationMap{Requirement: requirement(s.Clause), Claims: d.claim("word", s.Clause, inert.Or(c.Statement, s.Clause), s.Reason, s.ID),
			Conformance: &cdx.AttestationConformance{Rationale: "declared until " + day(s.Ends) + ": " + inert.Or(s.Reason, "no reason was given")},
			Confidence:  &cdx.AttestationConfidence{Rationale: "strength declared: " + strengths[lodemark.Declared]}})
		signatories = append(signatories, cdx.Signatory{Name: inert.Or(s.By, "somebody unnamed"), Role: "attester of " + inert.Line(s.Clause), Organization: &cdx.OrganizationalEntity{Contact: list(contact(s.By))},
			ExternalReference: &cdx.ExternalReference{Type: cdx.ERTypeAttestation, URL: inert.Href(s.ID), Comment: "the decision, of " + day(s.Date) + ", as a file of the target; it ends " + day(s.Ends)}})
	}
	if len(signatories) == 0 {
		return nil, nil
	}
	affirmation.Signatories = &signatories
	return out, affirmation
}

// assessor is a person who vouches for something.
func (d *document) assessor(who string) cdx.BOMReference {
	if ref, ok := d.people[who]; ok {
		return ref
	}
	a := cdx.Assessor{BOMRef: cdx.BOMReference(d.ref("assessor", who)), Organization: &cdx.OrganizationalEntity{Contact: list(contact(who))}}
	d.assessors = append(d.assessors, a)
	d.people[who] = a.BOMRef
	return a.BOMRef
}
