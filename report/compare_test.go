package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// mended is made after somebody has revoked the key, with a gap closed and a decision taken away.
func mended() *lodemark.Run {
	r := made()
	r.Findings = slices.DeleteFunc(r.Findings, func(f lodemark.Finding) bool { return f.ID == "dev-2-no-secrets" })
	for i := range r.Assessment.Clauses {
		if c := &r.Assessment.Clauses[i]; c.ID == "DEV-2.4" {
			c.Verdict, c.Strength, c.Reason = lodemark.Met, lodemark.Enforced, "no credential found"
		}
	}
	r.Gaps = r.Gaps[1:]
	r.Assessment.Decisions = slices.DeleteFunc(r.Assessment.Decisions, func(d lodemark.DecisionState) bool { return strings.HasSuffix(d.ID, "word.yaml") })
	for i := range r.Assessment.Clauses {
		if c := &r.Assessment.Clauses[i]; c.ID == "SD-2.2" {
			c.Attested = ""
		}
	}
	return r
}

func compare(t testing.TB, before, after *lodemark.Run) *Change {
	t.Helper()
	c, err := Compare([]byte(written(t, writeJSON, before, Options{})), []byte(written(t, writeJSON, after, Options{})))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func diffText(t testing.TB, c *Change) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.WriteText(&b, Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func diffJSON(t testing.TB, c *Change) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestNothingChanged(t *testing.T) {
	c := compare(t, made(), made())
	if c.Worse() || !strings.Contains(diffText(t, c), "Nothing changed.") {
		t.Errorf("worse %v: %s", c.Worse(), diffText(t, c))
	}
}

func TestBetterAndWorse(t *testing.T) {
	golden(t, "diff.txt", diffText(t, compare(t, made(), mended())))
	golden(t, "diff-back.txt", diffText(t, compare(t, mended(), made())))
	golden(t, "diff.json", diffJSON(t, compare(t, mended(), made())))
	if !compare(t, mended(), made()).Worse() {
		t.Error("a new critical finding is not worse")
	}
}

// Which way a clause went, from each state to each other.
func TestMoved(t *testing.T) {
	unmet, waived := savedClause{Verdict: lodemark.NotMet}, savedClause{Verdict: lodemark.NotMet, Waived: "a"}
	open, undecided := savedClause{}, savedClause{Verdict: lodemark.Inconclusive}
	declared := savedClause{Attested: "b", Strength: lodemark.Declared}
	present, enforced := savedClause{Verdict: lodemark.Met, Strength: lodemark.Present}, savedClause{Verdict: lodemark.Met, Strength: lodemark.Enforced}
	na, later := savedClause{Verdict: lodemark.Inapplicable}, savedClause{Later: true}
	for _, c := range []struct {
		name string
		b, a savedClause
		want direction
	}{
		{"fails", enforced, unmet, worse}, {"mended", unmet, present, better},
		{"weaker evidence", enforced, present, worse}, {"stronger evidence", present, enforced, better},
		{"evidence too old", enforced, open, worse}, {"a word is taken back", declared, open, worse}, {"a word is given", open, declared, better},
		{"the acceptance ended", waived, unmet, worse}, {"the risk is accepted", unmet, waived, better},
		{"nobody knows, either way", open, undecided, changed}, {"out of sight is not mended", unmet, later, changed},
		{"declared away is not mended", unmet, na, changed}, {"applies now, and is not met", na, unmet, worse}, {"a stage is reached", later, open, changed},
		{"a stage is reached, and met", later, present, better}, {"a stage is reached, and not met", later, unmet, worse}, {"the same", unmet, unmet, ""},
	} {
		if got := moved(c.b, c.a); got != c.want {
			t.Errorf("%s: %s to %s is %q, want %q", c.name, wordsOf(c.b), wordsOf(c.a), got, c.want)
		}
	}
}

// What a finding can do between two reports.
func TestFindingsMove(t *testing.T) {
	f := func(s lodemark.Severity, accepted string) []lodemark.Finding {
		return []lodemark.Finding{{ID: "x", Severity: s, Fingerprint: strings.Repeat("a", 24), Accepted: accepted}}
	}
	for _, c := range []struct {
		name, what string
		b, a       []lodemark.Finding
		want       direction
	}{
		{"comes", "new", nil, f(lodemark.SeverityLow, ""), worse}, {"goes", "gone", f(lodemark.SeverityLow, ""), nil, better},
		{"comes with its acceptance", "new", nil, f(lodemark.SeverityHigh, "d"), changed},
		{"is accepted", "accepted", f(lodemark.SeverityHigh, ""), f(lodemark.SeverityHigh, "d"), changed},
		{"is open again", "acceptance ended", f(lodemark.SeverityHigh, "d"), f(lodemark.SeverityHigh, ""), worse},
		{"is graver", "severity", f(lodemark.SeverityLow, ""), f(lodemark.SeverityHigh, ""), worse},
		{"is milder", "severity", f(lodemark.SeverityHigh, ""), f(lodemark.SeverityLow, ""), better},
	} {
		got := findingChanges(&saved{Findings: c.b}, &saved{Findings: c.a})
		if len(got) != 1 || got[0].Direction != c.want || got[0].What != c.what {
			t.Errorf("a finding %s: %+v, want %s %s", c.name, got, c.what, c.want)
		}
	}
}

func TestReportsThatAreNone(t *testing.T) {
	good := written(t, writeJSON, made(), Options{})
	for name, text := range map[string]string{
		"empty":               "",
		"another file":        `{"hello": "world"}`,
		"another schema":      `{"schema": "lodemark.diff/1"}`,
		"an array":            `[]`,
		"no clauses":          `{"schema": "lodemark.assess/1", "clauses": []}`,
		"an unknown verdict":  strings.Replace(good, `"verdict": "met"`, `"verdict": "good"`, 1),
		"an unknown clause":   strings.Replace(good, `"id": "DEV-1.5"`, `"id": "DEV-1.55"`, 1),
		"a clause twice":      strings.Replace(good, `"id": "DEV-1.5"`, `"id": "DEV-1.6"`, 1),
		"a wrong fingerprint": strings.Replace(good, `"fingerprint": "`, `"fingerprint": "x`, 1),
		"two reports":         good + good,
		"cut short":           good[:len(good)/2],
	} {
		if _, err := ReadBaseline([]byte(text)); err == nil {
			t.Errorf("%s was read as a baseline", name)
		}
		if _, err := Compare([]byte(text), []byte(good)); err == nil {
			t.Errorf("%s was compared", name)
		}
	}
	if _, err := readReport(make([]byte, maxReportBytes+1)); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Errorf("a report beyond the bound: %v", err)
	}
}

func TestBaseline(t *testing.T) {
	r := made()
	b, err := ReadBaseline([]byte(written(t, writeJSON, r, Options{})))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		if b.HasFinding(f.Fingerprint) != (f.Accepted == "") {
			t.Errorf("%s at %q, accepted %q: %v", f.ID, f.Path, f.Accepted, b.HasFinding(f.Fingerprint))
		}
	}
	for clause, want := range map[string]string{"DEV-2.4": "not met", "DEV-1.5": "not met, waived", "SD-1.2": "met", "SD-1.3": "not assessed",
		"DEV-3.1": "inconclusive", "SD-2.6": "not applicable", "OM-1.1": "later", "XX-1.1": ""} {
		if got := b.Verdict(clause); got != want {
			t.Errorf("%s was %q, want %q", clause, got, want)
		}
	}
	var none *Baseline
	if none.HasFinding("a") || none.Verdict("DEV-1.5") != "" {
		t.Error("no baseline holds something")
	}
}

func FuzzReadReport(f *testing.F) {
	small := made()
	small.Assessment.Clauses, small.Evidence = small.Assessment.Clauses[:4], nil
	f.Add([]byte(written(f, writeJSON, small, Options{})))
	f.Add([]byte(`{"schema": "lodemark.assess/1", "clauses": [{"id": "DEV-1.5", "verdict": "not met", "waived": "x"}], "findings": [{"fingerprint": "0123456789abcdef01234567"}]}`))
	f.Add([]byte(`{"schema": "lodemark.assess/1", "clauses": [{"id": "OM-1.1", "later": true}], "gaps": [{"path": "\u001b", "reason": "` + "\u202e" + `"}]}`))
	small.Findings, small.Gaps, small.Assessment.Decisions = small.Findings[1:], nil, nil
	small.System = &lodemark.System{}
	good := []byte(written(f, writeJSON, small, Options{})) // small: the fuzzer spends its time on what it changes
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := ReadBaseline(data)
		c, other := Compare(data, good)
		if (err == nil) != (other == nil) {
			t.Fatalf("read as a baseline: %v; compared: %v", err, other)
		}
		if err != nil {
			return
		}
		if text := diffText(t, c); strings.IndexFunc(text, unsafe) >= 0 {
			t.Errorf("the text holds %q", text)
		}
		if text := diffJSON(t, c); strings.IndexFunc(text, unsafe) >= 0 {
			t.Errorf("the JSON holds %q", text)
		}
		self, err := Compare(data, data)
		if err != nil {
			t.Fatal(err)
		}
		if len(self.clauses) > 0 || len(self.gaps) > 0 {
			t.Errorf("a report differs from itself: %+v", self)
		}
	})
}
