package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// messageName is what a message, or what came with one, is called in a program that people write to.
	messageName = pattern.New(`(?i)^(?:\w*_)?(?:message|msg|event|update|m|body|payload|activity|quoted_?message|messages\[0\])$|(?:Message|Msg|Event)$`)
	// messageText is the part of a message that holds what somebody wrote.
	messageText = pattern.New(`^(?:text|content|body|Body|caption|clean_content|cleanContent|conversation|raw_text|rawText|full_text|plain_text|message_text)$`)
	// messageEvent is what an event is called that a message came with.
	messageEvent = pattern.New(`(?i)message|mention|text|chat|prompt|\bask\b|command|\bim\b|direct|voice|photo`)
	// asksByName is a call of a function of the program's own that asks a model, as its name says.
	asksByName = pattern.New(`(?i)(?:gpt|openai|llm|claude|gemini|chatbot|ollama|langchain|assistant|agent)\w*\.(?:send_?message|ask|chat|complete|generate|query|run|invoke|predict|call|fetch|reply|respond|get\w*(?:response|answer|reply|completion))\w*$|` +
		`(?:^|[.])_?(?:ask|call|query|prompt|get|fetch|generate|create|send|request|run|chat_?with)_?\w*(?:gpt|openai|llm|claude|gemini|completions?|(?:chat_?|language_?)?model|(?:chat|ai|bot|model)_?(?:response|answer|reply|completion))(?:_?(?:response|answer|reply|completion|text|async|api))?$`)
	// answerText is the part of an answer that holds its words.
	answerText = pattern.New(`^(?:text|content|message|answer|response|reply|output|result)$`)
)

// isBot says whether a file speaks with people over a platform for messages.
func (l *look) isBot() bool {
	if l.botFile == 0 {
		l.botFile = 1
		p := &place{f: l.f, id: l.t.Root, engine: l.e}
		if p.imports(l.e.platforms) {
			l.botFile = 2
		}
	}
	return l.botFile == 2
}

// writtenByPeople says whether a value in a bot is what somebody wrote to it: the text of a message, or what was cut out of one; or the
// whole message.
func (l *look) writtenByPeople(v syntax.ID, steps int) bool {
	t := l.t
	if steps == 0 {
		return false
	}
	switch v = l.whole1(v); t.Kind(v) {
	case syntax.Attribute:
		return messageText.MatchString(t.Name(v)) && l.isMessageName(t.Child(v, 0))
	case syntax.Index:
		key, ok := t.Text(t.Child(v, 1))
		if !ok { // what stands behind the command; the first letters of a text are not the text
			return t.Kind(t.Child(v, 1)) == syntax.SliceOf && !strings.HasPrefix(t.Code(t.Child(v, 1)), ":") && l.writtenByPeople(t.Child(v, 0), steps-1)
		}
		return messageText.MatchString(key) && l.isMessageName(t.Child(v, 0))
	case syntax.Call:
		callee := t.Child(v, 0)
		if t.Kind(callee) != syntax.Attribute {
			return false
		}
		object := t.Child(callee, 0)
		switch name := t.Name(callee); name {
		case "get":
			key, _ := t.Text(t.Child(v, 1))
			return messageText.MatchString(key) && l.isMessageName(object)
		case "strip", "trim", "lower", "toLowerCase", "replace", "replaceAll", "substring", "slice", "substr", "lstrip", "removeprefix", "normalize", "toString", "to_dict", "to_json", "toJSON", "model_dump":
			return t.Code(t.Child(v, 1)) != "0" && l.writtenByPeople(object, steps-1)
		default: // message.text() of Wechaty
			return t.Child(v, 1) == 0 && messageText.MatchString(name) && l.isMessageName(object)
		}
	case syntax.Ident:
		b := l.f.Binding(v)
		switch t.Kind(b) {
		case syntax.Assign:
			value := l.f.Value(b)
			return t.Child(b, 0) != 0 && t.Kind(t.Child(b, 0)) == syntax.Ident && value != 0 && !t.Within(v, value) && l.writtenByPeople(value, steps-1)
		case syntax.Param:
			return messageName.MatchString(t.Name(v)) && l.handlesMessages(t.Parent(b))
		}
	}
	return false
}

// isMessageName says whether an expression is a message by its name.
func (l *look) isMessageName(v syntax.ID) bool {
	t := l.t
	switch t.Kind(v) {
	case syntax.Ident, syntax.Attribute:
		return messageName.MatchString(t.Name(v))
	case syntax.Index:
		key, ok := t.Text(t.Child(v, 1))
		if !ok { // messages[0]
			return t.Name(t.Child(v, 0)) == "messages"
		}
		return messageName.MatchString(key)
	}
	return false
}

// handlesMessages says whether a function is called for messages: by what it is registered for, else by its name.
func (l *look) handlesMessages(function syntax.ID) bool {
	t := l.t
	if t.Kind(function) != syntax.Function {
		return false
	}
	for c := range t.Children(function) {
		if t.Kind(c) == syntax.Decorator {
			if code := t.Code(c); strings.ContainsAny(code, `"'`) {
				return messageEvent.MatchString(code)
			}
			break
		}
	}
	if call := t.Parent(function); t.Kind(call) == syntax.Call && t.Child(call, 0) != function {
		first, _ := t.Text(t.Child(call, 1))
		return messageEvent.MatchString(first) || messageEvent.MatchString(calledLast(l, call))
	}
	name := t.Name(function)
	if p := t.Parent(function); name == "" && t.Kind(p) == syntax.Assign {
		name = t.Name(t.Child(p, 0))
	}
	return messageEvent.MatchString(name)
}

// answered says whether a value is what a call gave that asks a model by its name, or the part of it that holds the words.
func (l *look) answered(v syntax.ID) bool {
	t := l.t
	v = l.whole1(v)
	for steps := 0; steps < 6; steps++ {
		switch t.Kind(v) {
		case syntax.Attribute:
			if !answerText.MatchString(t.Name(v)) {
				return false
			}
			v = t.Child(v, 0)
		case syntax.Index:
			if key, ok := t.Text(t.Child(v, 1)); ok && !answerText.MatchString(key) {
				return false
			}
			v = t.Child(v, 0)
		case syntax.Ident:
			found := l.f.Bindings(t.Name(v), v)
			for _, b := range found[:min(len(found), 32)] {
				if t.Kind(b) == syntax.Assign && t.Kind(t.Child(b, 0)) == syntax.Ident && l.asksHere(l.f.Value(b)) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// asksHere says whether an expression is a call that asks a model.
func (l *look) asksHere(v syntax.ID) bool {
	t := l.t
	for t.Kind(v) == syntax.Await || t.Kind(v) == syntax.Cast {
		v = t.Child(v, 0)
	}
	if t.Kind(v) != syntax.Call {
		return false
	}
	code := t.Code(t.Child(v, 0))
	return l.asks(v, l.f.Callee(v)) || len(code) < 120 && asksByName.MatchString(code)
}
