package discover

import (
	"bytes"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

var (
	documentFolders = set("docs", "doc", "documentation", "policies", "policy", "governance", "compliance", "runbooks", "runbook", "adr", "rfcs")
	modelCardName   = pattern.New(`^model[_-]?cards?([_.-].*)?\.(md|markdown|rst|adoc|html?|json|ya?ml|txt)$`)
	dataCardName    = pattern.New(`^data(set)?[_-]?(card|sheet)s?([_.-].*)?\.(md|markdown|rst|adoc|html?|json|ya?ml|txt)$`)
	documentEndings = set(".md", ".markdown", ".rst", ".adoc", ".asciidoc", ".html", ".htm", ".pdf", ".docx", ".txt", ".org")
	threatsName     = pattern.New(`^threat[_-]?model([_.-].*)?\.(md|markdown|rst|adoc|json|ya?ml|drawio)$`)
	modelCardFields = [][]byte{[]byte("\npipeline_tag:"), []byte("\nlibrary_name:"), []byte("\nbase_model:"), []byte("\nmodel-index:"), []byte("\nbase_model_relation:")}
	dataCardFields  = [][]byte{[]byte("\ndataset_info:"), []byte("\ntask_categories:"), []byte("\nsize_categories:"), []byte("\nannotations_creators:"), []byte("\nsource_datasets:")}
	documentsByName = map[string]string{"security": "security-policy", "changelog": "changelog", "changes": "changelog", "history": "changelog", "releases": "changelog",
		"release_notes": "changelog", "release-notes": "changelog", "contributing": "contributing", "code_of_conduct": "conduct", "governance": "governance",
		"readme": "introduction", "support": "support", "maintainers": "owners", "privacy": "privacy"}
)

// isDocument knows texts by their names and places, and cards.
func (v *visit) isDocument() bool {
	if v.size == 0 || v.in(agentFolders) && !v.in(documentFolders) && v.lower != "security.md" {
		return false
	}
	if v.lower == "security.txt" || v.lower == "codeowners" {
		return true
	}
	if modelCardName.MatchString(v.lower) || dataCardName.MatchString(v.lower) {
		return true
	}
	return documentEndings[v.ext] && (documentsByName[stemOf(v.lower)] != "" || v.in(documentFolders)) && (v.ext != ".txt" || v.in(documentFolders))
}

func (v *visit) readDocument() {
	front := frontMatter(v.head)
	readme := stemOf(v.lower) == "readme"
	v.out.hints.readme = readme
	switch {
	case modelCardName.MatchString(v.lower) || readme && containsAny(front, modelCardFields):
		v.addFile(lodemark.KindModelCard, documentFormat(v.ext), baseModelOf(front))
		return
	case dataCardName.MatchString(v.lower) || readme && containsAny(front, dataCardFields):
		v.addFile(lodemark.KindDataCard, documentFormat(v.ext), nil)
		return
	}
	about := documentsByName[stemOf(v.lower)]
	switch v.lower {
	case "security.txt":
		about = "security-policy"
	case "codeowners":
		about = "owners"
	}
	var detail map[string]string
	if about != "" {
		detail = map[string]string{"about": about}
	}
	v.addFile(lodemark.KindDocument, documentFormat(v.ext), detail)
}

// frontMatter is what stands between "---" lines at the top, as far as the head holds it, with a line feed before.
func frontMatter(head []byte) []byte {
	h := trimBOM(head)
	if !bytes.HasPrefix(h, []byte("---\n")) && !bytes.HasPrefix(h, []byte("---\r\n")) {
		return nil
	}
	h = h[3:]
	if i := bytes.Index(h, []byte("\n---")); i > 0 {
		return h[:i+1]
	}
	return h
}

func containsAny(text []byte, words [][]byte) bool {
	for _, w := range words {
		if bytes.Contains(text, w) {
			return true
		}
	}
	return false
}

// baseModelOf takes the model that a card names as the one it was made from.
func baseModelOf(front []byte) map[string]string {
	_, rest, ok := bytes.Cut(front, []byte("\nbase_model:"))
	if !ok {
		return nil
	}
	for _, word := range strings.Fields(string(rest)) {
		if word = strings.Trim(word, `"'[],`); word != "-" && word != "" {
			if strings.HasSuffix(word, ":") {
				return nil
			}
			return map[string]string{"base_model": word}
		}
	}
	return nil
}

func documentFormat(ext string) string {
	switch ext {
	case ".md", ".markdown":
		return "markdown"
	case ".rst":
		return "restructuredtext"
	case ".adoc", ".asciidoc":
		return "asciidoc"
	case ".htm":
		return "html"
	case ".yml":
		return "yaml"
	case "", ".txt":
		return "text"
	}
	return strings.TrimPrefix(ext, ".")
}

// isThreatModel knows our own file at the root, and the files of other tools by their names.
func (v *visit) isThreatModel() bool {
	return v.path == "threats.yaml" || v.ext == ".tm7" || threatsName.MatchString(v.lower)
}

func (v *visit) readThreatModel() {
	format := documentFormat(v.ext)
	if v.path == "threats.yaml" {
		format = "lodemark"
	}
	v.addFile(lodemark.KindThreatModel, format, nil)
}
