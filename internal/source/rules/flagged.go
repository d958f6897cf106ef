package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var trustFlag = pattern.New(`^--trust[-_]remote[-_]code(=(?i:true|1))?$`)

// trustingFlag finds the option as part of a command that is put together: in a list, or added to one. Where the option is declared or
// asked for, it stands in neither.
func trustingFlag(l *look, m *matcher) {
	t := l.t
	if !l.f.Holds("trust") {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) == syntax.Call {
			l.trustingOption(m, id)
		}
		if t.Kind(id) == syntax.Param && t.Name(id) == "trust_remote_code" {
			if v, ok := l.f.Constant(t.Last(id)); ok && v.Text == "True" {
				l.tell(m.rule, id, id, "")
			}
		}
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

// trustingOption finds an option of a command that is on where nobody says otherwise.
func (l *look) trustingOption(m *matcher, call syntax.ID) {
	t := l.t
	callee := t.Child(call, 0)
	if name := t.Name(callee); t.Language != syntax.Python || name != "add_argument" && name != "option" && name != "Option" {
		return
	}
	named := syntax.ID(0)
	for a := t.Next(callee); a != 0; a = t.Next(a) {
		if text, ok := t.Text(a); ok {
			if text, _, _ = strings.Cut(text, "/"); trustFlag.MatchString(text) {
				named = a
			}
		}
	}
	if named == 0 {
		return
	}
	given, _ := l.f.Argument(call, "default", -1)
	action, _ := l.f.Argument(call, "action", -1)
	if v, ok := l.f.Constant(given); ok && v.Text == "True" {
		l.tell(m.rule, named, named, "")
	} else if v, ok := l.f.Constant(action); ok && v.Text == "store_false" && given == 0 {
		if target, _ := l.f.Argument(call, "dest", -1); target == 0 {
			l.tell(m.rule, named, named, "")
		}
	}
}
