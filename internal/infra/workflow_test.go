package infra

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func workflow(t *testing.T, text string) *Workflow {
	t.Helper()
	w, err := ParseWorkflow([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestTriggers(t *testing.T) {
	for on, want := range map[string]string{
		"on: push\n":                 "1 push",
		"'on': [push, pull_request]": "1 push|1 pull_request",
		"on:\n  push:\n    branches: [main]\n    paths: ['app/**', '!app/docs/**']\n    tags: v*\n  pull_request:\n": "2 push branches=[main] tags=[v*] paths=[app/** !app/docs/**] at 4|6 pull_request",
		"on:\n  pull_request_target:\n    types: [opened, labeled]\n    paths-ignore:\n      - '**.md'\n":            "2 pull_request_target types=[opened labeled] ignored=[**.md] at 4",
		"on:\n  schedule:\n    - cron: '0 3 * * 1'\n  workflow_dispatch: {inputs: {x: {}}}\n":                        "2 schedule|4 workflow_dispatch",
		"name: x\n": "",
	} {
		var got []string
		for _, tr := range workflow(t, on).Triggers {
			s := fmt.Sprint(tr.Line, " ", tr.Event)
			for _, f := range []struct {
				name string
				all  []string
			}{{"branches", tr.Branches}, {"tags", tr.Tags}, {"types", tr.Types}, {"paths", tr.Paths}, {"ignored", tr.PathsIgnore}} {
				if len(f.all) > 0 {
					s += fmt.Sprintf(" %s=%v", f.name, f.all)
				}
			}
			if tr.PathsAt > 0 {
				s += fmt.Sprint(" at ", tr.PathsAt)
			}
			got = append(got, s)
		}
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("%q:\n got %s\nwant %s", on, s, want)
		}
	}
}

func TestPermissions(t *testing.T) {
	for text, want := range map[string]struct {
		all    string
		line   int
		writes bool
	}{
		"name: x\n": {"", 0, false}, "name: x\npermissions: write-all\n": {"write-all", 2, true}, "permissions: read-all\n": {"read-all", 1, false},
		"permissions: {}\n": {"{}", 1, false}, "permissions:\n  contents: read\n": {"", 1, false}, "permissions: {contents: read, id-token: write}\n": {"", 1, true},
		"permissions:\n": {"", 0, false},
	} {
		p := workflow(t, text).Permissions
		if p.All != want.all || p.Line != want.line || p.Writes() != want.writes {
			t.Errorf("%q: %+v, writes %v; want %+v", text, p, p.Writes(), want)
		}
	}
}

func TestJob(t *testing.T) {
	w := workflow(t, `env: {A: "${{ secrets.A }}"}
defaults: {run: {shell: bash}}
jobs:
  test:
    runs-on: [self-hosted, gpu]
    permissions: {packages: write}
    environment: {name: production, url: x}
    if: github.event_name == 'push'
    container: ghcr.io/acme/ci:1
    services:
      db: {image: "postgres:16"}
    env: {B: 1}
    steps:
      - uses: actions/checkout@v4
        with: {ref: x}
      - name: python
        shell: python
        run: print(1)
      - run: make
  call:
    uses: ./.github/workflows/evals.yml
    with: {model: m}
    secrets: inherit
  groups:
    runs-on: {group: big, labels: [gpu]}
    defaults: {run: {shell: pwsh}}
    environment: review
    secrets:
      KEY: ${{ secrets.KEY }}
    steps:
      - run: x
`)
	test, call, groups := w.Jobs[0], w.Jobs[1], w.Jobs[2]
	for what, got := range map[string][2]any{
		"place":        {fmt.Sprint(test.ID, test.Line), "test4"},
		"runners":      {test.RunsOn, []string{"self-hosted", "gpu"}},
		"groups":       {groups.RunsOn, []string{"big", "gpu"}},
		"images":       {test.Images, []Value{{"ghcr.io/acme/ci:1", 9}, {"postgres:16", 11}}},
		"environment":  {test.Environment, Value{"production", 7}},
		"as a word":    {groups.Environment, Value{"review", 27}},
		"condition":    {test.If, Value{"github.event_name == 'push'", 8}},
		"variables":    {test.Env, []Setting{{"B", Value{"1", 12}}}},
		"of all":       {w.Env, []Setting{{"A", Value{"${{ secrets.A }}", 1}}}},
		"uses":         {test.Steps[0].Uses, Value{"actions/checkout@v4", 14}},
		"with":         {test.Steps[0].With, []Setting{{"ref", Value{"x", 15}}}},
		"own shell":    {test.Steps[1].Shell, Value{"python", 17}},
		"shell of all": {test.Steps[2].Shell, Value{"bash", 2}},
		"of the job":   {groups.Steps[0].Shell, Value{"pwsh", 26}},
		"called":       {call.Uses, Value{"./.github/workflows/evals.yml", 21}},
		"inherits":     {call.Secrets, Value{"inherit", 23}},
		"hands":        {groups.Secrets, Value{"${{ secrets.KEY }}", 29}},
	} {
		if !reflect.DeepEqual(got[0], got[1]) {
			t.Errorf("%s: %+v, want %+v", what, got[0], got[1])
		}
	}
}

// Line n of a step's text stands on line Line+n of the file, in every form of text.
func TestStepsKeepTheirLines(t *testing.T) {
	tests := []struct{ name, run, want string }{
		{"plain", "run: curl x | sh\n", "5:curl x | sh"},
		{"plain over two lines", "run: curl x |\n          sh\n", "5:curl x | sh"},
		{"quoted", "run: \"a\\nb # why\\n# no\\nc\"\n", "5:a; b; c"},
		{"literal", "run: |\n          set -e\n          a\n", "6:set -e\na"},
		{"literal, stripped, with a comment behind the mark", "run: |- # why\n          a\n", "6:a"},
		{"literal that begins with blank lines", "run: |\n\n          a\n", "6:\na"},
		{"folded", "run: >\n          pip install\n          -r x\n\n          b\n            more\n          c\n", "6:pip install \\\n-r x\n\nb\n  more\nc"},
		{"folded and stripped", "run: >-\n          a\n          b\n        env: {}\n", "6:a \\\nb"},
		{"nothing", "run: ''\n", "0:"},
		{"the line below", "run:\n          a\n", "6:a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := workflow(t, "jobs:\n  a:\n    steps:\n      - name: x\n        "+tt.run)
			r := w.Jobs[0].Steps[0].Run
			if got := fmt.Sprintf("%d:%s", r.Line, r.Text); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestBrokenWorkflows(t *testing.T) {
	for text, want := range map[string]string{
		"jobs: [\n": "line 1: ", "- a\n": "line 1: a workflow is a mapping", "jobs: {}\n---\njobs: {}\n": "line 3: a second document",
		"on: push\njobs: text\n": "line 2: jobs is no mapping", "jobs:\n  a: text\n": "line 2: job \"a\" is no mapping",
		"jobs:\n  a:\n    steps: text\n": "line 3: steps is no list", "jobs:\n  a:\n    steps:\n      - text\n": "line 4: a step is no mapping",
	} {
		_, err := ParseWorkflow([]byte(text))
		if e := (*Error)(nil); !errors.As(err, &e) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	for _, empty := range []string{"", "# on: push\n", "---\n"} {
		if w, err := ParseWorkflow([]byte(empty)); err != nil || len(w.Jobs) > 0 {
			t.Errorf("%q: %+v, %v", empty, w, err)
		}
	}
}

// The name of a file says what kind of pipeline it is.
func TestParsePipeline(t *testing.T) {
	const gitlab, github, action = "a: {script: x}\n", "jobs: {a: {steps: [{run: x}]}}\n", "runs: {using: composite, steps: [{run: x}]}\n"
	for name, text := range map[string]string{
		".gitlab-ci.yml": gitlab, "ci/build.gitlab-ci.yml": gitlab, ".gitlab/stages/test.yml": gitlab, ".github/workflows/action.yml": github,
		".github/workflows/ci.yaml": github, ".github/actions/evals/action.yml": action, "action.yaml": action,
	} {
		w, err := ParsePipeline(name, []byte(text))
		if err != nil || len(w.Jobs) != 1 || len(w.Jobs[0].Steps) != 1 || w.Jobs[0].Steps[0].Run.Text != "x" {
			t.Errorf("%s: %+v, %v", name, w, err)
		}
	}
}

func FuzzPipeline(f *testing.F) {
	for _, s := range []string{"on: {push: {paths: [a]}}\njobs:\n  a:\n    steps:\n      - run: >\n          x\n          y\n      - uses: a/b@c\n",
		".x: &x {script: [a, [b, \"c\\nd\"]]}\nj:\n  extends: [.x]\n  script:\n    - !reference [.x, script]\n    - |\n      e\n  rules: [{changes: {paths: [a]}}]\n",
		"spec: {}\n---\nworkflow: {rules: [{if: '$CI_PIPELINE_SOURCE == \"push\"'}]}\nj: {only: {refs: [tags]}, script: x}\n", "permissions: write-all\njobs: {a: {uses: x, secrets: {A: b}}}\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{".gitlab-ci.yml", "action.yml", "x.yml"} {
			w, err := ParsePipeline(name, data)
			checkError(t, data, w == nil, err)
			if err != nil {
				continue
			}
			for _, j := range w.Jobs {
				for _, s := range j.Steps {
					if s.Run.Line > 0 {
						checkLine(t, data, s.Run.Line)
						checkLine(t, data, s.Run.Line+strings.Count(s.Run.Text, "\n"))
					}
				}
			}
		}
	})
}
