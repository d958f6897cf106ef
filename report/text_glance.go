package report

import (
	"fmt"
	"strings"

	"github.com/lodemark/lodemark"
)

// sideBySide is the width from which two areas stand next to each other.
const sideBySide = 150

// glance draws the 17 guidelines by area, one cell for each applicable clause.
func (t *text) glance() {
	t.heading("The 17 guidelines", "")
	if t.width < sideBySide {
		for _, a := range t.areas {
			t.blank()
			for _, l := range t.areaLines(a, min(t.width, measure)) {
				t.line(l)
			}
		}
		return
	}
	column := (t.width - 6) / 2
	for i := 0; i < len(t.areas); i += 2 {
		t.blank()
		var right []string
		if i+1 < len(t.areas) {
			right = t.areaLines(t.areas[i+1], column)
		}
		t.beside(t.areaLines(t.areas[i], column), right, column+6)
	}
}

func (t *text) areaLines(a areaView, width int) []string {
	tallied := fmt.Sprintf("%d of %d met", a.Counts.Met, a.Counts.Applicable)
	switch {
	case a.Counts.Applicable == 0:
		tallied = "nothing to judge yet"
	case a.Counts.NotMet > 0:
		tallied += fmt.Sprintf(", %d not met", a.Counts.NotMet)
	}
	title := t.cut(a.Title, width)
	head := t.paint(bold, title)
	if gap := width - columns(title) - len(tallied); gap >= 2 {
		head += strings.Repeat(" ", gap) + t.paint(dim, tallied)
	}
	out := []string{head}
	for _, g := range a.Guidelines {
		out = append(out, t.guidelineLine(g, width))
	}
	return out
}

// guidelineLine: sign and id, cells, then the title in what room is left. Narrow pages get the count instead of cells.
func (t *text) guidelineLine(g guidelineView, width int) string {
	sign, signInk := t.guidelineSign(g.State)
	line := " " + t.paint(signInk, sign) + " " + t.paint(bold, fmt.Sprintf("%-7s", g.ID))
	room := width - 10
	counted := fmt.Sprintf("%d/%d", g.Counts.Met, g.Counts.Applicable)
	if g.Counts.Applicable == 0 {
		counted = "-"
	}
	if width >= 70 {
		row := t.widestRow()
		line += t.row(g, row) + "  "
		room -= row + 2
	}
	if width < 70 || width >= 90 {
		line += fmt.Sprintf("%5s  ", counted)
		room -= 7
	}
	ink := noInk
	if g.State == lodemark.GuidelineNA || g.State == lodemark.GuidelineLater {
		ink = dim
	}
	return line + t.paint(ink, t.cut(g.Title, room))
}

func (t *text) widestRow() int {
	n := 1
	for _, a := range t.areas {
		for _, g := range a.Guidelines {
			n = max(n, len(g.Results))
		}
	}
	return n
}

func (t *text) row(g guidelineView, width int) string {
	var b strings.Builder
	n := 0
	for _, k := range cells {
		of := 0
		for _, c := range g.Results {
			of += number(k == cell{c.State, c.Word})
		}
		b.WriteString(t.paint(k.ink(), strings.Repeat(t.cell(k), of)))
		n += of
	}
	if n == 0 {
		text := string(g.State)
		return t.paint(dim, text) + strings.Repeat(" ", max(0, width-len(text)))
	}
	return b.String() + strings.Repeat(" ", max(0, width-n))
}

func (t *text) guidelineSign(s lodemark.GuidelineState) (string, ink) {
	switch s {
	case lodemark.GuidelineMet:
		return t.glyph("✓", "+"), green
	case lodemark.GuidelineUnmet:
		return t.glyph("✗", "x"), red
	case lodemark.GuidelineOpen:
		return t.glyph("○", "o"), noInk
	case lodemark.GuidelineLater:
		return t.glyph("›", ">"), dim
	}
	return "-", dim
}
