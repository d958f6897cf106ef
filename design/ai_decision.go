package design

import (
	"context"
	"fmt"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func aiDecision() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-ai-decision", Version: 1,
		Title:    "It was decided that the task needs AI, against a way without it",
		Bears:    lodemark.Supports("SD-3.1"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A model brings risks that a form, a rule or a search does not have. Where nobody asked whether one of them would do, the risks " +
			"were taken for nothing.",
		Fix:  "Record who decided for AI and when, at least one way without AI, and why it was not enough.",
		Help: "write docs/ai-decision.md, or point to it from lodemark.yaml (documents: ai-decision; lodemark new ai-decision drafts it); a section on alternatives without AI in the model record counts as well",
		Bad: []lodemark.Example{
			{Name: "no alternative without AI", Files: map[string]string{"lodemark.yaml": deskRecord,
				"docs/ai-decision.md": "# AI decision record\n\nApproved by: Head of services, 2026-03-02\n\n## Business case\n\nThe assistant saves the help desk two hours a day and answers at night.\n"}},
			{Name: "nobody decided", Files: map[string]string{"lodemark.yaml": deskRecord,
				"docs/ai-decision.md": "# AI decision record\n\n## Alternatives without AI\n\nA keyword search was tried and found the right article in 41 % of the cases, because people use other words than the articles.\n"}},
			{Name: "a template", Files: map[string]string{"lodemark.yaml": deskRecord, "docs/ai-decision.md": "# AI decision record\n\n## Alternatives\n\nTODO\n\n## Decision\n\nTBD\n"}},
			{Name: "no record", Files: map[string]string{"lodemark.yaml": deskRecord}},
		},
		Good: []lodemark.Example{
			{Name: "a search lost", Files: map[string]string{
				"docs/ai-decision.md": "# AI decision record\n\nDecided by: Head of services on 2026-03-02.\n\n## Alternatives without AI\n\n" +
					"A keyword search was tried and found the right article in 41 % of the cases only, because people use other words than the articles.\n"}},
			{Name: "a section of the model record", Files: map[string]string{"lodemark.yaml": deskRecord,
				"docs/model-record.md": "# Model decision record\n\nApproved by: Product owner\n\n## Decision\n\nA hosted model drafts answers.\n\n## Why AI\n\n" +
					"Rules and decision trees were rejected: sixty of them covered a third of the questions, and each new article broke some.\n"}},
		},
		Run: runAIDecision,
	}
}

var (
	withoutAI   = []string{"non-ai", "without ai", "without a model", "no ai", "not ai", "conventional", "rule", "keyword", "full-text", "search", "form", "manual", "by hand", "staff", "people", "spreadsheet", "decision tree", "regex", "regular expression", "faq", "menu", "script", "template", "deterministic", "heuristic", "statistic", "do nothing", "status quo"}
	lostBecause = []string{"because", "since", "too ", "cannot", "could not", "can not", "failed", "lost", "rejected", "not enough", "insufficient", "only", "slower", "found", "covered", "missed", "would need", "would have", "expensive", "%", "does not scale", "not feasible", "ruled out", "discarded"}
	decidedBy   = pattern.New(`(?i)\b(approved|decided|accepted|signed(?: off)?|authoris?z?ed|agreed|approver|decision[ -]makers?|deciders?|sign-off|accountable|owner)\b[ \t]*(?:by|on [\d-]+ by)?[ \t]*[:|]?[ \t]*(.*)`)
	whyAI       = []string{"why ai", "why a model", "without ai", "non-ai", "do we need ai", "need for ai", "use of ai"}
	whyHeadings = append([]string{"alternative", "option", "considered"}, whyAI...)
)

func runAIDecision(_ context.Context, s *lodemark.Subject) lodemark.Result {
	f := document.Find(s, "ai-decision")
	records := gathered(s, "ai-decision")
	if len(f.Documents) > 0 && len(records) == 0 {
		return f.Unfilled("write down what was decided, by whom, and which way without AI was looked at")
	}
	if len(records) == 0 && !f.Declared {
		for _, d := range gathered(s, "model-record") { // its alternatives are other models, unless a heading says otherwise
			if part := joined(passages(d, whyAI...)); says(part, withoutAI...) {
				records = append(records, d)
			}
		}
	}
	if len(records) == 0 {
		return f.Missing("a record of the decision to use AI")
	}
	d := records[0]
	part, ok := whySection(d)
	if !ok || !says(part, withoutAI...) {
		part = joined(mentioning(d, withoutAI[:6]...)) + joined(mentioning(d, "instead of", "rather than", "alternative"))
	}
	approver := approverOf(d)
	switch {
	case !says(part, withoutAI...):
		return silentOn(s, d, 0, "alternative", "names no way to do the task without AI, so whether it needs AI was not asked", "add at least one alternative without AI and why it was not enough")
	case approver == "":
		return silentOn(s, d, 0, "approver", "does not say who decided for AI", "add who approved the decision, and when")
	case !says(part, lostBecause...):
		return undecided(d.Path, d.Path+" names an alternative without AI and not why it was not taken")
	}
	return lodemark.Result{Outcome: lodemark.Passed, Examined: []string{d.Path},
		Reason: fmt.Sprintf("%s weighs a way without AI and says who decided (%s)", d.Path, plainName(approver))}
}

// whySection is the text of the sections that treat alternatives.
func whySection(d document.Document) (string, bool) {
	text := joined(passages(d, whyHeadings...))
	return text, strings.TrimSpace(text) != ""
}

// approverOf is who decided, as a label, a table or a sentence says; empty: nobody is named.
func approverOf(d document.Document) string {
	for _, l := range d.Labels() {
		if l.Filled && says(l.Name, "approv", "decided", "decision maker", "decision owner", "sign", "accountable", "owner", "decider", "author") && strings.ContainsFunc(l.Value, letter) {
			return shortText(l.Value)
		}
	}
	for _, s := range d.Sections {
		for line := range strings.Lines(s.Text) {
			if m := decidedBy.FindStringSubmatch(strings.Trim(strings.TrimSpace(line), "*_|")); m != nil && strings.Contains(strings.ToLower(m[0]), " by ") {
				if who := strings.Trim(m[2], " *_|.:"); len(who) > 2 && !strings.Contains(strings.ToLower(who), "tbd") && !strings.Contains(strings.ToLower(who), "todo") {
					return shortText(who)
				}
			}
		}
	}
	return ""
}

// shortText is who is named first, without what follows.
func shortText(s string) string {
	if i := strings.IndexAny(s, ",;(|"); i > 0 {
		s = s[:i]
	}
	words := strings.Fields(s)
	return strings.Join(words[:min(len(words), 6)], " ")
}
