package flow

import (
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// mutates adds arguments to the object that takes them in.
func (p *pass) mutates(id, callee syntax.ID, last string) {
	switch last {
	case "append", "push", "add", "insert", "unshift", "appendleft", "put":
		p.takesIn(id, callee, item)
	case "set", "setdefault":
		if first := p.t.Next(callee); p.t.Next(first) != 0 {
			p.takesIn(id, callee, p.constantKey(first))
			return
		}
		p.takesIn(id, callee, item)
	case "extend", "update", "concat":
		p.takesIn(id, callee, "")
	}
}

func (p *pass) takesIn(id, callee syntax.ID, key string) {
	t := p.t
	if t.Kind(callee) != syntax.Attribute {
		return
	}
	var v []origin
	for a := t.Next(callee); a != 0; a = t.Next(a) {
		own := p.value(a)
		switch {
		case t.Kind(a) == syntax.Keyword: // settings.update(model=x)
			own = under(own, t.Name(a))
		case key != "" && t.Kind(a) != syntax.Spread:
			own = under(own, key)
		}
		v = union(v, own)
	}
	p.weaken(t.Child(callee, 0), v, id)
}

// partOf is what a method of a value gives back, if it gives a part of it: the parts stay told apart where it leaves them as they are.
func (p *pass) partOf(id syntax.ID, last string, receiver []origin) []origin {
	key := p.t.Next(p.t.Child(id, 0))
	switch last {
	case "get":
		if key != 0 {
			return part(receiver, p.constantKey(key))
		}
	case "pop", "shift", "at":
		if key != 0 {
			return part(receiver, p.constantKey(key))
		}
		return part(receiver, item)
	case "find", "findLast":
		return part(receiver, item)
	case "slice", "filter", "reverse", "toReversed", "sort", "toSorted", "splice", "copy", "concat", "model_copy", "dict", "model_dump":
		return receiver
	}
	return whole(receiver)
}

// passed is what a call of unknown code gives back that is made of what it is asked of and given.
func (p *pass) passed(id syntax.ID, last string, receiver []origin) []origin {
	t := p.t
	first := t.Next(t.Child(id, 0))
	switch last {
	case "get":
		if first != 0 && t.Next(first) != 0 {
			return union(p.partOf(id, last, receiver), p.value(t.Next(first)))
		}
		return p.partOf(id, last, receiver)
	case "getattr":
		if first != 0 && t.Next(first) != 0 {
			return part(p.value(first), p.constantKey(t.Next(first)))
		}
	case "next":
		return part(p.value(first), item)
	case "parse", "parseAsync", "safeParse", "safeParseAsync", "model_validate", "parse_obj":
		v := whole(union(receiver, p.arguments(id)))
		if schema := t.Child(t.Child(id, 0), 0); t.Kind(schema) == syntax.Ident && p.f.Binding(schema) != 0 && p.limitsRoles() {
			v = cleaned(v, p.w.spec.Message)
		}
		return v
	case "deepcopy", "copy", "list", "tuple", "sorted", "reversed", "iter", "structuredClone", "cast", "assign", "all", "gather", "from", "dict":
		v := receiver
		for a := first; a != 0; a = t.Next(a) {
			own := p.value(a)
			if t.Kind(a) == syntax.Keyword {
				own = under(own, t.Name(a))
			}
			v = union(v, own)
		}
		return v
	}
	return whole(union(receiver, p.arguments(id)))
}

// record is what a call makes of a class of this file that only says which fields it has: each argument goes into the field of its name.
func (p *pass) record(id, callee syntax.ID) ([]origin, bool) {
	t := p.t
	if t.Language != syntax.Python || t.Kind(callee) != syntax.Ident {
		return nil, false
	}
	class := p.f.Binding(callee)
	if class == 0 || t.Kind(class) != syntax.Class {
		return nil, false
	}
	var fields []string
	for statement := range t.Children(t.Last(class)) {
		switch t.Kind(statement) {
		case syntax.Function:
			if n := t.Name(statement); n == "__init__" || n == "__new__" || n == "__post_init__" || n == "__getattr__" || n == "model_post_init" {
				return nil, false
			}
		case syntax.Assign:
			if target := t.Node(statement).First; t.Kind(target) == syntax.Ident && t.Kind(t.Next(target)) == syntax.Annotation {
				fields = append(fields, t.Name(target))
			}
		}
	}
	if len(fields) == 0 {
		return nil, false
	}
	var v []origin
	n := 0
	for a := t.Next(callee); a != 0; a = t.Next(a) {
		switch {
		case t.Kind(a) == syntax.Keyword:
			v = union(v, under(p.value(a), t.Name(a)))
		case t.Kind(a) == syntax.Spread:
			v, n = union(v, p.value(a)), len(fields)
		case n < len(fields):
			v, n = union(v, under(p.value(a), fields[n])), n+1
		default:
			v = union(v, whole(p.value(a)))
		}
	}
	return v, true
}
