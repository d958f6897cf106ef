package document

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"html"
	"strings"
)

var (
	imageMarkup   = pattern.New(`!\[([^\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])`)
	linkMarkup    = pattern.New(`\[([^\[\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])`)
	angledAddress = pattern.New(`<((?:https?|ftp|mailto):[^<>\s]+|[^<>\s@]+@[^<>\s@]+)>`)
	attributeList = pattern.New(`\s*(?:\{[:#.][^{}]*\}|\[\[[\w-]+\]\])\s*$`)
	headingAnchor = pattern.New(`\s*\[\]\(#[^)]*\)`)
	emphasis      = pattern.New(`(^|[\s(\[{"'“*_~])(\*{1,3}|_{1,3}|~~)([^\s*_~](?:[^*~]*[^\s*~])?)(\*{1,3}|_{1,3}|~~)([\s)\]}"'”.,:;!?*_~]|$)`)
	backticks     = pattern.New("`+")
	escaped       = pattern.New("\\\\([!-/:-@\\[-`{-~])")
)

// inlineText takes the markup out of a heading or a line: emphasis, code, links, images, tags, entities.
func inlineText(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if !strings.ContainsAny(s, "*_~`[<&\\{") {
		return s
	}
	s = without(s, "<!--", "-->")
	s = attributeList.ReplaceAllString(s, "")
	s = headingAnchor.ReplaceAllString(s, "")
	s = imageMarkup.ReplaceAllString(s, "$1")
	s = linkMarkup.ReplaceAllString(s, "$1")
	s = angledAddress.ReplaceAllString(s, "$1")
	s = withoutTags(s)
	if strings.Contains(s, "`") {
		s = backticks.ReplaceAllString(s, "")
	}
	for range 3 { // emphasis within emphasis
		if !strings.ContainsAny(s, "*_~") {
			break
		}
		bare := emphasis.ReplaceAllString(s, "$1$3$5")
		if bare == s {
			break
		}
		s = bare
	}
	if strings.Contains(s, `\`) {
		s = escaped.ReplaceAllString(s, "$1")
	}
	return strings.Join(strings.Fields(html.UnescapeString(s)), " ")
}

// withoutReferences cuts the link reference definitions off with which a paragraph begins: they are no text.
func withoutReferences(s string) string {
	for strings.HasPrefix(strings.TrimLeft(s, " "), "[") {
		rest, ok := referenceEnd(s)
		if !ok {
			break
		}
		s = rest
	}
	return s
}

var referenceStart = pattern.New(`^ {0,3}\[(?:[^\[\]\\]|\\.)*[^\s\[\]](?:[^\[\]\\]|\\.)*\]:[ \t]*\n?[ \t]*(?:<(?:[^<>\n\\]|\\.)*>|([^\s<]\S*))`)

var referenceTitle = pattern.New(`^(?:[ \t]+|[ \t]*\n[ \t]*)(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\))[ \t]*(?:\n|$)`)

func referenceEnd(s string) (string, bool) {
	m := referenceStart.FindStringSubmatchIndex(s)
	if m == nil || m[2] >= 0 && !balanced(s[m[2]:m[3]]) {
		return s, false
	}
	rest := s[m[1]:]
	if t := referenceTitle.FindStringIndex(rest); t != nil {
		return rest[t[1]:], true
	}
	line, after, _ := strings.Cut(rest, "\n")
	return after, blank(line)
}

// balanced says whether every round bracket of an address is closed.
func balanced(s string) bool {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return depth == 0
}
