package operate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

// Where a pipeline evaluates, and on which changes: line of the evaluation, then each trigger that fires on change, with
// its line and filters.
func TestReadWorkflow(t *testing.T) {
	const step = "jobs:\n  a:\n    steps:\n      - run: python evals/run.py\n"
	const none = "jobs:\n  a:\n    steps:\n      - run: pytest tests\n"
	files := map[string]string{
		".github/workflows/evals.yml":            "on: workflow_call\n" + step,
		".github/actions/score/action.yml":       "runs:\n  using: composite\n  steps:\n    - run: make eval\n      shell: bash\n",
		".github/actions/loop/action.yml":        "runs:\n  using: composite\n  steps:\n    - uses: ./.github/actions/loop\n",
		".github/workflows/quiet/.gitlab-ci.yml": "a:\n  script: make\n",
	}
	tests := []struct{ name, path, text, want string }{
		{"on every change", "", "on: [push, pull_request]\n" + step, "5: @1 @1"},
		{"with filters", "", "on:\n  pull_request:\n    paths: ['prompts/**', '!prompts/old/**']\n  push:\n    paths-ignore: [docs/**]\n" + step, "9: @3+prompts/**,!prompts/old/** @5-docs/**"},
		{"a release only", "", "on:\n  push:\n    tags: ['v*']\n" + step, "7: "},
		{"tags and branches", "", "on:\n  push:\n    tags: ['v*']\n    branches: [main]\n" + step, "8: @2"},
		{"on a clock or by hand", "", "on:\n  schedule: [{cron: '0 3 * * 1'}]\n  workflow_dispatch:\n" + step, "7: "},
		{"none", "", "on: push\n" + none, "0: "},
		{"in a comment only", "", "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          # python evals/run.py\n          make\n", "0: "},
		{"in the middle of a step", "", "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          pip install x\n          promptfoo eval -c x\n", "7: @1"},
		{"over two lines", "", "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          deepeval \\\n            test run\n", "6: @1"},
		{"an action", "", "on: push\njobs:\n  a:\n    steps:\n      - uses: promptfoo/promptfoo-action@v1\n", "5: @1"},
		{"a workflow of the tree", "", "on: push\njobs:\n  a:\n    uses: ./.github/workflows/evals.yml\n", "4: @1"},
		{"an action of the tree", "", "on: push\njobs:\n  a:\n    steps:\n      - uses: ./.github/actions/score\n", "5: @1"},
		{"actions in a circle, and one that is not there", "", "on: push\njobs:\n  a:\n    steps:\n      - uses: ./.github/actions/loop\n      - uses: ./gone\n", "0: "},
		{"GitLab", ".gitlab-ci.yml", "evals:\n  script:\n    - pip install x\n    - python -m evals.answers\n", "4: @1"},
		{"GitLab with rules", ".gitlab-ci.yml", "evals:\n  script: [lm_eval --model hf]\n  rules:\n    - if: $CI_PIPELINE_SOURCE == 'merge_request_event'\n      changes: ['{app,prompts}/**/*']\n", "2: @5+app/**/*,prompts/**/*"},
		{"GitLab on a clock", ".gitlab-ci.yml", "evals:\n  script: [garak --x]\n  only: [schedules]\n", "2: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path, format := tt.path, "gitlab"
			if path == "" {
				path, format = ".github/workflows/x.yml", "github"
			}
			all := map[string]string{path: tt.text}
			for name, text := range files {
				all[name] = text
			}
			tree, err := bound.Memory(all, bound.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			defer tree.Close()
			s := &lodemark.Subject{System: &lodemark.System{Components: []lodemark.Component{{Kind: lodemark.KindPipeline, Path: path, Format: format}}}, Read: tree.ReadFile}
			w, gap := readWorkflow(s, path)
			if gap != nil {
				t.Fatal(gap)
			}
			var got []string
			for _, tr := range w.triggers {
				got = append(got, shown(tr))
			}
			if s := fmt.Sprintf("%d: %s", w.evaluation, strings.Join(got, " ")); s != tt.want {
				t.Errorf("%q, want %q", s, tt.want)
			}
		})
	}
}

// shown writes a trigger as @line+paths-except.
func shown(t trigger) string {
	s := fmt.Sprintf("@%d", t.line)
	if len(t.paths) > 0 {
		s += "+" + strings.Join(t.paths, ",")
	}
	if len(t.except) > 0 {
		s += "-" + strings.Join(t.except, ",")
	}
	return s
}

func TestReadWorkflowTellsWhatIsBroken(t *testing.T) {
	tree, err := bound.Memory(map[string]string{"a.yml": "on: push\njobs: [\n"}, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	s := &lodemark.Subject{System: &lodemark.System{}, Read: tree.ReadFile}
	for path, line := range map[string]int{"a.yml": 2, "gone.yml": 0} {
		if _, gap := readWorkflow(s, path); gap == nil || gap.Path != path || gap.Line != line || !gap.Needed || gap.Reason == "" {
			t.Errorf("%s: %+v, want a gap at line %d", path, gap, line)
		}
	}
}

func TestBraces(t *testing.T) {
	for pattern, want := range map[string]string{"app/**": "app/**", "{app,lib}/*.py": "app/*.py lib/*.py", "a.{md,txt}": "a.md a.txt", "{a": "{a", "{a,b}/{c,d}": "{a,b}/{c,d}"} {
		if got := strings.Join(braces(pattern), " "); got != want {
			t.Errorf("%q: %q, want %q", pattern, got, want)
		}
	}
}
