package resolve

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Name is the dotted name under which the world knows what an expression stands for: `torch.load` for `load` after
// `from torch import load`; `openai.OpenAI.chat.completions.create` for `client.chat.completions.create` after `client = OpenAI()`, as
// a call of a class or factory counts as what it makes. An index is the segment `[]`. A name that nothing binds stands for itself
// (`open`, `fetch`); a name of this file has the file's module in front. Empty: it cannot be told.
func (f *File) Name(expr syntax.ID) string {
	if expr == 0 {
		return ""
	}
	if n := f.names[expr]; n > 0 {
		return f.said[n-1]
	}
	name := f.name(expr, maxSteps)
	f.say(expr, name)
	return name
}

// say keeps the name of an expression.
func (f *File) say(id syntax.ID, name string) {
	if n := f.names[id]; n > 0 {
		f.said[n-1] = name
		return
	}
	f.said = append(f.said, name)
	f.names[id] = uint32(len(f.said))
}

func (f *File) name(id syntax.ID, steps int) string {
	if id == 0 || steps == 0 {
		return ""
	}
	if n := f.names[id]; n > 0 {
		return f.said[n-1]
	}
	t := f.Tree
	switch t.Kind(id) {
	case syntax.Ident:
		f.say(id, t.Name(id)) // what a circle of definitions sees
		known := f.identName(id, steps-1)
		f.say(id, known)
		return known
	case syntax.Attribute:
		return f.attributeName(id, steps-1)
	case syntax.Call:
		callee := t.Child(id, 0)
		if t.Language == syntax.JavaScript && t.Kind(callee) == syntax.Ident && (t.Name(callee) == "require" || t.Name(callee) == "import") && f.Binding(callee) == 0 {
			if module, ok := t.Text(t.Next(callee)); ok {
				return f.Absolute(module)
			}
		}
		return f.name(callee, steps-1)
	case syntax.Index:
		return join(f.name(t.Child(id, 0), steps-1), "[]")
	case syntax.Await, syntax.Cast, syntax.Spread:
		return f.name(t.Child(id, 0), steps-1)
	case syntax.Logic:
		return f.name(t.Child(id, 0), steps-1)
	case syntax.Conditional:
		return f.name(t.Child(id, 1), steps-1)
	case syntax.Assign: // x := y, (x = y)
		return f.name(f.Value(id), steps-1)
	}
	return ""
}

func join(object, name string) string {
	if object == "" {
		return ""
	}
	return object + "." + name
}

func (f *File) identName(id syntax.ID, steps int) string {
	t := f.Tree
	name := t.Name(id)
	if c := f.ownClass(id); c != 0 {
		return f.Module + "." + t.Name(c)
	}
	b := f.Binding(id)
	if b == 0 {
		return name
	}
	if known := f.boundName(b, name, id, steps); known != "" {
		return known
	}
	return "?." + name // a local value of unknown kind: patterns that begin with `*` still see its name
}

// boundName is what a binding makes of a name.
func (f *File) boundName(b syntax.ID, name string, from syntax.ID, steps int) string {
	t := f.Tree
	switch t.Kind(b) {
	case syntax.Alias:
		return f.elsewhere(f.importedName(b))
	case syntax.Function, syntax.Class:
		return f.Module + "." + name
	case syntax.Assign:
		value := f.Value(b)
		if value == 0 || t.Within(from, value) {
			return f.annotated(b, steps)
		}
		for c := t.Node(b).First; c != 0 && c != value; c = t.Next(c) {
			if t.Kind(c) == syntax.Ident && t.Name(c) == name {
				if t.Kind(value) == syntax.Function && t.Language != syntax.Python { // const run = () => …
					return f.Module + "." + name
				}
				if known := f.name(value, steps); known != "" {
					return known
				}
				return f.annotated(b, steps)
			}
			if t.Kind(c) == syntax.Dict { // const { a, b: c } = require("m")
				if key := patternKey(t, c, name); key != "" {
					return f.elsewhere(join(f.name(value, steps), key))
				}
			}
		}
	case syntax.Param:
		return f.annotated(b, steps)
	case syntax.WithItem:
		return f.name(t.Child(b, 0), steps)
	case syntax.For, syntax.CompFor:
		return join(f.name(t.Child(b, 1), steps), "[]")
	}
	return ""
}

// patternKey is the key of an object pattern that binds a name.
func patternKey(t *syntax.Tree, pattern syntax.ID, name string) string {
	for pair := range t.Children(pattern) {
		if t.Kind(pair) != syntax.Pair {
			continue
		}
		key, value := t.Child(pair, 0), t.Last(pair)
		if t.Kind(value) == syntax.Assign {
			value = t.Child(value, 0)
		}
		if t.Kind(value) == syntax.Ident && t.Name(value) == name {
			text, _ := t.Text(key)
			return text
		}
		if t.Is(pair, syntax.Shorthand) && t.Name(key) == name {
			return name
		}
	}
	return ""
}

// annotated is the kind that an annotation of Python gives a parameter or variable.
func (f *File) annotated(b syntax.ID, steps int) string {
	t := f.Tree
	if t.Language != syntax.Python {
		return ""
	}
	for c := range t.Children(b) {
		if t.Kind(c) != syntax.Annotation {
			continue
		}
		kind := t.Child(c, 0)
		for t.Kind(kind) == syntax.Index { // Optional[X], Annotated[X, ...], list[X]
			if outer := f.name(t.Child(kind, 0), steps); !strings.HasSuffix(outer, "Optional") && !strings.HasSuffix(outer, "Annotated") {
				return outer
			}
			kind = t.Child(kind, 1)
		}
		if t.Kind(kind) == syntax.Tuple {
			kind = t.Child(kind, 0)
		}
		if t.Kind(kind) == syntax.Binary { // X | None
			kind = t.Child(kind, 0)
		}
		if t.Kind(kind) == syntax.Str {
			text, _ := t.Text(kind)
			return text
		}
		return f.name(kind, steps)
	}
	return ""
}

func (f *File) attributeName(id syntax.ID, steps int) string {
	t := f.Tree
	object, name := t.Child(id, 0), t.Name(id)
	if c := f.ownClass(object); c != 0 {
		f.say(id, "?."+name) // what a circle of fields sees: they are given each other, over and over
		known := f.fieldName(c, id, steps)
		f.say(id, known)
		return known
	}
	if own := f.name(object, steps); own != "" {
		return f.elsewhere(own + "." + name)
	}
	return "?." + name
}

// fieldName is the name of what a field of the object itself was given.
func (f *File) fieldName(c, id syntax.ID, steps int) string {
	t := f.Tree
	object, name := t.Child(id, 0), t.Name(id)
	holds := false
	for _, b := range f.Fields(c, name) {
		if t.Kind(b) != syntax.Assign {
			holds = false
			break
		}
		holds = true
		if value := f.Value(b); value != 0 && !t.Within(id, value) {
			if known := f.name(value, steps); known != "" && !strings.HasPrefix(known, "?.") {
				return known
			}
		}
		if known := f.annotated(b, steps); known != "" {
			return known
		}
	}
	if holds { // a value of unknown kind, as of a variable
		return "?." + name
	}
	if own := f.name(object, steps); own != "" {
		return f.elsewhere(own + "." + name)
	}
	return "?." + name
}

// importedName is the dotted name of what an import binds. Relative imports of Python become absolute from the file's own path; of
// JavaScript, a path from the target's root.
func (f *File) importedName(alias syntax.ID) string {
	name, known := f.imported[alias]
	if !known {
		name = f.readImport(alias)
		f.imported[alias] = name
	}
	return name
}

func (f *File) readImport(alias syntax.ID) string {
	t := f.Tree
	from := t.Parent(alias)
	if t.Kind(from) == syntax.Import {
		path := t.Code(t.Child(alias, 0))
		own := f.Absolute(path)
		if first, _, ok := strings.Cut(path, "."); ok && t.Name(alias) == first {
			return strings.TrimSuffix(own, path) + first
		}
		return own
	}
	module, outside := t.Code(t.Child(from, 0)), t.Outside(alias)
	if t.Language == syntax.Python {
		if own := f.Absolute(module + "." + outside); f.around.has(own) { // a module, out of a package
			return own
		}
	}
	module = f.Absolute(module)
	if t.Is(alias, syntax.Namespace) || outside == "default" {
		return module
	}
	return module + "." + outside
}

// Absolute makes a module path of an import absolute within the target, where it is relative.
func (f *File) Absolute(module string) string {
	if f.Tree.Language != syntax.Python {
		if !strings.HasPrefix(module, ".") {
			return f.around.script(f.Path, strings.TrimPrefix(module, "node:"))
		}
		return resolvePath(f.Path, module)
	}
	dots := 0
	for dots < len(module) && module[dots] == '.' {
		dots++
	}
	if dots == 0 {
		return f.around.python(f.Path, module)
	}
	pkg := f.Module
	if !strings.HasSuffix(f.Path, "__init__.py") {
		pkg = parent(pkg)
	}
	for ; dots > 1; dots-- {
		pkg = parent(pkg)
	}
	return strings.Trim(pkg+"."+strings.TrimLeft(module, "."), ".")
}

func parent(module string) string {
	i := strings.LastIndexByte(module, '.')
	return module[:max(i, 0)]
}

// ImportName is the dotted name of what an Alias binds.
func (f *File) ImportName(alias syntax.ID) string { return f.importedName(alias) }

// Callee is the name of what a call calls; of what a call gave back, with the segment `()`.
func (f *File) Callee(call syntax.ID) string {
	callee := f.Tree.Child(call, 0)
	name := f.Name(callee)
	if callee != 0 && f.Tree.Kind(callee) == syntax.Call {
		return join(name, "()")
	}
	return name
}

// Called is Callee, and tells a function from what it gave back and a name keeps: after `model = load(path)`, `model(x)` calls `load.()`.
func (f *File) Called(call syntax.ID) string {
	name := f.Callee(call)
	if name != "" && f.isResult(f.Tree.Child(call, 0), maxSteps) {
		return join(name, "()")
	}
	return name
}

// isResult says whether a name or an attribute of the object itself was given what a call gave back.
func (f *File) isResult(id syntax.ID, steps int) bool {
	t := f.Tree
	value := syntax.ID(0)
	switch {
	case id == 0 || steps == 0:
		return false
	case t.Kind(id) == syntax.Ident:
		b := f.Binding(id)
		switch {
		case b == 0:
			return false
		case t.Kind(b) == syntax.WithItem:
			value = t.Child(b, 0)
		case t.Kind(b) == syntax.Assign && t.Kind(t.Child(b, 0)) == syntax.Ident:
			value = f.Value(b)
		}
	case t.Kind(id) == syntax.Attribute:
		if c := f.ownClass(t.Child(id, 0)); c != 0 {
			for _, b := range f.Fields(c, t.Name(id)) {
				if t.Kind(b) == syntax.Assign {
					value = f.Value(b)
					break
				}
			}
		}
	}
	for value != 0 && (t.Kind(value) == syntax.Await || t.Kind(value) == syntax.Cast) {
		value = t.Child(value, 0)
	}
	if value == 0 || t.Within(id, value) {
		return false
	}
	return t.Kind(value) == syntax.Call || f.isResult(value, steps-1)
}
