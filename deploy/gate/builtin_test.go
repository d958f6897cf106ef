package gate

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/deploy"
	"github.com/lodemark/lodemark/design"
	"github.com/lodemark/lodemark/develop"
	"github.com/lodemark/lodemark/operate"
)

// realChecks are those of the program: what built-in policies name has to exist.
var realChecks = sync.OnceValue(func() []lodemark.Check {
	var out []lodemark.Check
	for _, p := range slices.Concat(design.Practices(), develop.Practices(), deploy.Practices(), operate.Practices()) {
		out = slices.Concat(out, p.Checks, p.Kept)
	}
	return out
})

func (w *world) without(check string) {
	w.evidence = slices.DeleteFunc(slices.Clone(w.evidence), func(e lodemark.Evidence) bool { return e.Check == check })
}

// soundRun is a run that a built-in policy lets through, changed a little.
func soundRun(change func(*world)) Input {
	checks := realChecks()
	w := world{models: 1, checks: checks, threats: []Threat{{ID: "LDM-T11", Title: "Text of others steers the agent", Severity: lodemark.SeverityHigh, Status: "evidenced"}}}
	for _, c := range checks {
		if c.Run == nil {
			continue
		}
		e := seen(c.ID, lodemark.Passed)
		e.CheckVersion = c.Version
		w.evidence = append(w.evidence, e)
	}
	for _, k := range []struct{ check, date, signer string }{
		{"dep-2-models-verified", "2026-11-20", "release-team"}, {"dep-2-models-verified", "2026-11-21", "security"},
		{"dep-2-verified-before-use", "2026-11-21", "release-team"}, {"dev-1-verified-provenance", "2026-11-21", "release-team"},
	} {
		w.evidence = append(w.evidence, kept(k.check, k.date, k.signer, lodemark.Passed))
	}
	for _, c := range lodemark.Guidelines().Clauses() {
		if strings.HasPrefix(c.ID, "SD-2.") { // what checks cannot see of the threat assessment, a person vouches for
			w.decisions = append(w.decisions, lodemark.Decision{ID: ".lodemark/decisions/" + c.ID + ".yaml", Kind: lodemark.Attest, Clause: c.ID, By: "Risk owner",
				Reason: "It was reviewed in October", Date: day("2026-11-01"), Until: day("2027-01-01"), Bound: []lodemark.Digest{{Path: "Dockerfile", SHA256: aaaa}}})
		}
	}
	if change != nil {
		change(&w)
	}
	return w.input()
}

// Each built-in policy lets a sound run through, and refuses it with one thing wrong, by the rule that is about it.
func TestBuiltins(t *testing.T) {
	fail := func(check string) func(*world) {
		return func(w *world) {
			w.without(check)
			w.evidence = append(w.evidence, seen(check, lodemark.Failed))
		}
	}
	found := func(s lodemark.Severity) func(*world) {
		return func(w *world) {
			f := finding("LO-01", s, print24)
			f.Clauses = []string{"SD-3.12"}
			w.findings = append(w.findings, f)
		}
	}
	gone := func(check string) func(*world) { return func(w *world) { w.without(check) } }
	flipped := func(w *world) { w.current = map[string]string{"model/weights.safetensors": bbbb} }
	record := func(check, date, signer string, o lodemark.Outcome) func(*world) {
		return func(w *world) { w.without(check); w.evidence = append(w.evidence, kept(check, date, signer, o)) }
	}
	threat := func(status string) func(*world) {
		return func(w *world) {
			w.threats = append(w.threats, Threat{ID: "LDM-T12", Title: "A tool does what it is told", Severity: lodemark.SeverityHigh, Status: status})
		}
	}
	for _, tt := range []struct {
		policy, rule string // an empty rule: it is met
		change       func(*world)
	}{
		{"starter", "", nil},
		{"starter", "", found(lodemark.SeverityMedium)},
		{"starter", "", flipped},
		{"starter", "no-grave-findings", found(lodemark.SeverityHigh)},
		{"starter", "no-secrets", fail("dev-2-secrets-in-config")},
		{"starter", "no-secrets", gone("dep-2-private-keys")},
		{"starter", "scanned-models", fail("sd-3-scanned-models")},
		{"starter", "safe-loading", fail("dev-1-safe-loading")},
		{"starter", "threat-model", gone("sd-2-threat-model")},

		{"standard", "", nil},
		{"standard", "no-grave-findings", found(lodemark.SeverityCritical)},
		{"standard", "signed-models", flipped},
		{"standard", "signed-models", gone("dep-2-models-verified")},
		{"standard", "threats-decided", fail("sd-2-threats-decided")},
		{"standard", "pinned-supplies", fail("dev-1-pinned-sources")},
		{"standard", "owner", gone("sd-1-owner-named")},
		{"standard", "evaluated", gone("dep-3-incident-plan")},
		{"standard", "recent-evidence", record("dev-1-verified-provenance", "2026-10-26", "release-team", lodemark.Passed)},
		{"standard", "no-self-signed-evidence", record("dev-1-verified-provenance", "2026-11-20", "", lodemark.Passed)},

		{"critical", "", nil},
		{"critical", "no-medium-findings", found(lodemark.SeverityMedium)},
		{"critical", "no-accepted-risks", func(w *world) { found(lodemark.SeverityHigh)(w); w.decisions = append(w.decisions, accepted) }},
		{"critical", "no-accepted-risks", threat("accepted")},
		{"critical", "threats-dealt-with", threat("unconfirmed")},
		{"critical", "threats-dealt-with", func(w *world) { w.threats = nil }},
		{"critical", "threat-model-met", fail("sd-2-inventory-covered")},
		{"critical", "authenticated-assets", gone("dep-2-verified-before-use")},
		{"critical", "authenticated-assets", func(w *world) { w.at = "2026-11-29" }},
		{"critical", "two-signers", record("dep-2-models-verified", "2026-11-20", "release-team", lodemark.Passed)},
		{"critical", "provenance", gone("dev-1-verified-provenance")},
		{"critical", "attacked", fail("dep-4-red-team-report")},
	} {
		p, err := Builtin(tt.policy)
		if err != nil {
			t.Fatal(err)
		}
		v, err := Judge(t.Context(), p, soundRun(tt.change))
		if err != nil {
			t.Fatalf("%s: %v", tt.policy, err)
		}
		i := slices.IndexFunc(v.Lines, func(l Line) bool { return l.Rule == tt.rule })
		switch {
		case tt.rule == "" && !v.Met:
			for _, l := range v.Lines {
				if l.Result == RuleNotMet {
					t.Errorf("%s refuses a sound run by %s:\n%s", tt.policy, l.Rule, wholeOf(l))
				}
			}
		case tt.rule != "" && (v.Met || i < 0 || v.Lines[i].Result != RuleNotMet):
			t.Errorf("%s does not refuse by %s", tt.policy, tt.rule)
		}
		if !v.Asks {
			t.Errorf("%s asks for nothing", tt.policy)
		}
	}
}

// No built-in policy is met by a system without models and without anything, and each rule says why it is there and what to do.
func TestBuiltinsAreWholeRules(t *testing.T) {
	for _, name := range Builtins() {
		p, err := Builtin(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Check(Known{realChecks()}); err != nil {
			t.Error(err)
		}
		for _, r := range p.Rules {
			if r.Why == "" || r.Fix == "" || r.Title == "" {
				t.Errorf("%s: %s has no title, why or fix", name, r.ID)
			}
		}
		if v := judge(t, p, world{checks: realChecks()}); v.Met {
			t.Errorf("%s is met by nothing", name)
		}
	}
}
