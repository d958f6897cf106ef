package lodemark

import (
	"strings"
	"testing"
	"time"
)

// kept is a pass that an earlier run signed and kept.
func kept(trusted bool, change func(*Evidence)) Evidence {
	e := passing("DEV-2.8", true)
	e.Check, e.Strength, e.MaxAge, e.At = "dep-2-models-verified", Exercised, 90*day, noon.Add(-10*day)
	e.Examined = []Digest{{"model/weights.safetensors", "aa"}}
	e.Kept = &Kept{Signer: "release", Key: "sha256:00", Trusted: trusted}
	if !trusted {
		e.Kept.Signer, e.Kept.Why = "", "signed by a key that you do not trust"
	}
	if change != nil {
		change(&e)
	}
	return e
}

// What records of earlier runs are worth, read as a manual.
func TestKeptEvidence(t *testing.T) {
	same := map[string]string{"model/weights.safetensors": "aa"}
	fails := func(e *Evidence) { e.Outcome, e.Strength, e.Reason = Failed, NoStrength, "a file has changed" }
	tests := []struct {
		name     string
		evidence []Evidence
		current  map[string]string
		want     Verdict
		strength Strength
		reason   string
	}{
		{"a trusted record settles what a static look cannot", []Evidence{kept(true, nil)}, same, Met, Exercised, "pinned"},
		{"a flipped byte drops it", []Evidence{kept(true, nil)}, map[string]string{"model/weights.safetensors": "ab"}, NotAssessed, NoStrength, "has changed since 2026-10-22"},
		{"a file that is gone drops it", []Evidence{kept(true, nil)}, map[string]string{}, NotAssessed, NoStrength, "is gone"},
		{"age drops it", []Evidence{kept(true, func(e *Evidence) { e.At = noon.Add(-91 * day) })}, same, NotAssessed, NoStrength, "counts for 90 days"},
		{"one that names no age counts for 180 days", []Evidence{kept(true, func(e *Evidence) { e.MaxAge, e.At = 0, noon.Add(-181*day) })}, same, NotAssessed, NoStrength, "counts for 180 days"},
		{"one that names years counts for 180 days", []Evidence{kept(true, func(e *Evidence) { e.MaxAge, e.At = 9999*day, noon.Add(-181*day) })}, same, NotAssessed, NoStrength, "counts for 180 days"},
		{"one that is bound to nothing says nothing", []Evidence{kept(true, func(e *Evidence) { e.Examined = nil })}, same, NotAssessed, NoStrength, "bound to no file"},
		{"one whose bytes were never read says nothing", []Evidence{kept(true, func(e *Evidence) { e.Examined[0].SHA256 = "" })}, same, NotAssessed, NoStrength, "was not bound"},
		{"one that is dated ahead does not exist yet", []Evidence{kept(true, func(e *Evidence) { e.At = noon.Add(time.Hour) })}, same, NotAssessed, NoStrength, "nothing examined"},
		{"one whose canary was missed is not believed", []Evidence{kept(true, func(e *Evidence) { e.Canary = false })}, same, Inconclusive, NoStrength, "planted"},
		{"the target's own word is declared", []Evidence{kept(false, nil)}, same, NotAssessed, Declared, "do not trust"},
		{"the target's own word falls back too", []Evidence{kept(false, nil)}, map[string]string{}, NotAssessed, NoStrength, "is gone"},
		{"a trusted failure stays, whatever changed", []Evidence{kept(true, fails)}, nil, NotMet, NoStrength, "a file has changed"},
		{"the target's own word writes no failure away", []Evidence{kept(true, fails), kept(false, func(e *Evidence) { e.At, e.Kept.Entry = noon, 9 })}, same, NotMet, NoStrength, "a file has changed"},
		{"a later trusted pass does", []Evidence{kept(true, fails), kept(true, func(e *Evidence) { e.At, e.Kept.Entry = noon, 1 })}, same, Met, Exercised, "pinned"},
		{"a pass that is dated back takes no failure away", []Evidence{kept(true, func(e *Evidence) { fails(e); e.At = noon.Add(-day) }), kept(true, func(e *Evidence) { e.At, e.Kept.Entry = noon.Add(-2*day), 1 })}, same, NotMet, NoStrength, "a file has changed"},
		{"a pass that was dated ahead does not outlive the failure behind it", []Evidence{kept(true, func(e *Evidence) { e.At = noon }), kept(true, func(e *Evidence) { fails(e); e.At, e.Kept.Entry = noon.Add(-day), 1 })}, same, NotMet, NoStrength, "a file has changed"},
		{"of one second, the later entry counts", []Evidence{kept(true, nil), kept(true, func(e *Evidence) { fails(e); e.Kept.Entry = 7 })}, same, NotMet, NoStrength, "a file has changed"},
		{"what is seen now counts before what was kept", []Evidence{kept(true, func(e *Evidence) { e.At = noon }),
			kept(true, func(e *Evidence) { fails(e); e.At, e.Kept = noon, nil })}, same, NotMet, NoStrength, "a file has changed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := clauseOf(t, Assess(Input{Catalogue: Guidelines(), System: &System{}, Evidence: tt.evidence, Current: tt.current, At: noon}), "DEV-2.8")
			if r.Verdict != tt.want || r.Strength != tt.strength || !strings.Contains(r.Reason, tt.reason) {
				t.Errorf("got %v, %v: %s; want %v, %v: ... %s ...", r.Verdict, r.Strength, r.Reason, tt.want, tt.strength, tt.reason)
			}
		})
	}
}

// Records of a check that is made of one part at a time stand side by side: what was found of one model says nothing of another.
func TestRecordsOfSeveralParts(t *testing.T) {
	of := func(model string, outcome Outcome, ago time.Duration) Evidence {
		return kept(true, func(e *Evidence) {
			e.Kept.Entry = 1000 - int64(ago/day) // in the order of time
			e.Each, e.Outcome, e.At, e.Reason = true, outcome, noon.Add(-ago), model+" "+string(outcome)
			e.Examined = []Digest{{model + "/model.sig", "aa"}}
			if outcome == Passed {
				e.Examined = append(e.Examined, Digest{model + "/w.bin", "aa"})
			} else {
				e.Strength = NoStrength
			}
		})
	}
	same := map[string]string{"a/model.sig": "aa", "a/w.bin": "aa", "b/model.sig": "aa", "b/w.bin": "aa"}
	with := func(path, sum string) map[string]string {
		now := map[string]string{}
		for k, v := range same {
			now[k] = v
		}
		if now[path] = sum; sum == "" {
			delete(now, path)
		}
		return now
	}
	noA := map[string]string{"b/model.sig": "aa", "b/w.bin": "aa"}
	for name, c := range map[string]struct {
		evidence []Evidence
		current  map[string]string
		want     Verdict
		reason   string
	}{
		"both are as they were":                     {[]Evidence{of("a", Passed, 3*day), of("b", Passed, day)}, same, Met, "passed"},
		"a changed after b was verified":            {[]Evidence{of("a", Passed, 3*day), of("b", Passed, day)}, with("a/w.bin", "ab"), Inconclusive, "a/w.bin has changed"},
		"a is too old":                              {[]Evidence{of("a", Passed, 89*day), of("a", Passed, 95*day), of("b", Passed, day)}, same, Met, ""},
		"a was last seen too long ago":              {[]Evidence{of("a", Passed, 95*day), of("b", Passed, day)}, same, Inconclusive, "counts for 90 days"},
		"a was taken out of the system":             {[]Evidence{of("a", Passed, 3*day), of("b", Passed, day)}, noA, Met, "b passed"},
		"a failed, and b passed later":              {[]Evidence{of("a", Failed, 3*day), of("b", Passed, day)}, same, NotMet, "a failed"},
		"a failed, and passed later":                {[]Evidence{of("a", Failed, 3*day), of("a", Passed, 2*day), of("b", Passed, day)}, same, Met, ""},
		"a failed, and a pass is dated back":        {[]Evidence{of("a", Failed, 3*day), func() Evidence { e := of("a", Passed, 4*day); e.Kept.Entry = 1000; return e }()}, same, NotMet, "a failed"},
		"a passed, and failed later":                {[]Evidence{of("a", Passed, 3*day), of("a", Failed, 2*day), of("b", Passed, day)}, same, NotMet, "a failed"},
		"of checks of the whole, the newest counts": {[]Evidence{kept(true, nil), kept(true, func(e *Evidence) { e.At, e.Kept.Entry = noon, 1; e.Examined = []Digest{{"b/w.bin", "aa"}} })}, same, Met, "pinned"},
	} {
		r := clauseOf(t, Assess(Input{Catalogue: Guidelines(), System: &System{}, Evidence: c.evidence, Current: c.current, At: noon}), "DEV-2.8")
		if r.Verdict != c.want || !strings.Contains(r.Reason, c.reason) {
			t.Errorf("%s: %v: %s; want %v: ... %s ...", name, r.Verdict, r.Reason, c.want, c.reason)
		}
	}
}

// The address of a record says what was found, wherever it is kept.
func TestSealedLeavesTheKeepingOut(t *testing.T) {
	with, without := kept(true, nil), kept(true, func(e *Evidence) { e.Kept = nil })
	if with.Sealed().ID != without.Sealed().ID {
		t.Error("who signed a record changes its address")
	}
	if kept(true, func(e *Evidence) { e.Reason = "other" }).Sealed().ID == without.Sealed().ID {
		t.Error("what a record says does not change its address")
	}
}
