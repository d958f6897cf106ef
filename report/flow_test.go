package report

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// coded is a run with what rules for source code bring: a finding with the way of its value, a muted one, and advice.
func coded() *lodemark.Run {
	r := made()
	c := madeCode()
	check := lodemark.Check{ID: "sd-3-model-output", Version: 1, Title: "What a model answers is not trusted", Bears: lodemark.Supports("SD-3.12", "SD-3.13"), Severity: lodemark.SeverityCritical,
		Strength: lodemark.Enforced, MaxAge: 1, Why: "why", Fix: "fix", Help: "help", Exposed: true, Rules: func() []lodemark.Rule { return c.Rules }}
	r.Checks = append(r.Checks, check)
	r.Findings = append(r.Findings, c.Findings[0], c.Findings[2], c.Findings[3])
	r.System.Declared.Stage = "" // design is judged
	e := lodemark.Evidence{Check: check.ID, CheckVersion: 1, Bears: check.Bears, Outcome: lodemark.Failed, Reason: "1 finding", Canary: true, At: r.At, Apart: true, Findings: []string{c.Findings[0].Fingerprint}}.Sealed()
	r.Evidence = append(r.Evidence, e)
	r.Assessment = lodemark.Assess(lodemark.Input{Catalogue: lodemark.Guidelines(), System: r.System, Evidence: r.Evidence, Findings: r.Findings, At: r.At})
	r.Findings = r.Assessment.Findings
	return r
}

// What counts is an action under the rule's own title, and is to blame for its clauses; what is muted or advice is none.
func TestFixFirstKnowsRules(t *testing.T) {
	var found *action
	for _, a := range fixFirst(coded()) {
		switch a.ID {
		case "LO-01":
			found = &a
		case "DS-01", "LM-01":
			t.Errorf("%s is muted or advice, and an action", a.ID)
		}
	}
	if found == nil || found.Title() != "Model output is run as code" || !found.Exposed || !strings.HasPrefix(found.Why(), "Whoever") {
		t.Fatalf("%+v", found)
	}
	if strings.Join(found.Clauses, " ") != "SD-3.12 SD-3.13" || strings.Join(found.Turns, " ") != "SD-3.12 SD-3.13" {
		t.Errorf("it is blamed for %v, and alone for %v", found.Clauses, found.Turns)
	}
}

// Every report shows the way of the value where it has room, and what fails nothing apart from what does.
func TestReportsOfCode(t *testing.T) {
	r := coded()
	holds := func(name, out string, wants ...string) {
		t.Helper()
		flat := strings.Join(strings.Fields(out), " ")
		for _, want := range wants {
			if !strings.Contains(flat, want) {
				t.Errorf("%s does not hold %q", name, want)
			}
		}
	}
	text := written(t, writeText, r, Options{Width: 100, Verbose: true})
	holds("text", text, "1 app/llm.py:7: what a model answered, goes into reply", "Muted by comments in the code", "high cache.py:3 DS-01", "A comment on line 3: signed", "Advice 1 hint at something absent",
		"Advice: it fails nothing.")
	if sarif := written(t, writeSARIF, r, Options{}); true {
		holds("SARIF", sarif, `"codeFlows"`, `"kind": "inSource"`, `"external/cwe/cwe-95"`, `"advisory": true`)
		if err := validate(t, officialSARIF(t), sarif); err != nil {
			t.Error(err)
		}
	}
	if err := validate(t, published(t, "assess"), written(t, writeJSON, r, Options{})); err != nil {
		t.Error(err)
	}
	markdown := written(t, writeMarkdown, r, Options{})
	holds("Markdown", markdown, "### Muted by comments in the code", "Advice (1), which fails nothing")
	junit := written(t, writeJUnit, r, Options{})
	holds("JUnit", junit, "critical LO-01: app/tools.py:41")
	if strings.Contains(junit, "DS-01") || strings.Contains(junit, "LM-01") {
		t.Error("JUnit fails for what is muted or advice")
	}
	page := written(t, writeHTML, r, Options{})
	holds("HTML", page, `<ol class="way" aria-label="The way of the value">`, `<code>app/llm.py:7</code> what a model answered, goes into reply`, `<li class="end">`, `id="muted"`, `id="advice"`, "Muted by a comment on line 3", "<code>DS-01</code>")
	first, _, _ := strings.Cut(page, `id="muted"`)
	if i := strings.Index(first, `id="first"`); i < 0 || strings.Contains(first[i:], "cache.py") {
		t.Error("a muted finding stands among what to fix")
	}
	if strings.Contains(page, "<script>alert") || strings.ContainsAny(bodyOf(page), "\u202e\x1b") {
		t.Error("hostile text of a step left its place")
	}
}

// A finding that is new, and fails nothing, is no change for the worse.
func TestAdviceIsNoWorsening(t *testing.T) {
	before, after := made(), made()
	after.Findings = append(after.Findings, madeCode().Findings[2], madeCode().Findings[3])
	out := diffJSON(t, compare(t, before, after))
	if strings.Contains(out, `"direction": "worse"`) {
		t.Errorf("advice or a muted finding makes it worse:\n%s", out)
	}
}
