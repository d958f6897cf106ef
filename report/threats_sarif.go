package report

import (
	"cmp"
	"io"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

type sarifThreatsProperties struct {
	Target     string         `json:"target"`
	Components int            `json:"components"`
	Flows      int            `json:"flows"`
	Status     map[string]int `json:"status"` // of all threats, whatever has a result
}

// writeThreatsSARIF writes a result for each place of a threat that is not dealt with, at its line of the threat model, with
// the attack path as a code flow. What only a claim stands against is a note; what a person bears is suppressed, and said.
func writeThreatsSARIF(w io.Writer, t *Threats, _ Options) error {
	byStatus, _ := threatCounts(t.Report.Threats)
	properties := sarifThreatsProperties{Target: sarifPlain(t.Target), Components: t.Report.Components, Flows: t.Report.Flows, Status: map[string]int{}}
	for _, s := range threat.Statuses() {
		properties.Status[string(s)] = byStatus[s]
	}
	run := &lodemark.Run{}
	s := sarif{run: run, at: map[string]int{}}
	lineOf := map[string]int{}
	for _, c := range t.Model.Components {
		lineOf[c.ID] = c.Line
	}
	for _, x := range t.Shown {
		if x.Status == threat.Evidenced || x.Status == threat.NotApplicable {
			continue
		}
		s.add(sarifCodeRule(t.ruleOf(x)))
		for _, p := range x.Places {
			run.Findings = append(run.Findings, t.finding(x, p, lineOf))
		}
	}
	run.Findings = lodemark.Fingerprinted(run.Findings)
	s.rules()
	s.results()
	for _, p := range t.Report.Failed {
		s.note(noteGap, "warning", cmp.Or(sarifPlain(p.Message), "a condition could not be evaluated"), nil)
	}
	return encode(w, sarifLog{Schema: sarifSchemaURL, Version: "2.1.0", Runs: []sarifRun{{
		Tool: sarifTool{Driver: sarifComponent{Name: cmp.Or(t.Tool.Name, "lodemark"), Version: t.Tool.Version, InformationURI: sarifHome, Rules: s.ruleList, Notifications: sarifNotes(),
			ShortDescription: &sarifText{Text: "Holds the threat model of an AI system against a library of threats. " + lodemark.Disclaimer}}},
		Invocations: []sarifInvocation{{Successful: true, Notifications: some(s.notes)}},
		BaseIDs:     map[string]sarifArtifact{sarifBase: {Description: &sarifText{Text: "The folder that holds the threat model."}}},
		ColumnKind:  "unicodeCodePoints",
		Results:     some(s.resultList),
		Properties:  properties,
	}}})
}

// ruleOf describes a threat of the library as code scanning shows rules.
func (t *Threats) ruleOf(x threat.Threat) lodemark.Rule {
	var fixes []string
	for _, m := range x.Mitigations {
		fixes = append(fixes, m.ID+" "+m.Title+" ("+m.Cost+" cost)")
	}
	rule := lodemark.Rule{ID: x.ID, Title: sarifPlain(x.Title), Severity: threatSeverity(x.Severity), Confidence: "high", Why: sarifPlain(x.Title) + ".", Fix: sarifPlain(strings.Join(fixes, "; ")),
		Refs: append(append([]string{}, x.ATLAS...), x.OWASP...)}
	if r := t.Library.Rule(x.ID); r != nil {
		rule.Why = "It holds where " + r.When
	}
	return rule
}

func (t *Threats) finding(x threat.Threat, p threat.Place, lineOf map[string]int) lodemark.Finding {
	message := p.Reason
	if x.Status != threat.Applies {
		message += " (" + string(x.Status) + ": " + statusWords[x.Status] + ".)"
	}
	if len(p.Settles) > 0 {
		message += " It would be settled by " + strings.Join(p.Settles, ", ") + "."
	}
	f := lodemark.Finding{ID: x.ID, Severity: threatSeverity(x.Severity), Path: t.sarifPath(), Line: max(1, p.Line), Message: message, Key: p.At, Advisory: x.Status == threat.Claimed}
	var open []string
	for _, m := range x.Mitigations {
		if m.Status != threat.Evidenced {
			open = append(open, m.ID+" "+m.Title)
		}
	}
	f.Fix = strings.Join(open, "; ")
	f.Refs = append(append([]string{}, x.ATLAS...), x.OWASP...)
	if d := x.Decision; d != nil && x.Status == threat.Accepted {
		f.Accepted = sarifPlain(d.By + " until " + day(d.Until) + ": " + d.Reason)
	}
	for i, id := range p.Path {
		note := "goes on to " + id
		if i == 0 {
			note = "begins at " + id
		}
		f.Flow = append(f.Flow, lodemark.FlowStep{Path: t.sarifPath(), Line: lineOf[id], Note: note})
	}
	if len(f.Flow) == 1 {
		f.Flow = nil
	}
	return f
}

// sarifPath is the file of the model; code scanning wants one even where the model was drawn.
func (t *Threats) sarifPath() string {
	if t.Report.Path == "" {
		return "threats.yaml"
	}
	return t.Report.Path
}
