package report

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// onTerminal measures text as a terminal shows it: the sequences that colour it take no place.
var onTerminal = displaywidth.Options{ControlSequences: true}

// columns is the display width of a line.
func columns(s string) int { return onTerminal.String(s) }

// Fold wraps harmless text by display width, between words only; a word that is wider than a line is broken. A width below
// eight columns counts as eight.
func Fold(s string, width int) []string {
	width = max(8, width)
	if columns(s) <= width {
		return []string{s}
	}
	var out []string
	line, at := "", 0
	for w := range strings.FieldsSeq(s) {
		wide := columns(w)
		switch {
		case at > 0 && at+1+wide <= width:
			line, at = line+" "+w, at+1+wide
			continue
		case at > 0:
			out = append(out, line)
		}
		parts := []string{w}
		if wide > width {
			parts = broken(w, width)
		}
		out = append(out, parts[:len(parts)-1]...)
		line = parts[len(parts)-1]
		at = columns(line)
	}
	if line != "" {
		out = append(out, line)
	}
	return out
}

// broken cuts text into pieces of at most width columns, wherever that is; a character is never cut.
func broken(s string, width int) []string {
	var out []string
	var piece strings.Builder
	at := 0
	for g := displaywidth.StringGraphemes(s); g.Next(); {
		if w := g.Width(); at > 0 && at+w > width {
			out = append(out, piece.String())
			piece.Reset()
			at = 0
		}
		piece.WriteString(g.Value())
		at += g.Width()
	}
	return append(out, piece.String())
}
