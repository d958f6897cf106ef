package infra

import (
	"fmt"
	"strings"
	"testing"
)

func gitlab(t *testing.T, text string) *Workflow {
	t.Helper()
	w, err := ParseGitLab([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestGitLabJobs(t *testing.T) {
	w := gitlab(t, `spec: {inputs: {}}
---
default:
  image: python:3.12
  before_script: [pip install -r requirements.txt]
variables:
  A: 1
  B: {value: two, description: d}
include: [{local: /other.yml}]
.base:
  tags: [gpu]
  variables: {C: 3}
  script:
    - prepare
train:
  extends: .base
  image: {name: acme/train:1}
  services: [redis, {name: "postgres:16"}]
  environment: {name: production}
  script:
    - !reference [.base, script]
    - set -e

    - |
      curl x | sh
      y
    - [one, two]
  after_script: echo done
lint:
  before_script: []
  script: make lint
`)
	var got []string
	for _, j := range w.Jobs {
		got = append(got, fmt.Sprintf("%d %s on %v in %s, images %v, variables %v", j.Line, j.ID, j.RunsOn, j.Environment.Text, j.Images, j.Env))
		for _, s := range j.Steps {
			got = append(got, fmt.Sprintf("  %s %d:%q", s.Name, s.Run.Line, s.Run.Text))
		}
	}
	want := []string{
		"15 train on [gpu] in production, images [{acme/train:1 17} {redis 18} {postgres:16 18}], variables [{C {3 12}}]",
		`  before_script 5:"pip install -r requirements.txt"`,
		`  script 14:"prepare\n\n\n\n\n\n\n\nset -e\n\n\ncurl x | sh\ny\none; two"`,
		`  after_script 28:"echo done"`,
		"29 lint on [] in , images [{python:3.12 4}], variables []",
		`  script 31:"make lint"`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if fmt.Sprint(w.Env) != "[{A {1 7}} {B {two 8}}]" {
		t.Errorf("variables %v", w.Env)
	}
}

// A piece of script that stands above the one before it begins a run of its own.
func TestGitLabScriptsFromBelow(t *testing.T) {
	w := gitlab(t, "a:\n  script:\n    - first\n    - !reference [.b, script]\n    - last\n.b:\n  script: [shared]\n")
	var got []string
	for _, s := range w.Jobs[0].Steps {
		got = append(got, fmt.Sprintf("%d:%s", s.Run.Line, s.Run.Text))
	}
	if s := strings.Join(got, "|"); s != "3:first\n\n\n\nshared|5:last" {
		t.Errorf("%q", s)
	}
}

// On what pipelines and jobs run.
func TestGitLabTriggers(t *testing.T) {
	for text, want := range map[string]string{
		"a: {script: x}\n": "pipeline: 1 push; job: as the pipeline",
		"workflow:\n  rules:\n    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n    - if: $CI_COMMIT_TAG\n    - when: never\na: {script: x}\n": "pipeline: 3 merge_request_event, 4 tag; job: as the pipeline",
		"a:\n  script: x\n  rules:\n    - if: $CI_MERGE_REQUEST_ID\n      changes: [app/**]\n    - if: $CI_PIPELINE_SOURCE == 'schedule'\n":            "pipeline: 1 push; job: 4 merge_request_event [app/**] at 5, 6 schedule",
		"a:\n  script: x\n  rules:\n    - changes:\n        paths: [prompts/*]\n":                                                                      "pipeline: 1 push; job: 4 push [prompts/*] at 4, 4 merge_request_event [prompts/*] at 4",
		"a:\n  script: x\n  only: [merge_requests, main, schedules]\n":                                                                                 "pipeline: 1 push; job: 3 merge_request_event, 3 push, 3 schedule",
		"a:\n  script: x\n  only:\n    changes: [x/*]\n":                                                                                               "pipeline: 1 push; job: 3 push [x/*] at 4",
		".r:\n  rules: [{when: never}]\na: {extends: .r, script: x}\n":                                                                                 "pipeline: 1 push; job: never",
	} {
		w := gitlab(t, text)
		show := func(all []Trigger) string {
			var s []string
			for _, tr := range all {
				one := fmt.Sprint(tr.Line, " ", tr.Event)
				if tr.PathsAt > 0 {
					one += fmt.Sprintf(" %v at %d", tr.Paths, tr.PathsAt)
				}
				s = append(s, one)
			}
			return strings.Join(s, ", ")
		}
		job := "as the pipeline"
		if w.Jobs[0].Triggers != nil {
			if job = show(w.Jobs[0].Triggers); job == "" {
				job = "never"
			}
		}
		if got := "pipeline: " + show(w.Triggers) + "; job: " + job; got != want {
			t.Errorf("%q:\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestGitLabLoops(t *testing.T) {
	w := gitlab(t, ".a: {extends: .b, script: [!reference [.b, script]]}\n.b: {extends: .a, script: [!reference [.a, script], x]}\njob: {extends: [.a, .b, .none]}\n")
	if len(w.Jobs) != 1 || len(w.Jobs[0].Steps) > 1 && len(w.Jobs[0].Steps[0].Run.Text) > 1000 {
		t.Errorf("%+v", w.Jobs)
	}
}
