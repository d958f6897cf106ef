package document

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"strings"
)

var (
	asciidocTitle     = pattern.New(`^(={1,6}|#{1,6})[ \t]+(\S.*)$`)
	asciidocAttribute = pattern.New(`^:([\w-]{1,60}):(?:[ \t]+(.*))?$`)
	asciidocFence     = pattern.New("^(?:-{4,}|\\.{4,}|\\+{4,}|/{4,}|={4,}|\\*{4,}|_{4,}|`{3,}.*|[|,:!]={3,}|--)$")
)

// asciidocMarks finds the titles of an AsciiDoc document outside its delimited blocks, and the attributes of its header.
func asciidocMarks(src *source) (marks []mark, front []Field) {
	fence := ""
	n := src.lines()
	for i := 0; i < n; i++ {
		line := strings.TrimRight(src.line(i), " \t")
		if fence != "" {
			if line == fence {
				fence = ""
			}
			continue
		}
		if i+1 < n && twoLineTitle(src, i) {
			marks = append(marks, mark{src.start(i), src.start(i + 2), strings.IndexByte("=-~^+", src.line(i + 1)[0]) + 1, inlineText(line)})
			i++
			continue
		}
		if m := asciidocTitle.FindStringSubmatch(line); m != nil && (strings.TrimRight(m[2], "=# ") != "") {
			text := strings.TrimRight(strings.TrimSuffix(m[2], m[1]), " ")
			marks = append(marks, mark{src.start(i), src.start(i + 1), len(m[1]), inlineText(text)})
			continue
		}
		if asciidocFence.MatchString(line) {
			fence = line
			if strings.HasPrefix(line, "```") {
				fence = "```"
			}
			continue
		}
		if m := asciidocAttribute.FindStringSubmatch(line); m != nil && len(marks) < 2 && len(front) < fieldsMost {
			front = append(front, Field{m[1], m[2], i + 1})
		}
	}
	return marks, front
}

// twoLineTitle says whether a title of the older form begins at the line: underlined over its whole length, give or take one.
func twoLineTitle(src *source, i int) bool {
	title, under := strings.TrimRight(src.line(i), " \t"), strings.TrimRight(src.line(i+1), " \t")
	if under == "" || !strings.ContainsRune("=-~^+", rune(under[0])) || run(under, under[0]) != len(under) || blank(title) {
		return false
	}
	if i > 0 && !blank(src.line(i-1)) || strings.ContainsAny(title[:1], " \t.[/:|*-") {
		return false
	}
	off := width(title) - len(under)
	return off >= -1 && off <= 1
}
