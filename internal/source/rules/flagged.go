package rules

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var trustFlag = pattern.New(`^--trust[-_]remote[-_]code(=(?i:true|1))?$`)

// trustingFlag finds the option as part of a command that is put together: in a list, or added to one. Where the option is declared or
// asked for, it stands in neither.
func trustingFlag(l *look, m *matcher) {
	t := l.t
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Str {
			continue
		}
		parent := t.Parent(id)
		switch t.Kind(parent) {
		case syntax.List, syntax.Tuple:
			if k := t.Kind(t.Parent(parent)); k == syntax.Compare || k == syntax.For {
				continue
			}
			if text, _ := t.Text(t.Next(id)); t.Next(id) != 0 && (text == "false" || text == "False" || text == "0") {
				continue
			}
		case syntax.Call:
			if name := t.Name(t.Child(parent, 0)); name != "append" && name != "push" {
				continue
			}
		default:
			continue
		}
		if text, ok := t.Text(id); ok && trustFlag.MatchString(text) {
			l.tell(m.rule, id, id, "")
		}
	}
}
