package oscal

import (
	"cmp"
	"fmt"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/inert"
)

// allRisks is one risk for each finding. What is accepted stays listed, with who bears it and until when.
func (d *document) allRisks() []risk {
	var out []risk
	for _, f := range d.run.Findings {
		out = append(out, d.risk(f))
	}
	return out
}

// risk is one finding. Its UUID is made of the finding's fingerprint, so that it is the same risk in every later document.
func (d *document) risk(f lodemark.Finding) risk {
	c := d.checks[f.ID]
	r := risk{UUID: d.uuid("risk", d.name, f.Fingerprint), Title: inert.Cut(f.ID+" at "+placeOf(f.Path, f.Line), 300), Description: inert.Or(f.Message, c.Title, f.ID),
		Statement: inert.Or(c.Why, f.Message, f.ID), Status: "open", Origins: d.byTool()}
	r.Props = properties(property("fingerprint", f.Fingerprint), property("rule", f.ID), property("path", f.Path))
	if f.Line > 0 {
		r.Props = append(r.Props, property("line", fmt.Sprint(f.Line))...)
	}
	for _, clause := range f.Clauses {
		r.Props = append(r.Props, property("clause", clause)...)
	}
	if f.Advisory {
		r.Props = append(r.Props, property("advisory", "yes")...)
	}
	r.Props = append(r.Props, property("muted", f.Muted)...)
	r.Characters = []characterization{{Origin: d.byTool()[0], Facets: []facet{{Name: "severity", System: space, Value: f.Severity.String()}}}}
	if fix := inert.Line(cmp.Or(f.Fix, c.Fix)); fix != "" {
		r.Remediations = []response{{UUID: d.uuid("fix", r.UUID), Lifecycle: "recommendation", Title: "What to do", Description: fix, Props: responseType(lodemark.Mitigate)}}
	}
	for _, id := range d.behind[f.Fingerprint] {
		r.Observations = append(r.Observations, relatedObservation{id})
	}
	if s, ok := d.decisions[f.Accepted]; ok {
		d.borne(&r, s)
	}
	d.risks[f.Fingerprint] = r.UUID
	return r
}

// borne writes into a risk that people bear it for a time: by whom, until when, and the day on which it counts again.
func (d *document) borne(r *risk, s lodemark.DecisionState) {
	r.Deadline = moment(s.Ends)
	r.Props = append(r.Props, properties(property("decision", s.ID), property("decision-kind", string(s.Kind)), property("decision-until", day(s.Ends)))...)
	if s.Renewals > 0 {
		r.Props = append(r.Props, properties(property("decision-renewals", fmt.Sprint(s.Renewals)), property("decision-since", day(s.Since)))...)
	}
	entry := logEntry{UUID: d.uuid("log", r.UUID, s.ID), Start: moment(s.Date), End: moment(s.Ends), Change: "open"}
	what := "Put off"
	switch s.Kind {
	case lodemark.Accept:
		r.Status, entry.Change, what = "deviation-approved", "deviation-approved", "Accepted"
	case lodemark.Mitigate:
		r.Status, entry.Change, what = "remediating", "remediating", "To be mitigated"
	case lodemark.Transfer:
		r.Status, entry.Change, what = "deviation-approved", "deviation-approved", "Transferred"
	case lodemark.Avoid:
		r.Status, entry.Change, what = "remediating", "remediating", "To be avoided"
	}
	if entry.Start.IsZero() {
		entry.Start = d.at
	}
	entry.Title = what + " until " + day(s.Ends)
	entry.Description = fmt.Sprintf("%s by %s until %s: %s", what, inert.Or(s.By, "somebody unnamed"), day(s.Ends), inert.Or(s.Reason, "no reason was given"))
	if s.RequestedBy != "" {
		entry.Description += " (asked for by " + inert.Line(s.RequestedBy) + ")"
	}
	if by := d.person(s.By); by != "" {
		entry.LoggedBy = []loggedBy{{by, roleApprover}}
	}
	r.Log = &riskLog{[]logEntry{entry}}
	d.milestones(r, s)
}

// milestones are the days that a decision names: by when something is to be done, and when the decision ends by itself.
func (d *document) milestones(r *risk, s lodemark.DecisionState) {
	var tasks []task
	add := func(title string, at time.Time) {
		if at = moment(at); !at.IsZero() {
			tasks = append(tasks, task{UUID: d.uuid("milestone", r.UUID, s.ID, title), Type: "milestone", Title: title, Timing: timing{onDate{at}}})
		}
	}
	if !s.Due.IsZero() {
		add("To be done by "+day(s.Due), s.Due)
	}
	add("The decision ends, and the risk counts as open again", s.Ends)
	if len(tasks) == 0 {
		return
	}
	out := response{UUID: d.uuid("response", r.UUID, s.ID), Lifecycle: "planned", Title: "What was decided: " + string(s.Kind), Description: inert.Or(s.Reason, "no reason was given"), Tasks: tasks,
		Props: responseType(s.Kind)}
	for _, m := range s.Mitigations {
		out.Props = append(out.Props, property("mitigation", m)...)
	}
	r.Remediations = append(r.Remediations, out)
}

// responseType is the kind of a response in NIST's words, where they have one: putting off is none of them.
func responseType(k lodemark.DecisionKind) []prop {
	word := map[lodemark.DecisionKind]string{lodemark.Mitigate: "mitigate", lodemark.Accept: "accept", lodemark.Transfer: "transfer", lodemark.Avoid: "avoid"}[k]
	if word == "" {
		return nil
	}
	return []prop{{Name: "type", Value: word}}
}
