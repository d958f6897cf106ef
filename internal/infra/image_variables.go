package infra

import "strings"

// maxExpanded bounds a text after its variables are filled in, and how deep defaults hold further variables.
const (
	maxExpanded     = 4096
	maxDefaultDepth = 8
)

// Expand fills in the variables of an image reference or a user: $X, ${X}, ${X:-default}, ${X-default}, ${X:+other},
// ${X+other}; "$$" is a dollar sign. open says that one has no value in known and no default, or is written in a way that
// is not understood; the text is then of no use.
func Expand(text string, known []Setting) (filled string, open bool) {
	e := expander{known: known}
	filled = e.expand(text, 0)
	return filled, e.open
}

type expander struct {
	known []Setting
	open  bool
}

func (e *expander) expand(text string, depth int) string {
	if !strings.Contains(text, "$") {
		return text
	}
	if depth > maxDefaultDepth || len(text) > maxExpanded {
		e.open = true
		return ""
	}
	var b strings.Builder
	for i := 0; i < len(text) && !e.open; {
		dollar := strings.IndexByte(text[i:], '$')
		if dollar < 0 {
			b.WriteString(text[i:])
			break
		}
		b.WriteString(text[i : i+dollar])
		i += dollar + 1
		switch {
		case i < len(text) && text[i] == '$':
			b.WriteByte('$')
			i++
		case i < len(text) && text[i] == '{':
			end := closing(text, i)
			if end < 0 {
				e.open = true
				return ""
			}
			b.WriteString(e.braced(text[i+1:end], depth))
			i = end + 1
		default:
			n := nameLength(text[i:])
			b.WriteString(e.lookup(text[i : i+n]))
			i += n
		}
		if b.Len() > maxExpanded {
			e.open = true
		}
	}
	return b.String()
}

// closing returns the place of the brace that closes the one at i, or -1.
func closing(text string, i int) int {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

func nameLength(s string) int {
	n := 0
	for n < len(s) && (s[n] == '_' || s[n] >= 'a' && s[n] <= 'z' || s[n] >= 'A' && s[n] <= 'Z' || n > 0 && s[n] >= '0' && s[n] <= '9') {
		n++
	}
	return n
}

func (e *expander) lookup(name string) string {
	value, ok := e.value(name)
	if !ok {
		e.open = true
	}
	return value
}

func (e *expander) value(name string) (string, bool) {
	for i := len(e.known) - 1; i >= 0 && name != ""; i-- {
		if e.known[i].Name == name {
			return e.known[i].Value.Text, true
		}
	}
	return "", false
}

// braced fills in what stands between "${" and "}".
func (e *expander) braced(inner string, depth int) string {
	n := nameLength(inner)
	name, rest := inner[:n], inner[n:]
	if rest == "" {
		return e.lookup(name)
	}
	value, set := e.value(name)
	switch {
	case name == "":
	case strings.HasPrefix(rest, ":-"):
		if !set || value == "" {
			return e.expand(rest[2:], depth+1)
		}
		return value
	case rest[0] == '-':
		if !set {
			return e.expand(rest[1:], depth+1)
		}
		return value
	case strings.HasPrefix(rest, ":?") || rest[0] == '?':
		return e.lookup(name)
	case set && (strings.HasPrefix(rest, ":+") || rest[0] == '+'):
		if rest[0] == ':' && value == "" {
			return ""
		}
		return e.expand(strings.TrimPrefix(rest, ":")[1:], depth+1)
	}
	e.open = true
	return ""
}
