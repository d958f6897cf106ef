package deploy

import (
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/draft"
	"github.com/lodemark/lodemark/internal/pattern"
)

// A draft in which every slot holds the same dummy is no plan, whichever dummy it is and whatever days stand beside it.
func TestPlanOfDummies(t *testing.T) {
	kind, _ := draft.Named("incident-plan")
	now := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	text, err := draft.Write(kind, draft.Known{System: &lodemark.System{Name: "Help desk"}, At: now})
	if err != nil {
		t.Fatal(err)
	}
	days, slots := pattern.New(`<fill in: YYYY-MM-DD[^>\n]*>`), pattern.New(`<fill in: [^>\n]*>`)
	for _, dummy := range []string{"x", "xx", "TBD", "see wiki", "n/a", "asdf", "banana"} {
		plan := strings.ReplaceAll(string(text), document.DraftMark, "plan")
		plan = strings.Replace(days.ReplaceAllString(plan, "2026-10-01"), "Next review: 2026-10-01", "Next review: 2027-05-01", 1)
		d := document.Read("docs/incident-plan.md", []byte(slots.ReplaceAllString(plan, dummy)))
		said := content(d)
		if d.Draft || len(judgePlan(d.Title, said, "Help desk")) == 0 {
			t.Errorf("%q passes for a plan (draft %v):\n%s", dummy, d.Draft, said)
		}
		for _, topics := range [][]topic{planned, aiScenarios} {
			if missing, _ := unspoken(drafted.ReplaceAllString(said, ""), topics); len(missing) < len(topics)-1 {
				t.Errorf("%q: only %q are missing in\n%s", dummy, missing, said)
			}
		}
	}
}

// The ways back that plans of systems on hosted models name.
func TestHowToRollBack(t *testing.T) {
	back := planned[len(planned)-1]
	for text, want := range map[string]bool{
		"Use the kill switch and pin the earlier dated model.":        true,
		"We fall back on the answers of the knowledge base.":          true,
		"Canned-answer fallback: the widget shows the opening hours.": true,
		"The canned answers are the fallback while the model is off.": true,
		"kubectl rollout undo; then the previous prompt":              true,
		"Call the engineer on duty.":                                  false,
		"The model is pinned by digest.":                              false,
	} {
		if got := back.words.MatchString(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
