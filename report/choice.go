package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// Choice is what was found on models that could be chosen, side by side.
type Choice struct {
	Tool       lodemark.Tool
	At         time.Time
	Need       string // what the task asks for, in words; empty: nobody said
	Candidates []ChoiceCandidate
	Criteria   []ChoiceCriterion
	Threats    *ChoiceThreats // nil: no threat model was given
	Record     string         // where a record was written; empty: nowhere
}

// ChoiceCandidate is one of them.
type ChoiceCandidate struct {
	Name         string   `json:"name"`
	Kind         string   `json:"kind"` // folder, hub, hosted
	Path         string   `json:"path"`
	Reference    string   `json:"reference,omitempty"`
	Provider     string   `json:"provider,omitempty"`
	Model        string   `json:"model,omitempty"`
	Revision     string   `json:"revision,omitempty"`
	Disqualified []string `json:"disqualified"` // titles of the criteria
}

// ChoiceCriterion is one question with what was found for each candidate, in their order.
type ChoiceCriterion struct {
	ID         string            `json:"id"`
	Title      string            `json:"title"`
	Asks       string            `json:"asks"`
	Judgements []ChoiceJudgement `json:"candidates"`
}

// ChoiceJudgement is one cell: the state of the worst signal, and all signals, the worst first.
type ChoiceJudgement struct {
	State   ChoiceState    `json:"state"`
	Signals []ChoiceSignal `json:"signals"`
}

// ChoiceSignal is one thing that was looked at.
type ChoiceSignal struct {
	Name     string      `json:"name"`
	State    ChoiceState `json:"state"`
	Value    string      `json:"value"`
	At       string      `json:"at"` // path with line, or empty where it follows from something not being there
	Declared bool        `json:"declared"`
}

// ChoiceState is what a signal means: good, poor, unknown, disqualifying, not applicable.
type ChoiceState string

// The states.
const (
	choiceGood          ChoiceState = "good"
	choicePoor          ChoiceState = "poor"
	choiceUnknown       ChoiceState = "unknown"
	choiceDisqualifying ChoiceState = "disqualifying"
	choiceInapplicable  ChoiceState = "not applicable"
)

// ChoiceThreats is what each candidate changes in the system's threat model.
type ChoiceThreats struct {
	Model     string         `json:"model"`
	Component string         `json:"component"`
	Kind      string         `json:"kind"`     // of the component as it is
	Settings  [][]string     `json:"settings"` // for each candidate: "format: pickle (pytorch_model.bin)"
	Totals    []ChoiceTotal  `json:"totals"`   // of the system as it is, then with each candidate
	Rows      []ChoiceThreat `json:"threats"`
	Same      int            `json:"same"` // threats that no candidate changes
}

// ChoiceTotal counts threats.
type ChoiceTotal struct {
	Apply int `json:"apply"`
	Open  int `json:"unconfirmed"`
	Shown int `json:"evidenced,omitempty"` // records show that they are dealt with
}

func (n ChoiceTotal) words() string {
	s := fmt.Sprintf("%d apply, %d unconfirmed", n.Apply, n.Open)
	if n.Shown > 0 {
		s += fmt.Sprintf(", %d evidenced", n.Shown)
	}
	return s
}

// ChoiceThreat is one threat that at least one candidate changes.
type ChoiceThreat struct {
	ID       string         `json:"id"`
	Title    string         `json:"title"`
	Severity string         `json:"severity"`
	Now      string         `json:"now"` // applies, unconfirmed, evidenced, no
	Cells    []ChoiceChange `json:"candidates"`
}

// ChoiceChange is what one candidate does to it: adds, removes, more, fewer, settles, opens, unshown, keeps.
type ChoiceChange struct {
	Change string   `json:"change"`
	Status string   `json:"status"`
	Why    string   `json:"why"`
	Opens  []string `json:"waits_for"` // attributes that would settle it
}

// ChoiceFormat is one way to draw a choice.
type ChoiceFormat struct {
	Name, About string
	Write       func(io.Writer, *Choice, Options) error
}

// ChoiceFormats lists the formats, text first.
func ChoiceFormats() []ChoiceFormat {
	return []ChoiceFormat{
		{"text", "for people at a terminal", writeChoiceText},
		{"json", "everything, for programs", writeChoiceJSON},
		{"markdown", "tables for a document or a pull request", writeChoiceMarkdown},
		{"html", "one self-contained page", writeChoiceHTML},
	}
}

// choiceSchema names the layout of the JSON report.
const choiceSchema = "lodemark.compare/1"

type choiceJSON struct {
	Schema     string            `json:"schema"`
	Tool       lodemark.Tool     `json:"tool"`
	At         time.Time         `json:"at"`
	Need       string            `json:"need"`
	Candidates []ChoiceCandidate `json:"candidates"`
	Criteria   []ChoiceCriterion `json:"criteria"`
	Threats    *ChoiceThreats    `json:"threats"`
	Disclaimer string            `json:"disclaimer"`
}

func writeChoiceJSON(w io.Writer, c *Choice, _ Options) error {
	out := choiceJSON{choiceSchema, c.Tool, c.At, c.Need, slices.Clone(some(c.Candidates)), slices.Clone(some(c.Criteria)), c.Threats, lodemark.Disclaimer}
	for i := range out.Candidates {
		k := &out.Candidates[i]
		k.Path, k.Disqualified = jsonName(k.Path), some(k.Disqualified)
	}
	for i := range out.Criteria {
		k := &out.Criteria[i]
		k.Judgements = slices.Clone(some(k.Judgements))
		for j := range k.Judgements {
			k.Judgements[j].Signals = slices.Clone(some(k.Judgements[j].Signals))
			for n := range k.Judgements[j].Signals {
				k.Judgements[j].Signals[n].At = jsonName(k.Judgements[j].Signals[n].At)
			}
		}
	}
	if t := c.Threats; t != nil {
		copied := *t
		copied.Model = jsonName(t.Model)
		copied.Settings, copied.Totals, copied.Rows = slices.Clone(some(t.Settings)), some(t.Totals), slices.Clone(some(t.Rows))
		for i := range copied.Settings {
			copied.Settings[i] = some(copied.Settings[i])
		}
		for i := range copied.Rows {
			copied.Rows[i].Cells = slices.Clone(some(copied.Rows[i].Cells))
			for j := range copied.Rows[i].Cells {
				copied.Rows[i].Cells[j].Opens = some(copied.Rows[i].Cells[j].Opens)
			}
		}
		out.Threats = &copied
	}
	return encode(w, out)
}

// deciding are the signals that give a judgement its state, and how many others there are.
func (j ChoiceJudgement) deciding() (out []ChoiceSignal, others int) {
	for _, s := range j.Signals {
		if s.State == j.State {
			out = append(out, s)
		} else {
			others++
		}
	}
	return out, others
}

// words are a signal as one line: what was asked, what was seen, and whether it is somebody's word.
func (s ChoiceSignal) words() string {
	text := s.Name + ": " + s.Value
	if s.Declared {
		text += " (declared)"
	}
	return text
}

// choiceSummary says in words which candidates are not to be used as they are. It holds no count over criteria: that would be read as a score.
func (c *Choice) choiceSummary() (lines []string) {
	for _, k := range c.Candidates {
		if len(k.Disqualified) > 0 {
			lines = append(lines, sentence(k.Name)+" is not to be used as it is: "+strings.ToLower(strings.Join(k.Disqualified, ", "))+".")
		}
	}
	if len(lines) == 0 {
		lines = []string{"Nothing that was seen disqualifies a candidate; what is unknown may."}
	}
	return lines
}

// changeWords is a change of a threat in a few words.
func (k ChoiceChange) changeWords() string {
	switch k.Change {
	case "adds":
		if k.Status == "unconfirmed" {
			return "may add"
		}
		return "adds"
	case "more":
		return "at more places"
	case "fewer":
		return "at fewer places"
	case "settles":
		return "now applies"
	case "opens":
		return "no longer known"
	case "unshown":
		return "nothing shows it"
	}
	return k.Change
}

// worse says whether a change is one for the worse (1), for the better (-1), or neither.
func (k ChoiceChange) worse() int {
	switch k.Change {
	case "adds", "more", "settles", "unshown":
		return 1
	case "removes", "fewer":
		return -1
	}
	return 0
}
