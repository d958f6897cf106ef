package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// writtenSecret is a name of a secret with a value behind it, as a text tells it: Admin Password: kx81-7731.
	writtenSecret = pattern.New(`(?im)(?:\b|_)(?:pass(?:word|code|phrase)|api[ _-]?key|secret(?:[ _-]?(?:access)?[ _-]?key)?|access[ _-]?key(?:[ _-]?id)?|private[ _-]?key|encryption[ _-]?key|master[ _-]?key|(?:access|auth|bearer|refresh|session|api)[ _-]?token|client[ _-]?secret)["']?[ \t]*[:=][ \t]*["']?([^\s"',;{}<>$*…()\[\]]{6,})`)
	// namedToken is a word that looks like a key of a service, behind a colon: Payment Gateway: pg_live_9i8u7y6t5r4e3w2q.
	namedToken = pattern.New(`[:=][ \t]*["']?\w{1,12}[_-](?:live|prod|test|dev)[_-]([0-9A-Za-z]{14,})`)
	keyTitle   = pattern.New(`(?i)\b(?:api[ _-]?keys?|credentials|secrets|passwords)\b`)
	// tellsSecret is how a text goes on before a value that is put in: Authorization: Bearer {x}, token is: {x}.
	tellsSecret = pattern.New(`(?i)(?:\b|_)(?:pass(?:word|code|phrase)|api[ _-]?key|secret(?:[ _-]?key)?|private[ _-]?key|(?:access|auth|authentication|bearer|refresh|session|api)[ _-]?token|authorization: bearer|bearer|client[ _-]?secret)["'` + "`" + `*]*(?:\s+is)?\s*[:=]?\s*["'` + "`" + `*]*$`)
	// secretValue is what holds a secret, by its name.
	secretValue = pattern.New(`(?i)^(?:\w*_)?(?:password|passwd|api_?key|secret|secret_?key|private_?key|token|(?:access|auth|bearer|refresh|session|api)_?token|client_?secret)$|(?:Password|ApiKey|SecretKey|AccessToken|AuthToken|RefreshToken|Secret|Token)$`)
)

// toldSecret finds tools and resources that give a model a text with a secret: one that is written in it, or one that is put in by a name
// that says so.
func toldSecret(l *look, m *matcher) {
	t := l.t
	l.toldTables(m)
	for _, tool := range l.tools() {
		body := l.body(tool)
		for id := firstInside(t, body); id <= body; id++ {
			switch t.Kind(id) {
			case syntax.Str, syntax.Strings, syntax.Format:
			default:
				continue
			}
			if k := t.Kind(t.Parent(id)); k == syntax.Format || k == syntax.Strings || k == syntax.ExprStmt {
				continue
			}
			back := l.givenBack(id, tool)
			if back == 0 {
				continue
			}
			if l.holdsSecret(id) {
				l.tell(m.rule, back, id, "a secret that is written in its text")
			} else if at := l.fillsSecret(id); at != 0 {
				l.tell(m.rule, back, at, "a secret, as its name says")
			}
		}
	}
}

// holdsSecret says whether a secret is written in a text.
func (l *look) holdsSecret(id syntax.ID) bool {
	if n := l.t.Node(id); n.End-n.Start < 16 || n.End-n.Start > 20000 {
		return false
	}
	v, ok := l.f.Constant(id)
	if !ok || !v.String {
		return false
	}
	for _, at := range writtenSecret.FindAllStringSubmatchIndex(v.Text, 20) {
		if looksMade(v.Text[at[2]:at[3]]) {
			return true
		}
	}
	return namedToken.MatchString(v.Text) && keyTitle.MatchString(v.Text)
}

// looksMade says of what stands for a secret that it is one and no example of its form: it has a digit or a sign beside its letters, and
// none of the words that people fill in.
func looksMade(value string) bool {
	value = strings.TrimRight(value, ".")
	if strings.ContainsAny(value, "%|/") && !strings.ContainsAny(value, "0123456789") || strings.HasPrefix(value, "http") {
		return false
	}
	lower := strings.ToLower(value)
	for _, w := range []string{"your", "xxx", "example.", "redact", "placeholder", "changeme", "todo", "none", "null", "undefined", "required", "string", "env.", "***", "..."} {
		if strings.Contains(lower, w) {
			return false
		}
	}
	letters, others := 0, 0
	for _, r := range lower {
		switch {
		case r >= 'a' && r <= 'z':
			letters++
		case r >= '0' && r <= '9', r == '@', r == '$', r == '!', r == '#':
			others++
		case r == '_', r == '-', r == '+', r == '/', r == '=', r == '.', r == '^', r == '&':
		default:
			return false
		}
	}
	return letters > 0 && others > 0 && letters+others >= 6 || strings.Contains(lower, "password") && strings.Contains(lower, "_")
}

// fillsSecret is what is put into a text by the name of a secret, behind words that say that it is one.
func (l *look) fillsSecret(format syntax.ID) syntax.ID {
	t := l.t
	before := ""
	for part := range t.Children(format) {
		switch t.Kind(part) {
		case syntax.Str:
			before, _ = t.Text(part)
		case syntax.Format:
			if at := l.fillsSecret(part); at != 0 {
				return at
			}
			before = ""
		case syntax.Interp:
			value := t.Child(part, 0)
			if l.secretByName(value) && tellsSecret.MatchString(before[max(0, len(before)-48):]) {
				return part
			}
			before = ""
		}
	}
	return 0
}

// secretByName says whether a variable, a field or an entry of a table is called what secrets are, and is no parameter that the model gave.
func (l *look) secretByName(value syntax.ID) bool {
	t := l.t
	name := ""
	switch t.Kind(value) {
	case syntax.Ident:
		name = t.Name(value)
		if b := l.f.Binding(value); b == 0 || t.Kind(b) == syntax.Param {
			return false
		}
	case syntax.Attribute:
		name = t.Name(value)
		if object := t.Child(value, 0); t.Kind(object) == syntax.Ident {
			if name := t.Name(object); name == "args" || name == "input" || name == "params" {
				return false
			}
		}
	case syntax.Index:
		name, _ = t.Text(t.Child(value, 1))
	case syntax.Call: // table.get("access_token")
		if calledLast(l, value) == "get" {
			name, _ = t.Text(t.Child(value, 1))
		}
	}
	return name != "" && secretValue.MatchString(name)
}

// givenBack is where a tool gives back a text: it stands in a return, or in what a variable is set to that is returned; 0: it does not.
func (l *look) givenBack(id, tool syntax.ID) syntax.ID {
	t := l.t
	for p := t.Parent(id); p != 0 && p != tool; p = t.Parent(p) {
		switch t.Kind(p) {
		case syntax.Return:
			return p
		case syntax.Assign, syntax.Augment:
			target := t.Child(p, 0)
			if t.Kind(target) != syntax.Ident {
				return 0
			}
			return l.returned(t.Name(target), tool)
		case syntax.Call:
			switch calledLast(l, p) {
			case "append", "push", "join", "dumps", "stringify", "strip", "dedent", "text", "TextContent", "trim":
			default:
				return 0
			}
		case syntax.ExprStmt, syntax.Function, syntax.Compare, syntax.Raise:
			return 0
		}
	}
	if t.Is(tool, syntax.Arrow) {
		return id
	}
	return 0
}

// returned is where a variable is given back by a function, or 0.
func (l *look) returned(name string, function syntax.ID) syntax.ID {
	t := l.t
	body := l.body(function)
	for id := firstInside(t, body); id <= body; id++ {
		if t.Kind(id) != syntax.Return {
			continue
		}
		value := t.Child(id, 0)
		for t.Kind(value) == syntax.Cast || t.Kind(value) == syntax.Await {
			value = t.Child(value, 0)
		}
		if value != 0 && (t.Kind(value) == syntax.Ident && t.Name(value) == name || t.Kind(value) != syntax.Ident && l.mentions(value, name)) {
			return id
		}
	}
	return 0
}

// toldTables finds functions that answer as tools of the Model Context Protocol do, and that put a table with secrets into the text of the
// answer.
func (l *look) toldTables(m *matcher) {
	t := l.t
	if !l.f.Holds("content") || !l.f.Holds("stringify") && !l.f.Holds("dumps") {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Pair {
			continue
		}
		key, ok := t.Text(t.Child(id, 0))
		if !ok || !secretValue.MatchString(key) || key == "token" {
			continue
		}
		value := t.Last(id)
		if t.Kind(value) == syntax.Logic {
			value = t.Child(value, 0)
		}
		if k := t.Kind(value); k != syntax.Attribute && k != syntax.Index || !l.secretByName(value) {
			continue
		}
		function := t.Enclosing(id, syntax.Function)
		for ; function != 0; function = t.Enclosing(function, syntax.Function) {
			if at := l.tellsTable(id, function); at != 0 {
				l.say(m.rule, at, id, t.Code(id), "a secret, as its name says")
				break
			}
		}
	}
}

// tellsTable is where a function gives back, in the form of a tool's answer, the table that an entry stands in: as text, under the name of a
// variable that it was put into; 0: it does not.
func (l *look) tellsTable(entry, function syntax.ID) syntax.ID {
	t := l.t
	assign := t.Enclosing(entry, syntax.Assign)
	if assign == 0 || !t.Within(assign, function) || t.Kind(t.Child(assign, 0)) != syntax.Ident {
		return 0
	}
	name := t.Name(t.Child(assign, 0))
	body := l.body(function)
	for id := firstInside(t, body); id <= body; id++ {
		if t.Kind(id) != syntax.Return || !strings.Contains(t.Code(id), "content") {
			continue
		}
		told := syntax.ID(0)
		l.callsIn(id, func(call syntax.ID, _ string) bool {
			if last := calledLast(l, call); (last == "stringify" || last == "dumps") && l.mentions(t.Child(call, 1), name) {
				told = call
			}
			return told == 0
		})
		if told != 0 {
			return told
		}
	}
	return 0
}
