// Package document reads what people write about a system: plans, cards, policies and registers in Markdown,
// reStructuredText, AsciiDoc, HTML, YAML, JSON and plain text. It finds documents by kind, gives their sections with lines,
// and tells what is filled in from templates, placeholders and empty headings.
package document

import "slices"

// Document is one document, cut into sections.
type Document struct {
	Path     string
	Format   Format
	Title    string // the first heading, else the front matter's title
	Front    []Field
	Sections []Section // in order; text before the first heading stands in a section without one
	Cut      string    // why a part was not read, as a sentence goes on after the path; empty: all of it was
	Draft    bool      // it says of itself that it is a draft, and is no evidence yet
	lists    []Table

	draftLine int  // by which it shows that it is a draft
	slot      bool // what stands there is a slot
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
	From    int    // line at which Text begins
	format  Format
	dull    string // the word with which somebody filled the whole document
}

// Format is how a document is written.
type Format string

// The formats that are read. Unreadable is everything else: Read gives no sections and says so in Cut.
const (
	Markdown   Format = "markdown"
	RST        Format = "restructuredtext"
	AsciiDoc   Format = "asciidoc"
	HTML       Format = "html"
	YAML       Format = "yaml"
	JSON       Format = "json"
	PlainText  Format = "text"
	Unreadable Format = "unreadable"
)

// The bounds of one document. What lies beyond them is told in Document.Cut.
const (
	documentBytes = 4 << 20
	lineBytes     = 64 << 10
	sectionsMost  = 10_000
	fieldsMost    = 2_000
	nestingMost   = 32 // quotes and lists in Markdown, mappings in YAML and JSON
	headingBytes  = 400
)

// Read cuts a document into its sections. The format follows from the ending and, where that says nothing, from the
// content. It never fails: what cannot be read leaves a document without sections, and Cut says why.
func Read(path string, data []byte) Document {
	d := Document{Path: path, Format: Unreadable}
	src, cut := newSource(data)
	d.Cut = cut
	if src == nil {
		return d
	}
	d.Format = formatOf(path, src)
	from := 0
	if (d.Format == Markdown || d.Format == RST || d.Format == AsciiDoc) && disguised(src.text) {
		d.Format = YAML
	}
	if d.Format == Markdown || d.Format == HTML {
		d.Front, from = frontMatter(src)
	}
	var marks []mark
	switch d.Format {
	case Markdown:
		if marks = markdownMarks(src, src.lineAt(from)); len(marks) == 0 {
			marks = substituteMarks(src, src.lineAt(from))
		}
	case RST:
		marks, d.Front = rstMarks(src)
	case AsciiDoc:
		marks, d.Front = asciidocMarks(src)
	case HTML:
		var meta []Field
		marks, meta = htmlMarks(src, from, len(src.text))
		d.Front = append(d.Front, meta...)
	case YAML:
		marks, d.Front, d.lists = yamlMarks(src)
	case JSON:
		marks, d.Front, d.lists = jsonMarks(src, 0)
	default:
		if marks, d.Front = plainMarks(src, 0); len(marks) == 0 {
			marks = standaloneMarks(src, 0)
		}
	}
	marks = slices.DeleteFunc(marks, func(m mark) bool { return m.text == "" }) // a heading without a word cuts nothing
	if len(marks) > sectionsMost {
		marks, d.Cut = marks[:sectionsMost], "has more headings than are read"
	}
	d.cutSections(src, from, unnumbered(marks))
	if dull := d.dullWord(); dull != "" {
		for i := range d.Sections {
			d.Sections[i].dull = dull
		}
	}
	d.draftLine, d.slot = d.draft(src)
	d.Draft = d.draftLine > 0
	return d
}

// mark is a heading in the text: the bytes from and to (its own line end included) are the heading's.
type mark struct {
	from, to int
	level    int
	text     string
}

// cutSections makes the text between two marks the section of the first.
func (d *Document) cutSections(src *source, from int, marks []mark) {
	first := len(src.text)
	if len(marks) > 0 {
		first = marks[0].from
	}
	at := src.lineCounter()
	if text := src.text[from:max(from, first)]; !blank(text) {
		begin := at(from)
		d.Sections = append(d.Sections, Section{Level: 1, Line: begin + leadingBlank(text), Text: text, From: begin, format: d.Format})
	}
	for i, m := range marks {
		end := len(src.text)
		if i+1 < len(marks) {
			end = max(m.to, marks[i+1].from)
		}
		s := Section{Heading: shorten(m.text), Level: m.level, Line: at(m.from), From: at(m.to), Text: src.text[m.to:end], format: d.Format}
		d.Sections = append(d.Sections, s)
		if d.Title == "" && d.Format != YAML && d.Format != JSON {
			d.Title = s.Heading
		}
	}
	if d.Title == "" {
		d.Title = d.Field("title", "name", "model_name", "pretty_name")
	}
}

// Field returns the value of the first front matter field with one of the names, in any case; empty where there is none.
func (d Document) Field(names ...string) string {
	for _, name := range names {
		for _, f := range d.Front {
			if f.Value != "" && sameName(f.Name, name) {
				return f.Value
			}
		}
	}
	return ""
}
