package gate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// place maps a condition back to the file that it was read from. YAML folds lines and drops indentation, so that what a
// compiler calls column 30 of line 1 may stand on the third line.
type place struct {
	text  string // the condition
	parts []stretch
}

// stretch is a piece of the condition that stands on one line of the file; between two lies one character, the line end or
// the space that it was folded into.
type stretch struct {
	line, column int // 1-based, of its first character
	length       int // in characters
}

// placeOf finds the pieces of a text in the lines of the file.
func placeOf(n *yaml.Node, lines []string) place {
	p := place{text: n.Value}
	if n.Line < 1 || n.Line > len(lines) {
		return p
	}
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		column := n.Column
		if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
			column++
		}
		first := []rune(lines[n.Line-1])
		p.add(n.Line, column, len(first)-column+1)
		for i := n.Line; i < len(lines) && len(p.parts) < 200; i++ {
			text := strings.TrimLeft(lines[i], " ")
			p.add(i+1, len(lines[i])-len(text)+1, utf8.RuneCountInString(strings.TrimRight(text, " \r")))
		}
		return p
	}
	indent := -1
	for i := n.Line; i < len(lines) && len(p.parts) < 200; i++ {
		text := strings.TrimLeft(lines[i], " ")
		if indent < 0 && strings.TrimSpace(text) != "" {
			indent = len(lines[i]) - len(text)
		}
		cut := min(len(lines[i]), max(indent, 0))
		p.add(i+1, cut+1, utf8.RuneCountInString(strings.TrimRight(lines[i][cut:], "\r")))
	}
	return p
}

func (p *place) add(line, column, length int) {
	p.parts = append(p.parts, stretch{line, column, max(length, 0)})
}

// of is the place in the file of what stands on a line (from 1) and in a column (from 0) of the condition.
func (p place) of(line, column int) (int, int) {
	offset := column
	for i, l := range strings.Split(p.text, "\n") {
		if i+1 >= line {
			break
		}
		offset += utf8.RuneCountInString(l) + 1
	}
	for _, s := range p.parts {
		if offset <= s.length {
			return s.line, s.column + offset
		}
		offset -= s.length + 1
	}
	if len(p.parts) > 0 {
		return p.parts[0].line, p.parts[0].column
	}
	return 0, 0
}

func inOrder(ps Problems) {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// short quotes a text of a file, not too much of it.
func short(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "..."
	}
	return fmt.Sprintf("%q", s)
}

// didYouMean names the word that a misspelt one was likely to be.
func didYouMean(word string, words []string) string {
	best, at := "", 4
	for _, w := range words {
		if len(word) <= 60 && len(w) <= 60 {
			if d := distance(word, w); d < at && d*2 <= len(word) {
				best, at = w, d
			}
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// distance is how many letters must change; both words are short.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			same := before
			if a[i-1] != b[j-1] {
				same++
			}
			before = row[j]
			row[j] = min(same, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
