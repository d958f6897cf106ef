package gate

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// What somebody might do to open the gate: each attempt leaves it closed, with the reason. The policy asks for models that the release
// team verified within a month, and that two people saw.
func TestTampering(t *testing.T) {
	const check = "dep-2-models-verified"
	passed, failed := lodemark.Passed, lodemark.Failed
	sound := func() []lodemark.Evidence {
		return []lodemark.Evidence{kept(check, "2026-11-20", "release-team", passed), kept(check, "2026-11-21", "security", passed)}
	}
	changed := func(change func(*lodemark.Evidence)) []lodemark.Evidence {
		all := sound()
		for i := range all {
			change(&all[i])
		}
		return all
	}
	p := read(t, policyOf(`metWith("DEV-2.8", "exercised") && passed("`+check+`") && covers("`+check+`", "model") &&
signedBy("`+check+`", "release-team") && signers("`+check+`") >= 2 && fresh("`+check+`", duration("720h")) && selfSigned() == 0`))
	if v := judge(t, p, world{models: 1, evidence: sound()}); !v.Met {
		t.Fatalf("the sound system is refused: %s", wholeOf(v.Lines[0]))
	}
	for _, tt := range []struct {
		what     string
		evidence []lodemark.Evidence
		current  map[string]string
		at       string
		says     string
	}{
		{"the records are taken away", nil, nil, "", "dep-2-models-verified: there is no record of it"},
		{"one of the two is taken away", sound()[:1], nil, "", "is 1; at least 2 is asked for"},
		{"one signer signs twice", []lodemark.Evidence{sound()[0], kept(check, "2026-11-22", "release-team", passed)}, nil, "", "it is signed by release-team alone"},
		{"the signer is not trusted", []lodemark.Evidence{kept(check, "2026-11-20", "", passed), kept(check, "2026-11-21", "", passed)}, nil, "", "its only record is signed by nobody whom you trust"},
		{"a stranger adds a newer record", append(sound(), kept(check, "2026-11-25", "", passed)), nil, "", "is signed by nobody whom you trust"},
		{"a stranger passes what failed", append(sound(), kept(check, "2026-11-24", "security", failed), kept(check, "2026-11-25", "", passed)), nil, "", "DEV-2.8 is not met"},
		{"a failure is followed by the pass of an earlier day", append([]lodemark.Evidence{kept(check, "2026-11-24", "security", failed)}, sound()...), nil, "", "DEV-2.8 is not met"},
		{"a byte of the model is changed", sound(), map[string]string{"model/weights.safetensors": bbbb}, "", "model/weights.safetensors has changed since 2026-11-21, signed by security"},
		{"the model is taken away", sound(), map[string]string{"model/weights.safetensors": ""}, "", "model/weights.safetensors has changed since"},
		{"the records are bound to nothing", changed(func(e *lodemark.Evidence) { e.Examined = nil }), nil, "", "it is bound to no file"},
		{"the records name no digest", changed(func(e *lodemark.Evidence) { e.Examined = []lodemark.Digest{{Path: "model/weights.safetensors"}} }), nil, "", "was not bound to its bytes"},
		{"the records are about another file", changed(func(e *lodemark.Evidence) { e.Examined = []lodemark.Digest{{Path: "Dockerfile", SHA256: aaaa}} }), nil, "",
			"model/weights.safetensors is not among what a trusted record of dep-2-models-verified examined"},
		{"the check was another version", changed(func(e *lodemark.Evidence) { e.CheckVersion = 7 }), nil, "", "no record of it that still holds was signed"},
		{"the check missed its planted defect", changed(func(e *lodemark.Evidence) { e.Canary = false }), nil, "", "missed the defect that was planted for it"},
		{"the records are dated ahead", changed(func(e *lodemark.Evidence) { e.At = e.At.AddDate(0, 1, 0) }), nil, "", "there is no record of it"},
		{"the clock is turned back", sound(), nil, "2026-11-19", "there is no record of it"},
		{"the records are old", sound(), nil, "2027-01-10", "at most 30 days is asked for"},
		{"the records are very old, and claim to last", changed(func(e *lodemark.Evidence) { e.MaxAge = 1 << 62 }), nil, "2027-06-30", "counts for 180 days"},
		{"the records are of another check", changed(func(e *lodemark.Evidence) { e.Check = "dep-2-private-keys" }), nil, "", "dep-2-models-verified: there is no record of it"},
		{"the outcome is another word", changed(func(e *lodemark.Evidence) { e.Outcome = "PASSED" }), nil, "", `has the outcome "PASSED", which is none`},
		{"nothing was there to verify", changed(func(e *lodemark.Evidence) { e.Outcome = lodemark.NothingToSee }), nil, "", "found nothing to look at"},
	} {
		w := world{models: 1, evidence: tt.evidence, current: tt.current, at: tt.at}
		v := judge(t, p, w)
		if whole := wholeOf(v.Lines[0]); v.Met || !strings.Contains(whole, tt.says) {
			t.Errorf("%s: met %v, and %q is not said\n%s", tt.what, v.Met, tt.says, whole)
		}
	}
}

// A stranger who can write into the ledger, and not sign, can say nothing against what was verified either.
func TestStrangerCannotClose(t *testing.T) {
	const check = "dep-2-models-verified"
	w := world{models: 1, evidence: []lodemark.Evidence{kept(check, "2026-11-20", "release-team", lodemark.Passed), kept(check, "2026-11-25", "", lodemark.Failed)}}
	if v := judge(t, read(t, policyOf(`metWith("DEV-2.8", "exercised") && passed("`+check+`") && signedBy("`+check+`", "release-team")`)), w); !v.Met {
		t.Errorf("an untrusted failure counts: %s", wholeOf(v.Lines[0]))
	}
}
