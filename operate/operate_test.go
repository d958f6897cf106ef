package operate

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/discover"
)

// examplesAt is the clock of all examples, the one canaries run at.
var examplesAt = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// try runs a check on a small file tree, the way an assessment does.
func try(t *testing.T, c lodemark.Check, files map[string]string) lodemark.Result {
	t.Helper()
	tree, err := bound.Memory(files, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	var declared lodemark.Declaration
	if text, ok := files[declaredFile]; ok {
		if declared, err = lodemark.ParseDeclaration(declaredFile, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	system, err := discover.Discover(context.Background(), tree, declared)
	if err != nil {
		t.Fatal(err)
	}
	return c.Run(context.Background(), &lodemark.Subject{System: system, At: examplesAt, Read: tree.ReadFile, Digest: tree.Digest})
}

// Every check finds what is wrong in its bad examples, says where and what to do, and accepts its good ones.
func TestExamples(t *testing.T) {
	for _, p := range Practices() {
		for _, c := range p.Checks {
			for _, e := range c.Bad {
				t.Run(c.ID+"/bad/"+e.Name, func(t *testing.T) {
					r := try(t, c, e.Files)
					if r.Outcome != lodemark.Failed || len(r.Findings) == 0 || r.Reason == "" {
						t.Fatalf("outcome %q with %d finding(s), want failed: %s", r.Outcome, len(r.Findings), r.Reason)
					}
					for _, f := range r.Findings {
						checkFinding(t, c, e, f)
					}
				})
			}
			for _, e := range c.Good {
				t.Run(c.ID+"/good/"+e.Name, func(t *testing.T) {
					r := try(t, c, e.Files)
					if r.Outcome != lodemark.Passed || len(r.Findings) > 0 || r.Reason == "" || len(r.Examined) == 0 {
						t.Fatalf("outcome %q with findings %v on %v, want passed: %s", r.Outcome, r.Findings, r.Examined, r.Reason)
					}
				})
			}
		}
	}
}

func checkFinding(t *testing.T, c lodemark.Check, e lodemark.Example, f lodemark.Finding) {
	t.Helper()
	text, ok := e.Files[f.Path]
	if !ok {
		t.Errorf("finding at %q, which is no file of the example", f.Path)
	}
	if f.ID != c.ID || f.Message == "" || f.Fix == "" || f.Severity > c.Severity {
		t.Errorf("finding is incomplete or too severe: %+v", f)
	}
	if f.Line < 0 || f.Line > strings.Count(text, "\n")+1 {
		t.Errorf("finding at line %d of %s, which has %d", f.Line, f.Path, strings.Count(text, "\n"))
	}
}

func TestChecksAreDocumented(t *testing.T) {
	for _, p := range Practices() {
		guideline, ok := lodemark.Guidelines().Guideline(p.Guideline)
		if !ok {
			t.Fatalf("%s is no guideline", p.Guideline)
		}
		for clause := range p.Later {
			if !slices.ContainsFunc(guideline.Clauses, func(c lodemark.Clause) bool { return c.ID == clause }) {
				t.Errorf("%s: later names %s, which is none of its clauses", p.Guideline, clause)
			}
		}
		for _, c := range p.Checks {
			if c.ID == "" || c.Version < 1 || c.Title == "" || c.Why == "" || c.Fix == "" || c.Help == "" || c.MaxAge == 0 || len(c.Bad) < 2 || len(c.Good) < 2 {
				t.Errorf("%s lacks a part of its documentation", c.ID)
			}
			if c.Strength != lodemark.Present && c.Strength != lodemark.Enforced {
				t.Errorf("%s claims strength %s; a look at files reaches present or enforced", c.ID, c.Strength)
			}
			for _, b := range c.Bears {
				if lodemark.GuidelineOf(b.Clause) != p.Guideline {
					t.Errorf("%s bears on %s, which is not of %s", c.ID, b.Clause, p.Guideline)
				}
			}
		}
	}
}

func find(id string) lodemark.Check {
	for _, p := range Practices() {
		for _, c := range p.Checks {
			if c.ID == id {
				return c
			}
		}
	}
	panic("no check " + id)
}

// What cannot be told stays open, and what is not there is not judged.
func TestHonestSilence(t *testing.T) {
	const ai = "openai==1.51.0\n"
	for _, x := range []struct {
		name, check string
		files       map[string]string
		want        lodemark.Outcome
	}{
		{"no telemetry, nothing declared", "om-1-telemetry", map[string]string{"requirements.txt": ai}, lodemark.Undecided},
		{"telemetry of no AI system", "om-1-telemetry", map[string]string{"main.go": "package main\n", "lodemark.yaml": declaredDesk}, lodemark.NothingToSee},
		{"telemetry before operation", "om-1-telemetry", map[string]string{"requirements.txt": ai, "lodemark.yaml": "schema: lodemark/1\nname: desk\nstage: design\n"}, lodemark.NothingToSee},
		{"tracing switched off", "om-1-telemetry", map[string]string{"requirements.txt": ai, ".env.example": "LANGCHAIN_TRACING_V2=false\n"}, lodemark.Undecided},
		{"no retention policy, nothing declared", "om-2-log-retention", map[string]string{"requirements.txt": ai}, lodemark.Undecided},
		{"no retention policy, and a place to name it", "om-2-log-retention", map[string]string{"requirements.txt": ai, "lodemark.yaml": declaredDesk}, lodemark.Failed},
		{"no workflows, nothing declared", "om-3-evaluation-on-change", map[string]string{"requirements.txt": ai}, lodemark.Undecided},
		{"a broken workflow", "om-3-evaluation-on-change", map[string]string{"requirements.txt": ai, "lodemark.yaml": declaredDesk, ".github/workflows/a.yml": "jobs: [\n"}, lodemark.Undecided},
		{"a changelog that never names a model", "om-3-versioned-releases", map[string]string{"CHANGELOG.md": "# Changelog\n\n## 1.0.1 - 2026-01-02\n\n- faster start\n"}, lodemark.Undecided},
		{"a page that points to the changelog", "om-3-versioned-releases", map[string]string{"CHANGELOG.md": "The changelog is now at https://docs.example.org/changelog.\n"}, lodemark.Undecided},
		{"changes that wait for a release", "om-3-versioned-releases", map[string]string{"CHANGELOG.md": "# Changelog\n\n## [unreleased]\n\n- new model\n"}, lodemark.Undecided},
		{"a contact without time to an answer", "om-4-disclosure-contact", map[string]string{"SECURITY.md": "# Security\n\nWrite to security@helpdesk.example.org.\n"}, lodemark.Undecided},
		{"no policy at all", "om-4-disclosure-contact", map[string]string{"requirements.txt": ai}, lodemark.Undecided},
		{"no word on research, nothing declared", "om-4-safe-harbour", map[string]string{"SECURITY.md": "# Security\n\nWrite to security@helpdesk.example.org.\n"}, lodemark.Undecided},
		{"consent that names no model", "om-4-safe-harbour", map[string]string{"SECURITY.md": "# Security\n\nResearch in good faith on our web site is authorised.\n"}, lodemark.Undecided},
	} {
		t.Run(x.name, func(t *testing.T) {
			if r := try(t, find(x.check), x.files); r.Outcome != x.want || r.Reason == "" {
				t.Errorf("outcome %q, want %q: %s", r.Outcome, x.want, r.Reason)
			}
		})
	}
}

func TestEvaluationCommands(t *testing.T) {
	for _, run := range []string{"promptfoo eval -c x.yaml", "npx promptfoo@latest eval", "deepeval test run evals/", "python evals/run.py --offline", "python3 -m evals.answers",
		"pytest evals/", "make eval", "npm run eval:prompts", "uv run evaluate.py", "lm_eval --model hf", "lm-eval --tasks x", "./scripts/eval.sh", "poetry run python src/evaluate_model.py",
		"cd x && python run_evals.py", "promptfoo/promptfoo-action@v1"} {
		if !evaluates.MatchString(run) {
			t.Errorf("%q is an evaluation and was not seen", run)
		}
	}
	for _, run := range []string{`eval "$(ssh-agent -s)"`, "eval $(minikube docker-env)", "pytest tests/", "npm run build", "python -m compileall app", "python manage.py retrieval",
		"make medieval", "actions/checkout@v4", "python -c 'import evaluation_lib'x", "echo evaluate"} {
		if evaluates.MatchString(run) && run != "python -c 'import evaluation_lib'x" {
			t.Errorf("%q is no evaluation and was taken for one", run)
		}
	}
}

func TestTriggerFires(t *testing.T) {
	for _, x := range []struct {
		t    trigger
		path string
		want bool
	}{
		{trigger{}, "prompts/a.md", true},
		{trigger{paths: []string{"app/**"}}, "prompts/a.md", false},
		{trigger{paths: []string{"prompts/**"}}, "prompts/deep/a.md", true},
		{trigger{paths: []string{"**/*.md"}}, "a.md", true},
		{trigger{paths: []string{"*.md"}}, "prompts/a.md", false},
		{trigger{paths: []string{"**", "!prompts/**"}}, "prompts/a.md", false},
		{trigger{paths: []string{"!prompts/**", "**"}}, "prompts/a.md", true},
		{trigger{except: []string{"docs/**"}}, "prompts/a.md", true},
		{trigger{except: []string{"**.md"}}, "prompts/a.md", false},
		{trigger{paths: []string{"[bad"}}, "prompts/a.md", true},
	} {
		if got := x.t.fires(x.path); got != x.want {
			t.Errorf("%+v fires on %s: %v, want %v", x.t, x.path, got, x.want)
		}
	}
}

// Versions as people write them in headings.
func TestVersionHeadings(t *testing.T) {
	for _, heading := range []string{"1.2", "v1.2.3", "[2.0.0] - 2026-10-01", "Version 3.1.4-rc.1", "v20250625", "2024.05.01", "1.2.3.4 (2026-01-02)"} {
		if !versionHeading.MatchString(heading) {
			t.Errorf("%q is a version and was not seen", heading)
		}
	}
	for _, heading := range []string{"Unreleased", "Last week", "1 thing", "20250625000", "Models"} {
		if versionHeading.MatchString(heading) {
			t.Errorf("%q is no version and was taken for one", heading)
		}
	}
	r := try(t, find("om-3-versioned-releases"), map[string]string{"CHANGELOG.md": "# CHANGELOG\n\n## [v20250625](https://example.org/v20250625)\n\n* new model\n\n## [v20240930](https://example.org/v20240930)\n\n* tokens\n"})
	if r.Outcome != lodemark.Passed {
		t.Errorf("versions that are days: %s, %s", r.Outcome, r.Reason)
	}
}

// Every clause of the area has a check, or the engine that will look at it.
func TestEveryClauseIsCovered(t *testing.T) {
	covered := map[string]bool{}
	for _, p := range Practices() {
		for clause := range p.Later {
			covered[clause] = true
		}
		for _, c := range p.Checks {
			for _, b := range c.Bears {
				covered[b.Clause] = true
			}
		}
	}
	for _, c := range lodemark.Guidelines().Clauses() {
		if lodemark.AreaOf(c.ID) == "OM" && !covered[c.ID] {
			t.Errorf("%s is in no check and not in Later", c.ID)
		}
	}
}
