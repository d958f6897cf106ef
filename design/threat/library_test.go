package threat

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

var day = time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)

func library(t testing.TB) *Library {
	t.Helper()
	l, problems := LoadLibrary()
	if len(problems) > 0 {
		t.Fatal(problems.Error())
	}
	return l
}

// at lists the places of a threat with their statuses: "m applies".
func at(r *Report, id string) []string {
	var all []string
	for _, t := range r.Threats {
		if t.ID == id {
			for _, p := range t.Places {
				all = append(all, p.At+" "+string(t.Status))
			}
		}
	}
	return all
}

// Every threat applies to its bad example, settled, and is not found in its good one, not even unconfirmed.
func TestEveryThreatFiresOnItsBadExample(t *testing.T) {
	l := library(t)
	if len(l.Rules) < 88 || len(l.Mitigations) != 61 {
		t.Fatalf("%d threats and %d mitigations; the library has at least 88 and has 61", len(l.Rules), len(l.Mitigations))
	}
	if problems := l.Prove(); len(problems) > 0 {
		t.Error(problems.Error())
	}
}

// A rule that says something else than its examples is found out.
func TestARuleThatItsExamplesBelie(t *testing.T) {
	rule := "mitigations: [{id: X, title: x, cost: low, trade_off: x, evidence: [{by: doc, shows: x, max_age_days: 9}]}]\n" +
		"threats:\n  - {id: Y, title: y, stage: design, scope: component, severity: low, when: c.isolation == 'none', sentence: y., mitigations: [X], bad: %s, good: %s}\n"
	none, wasm, silent := "{components: {a: {kind: code_sandbox, isolation: none}}}", "{components: {a: {kind: code_sandbox, isolation: wasm}}}", "{components: {a: {kind: code_sandbox}}}"
	for _, c := range []struct{ bad, good, want string }{
		{none, wasm, ""},
		{wasm, wasm, "acme.yaml:3: Y does not hold on its bad example 1"},
		{silent, wasm, "acme.yaml:3: Y does not hold on its bad example 1"},
		{none, none, "acme.yaml:3: Y is applies on its good example 1"},
		{none, silent, "acme.yaml:3: Y is unconfirmed on its good example 1"},
		{none, "[]", "acme.yaml:3: Y has no bad or no good example"},
	} {
		l, problems := read([]File{{"acme.yaml", fmt.Appendf(nil, rule, c.bad, c.good)}})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if got := l.Prove().Error(); got != c.want {
			t.Errorf("bad %s, good %s: %q; want %q", c.bad, c.good, got, c.want)
		}
	}
}

// Ids of threats are unique, the mitigations of the library are all of use, and its sentences are told to the end.
func TestTheLibraryHoldsTogether(t *testing.T) {
	l := library(t)
	used := map[string]bool{}
	for i, r := range l.Rules {
		if want := fmt.Sprintf("LDM-T%02d", i+1); r.ID != want && !slices.ContainsFunc(l.Rules, func(o *Rule) bool { return o.ID == want }) {
			t.Errorf("there is no %s", want)
		}
		for _, m := range r.Mitigations {
			used[m] = true
		}
		if r.Title == "" || strings.HasSuffix(r.Title, ".") || !strings.HasSuffix(r.Sentence, ".") {
			t.Errorf("%s: a title has no full stop, a sentence has one: %q, %q", r.ID, r.Title, r.Sentence)
		}
	}
	for _, name := range systems {
		for _, x := range Evaluate(sample(t, name), l, day, Evidence{}, nil).Threats {
			for _, p := range x.Places {
				if strings.ContainsAny(p.Reason, "{}") || strings.Contains(p.Reason, "  ") || !strings.HasSuffix(p.Reason, ".") || p.Ranked == "" {
					t.Errorf("%s at %s: %q, %q", x.ID, p.At, p.Reason, p.Ranked)
				}
			}
		}
	}
	for _, m := range l.Mitigations {
		if !used[m.ID] {
			t.Errorf("no threat names %s", m.ID)
		}
	}
}
