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
	talksToModel  = pattern.New(`(?i)\bassistant\b|\bllms?\b|\bgpt|\bchat_?(?:bot|gpt|history|box|messages?)|\bollama\b|\bopenai\b|\buseChat\b|\buseCompletion\b|@ai-sdk/`)
	// loosesHTML is a call of what makes HTML of Markdown and leaves in it what is HTML already.
	loosesHTML = pattern.New(`\bmarked(?:\.parse|\.parseInline)?\(|\bsnarkdown\(|\.makeHtml\(|\bmarkdownToHtml\(|\bmicromark\([^)]*allowDangerousHtml`)
	// rawMarkdown is such a call of a library that does so only where it is told to.
	rawMarkdown = pattern.New(`(?i)markdown-?it\w*\(\s*\{[^}]*\bhtml\s*:\s*true`)
	rendersIt   = pattern.New(`\b(?:md|mdi|markdown\w*|markdownIt|renderer)\.render\(`)
	// saidWords are what a message of a talk is called.
	saidWords = pattern.New(`(?i)\b(?:m|msg|message|item|chat|entry|turn|part|props)\w*\??\.(?:value\??\.)?(?:content|text|message|body|answer|response)\b|[(\[,{]\s*(?:props\.)?(?:content|text|message|msg)\s*[)\]},|]|\b(?:\w*answer|response|reply|completion|bot\w+|assistant\w+)\b`)
	talkPlace = pattern.New(`(?i)(?:chat|message|answer|assistant|conversation|bot)[^/]*(?:/[^/]*)?$`)
	// answeredText is a part of what a request for an answer gave back.
	answeredText = pattern.New(`(?i)\b(?:data|result|res|resp|response|json|payload|reply|body)\w*\??\.(?:\w+\.)?(?:answer|response|reply|message|output|completion|result|text|content)\b|\b(?:\w*answer|botReply|botMessage|aiResponse|bot_?response|reply)\b`)
)

// shownAnswer finds places of pages that show an answer as HTML, by its name: its Markdown made into HTML that nothing in the file
// cleans, or what a request for an answer gave back.
func shownAnswer(l *look, m *matcher) {
	t := l.t
	if !strings.Contains(t.Source, "innerHTML") && !strings.Contains(t.Source, ".html(") && !strings.Contains(t.Source, "InnerHTML") && !strings.Contains(t.Source, "_html(") && !strings.Contains(t.Source, "ehypeRaw") && !strings.Contains(t.Source, "insertAdjacentHTML") {
		return
	}
	if notDeployed.MatchString(l.f.Path) || cleansHTML.MatchString(t.Source) {
		return
	}
	talks := talksToModel.MatchString(t.Source)
	asks := l.fetchesAnswer()
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if talks && t.Kind(id) == syntax.Attr && t.Name(id) == "rehypePlugins" && strings.Contains(t.Code(id), "ehypeRaw") && strings.Contains(t.Name(t.Parent(id)), "arkdown") {
			l.tell(m.rule, t.Parent(id), t.Parent(id), "what a model answered, as its name says,")
			continue
		}
		value, at := l.shownValue(id)
		if value == 0 {
			continue
		}
		code := l.madeOf(value)
		if len(code) > 1200 {
			continue
		}
		switch {
		case (talks || asks) && drawnMarkdown.MatchString(code),
			(loosesHTML.MatchString(code) || rendersIt.MatchString(code) && rawMarkdown.MatchString(t.Source)) && saidWords.MatchString(code) && (talks || asks || l.whole.has(factModels) && talkPlace.MatchString(l.f.Path)),
			asks && l.givenAnswer(value):
			l.tell(m.rule, at, value, "what a model answered, as its name says,")
		}
	}
}

// shownValue is the value that a node shows as HTML, and the place that is told.
func (l *look) shownValue(id syntax.ID) (value, at syntax.ID) {
	t := l.t
	switch t.Kind(id) {
	case syntax.Assign, syntax.Augment:
		if target := t.Child(id, 0); t.Kind(target) == syntax.Attribute && (t.Name(target) == "innerHTML" || t.Name(target) == "outerHTML") {
			return t.Last(id), id
		}
	case syntax.Call:
		switch calledLast(l, id) {
		case "html": // $("#answer").html(marked.parse(answer))
			if t.Kind(t.Child(id, 0)) == syntax.Attribute {
				return t.Child(id, 1), id
			}
		case "insertAdjacentHTML":
			return t.Child(id, 2), id
		case vueHTML, svelteHTML:
			return t.Child(id, 1), id
		}
	case syntax.Attr:
		if t.Name(id) == "dangerouslySetInnerHTML" {
			if d := l.f.Literal(t.Child(id, 0)); t.Kind(d) == syntax.Dict {
				value, _ := l.f.Property(d, "__html")
				return value, id
			}
		}
	}
	return 0, 0
}

// madeOf is the code of a value, with that of what it is a name of: const html = computed(() => marked(props.message.content)).
func (l *look) madeOf(value syntax.ID) string {
	t := l.t
	code := t.Code(value)
	name := value
	if t.Kind(name) == syntax.Call && t.Child(name, 0) != 0 && t.Kind(t.Child(name, 0)) == syntax.Ident { // render(message.content)
		name = t.Child(name, 0)
	}
	if t.Kind(name) != syntax.Ident {
		return code
	}
	b := l.f.Binding(name)
	if b == 0 || b == name {
		return code
	}
	switch t.Kind(b) {
	case syntax.Assign:
		if v := l.f.Value(b); v != 0 {
			code += "\n" + t.Code(v)
		}
	case syntax.Function:
		code += "\n" + t.Code(l.body(b))
	}
	return code
}

// fetchesAnswer says whether a script of a page asks its server for an answer: fetch("/chat", { method: "POST" }).
func (l *look) fetchesAnswer() bool {
	t := l.t
	if !strings.Contains(t.Source, "fetch(") && !strings.Contains(t.Source, "axios") && !strings.Contains(t.Source, "EventSource(") && !strings.Contains(t.Source, "$.") {
		return false
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Call {
			continue
		}
		switch calledLast(l, id) {
		case "fetch", "post", "EventSource", "ajax":
			url := t.Child(id, 1)
			if t.Kind(url) == syntax.Dict {
				url, _ = l.f.Property(url, "url")
			}
			if v, ok := l.f.Constant(url); ok && v.String && len(v.Text) < 200 && (chatPath.MatchString(v.Text) || modelAddress.MatchString(v.Text)) {
				return true
			}
		}
	}
	return false
}

// givenAnswer says whether a value that is shown is what a request for an answer gave back, by its name: directly, or as a parameter of
// the function around it that is given it somewhere in the file.
func (l *look) givenAnswer(value syntax.ID) bool {
	t := l.t
	if t.Kind(value) == syntax.Str {
		return false
	}
	function := l.innermostFunction(value)
	for id := firstInside(t, value); id <= value; id++ {
		switch t.Kind(id) {
		case syntax.Attribute:
			if answeredText.MatchString(t.Code(id)) && !l.insideCall(id, value) {
				return true
			}
		case syntax.Ident:
			if l.insideCall(id, value) || t.Kind(t.Parent(id)) == syntax.Attribute {
				continue
			}
			b := l.f.Binding(id)
			if t.Kind(b) == syntax.Assign && answeredText.MatchString(t.Code(l.f.Value(b))) && len(t.Code(l.f.Value(b))) < 200 && strings.Contains(t.Code(l.f.Value(b)), ".") {
				return true
			}
			if t.Kind(b) == syntax.Param && t.Parent(b) == function && l.handedAnswer(function, b) {
				return true
			}
		}
	}
	return false
}

// insideCall says whether a part of a value is handed to a call, which may clean it.
func (l *look) insideCall(id, value syntax.ID) bool {
	for p := l.t.Parent(id); p != 0 && p != l.t.Parent(value); p = l.t.Parent(p) {
		if l.t.Kind(p) == syntax.Call {
			return true
		}
	}
	return false
}

// handedAnswer says whether a function of this file is somewhere given an answer for a parameter.
func (l *look) handedAnswer(function, param syntax.ID) bool {
	t := l.t
	name, position, n := t.Name(function), -1, 0
	if name == "" && t.Kind(t.Parent(function)) == syntax.Assign {
		name = t.Name(t.Child(t.Parent(function), 0))
	}
	for c := range t.Children(function) {
		if t.Kind(c) == syntax.Param {
			if c == param {
				position = n
			}
			n++
		}
	}
	if name == "" || position < 0 {
		return false
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Call || calledLast(l, id) != name {
			continue
		}
		a := t.Child(id, 1)
		for range position {
			a = t.Next(a)
		}
		if k := t.Kind(a); (k == syntax.Attribute || k == syntax.Ident) && answeredText.MatchString(t.Code(a)) {
			return true
		}
	}
	return false
}
