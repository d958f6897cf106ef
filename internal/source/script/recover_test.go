package script

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// broken is what cannot be read, and what is read all the same.
var broken = []reading{
	{JavaScript, "let = ;\nf(1)", `Bad<let = ;> ExprStmt(Call(Ident:f Number<1>))`},
	{JavaScript, "a b; c()", `ExprStmt(Ident:a) ExprStmt(Ident:b) ExprStmt(Call(Ident:c))`},
	{JavaScript, "f(a, b c, d); g()", `ExprStmt(Call(Ident:f Ident:a Ident:b Bad<c, d>)) ExprStmt(Call(Ident:g))`},
	{JavaScript, "f(() => { a b }); g()", `ExprStmt(Call(Ident:f Function+Arrow(Block(ExprStmt(Ident:a) ExprStmt(Ident:b))))) ExprStmt(Call(Ident:g))`},
	{JavaScript, "x = {a: 1, b c}; g()", `ExprStmt(Assign(Ident:x Dict(Pair(Str<a> Number<1>) Pair+Shorthand(Str<b> Ident:b) Bad<c>))) ExprStmt(Call(Ident:g))`},
	{JavaScript, "x = `a${b c}d`; g()", `ExprStmt(Assign(Ident:x Format(Str<a> Interp(Ident:b Bad<c>) Str<d>))) ExprStmt(Call(Ident:g))`},
	{JavaScript, "class A { a() { f() } 1 2 3; b() { g() } } h()", `Class:A(Block(Function:a+Method(Block(ExprStmt(Call(Ident:f)))) Bad<1 2 3> Function:b+Method(Block(ExprStmt(Call(Ident:g)))))) ExprStmt(Call(Ident:h))`},
	{JavaScript, "function f() { if (a { b() } }\nfunction g() { h() }", `Function:f(Block(Bad<if (a { b() }>)) Function:g(Block(ExprStmt(Call(Ident:h))))`},
	{JavaScript, "describe('a', () => { f();", `ExprStmt(Call(Ident:describe Str<a> Function+Arrow(Block(ExprStmt(Call(Ident:f))))))`},
	{JavaScript, "} f()", `ExprStmt(Call(Ident:f))`},
	{JavaScript, "x = <a>{b c}</a>; f()", `ExprStmt(Assign(Ident:x Element:a(Ident:b Bad<c>))) ExprStmt(Call(Ident:f))`},
	{JavaScript, "a = 'b\nf()", `ExprStmt(Assign(Ident:a Str<b>)) ExprStmt(Call(Ident:f))`},
	{TypeScript, "const a: = 1\nf()", `Bad<const a: = 1> ExprStmt(Call(Ident:f))`},
	{TypeScript, "interface A { a: ; }\nf()", `TypeOnly:A ExprStmt(Call(Ident:f))`},
	{JavaScript, "f() /* a", `ExprStmt(Call(Ident:f))`},
	{JavaScript, "import {a from 'b'\nf()", `Bad<import {a from 'b'> ExprStmt(Call(Ident:f))`},
	{JavaScript, "f(\nconst a = g()\n", `Bad<f(> Assign:const(Ident:a Call(Ident:g))`},
}

// TestBroken: every error is said, and what stands around it is read.
func TestBroken(t *testing.T) {
	for _, c := range broken {
		tree := Parse(c.in, c.dialect)
		if got := sketch(tree, tree.Root); got != "Module("+c.out+")" {
			t.Errorf("%s\n got %s\nwant Module(%s)", c.in, got, c.out)
		}
		if len(tree.Errors) == 0 {
			t.Errorf("%s: no error is said", c.in)
		}
		sound(t, tree)
	}
}

// TestFlow: types in JavaScript are read like TypeScript's.
func TestFlow(t *testing.T) {
	tree := Parse("// @flow\ntype A = { b: ?string };\nexport function f(a: ?A): void { g((a: any)) }", JavaScript)
	want := "Module(TypeOnly:A Export(Function:f(Param:a(Annotation<?A>) Annotation<void> Block("
	if got := sketch(tree, tree.Root); !strings.HasPrefix(got, want) {
		t.Errorf("got %s", got)
	}
}

// TestErrors: an error says where it is and what was expected there.
func TestErrors(t *testing.T) {
	for _, c := range []struct {
		in     string
		line   int
		reason string
	}{
		{"f(\n  a b)", 2, "expected )"},
		{"x = 'a\n", 1, "expected the end of the string"},
		{"x = `a", 1, "expected the end of the template"},
		{"\nx = /a\n", 2, "expected the end of the regular expression"},
		{"a\nb c", 2, "expected the end of the statement"},
		{"import a 'b'", 1, "expected from"},
		{"{", 1, "expected }"},
		{"x = <a></b>", 1, "a closing tag of another element"},
		{"a \x00", 1, "a character that means nothing here"},
	} {
		tree := Parse(c.in, JavaScript)
		if len(tree.Errors) == 0 {
			t.Errorf("%q: no error", c.in)
			continue
		}
		if line, _ := tree.Line(tree.Errors[0].Offset); line != c.line || tree.Errors[0].Reason != c.reason {
			t.Errorf("%q: line %d: %s", c.in, line, tree.Errors[0].Reason)
		}
	}
}

// TestDamaged takes one byte at a time out of a script, and counts how many of its calls are still read.
func TestDamaged(t *testing.T) {
	calls := func(source string) (n int) {
		tree := Parse(source, TypeScript)
		sound(t, tree)
		for id := tree.Root; id > 0; id-- {
			if tree.Kind(id) == syntax.Call && (id == tree.Root || tree.Parent(id) != 0) {
				n++
			}
		}
		return n
	}
	whole := calls(written + written + written)
	found, all := 0, 0
	for i := range written {
		if strings.IndexByte("(){}[]`\"'/<>=,;:.", written[i]) < 0 {
			continue
		}
		found += calls(written + written[:i] + written[i+1:] + written)
		all += whole
	}
	if rate := float64(found) / float64(all); rate < 0.9 {
		t.Errorf("%.3f of the calls are found in damaged scripts", rate)
	} else {
		t.Logf("%.3f of the calls are found in damaged scripts", rate)
	}
}
