package rules

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// textType is a type of text, of a list of texts, or of documents.
var textType = pattern.New(`(?i)\bstr\b|string|text|\bany\b|doc|chunk|passage|snippet|\[\]|\blist\b|sequence|array`)

// isProse says whether a parameter is used as text, as a list of texts, or as a document: nothing else of it is read. What a framework
// hands in is often named like text (a context, a document) and holds much else.
func isProse(f *resolve.File, id syntax.ID) bool {
	t := f.Tree
	name := t.Name(id)
	for c := range t.Children(id) {
		if t.Kind(c) == syntax.Annotation && !textType.MatchString(t.Code(c)) {
			return false
		}
	}
	function := t.Enclosing(id, syntax.Function)
	if function == 0 {
		return false
	}
	for n := firstInside(t, function); n < function; n++ {
		if t.Kind(n) != syntax.Ident || t.Name(n) != name {
			continue
		}
		switch parent := t.Parent(n); t.Kind(parent) {
		case syntax.Attribute:
			switch t.Name(parent) {
			case "join", "map", "trim", "slice", "length", "filter", "forEach", "strip", "replace", "split", "pageContent", "page_content", "content", "text", "substring", "substr", "toString", "append", "push", "concat",
				"extend", "flatMap", "reduce", "reverse", "rstrip", "lstrip", "format", "encode", "get_content", "find", "some", "entries", "sort", "startsWith", "endsWith", "includes", "startswith", "endswith":
			default:
				return false
			}
		case syntax.Index:
			if key := t.Child(parent, 1); t.Child(parent, 0) == n && t.Kind(key) == syntax.Str {
				if text, _ := t.Text(key); text != "content" && text != "text" && text != "page_content" && text != "pageContent" {
					return false
				}
			}
		}
	}
	return true
}
