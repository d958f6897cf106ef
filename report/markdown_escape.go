package report

import (
	"strings"

	"github.com/lodemark/lodemark/report/inert"
)

// escapeMarkdown writes text so that it shows as itself and does nothing, on one line.
func escapeMarkdown(s string) string { return inert.Escaped(sentence(s)) }

// code writes text as inline code, in which nothing is looked for: a path, an id, a digest. It is not for table cells, which a
// bar ends even in code.
func code(s string) string {
	s = clip(plain(s), longest)
	if s == "" {
		return ""
	}
	run, most := 0, 0
	for i := range len(s) {
		if s[i] == '`' {
			run++
			most = max(most, run)
		} else {
			run = 0
		}
	}
	fence := strings.Repeat("`", most+1)
	pad := ""
	if most > 0 || strings.TrimSpace(s) != s {
		pad = " "
	}
	return fence + pad + s + pad + fence
}
