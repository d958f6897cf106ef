package rules

import "github.com/lodemark/lodemark/internal/source/syntax"

// rawError finds handlers in tools that give the text of the exception back to the model.
func rawError(l *look, m *matcher) {
	t := l.t
	for _, tool := range l.tools() {
		body := l.body(tool)
		for id := firstInside(t, body); id <= body; id++ {
			if t.Kind(id) != syntax.Return {
				continue
			}
			handler := t.Enclosing(id, syntax.Handler)
			if handler == 0 || !t.Within(handler, tool) {
				continue
			}
			if l.tellsError(t.Child(id, 0), t.Name(handler)) {
				l.tell(m.rule, id, t.Child(id, 0), "")
			}
		}
	}
}

// tellsError says whether an expression holds the text of an exception: str(e), f"{e}", e.message, a stack trace.
func (l *look) tellsError(expr syntax.ID, name string) bool {
	t := l.t
	if expr == 0 {
		return false
	}
	for id := firstInside(t, expr); id <= expr; id++ {
		switch t.Kind(id) {
		case syntax.Call:
			switch l.f.Callee(id) {
			case "traceback.format_exc", "traceback.format_exception":
				return true
			case "str", "repr", "String":
				if a := t.Child(id, 1); t.Kind(a) == syntax.Ident && t.Name(a) == name && name != "" {
					return true
				}
			}
		case syntax.Interp:
			if a := t.Child(id, 0); t.Kind(a) == syntax.Ident && t.Name(a) == name && name != "" {
				return true
			}
		case syntax.Attribute:
			if o := t.Child(id, 0); t.Kind(o) == syntax.Ident && t.Name(o) == name && name != "" && (t.Name(id) == "message" || t.Name(id) == "stack") {
				return true
			}
		}
	}
	return false
}
