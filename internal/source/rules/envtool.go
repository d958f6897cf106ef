package rules

import (
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// environmentTool finds tools that give back the variable of the environment that the model names, or all of them.
func environmentTool(l *look, m *matcher) {
	t := l.t
	for _, tool := range l.tools() {
		body := l.body(tool)
		for id := firstInside(t, body); id <= body; id++ {
			if l.readsEnvironment(tool, id) && l.given(tool, id) {
				l.tell(m.rule, id, id, "a variable of the environment that it names")
				break
			}
		}
	}
}

// readsEnvironment says whether a node is a variable of the environment by a name that the model chose and nothing compared, or all.
func (l *look) readsEnvironment(tool, id syntax.ID) bool {
	t := l.t
	key := syntax.ID(0)
	switch t.Kind(id) {
	case syntax.Call:
		switch name := l.f.Callee(id); name {
		case "os.environ.get", "os.getenv":
			key = t.Child(id, 1)
		case "os.environ.items", "os.environ.copy":
			return true
		case "dict", "str", "JSON.stringify", "json.dumps":
			whole := l.f.Name(t.Child(id, 1))
			return whole == "os.environ" || whole == "process.env"
		}
	case syntax.Index:
		if name := l.f.Name(t.Child(id, 0)); name == "os.environ" || name == "process.env" {
			key = t.Child(id, 1)
		}
	}
	if t.Kind(key) != syntax.Ident || !l.chosen(tool, key, maxTrail) {
		return false
	}
	return !l.compared(tool, t.Name(key))
}

// given says whether a value is part of what a function gives back: it stands in a return, or in what a returned variable is assigned.
func (l *look) given(function, id syntax.ID) bool {
	t := l.t
	name := ""
	for p := t.Parent(id); p != 0 && p != function; p = t.Parent(p) {
		switch t.Kind(p) {
		case syntax.Return:
			return true
		case syntax.Call:
			if n := l.f.Callee(p); !resolve.Matches("**.join", n) && !resolve.Matches("**.format", n) && n != "str" && n != "dict" && n != "json.dumps" && n != "JSON.stringify" && n != "sorted" && n != "list" {
				return false // given to something else
			}
		case syntax.Compare, syntax.If, syntax.Unary:
			return false
		case syntax.Assign:
			if target := t.Child(p, 0); t.Kind(target) == syntax.Ident {
				name = t.Name(target)
			}
		}
	}
	if name == "" {
		return false
	}
	body := l.body(function)
	for r := firstInside(t, body); r <= body; r++ {
		if t.Kind(r) == syntax.Return && t.Child(r, 0) != 0 && l.shows(t.Child(r, 0), name) {
			return true
		}
	}
	return false
}

// shows says whether the value of a name itself is in an expression: not only what a call makes of it.
func (l *look) shows(expr syntax.ID, name string) bool {
	t := l.t
	for id := firstInside(t, expr); id <= expr; id++ {
		if t.Kind(id) != syntax.Ident || t.Name(id) != name {
			continue
		}
		switch p := t.Parent(id); t.Kind(p) {
		case syntax.Call:
			if t.Child(p, 0) == id || l.f.Callee(p) == "str" || l.f.Callee(p) == "json.dumps" {
				return true
			}
		case syntax.Attribute, syntax.Compare, syntax.Unary:
		default:
			return true
		}
	}
	return false
}
