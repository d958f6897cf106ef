// Package document reads what people write about a system: plans, cards, policies and registers in Markdown,
// reStructuredText, AsciiDoc, HTML, YAML, JSON and plain text. It finds documents by kind, gives their sections with lines,
// and tells what is filled in from templates, placeholders and empty headings.
package document

// Document is one document, cut into sections.
type Document struct {
	Path     string
	Title    string // the first heading, else the front matter's title
	Front    []Field
	Sections []Section // in order; text before the first heading stands in a section without one
}

// Field is a named value of a front matter or of a YAML or JSON document, nested names joined by dots.
type Field struct {
	Name, Value string
	Line        int
}

// Section is a heading with the text under it, down to the next heading of any level.
type Section struct {
	Heading string // without markup and numbering; empty: text before the first heading
	Level   int    // 1 is the highest
	Line    int    // of the heading, or of the first text
	Text    string // as written, without the heading
}
