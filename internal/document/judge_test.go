package document

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// What documents of one kind are worth together, each by what it says.
func TestJudged(t *testing.T) {
	judge := func(_ Document, raw string) []Shortfall {
		switch {
		case strings.Contains(raw, "good"):
			return nil
		case strings.Contains(raw, "vague"):
			return []Shortfall{{Message: "may name a contact", Doubt: true}}
		}
		return []Shortfall{{Line: 3, Message: "names no contact", Fix: "name one"}}
	}
	german := "# Plan\n\n" + strings.Repeat("Der Dienst habende Ingenieur schaltet das Modell ab und ruft die Leitung an.\n", 6)
	many := map[string]string{}
	for i := range namedMost + 1 {
		many[fmt.Sprintf("docs/incident-plan-%02d.md", i)] = "# Plan\n\nWe stop it.\n"
	}
	for _, tt := range []struct {
		name     string
		files    map[string]string
		want     lodemark.Outcome
		reason   string
		findings int
		gaps     int
	}{
		{"none", nil, lodemark.Undecided, "no incident plan was found; it may lie elsewhere", 0, 0},
		{"a good one", map[string]string{"docs/incident-plan.md": "# Plan\n\ngood\n"}, lodemark.Passed, "docs/incident-plan.md holds an incident plan", 0, 0},
		{"a bad one", map[string]string{"docs/incident-plan.md": "# Plan\n\nWe stop it.\n"}, lodemark.Failed, "docs/incident-plan.md names no contact.", 1, 0},
		{"a good one beside a bad one", map[string]string{"docs/incident-plan.md": "# Plan\n\nWe stop it.\n", "docs/incident-response.md": "# Plan\n\ngood\n"}, lodemark.Passed, "docs/incident-response.md holds an incident plan", 0, 0},
		{"a vague one beside a bad one", map[string]string{"docs/incident-plan.md": "# Plan\n\nWe stop it.\n", "docs/incident-response.md": "# Plan\n\nvague\n"}, lodemark.Undecided, "docs/incident-response.md may name a contact", 0, 0},
		{"one in another language", map[string]string{"docs/incident-plan.md": german}, lodemark.Undecided, "docs/incident-plan.md is not in English, the only language that this check reads", 0, 0},
		{"more than are read", many, lodemark.Undecided, "docs/incident-plan-00.md names no contact.; more than 20 documents could be of the kind incident-plan, and no more are read", 0, 1},
	} {
		s := tree(tt.files)
		r := Find(s, "incident-plan").Judged(context.Background(), s, "an incident plan", judge)
		if r.Outcome != tt.want || r.Reason != tt.reason || len(r.Findings) != tt.findings || len(r.Gaps) != tt.gaps {
			t.Errorf("%s: %s (%s), findings %v, gaps %v", tt.name, r.Outcome, r.Reason, r.Findings, r.Gaps)
		}
	}
}
