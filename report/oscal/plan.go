package oscal

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/inert"
)

// plan is the plan of action: one item for each clause that is not met, for each finding that people bear for a time, and for
// each threat about which something was decided. What is open (inconclusive, not assessed) is no weakness yet: it is counted, and
// listed in the assessment results.
func (d *document) plan() *plan {
	r := d.run
	p := &plan{Metadata: d.metadata("Plan of action and milestones of " + d.name), SystemID: &systemID{Type: space, ID: d.name}, Local: d.local()}
	observations := map[string]observation{}
	for _, o := range d.observations() {
		observations[o.UUID] = o
	}
	risks := map[string]risk{}
	for _, x := range d.allRisks() {
		risks[x.UUID] = x
	}
	judged, _ := d.inScope()
	planned := map[string]bool{} // decisions that stand on an item of their own
	for _, c := range judged {
		if c.result.Verdict != lodemark.NotMet {
			continue
		}
		it, f, own := d.clauseItem(c)
		p.Findings, p.Items, p.Risks = append(p.Findings, f), append(p.Items, it), append(p.Risks, own)
		planned[c.result.Waived] = true
	}
	for _, f := range r.Findings {
		if f.Accepted == "" {
			continue
		}
		p.Items = append(p.Items, d.findingItem(f))
	}
	for _, s := range r.Assessment.Decisions {
		if s.Threat == "" || s.Standing != lodemark.Current || s.Kind == lodemark.NotApplicable {
			continue
		}
		it, own := d.threatItem(s)
		p.Items, p.Risks = append(p.Items, it), append(p.Risks, own)
	}
	d.gather(p, observations, risks)
	c := r.Assessment.Total()
	p.Metadata.Remarks = joined(fmt.Sprintf("Items are clauses that are not met, findings that people bear for a time, and threats about which something was decided. %s inconclusive or not assessed: they "+
		"stand in the assessment results, not here.", open(c.Inconclusive+c.NotAssessed)), lodemark.Disclaimer)
	return p
}

func open(n int) string {
	if n == 1 {
		return "1 further clause is"
	}
	return fmt.Sprintf("%d further clauses are", n)
}

// gather adds the risks that items name and the observations that those, items and findings name: the plan stands alone.
func (d *document) gather(p *plan, observations map[string]observation, risks map[string]risk) {
	own := map[string]bool{}
	for _, x := range p.Risks {
		own[x.UUID] = true
	}
	wanted := map[string]bool{}
	want := func(list []relatedRisk) {
		for _, x := range list {
			if r, ok := risks[x.UUID]; ok && !own[x.UUID] {
				own[x.UUID] = true
				p.Risks = append(p.Risks, r)
			}
		}
	}
	for _, f := range p.Findings {
		want(f.Risks)
	}
	for _, it := range p.Items {
		want(it.Risks)
	}
	note := func(list []relatedObservation) {
		for _, o := range list {
			wanted[o.UUID] = true
		}
	}
	for _, f := range p.Findings {
		note(f.Observations)
	}
	for _, x := range p.Risks {
		note(x.Observations)
	}
	for id := range wanted {
		p.Observations = append(p.Observations, observations[id])
	}
	slices.SortFunc(p.Observations, func(a, b observation) int { return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.UUID, b.UUID)) })
}

// clauseItem is a clause that is not met, with the risk that it is not.
func (d *document) clauseItem(c clause) (item, finding, risk) {
	f := d.finding(c)
	r := risk{UUID: d.uuid("clause-risk", d.name, c.ID), Title: c.ID + " is not met", Description: inert.Or(c.result.Reason, "no reason was given"), Statement: inert.Or(c.Statement), Status: "open",
		Origins: d.byTool(), Props: property("clause", c.ID), Observations: f.Observations}
	if s, ok := d.decisions[c.result.Waived]; ok {
		d.borne(&r, s)
	}
	it := item{UUID: d.uuid("item", d.name, c.ID), Title: c.ID + ": " + word(c.result), Description: joined(inert.Or(c.Statement), inert.Line(c.result.Reason)),
		Findings: []relatedFinding{{f.UUID}}, Risks: append([]relatedRisk{{r.UUID}}, f.Risks...),
		Props: properties(property("clause", c.ID), property("verdict", c.result.Verdict.String()), property("waived", c.result.Waived), property("until", day(c.result.Until)))}
	if r.Deadline.IsZero() {
		it.Remarks = "Nobody has set a day for it."
	} else {
		it.Remarks = "It stays not met; it is borne until " + day(r.Deadline) + " and counts as open again then."
	}
	return it, f, r
}

// findingItem is a finding that people accepted or put off.
func (d *document) findingItem(f lodemark.Finding) item {
	s := d.decisions[f.Accepted]
	return item{UUID: d.uuid("item", d.name, f.Fingerprint), Title: inert.Cut(f.ID+" at "+placeOf(f.Path, f.Line), 300), Description: inert.Or(f.Message, f.ID),
		Risks:   []relatedRisk{{d.risks[f.Fingerprint]}},
		Props:   properties(property("fingerprint", f.Fingerprint), property("decision", f.Accepted), property("decision-kind", string(s.Kind)), property("until", day(s.Ends))),
		Remarks: "Borne until " + day(s.Ends) + " by " + inert.Or(s.By, "somebody unnamed") + "; it counts as open again then."}
}

// threats is the system under which the ids of threats stand; OSCAL takes addresses for both.
const threats = "https://lodemark.example.org/threats"

// threatItem is a line of the risk register: a threat of the library, what is done about it, by which day.
func (d *document) threatItem(s lodemark.DecisionState) (item, risk) {
	where := "wherever it is"
	if s.Component != "" {
		where = "at " + inert.Line(s.Component)
	}
	r := risk{UUID: d.uuid("threat", d.name, s.ID), Title: inert.Cut("Threat "+s.Threat+" "+where, 300), Description: inert.Or(s.Reason, "no reason was given"), Statement: "The threat " + inert.Or(s.Threat) +
		" of the library applies to the modelled system, " + where + "; lodemark threats explain " + inert.Or(s.Threat) + " tells of it.", Status: "open",
		Threats: []threatID{{ID: threats + "#" + url.PathEscape(s.Threat), System: threats}}}
	if by := d.person(s.By); by != "" {
		r.Origins = []origin{{[]actor{{Type: "party", UUID: by, Role: roleApprover}}}}
	}
	d.borne(&r, s)
	return item{UUID: d.uuid("item", d.name, s.ID), Title: r.Title, Description: inert.Or(s.Reason, "no reason was given"), Risks: []relatedRisk{{r.UUID}},
		Props: properties(property("threat", s.Threat), property("component", s.Component), property("decision", s.ID), property("decision-kind", string(s.Kind)), property("due", day(s.Due)),
			property("until", day(s.Ends)))}, r
}
