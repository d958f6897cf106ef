package report

import (
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// choicePage is all that the template sees.
type choicePage struct {
	Style               template.CSS
	Policy              string
	Tool, At, AtISO     string
	Need                string
	Summary             []string
	Candidates          []choiceHead
	Rows                []choiceRow
	Threats             *choiceThreatTable
	Columns, Disclaimer string
	Title               string
}

type choiceHead struct{ Name, About string }

type choiceRow struct {
	Title, Asks string
	Cells       []choiceCell
}

type choiceCell struct {
	State   ChoiceState
	Class   string
	Signals []choiceLine
	Others  []choiceLine // folded away
}

type choiceLine struct {
	Class, Name, Value, At string
	Declared               bool
}

type choiceThreatTable struct {
	Where string
	Total string
	Heads []choiceHead
	Rows  []choiceThreatLine
	Same  string
	Sets  [][]string
}

type choiceThreatLine struct {
	ID, Title, Severity, Now string
	Cells                    []choiceThreatCell
}

type choiceThreatCell struct{ Class, Words, Why string }

// writeChoiceHTML draws one page that needs nothing else; no request leaves it, and no script runs in it.
func writeChoiceHTML(w io.Writer, c *Choice, _ Options) error {
	frame, err := smallPage("choice")
	if err != nil {
		return err
	}
	page := newChoicePage(c)
	page.Style, page.Policy = frame.style, frame.policy
	return frame.draw(w, page)
}

func newChoicePage(c *Choice) choicePage {
	p := choicePage{Title: count(len(c.Candidates), "candidate") + " for one choice", Tool: strings.TrimSpace(sentence(c.Tool.Name) + " " + sentence(c.Tool.Version)), At: moment(c.At), AtISO: c.At.UTC().Format(time.RFC3339),
		Need: sentence(c.Need), Summary: c.choiceSummary(), Disclaimer: lodemark.Disclaimer}
	for _, k := range c.Candidates {
		p.Candidates = append(p.Candidates, choiceHead{sentence(k.Name), choiceAbout(k)})
	}
	for _, k := range c.Criteria {
		row := choiceRow{Title: k.Title, Asks: k.Asks}
		for _, j := range k.Judgements {
			cell := choiceCell{State: j.State, Class: stateClass(j.State)}
			for _, s := range j.Signals {
				l := choiceLine{stateClass(s.State), sentence(s.Name), sentence(s.Value), sentence(s.At), s.Declared}
				if s.State == j.State && len(cell.Signals) < 2*choiceShown {
					cell.Signals = append(cell.Signals, l)
				} else {
					cell.Others = append(cell.Others, l)
				}
			}
			row.Cells = append(row.Cells, cell)
		}
		p.Rows = append(p.Rows, row)
	}
	if c.Threats != nil {
		p.Threats = newChoiceThreats(c.Threats, p.Candidates)
	}
	return p
}

func newChoiceThreats(h *ChoiceThreats, heads []choiceHead) *choiceThreatTable {
	t := &choiceThreatTable{Where: fmt.Sprintf("In %s, in the place of %s (%s).", sentence(h.Model), sentence(h.Component), sentence(h.Kind)),
		Same: fmt.Sprintf("%s are the same whichever is taken.", count(h.Same, "other threat"))}
	t.Total = h.Totals[0].words()
	for i, n := range h.Totals[1:] {
		t.Heads = append(t.Heads, choiceHead{heads[i].Name, n.words()})
	}
	for _, set := range h.Settings {
		var lines []string
		for _, s := range set {
			lines = append(lines, sentence(s))
		}
		t.Sets = append(t.Sets, lines)
	}
	for _, r := range h.Rows {
		l := choiceThreatLine{ID: sentence(r.ID), Title: sentence(r.Title), Severity: r.Severity, Now: nowWords(r.Now)}
		for _, k := range r.Cells {
			cell := choiceThreatCell{Class: [...]string{"c-good", "c-unknown", "c-poor"}[k.worse()+1], Words: k.changeWords()}
			if k.worse() >= 0 {
				cell.Why = sentence(k.Why)
			}
			if k.Change == "keeps" {
				cell.Class = "c-na"
			}
			l.Cells = append(l.Cells, cell)
		}
		t.Rows = append(t.Rows, l)
	}
	return t
}

func stateClass(s ChoiceState) string {
	switch s {
	case choiceGood:
		return "c-good"
	case choicePoor:
		return "c-poor"
	case choiceDisqualifying:
		return "c-out"
	case choiceInapplicable:
		return "c-na"
	}
	return "c-unknown"
}
