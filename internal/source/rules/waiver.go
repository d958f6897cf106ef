package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// waiver is a comment `lodemark: ignore RULE[, RULE] reason` at the end of the line that it is about, or alone on the line above.
type waiver struct {
	line   int // the line it is about
	at     int // where it stands
	rules  []string
	reason string
}

var waiverText = pattern.New(`lodemark:\s*ignore\s+([A-Z][A-Z0-9]*-[0-9]+(?:\s*,\s*[A-Z][A-Z0-9]*-[0-9]+)*)\s*[:,\-]*\s*(.*)`)

func waivers(t *syntax.Tree) []waiver {
	var all []waiver
	for _, c := range t.Comments {
		text := t.Source[c.Start:c.End]
		if !strings.Contains(text, "lodemark:") {
			continue
		}
		m := waiverText.FindStringSubmatch(strings.TrimSpace(strings.TrimSuffix(text, "*/")))
		if m == nil {
			continue
		}
		line, column := t.Line(c.Start)
		w := waiver{line: line, at: line, reason: strings.Clone(strings.TrimSpace(m[2]))}
		before := t.Source[int(c.Start)-(column-1) : c.Start]
		if strings.TrimSpace(before) == "" {
			end, _ := t.Line(c.End)
			w.line = end + 1
		}
		for id := range strings.SplitSeq(m[1], ",") {
			w.rules = append(w.rules, strings.Clone(strings.TrimSpace(id)))
		}
		all = append(all, w)
	}
	return all
}

// suppression is the waiver that is about a finding, or nil.
func suppression(all []waiver, f *Finding) *Suppression {
	for _, w := range all {
		if w.line >= f.Line && w.line <= max(f.EndLine, f.Line) && slices.Contains(w.rules, f.Rule.ID) {
			return &Suppression{Line: w.at, Reason: w.reason}
		}
	}
	return nil
}
