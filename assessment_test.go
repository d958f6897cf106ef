package lodemark

import (
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func passing(clause string, settles bool) Evidence {
	return Evidence{Check: "c", Outcome: Passed, Strength: Enforced, Canary: true, At: noon, Reason: "pinned",
		MaxAge: 30 * day, Bears: []Bearing{{clause, settles}}, Examined: []Digest{{"Dockerfile", "aa"}}}
}

func failing(clause string, findings ...string) Evidence {
	return Evidence{Check: "f", Outcome: Failed, At: noon, Reason: "floating", Findings: findings, Bears: []Bearing{{clause, true}}}
}

func decided(kind DecisionKind, clause string) Decision {
	return Decision{ID: string(kind) + ".yaml", Kind: kind, Clause: clause, By: "Security lead", RequestedBy: "ML engineer",
		Reason: "because", Date: noon.Add(-day), Until: noon.Add(day)}
}

// The derivation, read as a manual: what is known about a clause, and the verdict that follows.
func TestVerdicts(t *testing.T) {
	const clause = "DEV-1.5"
	aged := passing(clause, true)
	aged.At = noon.Add(-31 * day)
	oldFailure := failing(clause)
	oldFailure.At = noon.Add(-400 * day)
	blind := passing(clause, true)
	blind.Canary = false
	undecided := Evidence{Check: "u", Outcome: Undecided, At: noon, Reason: "cannot tell", Bears: []Bearing{{clause, true}}}
	tests := []struct {
		name      string
		evidence  []Evidence
		decisions []Decision
		current   map[string]string
		want      Verdict
		strength  Strength
		waived    bool
	}{
		{name: "nothing examined is not assessed", want: NotAssessed},
		{name: "a settling pass is met", evidence: []Evidence{passing(clause, true)}, want: Met, strength: Enforced},
		{name: "a supporting pass alone is open", evidence: []Evidence{passing(clause, false)}, want: Inconclusive},
		{name: "support and an attestation are met, no stronger than present", evidence: []Evidence{passing(clause, false)},
			decisions: []Decision{decided(Attest, clause)}, want: Met, strength: Present},
		{name: "an attestation alone is declared, never met", decisions: []Decision{decided(Attest, clause)}, want: NotAssessed, strength: Declared},
		{name: "support, attestation and something undecided stay open", evidence: []Evidence{passing(clause, false), undecided},
			decisions: []Decision{decided(Attest, clause)}, want: Inconclusive},
		{name: "any failure dominates", evidence: []Evidence{passing(clause, true), failing(clause)}, want: NotMet},
		{name: "a failure outlives its age", evidence: []Evidence{oldFailure}, want: NotMet},
		{name: "a pass falls back by age", evidence: []Evidence{aged}, want: NotAssessed},
		{name: "a pass falls back when its subject changes", evidence: []Evidence{passing(clause, true)},
			current: map[string]string{"Dockerfile": "bb"}, want: NotAssessed},
		{name: "a pass of a check that missed its canary is not believed", evidence: []Evidence{blind}, want: Inconclusive},
		{name: "an accepted failure stays not met", evidence: []Evidence{failing(clause)}, decisions: []Decision{decided(Accept, clause)}, want: NotMet, waived: true},
		{name: "a deferred failure stays not met", evidence: []Evidence{failing(clause)}, decisions: []Decision{decided(Defer, clause)}, want: NotMet, waived: true},
		{name: "not applicable needs a decision or a fact", decisions: []Decision{decided(NotApplicable, clause)}, want: Inapplicable},
		{name: "a failure is not declared away", evidence: []Evidence{failing(clause)}, decisions: []Decision{decided(NotApplicable, clause)}, want: NotMet},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := Input{Catalogue: Guidelines(), System: &System{}, Evidence: tt.evidence, Decisions: tt.decisions, At: noon,
				Current: map[string]string{"Dockerfile": "aa"}}
			if tt.current != nil {
				in.Current = tt.current
			}
			r := clauseOf(t, Assess(in), clause)
			if r.Verdict != tt.want || r.Strength != tt.strength || (r.Waived != "") != tt.waived {
				t.Errorf("got %v, %v, waived by %q; want %v, %v, %v (%s)", r.Verdict, r.Strength, r.Waived, tt.want, tt.strength, tt.waived, r.Reason)
			}
			if r.Reason == "" {
				t.Error("a verdict without a reason")
			}
		})
	}
}

func clauseOf(t *testing.T, a Assessment, id string) ClauseResult {
	t.Helper()
	for _, r := range a.Clauses {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("no result for %s", id)
	return ClauseResult{}
}

// Where checks passed on their part and nobody vouches for the rest, that is said so that a machine can tell it.
func TestAttestationOwed(t *testing.T) {
	in := Input{Catalogue: Guidelines(), System: &System{}, Evidence: []Evidence{passing("DEV-1.5", false)}, At: noon, Current: map[string]string{"Dockerfile": "aa"}}
	if r := clauseOf(t, Assess(in), "DEV-1.5"); r.Verdict != Inconclusive || !r.AttestationOwed || len(r.Missing) > 0 {
		t.Errorf("a supporting pass: %+v", r)
	}
	in.Decisions = []Decision{decided(Attest, "DEV-1.5")}
	if r := clauseOf(t, Assess(in), "DEV-1.5"); r.Verdict != Met || r.AttestationOwed {
		t.Errorf("with the word of a person: %+v", r)
	}
	in.Decisions, in.Evidence = nil, []Evidence{passing("DEV-1.5", true)}
	if r := clauseOf(t, Assess(in), "DEV-1.5"); r.Verdict != Met || r.AttestationOwed {
		t.Errorf("a settling pass: %+v", r)
	}
}

func TestDecisionStandings(t *testing.T) {
	fact := func(change func(*Decision)) Decision {
		d := decided(Accept, "DEV-1.5")
		change(&d)
		return d
	}
	tests := []struct {
		name string
		d    Decision
		want Standing
	}{
		{"within its time", fact(func(*Decision) {}), Current},
		{"at its end", fact(func(d *Decision) { d.Until = noon }), Expired},
		{"before its date", fact(func(d *Decision) { d.Date = noon.Add(time.Hour) }), NotYet},
		{"its finding is gone", fact(func(d *Decision) { d.Finding = "feed" }), Orphaned},
		{"its finding is there", fact(func(d *Decision) { d.Finding = "beef" }), Current},
		{"its file is gone", fact(func(d *Decision) { d.Bound = []Digest{{"gone.md", "aa"}} }), Orphaned},
		{"its file changed", fact(func(d *Decision) { d.Bound = []Digest{{"plan.md", "bb"}} }), Changed},
		{"asked and decided by one person", fact(func(d *Decision) { d.RequestedBy = "security  LEAD <lead@example.org>" }), SelfApproved},
		{"two names, one mailbox", fact(func(d *Decision) {
			d.By, d.RequestedBy = "A <x@example.org>", "B < X@example.org >"
		}), SelfApproved},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := Input{Catalogue: Guidelines(), System: &System{}, Decisions: []Decision{tt.d}, At: noon,
				Findings: []Finding{{Fingerprint: "beef"}}, Current: map[string]string{"plan.md": "aa"}}
			if got := Assess(in).Decisions[0]; got.Standing != tt.want {
				t.Errorf("standing %q (%s), want %q", got.Standing, got.Why, tt.want)
			}
		})
	}
}

func TestStagesAndFacts(t *testing.T) {
	in := Input{Catalogue: Guidelines(), At: noon, System: &System{
		Declared: Declaration{Stage: StageDevelop},
		Facts:    []Fact{{Name: "agentic", Answer: No, Reason: "no agents found and none declared"}},
	}}
	a := Assess(in)
	if r := clauseOf(t, a, "DEP-1.1"); !r.Later {
		t.Errorf("a deploy clause of a system in development is %v, want later", r.Verdict)
	}
	if r := clauseOf(t, a, "SD-3.13"); r.Verdict != Inapplicable || r.Reason != "no agents found and none declared" {
		t.Errorf("SD-3.13 is %v (%s), want not applicable with the recorded fact", r.Verdict, r.Reason)
	}
	total := a.Total()
	if total.Applicable+total.NotApplicable+total.Later != 144 {
		t.Errorf("%+v does not add up to 144", total)
	}
	in.System.Facts = nil
	if r := clauseOf(t, Assess(in), "SD-3.13"); r.Verdict != NotAssessed {
		t.Errorf("without a recorded fact SD-3.13 is %v, want not assessed: silence is no reason", r.Verdict)
	}
}

func TestFingerprintsSurviveMovedLines(t *testing.T) {
	before := Fingerprinted([]Finding{{ID: "x", Path: "a", Line: 3, Key: "FROM  y"}, {ID: "x", Path: "a", Line: 9, Key: "FROM y"}})
	after := Fingerprinted([]Finding{{ID: "x", Path: "a", Line: 30, Key: "FROM y"}, {ID: "x", Path: "a", Line: 90, Key: "FROM y"}})
	if before[0].Fingerprint != after[0].Fingerprint || before[1].Fingerprint != after[1].Fingerprint {
		t.Error("moving lines changed a fingerprint")
	}
	if before[0].Fingerprint == before[1].Fingerprint {
		t.Error("two equal places share a fingerprint")
	}
}

// A check that bears on two clauses and finds fault on one of them leaves the other open, and whoever accepts the finding
// bears that clause alone.
func TestAFindingTouchesItsClauses(t *testing.T) {
	e := Evidence{Check: "x", Outcome: Failed, Reason: "models without digests", Canary: true, At: noon, Findings: []string{"beef", "feed"},
		Bears: []Bearing{{Clause: "DEP-2.4"}, {Clause: "DEP-2.5"}}}
	in := Input{Catalogue: Guidelines(), System: &System{}, Evidence: []Evidence{e}, At: noon,
		Findings: []Finding{{Fingerprint: "beef", Clauses: []string{"DEP-2.4"}}, {Fingerprint: "feed", Clauses: []string{"DEP-2.4"}}}}
	a := Assess(in)
	if r := clauseOf(t, a, "DEP-2.4"); r.Verdict != NotMet {
		t.Errorf("DEP-2.4 is %v (%s)", r.Verdict, r.Reason)
	}
	if r := clauseOf(t, a, "DEP-2.5"); r.Verdict != Inconclusive {
		t.Errorf("DEP-2.5 is %v (%s), and nothing was found on it", r.Verdict, r.Reason)
	}
	// Rules that know nothing of each other: what one finds says nothing against the clauses of another.
	in.Evidence[0].Apart = true
	if r := clauseOf(t, Assess(in), "DEP-2.4"); r.Verdict != NotMet {
		t.Errorf("apart: DEP-2.4 is %v (%s)", r.Verdict, r.Reason)
	}
	if r := clauseOf(t, Assess(in), "DEP-2.5"); r.Verdict != Inconclusive || !r.AttestationOwed {
		t.Errorf("apart: DEP-2.5 is %v (%s); it holds there, and only a person's word is missing", r.Verdict, r.Reason)
	}
	in.Evidence[0].Apart = false
	in.Findings[1].Clauses = []string{"DEP-2.5"}
	d := decided(Accept, "DEP-2.4")
	d.Clause, d.Finding = "", "beef"
	in.Decisions = []Decision{d}
	a = Assess(in)
	if r := clauseOf(t, a, "DEP-2.4"); r.Verdict != NotMet || r.Waived == "" {
		t.Errorf("DEP-2.4 is %v, waived by %q; its one finding is accepted", r.Verdict, r.Waived)
	}
	if r := clauseOf(t, a, "DEP-2.5"); r.Verdict != NotMet || r.Waived != "" {
		t.Errorf("DEP-2.5 is %v, waived by %q; nobody accepted its finding", r.Verdict, r.Waived)
	}
}
