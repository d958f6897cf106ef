package inventory

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	promptWord       = pattern.New(`(?i)(?:^|_)(?:prompts?|system_?(?:message|text|msg|content|instructions?)|user_content|instructions?|persona|sys_?prompt)(?:_?(?:template|text|str|vision|v?\d+))?$|prompt_|(?:Prompt|Instructions?|SystemMessage)(?:Template|Text)?$|PROMPT`)
	templateWord     = pattern.New(`(?i)template$`)
	systemWord       = pattern.New(`(?i)system|instructions|[a-z]_?instruction|persona|preamble`)
	instructionsWord = pattern.New(`(?i)instructions?$`)
	placeholder      = pattern.New(`\{\{?\s*([A-Za-z_][\w.]{0,60})[^{}\n]{0,60}\}?\}|\$\{\s*([A-Za-z_][\w.]{0,60})[^{}\n]{0,60}\}`)
)

// Texts of fewer letters are labels, and of one word names.
const (
	minPrompt = 25
	maxPrompt = 1 << 20
)

// namedPrompt notes a text that is given to something that is named after prompts.
func (l *look) namedPrompt(at syntax.ID, name string, value syntax.ID) {
	if value == 0 || !promptWord.MatchString(name) && !(l.ai && templateWord.MatchString(name)) {
		return
	}
	role := "template"
	if systemWord.MatchString(name) {
		role = "system"
	}
	if l.t.Kind(value) == syntax.List {
		return // prompts to choose from, or names that are about prompts
	}
	if c, ok := l.f.Constant(value); role == "system" && !l.ai && ok && len(c.Text) < 120 && instructionsWord.MatchString(name) && !addressed.MatchString(c.Text) {
		return // instructions for people, as in forms and examples
	}
	l.text(value, role, name, ByName)
}

// returnedPrompt notes a text that a function gives back which is named after prompts.
func (l *look) returnedPrompt(id syntax.ID) {
	fn := l.t.Enclosing(id, syntax.Function)
	if fn == 0 {
		return
	}
	if h := l.t.Enclosing(id, syntax.Handler); h != 0 && l.t.Within(h, fn) { // what went wrong
		return
	}
	l.givenBack(fn, l.t.Child(id, 0))
}

var promptFunction = pattern.New(`(?i)^(?:get|build|make|create|format|render|generate|load)?_?(?:\w+_)?prompt(?:_\w+)?$|Prompt$`)

// minQuestion is the length from which a text that is only called a prompt, and in which nothing is filled in, is more than what somebody
// asks in an example.
const minQuestion = 160

// promptAt notes the text that a call is given to instruct a model with.
func (l *look) promptAt(v syntax.ID, role, argument string) {
	name := ""
	if k := l.t.Kind(v); k == syntax.Ident || k == syntax.Attribute {
		name = l.t.Name(v)
	}
	lit := l.f.Literal(v)
	if lit == 0 {
		lit = v
	}
	if name == "" {
		name = argument
		if w := l.variable(l.t.Parent(v)); w != "" {
			name = w
		}
	}
	l.text(lit, role, name, ByCall)
}

// text notes one text, once. What is known better later on (a role, a name) is added.
func (l *look) text(v syntax.ID, role, name string, way Ways) {
	t := l.t
	for v != 0 && (t.Kind(v) == syntax.Cast || t.Kind(v) == syntax.Await) {
		v = t.Child(v, 0)
	}
	if v == 0 {
		return
	}
	switch t.Kind(v) {
	case syntax.Call: // dedent("..."), "...".format(x), "...".strip(), [...].join("\n")
		callee := t.Child(v, 0)
		if k := t.Kind(callee); k == syntax.Attribute && t.Name(callee) == "dedent" && t.Kind(t.Child(callee, 0)) == syntax.Ident && t.Child(v, 1) != 0 {
			l.text(t.Child(v, 1), role, name, way)
		} else if k == syntax.Attribute && textMethod(t.Name(callee)) {
			l.text(t.Child(callee, 0), role, name, way)
		} else if k := t.Kind(callee); (k == syntax.Ident || k == syntax.Attribute) && strings.Contains(strings.ToLower(t.Name(callee)), "dedent") || k == syntax.Ident && t.Name(callee) == "String" {
			l.text(t.Child(v, 1), role, name, way)
		}
		return
	case syntax.Conditional: // one prompt, in two ways
		if c, ok := l.f.Constant(t.Child(v, 2)); !ok || !c.String || c.Text == "" {
			return // something added, or nothing
		}
		before := len(l.found)
		if l.text(t.Child(v, 1), role, name, way); len(l.found) == before {
			l.text(t.Child(v, 2), role, name, way)
		}
		return
	case syntax.Str, syntax.Strings, syntax.Format, syntax.Binary, syntax.List:
	default:
		return
	}
	text, holes := l.fixed(v)
	if len(text) < minPrompt && role != "system" || len(strings.Fields(text)) < 3 || len(text) > maxPrompt {
		return
	}
	if role != "system" && len(holes) == 0 && (role == "user" || len(text) < minQuestion) && way == ByName || role == "user" && len(holes) == 0 && len(text) < minQuestion {
		return
	}
	sum := sha256.Sum256([]byte(text))
	a := Asset{Kind: lodemark.KindPrompt, Name: name, Seen: way, at: v, Digest: "sha256:" + hex.EncodeToString(sum[:])}
	a.set("role", role)
	a.set("variables", strings.Join(holes, ", "))
	line, _ := t.Line(t.Node(v).Start)
	for i := range l.found {
		old := &l.found[i]
		if old.Kind == lodemark.KindPrompt && old.Line == line && old.Digest == a.Digest {
			old.Seen |= way
			if role == "system" || old.Detail["role"] == "template" {
				old.Detail["role"] = role
			}
			return
		}
	}
	l.add(a)
}

func textMethod(name string) bool {
	switch name {
	case "format", "strip", "trim", "lstrip", "rstrip", "join", "replace", "replaceAll", "trimStart", "trimEnd", "dedent", "content":
		return true
	}
	return false
}

// fixed is a text with `{}` for what is filled in, and the names of that.
func (l *look) fixed(v syntax.ID) (string, []string) {
	t := l.t
	if t.Kind(v) == syntax.List { // ["...", "..."].join("\n")
		var parts []string
		for c := range t.Children(v) {
			if c, ok := l.f.Constant(c); ok && c.String {
				parts = append(parts, c.Text)
			}
		}
		return strings.Join(parts, "\n"), nil
	}
	c, ok := l.f.Constant(v)
	if !ok || !c.String {
		return "", nil
	}
	var holes []string
	add := func(name string) {
		if name != "" && !slices.Contains(holes, name) && len(holes) < 40 {
			holes = append(holes, name)
		}
	}
	for _, m := range placeholder.FindAllStringSubmatch(c.Text, 80) {
		add(m[1])
		add(m[2])
	}
	for id := first(t, v); id <= v; id++ {
		if t.Kind(id) == syntax.Interp {
			if k := t.Kind(t.Child(id, 0)); k == syntax.Ident || k == syntax.Attribute {
				add(t.Code(t.Child(id, 0)))
			} else {
				add("…")
			}
		}
	}
	return c.Text, holes
}

// first is the first node inside another one: children are made before their parents.
func first(t *syntax.Tree, id syntax.ID) syntax.ID {
	for c := t.Node(id).First; c != 0; c = t.Node(id).First {
		id = c
	}
	return id
}
