package python

import (
	"testing"

	"github.com/lodemark/lodemark/internal/source/syntax/syntaxtest"
)

// TestReadings is the manual: what is written, and the nodes that it becomes.
func TestReadings(t *testing.T) {
	for _, c := range readings {
		tree := Parse(c.in)
		if got := syntaxtest.Sketch(tree, tree.Root); got != "Module"+c.out {
			t.Errorf("%s\n got %s\nwant Module%s", c.in, got, c.out)
		}
		for _, e := range tree.Errors {
			line, column := tree.Line(e.Offset)
			t.Errorf("%s: %d:%d: %s", c.in, line, column, e.Reason)
		}
		sound(t, tree)
	}
}

type reading struct{ in, out string }

var readings = []reading{
	// Statements.
	{`x = y = 1`, `(Assign(Ident:x Ident:y Number<1>))`},
	{`x: int`, `(Assign+NoValue(Ident:x Annotation(Ident:int)))`},
	{`x: int = 1; self.y: a.B | None = f()`, `(Assign(Ident:x Annotation(Ident:int) Number<1>) Assign(Attribute:y(Ident:self) Annotation(Binary:|(Attribute:B(Ident:a) Const:None)) Call(Ident:f)))`},
	{`x += 1; x //= y; x[0] >>= 2`, `(Augment:+=(Ident:x Number<1>) Augment://=(Ident:x Ident:y) Augment:>>=(Index(Ident:x Number<0>) Number<2>))`},
	{`a, *b = c = yield`, `(Assign(Tuple(Ident:a Spread+Star(Ident:b)) Ident:c Yield))`},
	{`return`, `(Return)`},
	{`pass; break; continue;`, `(Jump<pass> Jump<break> Jump<continue>)`},
	{`del a, b[0], (c)`, `(Delete(Ident:a Index(Ident:b Number<0>) Ident:c+Parens))`},
	{`assert a, "b"`, `(Assert(Ident:a Str<b>))`},
	{`global a, b`, `(Scope(Ident:a Ident:b))`},
	{"def f():\n  nonlocal a", `(Function:f(Block(Scope(Ident:a))))`},
	{"raise\nraise a from b", `(Raise Raise(Ident:a Ident:b))`},
	{"if a: b\nelif c:\n  d\nelse: e", `(If(Ident:a Block(ExprStmt(Ident:b)) If(Ident:c Block(ExprStmt(Ident:d)) Block(ExprStmt(Ident:e)))))`},
	{"if a: b\nelif c: d\nelif e: f", `(If(Ident:a Block(ExprStmt(Ident:b)) If(Ident:c Block(ExprStmt(Ident:d)) If(Ident:e Block(ExprStmt(Ident:f))))))`},
	{"while a:\n  b\nelse:\n  c", `(While(Ident:a Block(ExprStmt(Ident:b)) Block(ExprStmt(Ident:c))))`},
	{"for a, (b, *c) in d, e:\n  f\nelse: g", `(For(Tuple(Ident:a Tuple(Ident:b Spread+Star(Ident:c))) Tuple(Ident:d Ident:e) Block(ExprStmt(Ident:f)) Block(ExprStmt(Ident:g))))`},
	{`async for a in b: pass`, `(For+Async(Ident:a Ident:b Block(Jump<pass>)))`},
	{"try: a\nexcept: b\nexcept E as e: c\nexcept (A, B): d\nelse: f\nfinally: g", `(Try(Block(ExprStmt(Ident:a)) Handler(Block(ExprStmt(Ident:b))) Handler:e(Ident:E Block(ExprStmt(Ident:c))) Handler(Tuple(Ident:A Ident:B) Block(ExprStmt(Ident:d))) Else(Block(ExprStmt(Ident:f))) Finally(Block(ExprStmt(Ident:g)))))`},
	{"try: a\nexcept* E: b", `(Try(Block(ExprStmt(Ident:a)) Handler(Ident:E Block(ExprStmt(Ident:b)))))`},
	{"try: a\nexcept A, B: b", `(Try(Block(ExprStmt(Ident:a)) Handler(Tuple(Ident:A Ident:B) Block(ExprStmt(Ident:b)))))`},
	{`with a, b() as c: d`, `(With(WithItem(Ident:a) WithItem(Call(Ident:b) Ident:c) Block(ExprStmt(Ident:d))))`},
	{`with (a, b() as (c, d),): e`, `(With(WithItem(Ident:a) WithItem(Call(Ident:b) Tuple(Ident:c Ident:d)) Block(ExprStmt(Ident:e))))`},
	{`with (a): b`, `(With(WithItem(Ident:a) Block(ExprStmt(Ident:b))))`},
	{`with (a).b as c: d`, `(With(WithItem(Attribute:b(Ident:a+Parens) Ident:c) Block(ExprStmt(Ident:d))))`},
	{`with (yield), (a, b): c`, `(With(WithItem(Yield+Parens) WithItem(Tuple(Ident:a Ident:b)) Block(ExprStmt(Ident:c))))`},
	{`async with a as b.c: d`, `(With+Async(WithItem(Ident:a Attribute:c(Ident:b)) Block(ExprStmt(Ident:d))))`},
	{`import a.b.c as d, e, f.g`, `(Import(Alias:d(Path<a.b.c>) Alias:e(Path<e>) Alias:f(Path<f.g>)))`},
	{`from a import b, c as d`, `(ImportOf(Path<a> Alias:b Alias:d=c))`},
	{`from . import (a, b as c,)`, `(ImportOf(Path<.> Alias:a Alias:c=b))`},
	{`from ...a.b import *`, `(ImportOf(Path<...a.b> Alias+Namespace))`},
	{"@a.b(c)\n@d\nasync def f(): pass", `(Function:f+Async(Decorator(Call(Attribute:b(Ident:a) Ident:c)) Decorator(Ident:d) Block(Jump<pass>)))`},
	{`def f(a, /, b: int, c: str = "d", *e: *T, g=1, **h) -> list[int]: ...`, `(Function:f(Param:a Param:b(Annotation(Ident:int)) Param:c(Annotation(Ident:str) Str<d>) Param:e+Star(Annotation(Spread+Star(Ident:T))) Param:g(Number<1>) Param:h+Double Annotation(Index(Ident:list Ident:int)) Block(ExprStmt(Const:...))))`},
	{`def f(*, a): return a,`, `(Function:f(Param:a Block(Return(Tuple(Ident:a)))))`},
	{`class A: x = 1`, `(Class:A(Block(Assign(Ident:x Number<1>))))`},
	{"class A(B, metaclass=C, *d, **e):\n  \"\"\"f\"\"\"\n  def g(self): pass", `(Class:A(Ident:B Keyword:metaclass(Ident:C) Spread+Star(Ident:d) Spread+Double(Ident:e) Block(ExprStmt(Str<f>) Function:g(Param:self Block(Jump<pass>)))))`},
	{`type A = int`, `(TypeOnly:A)`},
	{`type A[T: int, *B, **C] = list[T]`, `(TypeOnly:A)`},
	{`def f[T: (int, str) = int](a: T): a`, `(Function:f(Param:a(Annotation(Ident:T)) Block(ExprStmt(Ident:a))))`},
	{`class A[T](B[T]): pass`, `(Class:A(Index(Ident:B Ident:T) Block(Jump<pass>)))`},

	// Soft keywords.
	{"match a:\n  case 1 | -2 | \"b\": c\n  case [d, *_] if e: f\n  case {\"g\": h, **i}: j\n  case K(l, m=n) as o: p\n  case _: q", `(Match(Ident:a Case(Binary:|(Binary:|(Number<1> Unary:-(Number<2>)) Str<b>) Block(ExprStmt(Ident:c))) Case(List(Ident:d Spread+Star(Ident:_)) Guard(Ident:e) Block(ExprStmt(Ident:f))) Case(Dict(Pair(Str<g> Ident:h) Spread+Double(Ident:i)) Block(ExprStmt(Ident:j))) Case(Assign(Ident:o Call(Ident:K Ident:l Keyword:m(Ident:n))) Block(ExprStmt(Ident:p))) Case(Ident:_ Block(ExprStmt(Ident:q)))))`},
	{"match (a, b):\n  case (c, d), e: f", `(Match(Tuple(Ident:a Ident:b) Case(Tuple(Tuple(Ident:c Ident:d) Ident:e) Block(ExprStmt(Ident:f)))))`},
	{"match -a:\n  case 0: b", `(Match(Unary:-(Ident:a) Case(Number<0> Block(ExprStmt(Ident:b)))))`},
	{`match = a; match(b); match[c]; match.d; match * e`, `(Assign(Ident:match Ident:a) ExprStmt(Call(Ident:match Ident:b)) ExprStmt(Index(Ident:match Ident:c)) ExprStmt(Attribute:d(Ident:match)) ExprStmt(Binary:*(Ident:match Ident:e)))`},
	{"match in a; match if b else c; match\n-d", `(ExprStmt(Compare:in(Ident:match Ident:a)) ExprStmt(Conditional(Ident:b Ident:match Ident:c)) ExprStmt(Ident:match) ExprStmt(Unary:-(Ident:d)))`},
	{`case = 1; case(a); _ = b; type = c; type(d); type.e`, `(Assign(Ident:case Number<1>) ExprStmt(Call(Ident:case Ident:a)) Assign(Ident:_ Ident:b) Assign(Ident:type Ident:c) ExprStmt(Call(Ident:type Ident:d)) ExprStmt(Attribute:e(Ident:type)))`},
	{`async = 1; await = 2; async(a); f(async=b, await=c)`, `(Assign(Ident:async Number<1>) Assign(Ident:await Number<2>) ExprStmt(Call(Ident:async Ident:a)) ExprStmt(Call(Ident:f Keyword:async(Ident:b) Keyword:await(Ident:c))))`},
	{`print; print(a); print = b; exec(c); print.d; print in e`, `(ExprStmt(Ident:print) ExprStmt(Call(Ident:print Ident:a)) Assign(Ident:print Ident:b) ExprStmt(Call(Ident:exec Ident:c)) ExprStmt(Attribute:d(Ident:print)) ExprStmt(Compare:in(Ident:print Ident:e)))`},
	{"async def f():\n  await g(); a = await h; [await i async for i in j if await k]", `(Function:f+Async(Block(ExprStmt(Await(Call(Ident:g))) Assign(Ident:a Await(Ident:h)) ExprStmt(Comp(Await(Ident:i) CompFor+Async(Ident:i Ident:j CompIf(Await(Ident:k))))))))`},

	// Expressions.
	{`a or b and not c`, `(ExprStmt(Logic:or(Ident:a Logic:and(Ident:b Unary:not(Ident:c)))))`},
	{`a < b <= c is not d not in e != f`, `(ExprStmt(Compare:!=(Compare:not in(Compare:is not(Compare:<=(Compare:<(Ident:a Ident:b) Ident:c) Ident:d) Ident:e) Ident:f)))`},
	{`a | b ^ c & d << e + f * -g ** -h ** i`, `(ExprStmt(Binary:|(Ident:a Binary:^(Ident:b Binary:&(Ident:c Binary:<<(Ident:d Binary:+(Ident:e Binary:*(Ident:f Unary:-(Binary:**(Ident:g Unary:-(Binary:**(Ident:h Ident:i))))))))))))`},
	{`a if b else c if d else lambda e, *f, g=1: h`, `(ExprStmt(Conditional(Ident:b Ident:a Conditional(Ident:d Ident:c Function+Arrow(Param:e Param:f+Star Param:g(Number<1>) Ident:h)))))`},
	{`(a := b); f(c := d); [e := 1, (g := 2)]`, `(ExprStmt(Assign+Parens(Ident:a Ident:b)) ExprStmt(Call(Ident:f Assign(Ident:c Ident:d))) ExprStmt(List(Assign(Ident:e Number<1>) Assign+Parens(Ident:g Number<2>))))`},
	{`a.b(c)[d].e(f)`, `(ExprStmt(Call(Attribute:e(Index(Call(Attribute:b(Ident:a) Ident:c) Ident:d)) Ident:f)))`},
	{`f(a, b=c, *d, **e, *g)`, `(ExprStmt(Call(Ident:f Ident:a Keyword:b(Ident:c) Spread+Star(Ident:d) Spread+Double(Ident:e) Spread+Star(Ident:g))))`},
	{`f(a for a in b); f((a for a in b), c)`, `(ExprStmt(Call(Ident:f Comp(Ident:a CompFor(Ident:a Ident:b)))) ExprStmt(Call(Ident:f Comp(Ident:a CompFor(Ident:a Ident:b)) Ident:c)))`},
	{`a[b], a[b, c], a[:], a[b:], a[:c:], a[b:c:d, ...], a[*b], a[()]`, `(ExprStmt(Tuple(Index(Ident:a Ident:b) Index(Ident:a Ident:b Ident:c) Index(Ident:a SliceOf(Hole Hole)) Index(Ident:a SliceOf(Ident:b Hole)) Index(Ident:a SliceOf(Hole Ident:c Hole)) Index(Ident:a SliceOf(Ident:b Ident:c Ident:d) Const:...) Index(Ident:a Spread+Star(Ident:b)) Index(Ident:a Tuple))))`},
	{`(), (a,), (a, b), (a), ((a)).b, a, `, `(ExprStmt(Tuple(Tuple Tuple(Ident:a) Tuple(Ident:a Ident:b) Ident:a+Parens Attribute:b(Ident:a+Parens) Ident:a)))`},
	{`[], [a, *b, ]`, `(ExprStmt(Tuple(List List(Ident:a Spread+Star(Ident:b)))))`},
	{`{}, {a: b, **c}, {a}, {a, *b}`, `(ExprStmt(Tuple(Dict Dict(Pair(Ident:a Ident:b) Spread+Double(Ident:c)) Set(Ident:a) Set(Ident:a Spread+Star(Ident:b)))))`},
	{`[a for b, c in d if e if f for g in h]`, `(ExprStmt(Comp(Ident:a CompFor(Tuple(Ident:b Ident:c) Ident:d CompIf(Ident:e) CompIf(Ident:f)) CompFor(Ident:g Ident:h))))`},
	{`{a: b for c in d}, {a for b in c}, (a async for b in c)`, `(ExprStmt(Tuple(Comp(Ident:a Ident:b CompFor(Ident:c Ident:d)) Comp(Ident:a CompFor(Ident:b Ident:c)) Comp(Ident:a CompFor+Async(Ident:b Ident:c)))))`},
	{`lambda: (yield), lambda *a, **b: a, lambda *, c: c`, `(ExprStmt(Tuple(Function+Arrow(Yield+Parens) Function+Arrow(Param:a+Star Param:b+Double Ident:a) Function+Arrow(Param:c Ident:c))))`},
	{`1, 0xFf, 0o17, 0b1, 1_000, .5e-3, 1., 1e5j, 1if a else 2, 0xfor b, 1or 2`, `(ExprStmt(Tuple(Number<1> Number<0xFf> Number<0o17> Number<0b1> Number<1_000> Number<.5e-3> Number<1.> Number<1e5j> Conditional(Ident:a Number<1> Number<2>) Logic:or(Number<0xf> Ident:b) Logic:or(Number<1> Number<2>))))`},
	{`None, True, False, ..., __debug__`, `(ExprStmt(Tuple(Const:None Const:True Const:False Const:... Ident:__debug__)))`},
	{`~a @ b % c // d`, `(ExprStmt(Binary://(Binary:%(Binary:@(Unary:~(Ident:a) Ident:b) Ident:c) Ident:d)))`},

	// Strings.
	{"'a' \"b\" '''c\nd''' \"\"\"e\"f\"\"\"", "(ExprStmt(Strings(Str<a> Str<b> Str<c\nd> Str<e\"f>)))"},
	{`r'\d' b'\x41' u'\u0041' Rb'\n' '\N{EN DASH}\x41\101\q'`, `(ExprStmt(Strings(Str+Raw<\d> Str+Bytes<A> Str<A> Str+Bytes+Raw<\n> Str<\N{EN DASH}AA\q>)))`},
	{"'a\\\nb'", `(ExprStmt(Str<ab>))`},
	{`f'a{b}c' F"{{d}}" f''`, `(ExprStmt(Strings(Format(Str<a> Interp(Ident:b) Str<c>) Format(Str<{> Str<d}>) Format)))`},
	{`f'{a!r:>{w}.{p}}' f'{b:%H:%M}' f'{c=}' f'{d = !s:x}'`, `(ExprStmt(Strings(Format(Interp(Ident:a Format(Str<>> Interp(Ident:w) Str<.> Interp(Ident:p)))) Format(Interp(Ident:b Format(Str<%H:%M>))) Format(Interp(Ident:c)) Format(Interp(Ident:d Format(Str<x>))))))`},
	{`f'{a['b']}{f'{c + f'{d}'}'}'`, `(ExprStmt(Format(Interp(Index(Ident:a Str<b>)) Interp(Format(Interp(Binary:+(Ident:c Format(Interp(Ident:d)))))))))`},
	{"f'''{\n  a,  # b\n}'''", `(ExprStmt(Format(Interp(Tuple(Ident:a)))))`},
	{`f"{x:{'{'}>10}" f"{a != b}" f"{(lambda: c)}" f"{(d := 1)}" f"{e:=+5}"`, `(ExprStmt(Strings(Format(Interp(Ident:x Format(Interp(Str<{>) Str<>10>))) Format(Interp(Compare:!=(Ident:a Ident:b))) Format(Interp(Function+Arrow+Parens(Ident:c))) Format(Interp(Assign+Parens(Ident:d Number<1>))) Format(Interp(Ident:e Format(Str<=+5>))))))`},
	{`t'a{b!r:c}' tr'\d'`, `(ExprStmt(Strings(Format(Str<a> Interp(Ident:b Format(Str<c>))) Format+Raw(Str+Raw<\d>))))`},
	{`f'{yield}' f'{*a, b}' f'{await c}'`, `(ExprStmt(Strings(Format(Interp(Yield)) Format(Interp(Tuple(Spread+Star(Ident:a) Ident:b))) Format(Interp(Await(Ident:c))))))`},
	{`'a' f'b{c}' 'd'`, `(ExprStmt(Strings(Str<a> Format(Str<b> Interp(Ident:c)) Str<d>)))`},

	{`rf'\d{a}\{b}' f'\N{EN DASH}{c}\n'`, "(ExprStmt(Strings(Format+Raw(Str+Raw<\\d> Interp(Ident:a) Str+Raw<\\> Interp(Ident:b)) Format(Str<\\N{EN DASH}> Interp(Ident:c) Str<\n>))))"},

	// Lines.
	{"a\r\nif b:\r\n\tc\r\n\td\r\ne", `(ExprStmt(Ident:a) If(Ident:b Block(ExprStmt(Ident:c) ExprStmt(Ident:d))) ExprStmt(Ident:e))`},
	{"a\rif b:\r  c\rd", `(ExprStmt(Ident:a) If(Ident:b Block(ExprStmt(Ident:c))) ExprStmt(Ident:d))`},
	{"\ufeffa\nb", `(ExprStmt(Ident:a) ExprStmt(Ident:b))`},
	{"if a:\n\tb\n        c\nd", `(If(Ident:a Block(ExprStmt(Ident:b) ExprStmt(Ident:c))) ExprStmt(Ident:d))`},
	{"\f\nif a:\n\f  b\n  c\n\fd", `(If(Ident:a Block(ExprStmt(Ident:b) ExprStmt(Ident:c))) ExprStmt(Ident:d))`},
	{"if a:\n\n    # b\n  # c\n    d\n# e\n\n\nf", `(If(Ident:a Block(ExprStmt(Ident:d))) ExprStmt(Ident:f))`},
	{"a = b + \\\n  c; d(\n e, # f\n g)", `(Assign(Ident:a Binary:+(Ident:b Ident:c)) ExprStmt(Call(Ident:d Ident:e Ident:g)))`},
	{"if a: \\\n  b\n\\\nc", `(If(Ident:a Block(ExprStmt(Ident:b))) ExprStmt(Ident:c))`},
	{"  \\\n\\\n", ``},
	{"if a:\n  \\\n    b\n  c", `(If(Ident:a Block(ExprStmt(Ident:b) ExprStmt(Ident:c))))`},
	{"x = (  # a\n  b\n\n)", `(Assign(Ident:x Ident:b+Parens))`},
	{`a ; b ;`, `(ExprStmt(Ident:a) ExprStmt(Ident:b))`},
	{`été(ñ_1)`, `(ExprStmt(Call(Ident:été Ident:ñ_1)))`},
	{"\"\xff\" + \xffa", "(ExprStmt(Binary:+(Str<\xff> Ident:\xffa)))"},
	{"\t\n# a", ``},
}
