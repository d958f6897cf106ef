package gate

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// FuzzCondition tries anything as a condition: it is refused with a place, or comes to an answer with reasons, in bounded time.
func FuzzCondition(f *testing.F) {
	for _, c := range ruleCases() {
		f.Add(c.require)
	}
	f.Add(`findings.map(f, f.severity).exists_one(s, s == 3)`)
	f.Add(`system.name.matches("^[A-Z]+$") && size(gaps) < 3`)
	f.Add(`evidence.all(e, e.examined.all(p, p.startsWith("model/")))`)
	in := world{models: 1, evidence: []lodemark.Evidence{kept("dep-2-models-verified", "2026-11-20", "release-team", lodemark.Passed), seen("dev-1-pinned-images", lodemark.Failed, print24)},
		findings: []lodemark.Finding{finding("dev-1-pinned-images", lodemark.SeverityHigh, print24)}, current: map[string]string{"model/weights.safetensors": bbbb}}.input()
	f.Fuzz(func(t *testing.T, require string) {
		p, err := Read("p.yaml", []byte(policyOf(require)))
		if err != nil {
			return
		}
		if err := p.Check(Known{fewChecks()}); err != nil {
			for line := range strings.Lines(err.Error()) {
				if !strings.HasPrefix(line, "p.yaml:") {
					t.Errorf("no place: %q", line)
				}
				break
			}
			return
		}
		v, err := Judge(t.Context(), p, in)
		if err != nil {
			t.Fatal(err)
		}
		if !v.Met && v.Lines[0].Result == RuleNotMet && len(v.Lines[0].Parts) == 0 {
			t.Errorf("%q fails without a reason", require)
		}
		a, _ := v.JSON()
		again, err := Judge(t.Context(), p, in)
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := again.JSON(); string(a) != string(b) {
			t.Errorf("%q: two verdicts differ", require)
		}
	})
}
