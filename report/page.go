package report

import (
	"io"
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// The widths a page is drawn in, and the longest line of running text: longer ones are hard to read.
const (
	narrowest = 40
	widest    = 200
	measure   = 100
)

// page is a text report in the making. Every piece of text that it is given becomes harmless here, whatever was done before.
type page struct {
	b     strings.Builder
	width int
	color bool
	ascii bool
}

func newPage(o Options) *page {
	width := o.Width
	if width == 0 {
		width = 80
	}
	return &page{width: min(widest, max(narrowest, width)), color: o.Color, ascii: o.ASCII}
}

// ink is a way to paint text; the colours are the sixteen that every terminal has and people have set to their liking.
type ink string

const (
	noInk   ink = ""
	bold    ink = "1"
	dim     ink = "2"
	red     ink = "31"
	redBold ink = "1;31"
	green   ink = "32"
	yellow  ink = "33"
	word    ink = "3;35" // what rests on a person's word is slanted and magenta, everywhere
	cyan    ink = "36"
)

// paint returns s in the ink, harmless and in the page's character set.
func (p *page) paint(i ink, s string) string {
	s = p.text(s)
	if !p.color || i == noInk || s == "" {
		return s
	}
	return "\x1b[" + string(i) + "m" + s + "\x1b[0m"
}

func (p *page) text(s string) string {
	s = plain(s)
	if p.ascii {
		s = ascii(s)
	}
	return s
}

// glyph picks the sign for terminals that can show it, or its ASCII form.
func (p *page) glyph(sign, asciiForm string) string {
	if p.ascii {
		return asciiForm
	}
	return sign
}

// line writes painted parts as one line, as they are.
func (p *page) line(parts ...string) {
	p.b.WriteString(strings.TrimRight(strings.Join(parts, ""), " "))
	p.b.WriteByte('\n')
}

func (p *page) blank() { p.b.WriteByte('\n') }

// block is running text with a hanging mark: wrapped to the width, every line indented, the first one led by the mark.
type block struct {
	indent  int
	mark    string
	markInk ink
	hang    int // columns that the mark takes, at least its own; the text of all lines begins after it
	text    string
	ink     ink
}

func (p *page) block(b block) {
	for _, l := range p.wrapped(b, min(p.width, measure)) {
		p.line(l)
	}
}

// wrapped lays a block out in lines of at most width columns.
func (p *page) wrapped(b block, width int) []string {
	mark := p.text(b.mark)
	hang := max(b.hang, columns(mark))
	if hang+b.indent > width/2 {
		hang = min(hang, max(2, width/2-b.indent)) // a mark that leaves no room for text is written above it
	}
	pad := strings.Repeat(" ", b.indent)
	lead := pad + p.paint(b.markInk, mark) + strings.Repeat(" ", max(0, hang-columns(mark)))
	var out []string
	if w := columns(mark); w > hang {
		for _, l := range Fold(mark, width-b.indent) {
			out = append(out, pad+p.paint(b.markInk, l))
		}
		lead = pad + strings.Repeat(" ", hang)
	}
	for _, l := range Fold(p.text(b.text), width-b.indent-hang) {
		out = append(out, strings.TrimRight(lead+p.paint(b.ink, l), " "))
		lead = pad + strings.Repeat(" ", hang)
	}
	return out
}

// cut is harmless text of at most width columns.
func (p *page) cut(s string, width int) string {
	return displaywidth.TruncateString(p.text(s), max(0, width), p.glyph("…", "~"))
}

// heading opens a section: what it is about, and how much there is.
func (p *page) heading(title, detail string) {
	p.blank()
	p.line(p.paint(bold, title))
	if detail != "" {
		p.block(block{text: detail, ink: dim})
	}
}

// command writes what can be typed. Flags that stand apart by two spaces go to lines of their own where one is too short.
func (p *page) command(indent int, text string) {
	pad := strings.Repeat(" ", indent)
	width := min(p.width, measure)
	parts := strings.Split(p.text(text), "  ")
	line := "$ " + parts[0]
	for _, part := range parts[1:] {
		if indent+columns(line)+1+columns(part)+2 > width {
			p.typed(pad, line+` \`)
			line = "    " + part
			continue
		}
		line += " " + part
	}
	p.typed(pad, line)
}

func (p *page) typed(pad, line string) {
	for i, l := range broken(line, max(8, min(p.width, measure)-len(pad))) {
		if i > 0 {
			l = strings.TrimLeft(l, " ")
		}
		p.line(pad + p.paint(cyan, l))
	}
}

// beside lays two columns of lines next to each other.
func (p *page) beside(left, right []string, width int) {
	for i := range max(len(left), len(right)) {
		var l, r string
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		p.line(l, strings.Repeat(" ", max(0, width-columns(l))), r)
	}
}

func (p *page) flush(w io.Writer) error {
	_, err := io.WriteString(w, p.b.String())
	return err
}
