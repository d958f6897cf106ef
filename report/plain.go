package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest is where text of the target is cut in every report but JSON and SARIF, which bound it by their own limits.
const longest = 600

// plain makes one piece of the target's text harmless, whatever it is drawn on: control characters, escape sequences,
// changes of writing direction, invisible and invalid characters each become one visible U+FFFD. The result is one line.
func plain(s string) string {
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

// maxMarks is how many combining marks one letter may carry; no written language needs more.
const maxMarks = 4

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

// sentence is plain for running text: white space of any kind becomes one space, and what is endless is cut.
func sentence(s string) string {
	if len(s) > 8*longest {
		s = s[:8*longest]
	}
	return clip(plain(strings.Join(strings.Fields(s), " ")), longest)
}

// clip cuts s to n characters, the last of them saying that something is missing.
func clip(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s[:min(len(s), 4*n)])
	return string(runes[:n-1]) + "…"
}

// lines is plain for an excerpt: it keeps the lines and writes tabs as spaces.
func lines(s string) []string {
	if s == "" {
		return nil
	}
	var out []string
	for line := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		if len(out) == maxLines {
			return append(out, "…")
		}
		if len(line) > 8*longest {
			line = line[:8*longest]
		}
		out = append(out, clip(plain(strings.ReplaceAll(line, "\t", "    ")), longest))
	}
	return out
}

// maxLines bounds an excerpt; those that assess makes have at most eleven.
const maxLines = 24

// asciiWords are what stands for the typographic characters of our own texts where only ASCII can be shown.
var asciiWords = strings.NewReplacer("…", "...", "–", "-", "—", "-", "‘", "'", "’", "'", "“", `"`, "”", `"`, "×", "x", "→", "->", "·", "-")

// ascii writes s without any character outside ASCII; what has no such form becomes a question mark.
func ascii(s string) string {
	if isPlain(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return '?'
		}
		return r
	}, asciiWords.Replace(s))
}
