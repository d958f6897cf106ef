package resolve

import "github.com/lodemark/lodemark/internal/source/syntax"

// Written is the literal in this file that a constant's text stands in: the one that a name, a field, a key or a default was given. 0: the
// text is put together out of several, or stands in another file.
func (f *File) Written(expr syntax.ID) syntax.ID {
	t := f.Tree
	for steps := maxSteps; expr != 0 && steps > 0; steps-- {
		next := syntax.ID(0)
		switch t.Kind(expr) {
		case syntax.Str, syntax.Strings, syntax.Format, syntax.Number:
			return expr
		case syntax.Cast, syntax.Await, syntax.Interp:
			next = t.Child(expr, 0)
		case syntax.Ident:
			if b := f.Binding(expr); b != 0 && t.Kind(b) == syntax.Assign && t.Kind(t.Child(b, 0)) == syntax.Ident && f.boundOnce(expr) && !t.Within(expr, f.Value(b)) {
				next = f.Value(b)
			} else {
				next = f.flag(expr, steps)
			}
		case syntax.Attribute, syntax.Index:
			if next = f.writtenAt(expr, steps); next == 0 {
				next = f.flag(expr, steps)
			}
		case syntax.Logic:
			next = t.Child(expr, 1)
			if v, ok := f.constant(t.Child(expr, 0), steps); ok && (!v.Partial || v.Env == "") {
				next = t.Child(expr, 0)
			}
		case syntax.Call:
			next = f.writtenCall(expr)
		}
		expr = next
	}
	return 0
}

func (f *File) writtenAt(id syntax.ID, steps int) syntax.ID {
	t := f.Tree
	if t.Kind(id) == syntax.Attribute {
		if c := f.ownClass(t.Child(id, 0)); c != 0 {
			if fields := f.Fields(c, t.Name(id)); len(fields) == 1 && t.Kind(fields[0]) == syntax.Assign {
				return f.Value(fields[0])
			}
			return 0
		}
		if v := f.ownProperty(id); v != 0 {
			return v
		}
	}
	base, keys, _ := f.keys(id, steps)
	if base == 0 || len(keys) != 1 || t.Kind(base) != syntax.Ident {
		return 0
	}
	b := f.Binding(base)
	switch {
	case b != 0 && t.Kind(b) == syntax.Class:
		if fields := f.Fields(b, keys[0]); len(fields) == 1 && t.Kind(fields[0]) == syntax.Assign {
			return f.Value(fields[0])
		}
	case b != 0 && t.Kind(b) == syntax.Assign && t.Kind(f.Value(b)) == syntax.Dict:
		v, _ := f.Property(f.Value(b), keys[0])
		return v
	case b != 0 && t.Kind(b) == syntax.Assign && t.Kind(f.Value(b)) == syntax.Call:
		if class := f.classNamed(f.Name(t.Child(f.Value(b), 0))); class != 0 {
			if fields := f.Fields(class, keys[0]); len(fields) == 1 && t.Kind(fields[0]) == syntax.Assign {
				return f.Value(fields[0])
			}
		}
	}
	return 0
}

// writtenCall is the default that a call falls back to, or the text that it leaves as it is.
func (f *File) writtenCall(call syntax.ID) syntax.ID {
	t := f.Tree
	switch f.Name(t.Child(call, 0)) {
	case "os.environ.get", "os.getenv", "environ.get", "getenv":
		return t.Child(call, 2)
	case "str", "String", "pathlib.Path", "textwrap.dedent", "inspect.cleandoc", "dedent":
		return t.Child(call, 1)
	case "pydantic.Field", "sqlmodel.Field":
		v, _ := f.Argument(call, "default", 0)
		return v
	}
	if callee := t.Child(call, 0); t.Kind(callee) == syntax.Attribute {
		switch t.Name(callee) {
		case "strip", "trim", "lower", "toString", "format":
			return t.Child(callee, 0)
		case "get":
			if t.Child(call, 2) != 0 {
				return t.Child(call, 2)
			}
		}
	}
	return 0
}

// ownProperty is the value of `this.x` in a method of an object literal: what the object holds at x.
func (f *File) ownProperty(id syntax.ID) syntax.ID {
	t := f.Tree
	if object := t.Child(id, 0); t.Language != syntax.JavaScript || t.Kind(object) != syntax.Ident || t.Name(object) != "this" {
		return 0
	}
	for at := t.Parent(id); at != 0; at = t.Parent(at) {
		switch {
		case t.Kind(at) == syntax.Class:
			return 0
		case t.Kind(at) == syntax.Dict:
			if v, _ := f.Property(at, t.Name(id)); v != 0 && !t.Within(id, v) {
				return v
			}
		}
	}
	return 0
}
