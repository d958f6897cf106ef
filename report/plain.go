package report

import (
	"strings"
	"unicode/utf8"

	"github.com/lodemark/lodemark/report/inert"
)

// longest is where text of the target is cut in every report but JSON and SARIF, which bound it by their own limits.
const longest = 600

// plain makes one piece of the target's text harmless, whatever it is drawn on, and one line.
func plain(s string) string { return inert.Shaped(s) }

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
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf {
			return '?'
		}
		return r
	}, asciiWords.Replace(s))
}

// isWordByte says whether a byte belongs to a word: a letter, a digit, or a part of a character beyond ASCII.
func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}
