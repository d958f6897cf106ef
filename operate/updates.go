package operate

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// OM-3: follow a secure by design approach to updates.
func updates() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "OM-3",
		Checks:    []lodemark.Check{automaticUpdates(), secureUpdates(), separateUpdates(), evaluationOnChange(), versionedReleases(), previews(), apiVersions()},
	}
}

const (
	evalsWorkflow = "name: evaluation\non:\n  pull_request:\n  push:\n    branches: [main]\njobs:\n  evaluate:\n    runs-on: ubuntu-24.04\n    steps:\n" +
		"      - run: promptfoo eval -c evals/promptfoo.yaml\n"
	testsWorkflow = "name: tests\non: [push, pull_request]\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: pytest tests/\n"
	declaredDesk  = "schema: lodemark/1\nname: help desk\nstage: operate\n"
	deskPrompt    = "You are the assistant of a help desk. Answer only from the articles given.\n"
)

func evaluationOnChange() lodemark.Check {
	return lodemark.Check{
		ID: "om-3-evaluation-on-change", Version: 1,
		Title:    "An evaluation runs when prompts, models or data change",
		Bears:    lodemark.Supports("OM-3.4"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "One changed sentence in a prompt, or a new model file, changes what the system does everywhere at once. Unit tests " +
			"of the code around it stay green.",
		Fix: "Run an evaluation (a script of your own, promptfoo, deepeval, ragas, lm-eval) in the workflow for pull requests, " +
			"without path filters that leave out prompts, models or data.",
		Help: "add the workflow that runs the evaluation to the repository, or lodemark.yaml if there is none to be found here",
		Bad: []lodemark.Example{
			{Name: "the filter leaves prompts out", Files: map[string]string{
				"lodemark.yaml":        declaredDesk,
				"requirements.txt":     "openai==1.51.0\n",
				"prompts/assistant.md": deskPrompt,
				".github/workflows/evaluation.yml": "name: evaluation\non:\n  pull_request:\n    paths:\n      - \"app/**\"\njobs:\n  evaluate:\n    runs-on: ubuntu-24.04\n" +
					"    steps:\n      - run: python evals/run.py\n",
			}},
			{Name: "tests of the code only", Files: map[string]string{
				"lodemark.yaml":               declaredDesk,
				"requirements.txt":            "openai==1.51.0\n",
				"prompts/assistant.md":        deskPrompt,
				".github/workflows/tests.yml": testsWorkflow,
			}},
			{Name: "an evaluation once a week, whatever changed before", Files: map[string]string{
				"lodemark.yaml":        declaredDesk,
				"requirements.txt":     "openai==1.51.0\n",
				"prompts/assistant.md": deskPrompt,
				".github/workflows/evaluation.yml": "name: evaluation\non:\n  schedule:\n    - cron: \"0 3 * * 1\"\njobs:\n  evaluate:\n    runs-on: ubuntu-24.04\n" +
					"    steps:\n      - run: deepeval test run evals/test_answers.py\n",
			}},
		},
		Good: []lodemark.Example{
			{Name: "on every pull request", Files: map[string]string{
				"lodemark.yaml":                    declaredDesk,
				"requirements.txt":                 "openai==1.51.0\n",
				"prompts/assistant.md":             deskPrompt,
				".github/workflows/evaluation.yml": evalsWorkflow,
			}},
			{Name: "a filter that keeps prompts in", Files: map[string]string{
				"requirements.txt":     "openai==1.51.0\n",
				"prompts/assistant.md": deskPrompt,
				".github/workflows/evaluation.yml": "name: evaluation\non:\n  push:\n    paths: [\"prompts/**\", \"app/**\"]\njobs:\n  evaluate:\n    runs-on: ubuntu-24.04\n" +
					"    steps:\n      - name: answers\n        run: |\n          pip install -r requirements.txt\n          python -m evals.answers --fail-under 0.9\n",
			}},
		},
		Run: runEvaluationOnChange,
	}
}

// evaluates recognises commands and actions that judge what a model answers. The shell's own eval is not one of them.
var evaluates = pattern.New(`(?im)(?:^|[\s;&|(/@"'=])(?:` +
	`promptfoo(?:@[\w.-]+)?\s+(?:eval|redteam)|deepeval\s+test|ragas\s+eval|lm[-_]eval\b|lm-evaluation-harness|inspect\s+eval|oaieval\b|giskard\s+|garak\b|pyrit[\w_]*\s|` +
	`trulens[-_]eval|langsmith\s+eval|braintrust\s+eval|langfuse\s+eval|bentoml\s+eval|` +
	`py\.?test\b[^\n;&|]*\bevals?(?:uations?)?\b|` +
	`(?:python[\d.]*|uv run|poetry run|node|tsx|npx|bash|sh|\./?)[^\n;&|]*[\s/.]?\b(?:run_?)?eval(?:s|uat(?:e|ions?|or)|)(?:[_./:-][\w./:-]*)?(?:\s|$)|` +
	`(?:make|just|task|npm run|pnpm(?: run)?|yarn(?: run)?|bun run|hatch run|nox -s|tox -e)\s+[\w:-]*\beval[\w:-]*)` +
	`|^(?:promptfoo/promptfoo-action|confident-ai/[\w-]+|braintrustdata/eval-action|microsoft/ai-agent-evals|langwatch/[\w-]+|azure/genaiops[\w-]*)`)

// judged are the components whose change changes behaviour.
var judged = []lodemark.Kind{lodemark.KindPrompt, lodemark.KindModel, lodemark.KindDataset}

func runEvaluationOnChange(_ context.Context, s *lodemark.Subject) lodemark.Result {
	if !isAI(s) {
		return nothing("no model, AI package or prompt found whose change could be evaluated")
	}
	if r, early := notRunning(s); early {
		return r
	}
	var running []workflow
	var gaps []lodemark.Gap
	looked := paths(own(s, lodemark.KindPipeline))
	for _, path := range looked {
		w, gap := readWorkflow(s, path)
		if gap != nil {
			gaps = append(gaps, *gap)
			continue
		}
		if w.evaluation > 0 {
			running = append(running, w)
		}
	}
	var r lodemark.Result
	switch findings := leftOut(s, running); {
	case len(running) > 0 && len(findings) == 0:
		w := running[0]
		r = passed(looked, "%s runs an evaluation (line %d) when prompts, models or data change", w.path, w.evaluation)
	case len(running) > 0:
		r = failed(looked, findings)
	case len(gaps) > 0:
		r = undecided(looked, "no evaluation was found, and %s could not be read", gaps[0].Path)
	case s.System.Declared.Path == "":
		r = undecided(looked, "%s; one may run elsewhere", noneEvaluates(looked))
	default:
		r = failed(append(looked, declaredFile), []lodemark.Finding{noEvaluation(looked)})
	}
	r.Gaps = gaps
	return r
}

func noneEvaluates(looked []string) string {
	if len(looked) == 0 {
		return "there is no workflow that could run an evaluation"
	}
	return fmt.Sprintf("none of %d workflow(s) runs an evaluation", len(looked))
}

func noEvaluation(looked []string) lodemark.Finding {
	f := lodemark.Finding{ID: "om-3-evaluation-on-change", Severity: lodemark.SeverityMedium, Path: declaredFile, Key: "no evaluation",
		Message: "no workflow runs an evaluation, so a changed prompt or model reaches users without anybody having measured what it does",
		Fix:     "Add a step that runs an evaluation on pull requests which touch prompts, models or data."}
	if len(looked) > 0 {
		f.Path = looked[0]
		f.Message = fmt.Sprintf("none of %d workflow(s) runs an evaluation, so a changed prompt or model reaches users unmeasured", len(looked))
	}
	return f
}

// leftOut returns a finding for each workflow whose triggers leave out a part whose change no other workflow evaluates.
func leftOut(s *lodemark.Subject, running []workflow) []lodemark.Finding {
	var out []lodemark.Finding
	said := map[string]bool{}
	parts := paths(own(s, judged...))
	if len(parts) == 0 {
		parts = []string{""} // prompts stand in the code: any trigger on change will do
	}
	for _, part := range parts {
		if covered(running, part) {
			continue
		}
		for _, w := range running {
			if said[w.path] {
				continue
			}
			said[w.path] = true
			f := lodemark.Finding{ID: "om-3-evaluation-on-change", Severity: lodemark.SeverityMedium, Path: w.path, Line: w.line(),
				Fix: "Let the evaluation run on pull requests, and list prompts, models and data in its path filter or drop the filter."}
			if len(w.triggers) == 0 {
				f.Key, f.Message = "not on change", fmt.Sprintf("%s evaluates, but not on a push or pull request, so changes go out before they are measured", w.path)
			} else {
				f.Key, f.Message = part, fmt.Sprintf("the path filter of %s leaves out %s, so a change of it goes out without an evaluation", w.path, part)
			}
			out = append(out, f)
		}
	}
	return out
}

func covered(running []workflow, part string) bool {
	for _, w := range running {
		for _, t := range w.triggers {
			if part == "" || t.fires(part) {
				return true
			}
		}
	}
	return false
}

func versionedReleases() lodemark.Check {
	return lodemark.Check{
		ID: "om-3-versioned-releases", Version: 1,
		Title:    "Releases have versions and dates, and changes of models and prompts are among them",
		Bears:    lodemark.Supports("OM-3.5"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A new model or prompt behind an old version number is a different product that nobody was told of. After an incident " +
			"nobody can say which behaviour was live.",
		Fix:  "Keep a CHANGELOG with a version and a date for each release, and list changes of models, prompts and data in it.",
		Help: "name changes of models, prompts and data in the changelog, each under a version with a date (documents: changelog)",
		Bad: []lodemark.Example{
			{Name: "a changelog without versions", Files: map[string]string{
				"CHANGELOG.md": "# Changelog\n\n## Last week\n\n- better prompt\n\n## Before\n\n- new model\n",
			}},
			{Name: "versions without dates", Files: map[string]string{
				"CHANGELOG.md": "# Changelog\n\n## 1.1.0\n\n- the prompt asks for sources\n\n## 1.0.0\n\n- first model\n",
			}},
			{Name: "one version twice", Files: map[string]string{
				"CHANGELOG.md": "# Changelog\n\n## 1.1.0 - 2026-09-02\n\n- another model\n\n## 1.1.0 - 2026-06-01\n\n- first model\n",
			}},
		},
		Good: []lodemark.Example{
			{Name: "versions, dates, and the prompt named", Files: map[string]string{
				"CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## [2.0.0] - 2026-10-01\n\n- model: intent classifier v3\n\n## [1.4.1] - 2026-08-12\n\n- fixed a typo\n",
			}},
			{Name: "in brackets after the version", Files: map[string]string{
				"docs/CHANGELOG.md": "# Changelog\n\n## v1.2.0 (2026-09-30)\n\n### Prompts\n\n- The assistant names its sources.\n",
			}},
		},
		Run: runVersionedReleases,
	}
}

var (
	versionHeading = pattern.New(`(?i)^\[?(?:version |release )?v?(\d{8}|\d+\.\d+(?:\.\d+)*(?:-[0-9a-z.-]+)?(?:\+[0-9a-z.-]+)?)\]?(?:\([^)]*\))?(?:\s|:|$)`)
	headingDate    = pattern.New(`\b(\d{4}-\d{2}-\d{2})\b|(?i:\b\d{1,2}\.? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? \d{4}\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}\b)`)
	dateVersion    = pattern.New(`^\[?(?i:version |release )?v?(?:19|20)\d{2}(?:\.?(?:0[1-9]|1[0-2])\.?(?:0[1-9]|[12]\d|3[01]))\b`) // the version is the day
	behaviourWords = pattern.New(`(?i)\b(?:models?|prompts?|weights|classifier|embeddings?|data ?sets?|training data|fine-?tun\w*|knowledge base|retriev\w+|LLM|guardrails?|checkpoint)\b`)
)

func runVersionedReleases(_ context.Context, s *lodemark.Subject) lodemark.Result {
	found := document.Find(s, "changelog")
	if len(found.Documents) == 0 {
		if r, early := notRunning(s); early {
			return r
		}
		return found.Missing("a changelog")
	}
	d := found.Documents[0] // the one nearest to the root
	for _, other := range found.Documents[1:] {
		if strings.Count(other.Path, "/") < strings.Count(d.Path, "/") {
			d = other
		}
	}
	findings, versions := changelogFindings(d, s.At)
	switch data, err := s.Read(d.Path); {
	case versions == 0 && err == nil && unreleased(d):
		return undecided([]string{d.Path}, "%s lists changes that are not released yet, and no version", d.Path)
	case versions == 0 && err == nil && len(bytes.Fields(data)) < pointerWords && bytes.Contains(data, []byte("http")):
		return undecided([]string{d.Path}, "%s points to another place, which was not looked at", d.Path)
	case len(findings) > 0:
		return failed([]string{d.Path}, findings)
	case err != nil:
		return undecided([]string{d.Path}, "%s could not be read: %v", d.Path, err)
	case !behaviourWords.Match(data):
		return undecided([]string{d.Path}, "%s lists %d release(s) and never mentions a model, a prompt or data, so it cannot be told whether their changes are released as versions", d.Path, versions)
	}
	return passed([]string{d.Path}, "%s lists %d release(s) with version and date, changes of models, prompts or data among them", d.Path, versions)
}

// pointerWords is how many words a page has at most that only says where the changelog is.
const pointerWords = 60

func unreleased(d document.Document) bool {
	return slices.ContainsFunc(d.Sections, func(section document.Section) bool {
		return strings.HasPrefix(strings.ToLower(strings.Trim(section.Heading, "[]( ")), "unreleased")
	})
}

func changelogFindings(d document.Document, at time.Time) (out []lodemark.Finding, versions int) {
	wrong := func(line int, key, format string, args ...any) {
		out = append(out, lodemark.Finding{ID: "om-3-versioned-releases", Severity: lodemark.SeverityLow, Path: d.Path, Line: line, Key: key,
			Message: d.Path + " " + fmt.Sprintf(format, args...), Fix: "Give each release a heading of its own with version and date: ## 1.2.0 - 2026-10-01."})
	}
	seen := map[string]bool{}
	undated, first := 0, document.Section{}
	for _, section := range d.Sections {
		m := versionHeading.FindStringSubmatch(section.Heading)
		if m == nil {
			continue
		}
		versions++
		if seen[m[1]] {
			wrong(section.Line, "twice "+m[1], "lists version %s twice, so nobody can tell which of the two was live", m[1])
		}
		seen[m[1]] = true
		if versions == 1 {
			first = section
		}
		if !dated(section, at) {
			undated++
		}
	}
	switch {
	case versions == 0:
		wrong(0, "no versions", "names no version, so nobody can say which model and prompts were live at a given time")
	case undated == versions:
		wrong(first.Line, "no dates", "gives its %d version(s) no date, so nobody can say which model and prompts were live at a given time", versions)
	}
	return out, versions
}

// dated says whether a release has a date, in its heading or in the first line below it.
func dated(section document.Section, _ time.Time) bool {
	below, _, _ := strings.Cut(strings.TrimSpace(section.Text), "\n")
	return headingDate.MatchString(section.Heading) || dateVersion.MatchString(section.Heading) || headingDate.MatchString(below)
}
