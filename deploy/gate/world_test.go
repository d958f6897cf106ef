package gate

import (
	"cmp"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
)

// world is a system with its records, small enough to be written in a test.
type world struct {
	at        string // 2026-11-26 where empty
	models    int
	stage     lodemark.Stage
	evidence  []lodemark.Evidence
	findings  []lodemark.Finding
	decisions []lodemark.Decision
	current   map[string]string
	threats   []Threat
	rates     map[string][]Rate
	facts     []lodemark.Fact
	checks    []lodemark.Check
}

const (
	aaaa = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	bbbb = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// The checks of the small worlds: one that each run makes, one that a command records, one that is made of many.
func fewChecks() []lodemark.Check {
	return []lodemark.Check{
		{ID: "dev-1-pinned-images", Version: 1, Bears: []lodemark.Bearing{{Clause: "DEV-1.5", Settles: true}}, Strength: lodemark.Enforced, Help: "pin them"},
		{ID: "dep-2-private-keys", Version: 1, Bears: lodemark.Supports("DEP-2.7"), Strength: lodemark.Present},
		{ID: "dep-2-models-verified", Version: 1, Bears: []lodemark.Bearing{{Clause: "DEV-2.8", Settles: true}, {Clause: "DEP-2.4"}}, Strength: lodemark.Exercised,
			Command: "lodemark verify MODEL --trust KEYS --record", Help: "lodemark verify MODEL --trust KEYS --record --key YOURS shows it"},
	}
}

// seen is a record of this run.
func seen(check string, o lodemark.Outcome, fingerprints ...string) lodemark.Evidence {
	e := lodemark.Evidence{Check: check, CheckVersion: 1, Outcome: o, Reason: "it was looked at", Canary: true, Findings: fingerprints, Examined: []lodemark.Digest{{Path: "Dockerfile", SHA256: aaaa}}}
	if o == lodemark.Passed {
		e.Strength = lodemark.Enforced
	}
	return e
}

// kept is a record of an earlier run, bound to the model.
func kept(check, date, signer string, o lodemark.Outcome) lodemark.Evidence {
	e := lodemark.Evidence{Check: check, CheckVersion: 1, Outcome: o, Reason: "2 files are what was signed", Canary: true, At: day(date), Strength: lodemark.Exercised,
		Examined: []lodemark.Digest{{Path: "model/weights.safetensors", SHA256: aaaa}}, Kept: &lodemark.Kept{Signer: signer, Trusted: signer != ""}}
	if signer == "" {
		e.Kept.Why = "nobody whom you trust has this key"
	}
	if o != lodemark.Passed {
		e.Strength = lodemark.NoStrength
	}
	return e
}

func (w world) input() Input {
	at := day(cmp.Or(w.at, "2026-11-26"))
	checks := w.checks
	if checks == nil {
		checks = fewChecks()
	}
	sys := &lodemark.System{Name: "Assistant", Facts: w.facts}
	sys.Declared.Stage = w.stage
	for range w.models {
		sys.Components = append(sys.Components, lodemark.Component{Kind: lodemark.KindModel, Name: "weights", Path: "model/weights.safetensors"})
	}
	current := map[string]string{"Dockerfile": aaaa, "model/weights.safetensors": aaaa}
	for path, sum := range w.current {
		if current[path] = sum; sum == "gone" {
			delete(current, path)
		}
	}
	run := &lodemark.Run{Tool: lodemark.Tool{Name: "lodemark", Version: "test"}, At: at, Target: ".", System: sys, Checks: checks}
	var past, newest []lodemark.Evidence
	for i, e := range w.evidence {
		for _, c := range checks {
			if c.ID == e.Check {
				e.Bears = c.Bears
			}
		}
		if e.Kept == nil {
			e.At = at
		} else {
			k := *e.Kept
			k.Entry = int64(i)
			e.Kept = &k
		}
		e.ID = "sha256:" + digest([]byte(e.Check+e.At.String()+string(e.Outcome))) // the real one changes with the shape of records
		if e.Kept != nil {
			past = append(past, e)
		}
		newest = append(newest, e)
	}
	run.Evidence, run.Findings = newest, w.findings
	run.Assessment = lodemark.Assess(lodemark.Input{Catalogue: lodemark.Guidelines(), System: sys, Evidence: newest, Findings: w.findings, Decisions: w.decisions, Current: current, At: at})
	run.Findings = run.Assessment.Findings
	in := Input{Run: run, Kept: past, Current: current, Threats: w.threats}
	for _, e := range newest {
		if r, ok := w.rates[e.Check]; ok {
			in.Rates = map[string][]Rate{e.ID: r}
		}
	}
	return in
}

// policyOf is a policy of the one rule.
func policyOf(require string) string {
	return "schema: lodemark.policy/1\nrules:\n  - id: the-rule\n    title: The rule\n    require: |\n      " + strings.ReplaceAll(require, "\n", "\n      ") + "\n"
}

func read(t *testing.T, text string) *Policy {
	t.Helper()
	p, err := Read("release.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return p
}

func judge(t *testing.T, p *Policy, w world) Verdict {
	t.Helper()
	v, err := Judge(context.Background(), p, w.input())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// wholeOf is all that a verdict says of a rule, in one text.
func wholeOf(l Line) string {
	var b strings.Builder
	b.WriteString(l.Waiver + "\n")
	for _, p := range l.Parts {
		b.WriteString(p.Failed + "\n")
		for _, r := range p.Rests {
			b.WriteString("rests on " + r.String() + "\n")
		}
		for _, s := range p.Satisfy {
			b.WriteString("would help: " + s + "\n")
		}
	}
	return b.String()
}
