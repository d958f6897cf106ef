package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
)

// madeChoice holds candidates of each kind, each state, and hostile text wherever a candidate can put some.
func madeChoice(candidates int) *Choice {
	signal := func(state ChoiceState, declared bool) ChoiceSignal {
		return ChoiceSignal{Name: "weights", State: state, Value: "safetensors: data alone", At: "model.safetensors", Declared: declared}
	}
	cells := []ChoiceJudgement{
		{choiceGood, []ChoiceSignal{signal(choiceGood, false)}},
		{choiceDisqualifying, []ChoiceSignal{{Name: "malicious", State: choiceDisqualifying, Value: "calls " + hostile, At: hostile}, signal(choiceGood, false)}},
		{choiceInapplicable, []ChoiceSignal{{Name: "weights", State: choiceInapplicable, Value: "are loaded by the provider alone"}}},
		{choiceUnknown, []ChoiceSignal{{Name: "licence", State: choiceUnknown, Value: "terms that are not known here; read them", At: "a.yaml:4", Declared: true}}},
		{choicePoor, []ChoiceSignal{signal(choicePoor, true), signal(choicePoor, false), {Name: "graph", State: choicePoor, Value: "runs operators"}, signal(choiceUnknown, false)}},
	}
	all := []ChoiceCandidate{{Name: "ranker", Kind: "folder", Path: "models/ranker"}, {Name: hostile, Kind: "hub", Path: hostile, Reference: "acme/" + hostile, Revision: strings.Repeat("a", 40), Disqualified: []string{"Malicious content"}},
		{Name: "Hosted small", Kind: "hosted", Path: "a.yaml", Provider: "Acme", Model: "acme-1"}, {Name: "Fourth", Kind: "folder", Path: "d"}, {Name: "Fifth", Kind: "folder", Path: "e"}}
	c := &Choice{Tool: lodemark.Tool{Name: "lodemark", Version: "1.2.3"}, At: time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC), Need: "16 GiB of memory", Candidates: all[:candidates]}
	for i, title := range []string{"Weight format", "Malicious content", "Publisher and look-alike names"} {
		k := ChoiceCriterion{ID: strings.ReplaceAll(strings.ToLower(strings.Fields(title)[0]), " ", "-"), Title: title, Asks: "Can loading the weights run code?"}
		for j := range candidates {
			k.Judgements = append(k.Judgements, cells[(i+j)%len(cells)])
		}
		c.Criteria = append(c.Criteria, k)
	}
	h := &ChoiceThreats{Model: "threats.yaml", Component: "chat-model", Kind: "hosted_model_api", Same: 20, Totals: []ChoiceTotal{{Apply: 29, Open: 8}}}
	row := ChoiceThreat{ID: "LDM-T35", Title: "Model file carries code that runs on load", Severity: "critical", Now: "no"}
	for i := range candidates {
		h.Settings = append(h.Settings, []string{"format: pickle (" + hostile + ")"})
		h.Totals = append(h.Totals, ChoiceTotal{Apply: 29 + i, Open: 8, Shown: i})
		row.Cells = append(row.Cells, []ChoiceChange{{Change: "keeps", Status: "no"}, {Change: "adds", Status: "applies", Why: "The weights of " + hostile + " come as pickle.", Opens: []string{"weights.origin"}}, {Change: "removes", Status: "no"}}[i%3])
	}
	h.Rows = []ChoiceThreat{row}
	c.Threats = h
	return c
}

func writtenChoice(t *testing.T, name string, c *Choice, o Options) string {
	t.Helper()
	for _, f := range ChoiceFormats() {
		if f.Name == name {
			var b bytes.Buffer
			if err := f.Write(&b, c, o); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
	}
	t.Fatalf("no format %s", name)
	return ""
}

// The golden files are there to be read: two side by side in 80 columns, four in 200, and five below each other.
func TestChoiceGolden(t *testing.T) {
	golden(t, "choice-80.txt", writtenChoice(t, "text", madeChoice(2), Options{Width: 80}))
	golden(t, "choice-200.txt", writtenChoice(t, "text", madeChoice(4), Options{Width: 200, Verbose: true}))
	golden(t, "choice-stacked.txt", writtenChoice(t, "text", madeChoice(5), Options{Width: 80, ASCII: true}))
	golden(t, "choice.json", writtenChoice(t, "json", madeChoice(3), Options{}))
	golden(t, "choice.md", writtenChoice(t, "markdown", madeChoice(3), Options{}))
}

// No line is wider than the page, whatever stands in it, and colours do not move columns.
func TestChoiceFits(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 5} {
		for _, width := range []int{40, 80, 120, 200} {
			plainly := writtenChoice(t, "text", madeChoice(n), Options{Width: width, Verbose: true})
			for line := range strings.Lines(plainly) {
				if columns(strings.TrimRight(line, "\n")) > width {
					t.Errorf("%d candidates in %d columns: %q", n, width, line)
				}
			}
			if colored := writtenChoice(t, "text", madeChoice(n), Options{Width: width, Verbose: true, Color: true}); unpainted(colored) != plainly {
				t.Errorf("%d candidates in %d columns: colours change the layout", n, width)
			}
		}
	}
}

func TestChoiceIsHarmless(t *testing.T) {
	page := writtenChoice(t, "html", madeChoice(3), Options{})
	for _, wrong := range []string{"<script", "<img", "javascript:", "\x1b", "http://", "src="} {
		if strings.Contains(strings.ToLower(page), wrong) {
			t.Errorf("the page holds %q", wrong)
		}
	}
	if !strings.Contains(page, "default-src &#39;none&#39;") || !strings.Contains(page, "LDM-T35") {
		t.Error("the page lacks its policy or a threat")
	}
	if text := writtenChoice(t, "text", madeChoice(3), Options{}); strings.ContainsAny(text, "\x1b\x07\u202e") {
		t.Error("control characters reach the terminal")
	}
}

func TestChoiceSchema(t *testing.T) {
	s := published(t, "compare")
	out := writtenChoice(t, "json", madeChoice(3), Options{})
	if err := validate(t, s, out); err != nil {
		t.Errorf("%v", err)
	}
	c := madeChoice(1)
	c.Threats = nil
	if err := validate(t, s, writtenChoice(t, "json", c, Options{})); err != nil {
		t.Errorf("without threats: %v", err)
	}
	for old, wrong := range map[string]string{`"schema": "lodemark.compare/1"`: `"schema": "lodemark.compare/2"`, `"state": "good"`: `"state": "excellent"`, `"need":`: `"score": 7, "need":`, `"change": "adds"`: `"change": "doubles"`} {
		if changed := strings.Replace(out, old, wrong, 1); changed == out || validate(t, s, changed) == nil {
			t.Errorf("%s was not noticed", wrong)
		}
	}
}
