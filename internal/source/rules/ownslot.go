package rules

import "github.com/lodemark/lodemark/internal/source/syntax"

// filledByItself says whether a place of a template is filled in its own file, and with nothing but the texts of lists that stand there
// and are gone through one after the other: nobody says anything then. A single text that stands there shows how the template is used, and
// may stand for what somebody will say.
func (l *look) filledByItself(slot string) bool {
	t := l.t
	filled := false
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		name, value := "", syntax.ID(0)
		switch t.Kind(id) {
		case syntax.Keyword:
			name, value = t.Name(id), t.Child(id, 0)
		case syntax.Pair:
			name, _ = l.keyOf(id)
			value = t.Last(id)
			if p := t.Parent(t.Parent(id)); t.Kind(p) == syntax.Param || t.Kind(p) == syntax.Assign && t.Child(p, 0) == t.Parent(id) {
				continue // it is taken out, not put in
			}
		default:
			continue
		}
		if name != slot {
			continue
		}
		if !l.ownText(value) {
			return false
		}
		filled = true
	}
	return filled
}

// ownText says whether a value is one of a list of texts that is gone through.
func (l *look) ownText(v syntax.ID) bool {
	t := l.t
	if t.Kind(v) != syntax.Ident {
		return false
	}
	b := l.f.Binding(v)
	switch t.Kind(b) {
	case syntax.For, syntax.CompFor:
		return t.Child(b, 0) != v && l.ownTexts(t.Child(b, 1))
	case syntax.Param: // questions.map((question) => …)
		function := t.Parent(b)
		call := t.Parent(function)
		if callee := t.Child(call, 0); t.Kind(call) == syntax.Call && t.Child(call, 1) == function && t.Child(function, 0) == b && t.Kind(callee) == syntax.Attribute {
			switch t.Name(callee) {
			case "map", "forEach", "flatMap":
				return l.ownTexts(t.Child(callee, 0))
			}
		}
	}
	return false
}

// ownTexts says whether a value is a list of texts that stands in the file. What a text has in it besides may be anything that the
// program knows by itself.
func (l *look) ownTexts(v syntax.ID) bool {
	t := l.t
	if t.Kind(v) == syntax.Ident {
		b := l.f.Binding(v)
		if b == 0 || t.Kind(b) != syntax.Assign || t.Kind(t.Child(b, 0)) != syntax.Ident {
			return false
		}
		v = l.f.Value(b)
	}
	if k := t.Kind(v); k != syntax.List && k != syntax.Tuple || t.Child(v, 0) == 0 {
		return false
	}
	for item := range t.Children(v) {
		switch t.Kind(item) {
		case syntax.Str, syntax.Strings, syntax.Format:
		default:
			return false
		}
	}
	return true
}
