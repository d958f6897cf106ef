package develop

import (
	"slices"
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
		// what it is for is often said where the card introduces its subject, and nowhere else
		{fieldScope, "# x\n\nNetworks for the game of Go.\n", filled},
		{fieldScope, "# x\n\nA dataset for biomedical relation extraction.\n\n## Files\n\nOne.\n", filled},
		{fieldScope, "> **Notice:** weights were replaced.\n\n# x\n\nSpectral networks for parameter estimation.\n", filled},
		{fieldScope, "# x\n\nText.\n\n## Results\n\nWe thank the team for reviewing.\n", absent},
		{fieldScope, "# x\n\nThe official code base for running x.\n", absent},
		{fieldScope, "# x\n\n| File | Purpose |\n|---|---|\n| a.csv | rows |\n", absent}, // the purpose of a file
		{fieldScope, "# x\n\n- **Purpose**: sorting questions\n", filled},
		{fieldScope, "# x\n\n## Not recommended use\n\nDecisions about people.\n", absent},
		// titles without the mark of one
		{fieldLimits, "# x\n\nLimitations\n- Trained on a small sample.\n\nContact\n- team@example.org\n", filled},
		{fieldLimits, "Card of x\n1. Overview\n\nText.\n\n6. Limitations of the Model\nShadows hide what is small.\n", filled},
		{fieldSources, "Card of x\n3. Training Details\n3.1 Datasets Used\n\nRecords exported from the ticket system.\n", filled},
		{fieldLimits, "# x\n\nThe model has limitations\nof its own kind, they say, and goes on.\n", absent},
		// sentences that leave it open
		{fieldSources, "# x\n\n## Training data\n\nNot specified in the paper.\n", empty},
		{fieldSources, "# x\n\n## Training data\n\nNot applicable. See [Evaluation](#evaluation)\n\n## Evaluation\n\nData was provided by [Example](https://example.org) and is sourced from census records.\n", filled},
		// versions of the thing and versions of something else
		{fieldLifeCycle, "# x\n\nThe **v2.1 weights** are superseded.\n", filled},
		{fieldLifeCycle, "# Open Atlas v0.2\n\nText.\n", filled},
		{fieldLifeCycle, "# x\n\nThe model was trained in Q3 of 2024.\n", filled},
		{fieldLifeCycle, "# x\n\nLatest version trained on 2/9/2023.\n", filled},
		{fieldLifeCycle, "# x\n\n## Framework versions\n\n- PEFT: 0.18.1\n", absent},
		{fieldLifeCycle, "# x\n\nFine-tuned on [Example-Bench v0.1](https://example.org/bench).\n", absent},
		{fieldLifeCycle, "# x\n\n- marital-status: Divorced, Widowed\n", absent},
		{fieldLifeCycle, "# x\n\n- **date**: date of the event\n", empty},
		{fieldLifeCycle, "# x\n\nBenchmarks will be updated after the run.\n", absent},
		{fieldLifeCycle, "# x\n\n> 2026-08-04: corrected weights\n>\n> 2026-08-01: first upload\n", filled},
		// how it was made, in words of other trades
		{fieldCreation, "# x\n\nCheckpoints ported from the reference implementation.\n", filled},
		{fieldCreation, "# x\n\nWe annotated 500 questions by hand.\n", filled},
		{fieldCreation, "# x\n\nThe audio is converted into frames at inference.\n", absent},
		{fieldCreation, "# x\n\nTF-IDF features with logistic regression.\n", filled},
		// how it is run
		{fieldOperation, "# x\n\nTo get the weights run `dvc pull` first.\n", filled},
		{fieldOperation, "# x\n\n## Requirements for real-world use\n\nExternal validation.\n", absent},
		{fieldOperation, "# x\n\n## Approach: natural language inference\n\nHypotheses are scored.\n", absent},
		{fieldOperation, "# x\n\n## Hardware\n\nEight accelerators for nine days.\n", absent},
		// safeguards that are there, and talk of other things
		{fieldGuardrails, "# x\n\nThe assistant refuses harmful requests.\n", filled},
		{fieldGuardrails, "# x\n\nLow confidence cases default to neutral.\n", filled},
		{fieldGuardrails, "# x\n\nUpdates are merged only after human review.\n", filled},
		{fieldGuardrails, "# x\n\nA customer whose purchase is blocked is annoyed.\n", absent},
		{fieldGuardrails, "# x\n\n- **Redactions**: black bars are kept as they are\n", unclear},
		{fieldGuardrails, "# x\n\nNo safety filtering: output is raw.\n", absent},
		{fieldGuardrails, "# x\n\nA batch with one class is refused by the script.\n", unclear},
		// how it fails
		{fieldFailures, "# x\n\nTickets outside of the five classes will be misrouted.\n", filled},
		{fieldFailures, "# x\n\nSmall roofs are harder to detect.\n", filled},
		{fieldFailures, "# x\n\nIt may return wrong answers.\n", filled},
		{fieldFailures, "# x\n\n| Benchmark | Score |\n|---|---|\n| Hallucination | 50% |\n", empty},
		{fieldGuardrails, "# x\n\n- **Safety**: 100%\n", empty},
		{fieldFailures, "# x\n\nEvents without a match are not a false negative.\n", absent},
		{fieldLimits, "# x\n\nThere may be erroneous annotations.\n", filled},
		{fieldLimits, "# x\n\nGenerated text must not contain names.\n", absent},
		// a word far from its matter is a sign and no more; where the matter is at hand, the same sentence says it
		{fieldFailures, "# x\n\nText.\n\n## Background\n\nOlder systems fail on long questions.\n", unclear},
		{fieldFailures, "# x\n\nText.\n\n## Limitations\n\nIt fails on long questions.\n", filled},
		{fieldFailures, "# x\n\nText.\n\n## Limitations\n\n### Languages\n\nIt fails on long questions.\n", filled},
		{fieldGuardrails, "# x\n\nText.\n\n## Safety\n\nPrompts are filtered.\n", filled},
		{fieldGuardrails, "# x\n\nText.\n\n## Results\n\nAnswers after human review were better by half.\n", unclear},
		{fieldLifeCycle, "# x\n\nText.\n\n## Related work\n\nThe other corpus was superseded by one of twice its size.\n", unclear},
		{fieldSources, "# x\n\n## Training data\n\nhttps://example.org/articles\n", unclear},
		{fieldSources, "# x\n\n## Training data\n\nTickets of the help desk, exported in 2025.\n", filled},
		// what is yet to be filled in, and places that nobody opened
		{fieldSources, "# x\n\n## Training data\n\n- **Dataset:** Credit data - TBD\n", empty},
		{fieldGuardrails, "# x\n\n## Guardrails\n\nTODO\n\n## Results\n\nAnswers after human review were better by half.\n", empty},
		{fieldSources, "# x\n\n## Method\n\nThe model is trained:\n\n1. twice\n", absent},
		{fieldSources, "# Data of the help desk\n\nText.\n\n## Limits\n\nExported from one office only.\n", absent},
		// a sentence goes on over the end of a line, and an answer may stand in a table or in code
		{fieldLimits, "# x\n\nThe model was made in a week and it is not\nintended for decisions about people.\n", filled},
		{fieldSources, "# x\n\n**Where do the data come from? Source data**\n\n| Part | Files |\n|---|---|\n| tickets | 3 |\n", filled},
		{fieldOperation, "# x\n\n**Usage:**\n\n```\nmake serve\n```\n", filled},
		// names of the code, and versions of what it runs on
		{fieldScope, "# x\n\n| Setting | Value |\n|---|---|\n| `objective` | squared error of the answer |\n", absent},
		{fieldLifeCycle, "# x\n\n- Versions: PyTorch 2.9 (CPU), onnxruntime 1.27.\n", empty},
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

// What a card may say is neither a failure nor a pass, and the reason names the field and the line; a clause of which something
// is surely left out fails all the same.
func TestUnclearCards(t *testing.T) {
	const rest = "# Ranker\n\n## Intended use\n\nOrders help articles.\n\n## Training\n\nOn tickets closed in 2025.\n\n## Operation\n\nServed by serve.py.\n\n"
	tests := []struct {
		card    string
		outcome lodemark.Outcome
		reason  string
	}{
		{rest + "## Limitations\n\nEnglish only.\n\n## Results\n\nThe older version was slower by a third.\n", lodemark.Undecided,
			"models/ranker/MODEL_CARD.md may say its life cycle at line 21; say so under a heading"},
		{rest + "## Results\n\nThe older version was slower by a third.\n", lodemark.Failed, "does not say its limitations. models/ranker/MODEL_CARD.md may say its life cycle at line 17"},
		{rest + "## Limitations\n\nEnglish only.\n\n## Version\n\nTODO\n", lodemark.Failed, "does not say its life cycle"},
		{rest + "## Limitations\n\nEnglish only.\n\n## Version\n\n2, of May.\n", lodemark.Passed, ""},
	}
	for _, tt := range tests {
		r := stage.TryCheck(t, stage.Check(t, "dev-3-model-card"), besideModel("MODEL_CARD.md", tt.card))
		if r.Outcome != tt.outcome || !strings.Contains(r.Reason, tt.reason) {
			t.Errorf("%s (%s); want %s (%s)", r.Outcome, r.Reason, tt.outcome, tt.reason)
		}
	}
}

// That a long text leaves out what nearly every card says is doubted; that it leaves out its retention time is not.
func TestLongProseInOtherWords(t *testing.T) {
	text := "# x\n\nLorem. " + strings.Repeat("Grey stones lie at rivers where boats go by and old birds sing aloud. ", 40) + "\n"
	tests := map[string]state{fieldOperation: unclear, fieldRetention: absent, fieldLimits: absent}
	for name, want := range tests {
		if got := newCardText(document.Read("card.md", []byte(text))).says(fieldNamed(name)); got.state != want {
			t.Errorf("%s: state %d, want %d", name, got.state, want)
		}
	}
}

// The phrases are readable, and mean what their notation says.
func TestPhrases(t *testing.T) {
	tests := []struct {
		phrase, text string
		want         bool
	}{
		{"trained", "It was Trained.", true},
		{"trained", "untrained", false},
		{"quanti[sz]*", "quantised weights", true},
		{"data ?sources?", "Data sources", true},
		{"data ?sources?", "datasource", true},
		{"is ... trained", "it is then, on one machine, trained", true},
		{"is ... trained", "it is one. We trained", false},
		{"kept for {duration}", "kept for 30 days", true},
		{"(a|b) c", "b c", true},
		{"/\\bIP\\b", "an ip address", false},
		{"/\\bIP\\b", "an IP address", true},
	}
	for _, tt := range tests {
		if got := anywhere([]string{tt.phrase}).MatchString(tt.text); got != tt.want {
			t.Errorf("%q in %q: %v", tt.phrase, tt.text, got)
		}
	}
}

// Every list of the table belongs to a field and is used, every phrase compiles, and none stands there twice.
func TestWordsOfCards(t *testing.T) {
	lists := []string{"headings", "other headings", "labels", "statements", "introduction", "signs", "faint signs", "near", "statements of others", "code", "needs",
		"hardly needs", "titles", "values", "says nothing"}
	for name, of := range readCardWords(cardWordsText) {
		fieldNamed(name)
		for list, phrases := range of {
			if !slices.Contains(lists, list) {
				t.Errorf("nobody reads the list %q of %s", list, name)
			}
			seen := map[string]bool{}
			for _, p := range phrases {
				if seen[p] {
					t.Errorf("%s of %s: %q stands there twice", list, name, p)
				}
				seen[p] = true
				anywhere([]string{p}).Regexp()
				whole([]string{p}).Regexp()
			}
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
		document.English(text)
	})
}

// The introduction of a sample teaches how to run it; that it says little of the model is no fault of a card.
func TestIntroductionsOfSamplesAreNoCards(t *testing.T) {
	readme := "# Serving a classifier\n\n## Training\n\nThe model was trained with scikit-learn on the iris data.\n\n## Intended use\n\nTo try the server.\n\n## Run\n\nApply the manifest.\n"
	for path, want := range map[string]bool{"models/iris": true, "docs/samples/iris": false} {
		d := document.Read(path+"/README.md", []byte(readme))
		c := card{d, path + "/README.md", readme, newCardText(d)}
		rule := cardRule{noun: "model", groups: []fieldGroup{{"", []string{fieldCreation, fieldSources, fieldScope, fieldLimits}}}}
		if got := c.meantAsCard(rule, c.missing(rule.fields())); got != want {
			t.Errorf("%s: meant as a card is %v", path, got)
		}
	}
}
