package report

import (
	"strconv"
	"strings"

	"github.com/lodemark/lodemark"
)

// way is a place on the way of a value, harmless to draw: all that happens there, and the code.
type way struct {
	Path       string
	Line       int
	Note, Code string
}

// wayOf draws the steps at one place as one: a value may go through several names on a line.
func wayOf(flow []lodemark.FlowStep) []way {
	var out []way
	for _, s := range flow {
		note, code := sentence(s.Note), strings.TrimSpace(sentence(s.Code))
		if n := len(out); n > 0 && out[n-1].Path == s.Path && out[n-1].Line == s.Line {
			last := &out[n-1]
			if note != "" && !strings.HasSuffix(last.Note, note) {
				last.Note += ", " + note
			}
			if len(code) > len(last.Code) {
				last.Code = code
			}
			continue
		}
		out = append(out, way{s.Path, s.Line, note, code})
	}
	for i := range out {
		if said := out[i].Note; said == out[i].Code || strings.HasSuffix(said, " "+out[i].Code) {
			out[i].Code = "" // the note has named it
		}
	}
	return out
}

// steps draws the way of a value: number, place, what happens there, and the code.
func (p *page) steps(flow []lodemark.FlowStep, indent int) {
	all := wayOf(flow)
	lead, hang := indent+2, len(strconv.Itoa(len(all)))+2
	for i, s := range all {
		p.block(block{indent: lead, mark: strconv.Itoa(i + 1), markInk: cyan, hang: hang, text: place(s.Path, s.Line) + ": " + s.Note})
		if s.Code != "" {
			room := min(p.width, 2*measure) - lead - hang // code is cut and not wrapped
			p.line(strings.Repeat(" ", lead+hang), p.paint(dim, p.cut(s.Code, room)))
		}
	}
}
