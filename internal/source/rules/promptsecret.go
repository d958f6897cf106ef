package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// promptText is how a text begins or goes on that tells a model what it is.
	promptText = pattern.New(`(?i)\byou(?:'re| are) (?:an?|the|[A-Z]\w*)\b|\byour (?:role|task|job) (?:is|as)\b|\b(?:AI|helpful) assistant\b`)
	// secretPart is the last part of what stands for a secret: config.apiKeys.internal, settings.ADMIN_PASSWORD.
	secretPart = pattern.New(`(?i)(?:^|[._\[])["']?\w*?(?:api_?keys?|passwords?|passwd|secret(?:_?keys?)?|private_?keys?|access_?tokens?|auth_?tokens?)["']?\]?(?:\.\w+)?$|\.credentials?(?:\.\w+)?$`)
)

// secretInPrompt finds secrets that are put into the text of a prompt by a name that says that they are.
func secretInPrompt(l *look, m *matcher) {
	t := l.t
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		l.writtenInPrompt(m, id)
		if t.Kind(id) != syntax.Format {
			continue
		}
		whole := ""
		for part := range t.Children(id) {
			if t.Kind(part) != syntax.Interp {
				continue
			}
			value := t.Child(part, 0)
			switch t.Kind(value) {
			case syntax.Ident, syntax.Attribute, syntax.Index:
			default:
				continue
			}
			if n := t.Node(value); n.End-n.Start > 200 || !secretPart.MatchString(t.Code(value)) {
				continue
			}
			if whole == "" {
				whole = t.Code(l.wholeText(id))
				if !promptText.MatchString(whole[:min(len(whole), 4000)]) {
					break
				}
			}
			l.tell(m.rule, part, value, "")
		}
	}
}

// writtenInPrompt tells of a prompt in whose text a secret is written out.
func (l *look) writtenInPrompt(m *matcher, id syntax.ID) {
	t := l.t
	switch t.Kind(id) {
	case syntax.Str, syntax.Strings, syntax.Format:
	default:
		return
	}
	n := t.Node(id)
	if n.End-n.Start < 60 || n.End-n.Start > 20000 {
		return
	}
	switch t.Kind(t.Parent(id)) {
	case syntax.Strings, syntax.Format, syntax.ExprStmt:
		return
	}
	code := t.Code(id)
	if !strings.Contains(code, "ou are ") && !strings.Contains(code, "our task") && !strings.Contains(code, "our role") && !strings.Contains(code, "ssistant") || !promptText.MatchString(code[:min(len(code), 4000)]) {
		return
	}
	for _, at := range writtenSecret.FindAllStringSubmatchIndex(code, 20) {
		value := code[at[2]:at[3]]
		if i := strings.LastIndexByte(value, ':'); i >= 0 && i < 12 {
			value = value[i+1:]
		}
		if looksMade(value) {
			l.offset = uint32(at[0])
			l.tell(m.rule, id, id, "a secret that is written in its text")
			l.offset = 0
			return
		}
	}
}

// wholeText is the text that a string is a part of: literals side by side, or put together with +.
func (l *look) wholeText(id syntax.ID) syntax.ID {
	t := l.t
	for p := t.Parent(id); p != 0; p = t.Parent(p) {
		if k := t.Kind(p); k != syntax.Strings && (k != syntax.Binary || t.Name(p) != "+") {
			break
		}
		id = p
	}
	return id
}

// contextNames are what templates call text that is looked up for them.
var contextSlot = pattern.New(`\{(?:context|documents?|docs|chunks|retrieved_\w+|retrieved[A-Z]\w*|search_results|searchResults|summaries|passages|snippets|sources)\}`)

// contextInSystem finds templates of system messages with a place for documents that are looked up.
func contextInSystem(l *look, m *matcher) {
	t := l.t
	if !l.f.Holds("system") && !l.f.Holds("System") {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		template := syntax.ID(0)
		switch t.Kind(id) {
		case syntax.List, syntax.Tuple: // ["system", "Use this: {context}"]
			first := t.Child(id, 0)
			if role, ok := t.Text(first); ok && (role == "system" || role == "developer") && t.Next(t.Next(first)) == 0 {
				template = t.Next(first)
			}
		case syntax.Call:
			switch calledLast(l, id) {
			case "from_template", "fromTemplate":
				if name := l.f.Callee(id); strings.Contains(name, "SystemMessagePromptTemplate.") {
					template, _ = l.f.Argument(id, "template", 0)
				}
			}
		}
		if template == 0 || t.Kind(template) == syntax.Format && t.Language == syntax.Python {
			continue
		}
		if v, ok := l.f.Constant(template); ok && v.String && contextSlot.MatchString(v.Text) {
			l.tell(m.rule, id, template, "a place for documents that are looked up")
		}
	}
}
