package design

import (
	"context"
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
		{"sd-1-owner-named", "no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0},
		{"sd-1-user-security-guidance", "no document and no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0},
		{"sd-2-threat-model", "a threat file that is no YAML", map[string]string{"threats.yaml": "components: [\n  {id: a\n"}, lodemark.Undecided, 0},
		{"sd-2-inventory-covered", "a threat file that is no YAML", map[string]string{"threats.yaml": "a: b: c\n", ".mcp.json": ticketServer}, lodemark.Undecided, 0},
		{"sd-2-inventory-covered", "nothing to name", map[string]string{"threats.yaml": threatsByName}, lodemark.NothingToSee, 0},
		{"sd-2-inventory-covered", "no threat file", map[string]string{".mcp.json": ticketServer}, lodemark.Undecided, 0},
		{"sd-3-agent-permissions", "no agent", map[string]string{"main.py": "print(1)\n"}, lodemark.NothingToSee, 0},
		{"sd-3-agent-permissions", "settings that are no JSON", map[string]string{".claude/settings.json": "{\n  \"permissions\":\n"}, lodemark.Undecided, 0},
		{"sd-3-agent-permissions", "a server of which nothing tells what it may do", map[string]string{".mcp.json": `{"mcpServers": {"files": {"command": "node", "args": ["./files.js"]}}}`}, lodemark.Undecided, 0},
		{"sd-3-agent-permissions", "grants in a fixture", map[string]string{"tests/fixtures/.claude/settings.json": `{"permissions": {"allow": ["Bash(*)"]}}`}, lodemark.NothingToSee, 1},
		{"sd-3-agent-permissions", "an editor's settings without agents", map[string]string{".vscode/settings.json": `{"editor.formatOnSave": true}`}, lodemark.NothingToSee, 0},
		{"sd-3-model-formats", "a pickle in tests only", map[string]string{"tests/fixtures/a.pkl": emptyPickle}, lodemark.NothingToSee, 1},
		{"sd-3-provider-review", "no provider", map[string]string{"lodemark.yaml": "schema: lodemark/1\nname: x\n"}, lodemark.NothingToSee, 0},
		{"sd-4-model-record", "no model", map[string]string{"README.md": "# x\n"}, lodemark.NothingToSee, 0},
		{"sd-4-review-date", "no record and no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0},
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

// A broken threat file is told with its line, and the verdict needs it.
func TestBrokenThreatFileIsNeeded(t *testing.T) {
	r := try(t, check(t, "sd-2-threat-model"), lodemark.Example{Files: map[string]string{"threats.yaml": "system: {}\ncomponents:\n  - just text\n"}})
	if len(r.Gaps) != 1 || !r.Gaps[0].Needed || r.Gaps[0].Line != 3 {
		t.Errorf("%+v", r.Gaps)
	}
}

func FuzzParseThreatModel(f *testing.F) {
	f.Add([]byte(threatsOfHelpDesk))
	f.Add([]byte(threatsByName))
	f.Add([]byte("components: {a: {kind: model, path: [x, y]}}\nflows: [{from: a}]"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseThreatModel(data)
		if err != nil {
			return
		}
		for _, p := range m.parts {
			p.covers(lodemark.Component{Kind: lodemark.KindModel, Path: "models/a.bin", Name: "a"}, false)
		}
	})
}

func TestAlike(t *testing.T) {
	for _, pair := range [][2]string{{"anthropic", "Anthropic claude"}, {"azure-openai", "Azure OpenAI"}, {"qdrant", "qdrant/qdrant"}, {"tickets", "tickets-server"}} {
		if !alike(pair[0], pair[1]) {
			t.Errorf("%q and %q are taken for two things", pair[0], pair[1])
		}
	}
	for _, pair := range [][2]string{{"", "x"}, {"llm", "ollama"}, {"model", "model-a"}, {"files", "tickets"}, {"store", "vector store"}} {
		if alike(pair[0], pair[1]) {
			t.Errorf("%q and %q are taken for one thing", pair[0], pair[1])
		}
	}
}
