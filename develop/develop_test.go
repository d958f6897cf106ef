package develop

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/document"
)

func checks() []lodemark.Check {
	var all []lodemark.Check
	for _, p := range Practices() {
		all = append(all, p.Checks...)
	}
	return all
}

// Every check is complete, and what it says of clauses is true of its guideline.
func TestChecksAreComplete(t *testing.T) {
	for _, p := range Practices() {
		g, ok := lodemark.Guidelines().Guideline(p.Guideline)
		if !ok {
			t.Fatalf("there is no guideline %s", p.Guideline)
		}
		clauses := map[string]bool{}
		for _, c := range g.Clauses {
			clauses[c.ID] = true
		}
		for clause := range p.Later {
			if !clauses[clause] {
				t.Errorf("%s: %s is promised for later and is none of its clauses", p.Guideline, clause)
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
				if _, later := p.Later[b.Clause]; later {
					t.Errorf("%s: %s is borne on today and promised for later", c.ID, b.Clause)
				}
				if !clauses[b.Clause] {
					t.Errorf("%s bears on %s, which %s does not have", c.ID, b.Clause, p.Guideline)
				}
			}
		}
	}
}

// The examples of every check, tried as an assessment tries them: the bad ones fail with findings that say where, why and
// what to do; the good ones pass.
func TestExamples(t *testing.T) {
	for _, c := range checks() {
		for _, e := range c.Bad {
			t.Run(c.ID+"/"+e.Name, func(t *testing.T) {
				r := try(t, c, e)
				if r.Outcome != lodemark.Failed || len(r.Findings) == 0 {
					t.Fatalf("%s (%s), gaps %v; want a failure with findings", r.Outcome, r.Reason, r.Gaps)
				}
				for _, f := range r.Findings {
					_, there := e.Files[f.Path]
					if f.ID != c.ID || !there || f.Message == "" || f.Fix == "" && c.Fix == "" || f.Line > strings.Count(e.Files[f.Path], "\n")+1 {
						t.Errorf("finding %+v", f)
					}
					if f.Severity > c.Severity && !strings.HasPrefix(c.ID, "dev-4") {
						t.Errorf("%s reports %v, worse than it says", c.ID, f.Severity)
					}
				}
			})
		}
		for _, e := range c.Good {
			t.Run(c.ID+"/"+e.Name, func(t *testing.T) {
				if r := try(t, c, e); r.Outcome != lodemark.Passed || r.Reason == "" {
					t.Errorf("%s (%s), findings %+v, gaps %v; want a pass", r.Outcome, r.Reason, r.Findings, r.Gaps)
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
	tests := []struct {
		check, name string
		files       map[string]string
		want        lodemark.Outcome
		findings    int
	}{
		{"dev-1-locked-dependencies", "a library", map[string]string{
			"pyproject.toml": "[project]\nname = \"x\"\nversion = \"1\"\ndependencies = [\"langchain>=0.3\"]\n\n[build-system]\nrequires = [\"hatchling\"]\n"}, lodemark.Undecided, 0},
		{"dev-1-locked-dependencies", "no AI packages", map[string]string{"requirements.txt": "flask\n"}, lodemark.NothingToSee, 0},
		{"dev-1-pinned-images", "no images", map[string]string{"main.py": "print(1)\n"}, lodemark.NothingToSee, 0},
		{"dev-1-pinned-images", "an image in a fixture", map[string]string{"tests/fixtures/Dockerfile": "FROM python:latest\n"}, lodemark.NothingToSee, 1},
		{"dev-1-pinned-mcp-servers", "no servers", map[string]string{"main.py": "print(1)\n"}, lodemark.NothingToSee, 0},
		{"dev-1-pinned-mcp-servers", "a configuration that is no JSON", map[string]string{".mcp.json": "{\"mcpServers\": {\n"}, lodemark.Undecided, 0},
		{"dev-2-secrets-in-config", "no configuration", map[string]string{"main.py": "print(1)\n"}, lodemark.NothingToSee, 0},
		{"dev-2-assets-versioned", "plain weights", map[string]string{"models/a.safetensors": oneTensor()}, lodemark.Undecided, 0},
		{"dev-3-model-card", "no card and no system record", map[string]string{"models/a.safetensors": oneTensor()}, lodemark.Undecided, 0},
		{"dev-3-model-card", "no model", map[string]string{"README.md": "# x\n"}, lodemark.NothingToSee, 0},
		{"dev-3-documented-digests", "a card without digests", map[string]string{"models/a.safetensors": oneTensor(), "models/README.md": fullModelCard}, lodemark.Undecided, 0},
		{"dev-3-documented-digests", "the digest of another file", map[string]string{"models/a.safetensors": oneTensor(),
			"models/README.md": fullModelCard + "\nsha256 of train.csv: " + otherDigest + "\n"}, lodemark.Undecided, 0},
		{"dev-4-debt-register", "no register and no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0},
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

// A report is published; the credential that it is about must not be in it.
func TestNoResultHoldsACredential(t *testing.T) {
	c := check(t, "dev-2-secrets-in-config")
	for _, e := range c.Bad {
		shown := fmt.Sprintf("%+v", try(t, c, e))
		for _, secret := range []string{plantedModelKey, plantedHubToken, plantedToolToken} {
			if strings.Contains(shown, secret[4:]) || strings.Contains(shown, secret[:8]) {
				t.Errorf("%s: the result shows a credential", e.Name)
			}
		}
	}
}

func TestPackageFile(t *testing.T) {
	p, err := parsePackageFile([]byte(`{"private": true, "dependencies": {"a": "^1.0.0", "b": "1.2.3", "c": "workspace:*"}, "devDependencies": {"d": "latest"}}`))
	if got := strings.Join(p.open(), " "); err != nil || got != "a d" || p.published() {
		t.Errorf("open %q, published %v, %v", got, p.published(), err)
	}
	for text, want := range map[string]bool{`{"main": "x.js"}`: true, `{"private": true, "main": "x.js"}`: false, `{"name": "x"}`: false, `{"bin": {"x": "x.js"}}`: true} {
		if p, err := parsePackageFile([]byte(text)); err != nil || p.published() != want {
			t.Errorf("%s is published: %v (%v), want %v", text, p.published(), err, want)
		}
	}
}

func FuzzDebtAndCards(f *testing.F) {
	f.Add("| Debt | Owner | Due |\n|---|---|---|\n| prompts | x | 2027-01-01 |\n")
	f.Add("Owner: x\nDue: 2027-01-01\nprompt")
	f.Add("||\n|-|\n|")
	f.Fuzz(func(t *testing.T, text string) {
		rows, _ := tableRows(text)
		for _, r := range rows {
			if r.line < 1 || r.line > strings.Count(text, "\n")+1 {
				t.Errorf("line %d", r.line)
			}
		}
		newCardText(document.Read("x.md", []byte(text))).says(fieldNamed(fieldRetention))
		parsePackageFile([]byte(text))
		statedDigests([]card{{raw: text}}, lodemark.Component{Path: "a.bin"}, true)
	})
}
