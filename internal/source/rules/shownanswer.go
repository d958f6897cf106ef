package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// drawnMarkdown is Markdown that is made into HTML, of what a model says by its name.
	drawnMarkdown = pattern.New(`(?i)\b\w*(?:marked|markdown|showdown|converter|mdToHtml|md)\w*(?:\.\w+)*\([^;]{0,80}?\b(?:\w*answers?|response|reply|completion|(?:bot|assistant|ai|llm|model)_?\w*|evaluations?|generated_?\w*)\b`)
	cleansHTML    = pattern.New(`(?i)purify|sanitiz|sanitis|escapeHtml|escape_html|setHTML\(|html: false|xss`)
	talksToModel  = pattern.New(`(?i)\bassistant\b|\bllms?\b|\bgpt|\bchat_?(?:bot|gpt|history|box|messages?)|\bollama\b|\bopenai\b`)
)

// shownAnswer finds pages that make HTML of the Markdown of an answer, by its name, where nothing in the file cleans it.
func shownAnswer(l *look, m *matcher) {
	t := l.t
	if !strings.Contains(t.Source, "innerHTML") && !strings.Contains(t.Source, ".html(") {
		return
	}
	asked, talks := false, false
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		value := syntax.ID(0)
		switch t.Kind(id) {
		case syntax.Assign, syntax.Augment:
			if target := t.Child(id, 0); t.Kind(target) == syntax.Attribute && (t.Name(target) == "innerHTML" || t.Name(target) == "outerHTML") {
				value = t.Last(id)
			}
		case syntax.Call: // $("#answer").html(marked.parse(answer))
			if calledLast(l, id) == "html" && t.Kind(t.Child(id, 0)) == syntax.Attribute {
				value = t.Child(id, 1)
			}
		}
		if value == 0 {
			continue
		}
		if code := t.Code(value); len(code) > 400 || !drawnMarkdown.MatchString(code) {
			continue
		}
		if !asked {
			asked, talks = true, talksToModel.MatchString(t.Source) && !cleansHTML.MatchString(t.Source)
		}
		if talks {
			l.tell(m.rule, id, value, "what a model answered, as its name says,")
		}
	}
}
