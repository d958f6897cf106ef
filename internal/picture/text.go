package picture

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// Sizes of type in pixels, and how much of one the letters of a wide sans-serif take: a font that is narrower leaves air.
const (
	nameSize  = 13.0
	smallSize = 11.0
	nameLine  = 17.0
	smallLine = 14.0
)

// width is the room that a text takes at a size. The letters are those of DejaVu Sans, the widest face that is met as sans-serif.
func width(s string, size float64) float64 {
	em := 0.0
	for _, r := range s {
		switch {
		case strings.ContainsRune("iIjl.,:;'|!", r):
			em += 0.36
		case strings.ContainsRune("ftr()[]{}/\\ -\"", r):
			em += 0.42
		case strings.ContainsRune("mMwW@%", r):
			em += 1.0
		case r > unicode.MaxASCII:
			em += 0.75 * float64(max(1, displaywidth.Rune(r)))
		case unicode.IsUpper(r):
			em += 0.74
		default:
			em += 0.645
		}
	}
	return em * size
}

// tidy makes one line of printable text out of anything, at most n runes long.
func tidy(s string, n int) string {
	var b strings.Builder
	space := false
	count := 0
	for _, r := range s {
		if r == utf8.RuneError || unicode.IsSpace(r) || !unicode.IsPrint(r) {
			space = count > 0
			continue
		}
		if count >= n {
			b.WriteRune('…')
			break
		}
		if space {
			b.WriteByte(' ')
			count++
			space = false
		}
		b.WriteRune(r)
		count++
	}
	return b.String()
}

// wrap breaks a text into at most lines rows that fit into room, at spaces and signs where it can; what is left over ends in "…".
func wrap(s string, size, room float64, lines int) []string {
	var out []string
	for s != "" && len(out) < lines {
		end, good := len(s), 0
		for i, r := range s {
			next := i + utf8.RuneLen(r)
			if width(s[:next], size) > room {
				end = i
				break
			}
			if strings.ContainsRune(" -_/.:,", r) {
				good = next
			}
		}
		if end < len(s) && good > 0 {
			end = good
		}
		if end == 0 { // one letter wider than the room
			_, end = utf8.DecodeRuneInString(s)
		}
		row, rest := strings.TrimRight(s[:end], " "), strings.TrimLeft(s[end:], " ")
		if rest != "" && len(out) == lines-1 {
			for row != "" && width(row+"…", size) > room {
				_, n := utf8.DecodeLastRuneInString(row)
				row = row[:len(row)-n]
			}
			row += "…"
			rest = ""
		}
		out = append(out, row)
		s = rest
	}
	return out
}
