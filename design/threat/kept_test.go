package threat

import (
	"fmt"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
)

const ranked = `
components:
  - {id: ranker, kind: model, format: safetensors, origin: hub, pinned: none, path: models/ranker, controls: [%s]}
  - {id: other, kind: model, format: safetensors, origin: hub, pinned: none, path: models/other, controls: [C21]}
`

// What commands keep shows what is claimed, of the files it is about, as long as they are the same.
func TestKeptRecordsShowWhatIsClaimed(t *testing.T) {
	l := library(t)
	record := func(change func(*lodemark.Evidence)) []lodemark.Evidence {
		e := lodemark.Evidence{Check: "dep-2-models-verified", Outcome: lodemark.Passed, Strength: lodemark.Exercised, Canary: true, At: day.Add(-time.Hour),
			Reason: "verified", Examined: []lodemark.Digest{{Path: "models/ranker/weights.safetensors", SHA256: "aa"}}, Kept: &lodemark.Kept{Trusted: true}}
		if change != nil {
			change(&e)
		}
		return []lodemark.Evidence{e}
	}
	same := map[string]string{"models/ranker/weights.safetensors": "aa"}
	for name, c := range map[string]struct {
		controls string
		kept     []lodemark.Evidence
		current  map[string]string
		want     Status
	}{
		"claimed and shown":                       {"C21", record(nil), same, Evidenced},
		"claimed, and nothing kept":               {"C21", nil, same, Claimed},
		"shown, and not claimed":                  {"", record(nil), same, NotApplicable},
		"one byte is another now":                 {"C21", record(nil), map[string]string{"models/ranker/weights.safetensors": "ab"}, Stale},
		"verified last week":                      {"C21", record(func(e *lodemark.Evidence) { e.At = day.AddDate(0, 0, -8) }), same, Stale},
		"verified, and nobody trusts who says so": {"C21", record(func(e *lodemark.Evidence) { e.Kept.Trusted = false }), same, Claimed},
		"the verification failed":                 {"C21", record(func(e *lodemark.Evidence) { e.Outcome = lodemark.Failed }), same, Claimed},
		"the verification missed its canary":      {"C21", record(func(e *lodemark.Evidence) { e.Canary = false }), same, Claimed},
		"another model was verified":              {"C21", record(func(e *lodemark.Evidence) { e.Examined[0].Path = "models/third/w.bin" }), same, Claimed},
		"the same check failed afterwards":        {"C21", append(record(nil), record(func(e *lodemark.Evidence) { e.At, e.Outcome = day, lodemark.Failed })...), same, Claimed},
		"another model was verified afterwards": {"C21", append(record(func(e *lodemark.Evidence) { e.Each = true }), record(func(e *lodemark.Evidence) {
			e.Each, e.At, e.Examined = true, day, []lodemark.Digest{{Path: "models/other/w.bin", SHA256: "cc"}}
		})...), same, Evidenced},
		"the same model failed afterwards": {"C21", append(record(func(e *lodemark.Evidence) { e.Each = true }), record(func(e *lodemark.Evidence) {
			e.Each, e.At, e.Outcome = true, day, lodemark.Failed
		})...), same, Claimed},
		"a proof of two checks of which one is in": {"C24", record(func(e *lodemark.Evidence) { e.Check = "dev-1-locked-dependencies" }), same, NotApplicable},
	} {
		t.Run(name, func(t *testing.T) {
			m := model(t, fmt.Sprintf(ranked, c.controls))
			evidence := l.Kept(m, c.kept, c.current)
			got := NotApplicable
			for _, x := range Evaluate(m, l, day, evidence, nil).Threats {
				for _, p := range x.Places {
					for _, k := range p.measure {
						if p.At == "ranker" && k.ID == "LDM-C21" && k.Status != "" {
							got = k.Status
						}
					}
				}
			}
			if got != c.want {
				t.Errorf("LDM-C21 at the ranker is %s, want %s", got, c.want)
			}
		})
	}
}
