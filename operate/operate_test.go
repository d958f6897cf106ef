package operate

import (
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/trial"
)

var stage = trial.Stage{Practices: Practices(), Run: assess.Try}

// Every check is complete, and what it says of clauses is true.
func TestChecksAreComplete(t *testing.T) { stage.Complete(t, "OM-1", "OM-2", "OM-3", "OM-4") }

// The examples of every check, tried as an assessment tries them.
func TestExamples(t *testing.T) { stage.Examples(t) }

// What cannot be told stays open, and what is not there is not judged.
func TestHonestSilence(t *testing.T) {
	const ai = "openai==1.51.0\n"
	stage.Expect(t, "om-1-telemetry", "no telemetry, nothing declared", map[string]string{"requirements.txt": ai}, lodemark.Undecided, 0)
	stage.Expect(t, "om-1-telemetry", "telemetry of no AI system", map[string]string{"main.go": "package main\n", "lodemark.yaml": declaredDesk}, lodemark.NothingToSee, 0)
	stage.Expect(t, "om-1-telemetry", "telemetry before operation", map[string]string{"requirements.txt": ai, "lodemark.yaml": "schema: lodemark/1\nname: desk\nstage: design\n"}, lodemark.NothingToSee, 0)
	stage.Expect(t, "om-1-telemetry", "tracing switched off", map[string]string{"requirements.txt": ai, ".env.example": "LANGCHAIN_TRACING_V2=false\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "om-2-log-retention", "no retention policy, nothing declared", map[string]string{"requirements.txt": ai}, lodemark.Undecided, 0)
	stage.Expect(t, "om-2-log-retention", "no retention policy, and a place to name it", map[string]string{"requirements.txt": ai, "lodemark.yaml": declaredDesk}, lodemark.Failed, 1)
	stage.Expect(t, "om-3-evaluation-on-change", "no workflows, nothing declared", map[string]string{"requirements.txt": ai}, lodemark.Undecided, 0)
	stage.Expect(t, "om-3-evaluation-on-change", "a broken workflow", map[string]string{"requirements.txt": ai, "lodemark.yaml": declaredDesk, ".github/workflows/a.yml": "jobs: [\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "om-3-versioned-releases", "a changelog that never names a model", map[string]string{"CHANGELOG.md": "# Changelog\n\n## 1.0.1 - 2026-01-02\n\n- faster start\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "om-3-versioned-releases", "a page that points to the changelog", map[string]string{"CHANGELOG.md": "The changelog is now at https://docs.example.org/changelog.\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "om-3-versioned-releases", "changes that wait for a release", map[string]string{"CHANGELOG.md": "# Changelog\n\n## [unreleased]\n\n- new model\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "om-4-disclosure-contact", "a contact without time to an answer", map[string]string{"SECURITY.md": "# Security\n\nWrite to security@helpdesk.example.org.\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "om-4-disclosure-contact", "no policy at all", map[string]string{"requirements.txt": ai}, lodemark.Undecided, 0)
	stage.Expect(t, "om-4-safe-harbour", "no word on research, nothing declared", map[string]string{"SECURITY.md": "# Security\n\nWrite to security@helpdesk.example.org.\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "om-4-safe-harbour", "consent that names no model", map[string]string{"SECURITY.md": "# Security\n\nResearch in good faith on our web site is authorised.\n"}, lodemark.Undecided, 0)
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
	r := stage.Try(t, "om-3-versioned-releases", map[string]string{"CHANGELOG.md": "# CHANGELOG\n\n## [v20250625](https://example.org/v20250625)\n\n* new model\n\n## [v20240930](https://example.org/v20240930)\n\n* tokens\n"})
	if r.Outcome != lodemark.Passed {
		t.Errorf("versions that are days: %s, %s", r.Outcome, r.Reason)
	}
}
