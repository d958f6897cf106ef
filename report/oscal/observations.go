package oscal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/inert"
)

// linksMost is how many files one observation lists; how many more there are is said, and the id of the record binds them all.
const linksMost = 100

// How an observation was made, in the words of NIST SP 800-53A.
const (
	examine   = "EXAMINE"
	test      = "TEST"
	interview = "INTERVIEW"
	unknown   = "UNKNOWN"
)

// observations are the records of checks, the words of people on which clauses rest, the facts that leave clauses out, and what
// could not be read.
func (d *document) observations() []observation {
	var out []observation
	for _, e := range d.run.Evidence {
		out = append(out, d.record(e))
	}
	for _, s := range d.run.Assessment.Decisions {
		switch {
		case s.Standing != lodemark.Current:
			out = append(out, d.withoutEffect(s))
		case s.Kind == lodemark.Attest:
			out = append(out, d.words(s))
		}
	}
	_, left := d.inScope()
	for _, c := range left {
		out = append(out, d.leftOut(c))
	}
	for _, g := range d.run.Gaps {
		out = append(out, d.gap(g))
	}
	return out
}

// record is one record of one check. One that was kept says who signed it; one that nobody trusted signed is the target's own
// word, and no method is claimed for it but that somebody says so.
func (d *document) record(e lodemark.Evidence) observation {
	c := d.checks[e.Check]
	o := observation{UUID: d.uuid("observation", e.Check, e.ID, e.At.UTC().Format(time.RFC3339)), Title: inert.Or(c.Title, e.Check), Description: inert.Or(e.Reason, "the check gave no reason"),
		Methods: []string{methodOf(e, c.Strength)}, Types: []string{"historic"}, Origins: d.byTool(), Collected: moment(e.At)}
	if o.Collected.IsZero() {
		o.Collected = d.at
	}
	if d.bears(e.ID) {
		o.Types = []string{"control-objective"}
	}
	outcome := string(e.Outcome)
	if e.Outcome == lodemark.NotRun {
		outcome = "not run"
	}
	o.Props = properties(property("check", e.Check), property("check-version", fmt.Sprint(e.CheckVersion)), property("evidence-id", e.ID), property("outcome", outcome),
		property("strength", e.Strength.String()), property("canary-noticed", map[bool]string{true: "yes", false: "no"}[e.Canary]))
	if e.Outcome == lodemark.Passed && e.MaxAge > 0 && e.Kept == nil {
		o.Expires = moment(e.At.Add(e.MaxAge))
	}
	if k := e.Kept; k != nil {
		signer := k.Signer
		if !k.Trusted {
			o.Origins, signer = nil, ""
			o.Title = "Self-signed: " + o.Title
			o.Remarks = "The record was signed by nobody whom the operator trusts (" + inert.Or(k.Why, "no reason was given") + "). It is the target's own word and counts as declared, not as evidence."
		}
		o.Props = append(o.Props, properties(property("ledger-entry", fmt.Sprint(k.Entry)), property("signer", signer), property("signer-key", k.Key),
			property("signer-trusted", map[bool]string{true: "yes", false: "no"}[k.Trusted]))...)
	}
	for i, x := range e.Examined {
		if i == linksMost {
			o.Remarks = joined(o.Remarks, fmt.Sprintf("Examined as well: %s, which the record %s binds.", counted(len(e.Examined)-i, "more file"), inert.Line(e.ID)))
			break
		}
		o.Evidence = append(o.Evidence, evidence{Href: inert.Href(x.Path), Description: "examined: " + inert.Or(x.Path, "the system as a whole"), Props: property("sha256", x.SHA256)})
	}
	for i, g := range e.Gaps {
		if i == linksMost {
			o.Remarks = joined(o.Remarks, counted(len(e.Gaps)-i, "more gap")+".")
			break
		}
		o.Remarks = joined(o.Remarks, "Gap: "+inert.Or(placeOf(g.Path, g.Line))+": "+inert.Line(g.Reason)+".")
	}
	if _, taken := d.observed[e.ID]; !taken && e.ID != "" {
		d.observed[e.ID] = o.UUID
	}
	for _, fp := range e.Findings {
		d.behind[fp] = append(d.behind[fp], o.UUID)
	}
	return o
}

// methodOf says how a record was made: a test that ran is TEST, a person's word INTERVIEW, and all else an examination, of files
// as of the records of operation.
func methodOf(e lodemark.Evidence, best lodemark.Strength) string {
	if e.Kept != nil && !e.Kept.Trusted {
		return interview
	}
	strength := e.Strength
	if strength == lodemark.NoStrength {
		strength = best
	}
	switch {
	case e.Outcome == lodemark.NotRun:
		return unknown
	case strength == lodemark.Exercised:
		return test
	case strength == lodemark.Declared:
		return interview
	}
	return examine
}

// bears says whether a verdict rests on the record now.
func (d *document) bears(id string) bool {
	for _, c := range d.clauses {
		if slices.Contains(c.Evidence, id) || c.SelfSigned == id && id != "" {
			return true
		}
	}
	return false
}

func (d *document) byTool() []origin { return []origin{{[]actor{{Type: "tool", UUID: d.tool}}}} }

// words is what a person vouches for.
func (d *document) words(s lodemark.DecisionState) observation {
	o := observation{UUID: d.uuid("words", s.ID), Title: "Word of a person on " + inert.Or(s.Clause, s.Finding, s.Threat), Description: inert.Or(s.Reason, "no reason was given"),
		Methods: []string{interview}, Types: []string{"control-objective"}, Collected: moment(s.Date), Expires: moment(s.Ends),
		Props:    properties(property("decision", s.ID), property("strength", lodemark.Declared.String())),
		Evidence: decisionFile(s)}
	if o.Collected.IsZero() {
		o.Collected = d.at
	}
	if by := d.person(s.By); by != "" {
		o.Origins = []origin{{[]actor{{Type: "party", UUID: by, Role: roleAttester}}}}
	}
	d.observed[s.ID] = o.UUID
	return o
}

// leftOut is the recorded fact or decision that takes a clause out of the assessment. A decision is a person's word.
func (d *document) leftOut(c clause) observation {
	what := "does not apply"
	if c.result.Later {
		what = "belongs to a later stage"
	}
	o := observation{UUID: d.uuid("left-out", d.name, c.ID), Title: c.ID + " " + what, Description: inert.Or(c.result.Reason, "no reason was recorded"), Methods: []string{examine},
		Types: []string{"control-objective"}, Origins: d.byTool(), Collected: d.at,
		Props: properties(property("clause", c.ID), property("verdict", map[bool]string{true: "later", false: c.result.Verdict.String()}[c.result.Later]), property("holds-until", day(c.result.Until)))}
	for _, s := range d.run.Assessment.Decisions {
		if s.Clause == c.ID && s.Kind == lodemark.NotApplicable && s.Standing == lodemark.Current && !c.result.Later && strings.HasPrefix(c.result.Reason, "declared not applicable") {
			o.Methods, o.Evidence = []string{interview}, decisionFile(s)
			o.Props = append(o.Props, property("decision", s.ID)...)
			if by := d.person(s.By); by != "" {
				o.Origins = []origin{{[]actor{{Type: "party", UUID: by, Role: roleApprover}}}}
			}
			break
		}
	}
	return o
}

// withoutEffect is a decision that does not count now, with the reason: whoever made it would look for it.
func (d *document) withoutEffect(s lodemark.DecisionState) observation {
	o := observation{UUID: d.uuid("without-effect", s.ID), Title: "A decision without effect (" + string(s.Standing) + ")", Methods: []string{interview}, Types: []string{"historic"}, Collected: moment(s.Date),
		Description: fmt.Sprintf("The decision (%s) about %s has no effect: %s", inert.Line(string(s.Kind)), inert.Or(s.Clause, s.Finding, s.Threat), inert.Or(s.Why, string(s.Standing))),
		Props:       properties(property("decision", s.ID), property("decision-kind", string(s.Kind)), property("decision-standing", string(s.Standing)), property("clause", s.Clause)), Evidence: decisionFile(s)}
	if o.Collected.IsZero() {
		o.Collected = d.at
	}
	if by := d.person(s.By); by != "" {
		o.Origins = []origin{{[]actor{{Type: "party", UUID: by, Role: roleApprover}}}}
	}
	return o
}

func decisionFile(s lodemark.DecisionState) []evidence {
	return []evidence{{Href: inert.Href(s.ID), Description: "the decision, as a file of the target"}}
}

// gap is something that was not read or not decided.
func (d *document) gap(g lodemark.Gap) observation {
	o := observation{UUID: d.uuid("gap", g.Path, fmt.Sprint(g.Line), g.Reason), Title: "Not read", Description: inert.Or(placeOf(g.Path, g.Line)) + ": " + inert.Or(g.Reason, "no reason was given"),
		Methods: []string{unknown}, Types: []string{"discovery"}, Origins: d.byTool(), Collected: d.at}
	if g.Needed {
		o.Props = property("needed", "yes")
		o.Remarks = "Verdicts rest on it: where it cannot be read, nothing can be found out."
	}
	return o
}

func placeOf(path string, line int) string {
	switch {
	case path == "":
		return "the system as a whole"
	case line > 0:
		return fmt.Sprintf("%s:%d", path, line)
	}
	return path
}

// attestations are what people vouch for, in their own words, apart from all that was observed.
func (d *document) attestations() []attestation {
	var out []attestation
	for _, s := range d.run.Assessment.Decisions {
		if s.Kind != lodemark.Attest || s.Standing != lodemark.Current {
			continue
		}
		a := attestation{Parts: []part{{Name: "attestation", NS: space, Title: "Word on " + inert.Or(s.Clause, s.Finding, s.Threat),
			Prose: fmt.Sprintf("%s vouches for %s until %s: %s", inert.Or(s.By, "Somebody unnamed"), inert.Or(s.Clause, s.Finding, s.Threat), day(s.Ends), inert.Or(s.Reason, "no reason was given")),
			Props: properties(property("clause", s.Clause), property("decision", s.ID), property("date", day(s.Date)), property("until", day(s.Ends)))}}}
		if by := d.person(s.By); by != "" {
			a.Responsible = []responsible{{Role: roleAttester, Parties: []string{by}}}
		}
		out = append(out, a)
	}
	return out
}
