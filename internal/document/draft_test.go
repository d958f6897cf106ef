package document

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lodemark/lodemark"
)

// What says of itself that it is a draft is one; what only speaks of drafts is none.
func TestDraft(t *testing.T) {
	for _, tt := range []struct {
		path, text string
		want       bool
	}{
		{"plan.md", "# Incident plan\n\n> **lodemark: draft** of 2026-11-01. Not evidence as it stands.\n\n## Roles\n\nOn-call engineer\n", true},
		{"plan.md", "<!-- lodemark: draft -->\n# Incident plan\n", true},
		{"plan.rst", ".. lodemark: draft\n\nIncident plan\n=============\n", true},
		{"threats.yaml", "# lodemark: draft of 2026-11-01\nsystem: {name: desk}\n", true},
		{"security.txt", "# Lodemark: Draft\nContact: mailto:security@example.org\n", true},
		{"plan.md", "---\ntitle: Plan\nstatus: Draft\n---\n# Plan\n", true},
		{"plan.md", "---\ndraft: true\n---\n# Plan\n", true},
		{"card.yaml", "status: draft\nname: intent\n", true},
		{"docs/tm.md", "# Threat model as code: who reviews it.\nstatus: draft\nsystem:\n  name: desk\ncomponents:\n  - {id: app, kind: app}\nthreats: []\n", true},
		{"docs/tm.txt", "system:\n  name: desk\ndraft: yes # until May\n", true},
		{"docs/tm.md", "system:\n  name: desk\n  status: draft\n", false},
		{"docs/tm.md", "How to mark one:\n\n```yaml\nstatus: draft\n```\n", false},

		{"plan.md", "# Incident plan\n\n| Role | Contact |\n|---|---|\n| Engineer | <fill in: phone> |\n", true},
		{"threats.yaml", "components:\n  - {id: app, kind: \"<fill in: app or api>\"}\n", true},

		{"plan.md", "# Incident plan\n\nReplace each `<fill in: phone>` in the draft, and each <slot>.\n", false},
		{"plan.md", "# Incident plan\n\nlodemark new writes a draft; lodemark: draft is how it is marked.\n", false},
		{"plan.md", "# Incident plan\n\n> lodemark: drafted from what was found\n", false},
		{"plan.md", "---\nstatus: in force\ndraft: false\n---\n# Plan\n", false},
		{"plan.md", "# Plan\n\n" + strings.Repeat("text\n\n", 60) + "> lodemark: draft\n", false},
		{"plan.md", "# Plan\n\n## Status\n\nDraft answers are checked by a person.\n", false},
	} {
		if got := Read(tt.path, []byte(tt.text)).Draft; got != tt.want {
			t.Errorf("%s %q: %v", tt.path, tt.text, got)
		}
	}
}

// A draft stands apart from the documents, wherever it was found, and never hides a finished one.
func TestFindKeepsDraftsApart(t *testing.T) {
	draft, done := "# Incident plan\n\n> lodemark: draft\n", "# Incident plan\n\nCall the engineer on duty.\n"
	pointer := lodemark.Declaration{Path: "lodemark.yaml", Documents: map[string]lodemark.DocumentPointer{"incident-plan": {Path: "handbook/plan.md"}}}
	for _, tt := range []struct {
		name              string
		files             map[string]string
		declared          lodemark.Declaration
		drafts, documents []string
	}{
		{"by name", map[string]string{"docs/incident-plan.md": draft}, lodemark.Declaration{}, []string{"docs/incident-plan.md"}, nil},
		{"by title", map[string]string{"docs/emergency.md": draft}, lodemark.Declaration{}, []string{"docs/emergency.md"}, nil},
		{"by pointer", map[string]string{"handbook/plan.md": draft}, pointer, []string{"handbook/plan.md"}, nil},
		{"beside a finished one", map[string]string{"docs/incident-plan.md": draft, "docs/runbooks/incident-response.md": done}, lodemark.Declaration{},
			[]string{"docs/incident-plan.md"}, []string{"docs/runbooks/incident-response.md"}},
	} {
		s := tree(tt.files)
		s.System.Declared = tt.declared
		f := Find(s, "incident-plan")
		var drafts []string
		for _, d := range f.Drafts {
			drafts = append(drafts, d.Path)
		}
		if diff := cmp.Diff([][]string{tt.drafts, tt.documents}, [][]string{drafts, f.Examined}); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// Where all there is is a draft, the result says so at its place; without a lodemark.yaml the finished one may lie elsewhere.
func TestMissingNamesTheDraft(t *testing.T) {
	s := tree(map[string]string{"docs/incident-plan.md": "> lodemark: draft\n"})
	want := lodemark.Result{Outcome: lodemark.Undecided, Reason: "docs/incident-plan.md is still a draft; an incident plan may lie elsewhere", Examined: []string{"docs/incident-plan.md"}}
	if diff := cmp.Diff(want, Find(s, "incident-plan").Missing("an incident plan")); diff != "" {
		t.Error(diff)
	}
	s.System.Declared.Path = "lodemark.yaml"
	message := "docs/incident-plan.md is still a draft, so an incident plan is yet to be written."
	want = lodemark.Result{Outcome: lodemark.Failed, Reason: message, Examined: []string{"lodemark.yaml", "docs/incident-plan.md"}, Findings: []lodemark.Finding{{
		Severity: lodemark.SeverityMedium, Path: "docs/incident-plan.md", Line: 1, Message: message, Key: "draft",
		Fix: "fill it in, correct what was found for you, and take out the line that marks it as a draft"}}}
	if diff := cmp.Diff(want, Find(s, "incident-plan").Missing("an incident plan")); diff != "" {
		t.Error(diff)
	}
	s = tree(map[string]string{"docs/incident-plan.md": "# Plan\n\nOwner: <fill in: role>\n"})
	s.System.Declared.Path = "lodemark.yaml"
	r := Find(s, "incident-plan").Missing("an incident plan")
	if r.Reason != "docs/incident-plan.md is still a draft: line 3 is not filled in, so an incident plan is yet to be written." || r.Findings[0].Line != 3 {
		t.Errorf("%+v", r)
	}
}
