package resolve

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Constant is what an expression comes to without running anything.
type Constant struct {
	Text    string // of a string its value, of a number, True, None, false ... what is written
	String  bool
	Env     string // the environment variable whose default this is, if any
	Flag    string // the flag of the command line whose default this is, if any
	Partial bool   // parts of the string are only known at run time; they stand as `{}`
}

// maxConstant bounds the length of strings that are put together.
const maxConstant = 1 << 16

// Constant folds literals, names that are assigned once, joined and formatted strings, and defaults of environment variables. Not ok:
// nothing of it is known.
func (f *File) Constant(expr syntax.ID) (Constant, bool) { return f.constant(expr, maxSteps) }

func (f *File) constant(id syntax.ID, steps int) (Constant, bool) {
	if id == 0 || steps == 0 {
		return Constant{}, false
	}
	t := f.Tree
	switch t.Kind(id) {
	case syntax.Str:
		text, ok := t.Text(id)
		return Constant{Text: text, String: true}, ok
	case syntax.Number, syntax.Const:
		return Constant{Text: t.Code(id)}, true
	case syntax.Unary:
		if v, ok := f.constant(t.Child(id, 0), steps-1); ok && !v.String {
			return Constant{Text: t.Name(id) + v.Text}, true
		}
	case syntax.Strings, syntax.Format:
		return f.joined(t.Node(id).First, steps)
	case syntax.Interp, syntax.Cast:
		return f.constant(t.Child(id, 0), steps-1)
	case syntax.Binary:
		if t.Name(id) == "+" {
			return f.joined(t.Node(id).First, steps)
		}
	case syntax.Ident:
		if v, ok := f.identConstant(id, steps-1); ok {
			return v, true
		}
		return f.flagConstant(id, steps-1)
	case syntax.Attribute:
		if t.Language != syntax.Python && strings.HasPrefix(t.Code(id), "process.env.") {
			return Constant{Env: t.Name(id), String: true, Partial: true, Text: "{}"}, true
		}
		if v, ok := f.fieldConstant(id, steps-1); ok {
			return v, true
		}
		if v, ok := f.keyedConstant(id, steps-1); ok {
			return v, true
		}
		return f.flagConstant(id, steps-1)
	case syntax.Logic: // x or "default", process.env.X ?? "default"
		if name := t.Name(id); name == "or" || name == "||" || name == "??" {
			return f.fallback(t.Child(id, 0), t.Child(id, 1), steps-1)
		}
	case syntax.Call:
		return f.callConstant(id, steps-1)
	case syntax.Index:
		if name := f.Name(t.Child(id, 0)); name == "os.environ" || name == "process.env" {
			env, _ := f.constant(t.Child(id, 1), steps-1)
			return Constant{Env: env.Text, String: true, Partial: true, Text: "{}"}, true
		}
		return f.keyedConstant(id, steps-1)
	}
	return Constant{}, false
}

func (f *File) identConstant(id syntax.ID, steps int) (Constant, bool) {
	t := f.Tree
	if t.Name(id) == "undefined" {
		return Constant{Text: "undefined"}, true
	}
	b := f.Binding(id)
	if b == 0 {
		return Constant{}, false
	}
	switch t.Kind(b) {
	case syntax.Alias:
		return f.exported(f.importedName(b))
	case syntax.Assign:
		if t.Kind(t.Child(b, 0)) == syntax.Dict { // const { MODEL } = require("./config")
			return f.exported(f.Name(id))
		}
		if value := f.Value(b); value != 0 && t.Kind(t.Child(b, 0)) == syntax.Ident && !t.Within(id, value) && (f.boundOnce(id) || f.boundInLine(id, b)) {
			return f.constant(value, steps)
		}
	}
	return Constant{}, false
}

// flagConstant is the default of a flag of the command line.
func (f *File) flagConstant(id syntax.ID, steps int) (Constant, bool) {
	value := f.flag(id, steps)
	if value == 0 {
		return Constant{}, false
	}
	v, ok := f.constant(value, steps-1)
	v.Flag = f.Tree.Name(id)
	return v, ok
}

// boundOnce says whether all bindings of a name that could hold here are one: a name that is assigned twice is no constant.
func (f *File) boundOnce(ident syntax.ID) bool {
	return len(f.Bindings(f.Tree.Name(ident), ident)) == 1
}

func (f *File) fieldConstant(id syntax.ID, steps int) (Constant, bool) {
	c := f.ownClass(f.Tree.Child(id, 0))
	if c == 0 {
		return f.constant(f.ownProperty(id), steps)
	}
	fields := f.Fields(c, f.Tree.Name(id))
	if len(fields) != 1 || f.Tree.Kind(fields[0]) != syntax.Assign {
		return Constant{}, false
	}
	return f.constant(f.Value(fields[0]), steps)
}

// callConstant knows the calls that read an environment variable with a default, and those that leave text as it is.
func (f *File) callConstant(id syntax.ID, steps int) (Constant, bool) {
	t := f.Tree
	switch f.Name(t.Child(id, 0)) {
	case "os.environ.get", "os.getenv", "environ.get", "getenv":
		return f.fallback(0, t.Child(id, 2), steps, t.Child(id, 1))
	case "pydantic.Field", "sqlmodel.Field", "dataclasses.field": // the default of a field
		at := 0
		if f.Name(t.Child(id, 0)) == "dataclasses.field" {
			at = -1
		}
		v, _ := f.Argument(id, "default", at)
		return f.constant(v, steps)
	case "str", "textwrap.dedent", "inspect.cleandoc", "dedent", "String", "pathlib.Path":
		return f.constant(t.Child(id, 1), steps)
	}
	if callee := t.Child(id, 0); t.Kind(callee) == syntax.Attribute {
		switch t.Name(callee) {
		case "get":
			return f.keyedConstant(id, steps)
		case "strip", "trim", "lower", "toString", "format", "lstrip", "rstrip":
			if v, ok := f.constant(t.Child(callee, 0), steps); ok && v.String {
				v.Partial = v.Partial || t.Name(callee) == "format"
				return v, true
			}
		}
	}
	return Constant{}, false
}

// fallback is a value that is read at run time, with the default that is used without it.
func (f *File) fallback(value, otherwise syntax.ID, steps int, env ...syntax.ID) (Constant, bool) {
	name := ""
	if len(env) > 0 {
		v, _ := f.constant(env[0], steps)
		name = v.Text
	} else if v, ok := f.constant(value, steps); ok {
		if !v.Partial || v.Env == "" {
			return v, true
		}
		name = v.Env
	}
	if v, ok := f.constant(otherwise, steps); ok {
		if v.Env == "" {
			v.Env = name
		}
		return v, true
	}
	if name == "" {
		return Constant{}, false
	}
	return Constant{Env: name, String: true, Partial: true, Text: "{}"}, true
}

// joined puts the parts of a string together; a part that is not known stands as `{}`. If none is known, nothing is.
func (f *File) joined(first syntax.ID, steps int) (Constant, bool) {
	t := f.Tree
	all := Constant{String: true}
	var text strings.Builder
	any := first == 0
	for c := first; c != 0; c = t.Next(c) {
		v, ok := f.constant(c, steps-1)
		if !ok {
			all.Partial = true
			text.WriteString("{}")
			continue
		}
		any = true
		all.Partial = all.Partial || v.Partial
		if text.Len()+len(v.Text) > maxConstant {
			all.Partial = true
			break
		}
		text.WriteString(v.Text)
	}
	all.Text = text.String()
	return all, any
}
