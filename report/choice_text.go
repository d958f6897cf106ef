package report

import (
	"fmt"
	"io"
	"strings"
)

// How wide a table of candidates is drawn: its first column, the least that a candidate needs, and how many stand side by side.
const (
	choiceLabel  = 16
	choiceColumn = 20
	choiceBeside = 4
	choiceShown  = 2 // signals of one cell, where not all were asked for
)

// writeChoiceText draws criteria as rows and candidates as columns, or one below the other where the page is too narrow for that.
func writeChoiceText(w io.Writer, c *Choice, o Options) error {
	t := &choiceText{page: newPage(o), c: c, verbose: o.Verbose}
	n := max(1, len(c.Candidates))
	t.column = (t.width - choiceLabel - 2*n) / n
	t.stacked = n > choiceBeside || t.column < choiceColumn
	t.column = min(t.column, 58)
	t.head()
	if t.stacked {
		t.below()
	} else {
		t.table()
	}
	t.threats()
	t.foot()
	return t.flush(w)
}

type choiceText struct {
	*page
	c       *Choice
	column  int
	stacked bool
	verbose bool
}

func (t *choiceText) head() {
	t.line(t.paint(bold, fmt.Sprintf("%s for one choice", count(len(t.c.Candidates), "candidate"))))
	if t.c.Need != "" {
		t.block(block{text: "Needed: " + sentence(t.c.Need) + ".", ink: dim})
	}
	for _, l := range t.c.choiceSummary() {
		ink := noInk
		if strings.Contains(l, " is not to be used ") {
			ink = red
		}
		t.block(block{text: l, ink: ink})
	}
	t.blank()
}

func (t *choiceText) stateInk(s ChoiceState) ink {
	switch s {
	case choiceGood:
		return green
	case choicePoor:
		return yellow
	case choiceDisqualifying:
		return redBold
	}
	return dim
}

// stateSign is a shape for each state, so that colour is never alone.
func (t *choiceText) stateSign(s ChoiceState) string {
	switch s {
	case choiceGood:
		return t.glyph("■", "#")
	case choicePoor:
		return t.glyph("△", "!")
	case choiceDisqualifying:
		return t.glyph("✗", "x")
	case choiceInapplicable:
		return t.glyph("·", "-")
	}
	return "?"
}

// table draws the candidates side by side.
func (t *choiceText) table() {
	var heads [][]string
	for _, k := range t.c.Candidates {
		var lines []string
		for _, l := range Fold(t.text(clip(sentence(k.Name), 60)), t.column) {
			lines = append(lines, t.paint(bold, l))
		}
		for _, l := range Fold(t.text(clip(choiceAbout(k), 100)), t.column) {
			lines = append(lines, t.paint(dim, l))
		}
		heads = append(heads, lines)
	}
	t.row(nil, heads)
	for _, k := range t.c.Criteria {
		t.line(t.paint(dim, strings.Repeat(t.glyph("─", "-"), min(t.width, choiceLabel+len(k.Judgements)*(t.column+2)))))
		var cells [][]string
		for _, j := range k.Judgements {
			cells = append(cells, t.cellLines(j, t.column))
		}
		t.row(Fold(k.Title, choiceLabel), cells)
	}
}

// choiceAbout says what a candidate is, below its name.
func choiceAbout(k ChoiceCandidate) string {
	text := k.Kind
	switch {
	case k.Kind == "hosted":
		text = "hosted: " + sentence(k.Model) + " at " + sentence(k.Provider)
	case k.Reference != "" && k.Reference != k.Name:
		text += ": " + sentence(k.Reference)
	}
	if k.Revision != "" {
		text += " @" + clip(sentence(k.Revision), 12)
	}
	return text
}

// row lays cells beside each other, each a list of lines that may be painted.
func (t *choiceText) row(label []string, cells [][]string) {
	height := len(label)
	for _, c := range cells {
		height = max(height, len(c))
	}
	for i := range height {
		var parts []string
		put := func(text, painted string, width int, last bool) {
			parts = append(parts, painted)
			if !last {
				parts = append(parts, strings.Repeat(" ", max(0, width-columns(text))))
			}
		}
		first := ""
		if i < len(label) {
			first = label[i]
		}
		put(first, t.paint(bold, first), choiceLabel+1, false)
		for n, c := range cells {
			l := ""
			if i < len(c) {
				l = c[i]
			}
			put(unpainted(l), l, t.column+2, n == len(cells)-1)
		}
		t.line(parts...)
	}
}

// unpainted is a line without the marks that paint puts around it, to measure it.
func unpainted(s string) string {
	for {
		i := strings.Index(s, "\x1b[")
		if i < 0 {
			return s
		}
		j := strings.IndexByte(s[i:], 'm')
		if j < 0 {
			return s
		}
		s = s[:i] + s[i+j+1:]
	}
}

// cellLines are a judgement in lines of a width: its state, then the signals that decided it.
func (t *choiceText) cellLines(j ChoiceJudgement, width int) []string {
	out := []string{t.paint(t.stateInk(j.State), t.stateSign(j.State)+" "+string(j.State))}
	for _, s := range t.signals(j) {
		ink := noInk
		if s.State != j.State {
			ink = dim
		}
		for i, l := range Fold(t.text(signalText(s)), width-2) {
			pad := "  "
			if i == 0 && s.State != j.State {
				pad = t.stateSign(s.State) + " "
			}
			out = append(out, pad+t.paint(ink, l))
		}
	}
	if _, others := j.deciding(); !t.verbose && others > 0 {
		for _, l := range Fold(fmt.Sprintf("and %s (--verbose)", count(others, "other signal")), width-2) {
			out = append(out, "  "+t.paint(dim, l))
		}
	}
	return out
}

// signalText is a signal with its place.
func signalText(s ChoiceSignal) string {
	text := sentence(s.words())
	if s.At != "" {
		text += " [" + sentence(s.At) + "]"
	}
	return text
}

// signals are those that are drawn.
func (t *choiceText) signals(j ChoiceJudgement) []ChoiceSignal {
	if t.verbose {
		return j.Signals
	}
	out, _ := j.deciding()
	if len(out) > choiceShown {
		more := out[choiceShown:]
		var names []string
		for _, s := range more {
			names = append(names, s.Name)
		}
		out = append(out[:choiceShown:choiceShown], ChoiceSignal{Name: "also", State: j.State, Value: strings.Join(names, ", ")})
	}
	return out
}

// below draws the candidates one below the other, criterion by criterion.
func (t *choiceText) below() {
	for i, k := range t.c.Candidates {
		t.block(block{mark: fmt.Sprintf("%d", i+1), hang: 3, text: clip(sentence(k.Name), 60) + ", " + clip(choiceAbout(k), 100)})
	}
	for _, k := range t.c.Criteria {
		t.heading(k.Title, k.Asks)
		for i, j := range k.Judgements {
			t.line(t.paint(bold, fmt.Sprintf("%-3d", i+1)), t.paint(t.stateInk(j.State), t.stateSign(j.State)+" "+string(j.State)), t.paint(dim, "  "+clip(sentence(t.c.Candidates[i].Name), t.width-24)))
			for _, l := range t.cellLines(j, t.width-3)[1:] {
				t.line("   " + l)
			}
		}
	}
}

func (t *choiceText) threats() {
	h := t.c.Threats
	if h == nil {
		return
	}
	t.heading("Threats", fmt.Sprintf("In %s, in the place of %s (%s). Each candidate was put there, and the library run once for each.", sentence(h.Model), sentence(h.Component), sentence(h.Kind)))
	total := func(mark, name string, n ChoiceTotal) {
		words := n.words()
		width := min(34, t.width-4-len(words)-1)
		name = t.cut(sentence(name), max(8, width))
		t.block(block{mark: mark, markInk: bold, hang: 3, text: name + strings.Repeat(" ", max(1, width+1-columns(name))) + words})
	}
	total("", "as it is", h.Totals[0])
	for i, k := range t.c.Candidates {
		total(fmt.Sprint(i+1), k.Name, h.Totals[i+1])
		if t.verbose {
			t.block(block{indent: 3, text: "with " + sentence(strings.Join(h.Settings[i], "; ")), ink: dim})
		}
	}
	t.blank()
	if len(h.Rows) == 0 {
		t.line("No candidate changes a threat.")
		return
	}
	for _, r := range h.Rows {
		t.block(block{mark: r.ID, hang: 10, text: sentence(r.Title) + " (" + r.Severity + "; now: " + nowWords(r.Now) + ")"})
		for i, c := range r.Cells {
			if c.Change == "keeps" {
				continue
			}
			ink := [...]ink{green, dim, red}[c.worse()+1]
			text := fmt.Sprintf("%d %s", i+1, c.changeWords())
			why := ""
			if c.Why != "" && c.worse() >= 0 {
				why = sentence(c.Why)
				if len(c.Opens) > 0 {
					why += " Turns on: " + strings.Join(c.Opens, ", ") + "."
				}
			}
			t.block(block{indent: 10, mark: text, markInk: ink, hang: 18, text: why, ink: dim})
		}
	}
	t.block(block{text: fmt.Sprintf("%s are the same whichever is taken.", count(h.Same, "other threat")), ink: dim})
}

// nowWords says how a threat stands in the system as it is.
func nowWords(now string) string {
	if now == "no" {
		return "not there"
	}
	return now
}

func (t *choiceText) foot() {
	t.blank()
	t.block(block{text: "A criterion has the state of its worst signal, and there is no total: which counts most is yours to decide. What is declared is the word of whoever wrote the description. --record FILE keeps the decision, with digests of what was seen.", ink: dim})
	if t.c.Record != "" {
		t.line("wrote " + sentence(t.c.Record))
	}
}
