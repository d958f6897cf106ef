package design

import (
	"strings"

	"github.com/lodemark/lodemark/internal/document"
)

// writtenIn is what somebody wrote in a document, with the headings above it; empty: it is a template.
func writtenIn(d document.Document) string {
	var b strings.Builder
	for _, sec := range d.Sections {
		text := sec.Said()
		if len(strings.Fields(text)) >= 3 { // one word below a heading gives it no meaning
			b.WriteString(sec.Heading + "\n")
		}
		b.WriteString(text)
	}
	return b.String()
}
