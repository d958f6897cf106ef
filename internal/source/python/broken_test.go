package python

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/source/syntax/syntaxtest"
)

// TestBroken: every error is said, and what stands around it is read.
func TestBroken(t *testing.T) {
	for _, c := range broken {
		tree := Parse(c.in)
		if got := syntaxtest.Sketch(tree, tree.Root); got != "Module"+c.out {
			t.Errorf("%s\n got %s\nwant Module%s", c.in, got, c.out)
		}
		var told []string
		for _, e := range tree.Errors {
			line, _ := tree.Line(e.Offset)
			told = append(told, fmt.Sprintf("%d: %s", line, e.Reason))
		}
		if got := strings.Join(told, "; "); got != c.told {
			t.Errorf("%s\n told %s\n want %s", c.in, got, c.told)
		}
		sound(t, tree)
	}
}

// broken is what cannot be read, what is read all the same, and what is told, with its line.
var broken = []struct{ in, out, told string }{
	// Python 2.
	{"print \"a\", f(b)\nc", `(ExprStmt(Call(Ident:print Str<a> Call(Ident:f Ident:b))) ExprStmt(Ident:c))`, "1: print statement of Python 2"},
	{`print "a" % b,; g()`, `(ExprStmt(Call(Ident:print Binary:%(Str<a> Ident:b))) ExprStmt(Call(Ident:g)))`, "1: print statement of Python 2"},
	{`print >>f, "a"`, `(ExprStmt(Tuple(Binary:>>(Ident:print Ident:f) Str<a>)))`, "1: print statement of Python 2"},
	{`exec "a" in b; exec c`, `(ExprStmt(Call(Ident:exec Compare:in(Str<a> Ident:b))) ExprStmt(Call(Ident:exec Ident:c)))`, "1: exec statement of Python 2; 1: exec statement of Python 2"},
	{`raise E, "a", b`, `(Raise(Tuple(Ident:E Str<a> Ident:b)))`, "1: raise statement of Python 2"},
	{"x = `a.b(c)` + 1", `(Assign(Ident:x Binary:+(Call+Parens(Attribute:b(Ident:a) Ident:c) Number<1>)))`, "1: backticks of Python 2"},
	{`0777 + 0xFL + 10l; 0o17 + 00 + 09.5`, `(ExprStmt(Binary:+(Binary:+(Number<0777> Number<0xFL>) Number<10l>)) ExprStmt(Binary:+(Binary:+(Number<0o17> Number<00>) Number<09.5>)))`, "1: octal number of Python 2; 1: long number of Python 2; 1: long number of Python 2"},
	{`ur"\d" + a`, `(ExprStmt(Binary:+(Str+Raw<\d> Ident:a)))`, "1: ur string of Python 2"},
	{`a <> b`, `(ExprStmt(Compare:<>(Ident:a Ident:b)))`, "1: operator <> of Python 2"},
	{`def f(a, (b, (c, d)), e=1): g`, `(Function:f(Param:a Param(Tuple(Ident:b Tuple(Ident:c Ident:d))) Param:e(Number<1>) Block(ExprStmt(Ident:g))))`, "1: tuple parameter of Python 2"},
	{`lambda (a, b): c`, `(ExprStmt(Function+Arrow(Param(Tuple(Ident:a Ident:b)) Ident:c)))`, "1: tuple parameter of Python 2"},

	// Brackets.
	{"f(a, g(b)\nx = h()", `(ExprStmt(Call(Ident:f Ident:a Call(Ident:g Ident:b))) Assign(Ident:x Call(Ident:h)))`, "2: expected a closing bracket"},
	{"f(a,\n  g(b)\nreturn c", `(ExprStmt(Call(Ident:f Ident:a Call(Ident:g Ident:b))) Return(Ident:c))`, "3: expected a closing bracket"},
	{"if f(a:\n  g()\nh()", `(If(Call(Ident:f Ident:a) Block(ExprStmt(Call(Ident:g)))) ExprStmt(Call(Ident:h)))`, "1: expected a closing bracket"},
	{"def f(a, b:\n  return g()\nh()", `(Function:f(Param:a Param:b(Annotation(Bad<>)) Block(Return(Call(Ident:g)))) ExprStmt(Call(Ident:h)))`, "2: a keyword cannot stand here; 1: expected a closing bracket"},
	{"x = f(a]\ny", `(Assign(Ident:x Call(Ident:f Ident:a Bad<]>)) ExprStmt(Ident:y))`, "1: expected a closing bracket"},
	{"x = a[f(b)\nh(c)", `(Assign(Ident:x Index(Ident:a Call(Ident:f Ident:b))) ExprStmt(Call(Ident:h Ident:c)))`, "2: expected a closing bracket"},
	{`f(a])`, `(ExprStmt(Call(Ident:f Ident:a Bad<]>)))`, "1: expected a closing bracket"},
	{`f(a))`, `(ExprStmt(Call(Ident:f Ident:a)) Bad<)>)`, "1: expected the end of the statement"},
	{`f a, g(b))`, `(ExprStmt(Ident:f) ExprStmt(Tuple(Ident:a Call(Ident:g Ident:b))) Bad<)>)`, "1: expected the end of the statement"},
	{"x = {\"a\": f(), \"b\" g(), \"c\": h()}\ny", `(Assign(Ident:x Dict(Pair(Str<a> Call(Ident:f)) Str<b> Call(Ident:g) Pair(Str<c> Call(Ident:h)))) ExprStmt(Ident:y))`, "1: expected a comma or a closing bracket"},
	{`[f(a) b, c]; d`, `(ExprStmt(List(Call(Ident:f Ident:a) Ident:b Ident:c)) ExprStmt(Ident:d))`, "1: expected a comma or a closing bracket"},
	{`f(a b, c)`, `(ExprStmt(Call(Ident:f Ident:a Ident:b Ident:c)))`, "1: expected a comma or a closing bracket"},
	{`(a b, f(c)); d`, `(ExprStmt(Tuple(Ident:a Ident:b Call(Ident:f Ident:c))) ExprStmt(Ident:d))`, "1: expected a comma or a closing bracket"},
	{`f(a, , b); g(+)`, `(ExprStmt(Call(Ident:f Ident:a Bad<> Ident:b)) ExprStmt(Call(Ident:g Unary:+(Bad<>))))`, "1: expected an expression; 1: expected an expression"},
	{"f(a.\nclass A: b", `(Bad<f(a.>(Ident:f) Class:A(Block(ExprStmt(Ident:b))))`, "2: expected the name of an attribute"},
	{"x = [\n  f(a),\n  g(b)\n\ndef h():\n  i()", `(Assign(Ident:x List(Call(Ident:f Ident:a) Call(Ident:g Ident:b))) Function:h(Block(ExprStmt(Call(Ident:i)))))`, "5: expected a closing bracket"},
	{"x = f\n    a,\n    g(b))\nh()", `(Assign(Ident:x Ident:f) ExprStmt(Tuple(Ident:a)) ExprStmt(Call(Ident:g Ident:b)) Bad<)> ExprStmt(Call(Ident:h)))`, "2: unexpected indent; 3: expected the end of the statement"},
	{`f(a=)`, `(ExprStmt(Call(Ident:f Keyword:a(Bad<>))))`, "1: expected an expression"},
	{`f(if); g()`, `(ExprStmt(Call(Ident:f Bad<if>)) ExprStmt(Call(Ident:g)))`, "1: a keyword cannot stand here"},
	{"from a import (b, c\nd()", `(ImportOf(Path<a> Alias:b Alias:c) ExprStmt(Call(Ident:d)))`, "2: expected a closing bracket"},
	{"class A(B:\n  def f(self): g()", `(Class:A(Ident:B Block(Function:f(Param:self Block(ExprStmt(Call(Ident:g)))))))`, "1: expected a closing bracket"},
	{"def f a, b):\n  g()", `(Function:f(Param:a Param:b Block(ExprStmt(Call(Ident:g)))))`, "1: expected an opening bracket"},
	{"with (a, b as c:\n  d()", `(With(WithItem(Tuple(Ident:a Ident:b Bad<as> Ident:c)) Block(ExprStmt(Call(Ident:d)))))`, "1: expected a closing bracket; 1: expected a closing bracket"},

	// Heads.
	{"if a\n  f()\nelse\n  g()", `(If(Ident:a Block(ExprStmt(Call(Ident:f))) Block(ExprStmt(Call(Ident:g)))))`, "1: expected a colon; 3: expected a colon"},
	{"while a b:\n  f()", `(Bad<while a b:>(Ident:a) ExprStmt(Call(Ident:f)))`, "1: expected a colon"},
	{"for a on b:\n  f()\ng()", `(Bad<for a on b:>(Ident:a) ExprStmt(Call(Ident:f)) ExprStmt(Call(Ident:g)))`, "1: expected in"},
	{"def f():\ng()", `(Function:f(Block()) ExprStmt(Call(Ident:g)))`, "2: expected an indented block"},
	{"def f(a)\n  g(a)", `(Function:f(Param:a Block(ExprStmt(Call(Ident:g Ident:a)))))`, "1: expected a colon"},
	{"class\n  f()", `(Bad<class> ExprStmt(Call(Ident:f)))`, "1: expected a name"},
	{"else:\n  f()", `(Bad<else:> ExprStmt(Call(Ident:f)))`, "1: a keyword cannot stand here"},
	{`elif a: f()`, `(Bad<elif a: f()>)`, "1: a keyword cannot stand here"},
	{"try:\n  f()\ng()", `(Try(Block(ExprStmt(Call(Ident:f)))) ExprStmt(Call(Ident:g)))`, "3: expected except or finally"},
	{"match a:\n  case 1\n    f()\n  caso 2:\n    g()\n  case 3: h()\ni", `(Match(Ident:a Case(Number<1> Block(ExprStmt(Call(Ident:f)))) Bad<caso 2:>(ExprStmt(Ident:caso) Number<2>) ExprStmt(Call(Ident:g)) Case(Number<3> Block(ExprStmt(Call(Ident:h))))) ExprStmt(Ident:i))`, "2: expected a colon; 4: expected the end of the statement; 4: expected an expression, not the end of the line"},
	{"@a\nf()", `(Bad<@a>(Decorator(Ident:a)) ExprStmt(Call(Ident:f)))`, "2: expected a function or a class"},
	{"@\ndef f(): g()", `(Bad<@> Function:f(Block(ExprStmt(Call(Ident:g)))))`, "1: expected an expression, not the end of the line"},
	{"import a.\nf()", `(Bad<import a.> ExprStmt(Call(Ident:f)))`, "1: expected a module"},
	{"from a import\nf()", `(Bad<from a import>(Path<a>) ExprStmt(Call(Ident:f)))`, "1: expected a name"},
	{`async f()`, `(ExprStmt(Ident:async) ExprStmt(Call(Ident:f)))`, "1: expected the end of the statement"},
	{`lambda a b: c`, `(Bad<lambda a b: c>(Param:a))`, "1: expected a colon"},

	// Strings.
	{"x = \"a\nf()", `(Assign(Ident:x Str<a>) ExprStmt(Call(Ident:f)))`, "1: a string that is not closed"},
	{"x = f(a, \"b)\ng()", `(Assign(Ident:x Call(Ident:f Ident:a Str<b)>)) ExprStmt(Call(Ident:g)))`, "1: a string that is not closed; 2: expected a closing bracket"},
	{"x = \"\"\"a\nf()", "(Assign(Ident:x Str<a\nf()>))", "1: a string that is not closed"},
	{"x = f\"a{b\nf()", `(Bad<x = f"a{b>(Ident:x Str<> Ident:b) ExprStmt(Call(Ident:f)))`, "2: expected } in a formatted string"},
	{"x = f\"{a b} c {f(d)}\"; g()\nh()", `(Bad<x = f"{a b} c {f(d)}"; g()>(Ident:x Ident:a) ExprStmt(Call(Ident:h)))`, "1: expected } in a formatted string"},
	{`x = f"a}b"`, `(Assign(Ident:x Format(Str<a}b>)))`, "1: a single } in a formatted string"},
	{"x = f'''{a b}\n''' + g()\nh()", "(Bad<x = f'''{a b}\n''' + g()>(Ident:x Ident:a) ExprStmt(Call(Ident:h)))", "1: expected } in a formatted string"},
	{"f\"{!r}\" ; f\"{}\"\ng()", `(Bad<f"{!r}" ; f"{}"> ExprStmt(Call(Ident:g)))`, "1: expected an expression"},

	// Lines.
	{"  a\nb", `(ExprStmt(Ident:a) ExprStmt(Ident:b))`, "1: unexpected indent"},
	{"if a:\n    f()\n  g()\nh()", `(If(Ident:a Block(ExprStmt(Call(Ident:f)) ExprStmt(Call(Ident:g)))) ExprStmt(Call(Ident:h)))`, "3: no block begins at this column"},
	{"if a:\n    f()\n      g()\n    h()\ni()", `(If(Ident:a Block(ExprStmt(Call(Ident:f)) ExprStmt(Call(Ident:g)) ExprStmt(Call(Ident:h)))) ExprStmt(Call(Ident:i)))`, "3: unexpected indent"},
	{"a \\ b\nf()", `(ExprStmt(Ident:a) Bad<\> ExprStmt(Ident:b) ExprStmt(Call(Ident:f)))`, "1: expected the end of the statement"},
	{`a\`, `(ExprStmt(Ident:a) Bad<\>)`, "1: expected the end of the statement"},
	{`a; ; f()`, `(Bad<a; ; f()>(ExprStmt(Ident:a)))`, "1: expected an expression"},
	{"a b c\nf()", `(ExprStmt(Ident:a) ExprStmt(Ident:b) ExprStmt(Ident:c) ExprStmt(Call(Ident:f)))`, "1: expected the end of the statement"},
	{"x = \nf()", `(Bad<x = >(Ident:x) ExprStmt(Call(Ident:f)))`, "1: expected an expression, not the end of the line"},
	{`= 1; f()`, `(Bad<= 1; f()>)`, "1: expected an expression"},
	{")\nf()", `(Bad<)> ExprStmt(Call(Ident:f)))`, "1: expected an expression"},
	{"a \x00 f()\ng()", "(ExprStmt(Ident:a) Bad<\x00> ExprStmt(Call(Ident:f)) ExprStmt(Call(Ident:g)))", "1: expected the end of the statement"},
	{"a \ufeff b", "(ExprStmt(Ident:a) Bad<\ufeff> ExprStmt(Ident:b))", "1: expected the end of the statement"},
	{`a ? b $ f(c)`, `(ExprStmt(Ident:a) Bad<?> ExprStmt(Ident:b) Bad<$> ExprStmt(Call(Ident:f Ident:c)))`, "1: expected the end of the statement"},
	{`1abc + 2; 1.f`, `(ExprStmt(Binary:+(Number<1abc> Number<2>)) ExprStmt(Number<1.f>))`, "1: a number with letters behind it; 1: a number with letters behind it"},
	{`return return f()`, `(Bad<return return f()>)`, "1: a keyword cannot stand here"},
	{`del; a`, `(Delete ExprStmt(Ident:a))`, "1: expected an expression"},
	{`global 1`, `(Bad<global 1>)`, "1: expected a name"},
	{"a.if.b; a.\nf()", `(Bad<a.if.b; a.>(ExprStmt(Attribute:b(Attribute:if(Ident:a)))) ExprStmt(Call(Ident:f)))`, "1: a keyword cannot be an attribute; 1: expected the name of an attribute"},
	{"match a[b:c]\nd", `(ExprStmt(Ident:match) ExprStmt(Index(Ident:a SliceOf(Ident:b Ident:c))) ExprStmt(Ident:d))`, "1: expected the end of the statement"},
	{"for x in f(a:\n  g()", `(For(Ident:x Call(Ident:f Ident:a) Block(ExprStmt(Call(Ident:g)))))`, "1: expected a closing bracket"},
	{"x = {\n  'a': f(1),\n  'b': g(2,\n  'c': h(3),\n}\ni()", `(Assign(Ident:x Dict(Pair(Str<a> Call(Ident:f Number<1>)) Pair(Str<b> Call(Ident:g Number<2> Str<c> Bad<:> Call(Ident:h Number<3>) Bad<>)))) ExprStmt(Call(Ident:i)))`, "4: expected a closing bracket; 5: expected an expression"},
	{"f(a,\n  b(c\ng()", `(ExprStmt(Call(Ident:f Ident:a Call(Ident:b Ident:c))) ExprStmt(Call(Ident:g)))`, "3: expected a closing bracket; 2: expected a closing bracket"},
	{"f(a, b\n  c = d(e)\ng()", `(ExprStmt(Call(Ident:f Ident:a Ident:b)) Assign(Ident:c Call(Ident:d Ident:e)) ExprStmt(Call(Ident:g)))`, "2: expected a closing bracket"},
	{"def f():\n  g(a\n  h()\n\ni()", `(Function:f(Block(ExprStmt(Call(Ident:g Ident:a)) ExprStmt(Call(Ident:h)))) ExprStmt(Call(Ident:i)))`, "3: expected a closing bracket"},
	{`f(a if b, c)`, `(ExprStmt(Call(Ident:f Conditional(Ident:b Ident:a Bad<>) Ident:c)))`, "1: expected else"},
	{`f(a for b c)`, `(Bad<f(a for b c)>(Ident:f Ident:a Ident:b))`, "1: expected in"},
	{`x = (a, b]`, `(Assign(Ident:x Tuple(Ident:a Ident:b Bad<]>)))`, "1: expected a closing bracket"},
	{"[f(a), g(b)\nfor c in d: e()", `(ExprStmt(Comp(Call(Ident:f Ident:a) Call(Ident:g Ident:b) CompFor(Ident:c Ident:d))))`, "2: expected a closing bracket"},
	{"if f(a) and (b or g(c):\n  d()", `(If(Logic:and(Call(Ident:f Ident:a) Logic:or+Parens(Ident:b Call(Ident:g Ident:c))) Block(ExprStmt(Call(Ident:d)))))`, "1: expected a closing bracket"},
}

// TestOldFile: a long file of Python 2 is read to its end.
func TestOldFile(t *testing.T) {
	tree := Parse(strings.Repeat("print 'a', f(0777)\n", 5_000))
	if n := calls(tree)["f"]; n != 5_000 || len(tree.Errors) != maxOld {
		t.Errorf("%d calls, %d errors", n, len(tree.Errors))
	}
}
