// Package syntaxtest holds what the tests of every reader of source need: trees as text, and the promises that every tree keeps.
package syntaxtest

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

var kinds = [...]string{
	syntax.None: "None", syntax.Module: "Module", syntax.Block: "Block", syntax.ExprStmt: "ExprStmt", syntax.Assign: "Assign",
	syntax.Augment: "Augment", syntax.Return: "Return", syntax.Raise: "Raise", syntax.If: "If", syntax.For: "For",
	syntax.ForLoop: "ForLoop", syntax.While: "While", syntax.Try: "Try", syntax.Handler: "Handler", syntax.Else: "Else",
	syntax.Finally: "Finally", syntax.With: "With", syntax.WithItem: "WithItem", syntax.Match: "Match", syntax.Case: "Case",
	syntax.Guard: "Guard", syntax.Delete: "Delete", syntax.Assert: "Assert", syntax.Scope: "Scope", syntax.Jump: "Jump",
	syntax.Label: "Label", syntax.Import: "Import", syntax.ImportOf: "ImportOf", syntax.Alias: "Alias", syntax.Path: "Path",
	syntax.Export: "Export", syntax.Function: "Function", syntax.Param: "Param", syntax.Class: "Class", syntax.Decorator: "Decorator",
	syntax.Bad: "Bad", syntax.TypeOnly: "TypeOnly", syntax.Ident: "Ident", syntax.Attribute: "Attribute", syntax.Index: "Index",
	syntax.SliceOf: "SliceOf", syntax.Hole: "Hole", syntax.Call: "Call", syntax.Keyword: "Keyword", syntax.Spread: "Spread",
	syntax.Str: "Str", syntax.Strings: "Strings", syntax.Format: "Format", syntax.Interp: "Interp", syntax.Number: "Number",
	syntax.Const: "Const", syntax.Regex: "Regex", syntax.List: "List", syntax.Tuple: "Tuple", syntax.Set: "Set", syntax.Dict: "Dict",
	syntax.Pair: "Pair", syntax.Binary: "Binary", syntax.Logic: "Logic", syntax.Compare: "Compare", syntax.Unary: "Unary",
	syntax.Conditional: "Conditional", syntax.Await: "Await", syntax.Yield: "Yield", syntax.Comp: "Comp", syntax.CompFor: "CompFor",
	syntax.CompIf: "CompIf", syntax.Sequence: "Sequence", syntax.Cast: "Cast", syntax.Annotation: "Annotation",
	syntax.Element: "Element", syntax.Attr: "Attr", syntax.Text: "Text",
}

var flags = [...]string{
	"Async", "Star", "Double", "Arrow", "Method", "Static", "Getter", "New", "Optional", "Tagged", "Bare", "Bytes",
	"Raw", "Shorthand", "Computed", "NoValue", "Exported", "Namespace", "Do", "In", "TypeImport", "Parens", "Generator",
}

// Sketch writes a node as Kind:name+Flag(children), or with its text.
func Sketch(t *syntax.Tree, id syntax.ID) string {
	var b strings.Builder
	sketch(&b, t, id)
	return b.String()
}

func sketch(b *strings.Builder, t *syntax.Tree, id syntax.ID) {
	n := t.Node(id)
	b.WriteString(kinds[n.Kind])
	if n.NameEnd > n.NameStart {
		b.WriteString(":" + t.Name(id))
	}
	if outside := t.Outside(id); outside != t.Name(id) {
		b.WriteString("=" + outside)
	}
	for i, name := range flags {
		if n.Flags&(1<<i) != 0 {
			b.WriteString("+" + name)
		}
	}
	switch n.Kind {
	case syntax.Str:
		text, _ := t.Text(id)
		b.WriteString("<" + text + ">")
	case syntax.Number, syntax.Regex, syntax.Path, syntax.Text, syntax.Bad, syntax.Jump:
		b.WriteString("<" + t.Code(id) + ">")
	case syntax.Annotation:
		if n.First == 0 {
			b.WriteString("<" + t.Code(id) + ">")
		}
	}
	if n.First == 0 && n.Kind != syntax.Block {
		return
	}
	b.WriteByte('(')
	for c := n.First; c != 0; c = t.Next(c) {
		if c != n.First {
			b.WriteByte(' ')
		}
		sketch(b, t, c)
	}
	b.WriteByte(')')
}
