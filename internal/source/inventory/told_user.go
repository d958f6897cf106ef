package inventory

import (
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// dedented says whether a value is a text that is only freed of its margin: dedent`…`.
func (l *look) dedented(v syntax.ID) bool {
	if l.t.Kind(v) != syntax.Call {
		return false
	}
	callee := l.t.Child(v, 0)
	k := l.t.Kind(callee)
	return (k == syntax.Ident || k == syntax.Attribute) && strings.Contains(strings.ToLower(l.t.Name(callee)), "dedent")
}

// reportsTo notes the trackers that an option of a run switches on: one, a list of them, or one under a condition.
func (l *look) reportsTo(id, v syntax.ID) {
	switch l.t.Kind(v) {
	case syntax.Conditional:
		l.reportsTo(id, l.t.Child(v, 1))
		l.reportsTo(id, l.t.Child(v, 2))
		return
	case syntax.List, syntax.Tuple:
		for c := range l.t.Children(v) {
			if l.t.Kind(c) == syntax.Str {
				l.reportsTo(id, c)
			}
		}
		return
	}
	if c, ok := l.f.Constant(v); ok && trackerName[c.Text] {
		a := Asset{Kind: lodemark.KindMonitoring, Name: c.Text, Seen: ByName, at: id}
		a.set("role", "tracker")
		l.add(a)
	}
}
