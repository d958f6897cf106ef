package develop

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/trial"
)

var stage = trial.Stage{Practices: Practices(), Run: assess.Try, Elsewhere: []string{"DEV-1.6"}}

// Every check is complete, and what it says of clauses is true.
func TestChecksAreComplete(t *testing.T) { stage.Complete(t, "DEV-1", "DEV-2", "DEV-3", "DEV-4") }

// The examples of every check, tried as an assessment tries them.
func TestExamples(t *testing.T) { stage.Examples(t) }

// Trees in which a check must not decide, or must not speak of what stands in tests.
func TestWhereNothingIsDecided(t *testing.T) {
	stage.Expect(t, "dev-1-locked-dependencies", "a library", map[string]string{
		"pyproject.toml": "[project]\nname = \"x\"\nversion = \"1\"\ndependencies = [\"langchain>=0.3\"]\n\n[build-system]\nrequires = [\"hatchling\"]\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "dev-1-locked-dependencies", "no AI packages", map[string]string{"requirements.txt": "flask\n"}, lodemark.NothingToSee, 0)
	stage.Expect(t, "dev-1-pinned-images", "no images", map[string]string{"main.py": "print(1)\n"}, lodemark.NothingToSee, 0)
	stage.Expect(t, "dev-1-pinned-images", "an image in a fixture", map[string]string{"tests/fixtures/Dockerfile": "FROM python:latest\n"}, lodemark.NothingToSee, 1)
	stage.Expect(t, "dev-1-pinned-mcp-servers", "no servers", map[string]string{"main.py": "print(1)\n"}, lodemark.NothingToSee, 0)
	stage.Expect(t, "dev-1-pinned-mcp-servers", "a configuration that is no JSON", map[string]string{".mcp.json": "{\"mcpServers\": {\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "dev-2-secrets-in-config", "no configuration", map[string]string{"main.py": "print(1)\n"}, lodemark.NothingToSee, 0)
	stage.Expect(t, "dev-2-assets-versioned", "plain weights", map[string]string{"models/a.safetensors": oneTensor()}, lodemark.Undecided, 0)
	stage.Expect(t, "dev-3-model-card", "no card and no system record", map[string]string{"models/a.safetensors": oneTensor()}, lodemark.Undecided, 0)
	stage.Expect(t, "dev-3-model-card", "no model", map[string]string{"README.md": "# x\n"}, lodemark.NothingToSee, 0)
	stage.Expect(t, "dev-3-documented-digests", "a card without digests", map[string]string{"models/a.safetensors": oneTensor(), "models/README.md": fullModelCard}, lodemark.Undecided, 0)
	stage.Expect(t, "dev-3-documented-digests", "the digest of another file", map[string]string{"models/a.safetensors": oneTensor(),
		"models/README.md": fullModelCard + "\nsha256 of train.csv: " + otherDigest + "\n"}, lodemark.Undecided, 0)
	stage.Expect(t, "dev-4-debt-register", "no register and no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, 0)
}

// A report is published; the credential that it is about must not be in it.
func TestNoResultHoldsACredential(t *testing.T) {
	c := stage.Check(t, "dev-2-secrets-in-config")
	for _, e := range c.Bad {
		shown := fmt.Sprintf("%+v", stage.TryCheck(t, c, e.Files))
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
