package document

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"path"
	"strings"
)

var formatOfEnding = map[string]Format{
	".md": Markdown, ".markdown": Markdown, ".mdx": Markdown, ".mkd": Markdown, ".mdown": Markdown, ".qmd": Markdown, ".rmd": Markdown,
	".rst": RST, ".rest": RST, ".adoc": AsciiDoc, ".asciidoc": AsciiDoc, ".asc": AsciiDoc, ".html": HTML, ".htm": HTML, ".xhtml": HTML,
	".yaml": YAML, ".yml": YAML, ".json": JSON, ".txt": PlainText, ".text": PlainText,
}

// unreadEndings are those of documents that people write and that are not read: a report must not take them for absent.
var unreadEndings = []string{".pdf", ".docx", ".doc", ".odt", ".rtf", ".xlsx", ".xls", ".ods", ".pptx", ".pages", ".epub", ".tex", ".drawio", ".vsdx", ".tm7"}

// formatOf tells the format by the ending, and by the content where the ending is none of a format or that of plain text.
func formatOf(p string, src *source) Format {
	f, known := formatOfEnding[strings.ToLower(path.Ext(p))]
	if known && f != PlainText {
		return f
	}
	return sniff(src)
}

var (
	htmlStart   = pattern.New(`(?i)^(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*)*<(?:!doctype html|html|head|body)\b`)
	atxHeading  = pattern.New(`^ {0,3}#{1,6}[ \t]+\S`)
	rstSign     = pattern.New(`^\.\. (?:[a-zA-Z-]+::|_[^ ].*:)`)
	asciidocTop = pattern.New(`^=[ \t]+\S`)
)

// sniffLines is how much of a text is looked at to tell its format.
const sniffLines = 400

// sniff tells the format of a text by what can stand in one of them only.
func sniff(src *source) Format {
	if htmlStart.MatchString(strings.TrimSpace(src.text[:min(len(src.text), 2048)])) {
		return HTML
	}
	atx, deeper, adoc := 0, 0, 0
	fields := 0
	for i := range min(src.lines(), sniffLines) {
		line := src.line(i)
		switch {
		case atxHeading.MatchString(line):
			atx++
			if strings.HasPrefix(strings.TrimLeft(line, " "), "##") {
				deeper++
			}
		case rstSign.MatchString(line):
			return RST
		case asciidocTop.MatchString(line) && i < 5, strings.HasPrefix(line, "== ") && adoc > 0:
			adoc++
		case labelLine.MatchString(line):
			fields++
		}
	}
	switch {
	case adoc > 1:
		return AsciiDoc
	case deeper > 0 || atx > 1 && fields < atx || src.lines() > 0 && strings.TrimSpace(src.line(0)) == "---":
		return Markdown
	}
	return PlainText
}

var labelLine = pattern.New(`^[A-Za-z][\w-]{1,30}:[ \t]+\S`)
