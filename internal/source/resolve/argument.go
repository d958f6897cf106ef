package resolve

import (
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Argument is the value that a call gives a parameter: by keyword (also through a `**` dictionary of this file), by position, or as a
// property of an object literal argument, which is how JavaScript names arguments. position -1: by name only. 0: it is not given.
// open: the call spreads something that is not known, so that it might be given all the same.
func (f *File) Argument(call syntax.ID, name string, position int) (value syntax.ID, open bool) {
	left := maxSpreads
	return f.argument(call, name, position, &left)
}

// maxSpreads bounds how many spreads are followed for one value: tables can spread each other in a circle, and each other twice.
const maxSpreads = 64

func (f *File) argument(call syntax.ID, name string, position int, left *int) (value syntax.ID, open bool) {
	t := f.Tree
	at := 0
	for a := t.Next(t.Child(call, 0)); a != 0; a = t.Next(a) {
		switch t.Kind(a) {
		case syntax.Keyword:
			if name != "" && t.Name(a) == name {
				return t.Child(a, 0), false
			}
			continue
		case syntax.Spread:
			v, known := f.spread(t.Child(a, 0), name, left)
			if v != 0 {
				return v, false
			}
			open = open || !known
			if !t.Is(a, syntax.Double) {
				position = -1 // places after it are not known
			}
			continue
		case syntax.Dict:
			if name != "" && t.Language != syntax.Python {
				if v, more := f.property(a, name, left); v != 0 {
					return v, false
				} else if more {
					open = true
				}
			}
		case syntax.Ident:
			if name != "" && t.Language != syntax.Python {
				if d := f.literal(a); d != 0 {
					if v, more := f.property(d, name, left); v != 0 {
						return v, false
					} else if more {
						open = true
					}
				}
			}
		}
		if at == position {
			return a, false
		}
		at++
	}
	return 0, open
}

// Property is the value of a key in a dictionary or object literal; open: it spreads something that is not known.
func (f *File) Property(dict syntax.ID, key string) (value syntax.ID, open bool) {
	left := maxSpreads
	return f.property(dict, key, &left)
}

func (f *File) property(dict syntax.ID, key string, left *int) (value syntax.ID, open bool) {
	t := f.Tree
	for c := range t.Children(dict) {
		switch t.Kind(c) {
		case syntax.Pair:
			if text, ok := t.Text(t.Child(c, 0)); ok && text == key {
				value = t.Last(c)
			} else if t.Is(c, syntax.Shorthand) && t.Code(t.Child(c, 0)) == key {
				value = t.Last(c)
			}
		case syntax.Spread:
			v, known := f.spread(t.Child(c, 0), key, left)
			if v != 0 {
				value = v
			}
			open = open || !known
		}
	}
	return value, open
}

// spread looks for a key in what `**` or `...` spreads; known: all of its keys can be seen.
func (f *File) spread(id syntax.ID, key string, left *int) (value syntax.ID, known bool) {
	if *left--; *left < 0 {
		return 0, false
	}
	switch t := f.Tree; t.Kind(id) {
	case syntax.Conditional: // ...(large ? { dtype: "fp32" } : {})
		then, one := f.spread(t.Child(id, 1), key, left)
		otherwise, two := f.spread(t.Child(id, 2), key, left)
		return max(then, otherwise), one && two
	case syntax.Logic: // ...(large && { dtype: "fp32" })
		if t.Name(id) == "&&" {
			return f.spread(t.Child(id, 1), key, left)
		}
	}
	d := f.literal(id)
	if d == 0 {
		return 0, false
	}
	t := f.Tree
	if t.Kind(d) == syntax.Call { // dict(a=1)
		v, open := f.argument(d, key, -1, left)
		return v, !open
	}
	v, open := f.property(d, key, left)
	if v != 0 {
		return v, true
	}
	return f.laterKey(id, key, !open)
}

// laterKey finds `options["key"] = value` of the same scope.
func (f *File) laterKey(id syntax.ID, key string, known bool) (syntax.ID, bool) {
	t := f.Tree
	if t.Kind(id) != syntax.Ident {
		return 0, known
	}
	for _, b := range f.keyed[binding{f.scopes[id], f.Word(id)}] {
		index := t.Child(b, 0)
		if text, ok := t.Text(t.Child(index, 1)); ok && text == key {
			return f.Value(b), true
		}
	}
	return 0, known
}

// literal is the dictionary that an expression is or names, or 0.
func (f *File) literal(id syntax.ID) syntax.ID {
	t := f.Tree
	for steps := maxSteps; id != 0 && steps > 0; steps-- {
		switch t.Kind(id) {
		case syntax.Dict:
			return id
		case syntax.Call:
			if f.Name(t.Child(id, 0)) == "dict" {
				return id
			}
			return 0
		case syntax.Cast, syntax.Await:
			id = t.Child(id, 0)
		case syntax.Ident:
			b := f.Binding(id)
			if b == 0 || t.Kind(b) != syntax.Assign || t.Kind(t.Child(b, 0)) != syntax.Ident || t.Within(id, f.Value(b)) {
				return 0
			}
			id = f.Value(b)
		case syntax.Attribute:
			c := f.ownClass(t.Child(id, 0))
			fields := f.Fields(c, t.Name(id))
			if c == 0 || len(fields) != 1 || t.Kind(fields[0]) != syntax.Assign {
				return 0
			}
			id = f.Value(fields[0])
		default:
			return 0
		}
	}
	return 0
}

// Literal is the dictionary, list or other literal that an expression is or names through single assignments, or 0.
func (f *File) Literal(expr syntax.ID) syntax.ID {
	t := f.Tree
	for steps := maxSteps; expr != 0 && steps > 0; steps-- {
		switch t.Kind(expr) {
		case syntax.Dict, syntax.List, syntax.Tuple, syntax.Set, syntax.Str, syntax.Strings, syntax.Format, syntax.Number, syntax.Const, syntax.Call, syntax.Binary:
			return expr
		case syntax.Cast, syntax.Await:
			expr = t.Child(expr, 0)
		case syntax.Ident:
			b := f.Binding(expr)
			if b == 0 || t.Kind(b) != syntax.Assign || t.Kind(t.Child(b, 0)) != syntax.Ident || t.Within(expr, f.Value(b)) {
				return 0
			}
			expr = f.Value(b)
		default:
			return 0
		}
	}
	return 0
}
