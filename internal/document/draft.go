package document

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"strings"
)

// DraftMark is what a line at the top of a draft says, after the marks of a quote or comment. Who has filled a draft in takes
// the line out.
const DraftMark = "lodemark: draft"

// SlotMark is how the slots of a draft begin: "<fill in: owner>". One that is left keeps a document a draft without the mark.
const SlotMark = "<fill in: "

// draftLines is how far down the mark is looked for: below a front matter and a title.
const draftLines = 60

var draftLine = pattern.New(`(?i)^[\s>#*_/;.<!-]{0,20}` + DraftMark + `\b`)

// draft finds the line by which the document shows that it is a draft: the mark, a field at its top such as "status: draft",
// or a slot that nobody filled in. A slot in code is one that somebody writes about.
func (d Document) draft(src *source) (line int, slot bool) {
	for _, f := range d.Front {
		switch name, value := strings.ToLower(f.Name), strings.ToLower(f.Value); {
		case name == "status" && value == "draft", name == "draft" && (value == "true" || value == "yes"):
			return f.Line, false
		}
	}
	if d.Format != YAML && d.Format != JSON {
		if line := draftMapping(src); line > 0 {
			return line, false
		}
	}
	for i := range min(draftLines, src.lines()) {
		if line := src.line(i); strings.Contains(line, ":") && draftLine.MatchString(line) {
			return i + 1, false
		}
	}
	for from := 0; ; {
		i := strings.Index(src.text[from:], SlotMark)
		if i < 0 {
			return 0, false
		}
		if at := from + i; at == 0 || src.text[at-1] != '`' {
			return src.lineAt(at) + 1, true
		}
		from += i + 1
	}
}
