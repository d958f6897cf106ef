package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// writeText draws a run for people at a terminal: the verdict first, then what to do about it, then what it rests on.
func writeText(w io.Writer, r *lodemark.Run, o Options) error {
	t := &text{page: newPage(o), run: r, areas: areas(r), actions: fixFirst(r), decided: byFingerprint(r), verbose: o.Verbose}
	t.verdict()
	t.glance()
	t.fixes()
	t.next()
	t.decisions()
	t.apart()
	t.gaps()
	if t.verbose {
		t.everyClause()
		t.everyFinding()
	}
	t.more()
	return t.flush(w)
}

// text is the terminal report of one run.
type text struct {
	*page
	run     *lodemark.Run
	areas   []areaView
	actions []action
	decided map[string]lodemark.Finding
	verbose bool
}

// cell is what a bar is made of: a clause's state, and whether a met one rests in part on a person's word.
type cell struct {
	state state
	word  bool
}

// cells are those that count, in the order in which they are drawn.
var cells = []cell{{state: stateMet}, {stateMet, true}, {state: stateDeclared}, {state: stateUnassessed}, {state: stateInconclusive},
	{state: stateWaived}, {state: stateUnmet}}

// Each cell has a sign and an ink of its own, so that none rests on colour alone.
var stateInks = map[state]ink{stateMet: green, stateUnmet: red, stateWaived: yellow, stateInconclusive: yellow, stateDeclared: word,
	stateUnassessed: dim, stateInapplicable: dim, stateLater: dim}

func (c cell) ink() ink {
	if c.word {
		return word
	}
	return stateInks[c.state]
}

func (c cell) String() string {
	switch {
	case c.word:
		return "met with a person's word"
	case c.state == stateMet:
		return "met by checks alone"
	}
	return c.state.String()
}

func (p *page) cell(c cell) string {
	if c.word {
		return p.glyph("◆", "@")
	}
	return p.sign(c.state)
}

func (p *page) sign(s state) string {
	switch s {
	case stateMet:
		return p.glyph("■", "#")
	case stateUnmet:
		return p.glyph("✗", "x")
	case stateWaived:
		return p.glyph("△", "w")
	case stateInconclusive:
		return "?"
	case stateDeclared:
		return p.glyph("◇", "d")
	case stateUnassessed:
		return p.glyph("·", ".")
	case stateLater:
		return p.glyph("›", ">")
	}
	return "-"
}

// verdict is the first thing to read: where the system stands, counted over all applicable clauses.
func (t *text) verdict() {
	s := t.run.System
	name, stage := "", lodemark.Stage("")
	if s != nil {
		name, stage = s.Name, s.Declared.Stage
	}
	t.line(t.paint(bold, t.cut(sentence(name), t.width)))
	about := []string{clip(plain(t.run.Target), 120)}
	if stage != "" {
		about = append(about, string(stage)+" stage")
	}
	about = append(about, day(t.run.At), count(t.run.Examined, "file")+" read")
	t.block(block{text: strings.Join(about, " · "), ink: dim})
	t.blank()

	c := t.run.Assessment.Total()
	headInk := bold
	if c.NotMet > 0 {
		headInk = redBold
	}
	t.block(block{ink: headInk, text: standing(c)})
	t.line(t.bar(c))
	t.legend(c)
}

// bar shares out the width by the clauses' states; a state that occurs has one cell at least.
func (t *text) bar(c lodemark.Counts) string {
	var parts []cell
	tally := t.tally()
	for _, k := range cells {
		if tally[k] > 0 {
			parts = append(parts, k)
		}
	}
	var b strings.Builder
	left, clauses := min(t.width, measure), c.Applicable
	for i, k := range parts {
		n := 0
		if clauses > 0 {
			n = max(1, (left*tally[k]+clauses/2)/clauses)
		}
		n = max(0, min(n, left-(len(parts)-1-i)))
		b.WriteString(t.paint(k.ink(), strings.Repeat(t.cell(k), n)))
		left -= n
		clauses -= tally[k]
	}
	return b.String()
}

// tally counts the clauses by the cell they are drawn as.
func (t *text) tally() map[cell]int {
	out := map[cell]int{}
	for _, a := range t.areas {
		for _, g := range a.Guidelines {
			for _, c := range g.Results {
				out[cell{c.State, c.Word}]++
			}
		}
	}
	return out
}

// declaredBy says whose word stands alone where a clause is declared.
func declaredBy(r *lodemark.Run) string {
	if slices.ContainsFunc(r.Assessment.Clauses, func(c lodemark.ClauseResult) bool { return c.SelfSigned != "" }) {
		return "a person's word, or a record that the target signed itself,"
	}
	return "a person's word alone"
}

// legend explains the signs with the number of clauses in each state, as many to a line as fit.
func (t *text) legend(c lodemark.Counts) {
	tally := t.tally()
	var items []string
	for _, k := range cells {
		if n := tally[k]; n > 0 {
			items = append(items, t.paint(k.ink(), t.cell(k))+" "+t.text(fmt.Sprintf("%d %s", n, k)))
		}
	}
	t.flow(items, 3)
	var notes []string
	if c.Declared > 0 {
		notes = append(notes, "declared is "+declaredBy(t.run)+" and never counts as met")
	}
	if c.Waived > 0 {
		notes = append(notes, "waived is not met, and borne by a named person for a time")
	}
	switch {
	case c.NotApplicable > 0 && c.Later > 0:
		notes = append(notes, fmt.Sprintf("not counted: %d not applicable, %d of later stages", c.NotApplicable, c.Later))
	case c.NotApplicable > 0:
		notes = append(notes, fmt.Sprintf("not counted: %d not applicable", c.NotApplicable))
	case c.Later > 0:
		notes = append(notes, fmt.Sprintf("not counted: %d of later stages", c.Later))
	}
	if len(notes) > 0 {
		t.block(block{text: capital(strings.Join(notes, "; ")) + ".", ink: dim})
	}
}

// flow writes painted items one after the other, as many to a line as fit.
func (p *page) flow(items []string, gap int) {
	width := min(p.width, measure)
	line := ""
	for _, item := range items {
		if line != "" && columns(line)+gap+columns(item) > width {
			p.line(line)
			line = ""
		}
		if line != "" {
			line += strings.Repeat(" ", gap)
		}
		line += item
	}
	if line != "" {
		p.line(line)
	}
}

// more says how to see more, and what a verdict is not.
func (t *text) more() {
	t.heading("To see more", "")
	rows := [][2]string{
		{"--verbose", "every clause with its reason, every finding with its lines"},
		{"--format html=report.html", "one page to read and to pass on"},
		{"lodemark guide " + t.guideFor(), "a guideline explained: what counts as evidence, and what of ours produces it"},
	}
	if t.verbose {
		rows = rows[1:]
	}
	wide := 0
	for _, row := range rows {
		wide = max(wide, len(row[0]))
	}
	for _, row := range rows {
		t.block(block{indent: 2, mark: row[0], markInk: cyan, hang: wide + 2, text: row[1]})
	}
	t.blank()
	t.block(block{text: strings.TrimSpace(t.run.Tool.Name+" "+t.run.Tool.Version) + ". " + lodemark.Disclaimer, ink: dim})
}

// guideFor is the guideline worth reading about first: that of the first thing to fix.
func (t *text) guideFor() string {
	if len(t.actions) > 0 {
		if g, ok := t.actions[0].guideline(); ok {
			return g.ID
		}
	}
	return "DEV-1"
}
