package report

import (
	"fmt"
	"strings"

	"github.com/lodemark/lodemark"
)

// alike parts the findings of a check into those that say of their place what the first says of its own, and the rest: one
// check may find several things, and a place must not be charged with what was found at another.
func alike(findings []lodemark.Finding) (same, rest []lodemark.Finding) {
	if len(findings) == 0 {
		return nil, nil
	}
	first := findings[0]
	words := shape(first.Message)
	for i, f := range findings {
		switch {
		case i == 0, f.Severity == first.Severity && (f.Fix != "" && f.Fix == first.Fix || f.Message == first.Message || similar(words, shape(f.Message))):
			same = append(same, f)
		default:
			rest = append(rest, f)
		}
	}
	return same, rest
}

// shape is a message without what differs from place to place: its lower-case words. Paths, names, numbers, settings and
// what stands in quotes are left out.
func shape(message string) []string {
	var out []string
	quoted := ""
	for w := range strings.FieldsSeq(sentence(message)) {
		w = strings.Trim(w, "().,;:")
		if quoted == "" && w != "" && strings.ContainsRune("\"'`", rune(w[0])) {
			quoted = w[:1]
			w = w[1:]
		}
		if quoted != "" {
			if strings.HasSuffix(w, quoted) {
				quoted = ""
			}
			continue
		}
		if w != "" && strings.Trim(w, "abcdefghijklmnopqrstuvwxyz'") == "" {
			out = append(out, w)
		}
	}
	return out
}

// similar says whether five sixths of the words are in both. A name that is a plain word ("the job build") may differ.
func similar(a, b []string) bool {
	left := map[string]int{}
	for _, w := range a {
		left[w]++
	}
	common := 0
	for _, w := range b {
		if left[w] > 0 {
			left[w]--
			common++
		}
	}
	return common > 0 && 6*common >= 5*max(len(a), len(b))
}

// apart counts the findings of an action that are not like its first: "3 lesser findings of this check"; empty for none.
func apart(first lodemark.Finding, rest []lodemark.Finding) string {
	if len(rest) == 0 {
		return ""
	}
	word := "lesser finding"
	for _, f := range rest {
		if f.Severity >= first.Severity {
			word = "other finding"
		}
	}
	return count(len(rest), word) + " of this check"
}

// distinctPlaces lists where findings lie, each place once.
func distinctPlaces(findings []lodemark.Finding) []string {
	seen := map[string]bool{}
	var out []string
	for _, f := range findings {
		if p := shortPlace(f.Path, f.Line); !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}

// places says where an action's findings lie: the first, a few more of which the same is true, how many of those are left, and
// how many findings are of another kind.
func places(findings []lodemark.Finding) string {
	same, rest := alike(findings)
	at := distinctPlaces(same)
	text := at[0]
	switch more := at[1:]; {
	case len(more) > shownPlaces+1:
		text += fmt.Sprintf(", also %s and %d more", strings.Join(more[:shownPlaces], ", "), len(more)-shownPlaces)
	case len(more) > 0:
		text += ", also " + strings.Join(more, ", ")
	}
	if others := apart(findings[0], rest); others != "" {
		text += "; and " + others
	}
	return text
}
