package report

import (
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// Effort says what kind of work it is, by where it is to be done: places to change, or texts that people have to think about.
func (a action) Effort() string {
	if !a.writing() {
		return count(len(a.Findings), "place") + " to change"
	}
	texts := map[string]bool{}
	for _, f := range a.Findings {
		key := f.Path
		if f.Path == declarationFile { // each of the documents that it could point to is missing
			key += "\x00" + f.Message
		}
		texts[key] = true
	}
	if len(texts) == 1 {
		return "a text to write"
	}
	return count(len(texts), "text") + " to write"
}

// writing says whether all findings are about texts. One about the system as a whole goes by what its check can show.
func (a action) writing() bool {
	return !slices.ContainsFunc(a.Findings, func(f lodemark.Finding) bool {
		if f.Path == "" {
			return a.Check.Strength >= lodemark.Enforced || a.Check.ID == ""
		}
		return !isText(f.Path)
	})
}

// declarationFile is where a missing document is reported, because it could be pointed to from there.
const declarationFile = "lodemark.yaml"

// isText says whether a path names something that people write for people. Plain text and web pages count where documents
// lie, or by a name that documents have: programs read files with these endings too.
func isText(p string) bool {
	if p == declarationFile || p == "threats.yaml" {
		return true
	}
	lower := strings.ToLower(p)
	name, ext := path.Base(lower), path.Ext(lower)
	switch ext {
	case ".md", ".markdown", ".rst", ".adoc", ".asciidoc", ".pdf", ".docx", ".odt":
		return true
	case ".txt", ".html", ".htm":
		stem, _, _ := strings.Cut(strings.TrimSuffix(name, ext), "-")
		if slices.Contains([]string{"requirements", "constraints", "cmakelists"}, stem) {
			return false
		}
		folders := strings.Split(lower, "/")
		return slices.Contains([]string{"readme", "license", "notice", "security", "changelog", "contributing"}, stem) ||
			slices.ContainsFunc(folders[:len(folders)-1], func(f string) bool {
				return slices.Contains([]string{"doc", "docs", "documentation", "handbook", "policies", ".well-known"}, f)
			})
	}
	return false
}
