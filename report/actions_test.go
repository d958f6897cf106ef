package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// What to fix first: severity, then what is part of the system, then what turns most clauses, then the least work.
func TestFixFirst(t *testing.T) {
	f := func(id string, s lodemark.Severity, path string) lodemark.Finding {
		return lodemark.Finding{ID: id, Severity: s, Path: path, Fix: "fix " + id}
	}
	e := func(check string) lodemark.Evidence {
		return lodemark.Evidence{ID: "e-" + check, Check: check, Outcome: lodemark.Failed}
	}
	r := &lodemark.Run{
		System: &lodemark.System{Files: []lodemark.File{{Path: "tests/a", Test: true}, {Path: "vendor/a", Vendored: true}, {Path: "a"}}},
		Checks: []lodemark.Check{{ID: "spread", Fix: "fix them all"}},
		Findings: []lodemark.Finding{
			f("grave", lodemark.SeverityCritical, "a"), f("aside", lodemark.SeverityHigh, "tests/a"), f("aside", lodemark.SeverityHigh, "vendor/a"),
			f("single", lodemark.SeverityHigh, "a"), f("spread", lodemark.SeverityHigh, "a"), f("spread", lodemark.SeverityMedium, "tests/a"),
			f("shared", lodemark.SeverityHigh, "a"), f("idle", lodemark.SeverityHigh, "a"),
			{ID: "borne", Severity: lodemark.SeverityCritical, Accepted: "decision"},
		},
		Evidence: []lodemark.Evidence{e("grave"), e("single"), e("spread"), e("shared")},
	}
	r.Findings[5].Fix = "another fix"
	r.Assessment.Clauses = []lodemark.ClauseResult{
		{ID: "DEV-1.1", Verdict: lodemark.NotMet, Evidence: []string{"e-spread"}}, {ID: "DEV-1.2", Verdict: lodemark.NotMet, Evidence: []string{"e-spread"}},
		{ID: "DEV-1.3", Verdict: lodemark.NotMet, Evidence: []string{"e-single"}}, {ID: "DEV-1.4", Verdict: lodemark.NotMet, Evidence: []string{"e-shared", "e-grave"}},
		{ID: "DEV-1.5", Verdict: lodemark.Met, Evidence: []string{"e-idle"}},
	}
	var order []string
	actions := fixFirst(r)
	for _, a := range actions {
		order = append(order, a.ID)
	}
	if want := []string{"grave", "spread", "single", "shared", "idle", "aside"}; !slices.Equal(order, want) {
		t.Errorf("order %q, want %q", order, want)
	}
	spread := actions[1]
	if len(spread.Findings) != 2 || spread.Fix() != "fix them all" || !slices.Equal(spread.Turns, []string{"DEV-1.1", "DEV-1.2"}) || spread.Aside {
		t.Errorf("%+v", spread)
	}
	if shared := actions[3]; len(shared.Turns) > 0 || !slices.Equal(shared.Clauses, []string{"DEV-1.4"}) || shared.Fix() != "fix shared" {
		t.Errorf("%+v", shared)
	}
}

// Of equal severity: what outsiders reach, then places to change, then texts, then samples, then tests.
func TestFixFirstByExposureAndEffort(t *testing.T) {
	f := func(id, path string) lodemark.Finding {
		return lodemark.Finding{ID: id, Severity: lodemark.SeverityMedium, Path: path}
	}
	r := &lodemark.Run{
		System: &lodemark.System{Files: []lodemark.File{{Path: "tests/a", Test: true}}},
		Checks: []lodemark.Check{{ID: "text", Strength: lodemark.Present}, {ID: "setting", Strength: lodemark.Enforced}, {ID: "port", Strength: lodemark.Present, Exposed: true},
			{ID: "sample", Strength: lodemark.Enforced, Exposed: true}, {ID: "test", Strength: lodemark.Enforced, Exposed: true}},
		Findings: []lodemark.Finding{f("test", "tests/a"), f("sample", "docs/samples/a"), f("text", "PLAN.md"), f("setting", "a"), f("setting", "docs/a"), f("port", "a")},
	}
	var order, efforts []string
	for _, a := range fixFirst(r) {
		order, efforts = append(order, a.ID), append(efforts, a.Effort())
	}
	if want := []string{"port", "setting", "text", "sample", "test"}; !slices.Equal(order, want) {
		t.Errorf("order %q, want %q", order, want)
	}
	if want := []string{"1 place to change", "2 places to change", "a text to write", "1 place to change", "1 place to change"}; !slices.Equal(efforts, want) {
		t.Errorf("efforts %q, want %q", efforts, want)
	}
}

// The states that clauses are drawn in; a person's word and a waiver each have one of their own.
func TestStates(t *testing.T) {
	for want, r := range map[state]lodemark.ClauseResult{
		stateMet:          {Verdict: lodemark.Met, Attested: "a"},
		stateUnmet:        {Verdict: lodemark.NotMet, Attested: "a"},
		stateWaived:       {Verdict: lodemark.NotMet, Waived: "w"},
		stateInconclusive: {Verdict: lodemark.Inconclusive},
		stateDeclared:     {Verdict: lodemark.NotAssessed, Attested: "a"},
		stateUnassessed:   {},
		stateInapplicable: {Verdict: lodemark.Inapplicable},
		stateLater:        {Later: true},
	} {
		if got := stateOf(r); got != want {
			t.Errorf("%+v is drawn as %s, want %s", r, got, want)
		}
	}
	if got := stateOf(lodemark.ClauseResult{Verdict: lodemark.Inconclusive, Attested: "a"}); got != stateDeclared {
		t.Errorf("an inconclusive clause that somebody vouches for is drawn as %s", got)
	}
}

// A met clause that rests on a check and a person says so; one that a check settles alone does not.
func TestWord(t *testing.T) {
	for _, a := range areas(made()) {
		for _, g := range a.Guidelines {
			for _, c := range g.Results {
				if want := c.ID == "DEP-3.1"; c.Word != want {
					t.Errorf("%s: a person's word is %v", c.ID, c.Word)
				}
			}
		}
	}
}

func TestNextSteps(t *testing.T) {
	r := made()
	r.System.Declared.Path = ""
	r.Target = "it's a -- target"
	// A pass that only supports, and nobody who vouches: lodemark.Assess says what is owed in words that this package knows.
	r.Evidence = append(r.Evidence, lodemark.Evidence{ID: "e", Check: "c", Bears: []lodemark.Bearing{{Clause: "DEP-3.2"}}, Outcome: lodemark.Passed, Canary: true, At: r.At,
		Examined: []lodemark.Digest{{Path: "docs/incident plan.md", SHA256: strings.Repeat("3", 64)}}})
	r.Assessment = lodemark.Assess(lodemark.Input{Catalogue: lodemark.Guidelines(), System: r.System, Evidence: r.Evidence, At: r.At,
		Current: map[string]string{"docs/incident plan.md": strings.Repeat("3", 64)}})
	var owed step
	steps := nextSteps(r)
	for _, s := range steps {
		if slices.Contains(s.Clauses, "DEP-3.2") {
			owed = s
		}
	}
	if want := `lodemark decide attest DEP-3.2  --path 'it'\''s a -- target'  --file 'docs/incident plan.md'  --by NAME  --until 2027-04-30  --reason "..."`; owed.Command != want {
		t.Errorf("command\n%s, want\n%s", owed.Command, want)
	}
	if want := `lodemark init 'it'\''s a -- target'`; steps[0].Command != want {
		t.Errorf("first command %q, want %q", steps[0].Command, want)
	}
}

// What a reader may paste into a shell holds nothing that the shell would act on.
func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{
		".": ".", "app/main.py": "app/main.py", "a b": "'a b'", "$(rm -rf x)": "'$(rm -rf x)'", "it's": `'it'\''s'`, "-rf": "'./-rf'", "": "''",
		"a\nb": "'a�b'", "~": "'~'", "*": "'*'", "a;b": "'a;b'",
	} {
		if got := shellWord(in); got != want {
			t.Errorf("%q became %s, want %s", in, got, want)
		}
	}
}
