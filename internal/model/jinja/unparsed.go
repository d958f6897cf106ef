package jinja

import (
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// unparsed judges a text that Jinja does not take. Other programs may take it: Go's templates look alike, and some readers of
// Jinja are less strict, so names that have no place in a template are looked for in what can be read of it.
func unparsed(src string, err *Error) []Effect {
	l := &looker{}
	lex := newLexer(src)
	for range maxNodes {
		t, lexErr := lex.next()
		if lexErr != nil || t.kind == tEOF {
			break
		}
		if t.kind == tName && escapes(plain(t.text)) && t.text != "mro" {
			l.attribute(t.pos, t.text, false)
		}
		if t.kind == tString {
			l.text(t.pos, t.text)
		}
	}
	if strings.Contains(src, "{{") && goTemplate(src) {
		l.say(inspect.Clean, "template-go", err.Offset, "", "a template of Go's, which cannot reach anything but its data and functions")
		return l.effects
	}
	l.say(inspect.NotRead, "template-syntax", err.Offset, "", "no template that Jinja takes: %s", err.Reason)
	return l.effects
}

// goTemplate says whether a text is a template of Go's, as Ollama has them: all that stands in braces is one of its actions.
func goTemplate(src string) bool {
	if strings.Contains(src, "{%") {
		return false
	}
	fields := 0
	rest := src
	for range maxNodes {
		i := strings.Index(rest, "{{")
		if i < 0 {
			break
		}
		rest = rest[i+2:]
		end := strings.Index(rest, "}}")
		if end < 0 {
			return false
		}
		action := strings.Trim(strings.TrimPrefix(strings.TrimSuffix(rest[:end], "-"), "-"), " \t\r\n")
		rest = rest[end+2:]
		word := action
		if j := strings.IndexAny(action, " \t\r\n"); j >= 0 {
			word = action[:j]
		}
		switch word {
		case "if", "else", "end", "range", "with", "define", "template", "block", "break", "continue", "and", "or", "not", "eq", "ne", "lt", "gt", "le", "ge",
			"len", "index", "slice", "json", "print", "printf", "println", "currentDate", "toTypeScriptType", "yesterdayDate", "call", "html", "js", "urlquery":
			if word == "end" {
				fields++
			}
		default:
			if action == "" || strings.IndexByte(".$/(\"`", action[0]) < 0 {
				return false
			}
			if action[0] == '.' || action[0] == '$' {
				fields++
			}
		}
	}
	return fields > 0
}
