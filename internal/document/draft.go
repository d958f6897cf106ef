package document

import (
	"regexp"
	"strings"
)

// DraftMark is what a line at the top of a draft says, after the marks of a quote or comment. Who has filled a draft in takes
// the line out.
const DraftMark = "lodemark: draft"

// draftLines is how far down the mark is looked for: below a front matter and a title.
const draftLines = 60

var draftLine = regexp.MustCompile(`(?i)^[\s>#*_/;.<!-]{0,20}` + DraftMark + `\b`)

// draft says whether the document calls itself a draft: by the mark, or by a field at its top such as "status: draft".
func (d Document) draft(src *source) bool {
	for _, f := range d.Front {
		switch name, value := strings.ToLower(f.Name), strings.ToLower(f.Value); {
		case name == "status" && value == "draft", name == "draft" && (value == "true" || value == "yes"):
			return true
		}
	}
	for i := range min(draftLines, src.lines()) {
		if line := src.line(i); strings.Contains(line, ":") && draftLine.MatchString(line) {
			return true
		}
	}
	return false
}
