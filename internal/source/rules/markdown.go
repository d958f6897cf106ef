package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// chatWords are words that tell a component of a conversation from one of a page.
var chatWords = pattern.New(`(?i)\b(chat|assistant|completion|llm|ai)|(chat|assistant)message|messagecontent`)

// talkPath is where the parts of a conversation are drawn.
var talkPath = pattern.New(`(?i)\b(?:chats?|messages?|assistant|conversations?|llm|ai|bot)\b|chat`)

// markdownImages finds elements of react-markdown and its kin, in components of a conversation, that show images from anywhere.
func markdownImages(l *look, m *matcher) {
	p := &place{f: l.f, id: l.t.Root, engine: l.e}
	known := p.imports(Names{"react-markdown", "markdown-to-jsx", "streamdown", "marked-react"})
	chat := l.f.Says(chatWords) || talkPath.MatchString(l.f.Path)
	if !known && !(chat && l.f.Holds("img")) {
		return
	}
	for id := syntax.ID(1); int(id) < len(l.t.Nodes); id++ {
		switch l.t.Kind(id) {
		case syntax.Assign:
			if at := l.drawsImages(id); chat && at != 0 {
				l.report(m.rule, at, l.t.Child(id, 0))
			}
			continue
		case syntax.Element:
		default:
			continue
		}
		if img := l.imagePart(id); chat && img != 0 && l.freeImage(l.t.Last(img)) {
			l.report(m.rule, img, l.t.Child(img, 0))
			continue
		}
		for _, b := range l.f.Bindings(l.t.Name(id), id) {
			if l.t.Kind(b) != syntax.Alias {
				continue
			}
			switch l.f.ImportName(b) {
			case "react-markdown", "markdown-to-jsx", "streamdown.Streamdown", "marked-react":
				if !chat && l.f.ImportName(b) != "streamdown.Streamdown" { // which is made for what models say
					continue
				}
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
			if !l.restOfProps(l.t.Child(c, 0)) {
				return true // what is spread may say it
			}
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

// restOfProps says whether an expression is what is left of a component's own attributes: whoever uses it says nothing of images there.
func (l *look) restOfProps(id syntax.ID) bool {
	if l.t.Kind(id) != syntax.Ident {
		return false
	}
	b := l.f.Binding(id)
	return b != 0 && l.t.Kind(b) == syntax.Param
}

// checksImage is what stands in code that looks at where an image is from.
var checksImage = pattern.New(`(?i)allow|host|proxy|safe|trust|startsWith|new URL|valid|origin|block|data:image`)

// imagePart is the pair of an element's `components` that draws images; 0: there is none.
func (l *look) imagePart(element syntax.ID) syntax.ID {
	t := l.t
	for c := range t.Children(element) {
		if t.Kind(c) != syntax.Attr || t.Name(c) != "components" {
			continue
		}
		d := l.f.Literal(t.Child(c, 0))
		if d == 0 || t.Kind(d) != syntax.Dict {
			return 0
		}
		for pair := range t.Children(d) {
			if key, _ := t.Text(t.Child(pair, 0)); t.Kind(pair) == syntax.Pair && key == "img" {
				return pair
			}
		}
	}
	return 0
}

// freeImage says whether a function draws an image with the address that it is given, and looks at nothing.
func (l *look) freeImage(function syntax.ID) bool {
	t := l.t
	if t.Kind(function) != syntax.Function || checksImage.MatchString(t.Code(function)) {
		return false
	}
	for id := firstInside(t, function); id <= function; id++ {
		if t.Kind(id) != syntax.Element || t.Name(id) != "img" && t.Name(id) != "Image" {
			continue
		}
		for c := range t.Children(id) {
			if t.Kind(c) == syntax.Spread || t.Kind(c) == syntax.Attr && t.Name(c) == "src" {
				return true
			}
		}
	}
	return false
}

// drawsImages is the text of an image where an assignment gives a renderer of Markdown a function that draws every image: markdown.renderer.rules.image = …
func (l *look) drawsImages(assign syntax.ID) syntax.ID {
	t := l.t
	target, value := t.Child(assign, 0), l.f.Value(assign)
	if t.Kind(target) != syntax.Attribute || t.Name(target) != "image" || t.Kind(value) != syntax.Function {
		return 0
	}
	if code := t.Code(target); !strings.HasSuffix(code, ".renderer.rules.image") && !strings.HasSuffix(code, "renderer.image") {
		return 0
	}
	if checksImage.MatchString(t.Code(value)) {
		return 0
	}
	for id := firstInside(t, value); id <= value; id++ {
		if k := t.Kind(id); (k == syntax.Str || k == syntax.Format) && strings.Contains(t.Code(id), "<img") && strings.Contains(t.Code(id), "src=") {
			return id
		}
	}
	return 0
}
