// Package inert makes text of a target harmless in documents that others read: it stays in its place, on one line, and is never
// endless.
package inert

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Longest is where one piece of text is cut, in characters.
const Longest = 2000

// maxMarks is how many combining marks one letter may carry; no written language needs more.
const maxMarks = 4

// Line writes s on one line: white space of any kind becomes one space and is cut off at both ends, what has no shape of its own
// (control characters, escape sequences, changes of writing direction, invalid bytes) becomes a visible U+FFFD.
func Line(s string) string { return Cut(s, Longest) }

// Cut is Line with another length: the last of n characters says that something is missing.
func Cut(s string, n int) string {
	if len(s) > 8*n {
		s = s[:8*n]
	}
	s = Shaped(strings.Join(strings.Fields(s), " "))
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)
	return strings.TrimRight(string(runes[:n-1]), " ") + "…"
}

// Or is Line of the first text that leaves something to read. The last is one of ours.
func Or(texts ...string) string {
	for _, s := range texts {
		if line := Line(s); line != "" {
			return line
		}
	}
	return "-"
}

// Shaped makes one piece of text harmless, whatever it is drawn on: control characters, escape sequences, changes of writing direction, invisible
// and invalid characters each become one visible U+FFFD. The result is one line.
func Shaped(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	marks := 0
	for _, r := range s { // invalid bytes arrive as utf8.RuneError
		if unicode.Is(unicode.M, r) {
			if marks++; marks > maxMarks {
				continue // towers of combining marks reach into the lines above and below
			}
		} else {
			marks = 0
		}
		if !visible(r) {
			r = utf8.RuneError
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// visible says whether a character has a shape of its own on a screen.
func visible(r rune) bool {
	switch r {
	case ' ':
		return true
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800', '\u00a0': // letters and symbols without a shape, and a space that looks like one
		return false
	}
	return unicode.IsGraphic(r) && !unicode.Is(unicode.Zs, r) || r == '\u3000'
}
