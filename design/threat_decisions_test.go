package design

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// Where the register says nothing, or cannot.
func TestRegistersThatDecideNothing(t *testing.T) {
	ackFile := lodemark.AcknowledgementFolder + "/a.yaml"
	for _, tt := range []struct {
		check, name string
		files       map[string]string
		want        lodemark.Outcome
		reason      string
	}{
		{"sd-2-threats-decided", "no threat model", map[string]string{"README.md": "# x\n"}, lodemark.NothingToSee, "no threat model"},
		{"sd-2-threats-decided", "a model that the engine cannot read", map[string]string{threatFile: "system: {users: 2}\ncomponents:\n  - {id: a, kind: nonsense}\nflows: []\n"}, lodemark.Undecided, "no threat can be derived"},
		{"sd-2-threats-decided", "no decision on any threat", registered(pickledRanker, nil), lodemark.Undecided, "may be kept elsewhere"},
		{"sd-2-threats-decided", "decisions on clauses alone", registered(pickledRanker, map[string]string{"a": signed("Product owner", "2027-06-30", pickledRanker)}), lodemark.Undecided, "no decision on any"},
		{"sd-2-threats-decided", "no threat of high severity", map[string]string{threatFile: "system: {users: 2}\ncomponents:\n  - {id: staff, kind: end_user}\nflows: []\n"}, lodemark.Passed, "all 0 threats"},
		{"sd-1-team-briefed", "no acknowledgement", map[string]string{threatFile: modelledDesk}, lodemark.NothingToSee, "no acknowledgement"},
		{"sd-1-team-briefed", "acknowledgements of others", briefedTree(map[string]string{"o": acknowledges(lodemark.Owner, "Product owner", "2026-09-01", "2027-03-01", modelledDesk)}), lodemark.NothingToSee, "anybody who builds it"},
		{"sd-1-team-briefed", "one that cannot be read", map[string]string{threatFile: modelledDesk, ackFile: "role: developer\n"}, lodemark.Undecided, "could not be read"},
		{"sd-1-leaders-briefed", "nobody is named", map[string]string{threatFile: modelledDesk, ackFile: acknowledges(lodemark.Owner, "Product owner", "2026-09-01", "2027-03-01", modelledDesk)}, lodemark.Undecided, "not both named"},
	} {
		r := stage.Try(t, tt.check, tt.files)
		if r.Outcome != tt.want || len(r.Findings) > 0 || !strings.Contains(r.Reason, tt.reason) {
			t.Errorf("%s, %s: %s (%s), findings %+v; want %s with %q", tt.check, tt.name, r.Outcome, r.Reason, r.Findings, tt.want, tt.reason)
		}
	}
}

// What is said of a threat without a decision: which, how bad, where, and why the one that is there does not count.
func TestWhatIsSaidOfThreatsWithoutDecision(t *testing.T) {
	for name, want := range map[string]string{
		"one of two is decided":               "Nobody has decided about LDM-T37 (high: ",
		"one has ended":                       "That in .lodemark/decisions/t37.yaml does not count: ended 2026-10-01.",
		"the model was changed since":         "does not count: threats.yaml says something else since.",
		"one at another component":            ") at ranker.",
		"what was to be done by a day is not": "By 2026-10-01 it should have been.",
	} {
		for _, e := range threatsDecidedBad() {
			if e.Name != name {
				continue
			}
			r := stage.Try(t, "sd-2-threats-decided", e.Files)
			if r.Outcome != lodemark.Failed || len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Message, want) || r.Findings[0].Path != threatFile || r.Findings[0].Line != 3 {
				t.Errorf("%s: %s %+v; want %q", name, r.Outcome, r.Findings, want)
			}
		}
	}
}

// Who committed is compared by name and address, whoever committed before the last 180 days is left out, and no address is shown.
func TestWhoHasNotBeenBriefed(t *testing.T) {
	files := briefedTree(map[string]string{"ml": acknowledges(lodemark.Developer, "ML engineer <ml@example.org>", "2026-09-01", "2027-03-01", modelledDesk)})
	r := stage.Try(t, "sd-1-team-briefed", committed(files, mlEngineer, webEngineer, updates, "Data Engineer <d@example.org>"))
	if r.Outcome != lodemark.Failed || len(r.Findings) != 1 {
		t.Fatalf("%s %+v", r.Outcome, r.Findings)
	}
	if got := r.Findings[0].Message; !strings.HasPrefix(got, "2 of the 3 people") || strings.Contains(got, "@") || strings.Contains(got, "bot") || !strings.Contains(got, "Data Engineer") {
		t.Errorf("%q", got)
	}
	gone := stage.Try(t, "sd-1-team-briefed", map[string]string{threatFile: modelledDesk,
		lodemark.AcknowledgementFolder + "/ml.yaml": acknowledges(lodemark.Developer, "ML engineer <ml@example.org>", "2026-03-01", "2026-10-01", modelledDesk)})
	if len(gone.Findings) != 1 || !strings.Contains(gone.Findings[0].Message, "ended 2026-10-01") || strings.Contains(gone.Findings[0].Message, "@") {
		t.Errorf("%+v", gone.Findings)
	}
}

// A broken acknowledgement is told with its line, and the verdict needs it.
func TestBrokenAcknowledgementIsNeeded(t *testing.T) {
	r := stage.Try(t, "sd-1-team-briefed", map[string]string{threatFile: modelledDesk, lodemark.AcknowledgementFolder + "/a.yaml": "schema: lodemark.acknowledgement/1\nrole: tester\n"})
	if len(r.Gaps) != 1 || !r.Gaps[0].Needed || r.Gaps[0].Line == 0 || r.Outcome != lodemark.Undecided {
		t.Errorf("%+v", r)
	}
}
