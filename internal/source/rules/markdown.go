package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// chatWords are words that tell a component of a conversation from one of a page.
var chatWords = pattern.New(`(?i)\b(chat|assistant|completion|llm|ai)|(chat|assistant)message|messagecontent`)

// markdownImages finds elements of react-markdown and its kin, in components of a conversation, that show images from anywhere.
func markdownImages(l *look, m *matcher) {
	p := &place{f: l.f, id: l.t.Root, engine: l.e}
	if !p.imports(Names{"react-markdown", "markdown-to-jsx", "streamdown", "marked-react"}) || !chatWords.MatchString(l.t.Source) {
		return
	}
	for id := syntax.ID(1); int(id) < len(l.t.Nodes); id++ {
		if l.t.Kind(id) != syntax.Element {
			continue
		}
		for _, b := range l.f.Bindings(l.t.Name(id), id) {
			if l.t.Kind(b) != syntax.Alias {
				continue
			}
			switch l.f.ImportName(b) {
			case "react-markdown", "markdown-to-jsx", "streamdown.Streamdown", "marked-react":
				if !l.handlesImages(id) {
					l.report(m.rule, id, b)
				}
			}
		}
	}
}

// handlesImages says whether an element says what becomes of images or their addresses.
func (l *look) handlesImages(element syntax.ID) bool {
	for c := range l.t.Children(element) {
		switch l.t.Kind(c) {
		case syntax.Spread:
			return true // what is spread may say it
		case syntax.Attr:
			switch l.t.Name(c) {
			case "disallowedElements", "allowedElements", "urlTransform", "transformImageUri", "allowElement", "allowedImagePrefixes":
				return true
			case "components", "options", "renderers":
				value := l.t.Child(c, 0)
				if d := l.f.Literal(value); d == 0 || l.t.Kind(d) != syntax.Dict || strings.Contains(l.t.Code(d), "img") || strings.Contains(l.t.Code(d), "image") {
					return true
				}
			}
		}
	}
	return false
}
