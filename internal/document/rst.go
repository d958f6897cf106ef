package document

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"slices"
	"strings"
	"unicode/utf8"
)

// rstMarks finds the section titles of a reStructuredText document and its field list. The level of a title follows from
// the order in which the styles of its lines first stand in the document.
func rstMarks(src *source) (marks []mark, front []Field) {
	var styles []string
	n := src.lines()
	for i := 0; i < n; i++ {
		line := src.line(i)
		switch c := adornment(line); {
		case c != 0 && i+2 < n && overlined(src, i):
			styles = styleOf(&marks, styles, string([]byte{c, c}), mark{from: src.start(i), to: src.start(i + 3), text: src.line(i + 1)})
			i += 2
		case i+1 < n && underlinedTitle(src, i):
			styles = styleOf(&marks, styles, src.line(i + 1)[:1], mark{from: src.start(i), to: src.start(i + 2), text: line})
			i++
		default:
			if m := rstField.FindStringSubmatch(line); m != nil && len(marks) < 2 && len(front) < fieldsMost {
				front = append(front, Field{m[1], strings.TrimSpace(m[2]), i + 1})
			}
		}
	}
	return marks, front
}

var rstField = pattern.New(`^:([A-Za-z][\w -]{0,60}): (.+)$`)

// styleOf adds a mark with the level of its style.
func styleOf(marks *[]mark, styles []string, style string, m mark) []string {
	at := slices.Index(styles, style)
	if at < 0 {
		at = len(styles)
		styles = append(styles, style)
	}
	m.level, m.text = at+1, rstText(m.text)
	*marks = append(*marks, m)
	return styles
}

// adornment is the character of a line that consists of nothing but one mark of punctuation; 0: it does not.
func adornment(line string) byte {
	line = strings.TrimRight(line, " \t")
	if len(line) < 2 || !strings.ContainsRune("=-`:.'\"~^_*+#<>!$%&(),/;?@[\\]{|}", rune(line[0])) || run(line, line[0]) != len(line) {
		return 0
	}
	return line[0]
}

func overlined(src *source, i int) bool {
	over, title, under := strings.TrimRight(src.line(i), " \t"), src.line(i+1), strings.TrimRight(src.line(i+2), " \t")
	return over == under && !blank(title) && adornment(title) == 0 && width(strings.TrimSpace(title)) <= len(over)
}

// underlinedTitle says whether a title with an underline begins at a line: both at the margin, a free line before, and an
// underline that is long enough. A text of less than four characters needs one of its own length.
func underlinedTitle(src *source, i int) bool {
	title, under := src.line(i), strings.TrimRight(src.line(i+1), " \t")
	if blank(title) || title[0] == ' ' || title[0] == '\t' || adornment(under) == 0 || adornment(title) != 0 {
		return false
	}
	if i > 0 && !blank(src.line(i-1)) && !strings.HasPrefix(src.line(i-1), "..") {
		return false
	}
	return len(under) >= width(title) || len(under) >= 4
}

// width counts characters, wide ones of East Asia twice.
func width(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if r >= 0x1100 && wideRune(r) {
			n++
		}
	}
	return n
}

func wideRune(r rune) bool {
	return r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f ||
		r >= 0xff00 && r <= 0xff60 || r >= 0x1f300 && r <= 0x1faff || r >= 0x20000 && r <= 0x3fffd
}

var rstRole = pattern.New("(?::[a-zA-Z:+-]+:)?`([^`<]+)(?: <[^`>]*>)?`_{0,2}")

// rstText takes roles, links and emphasis out of a line.
func rstText(s string) string {
	s = strings.ReplaceAll(s, "``", "`")
	s = rstRole.ReplaceAllString(s, "$1")
	return inlineText(s)
}
