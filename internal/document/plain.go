package document

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"strings"
	"unicode"
)

var (
	numberedTitle = pattern.New(`^(?:(?:Section|Chapter|Part|Appendix|Article)[ \t]+)?([A-Z0-9]{1,3}(?:\.\d{1,3}){0,5})[.):]?[ \t]+(\p{Lu}.*|\p{Lo}.*)$`)
	labelTitle    = pattern.New(`^[\p{L}][\p{L}\p{N} /&'()-]{0,60}:$`)
	plainField    = pattern.New(`^([A-Za-z][A-Za-z -]{0,40}):[ \t]+(\S.*)$`)
)

// plainMarks finds what serves as headings in plain text: an underlined line, a numbered one, one in capitals, and a label
// alone on its line. All but the underlined need a free line before them, and the numbered and capital ones one after.
func plainMarks(src *source, first int) (marks []mark, front []Field) {
	n := src.lines()
	free := func(i int) bool { return i < 0 || i >= n || blank(src.line(i)) }
	for i := first; i < n; i++ {
		line := strings.TrimSpace(src.line(i))
		if line == "" {
			continue
		}
		indented := strings.HasPrefix(src.line(i), "    ") || strings.HasPrefix(src.line(i), "\t")
		level, to := 0, i+1
		switch {
		case i+1 < n && !indented && underlinedTitle(src, i):
			level, to = 1, i+2
			if adornment(src.line(i+1)) != '=' {
				level = 2
			}
		case indented || !free(i-1) || len(line) > 100:
		case numberedTitle.MatchString(line) && free(i+1) && !strings.HasSuffix(line, "."):
			m := numberedTitle.FindStringSubmatch(line)
			level = 1 + strings.Count(m[1], ".")
		case capitals(line) && (free(i+1) || len(line) > 3):
			level = 1
		case labelTitle.MatchString(line) && i+1 < n:
			level, line = 2, strings.TrimSuffix(line, ":")
		}
		if level == 0 {
			if m := plainField.FindStringSubmatch(line); m != nil && len(front) < fieldsMost && len(marks) < 2 {
				front = append(front, Field{m[1], m[2], i + 1})
			}
			continue
		}
		marks = append(marks, mark{src.start(i), src.start(to), level, strings.Trim(line, "# ")})
		i = to - 1
	}
	return marks, front
}

// substituteMarks finds what serves as headings in Markdown that has none: lines in bold, else those of plain text.
func substituteMarks(src *source, first int) (marks []mark) {
	for i := first; i < src.lines(); i++ {
		line := strings.TrimSpace(src.line(i))
		if boldLine.MatchString(line) && (i == 0 || blank(src.line(i-1))) {
			marks = append(marks, mark{src.start(i), src.start(i + 1), 2, strings.TrimRight(inlineText(line), ": ")})
		}
	}
	if len(marks) > 0 {
		return marks
	}
	if marks, _ = plainMarks(src, first); len(marks) > 0 {
		return marks
	}
	return standaloneMarks(src, first)
}

var (
	boldLine   = pattern.New(`^(?:\*\*[^*]{1,100}\*\*|__[^_]{1,100}__):?$`)
	standalone = pattern.New(`^\p{Lu}[\p{L}\p{N}]*(?: [\p{L}\p{N}&/()'-]+){0,6}$`)
)

// standaloneMarks takes short lines that stand alone, begin with a capital and end without punctuation for headings, where
// there are at least three of them: a text that was pasted without its markup.
func standaloneMarks(src *source, first int) (marks []mark) {
	n := src.lines()
	for i := first; i < n; i++ {
		line := src.line(i)
		if standalone.MatchString(line) && len(line) <= 60 && (i == first || blank(src.line(i-1))) && i+1 < n && blank(src.line(i+1)) {
			marks = append(marks, mark{src.start(i), src.start(i + 1), 2, line})
		}
	}
	if len(marks) < 3 {
		return nil
	}
	return marks
}

// capitals says whether a line has letters of two cases and all of them are capitals, at least three of them.
func capitals(line string) bool {
	upper := 0
	for _, r := range line {
		switch {
		case unicode.IsLower(r):
			return false
		case unicode.IsUpper(r):
			upper++
		case strings.ContainsRune("|<>{}=\\", r):
			return false
		}
	}
	return upper >= 3 && len(line) <= 80 && !strings.HasSuffix(line, ",")
}
