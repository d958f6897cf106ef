package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// judged finds the documents of a kind and judges each by its words, where a system that is not deployed yet owes none.
func judged(ctx context.Context, s *lodemark.Subject, kind, what string, judge func(document.Document, string) []document.Shortfall) lodemark.Result {
	found := document.Find(s, kind)
	if len(found.Documents) == 0 {
		if r, early := notDeployed(s); early {
			return r
		}
	}
	return found.Judged(ctx, s, what, byContent(judge))
}

// byContent leaves open what a document lacks that is longer than what is judged of it.
func byContent(judge func(document.Document, string) []document.Shortfall) func(document.Document, string) []document.Shortfall {
	return func(d document.Document, raw string) []document.Shortfall {
		lacks := judge(d, raw)
		if len(lacks) > 0 && len(content(d)) >= judgedBytes {
			return []document.Shortfall{{Doubt: true, Message: fmt.Sprintf("is longer than the %d KiB by which a document is judged", judgedBytes>>10)}}
		}
		return lacks
	}
}

var (
	comment = pattern.New(`(?s)<!--.*?(?:-->|$)`)
	// filler is what stands in a template until somebody writes: a mark with what it asks for, a hint in brackets, blind text.
	filler = pattern.New(`(?i:\blorem ipsum\b[^|\n]*|\bdolor sit amet\b[^|\n]*)|\b(?:TODO|TBD|TBA|FIXME|XXX+)\b[^|;\n]*|(?im:^[\s*_|>:+-]*(?:todo|tbd|tba|n/a)\W*$)|` +
		`(?im:^[\s*_|>+-]*(?:\[[^\]\n]*\]|<[^>\n]*>|\{\{[^}\n]*\}\}|\.\.\.|…)[\s*_|.]*$)|(?i:\[(?:describe|insert|enter|add|name|list|your|fill|e\.g\.|more information)\b[^\]\n(]*\])|\{\{[^}\n]*\}\}`)
	letters = pattern.New(`\pL`)
)

// content is what a document says: what somebody wrote in its sections, with the headings above it, and its named values. Without
// comments, and without headings, heads and first cells of tables beside which nothing but fillers stands.
func content(d document.Document) string {
	var b strings.Builder
	for _, f := range d.Front {
		if value := written(f.Value); value != "" {
			b.WriteString(f.Name + ": " + value + "\n")
		}
	}
	for _, sec := range d.Sections {
		if !sec.Filled() {
			continue
		}
		if text := written(sec.Said()); text != "" {
			b.WriteString(sec.Heading + "\n" + text + "\n")
		}
		if b.Len() >= judgedBytes {
			break
		}
	}
	return b.String()[:min(b.Len(), judgedBytes)]
}

// judgedBytes is how much of a document is judged. Nobody reads more in an incident, or before using a system.
const judgedBytes = 128 << 10

// written is a text without comments and filler; empty: nothing was written.
func written(text string) string {
	text = filler.ReplaceAllString(comment.ReplaceAllString(text, ""), "")
	if !letters.MatchString(text) {
		return ""
	}
	return text
}

// uncommented blanks the comments of a text and keeps its lines.
func uncommented(raw string) string {
	return comment.ReplaceAllStringFunc(raw, func(c string) string { return strings.Repeat("\n", strings.Count(c, "\n")) })
}

// topic is something that a document must speak of, with the words by which it does. Weaker words leave it open.
type topic struct {
	name        string
	words, weak *pattern.Pattern
}

// unspoken lists the topics that a text does not touch, and those that it may touch in words that also mean other things.
func unspoken(text string, topics []topic) (missing, open []string) {
	for _, t := range topics {
		switch {
		case t.words.MatchString(text):
		case t.weak != nil && t.weak.MatchString(text):
			open = append(open, t.name)
		default:
			missing = append(missing, t.name)
		}
	}
	return missing, open
}
