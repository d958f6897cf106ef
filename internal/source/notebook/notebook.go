package notebook

import (
	"fmt"
	"sort"
	"strings"
)

// Notebook is one notebook. What a cell runs in a shell or a magic is not in Code: a `pass` stands there.
type Notebook struct {
	Language string // lower case: python, typescript, r ...; python where the file does not say
	Code     Text   // of the language
	Shell    Text   // lines that begin with `!`, cells of %%bash and the like, `pip install` of %pip
	Output   Text   // what was printed and shown as text
	Errors   []Error
}

// Text is put together of parts of the file.
type Text struct {
	Source string
	lines  []uint32 // where lines begin in Source
	spans  []span
	cells  []start
}

// span is a run of bytes that stand in the file as they stand in the text.
type span struct{ at, line, column uint32 }

// start is where the text of a cell begins.
type start struct {
	at   uint32
	cell int
}

// Place is a place in the file.
type Place struct {
	Line, Column int // from 1
	Cell         int // its number among all cells of the notebook, from 1
}

// Error is a place that could not be read.
type Error struct {
	Line   int
	Reason string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Bounds on one notebook. Pictures among the outputs, which make notebooks large, are passed over and not counted.
const (
	maxBytes  = 256 << 20
	maxText   = 16 << 20 // of Code, Shell and Output each
	maxErrors = 100
)

// Place tells where in the file a place of the text stands; line and column are counted from 1.
func (t *Text) Place(line, column int) Place {
	if line < 1 || len(t.spans) == 0 {
		return Place{Line: 1, Column: 1}
	}
	at := uint32(len(t.Source))
	if line <= len(t.lines) {
		at = t.lines[line-1] + uint32(max(column, 1)) - 1
	}
	s := t.spans[max(sort.Search(len(t.spans), func(i int) bool { return t.spans[i].at > at })-1, 0)]
	c := t.cells[max(sort.Search(len(t.cells), func(i int) bool { return t.cells[i].at > at })-1, 0)]
	return Place{Line: int(s.line), Column: int(s.column) + int(at-min(s.at, at)), Cell: c.cell}
}

// Find tells where in the text a place of the file stands: the other way of Place. Not ok: it stands in another text of the notebook, or in none.
func (t *Text) Find(line, column int) (textLine, textColumn int, ok bool) {
	// Texts are put together in the order of the file.
	i := sort.Search(len(t.lines), func(i int) bool {
		p := t.Place(i+1, 1)
		return p.Line > line || p.Line == line && p.Column > column
	}) - 1
	if i < 0 || len(t.spans) == 0 {
		return 0, 0, false
	}
	from, to := t.lines[i], uint32(len(t.Source))
	if i+1 < len(t.lines) {
		to = t.lines[i+1]
	}
	first := max(sort.Search(len(t.spans), func(k int) bool { return t.spans[k].at > from })-1, 0)
	for k := first; k < len(t.spans) && t.spans[k].at < to; k++ {
		s, end := t.spans[k], to
		if k+1 < len(t.spans) {
			end = min(end, t.spans[k+1].at)
		}
		begin := max(s.at, from)
		at := int(s.column) + int(begin-s.at)
		if int(s.line) == line && at <= column && column < at+int(end-begin) {
			return i + 1, int(begin-from) + column - at + 1, true
		}
	}
	return 0, 0, false
}

// writer puts a Text together.
type writer struct {
	text  []byte
	spans []span
	cells []start
}

// begin says that what follows is of a cell.
func (w *writer) begin(cell int) {
	if n := len(w.cells); n > 0 && w.cells[n-1].cell == cell {
		return
	}
	w.cells = append(w.cells, start{uint32(len(w.text)), cell})
}

// add writes a part of a cell's text.
func (w *writer) add(from *cellText, low, high int) bool {
	if len(w.text)+high-low > maxText {
		return false
	}
	base := uint32(len(w.text))
	w.text = append(w.text, from.text[low:high]...)
	first := max(sort.Search(len(from.spans), func(i int) bool { return int(from.spans[i].at) > low })-1, 0)
	for _, s := range from.spans[first:] {
		switch {
		case int(s.at) >= high && int(s.at) > low:
			return true
		case int(s.at) < low:
			s.column += uint32(low) - s.at
			s.at = uint32(low)
		}
		s.at += base - uint32(low)
		w.spans = append(w.spans, s)
	}
	return true
}

// put writes text that stands for something at a place of a cell's text.
func (w *writer) put(text string, from *cellText, at int) {
	before := len(w.text)
	if w.add(from, at, at) && len(w.text) == before {
		w.text = append(w.text, text...)
	}
}

func (w *writer) done() Text {
	t := Text{Source: string(w.text), spans: w.spans, cells: w.cells}
	t.lines = append(t.lines, 0)
	for i := 0; ; {
		n := strings.IndexByte(t.Source[i:], '\n')
		if n < 0 {
			return t
		}
		i += n + 1
		t.lines = append(t.lines, uint32(i))
	}
}
