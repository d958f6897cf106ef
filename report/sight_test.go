package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
)

// looked is a run with one check that found nothing to look at, one whose pass no longer holds, and many clauses without any.
func looked() *lodemark.Run {
	r := &lodemark.Run{Target: "app", At: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC), System: &lodemark.System{}}
	bears := func(clause string) []lodemark.Bearing { return []lodemark.Bearing{{Clause: clause, Settles: true}} }
	r.Checks = []lodemark.Check{{ID: "sd-3-serialisation", Bears: bears("SD-3.12")}, {ID: "dev-1-old", Bears: bears("DEV-1.5")}, {ID: "dev-1-silent", Bears: bears("DEV-1.6")}}
	r.Evidence = []lodemark.Evidence{
		{ID: "a", Check: "sd-3-serialisation", Bears: bears("SD-3.12"), Outcome: lodemark.NothingToSee, Reason: "no model file", Canary: true, At: r.At},
		{ID: "b", Check: "dev-1-old", Bears: bears("DEV-1.5"), Outcome: lodemark.Passed, Canary: true, At: r.At.AddDate(-1, 0, 0), MaxAge: time.Hour},
		{ID: "c", Check: "dev-1-silent", Bears: bears("DEV-1.6"), Outcome: lodemark.NothingToSee, Canary: true, At: r.At},
		{ID: "d", Check: "dev-1-silent", Bears: bears("DEV-1.6"), Outcome: lodemark.Passed, Canary: true, At: r.At.AddDate(0, -1, 0)},
	}
	r.Assessment = lodemark.Assess(lodemark.Input{Catalogue: lodemark.Guidelines(), System: r.System, Evidence: r.Evidence, At: r.At})
	return r
}

// Of what nothing examined bears on, it is told apart whether a check exists; no clause is in two of the lists.
func TestStepsTellWhetherACheckExists(t *testing.T) {
	r := looked()
	begins := func(clause string) string {
		var found []string
		for _, s := range nextSteps(r) {
			if slices.Contains(s.Clauses, clause) {
				found = append(found, s.Do)
			}
		}
		if len(found) != 1 {
			t.Errorf("%s stands in %d steps", clause, len(found))
			return ""
		}
		return found[0]
	}
	for clause, want := range map[string]string{
		"SD-3.12": nothingSeen, "DEV-1.6": nothingSeen, // the newest look counts
		"DEV-1.5": "Checks exist, and what they found does not count now",
		"SD-2.5":  noCheck + "these yet",
	} {
		if got := begins(clause); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %q, want %q", clause, got, want)
		}
	}
	for _, f := range Formats()[:1] {
		out := strings.Join(strings.Fields(written(t, f.Write, r, Options{})), " ")
		if !strings.Contains(out, nothingSeen+".") || !strings.Contains(out, "2 clauses: SD-3.12, DEV-1.6") {
			t.Errorf("the terminal does not say what checks looked for in vain:\n%s", out)
		}
	}
}

// The page says the same at the clause.
func TestHTMLTellsWhetherACheckExists(t *testing.T) {
	r := looked()
	missing := map[string]string{}
	for _, a := range htmlAreas(r, areas(r), newHTMLIndex(r)) {
		for _, g := range a.Guidelines {
			for _, c := range g.Clauses {
				missing[c.ID] = strings.Join(c.Missing, " ")
			}
		}
	}
	for clause, want := range map[string]string{"SD-3.12": nothingSeen + "; what would count is listed below.", "DEV-1.5": "",
		"SD-2.5": noCheck + "it yet; what would count is listed below."} {
		if missing[clause] != want {
			t.Errorf("%s: %q, want %q", clause, missing[clause], want)
		}
	}
}

// A gap's place is said once, however often its reason repeats it; what was left out on purpose is counted in each report
// for people.
func TestWhatWasNotRead(t *testing.T) {
	r := made()
	const reason = "over the limit of 8388608 file bytes"
	r.Gaps = []lodemark.Gap{{Path: "lodemark.yaml", Reason: "lodemark.yaml: lodemark.yaml: " + reason}, {Path: "a.yaml", Line: 3, Reason: "a.yaml:3: " + reason},
		{Path: "b", Reason: "b:"}, {Reason: "c: " + reason}}
	groups := unread(r.Gaps)
	if len(groups) != 3 || groups[0].Reason != reason || !slices.Equal(groups[0].Places, []string{"lodemark.yaml", "a.yaml:3"}) || groups[1].Reason != "b:" || groups[2].Reason != "c: "+reason {
		t.Errorf("%+v", groups)
	}
	if got := leftOut(map[string]int{"b files": 2, "a folders": 1}); !slices.Equal(got, []string{"a folders (1)", "2 b files"}) {
		t.Errorf("%q", got)
	}
	r.System.Skipped = map[string]int{"source files in languages that no rule reads": 123}
	for _, gaps := range [][]lodemark.Gap{nil, r.Gaps} {
		r.Gaps = gaps
		for _, name := range []string{"text", "markdown", "html"} {
			f := Formats()[slices.IndexFunc(Formats(), func(f Format) bool { return f.Name == name })]
			out := strings.ReplaceAll(strings.Join(strings.Fields(written(t, f.Write, r, Options{})), " "), `\`, "")
			if !strings.Contains(out, "Left out on purpose: 123 source files in languages that no rule reads.") || !strings.Contains(out, "What was not read") {
				t.Errorf("%s does not say how many source files no check reads, with %d gaps", name, len(gaps))
			}
			if strings.Contains(out, "lodemark.yaml: over the limit") {
				t.Errorf("%s says a place twice", name)
			}
		}
	}
}

// A failed case begins with the worst that was found; what a decision bears comes last.
func TestJUnitNamesTheWorst(t *testing.T) {
	f := func(s lodemark.Severity, message, accepted string) lodemark.Finding {
		return lodemark.Finding{Severity: s, Message: message, Accepted: accepted}
	}
	for want, in := range map[string][]lodemark.Finding{
		"worst": {f(lodemark.SeverityLow, "low", ""), f(lodemark.SeverityHigh, "worst", ""), f(lodemark.SeverityHigh, "second", ""), f(lodemark.SeverityCritical, "borne", "decision")},
		"borne": {f(lodemark.SeverityLow, "low", "decision"), f(lodemark.SeverityHigh, "borne", "decision")},
		"":      nil,
	} {
		if got, ok := worst(in); got.Message != want || ok != (want != "") {
			t.Errorf("%q is taken for the worst, want %q", got.Message, want)
		}
	}
	out := written(t, writeJUnit, made(), Options{})
	for _, want := range []string{`<failure message="OPENAI_API_KEY holds a key; whoever reads the repository can spend your money." type="not met">`,
		`<failure message="Nothing fixes the versions of 12 dependencies." type="not met">`} {
		if !strings.Contains(out, want) {
			t.Errorf("JUnit does not say %s", want)
		}
	}
}
