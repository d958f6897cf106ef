package gate

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
)

func finding(id string, s lodemark.Severity, fingerprint string) lodemark.Finding {
	return lodemark.Finding{ID: id, Severity: s, Path: "Dockerfile", Line: 3, Message: "the image has no digest", Fix: "name the digest", Fingerprint: fingerprint, Clauses: []string{"DEV-1.5"}}
}

const print24 = "0123456789abcdef01234567"

var accepted = lodemark.Decision{ID: ".lodemark/decisions/a.yaml", Kind: lodemark.Accept, Finding: print24, By: "Risk owner", RequestedBy: "ML engineer", Reason: "The image is rebuilt next month",
	Date: day("2026-11-01"), Until: day("2027-01-01")}

// ruleCase is what is asked, of which system, what comes of it, and what the verdict says of it.
type ruleCase struct {
	require string
	world   world
	met     bool
	says    []string
}

func ruleCases() []ruleCase {
	passing := world{evidence: []lodemark.Evidence{seen("dev-1-pinned-images", lodemark.Passed)}}
	failing := world{evidence: []lodemark.Evidence{seen("dev-1-pinned-images", lodemark.Failed, print24)}, findings: []lodemark.Finding{finding("dev-1-pinned-images", lodemark.SeverityHigh, print24)}}
	borne := failing
	borne.decisions = []lodemark.Decision{accepted}
	verified := world{models: 1, evidence: []lodemark.Evidence{kept("dep-2-models-verified", "2026-11-20", "release-team", lodemark.Passed)}}
	changed := verified
	changed.current = map[string]string{"model/weights.safetensors": bbbb}
	old := world{evidence: []lodemark.Evidence{kept("dep-2-models-verified", "2026-09-01", "release-team", lodemark.Passed)}}
	ahead := world{evidence: []lodemark.Evidence{kept("dep-2-models-verified", "2026-12-20", "release-team", lodemark.Passed)}}
	own := world{evidence: []lodemark.Evidence{kept("dep-2-models-verified", "2026-11-20", "", lodemark.Passed)}}
	two := world{evidence: []lodemark.Evidence{kept("dep-2-models-verified", "2026-11-20", "release-team", lodemark.Passed), kept("dep-2-models-verified", "2026-11-21", "security", lodemark.Passed)}}
	thenFailed := two
	thenFailed.evidence = append(two.evidence[:2:2], kept("dep-2-models-verified", "2026-11-22", "security", lodemark.Failed))
	other := kept("dep-2-models-verified", "2026-11-22", "release-team", lodemark.Passed)
	other.Examined = []lodemark.Digest{{Path: "Dockerfile", SHA256: aaaa}}
	secondModel := world{models: 1, evidence: []lodemark.Evidence{verified.evidence[0], other}}
	secondFlipped := secondModel
	secondFlipped.current = changed.current
	secondPasses := world{models: 1, evidence: []lodemark.Evidence{kept("dep-2-models-verified", "2026-11-20", "release-team", lodemark.Failed), other}}
	firstGone := secondModel
	firstGone.current = map[string]string{"model/weights.safetensors": "gone"}
	early := passing
	early.stage = lodemark.StageDesign
	noAgents := world{facts: []lodemark.Fact{{Name: "agentic", Answer: lodemark.No, Reason: "no agents found and none declared"}}}
	measured := verified
	measured.rates = map[string][]Rate{"dep-2-models-verified": {{Probe: "inj.direct", Successes: 1, Attempts: 200}}}

	return []ruleCase{
		{`met("DEV-1.5")`, passing, true, nil},
		{`met("DEV-1.5")`, failing, false, []string{"DEV-1.5 is not met", "rests on dev-1-pinned-images, failed", "would help: Dockerfile:3: name the digest"}},
		{`met("DEV-1.5")`, borne, false, []string{"borne by .lodemark/decisions/a.yaml, which does not make it met"}},
		{`met("DEV-1.5")`, world{}, false, []string{"DEV-1.5 is not assessed: nothing examined bears on it yet", "lodemark guide DEV-1.5"}},
		{`met("DEV-1.5")`, early, false, []string{"not judged, by the target's own word: the system is declared to be in the design stage"}},
		{`met(["DEV-1.5", "DEV-2.8"])`, passing, false, []string{"DEV-2.8 is not assessed"}},
		{`met("DEV-1")`, passing, false, []string{"DEV-1.1 is not assessed"}},
		{`met([])`, passing, false, []string{"no clause is named"}},
		{`metWith("DEV-1.5", "enforced")`, passing, true, nil},
		{`metWith("DEV-1.5", "exercised")`, passing, false, []string{"DEV-1.5 is met, and its evidence is no better than enforced; exercised is asked for"}},
		{`metWith("DEV-2.8", "exercised")`, verified, true, nil},
		{`met("DEV-2.8")`, changed, false, []string{"model/weights.safetensors has changed since 2026-11-20, signed by release-team", "record it anew: lodemark verify MODEL --trust KEYS --record"}},
		{`met("DEV-2.8")`, own, false, []string{"DEV-2.8 is not assessed: declared by a kept record", "signed by nobody whom you trust"}},
		{`met("DEV-2.8")`, ahead, false, []string{"DEV-2.8 is not assessed"}},
		{`met("DEV-2.8")`, thenFailed, false, []string{"DEV-2.8 is not met"}},

		{`passed("dev-1-pinned-images")`, passing, true, nil},
		{`passed("dev-1-pinned-images")`, failing, false, []string{"dev-1-pinned-images failed: it was looked at", "would help: Dockerfile:3: name the digest"}},
		{`passed("dev-1-pinned-images")`, world{}, false, []string{"dev-1-pinned-images: there is no record of it", "would help: pin them"}},
		{`passed("dev-1-pinned-images")`, world{evidence: []lodemark.Evidence{seen("dev-1-pinned-images", lodemark.NothingToSee)}}, false, []string{"found nothing to look at"}},
		{`holds("dev-1-pinned-images")`, world{evidence: []lodemark.Evidence{seen("dev-1-pinned-images", lodemark.NothingToSee)}}, true, nil},
		{`holds("dev-1-pinned-images")`, world{evidence: []lodemark.Evidence{seen("dev-1-pinned-images", lodemark.Undecided)}}, false, []string{"dev-1-pinned-images is inconclusive"}},
		{`holds("dev-1-pinned-images")`, failing, false, []string{"dev-1-pinned-images failed"}},
		{`holds("dev-1-pinned-images")`, borne, true, nil},
		{`passed("dev-1-pinned-images")`, borne, false, []string{"dev-1-pinned-images failed"}},
		{`holds("dev-1-pinned-images")`, world{}, false, []string{"there is no record of it"}},
		{`passed("dep-2-models-verified")`, changed, false, []string{"its record no longer holds: model/weights.safetensors has changed since 2026-11-20, signed by release-team", "--record --key YOURS"}},
		{`passed("dep-2-models-verified")`, own, false, []string{"its only record is signed by nobody whom you trust"}},
		{`passed("dep-2-models-verified")`, ahead, false, []string{"there is no record of it"}},

		{`fresh("dep-2-models-verified", duration("168h"))`, verified, true, nil},
		{`fresh("dep-2-models-verified", duration("100h"))`, verified, false, []string{"its record is of 2026-11-20, 6 days old; at most 100h0m0s is asked for"}},
		{`fresh("dep-2-models-verified", duration("720h"))`, old, false, []string{"of 2026-09-01, 86 days old; at most 30 days is asked for"}},
		{`signedBy("dep-2-models-verified", "release-team")`, verified, true, nil},
		{`signedBy("dep-2-models-verified", "security")`, verified, false, []string{"is asked to be signed by security; it is signed by release-team alone"}},
		{`signedBy("dep-2-models-verified", "release-team")`, changed, false, []string{"its record, signed by release-team, no longer holds: model/weights.safetensors has changed since 2026-11-20"}},
		{`signedBy("dep-2-models-verified", "")`, own, false, []string{"its record is signed by nobody whom you trust"}},
		{`signedBy("dep-2-models-verified", "release-team")`, thenFailed, false, nil},
		{`signers("dep-2-models-verified") >= 2`, two, true, nil},
		{`signers("dep-2-models-verified") >= 2`, verified, false, []string{`signers("dep-2-models-verified") is 1; at least 2 is asked for`, "it is signed by release-team alone"}},
		{`signers("dep-2-models-verified") >= 2`, thenFailed, false, []string{"is 0; at least 2"}},
		{`covers("dep-2-models-verified", "model")`, verified, true, nil},
		{`covers("dep-2-models-verified", "model")`, world{models: 1}, false, []string{"model/weights.safetensors is not among what a trusted record of dep-2-models-verified examined"}},
		{`covers("dep-2-models-verified", "model")`, changed, false, []string{"model/weights.safetensors: the record of dep-2-models-verified about it no longer holds: model/weights.safetensors has changed since 2026-11-20, signed by release-team"}},
		{`covers("dep-2-models-verified", "model")`, secondModel, true, nil},
		{`covers("dep-2-models-verified", "model")`, secondFlipped, false, []string{"model/weights.safetensors has changed since 2026-11-20"}},
		// The newest record is about another model: neither a change of the first nor a failure of it goes by.
		{`passed("dep-2-models-verified")`, secondModel, true, nil},
		{`passed("dep-2-models-verified")`, secondFlipped, false, []string{"model/weights.safetensors has changed since 2026-11-20, signed by release-team"}},
		{`passed("dep-2-models-verified")`, secondPasses, false, []string{"dep-2-models-verified failed"}},
		{`passed("dep-2-models-verified")`, firstGone, true, nil},
		{`fresh("dep-2-models-verified", duration("100h"))`, secondModel, false, []string{"its record is of 2026-11-20, 6 days old"}},
		{`signers("dep-2-models-verified") >= 1`, secondFlipped, false, []string{"is 0; at least 1"}},
		{`signedBy("dep-2-models-verified", "release-team")`, secondPasses, false, nil},
		{`selfSigned() == 0`, verified, true, nil},
		{`selfSigned() == 0`, own, false, []string{"the record of dep-2-models-verified is signed by nobody whom you trust: nobody whom you trust has this key"}},

		{`findingsAtLeast("high") == 0`, passing, true, nil},
		{`findingsAtLeast("high") == 0`, failing, false, []string{`findingsAtLeast("high") is 1; 0 is asked for`, "high dev-1-pinned-images at Dockerfile:3: the image has no digest", "would help: name the digest", "rests on dev-1-pinned-images, failed"}},
		{`findingsAtLeast("critical") == 0`, failing, true, nil},
		{`findingsAtLeast("high") == 0`, borne, true, nil},
		{`acceptedRisks() == 0`, passing, true, nil},
		{`acceptedRisks("high") == 0`, borne, false, []string{"high dev-1-pinned-images at Dockerfile:3: the image has no digest is accepted by .lodemark/decisions/a.yaml"}},
		{`threatsAtLeast("high") == 0`, passing, false, []string{"there is no threat model"}},
		{`threatsAtLeast("high") == 0`, world{threats: []Threat{{ID: "LDM-T11", Title: "Text of others steers the agent", Severity: lodemark.SeverityHigh, Status: "applies"}}}, false,
			[]string{"the threat LDM-T11 (high) applies: Text of others steers the agent", "lodemark threats explain LDM-T11"}},
		{`threatsAtLeast("high") == 0`, world{threats: []Threat{{ID: "LDM-T11", Severity: lodemark.SeverityHigh, Status: "evidenced"}}}, true, nil},
		{`threats.all(t, t.status != "applies")`, world{threats: []Threat{{ID: "LDM-T11", Title: "Text of others", Status: "applies"}, {ID: "LDM-T12", Status: "claimed"}}}, false, []string{"LDM-T11 applies: Text of others"}},
		{`parts("model") == 1`, verified, true, nil},
		{`parts("model") == 1`, passing, false, []string{`parts("model") is 0; 1 is asked for`}},
		{`parts("prompt") > 0`, passing, false, []string{`parts("prompt") is 0; more than 0 is asked for`}},
		{`gaps.all(g, !g.needed)`, passing, true, nil},
		{`rateUpper("inj.direct") <= 0.05`, verified, false, []string{"nothing measured: no record that still holds says how often inj.direct did harm"}},
		{`rateUpper("inj.direct") <= 0.05`, measured, true, nil},
		{`rateUpper("inj.direct") <= 0.005`, measured, false, []string{"inj.direct does harm in at most 2.8 % of attempts"}},
		{`evidence.exists(e, e.rates.exists(r, r.attempts >= 100 && r.upper < 0.03))`, measured, true, nil},

		{`clauses["DEV-2.8"].verdict == "met"`, verified, true, nil},
		{`clauses["DEV-2.8"].verdict == "met"`, changed, false, []string{`clauses["DEV-2.8"].verdict is "not assessed"; "met" is asked for`, "has changed since 2026-11-20"}},
		{`clauses["DEV-2.8"].strength >= strength("observed")`, verified, false, []string{`is 4; at least 5 is asked for`}},
		{`guidelines["DEV-2"].not_met == 0 && counts.not_met == 0`, verified, true, nil},
		{`counts.met >= 10`, passing, false, []string{"counts.met is 1; at least 10 is asked for"}},
		{`evidence.filter(e, e.kept).all(e, e.age <= duration("720h"))`, verified, true, nil},
		{`evidence.filter(e, e.kept).all(e, e.age <= duration("720h"))`, old, false, []string{"dep-2-models-verified, passed, sha256:", "86 days old, signed by release-team", `e.age <= duration("720h") does not hold`}},
		{`!findings.exists(f, f.severity >= severity("medium"))`, failing, false, []string{"high dev-1-pinned-images at Dockerfile:3", "holds, and must not"}},
		{`decisions.all(d, d.kind != "accept")`, borne, false, []string{".lodemark/decisions/a.yaml (accept by Risk owner)"}},
		{`["DEV-1.5", "DEV-2.8"].all(c, met(c))`, passing, false, []string{"DEV-2.8 is not assessed"}},
		{`facts["agentic"] == "no"`, noAgents, true, nil},
		{`facts["agentic"] == "no"`, world{}, false, []string{`facts["agentic"] is "unknown"; "no" is asked for`}},
		{`system.stage != "design" || met("DEV-2.8")`, early, false, []string{`system.stage is "design"; anything but "design" is asked for`, "DEV-2.8 is not judged"}},
		{`parts("model") > 0 ? met("DEV-2.8") : true`, changed, false, []string{"has changed since 2026-11-20"}},
		{`now < timestamp("2026-11-01T00:00:00Z")`, passing, false, []string{"less than"}},
		// What cannot be evaluated is not met, with the reason.
		{`1 / parts("model") > 0`, passing, false, []string{"cannot be decided: division by zero"}},
		{`clauses["DEV" + "-9.9"].verdict == "met"`, passing, false, []string{"DEV-9.9 was not assessed"}},
		{`met("DEV" + "-9.9")`, passing, false, []string{`cannot be decided: there is no clause or guideline "DEV-9.9"`}},
		{`passed(system.name)`, passing, false, []string{`cannot be decided: there is no check "Assistant"`}},
	}
}

func TestRules(t *testing.T) {
	for _, tt := range ruleCases() {
		v := judge(t, read(t, policyOf(tt.require)), tt.world)
		whole := wholeOf(v.Lines[0])
		if v.Met != tt.met {
			t.Errorf("%s: met is %v\n%s", tt.require, v.Met, whole)
			continue
		}
		if !tt.met && len(v.Lines[0].Parts) == 0 {
			t.Errorf("%s fails without a reason", tt.require)
		}
		for _, want := range tt.says {
			if !strings.Contains(whole, want) {
				t.Errorf("%s: %q is not said\n%s", tt.require, want, whole)
			}
		}
	}
}

// Every function, variable and field that conditions can use: each function and variable is tried above, both ways.
func TestEveryNameIsTried(t *testing.T) {
	for _, f := range functions() {
		for _, met := range []bool{true, false} {
			if !slices.ContainsFunc(ruleCases(), func(c ruleCase) bool { return c.met == met && strings.Contains(c.require, f.name+"(") }) && f.name != "strength" && f.name != "severity" {
				t.Errorf("no rule that is met (%v) calls %s", met, f.name)
			}
		}
	}
	for _, v := range variables() {
		if v.name != "gaps" && !slices.ContainsFunc(ruleCases(), func(c ruleCase) bool { return regexp.MustCompile(`\b` + v.name + `\b`).MatchString(c.require) }) {
			t.Errorf("no rule reads %s", v.name)
		}
	}
}

func TestStrictPolicyCountsNoDecision(t *testing.T) {
	w := world{evidence: []lodemark.Evidence{seen("dev-1-pinned-images", lodemark.Failed, print24)}, findings: []lodemark.Finding{finding("dev-1-pinned-images", lodemark.SeverityHigh, print24)}, decisions: []lodemark.Decision{accepted}}
	for _, require := range []string{`findingsAtLeast("high") == 0`, `holds("dev-1-pinned-images")`} {
		text := policyOf(require)
		if v := judge(t, read(t, text), w); !v.Met || len(v.Borne) == 0 || !strings.Contains(v.Borne[0], "let through by .lodemark/decisions/a.yaml") {
			t.Errorf("%s with decisions: met %v, borne %q", require, v.Met, v.Borne)
		}
		if v := judge(t, read(t, text+"decisions: ignore\n"), w); v.Met {
			t.Errorf("%s without decisions is met", require)
		}
	}
}

// A condition on which a rule is about the system: what is not about it shows nothing.
func TestWhen(t *testing.T) {
	rule := func(when string) string {
		return policyOf(`passed("dev-1-pinned-images")`) + "    when: " + when + "\n"
	}
	passing := world{models: 1, evidence: []lodemark.Evidence{seen("dev-1-pinned-images", lodemark.Passed)}}
	for _, tt := range []struct {
		when string
		want Result
		met  bool
	}{
		{`parts("model") > 0`, RuleMet, true},
		{`parts("dataset") > 0`, RuleNotJudged, false}, // no rule was judged: nothing was shown
		{`1 / parts("dataset") > 0`, RuleNotMet, false},
	} {
		v := judge(t, read(t, rule(tt.when)), passing)
		if v.Lines[0].Result != tt.want || v.Met != tt.met {
			t.Errorf("%s: %s, met %v: %s", tt.when, v.Lines[0].Result, v.Met, v.Reason)
		}
	}
}

// One byte of a signed model is changed, and put back: the rule fails with the reason, and holds again.
func TestFlippedByte(t *testing.T) {
	p := read(t, policyOf(`metWith("DEV-2.8", "exercised")`))
	w := world{models: 1, evidence: []lodemark.Evidence{kept("dep-2-models-verified", "2026-11-20", "release-team", lodemark.Passed)}}
	before := judge(t, p, w)
	w.current = map[string]string{"model/weights.safetensors": bbbb}
	flipped := judge(t, p, w)
	w.current = nil
	after := judge(t, p, w)
	if !before.Met || flipped.Met || !after.Met {
		t.Fatalf("met before %v, flipped %v, restored %v", before.Met, flipped.Met, after.Met)
	}
	want := "DEV-2.8 is not assessed: the record of dep-2-models-verified no longer holds: model/weights.safetensors has changed since 2026-11-20, signed by release-team"
	if got := flipped.Lines[0].Parts[0].Failed; got != want {
		t.Errorf("said %q\nwant %q", got, want)
	}
	a, _ := before.JSON()
	b, _ := after.JSON()
	if !bytes.Equal(a, b) {
		t.Error("the same state gives another verdict")
	}
}

// The clock is fixed: what was made later does not exist, and the same time gives the same bytes.
func TestReplay(t *testing.T) {
	p := read(t, policyOf(`passed("dep-2-models-verified")`))
	w := world{evidence: []lodemark.Evidence{kept("dep-2-models-verified", "2026-11-20", "release-team", lodemark.Passed), kept("dep-2-models-verified", "2026-11-24", "release-team", lodemark.Failed)}}
	for _, tt := range []struct {
		at  string
		met bool
	}{{"2026-11-19", false}, {"2026-11-20", true}, {"2026-11-23", true}, {"2026-11-24", false}, {"2026-12-30", false}} {
		w.at = tt.at
		first := judge(t, p, w)
		if first.Met != tt.met {
			t.Errorf("at %s: met %v: %s", tt.at, first.Met, wholeOf(first.Lines[0]))
		}
		a, _ := first.JSON()
		b, _ := judge(t, p, w).JSON()
		if !bytes.Equal(a, b) {
			t.Errorf("at %s, two runs differ", tt.at)
		}
	}
}

func TestPolicyInForce(t *testing.T) {
	p := read(t, "date: 2026-11-10\n"+policyOf(`passed("dev-1-pinned-images")`))
	w := world{evidence: []lodemark.Evidence{seen("dev-1-pinned-images", lodemark.Passed)}}
	if v := judge(t, p, w); !v.Met {
		t.Errorf("after its date: %s", v.Reason)
	}
	w.at = "2026-11-09"
	if v := judge(t, p, w); v.Met || !strings.Contains(v.Reason, "in force from 2026-11-10 on") {
		t.Errorf("before its date: met %v, %s", v.Met, v.Reason)
	}
}

// A policy that a system would meet of which nothing is known asks for nothing; its verdict is no evidence.
func TestAsks(t *testing.T) {
	w := world{evidence: []lodemark.Evidence{seen("dev-1-pinned-images", lodemark.Passed)}}
	for require, want := range map[string]bool{`findingsAtLeast("critical") == 0`: false, `passed("dev-1-pinned-images")`: true, `true`: false, `counts.met > 0`: true} {
		v := judge(t, read(t, policyOf(require)), w)
		if v.Asks != want || v.Evidence().Canary != want {
			t.Errorf("%s asks for something: %v, canary %v", require, v.Asks, v.Evidence().Canary)
		}
	}
}

// The verdict as a record settles DEP-4.1, either way, and is bound to what was looked at.
func TestRecord(t *testing.T) {
	p := read(t, policyOf(`passed("dev-1-pinned-images")`))
	for _, o := range []lodemark.Outcome{lodemark.Passed, lodemark.Failed} {
		v := judge(t, p, world{evidence: []lodemark.Evidence{seen("dev-1-pinned-images", o)}})
		e := v.Evidence()
		if e.Outcome != o || len(e.Examined) != 1 || e.Examined[0] != (lodemark.Digest{Path: "Dockerfile", SHA256: aaaa}) || e.ID == "" {
			t.Errorf("the record of a verdict that is met %v: %+v", v.Met, e)
		}
		e.Kept = &lodemark.Kept{Signer: "release-team", Trusted: true}
		a := lodemark.Assess(lodemark.Input{Catalogue: lodemark.Guidelines(), System: &lodemark.System{}, Evidence: []lodemark.Evidence{e}, Current: map[string]string{"Dockerfile": aaaa}, At: v.At})
		want := map[lodemark.Outcome]lodemark.Verdict{lodemark.Passed: lodemark.Met, lodemark.Failed: lodemark.NotMet}[o]
		for _, c := range a.Clauses {
			if c.ID == "DEP-4.1" && c.Verdict != want {
				t.Errorf("DEP-4.1 is %s after a gate that %s", c.Verdict, o)
			}
		}
	}
}

// The gate's own earlier verdict is no evidence for the next one.
func TestGateDoesNotLeanOnItself(t *testing.T) {
	checks := append(fewChecks(), lodemark.Check{ID: RecordedAs, Version: 1, Bears: []lodemark.Bearing{{Clause: "DEP-4.1", Settles: true}}})
	w := world{checks: checks, evidence: []lodemark.Evidence{kept(RecordedAs, "2026-11-20", "release-team", lodemark.Passed)}}
	v := judge(t, read(t, policyOf(`passed("dep-4-release-gate")`)), w)
	if v.Met || !strings.Contains(wholeOf(v.Lines[0]), "there is no record of it") {
		t.Errorf("met %v: %s", v.Met, wholeOf(v.Lines[0]))
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Judge(ctx, read(t, policyOf(`true`)), world{}.input()); err == nil {
		t.Error("a cancelled run gives a verdict")
	}
}

// A condition whose cost explodes ends, and does not hold.
func TestCostIsBounded(t *testing.T) {
	w := world{}
	for i := range 3000 {
		f := finding("x", lodemark.SeverityLow, print24)
		f.Line = i
		w.findings = append(w.findings, f)
	}
	v := judge(t, read(t, policyOf(`findings.all(a, findings.all(b, findings.all(c, a.line + b.line + c.line >= 0)))`)), w)
	if v.Met || !strings.Contains(wholeOf(v.Lines[0]), "it cannot be decided") {
		t.Errorf("met %v: %s", v.Met, wholeOf(v.Lines[0]))
	}
}

// A target that makes many findings makes no gate slow, and the verdict stays readable.
func TestManyFindings(t *testing.T) {
	w := world{evidence: []lodemark.Evidence{seen("dev-1-pinned-images", lodemark.Failed)}}
	for i := range 20_000 {
		f := finding("dev-1-pinned-images", lodemark.SeverityHigh, fmt.Sprintf("%024x", i))
		f.Line = i
		w.findings, w.evidence[0].Findings = append(w.findings, f), append(w.evidence[0].Findings, f.Fingerprint)
	}
	in := w.input()
	start := time.Now()
	v, err := Judge(t.Context(), read(t, policyOf(`findingsAtLeast("high") == 0 && passed("dev-1-pinned-images") && holds("dev-1-pinned-images")`)), in)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(v.Lines[0].Parts); v.Met || n > mostParts+2 {
		t.Errorf("met %v, with %d parts", v.Met, n)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}
