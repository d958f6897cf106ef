package develop

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

// What a card says in the ways people write, and what only looks like it.
func TestCardFields(t *testing.T) {
	tests := []struct {
		field, text string
		want        state
	}{
		{fieldCreation, "# x\n\n## Training\n\nStochastic gradient descent on 60 questions.\n", filled},
		{fieldCreation, "# x\n\n## Training procedure\n\n[More Information Needed]\n", empty},
		{fieldCreation, "# x\n\nThe model was fine-tuned for three epochs.\n", filled},
		{fieldCreation, "# x\n\nWas the model trained by you?\n", absent},
		{fieldOperation, "# x\n\n```python\nmodel = AutoModel.from_pretrained(\"example/x\")\n```\n", filled},
		{fieldOperation, "# x\n\n## How to get started\n\nUse the code below to get started with the model.\n\n{{ get_started_code }}\n", empty},
		{fieldLifeCycle, "---\nversion: 1.2.0\n---\n# x\n\nText.\n", filled},
		{fieldLifeCycle, "# x\n\n| Version | Date |\n|---|---|\n| 2 | 2026-01-15 |\n", filled},
		{fieldLifeCycle, "# x\n\nTrained with Inception-V3 features.\n", absent},
		{fieldSources, "# x\n\n## Training data\n\nPublicly available data from the internet.\n", empty},
		{fieldSources, "# x\n\n## Training data\n\nArticles exported from the wiki on 2026-01-15.\n", filled},
		{fieldSources, "---\ndatasets:\n  - example/articles\n---\n# x\n", filled},
		{fieldScope, "# x\n\n## Out-of-scope use\n\nDecisions about people.\n", absent},
		{fieldScope, "# x\n\nThe model is intended for sorting questions.\n", filled},
		{fieldLimits, "# x\n\n## Out-of-scope use\n\nDecisions about people.\n", filled},
		{fieldLimits, "# x\n\n**Are there tasks for which it should not be used?** If so, please provide a description.\n\nTODO\n", empty},
		{fieldLimits, "# x\n\n**Are there tasks for which it should not be used?**\n\nDecisions about people.\n", filled},
		{fieldGuardrails, "# x\n\nYou should add guardrails of your own.\n", absent},
		{fieldGuardrails, "# x\n\n## Safeguards\n\nA classifier reads each question before the model does.\n", filled},
		{fieldRetention, "# x\n\n## Retention\n\nAs long as useful.\n", empty},
		{fieldRetention, "# x\n\n| Record | Kept |\n|---|---|\n| traces | 30 days |\n", filled},
		{fieldRetention, "# x\n\nFormer weights are deleted after two years.\n", filled},
		{fieldReview, "# x\n\nReviewed every six months.\n", filled},
		{fieldReview, "# Reviews of films\n\nReviews of films, 50,000 of them, each with a label.\n", absent},
		{fieldFailures, "# x\n\n<!-- It may hallucinate. -->\n\nText.\n", absent},
		{fieldFailures, "# x\n\nIt sometimes hallucinates names of articles.\n", filled},
		{fieldFailures, "# x\n\n## Failure modes\n\nTBD\n", empty},
	}
	for _, tt := range tests {
		got := cardFields(document.Read("card.md", []byte(tt.text)), tt.field)[tt.field]
		if got.state != tt.want {
			t.Errorf("%s in %q: state %d (%q), want %d", tt.field, tt.text, got.state, got.text, tt.want)
		}
	}
}

// The template of a model hub says nothing, whatever its headings.
func TestTemplatesAreEmpty(t *testing.T) {
	template := "# Model Card for {{ model_id }}\n\n<!-- Provide a quick summary of what the model is/does. -->\n\n## Model Details\n\n- **Developed by:** [More Information Needed]\n\n## Uses\n\n" +
		"<!-- Address questions around how the model is intended to be used. -->\n\n### Direct Use\n\n[More Information Needed]\n\n## Bias, Risks, and Limitations\n\n[More Information Needed]\n\n" +
		"### Recommendations\n\nUsers (both direct and downstream) should be made aware of the risks, biases and limitations of the model. More information needed for further recommendations.\n\n" +
		"## How to Get Started with the Model\n\nUse the code below to get started with the model.\n\n[More Information Needed]\n\n## Training Details\n\n### Training Data\n\n[More Information Needed]\n"
	d := document.Read("MODEL_CARD.md", []byte(template))
	for _, f := range cardFieldTable {
		if got := newCardText(d).says(f); got.state == filled {
			t.Errorf("%s is filled by the template: line %d, %q", f.name, got.line, got.text)
		}
	}
}

// A file called like thousands of others names no model by itself, and a name inside another word is none.
func TestNamesOfSubjects(t *testing.T) {
	x := subject{dir: "python/paddleserver", files: []lodemark.Component{{Path: "python/paddleserver/model.pdmodel"}}}
	y := subject{dir: "models", files: []lodemark.Component{{Path: "models/tone.pt"}}}
	tests := []struct {
		x    subject
		text string
		want bool
	}{
		{x, "Download model.pdmodel and start the server.", false},
		{x, "The model paddleserver/model.pdmodel is served.", true},
		{y, "tone.pt tells whether a ticket is polite.", true},
		{y, "A milestone for the team.", false},
		{subject{dir: "models/xgboost", files: []lodemark.Component{{Path: "models/xgboost/model.bst"}}}, "model.bst of xgboost", false},
		{subject{dir: "models/ranker", files: []lodemark.Component{{Path: "models/ranker/weights.safetensors"}}}, "The ranker orders articles.", true},
	}
	for _, tt := range tests {
		if got := namesAny(tt.text, tt.x.names()); got != tt.want {
			t.Errorf("%q names %v: %v, want %v", tt.text, tt.x.names(), got, tt.want)
		}
	}
}

func FuzzCardFields(f *testing.F) {
	f.Add("# x\n\n## Training\n\nOn data.\n\n| Version | 2 |\n|---|---|\n")
	f.Add("---\nlicense: mit\n---\n**Question?** If so, please.\n\n<!-- a\nb --> c ```\ncode")
	f.Add("<!--" + strings.Repeat("**a** ", 200) + "\n~~~\n|")
	f.Fuzz(func(t *testing.T, text string) {
		d := document.Read("card.md", []byte(text))
		lines := strings.Count(text, "\n") + strings.Count(text, "\r") + 2
		for _, field := range cardFieldTable {
			if s := newCardText(d).says(field); s.line < 0 || s.line > lines {
				t.Errorf("%s at line %d of %d", field.name, s.line, lines)
			}
		}
		prose, code := withoutAsides(text)
		if n := strings.Count(text, "\n"); strings.Count(prose, "\n") != n && strings.Count(prose, "\n") != n+1 {
			t.Errorf("%d lines became %d", n, strings.Count(prose, "\n"))
		}
		_ = code
		inEnglish(text)
	})
}
