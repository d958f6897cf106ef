package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
)

func checks() []lodemark.Check {
	var all []lodemark.Check
	for _, p := range Practices() {
		all = append(all, p.Checks...)
	}
	return all
}

// Every check is complete, and what it says of clauses is true.
func TestChecksAreComplete(t *testing.T) {
	borne := map[string]bool{}
	for _, c := range checks() {
		for _, b := range c.Bears {
			borne[b.Clause] = true
		}
	}
	var order []string
	for _, p := range Practices() {
		order = append(order, p.Guideline)
		g, ok := lodemark.Guidelines().Guideline(p.Guideline)
		if !ok {
			t.Fatalf("there is no guideline %s", p.Guideline)
		}
		for clause := range p.Later {
			if lodemark.GuidelineOf(clause) != p.Guideline || borne[clause] {
				t.Errorf("%s: %s is promised for later, and is none of its clauses or borne on today", p.Guideline, clause)
			}
		}
		for _, c := range g.Clauses {
			if _, later := p.Later[c.ID]; !later && !borne[c.ID] {
				t.Errorf("nothing bears on %s, today or later", c.ID)
			}
		}
		for _, c := range p.Checks {
			for _, s := range []string{c.Title, c.Why, c.Fix, c.Help} {
				if s == "" {
					t.Errorf("%s: title, why, fix or help is missing", c.ID)
				}
			}
			if c.Version < 1 || c.MaxAge <= 0 || c.Run == nil || c.Strength == lodemark.NoStrength || c.Strength > lodemark.Enforced || len(c.Bad) < 2 || len(c.Good) < 2 {
				t.Errorf("%s: version, age, strength, run or examples are missing", c.ID)
			}
			if !strings.HasPrefix(c.ID, strings.ToLower(p.Guideline)+"-") {
				t.Errorf("%s stands under %s", c.ID, p.Guideline)
			}
			for _, b := range c.Bears {
				if _, ok := lodemark.Guidelines().Clause(b.Clause); !ok {
					t.Errorf("%s bears on %s, which is no clause", c.ID, b.Clause)
				}
			}
		}
	}
	if got := strings.Join(order, " "); got != "DEP-1 DEP-2 DEP-3 DEP-4 DEP-5" {
		t.Errorf("the practices stand in the order %s", got)
	}
}

// The examples of every check, tried as an assessment tries them: the bad ones fail with findings that say where, why and
// what to do; the good ones pass.
func TestExamples(t *testing.T) {
	for _, c := range checks() {
		for _, e := range c.Bad {
			t.Run(c.ID+"/bad/"+e.Name, func(t *testing.T) {
				r := try(t, c, e)
				if r.Outcome != lodemark.Failed || len(r.Findings) == 0 {
					t.Fatalf("%s (%s), gaps %v; want a failure with findings", r.Outcome, r.Reason, r.Gaps)
				}
				for _, f := range r.Findings {
					text, there := e.Files[f.Path]
					if f.ID != c.ID || !there || f.Message == "" || f.Fix == "" && c.Fix == "" || f.Line > strings.Count(text, "\n")+1 || f.Severity > c.Severity {
						t.Errorf("finding %+v", f)
					}
					for _, clause := range f.Clauses {
						if !slices.ContainsFunc(c.Bears, func(b lodemark.Bearing) bool { return b.Clause == clause }) {
							t.Errorf("a finding of %s touches %s, on which it does not bear", c.ID, clause)
						}
					}
				}
			})
		}
		for _, e := range c.Good {
			t.Run(c.ID+"/good/"+e.Name, func(t *testing.T) {
				if r := try(t, c, e); r.Outcome != lodemark.Passed || r.Reason == "" || len(r.Findings) > 0 || len(r.Examined) == 0 {
					t.Errorf("%s (%s), findings %+v, gaps %v, examined %v; want a pass", r.Outcome, r.Reason, r.Findings, r.Gaps, r.Examined)
				}
			})
		}
	}
}

func try(t *testing.T, c lodemark.Check, e lodemark.Example) lodemark.Result {
	t.Helper()
	r, err := assess.Try(context.Background(), c, e, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func check(t *testing.T, id string) lodemark.Check {
	t.Helper()
	all := checks()
	i := slices.IndexFunc(all, func(c lodemark.Check) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("there is no check %s", id)
	}
	return all[i]
}

// Trees in which a check must not decide, or must not speak of what stands in tests.
func TestWhereNothingIsDecided(t *testing.T) {
	key := armour("PRIVATE KEY", madeUpKey())
	tests := []struct {
		check, name string
		files       map[string]string
		want        lodemark.Outcome
		findings    int
	}{
		{"dep-2-private-keys", "a key in a fixture", map[string]string{"tests/fixtures/server.key": key}, lodemark.NothingToSee, 1},
		{"dep-2-private-keys", "a key in a vendored folder beside settings of our own", map[string]string{"node_modules/x/test.pem": key, "config.yaml": "a: 1\n"}, lodemark.Passed, 1},
		{"dep-2-private-keys", "code only", map[string]string{"main.py": "KEY = '''" + key + "'''\n"}, lodemark.NothingToSee, 0},
		{"dep-2-model-manifest", "no model and no data", map[string]string{"SHA256SUMS": otherDigest + "  a.bin\n"}, lodemark.NothingToSee, 0},
		{"dep-2-model-manifest", "nothing declared", map[string]string{"models/a.safetensors": oneTensor()}, lodemark.Undecided, 0},
		{"dep-2-model-manifest", "one of two models on record", map[string]string{"lodemark.yaml": trainingDesk, "models/a.safetensors": oneTensor(), "models/b.safetensors": oneTensor(),
			"models/a.safetensors.sha256": sha256Of(oneTensor()) + "\n"}, lodemark.Undecided, 0},
		{"dep-2-model-manifest", "a list that leaves out the configuration", map[string]string{"models/a/model.safetensors": oneTensor(), "models/a/config.json": rankerConfig,
			"models/a/SHA256SUMS": sha256Of(oneTensor()) + "  model.safetensors\n"}, lodemark.Undecided, 0},
		{"dep-2-model-manifest", "not deployed yet", map[string]string{"lodemark.yaml": strings.Replace(trainingDesk, "operate", "develop", 1), "models/a.safetensors": oneTensor()}, lodemark.Undecided, 0},
		{"dep-2-model-manifest", "a system that trains nothing", map[string]string{"lodemark.yaml": strings.Replace(trainingDesk, `"yes"`, `"no"`, 1), "models/a.safetensors": oneTensor()}, lodemark.NothingToSee, 0},
		{"dep-2-model-manifest", "the manifest of a web page", map[string]string{"models/a.safetensors": oneTensor(), "web/manifest.json": `{"name": "a.safetensors", "short_name": "a"}`}, lodemark.Undecided, 0},
		{"dep-2-model-manifest", "a store in which each file is named by its digest", map[string]string{"models/blobs/sha256-" + sha256Of(oneTensor()): oneTensor()}, lodemark.Passed, 0},
		{"dep-2-model-manifest", "a store in which a file was swapped", map[string]string{"models/blobs/sha256-" + otherDigest: oneTensor()}, lodemark.Undecided, 0},
		{"dep-2-model-manifest", "a signature beside the model", map[string]string{"models/a.safetensors": oneTensor(), "models/a.safetensors.sig": strings.Repeat("signed", 20)}, lodemark.Passed, 0},
		{"dep-2-model-manifest", "an empty signature", map[string]string{"models/a.safetensors": oneTensor(), "models/a.safetensors.sig": "-"}, lodemark.Undecided, 0},
		{"dep-2-model-manifest", "a list at the root that names the file alone", map[string]string{"models/a.safetensors": oneTensor(), "SHA256SUMS": sha256Of(oneTensor()) + "  a.safetensors\n"}, lodemark.Passed, 0},
		{"dep-2-model-manifest", "digests in a tongue that is not spoken here", map[string]string{"models/a.safetensors": oneTensor(), "models/manifest.json": `{"a.safetensors": {"hash": "` + otherDigest + `", "algorithm": "blake3"}}`}, lodemark.Passed, 0},
		{"dep-3-incident-plan", "no plan and no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0},
		{"dep-3-incident-plan", "not deployed yet", map[string]string{"lodemark.yaml": "schema: lodemark/1\nname: desk\nstage: design\n"}, lodemark.NothingToSee, 0},
		{"dep-3-plan-review", "no plan and no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0},
		{"dep-3-plan-review", "a next review, and no trace of a first", map[string]string{"docs/incident-plan.md": "# Incident plan\n\nNext review: 2027-03-15\n\n" + planBody + planScenarios}, lodemark.Undecided, 0},
		{"dep-4-evaluation-report", "no report and no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0},
		{"dep-5-user-guidance", "no guide and no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0},
	}
	for _, tt := range tests {
		t.Run(tt.check+"/"+tt.name, func(t *testing.T) {
			r := try(t, check(t, tt.check), lodemark.Example{Name: tt.name, Files: tt.files})
			if r.Outcome != tt.want || len(r.Findings) != tt.findings {
				t.Errorf("%s (%s) with %+v; want %s with %d findings", r.Outcome, r.Reason, r.Findings, tt.want, tt.findings)
			}
			for _, f := range r.Findings {
				if f.Severity > lodemark.SeverityLow {
					t.Errorf("what stands in tests is reported %v", f.Severity)
				}
			}
		})
	}
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
		c := check(t, tt.check)
		i := slices.IndexFunc(c.Bad, func(e lodemark.Example) bool { return e.Name == tt.example })
		if i < 0 {
			t.Fatalf("%s has no example %q", tt.check, tt.example)
		}
		var got []string
		for _, f := range try(t, c, c.Bad[i]).Findings {
			got = append(got, f.Clauses...)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s/%s: clauses %v, want %s", tt.check, tt.example, got, tt.want)
		}
	}
}

// A report is published; the key that it is about must not be in it.
func TestNoResultHoldsAKey(t *testing.T) {
	c := check(t, "dep-2-private-keys")
	for _, e := range c.Bad {
		shown := fmt.Sprintf("%+v", try(t, c, e))
		for _, part := range []string{"MC4CAQ", "dGhpcyBrZXk", "this key", "W35XJUEQ", "LS0tLS1CRUdJTi", "nacl", "bWFkZSB1cC"} {
			if strings.Contains(shown, part) {
				t.Errorf("%s: the result shows %q", e.Name, part)
			}
		}
	}
}
