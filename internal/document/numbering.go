package document

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"strings"
)

var numbering = pattern.New(`^(?:(?:[Ss]ection|[Cc]hapter|[Aa]ppendix)[ \t]+)?((?:\d{1,2}|[A-Z])(?:\.\d{1,2}){0,5})([.):]?)[ \t]+(\p{L}.*)$`)

// unnumbered takes numbers of chapters off the headings. A number counts as one where those before it were seen: "2.1
// Scope" after "2 Method", never the "2.1.0" of a release or the "3" of "3 ways to call".
func unnumbered(marks []mark) []mark {
	seen := map[string]bool{}
	for i, m := range marks {
		n := numbering.FindStringSubmatch(m.text)
		if n == nil {
			continue
		}
		parent, last := "", n[1]
		if at := strings.LastIndexByte(n[1], '.'); at >= 0 {
			parent, last = n[1][:at], n[1][at+1:]
		}
		follows := seen[dotted(parent, before(last))]
		if !follows && !(last == "1" || last == "0" || last == "A") || parent != "" && !seen[parent] {
			continue
		}
		if parent == "" && n[2] == "" && last == "A" { // the article
			continue
		}
		seen[n[1]] = true
		marks[i].text = n[3]
	}
	return marks
}

// before is the number or letter that comes before another in counting.
func before(n string) string {
	if n[0] >= 'A' {
		return string(rune(n[0] - 1))
	}
	v := 0
	for _, c := range n {
		v = v*10 + int(c-'0')
	}
	if v == 0 {
		return ""
	}
	if v > 10 {
		return string([]byte{byte('0' + (v-1)/10), byte('0' + (v-1)%10)})
	}
	return string([]byte{byte('0' + v - 1)})
}
