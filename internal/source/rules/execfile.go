package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// runsFile finds files that are run as code and whose path comes from outside of the code: a parameter, an argument of the command,
// the environment. A file of the program's own, at a path that is written out, is passed over.
func runsFile(l *look, m *matcher) {
	t := l.t
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Call {
			continue
		}
		switch l.f.Callee(id) {
		case "exec", "builtins.exec":
			if file := l.openedIn(t.Child(id, 1)); file != 0 && l.fromOutside(file, maxTrail) {
				l.tell(m.rule, id, file, "")
			}
		case "eval", "builtins.eval": // of what a file of data holds, as a whole or line by line
			if file := l.openedIn(t.Child(id, 1)); file != 0 {
				if v, ok := l.f.Constant(file); !ok || !strings.HasSuffix(v.Text, ".py") {
					l.tell(m.rule, id, file, "")
				}
			}
		case "runpy.run_path":
			if file, _ := l.f.Argument(id, "path_name", 0); file != 0 && l.fromOutside(file, maxTrail) {
				l.tell(m.rule, id, file, "")
			}
		}
	}
}

const maxTrail = 6

// openedIn is the path of the file that an expression reads, or 0.
func (l *look) openedIn(expr syntax.ID) syntax.ID {
	t := l.t
	for range maxTrail {
		if expr == 0 {
			return 0
		}
		switch t.Kind(expr) {
		case syntax.Call:
			switch name := l.f.Callee(expr); {
			case name == "open", name == "io.open", name == "tokenize.open":
				return t.Child(expr, 1)
			case name == "compile":
				expr = t.Child(expr, 1)
			case strings.HasSuffix(name, ".read"), strings.HasSuffix(name, ".decode"), strings.HasSuffix(name, ".strip"), strings.HasSuffix(name, ".rstrip"), strings.HasSuffix(name, ".readlines"), strings.HasSuffix(name, ".readline"):
				expr = t.Child(t.Child(expr, 0), 0)
			case strings.HasSuffix(name, "Path.read_text"), strings.HasSuffix(name, "Path.read_bytes"):
				made := t.Child(t.Child(expr, 0), 0)
				if t.Kind(made) == syntax.Call {
					return t.Child(made, 1)
				}
				return made
			default:
				return 0
			}
		case syntax.Ident:
			b := l.f.Binding(expr)
			if b == 0 {
				return 0
			}
			switch t.Kind(b) {
			case syntax.Assign:
				expr = l.f.Value(b)
			case syntax.WithItem:
				expr = t.Child(b, 0)
			case syntax.For: // the lines of it
				if t.Child(b, 0) != 0 && t.Kind(t.Child(b, 0)) != syntax.Ident {
					return 0
				}
				expr = t.Child(b, 1)
			default:
				return 0
			}
		default:
			return 0
		}
	}
	return 0
}

// fromOutside says whether a path surely is not the program's own.
func (l *look) fromOutside(path syntax.ID, steps int) bool {
	t := l.t
	if path == 0 || steps == 0 {
		return false
	}
	if v, ok := l.f.Constant(path); ok && v.Env != "" {
		return true
	}
	switch t.Kind(path) {
	case syntax.Ident:
		b := l.f.Binding(path)
		if b == 0 {
			return false
		}
		if t.Kind(b) == syntax.Assign {
			return l.fromOutside(l.f.Value(b), steps-1)
		}
		return t.Kind(b) == syntax.Param && t.Name(b) != "self"
	case syntax.Attribute, syntax.Index:
		return resolve.Matches("**.parse_args.**", l.f.Name(path)) || resolve.Matches("sys.argv.[]", l.f.Name(path))
	case syntax.Call:
		for a := t.Next(t.Child(path, 0)); a != 0; a = t.Next(a) {
			if text, ok := t.Text(a); ok && strings.HasSuffix(text, ".py") || strings.Contains(t.Code(a), "__file__") {
				return false // a file of a fixed name, or beside this one
			}
		}
		for a := t.Next(t.Child(path, 0)); a != 0; a = t.Next(a) {
			if l.fromOutside(a, steps-1) {
				return true
			}
		}
	}
	return false
}
