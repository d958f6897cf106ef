package deploy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/trial"
)

var stage = trial.Stage{Practices: Practices(), Run: assess.Try, Abroad: []string{"SD-3.11", "DEP-4.5"}}

// Every check is complete, and what it says of clauses is true.
func TestChecksAreComplete(t *testing.T) {
	stage.Complete(t, "DEP-1", "DEP-2", "DEP-3", "DEP-4", "DEP-5")
}

// The examples of every check, tried as an assessment tries them.
func TestExamples(t *testing.T) { stage.Examples(t) }

// Trees in which a check must not decide, or must not speak of what stands in tests.
func TestWhereNothingIsDecided(t *testing.T) {
	key := armour("PRIVATE KEY", madeUpKey())
	stage.Expect(t, "dep-2-private-keys", "a key in a fixture", map[string]string{"tests/fixtures/server.key": key}, lodemark.NothingToSee, 1)
	stage.Expect(t, "dep-2-private-keys", "a key in a vendored folder beside settings of our own", map[string]string{"node_modules/x/test.pem": key, "config.yaml": "a: 1\n"}, lodemark.Passed, 1)
	stage.Expect(t, "dep-2-private-keys", "code only", map[string]string{"main.py": "KEY = '''" + key + "'''\n"}, lodemark.NothingToSee, 0)
	stage.Expect(t, "dep-2-model-manifest", "no model and no data", map[string]string{"SHA256SUMS": otherDigest + "  a.bin\n"}, lodemark.NothingToSee, 0)
	stage.Expect(t, "dep-2-model-manifest", "nothing declared", map[string]string{"models/a.safetensors": oneTensor()}, lodemark.Undecided, 0)
	stage.Expect(t, "dep-2-model-manifest", "one of two models on record", map[string]string{"lodemark.yaml": trainingDesk, "models/a.safetensors": oneTensor(), "models/b.safetensors": oneTensor(),
		"models/a.safetensors.sha256": sha256Of(oneTensor()) + "\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "dep-2-model-manifest", "a list that leaves out the configuration", map[string]string{"models/a/model.safetensors": oneTensor(), "models/a/config.json": rankerConfig,
		"models/a/SHA256SUMS": sha256Of(oneTensor()) + "  model.safetensors\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "dep-2-model-manifest", "not deployed yet", map[string]string{"lodemark.yaml": strings.Replace(trainingDesk, "operate", "develop", 1), "models/a.safetensors": oneTensor()}, lodemark.Undecided, 0)
	stage.Expect(t, "dep-2-model-manifest", "a system that trains nothing", map[string]string{"lodemark.yaml": strings.Replace(trainingDesk, `"yes"`, `"no"`, 1), "models/a.safetensors": oneTensor()}, lodemark.NothingToSee, 0)
	stage.Expect(t, "dep-2-model-manifest", "the manifest of a web page", map[string]string{"models/a.safetensors": oneTensor(), "web/manifest.json": `{"name": "a.safetensors", "short_name": "a"}`}, lodemark.Undecided, 0)
	stage.Expect(t, "dep-2-model-manifest", "a store in which each file is named by its digest", map[string]string{"models/blobs/sha256-" + sha256Of(oneTensor()): oneTensor()}, lodemark.Passed, 0)
	stage.Expect(t, "dep-2-model-manifest", "a store in which a file was swapped", map[string]string{"models/blobs/sha256-" + otherDigest: oneTensor()}, lodemark.Undecided, 0)
	stage.Expect(t, "dep-2-model-manifest", "a signature beside the model", map[string]string{"models/a.safetensors": oneTensor(), "models/a.safetensors.sig": strings.Repeat("signed", 20)}, lodemark.Passed, 0)
	stage.Expect(t, "dep-2-model-manifest", "an empty signature", map[string]string{"models/a.safetensors": oneTensor(), "models/a.safetensors.sig": "-"}, lodemark.Undecided, 0)
	stage.Expect(t, "dep-2-model-manifest", "a list at the root that names the file alone", map[string]string{"models/a.safetensors": oneTensor(), "SHA256SUMS": sha256Of(oneTensor()) + "  a.safetensors\n"}, lodemark.Passed, 0)
	stage.Expect(t, "dep-2-model-manifest", "digests in a tongue that is not spoken here", map[string]string{"models/a.safetensors": oneTensor(), "models/manifest.json": `{"a.safetensors": {"hash": "` + otherDigest + `", "algorithm": "blake3"}}`}, lodemark.Passed, 0)
	stage.Expect(t, "dep-3-incident-plan", "no plan and no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "dep-3-incident-plan", "not deployed yet", map[string]string{"lodemark.yaml": "schema: lodemark/1\nname: desk\nstage: design\n"}, lodemark.NothingToSee, 0)
	stage.Expect(t, "dep-3-plan-review", "no plan and no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "dep-3-plan-review", "a next review, and no trace of a first", map[string]string{"docs/incident-plan.md": "# Incident plan\n\nNext review: 2027-03-15\n\n" + planBody + planScenarios}, lodemark.Undecided, 0)
	stage.Expect(t, "dep-4-evaluation-report", "no report and no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "dep-5-user-guidance", "no guide and no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0)
}

// What fails, and on which of its clauses.
func TestClausesOfFindings(t *testing.T) {
	for _, tt := range []struct {
		check, example string
		want           string // clauses of all findings
	}{
		{"dep-2-model-manifest", "a model that is not the one whose digest was taken", "DEP-2.4"},
		{"dep-2-model-manifest", "no digests of models and data where models are trained", "DEP-2.4 DEP-2.5"},
		{"dep-2-model-manifest", "data that changed after its digest was taken", "DEP-2.5"},
		{"dep-2-model-manifest", "a signature over another configuration", "DEP-2.4"},
		{"dep-3-incident-plan", "nobody may switch the model off", "DEP-3.1"},
		{"dep-3-incident-plan", "no scenario of its own", "DEP-3.3"},
		{"dep-4-evaluation-report", "the evaluation of another version", "DEP-4.1"},
	} {
		c := stage.Check(t, tt.check)
		i := slices.IndexFunc(c.Bad, func(e lodemark.Example) bool { return e.Name == tt.example })
		if i < 0 {
			t.Fatalf("%s has no example %q", tt.check, tt.example)
		}
		var got []string
		for _, f := range stage.TryCheck(t, c, c.Bad[i].Files).Findings {
			got = append(got, f.Clauses...)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s/%s: clauses %v, want %s", tt.check, tt.example, got, tt.want)
		}
	}
}

// A report is published; the key that it is about must not be in it.
func TestNoResultHoldsAKey(t *testing.T) {
	c := stage.Check(t, "dep-2-private-keys")
	for _, e := range c.Bad {
		shown := fmt.Sprintf("%+v", stage.TryCheck(t, c, e.Files))
		for _, part := range []string{"MC4CAQ", "dGhpcyBrZXk", "this key", "W35XJUEQ", "LS0tLS1CRUdJTi", "nacl", "bWFkZSB1cC"} {
			if strings.Contains(shown, part) {
				t.Errorf("%s: the result shows %q", e.Name, part)
			}
		}
	}
}
