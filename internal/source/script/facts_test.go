package script

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// facts says of a tree what testdata/oracle.cjs says of the compiler's.
func facts(t *syntax.Tree) []string {
	f := &facting{t: t}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		f.node(id)
	}
	return f.all
}

type facting struct {
	t   *syntax.Tree
	all []string
}

func (f *facting) say(format string, args ...any) {
	f.all = append(f.all, fmt.Sprintf(format, args...))
}

// quoted is what JSON.stringify makes of a text.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20:
			if i := strings.IndexRune("\b\f\n\r\t", r); i >= 0 {
				b.WriteByte('\\')
				b.WriteByte("bfnrt"[i])
			} else {
				fmt.Fprintf(&b, "\\u%04x", r)
			}
		case r == utf8.RuneError: // half of a character, of which Go knows none
			b.WriteString("\\ufffd")
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func (f *facting) node(id syntax.ID) {
	t := f.t
	n := t.Node(id)
	parent := t.Node(n.Parent)
	switch n.Kind {
	case syntax.Call:
		line, _ := t.Line(n.Start)
		count := -1
		for range t.Children(id) {
			count++
		}
		switch {
		case n.Flags&syntax.New != 0:
			f.say("new %d %d %d %d", n.Start, n.End, line, count)
		case n.Flags&syntax.Tagged != 0:
			f.say("tag %d %d %d", n.Start, n.End, line)
		default:
			f.say("call %d %d %d %d", n.Start, n.End, line, count)
		}
	case syntax.Attribute:
		object := t.Node(n.First)
		if name := t.Source[object.NameStart:object.NameEnd]; object.Kind == syntax.Ident && (name == "import" || name == "new") || f.alias(id) {
			return
		}
		f.say("attribute %d %d %s", n.Start, n.End, t.Name(id))
	case syntax.Binary, syntax.Logic, syntax.Compare, syntax.Augment:
		f.say("operator %d %d %s", n.Start, n.End, t.Name(id))
	case syntax.Unary, syntax.Conditional, syntax.Await, syntax.Yield, syntax.Index:
		f.say("expression %d %d", n.Start, n.End)
	case syntax.If, syntax.While, syntax.For, syntax.ForLoop, syntax.Match, syntax.Try:
		if n.Flags&syntax.Do == 0 {
			f.say("statement %d %d", n.Start, n.End)
		}
		if n.Kind == syntax.For && n.NameEnd > 0 && t.Kind(n.First) != syntax.Assign {
			f.say("variable %d ", t.Node(n.First).Start)
		}
	case syntax.ImportOf:
		f.imports(id)
	case syntax.Export:
		for c := range t.Children(id) {
			if t.Kind(c) == syntax.Ident && n.NameEnd == 0 {
				f.say("export %s %s", t.Name(c), t.Outside(c))
			}
		}
	case syntax.Function:
		if n.Flags&(syntax.Arrow|syntax.Method|syntax.Parens) == 0 && declares(parent.Kind) && t.Name(n.Parent) != "=" {
			f.say("declare %d %s", n.Start, t.Name(id))
		}
		f.say("func %d %s", n.End, t.Name(id))
	case syntax.Param:
		star := ""
		if n.Flags&syntax.Star != 0 {
			star = "*"
		}
		f.say("param %s %s", t.Name(id), star)
	case syntax.Class:
		f.say("class %d %s %d", n.Start, t.Name(id), n.End)
	case syntax.Assign:
		switch word := t.Name(id); {
		case word == "enum" || word == "import":
		case word != "":
			value := "="
			if n.Flags&syntax.NoValue != 0 {
				value = ""
			}
			f.say("variable %d %s", t.Node(n.First).Start, value)
		case parent.Kind == syntax.Block && t.Kind(parent.Parent) == syntax.Class:
			f.say("field %d %s", t.Node(n.First).Start, t.Name(n.First))
		}
	case syntax.Pair:
		if n.Flags&syntax.Computed == 0 {
			key := t.Node(n.First)
			name := t.Code(n.First)
			if key.Kind == syntax.Str && key.Flags&syntax.Bare == 0 {
				text, _ := t.Text(n.First)
				name = quoted(text)
			}
			f.say("key %d %s", key.Start, name)
		}
	case syntax.Str:
		f.text(id)
	case syntax.Number:
		if parent.Kind != syntax.Pair || parent.First != id || parent.Flags&syntax.Computed != 0 {
			f.say("number %d %d", n.Start, n.End)
		}
	case syntax.Regex:
		f.say("regex %d %d", n.Start, n.End)
	case syntax.Element:
		f.say("element %d %d %s", n.Start, n.End, strings.Join(strings.Fields(t.Name(id)), ""))
	case syntax.Attr:
		f.say("attr %d %s", n.Start, t.Name(id))
	case syntax.Text:
		f.say("text %d %d", n.Start, n.End)
	}
}

func (f *facting) text(id syntax.ID) {
	t := f.t
	n := t.Node(id)
	parent := t.Node(n.Parent)
	text, _ := t.Text(id)
	switch {
	case parent.Kind == syntax.Format:
		f.say("part %d %d %s", n.Start, n.End, quoted(text))
	case n.Flags&syntax.Raw != 0:
		f.say("quoted %d %d", n.Start, n.End)
	case parent.Kind != syntax.Pair || parent.First != id || parent.Flags&syntax.Computed != 0:
		f.say("string %d %d %s", n.Start, n.End, quoted(text))
	}
}

// alias says whether an attribute is part of `import x = A.B`, where the compiler sees no expression.
func (f *facting) alias(id syntax.ID) bool {
	t := f.t
	for t.Kind(id) == syntax.Attribute {
		id = t.Parent(id)
	}
	return t.Kind(id) == syntax.Assign && t.Name(id) == "import"
}

func declares(parent syntax.Kind) bool {
	switch parent {
	case syntax.Module, syntax.Block, syntax.Export, syntax.Label:
		return true
	}
	return false
}

func (f *facting) imports(id syntax.ID) {
	t := f.t
	module := ""
	for c := range t.Children(id) {
		switch t.Kind(c) {
		case syntax.Path:
			module = quoted(t.Code(c))
			f.say("module %s", module)
		case syntax.Alias:
			kind := ""
			if t.Is(c, syntax.Namespace) {
				kind = "*"
			}
			f.say("import %s %s %s %s", module, t.Name(c), t.Outside(c), kind)
		}
	}
}
