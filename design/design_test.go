package design

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/trial"
)

var stage = trial.Stage{Practices: Practices(), Run: assess.Try, Abroad: []string{"DEV-1.6", "SD-1.3"}}

// Every check is complete, and what it says of clauses is true.
func TestChecksAreComplete(t *testing.T) { stage.Complete(t, "SD-1", "SD-2", "SD-3", "SD-4") }

// The examples of every check, tried as an assessment tries them.
func TestExamples(t *testing.T) { stage.Examples(t) }

// Trees in which a check must not decide, or must not speak of what stands in tests.
func TestWhereNothingIsDecided(t *testing.T) {
	stage.Expect(t, "sd-1-owner-named", "no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "sd-1-user-security-guidance", "no document and no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "sd-2-threat-model", "a threat file that is no YAML", map[string]string{"threats.yaml": "components: [\n  {id: a\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "sd-2-inventory-covered", "a threat file that is no YAML", map[string]string{"threats.yaml": "a: b: c\n", ".mcp.json": ticketServer}, lodemark.Undecided, 0)
	stage.Expect(t, "sd-2-inventory-covered", "a guess of a draft", map[string]string{"threats.yaml": strings.Replace(threatsByName, "technology: qdrant", "technology: qdrant, guess: \"it runs there\"", 1),
		"compose.yaml": "services:\n  db:\n    image: qdrant/qdrant:v1.12.1\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "sd-2-inventory-covered", "nothing to name", map[string]string{"threats.yaml": threatsByName}, lodemark.NothingToSee, 0)
	stage.Expect(t, "sd-2-inventory-covered", "no threat file", map[string]string{".mcp.json": ticketServer}, lodemark.Undecided, 0)
	stage.Expect(t, "sd-3-scanned-models", "no model", map[string]string{"main.py": "print(1)\n"}, lodemark.NothingToSee, 0)
	stage.Expect(t, "sd-3-scanned-models", "a pickle that is cut short", map[string]string{"models/a.pkl": plainPickle[:5]}, lodemark.Undecided, 0)
	stage.Expect(t, "sd-3-scanned-models", "a class that nobody knows", map[string]string{"models/a.pkl": "cmine.models\nRanker\n)R."}, lodemark.Undecided, 0)
	stage.Expect(t, "sd-3-scanned-models", "a sample of an attack in tests", map[string]string{"tests/data/evil.pkl": shellPickle}, lodemark.NothingToSee, 1)
	stage.Expect(t, "sd-3-agent-permissions", "no agent", map[string]string{"main.py": "print(1)\n"}, lodemark.NothingToSee, 0)
	stage.Expect(t, "sd-3-agent-permissions", "settings that are no JSON", map[string]string{".claude/settings.json": "{\n  \"permissions\":\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "sd-3-agent-permissions", "a server of which nothing tells what it may do", map[string]string{".mcp.json": `{"mcpServers": {"files": {"command": "node", "args": ["./files.js"]}}}`}, lodemark.Undecided, 0)
	stage.Expect(t, "sd-3-agent-permissions", "grants in a fixture", map[string]string{"tests/fixtures/.claude/settings.json": `{"permissions": {"allow": ["Bash(*)"]}}`}, lodemark.NothingToSee, 1)
	stage.Expect(t, "sd-3-agent-permissions", "an editor's settings without agents", map[string]string{".vscode/settings.json": `{"editor.formatOnSave": true}`}, lodemark.NothingToSee, 0)
	stage.Expect(t, "sd-3-model-formats", "a pickle in tests only", map[string]string{"tests/fixtures/a.pkl": emptyPickle}, lodemark.NothingToSee, 1)
	stage.Expect(t, "sd-3-provider-review", "no provider", map[string]string{"lodemark.yaml": "schema: lodemark/1\nname: x\n"}, lodemark.NothingToSee, 0)
	stage.Expect(t, "sd-4-model-record", "no model", map[string]string{"README.md": "# x\n"}, lodemark.NothingToSee, 0)
	stage.Expect(t, "sd-4-review-date", "no record and no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0)
}

// A broken threat file is told with its line, and the verdict needs it.
func TestBrokenThreatFileIsNeeded(t *testing.T) {
	r := stage.Try(t, "sd-2-threat-model", map[string]string{"threats.yaml": "system: {}\ncomponents:\n  - just text\n"})
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
