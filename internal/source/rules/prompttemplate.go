package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// askedSlot is the place of a template for what a user says, by its name.
	askedSlot = pattern.New(`\{\{?\s*(?:question|query|input|user_?(?:input|question|query|message|prompt|request)|user(?:Input|Question|Query|Message|Prompt)|message|text|topic|request|human_input)\s*\}?\}`)
	// markedSlot is how a text ends before a place that is marked as data.
	markedSlot = pattern.New("(?i)(?:<[a-z_{][\\w }-]*>|```\\w*|\"\"\"|'''|---|===|###|<<<|\\[\\[)[ \\t]*\\n?[ \\t]*$|(?:-{3,}|={3,}|```)[ \\t]*\\n[^\\n:{}]{0,40}:[ \\t]*$|(?:^|\\n)[ \\t]*#{1,6} [^\\n]{1,60}\\n[ \\t]*$")
	// instructsModel are words of an instruction to a model.
	instructsModel = pattern.New(`(?i)\byou(?:'re| are)\b|\b(?:answer|respond|rephrase|summari[sz]e|translate|classify|extract|rewrite|generate|given (?:the|a|an)|use the following|based on|your (?:task|job|role)|write (?:a|an|the)|explain|determine|output)\b`)
	// templateName is what a template of a prompt is called.
	templateName = pattern.New(`(?i)prompt|template|instruction`)
	// otherTemplate is a template of something else, or one whose user's turn is apart.
	otherTemplate = pattern.New(`(?i)(?:html|email|mail|sql|url|jinja|chat|report|page|latex|readme|human|user|example)_?templates?(?:_|$)`)
)

// promptTemplate finds templates in which instructions and what a user says stand in one text with nothing that tells them apart.
func promptTemplate(l *look, m *matcher) {
	t := l.t
	if !l.f.Holds("rompt") && !l.f.Holds("emplate") && !l.f.Holds("TEMPLATE") && !l.f.Holds("PROMPT") {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		switch t.Kind(id) {
		case syntax.Call:
			if last := calledLast(l, id); last == "toString" || last == "to_string" {
				l.flattened(m, id)
			}
			continue
		case syntax.Str, syntax.Strings, syntax.Format:
		default:
			continue
		}
		n := t.Node(id)
		if n.End-n.Start < 60 || n.End-n.Start > 30000 || t.Kind(id) == syntax.Str && strings.IndexByte(t.Code(id), '{') < 0 {
			continue
		}
		if k := t.Kind(t.Parent(id)); k == syntax.Strings || k == syntax.Format || !l.isTemplate(id) {
			continue
		}
		text, ok := t.Text(id)
		if v, known := l.f.Constant(id); !ok && known && v.String {
			text, ok = v.Text, true
		}
		if !ok || !instructsModel.MatchString(text) {
			continue
		}
		slots := askedSlot.FindAllStringIndex(text, 8)
		if len(slots) == 0 || markedSlot.MatchString(text[max(0, slots[len(slots)-1][0]-60):slots[len(slots)-1][0]]) {
			continue
		}
		if before := text[:slots[len(slots)-1][0]]; len(strings.TrimSpace(before)) < 30 && len(text)-len(before) < 60 {
			continue
		}
		at := slots[len(slots)-1]
		if l.filledByItself(strings.Trim(text[at[0]:at[1]], "{} ")) {
			continue
		}
		if k := t.Kind(t.Parent(id)); k == syntax.Call || k == syntax.Keyword { // the call is what it is about
			l.tell(m.rule, t.Parent(id), id, "")
			continue
		}
		if i := strings.LastIndex(t.Code(id), text[at[0]:at[1]]); i > 0 {
			l.offset = uint32(i)
		}
		l.tell(m.rule, id, id, "")
		l.offset = 0
	}
}

// isTemplate says whether a text is the template of a prompt by the call that it is given to, or by what it is called.
func (l *look) isTemplate(id syntax.ID) bool {
	t := l.t
	for p, steps := t.Parent(id), 0; p != 0 && steps < 3; p, steps = t.Parent(p), steps+1 {
		switch t.Kind(p) {
		case syntax.Keyword:
			if name := t.Name(p); name != "template" && name != "prompt_template" && name != "prompt" {
				return false
			}
			return t.Name(p) == "template" && templateCall(calledLast(l, t.Parent(p))) || templateName.MatchString(t.Name(p)) && l.modelsHere()
		case syntax.Call: // dedent("""…""") may stand between
			switch last := calledLast(l, p); {
			case templateCall(last):
				name := l.f.Called(p)
				return !strings.Contains(name, "System") && !strings.Contains(name, "Human") && !strings.Contains(name, "jinja")
			case last == "dedent" || last == "trim" || last == "strip" || last == "cleandoc":
			default:
				return false
			}
		case syntax.Attribute: // """…""".strip()
		case syntax.Pair:
			if key, _ := l.keyOf(p); key == "template" && t.Kind(t.Parent(t.Parent(p))) == syntax.Call && templateCall(calledLast(l, t.Parent(t.Parent(p)))) {
				return true
			} else if key == "content" || key == "role" || key == "description" {
				return false
			} else {
				return promptName.MatchString(key) && !otherTemplate.MatchString(key) && strings.Contains(strings.ToLower(key), "prompt") && l.modelsHere()
			}
		case syntax.Assign:
			target := t.Child(p, 0)
			name := t.Name(target)
			if k := t.Kind(target); k != syntax.Ident && k != syntax.Attribute || !templateName.MatchString(name) || otherTemplate.MatchString(name) {
				return false
			}
			return l.modelsHere() || strings.Contains(strings.ToLower(name), "prompt")
		case syntax.Annotation:
		default:
			return false
		}
	}
	return false
}

// modelsHere says whether the file, or a list of packages of the target, speaks of models.
func (l *look) modelsHere() bool { return l.whole.has(factModels) || l.speaksOfModels() }

func templateCall(last string) bool {
	return last == "from_template" || last == "fromTemplate" || last == "PromptTemplate" || last == "ChatPromptTemplate"
}

// flattened finds a prompt with roles of its own that is handed to a model as one text: model.invoke(filled.toString()).
func (l *look) flattened(m *matcher, call syntax.ID) {
	t := l.t
	object := t.Child(t.Child(call, 0), 0)
	if t.Child(call, 1) != 0 || t.Kind(object) != syntax.Ident {
		return
	}
	b := l.f.Binding(object)
	if b == 0 || t.Kind(b) != syntax.Assign {
		return
	}
	made := l.f.Value(b)
	for t.Kind(made) == syntax.Await {
		made = t.Child(made, 0)
	}
	if t.Kind(made) != syntax.Call || t.Kind(t.Child(made, 0)) != syntax.Attribute || !strings.Contains(strings.ToLower(t.Code(t.Child(t.Child(made, 0), 0))), "prompt") {
		return
	}
	switch calledLast(l, made) {
	case "invoke", "ainvoke", "format_prompt", "formatPrompt", "formatPromptValue":
	default:
		return
	}
	outer := t.Parent(call)
	if t.Kind(outer) != syntax.Call || t.Child(outer, 0) == call {
		return
	}
	switch last := calledLast(l, outer); last {
	case "invoke", "ainvoke", "stream", "predict", "call", "generate", "HumanMessage", "llm", "model":
		l.tell(m.rule, call, call, "")
	}
}
