package main

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/design/threat/survey"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/draft"
)

// deskFiles is a small system with something of most kinds, and no document.
func deskFiles() map[string]string {
	return map[string]string{
		"lodemark.yaml": "schema: lodemark/1\nname: help desk\nstage: operate\nowner: {name: Product owner, contact: owner@example.org}\n" +
			"accountable_leader: {name: Head of services, contact: services@example.org}\nusers: [employees]\ndata_classes: [personal, prompt]\n" +
			"hosted_models:\n  - {provider: Northlight, model: northlight-chat-2, version: \"2026-07-15\", purpose: answers questions}\n" +
			"endpoints:\n  - {name: chat, url: \"https://desk.example.org/chat\", exposure: internal}\n",
		"requirements.txt":          "openai==1.51.0\nlangchain==0.3.1\ntransformers==4.48.0\n",
		"prompts/system.md":         "You are the assistant of a help desk. Answer only from the articles given.\n",
		"models/intent.safetensors": "\x02\x00\x00\x00\x00\x00\x00\x00{}",
		"data/intents.train.jsonl":  "{\"text\": \"where is my invoice\", \"label\": \"billing\"}\n",
		"training/train.py":         "import transformers\n",
		".mcp.json":                 "{\"mcpServers\": {\"files\": {\"command\": \"mcp-files\", \"args\": [\"docs\"]}}}\n",
		"compose.yaml":              "services:\n  store:\n    image: qdrant/qdrant:v1.12.0\n",
		".github/workflows/ci.yml":  "name: ci\non: [pull_request]\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: pytest tests/\n",
	}
}

// outcomes runs all practices over the files: what each check says, and which clauses are met.
func outcomes(t *testing.T, files map[string]string) (checks map[string]lodemark.Outcome, met map[string]bool) {
	t.Helper()
	tree, err := bound.Memory(files, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	run, err := assess.Tree(context.Background(), tree, assess.Options{Target: "desk", Practices: practices(), At: assess.ExampleTime()})
	if err != nil {
		t.Fatal(err)
	}
	checks, met = map[string]lodemark.Outcome{}, map[string]bool{}
	for _, e := range run.Evidence {
		checks[e.Check] = e.Outcome
	}
	for _, c := range run.Assessment.Clauses {
		met[c.ID] = c.Verdict == lodemark.Met
	}
	return checks, met
}

func drafted(t *testing.T, name string, files map[string]string) (file, text string) {
	t.Helper()
	tree, err := bound.Memory(files, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	sys, err := systemOf(t.Context(), tree, "desk")
	if err != nil {
		t.Fatal(err)
	}
	k, ok := draft.Named(name)
	if !ok {
		t.Fatalf("no kind %s", name)
	}
	if k.Name == threatKind {
		run, err := assess.InventoryOf(t.Context(), tree, assess.Options{Target: "desk", At: assess.ExampleTime()})
		if err != nil {
			t.Fatal(err)
		}
		drawing := survey.Draft(&lodemark.Subject{System: run.System, At: assess.ExampleTime(), Read: tree.ReadFile})
		return k.File, string(survey.Write(drawing, assess.ExampleTime()))
	}
	data, err := draft.Write(k, draft.Known{System: sys, At: assess.ExampleTime(), Authors: 2, Digest: tree.Digest})
	if err != nil {
		t.Fatal(err)
	}
	return k.File, string(data)
}

// A draft that was written and left proves nothing: no check passes and no clause is met that was not before. Taking out the
// mark alone changes nothing about that.
func TestDraftsProveNothing(t *testing.T) {
	for i := range 4 {
		declared, unmarked := i&1 == 0, i&2 == 0
		files := deskFiles()
		if !declared {
			delete(files, "lodemark.yaml")
		}
		before, metBefore := outcomes(t, files)
		for _, k := range draft.Kinds() {
			file, text := drafted(t, k.Name, files)
			with := maps.Clone(files)
			with[file] = text
			if unmarked {
				with[file] = markLine.ReplaceAllString(text, "")
			}
			after, met := outcomes(t, with)
			for check, outcome := range after {
				if outcome == lodemark.Passed && before[check] != lodemark.Passed {
					t.Errorf("the draft %s makes %s pass (declared %v, unmarked %v)", file, check, declared, unmarked)
				}
			}
			for clause, is := range met {
				if is && !metBefore[clause] {
					t.Errorf("the draft %s makes %s met (declared %v, unmarked %v)", file, clause, declared, unmarked)
				}
			}
		}
	}
}

var (
	markLine = regexp.MustCompile(`(?m)^> \*\*lodemark: draft.*\n\n|^# lodemark: draft.*\n|^status: draft\n`)
	slots    = regexp.MustCompile(`<[^<>\n]+>`)
)

// filled takes the mark out of a draft and puts an answer into each slot, by the heading above it.
func filled(text string, answers map[string]string) string {
	heading := ""
	var b strings.Builder
	for line := range strings.Lines(markLine.ReplaceAllString(text, "")) {
		if name, ok := strings.CutPrefix(line, "## "); ok {
			heading = strings.TrimSpace(name)
		}
		b.WriteString(slots.ReplaceAllLiteralString(line, cmp.Or(answers[heading], "On-call engineer, pager +44 20 7946 0000")))
	}
	return b.String()
}

// A draft that was honestly filled in is evidence.
func TestAFilledInPlanPasses(t *testing.T) {
	files := deskFiles()
	file, text := drafted(t, "incident-plan", files)
	files[file] = filled(text, map[string]string{
		"":                                      "2026-10-01",
		"First steps: switch off and roll back": "scale the service to zero, then redeploy the last reviewed version",
		"Scenarios":                             "switch the assistant off, keep traces, restore the last reviewed state, tell the owner",
	})
	// The next review lies ahead.
	files[file] = strings.Replace(files[file], "Next review: 2026-10-01", "Next review: 2027-04-01", 1)
	checks, _ := outcomes(t, files)
	for _, id := range []string{"dep-3-incident-plan", "dep-3-plan-review"} {
		if checks[id] != lodemark.Passed {
			t.Errorf("%s: %s\n%s", id, checks[id], files[file])
		}
	}
	files[file] = strings.Replace(files[file], "# Incident plan of help desk\n", "# Incident plan of help desk\n\n> lodemark: draft\n", 1)
	if checks, _ = outcomes(t, files); checks["dep-3-incident-plan"] != lodemark.Failed {
		t.Error("the mark alone does not make it a draft")
	}
}
