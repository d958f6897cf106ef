package script

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// TestReadings is the manual: what is written, and the nodes that it becomes.
func TestReadings(t *testing.T) {
	for _, c := range readings {
		tree := Parse(c.in, c.dialect)
		if got := sketch(tree, tree.Root); got != "Module("+c.out+")" {
			t.Errorf("%s\n got %s\nwant Module(%s)", c.in, got, c.out)
		}
		if len(tree.Errors) > 0 {
			t.Errorf("%s: %v", c.in, tree.Errors)
		}
		sound(t, tree)
	}
}

type reading struct {
	dialect Dialect
	in, out string
}

var readings = []reading{
	// Declarations.
	{JavaScript, `const a = 1, b`, `Assign:const(Ident:a Number<1>) Assign:const+NoValue(Ident:b)`},
	{JavaScript, `let {a, b: c = 2, ...d} = e`, `Assign:let(Dict(Pair+Shorthand(Str<a> Ident:a) Pair(Str<b> Assign(Ident:c Number<2>)) Spread(Ident:d)) Ident:e)`},
	{JavaScript, `var [a,, b = 1] = c`, `Assign:var(List(Ident:a Hole<> Assign(Ident:b Number<1>)) Ident:c)`},
	{JavaScript, `[a, b.c] = [b.c, a]`, `ExprStmt(Assign(List(Ident:a Attribute:c(Ident:b)) List(Attribute:c(Ident:b) Ident:a)))`},
	{JavaScript, `({a = 1} = b)`, `ExprStmt(Assign+Parens(Dict(Pair+Shorthand(Str<a> Assign(Ident:a Number<1>))) Ident:b))`},
	{JavaScript, `await using a = b`, `Assign:using+Async(Ident:a Ident:b)`},
	{JavaScript, `let = using; using
let2`, `ExprStmt(Assign(Ident:let Ident:using)) ExprStmt(Ident:using) ExprStmt(Ident:let2)`},
	{JavaScript, `async function* f(a, {b}, c = 1, ...d) { yield* g(); }`, `Function:f+Async+Generator(Param:a Param(Dict(Pair+Shorthand(Str<b> Ident:b))) Param:c(Number<1>) Param:d+Star Block(ExprStmt(Yield+Star(Call(Ident:g)))))`},
	{JavaScript, `class A extends b(C) { #x = 1; static y; get z() { return this.#x } static { f() } 'a-b'() {} async *[k]() {} }`, `Class:A(Call(Ident:b Ident:C) Block(Assign(Ident:#x Number<1>) Assign+Static+NoValue(Ident:y) Function:z+Method+Getter(Block(Return(Attribute:#x(Ident:this)))) Block+Static(ExprStmt(Call(Ident:f))) Function:a-b+Method(Block()) Pair+Computed(Ident:k Function+Async+Method+Generator(Block()))))`},
	{TypeScript, `@tool({a: 1}) export class A { @x() y = 1; constructor(private readonly z: string) {} }`, `Export(Class:A(Decorator(Call(Ident:tool Dict(Pair(Str<a> Number<1>)))) Block(Decorator(Call(Ident:x)) Assign(Ident:y Number<1>) Function:constructor+Method(Param:z+Shorthand(Annotation<string>) Block()))))`},

	// Modules.
	{JavaScript, `import d, {x as y, z} from "m"; import * as n from 'o' with {type: "json"}; import "p"`, `ImportOf(Path<m> Alias:d=default Alias:y=x Alias:z) ImportOf(Path<o> Alias:n+Namespace) ImportOf(Path<p>)`},
	{TypeScript, `import type {A} from "m"; import {type B, type as as C, type} from "n"; import type from "o"`, `ImportOf+TypeImport(Path<m> Alias:A) ImportOf(Path<n> Alias:B+TypeImport Alias:C=as+TypeImport Alias:type) ImportOf(Path<o> Alias:type=default)`},
	{TypeScript, `import f = require("fs"); import p = a.b.c; export = f`, `ImportOf(Path<fs> Alias:f+Namespace) Assign:import(Ident:p Attribute:c(Attribute:b(Ident:a))) Export:=(Ident:f)`},
	{JavaScript, `export {a as b, c}; export * from "m"; export * as n from "o"; export {default as d} from "p"`, `Export(Ident:a=b Ident:c) ImportOf+Exported(Path<m> Alias+Namespace) ImportOf+Exported(Path<o> Alias:n+Namespace) ImportOf+Exported(Path<p> Alias:d=default)`},
	{JavaScript, `export default async () => 1; export const a = 1, b = 2`, `Export:default(Function+Async+Arrow(Number<1>)) Export(Assign:const(Ident:a Number<1>) Assign:const(Ident:b Number<2>))`},
	{JavaScript, `await import("m"); import.meta.url`, `ExprStmt(Await(Call(Ident:import Str<m>))) ExprStmt(Attribute:url(Attribute:meta(Ident:import)))`},

	// Statements.
	{JavaScript, `if (a) b; else if (c) {} else d()`, `If(Ident:a Block(ExprStmt(Ident:b)) If(Ident:c Block() Block(ExprStmt(Call(Ident:d)))))`},
	{JavaScript, `for (const a of b) c; for (d in e) ; for await (let [f] of g) {}`, `For:const(Ident:a Ident:b Block(ExprStmt(Ident:c))) For+In(Ident:d Ident:e Block()) For:let+Async(List(Ident:f) Ident:g Block())`},
	{JavaScript, `for (let i = 0; i < n; i++) f(i)`, `ForLoop(Assign:let(Ident:i Number<0>) Compare:<(Ident:i Ident:n) Unary:++(Ident:i) Block(ExprStmt(Call(Ident:f Ident:i))))`},
	{JavaScript, `do a(); while (b) c: while (d) { continue c }`, `While+Do(Ident:b Block(ExprStmt(Call(Ident:a)))) Label:c(While(Ident:d Block(Jump:c)))`},
	{JavaScript, `switch (a) { case 1: case b: c(); break; default: d }`, `Match(Ident:a Case(Number<1> Block()) Case(Ident:b Block(ExprStmt(Call(Ident:c)) Jump)) Case(Block(ExprStmt(Ident:d))))`},
	{JavaScript, `try { a } catch { b } finally { c } try {} catch ({d}) {}  try {} catch (e) { throw e }`, `Try(Block(ExprStmt(Ident:a)) Handler(Block(ExprStmt(Ident:b))) Finally(Block(ExprStmt(Ident:c)))) Try(Block() Handler(Dict(Pair+Shorthand(Str<d> Ident:d)) Block())) Try(Block() Handler:e(Block(Raise(Ident:e))))`},
	{JavaScript, "a\n++b\nreturn\nc", `ExprStmt(Ident:a) ExprStmt(Unary:++(Ident:b)) Return ExprStmt(Ident:c)`},

	// Expressions.
	{JavaScript, `a ** b ** c * d + (e, f)`, `ExprStmt(Binary:+(Binary:*(Binary:**(Ident:a Binary:**(Ident:b Ident:c)) Ident:d) Sequence+Parens(Ident:e Ident:f)))`},
	{JavaScript, `a ?? b || !c && d instanceof E`, `ExprStmt(Logic:??(Ident:a Logic:||(Ident:b Logic:&&(Unary:!(Ident:c) Compare:instanceof(Ident:d Ident:E)))))`},
	{JavaScript, `a?.b?.[c]?.(d).e`, `ExprStmt(Attribute:e(Call+Optional(Index+Optional(Attribute:b+Optional(Ident:a) Ident:c) Ident:d)))`},
	{JavaScript, `a?.5:b`, `ExprStmt(Conditional(Ident:a Number<.5> Ident:b))`},
	{JavaScript, `new A; new a.B(c).d(); new (f())()`, `ExprStmt(Call+New(Ident:A)) ExprStmt(Call(Attribute:d(Call+New(Attribute:B(Ident:a) Ident:c)))) ExprStmt(Call+New(Call+Parens(Ident:f)))`},
	{JavaScript, `a = b ? c => d : (e, {f}) => ({g})`, `ExprStmt(Assign(Ident:a Conditional(Ident:b Function+Arrow(Param:c Ident:d) Function+Arrow(Param:e Param(Dict(Pair+Shorthand(Str<f> Ident:f))) Dict+Parens(Pair+Shorthand(Str<g> Ident:g))))))`},
	{JavaScript, `async (a = 1, ...b) => { await c }; async(d); async e => f`, `ExprStmt(Function+Async+Arrow(Param:a(Number<1>) Param:b+Star Block(ExprStmt(Await(Ident:c))))) ExprStmt(Call(Ident:async Ident:d)) ExprStmt(Function+Async+Arrow(Param:e Ident:f))`},
	{JavaScript, "f(...a, `b${c}d${`e`}`); g`h`", "ExprStmt(Call(Ident:f Spread(Ident:a) Format(Str<b> Interp(Ident:c) Str<d> Interp(Format(Str<e>))))) ExprStmt(Call+Tagged(Ident:g Format(Str<h>)))"},
	{JavaScript, `x = a / b / c; y = /[/]\//g.test(z) / 2`, `ExprStmt(Assign(Ident:x Binary:/(Binary:/(Ident:a Ident:b) Ident:c))) ExprStmt(Assign(Ident:y Binary:/(Call(Attribute:test(Regex</[/]\//g>) Ident:z) Number<2>)))`},
	{JavaScript, `x = {a, 'b-c': 1, 2: d, [e]: f, g() {}, get h() { return 1 }, async *i() {}, ...j}`, `ExprStmt(Assign(Ident:x Dict(Pair+Shorthand(Str<a> Ident:a) Pair(Str<b-c> Number<1>) Pair(Number<2> Ident:d) Pair+Computed(Ident:e Ident:f) Pair(Str<g> Function+Method(Block())) Pair(Str<h> Function+Method+Getter(Block(Return(Number<1>)))) Pair(Str<i> Function+Async+Method+Generator(Block())) Spread(Ident:j))))`},
	{JavaScript, `a <b> (c)`, `ExprStmt(Compare:>(Compare:<(Ident:a Ident:b) Ident:c+Parens))`},
	{JavaScript, `1_000n + 0xff + .5e-3; null; undefined; this`, `ExprStmt(Binary:+(Binary:+(Number<1_000n> Number<0xff>) Number<.5e-3>)) ExprStmt(Const:null) ExprStmt(Const:undefined) ExprStmt(Ident:this)`},

	// TypeScript.
	{TypeScript, `f<T>(x); new Map<string, number[]>(); a < b > c; g<A, B>` + "`t`", `ExprStmt(Call(Ident:f Ident:x)) ExprStmt(Call+New(Ident:Map)) ExprStmt(Compare:>(Compare:<(Ident:a Ident:b) Ident:c)) ExprStmt(Call+Tagged(Ident:g Format(Str<t>)))`},
	{TypeScript, `x = <T>y; x = y as const as T[]; x = y! satisfies Z`, `ExprStmt(Assign(Ident:x Cast(Ident:y))) ExprStmt(Assign(Ident:x Cast(Cast(Ident:y)))) ExprStmt(Assign(Ident:x Cast(Cast(Ident:y))))`},
	{TypeScript, `const f = <T,>(a: T, b?: string, ...c: T[]): a is T & {} => b`, `Assign:const(Ident:f Function+Arrow(Param:a(Annotation<T>) Param:b(Annotation<string>) Param:c+Star(Annotation<T[]>) Annotation<a is T & {}> Ident:b))`},
	{TSX, `const f = <T extends unknown>(a: T) => <b>{a}</b>`, `Assign:const(Ident:f Function+Arrow(Param:a(Annotation<T>) Element:b(Ident:a)))`},
	{TypeScript, `a ? (b) : c => d; a ? (b): c => d : e`, `ExprStmt(Conditional(Ident:a Ident:b+Parens Function+Arrow(Param:c Ident:d))) ExprStmt(Conditional(Ident:a Function+Arrow(Param:b Annotation<c> Ident:d) Ident:e))`},
	{TypeScript, `type A<T> = T extends (infer U extends string)[] ? { readonly [K in keyof T]?: T[K] } : ` + "`a${T}`" + ` | (new (x: T) => void)`, `TypeOnly:A`},
	{TypeScript, `interface A extends B<C> { (x: string): void; new <T>(): T; [k: string]: unknown; get x(): number; method?<T>(this: A): asserts this is T }`, `TypeOnly:A`},
	{TypeScript, `declare module "m" { export function f(): void; } declare const a: string; declare global { var b: any }`, `TypeOnly:"m" TypeOnly:a TypeOnly`},
	{TypeScript, `function f(a: string): void; function f(this: X, a: any) {}`, `TypeOnly:f Function:f(Param:a(Annotation<any>) Block())`},
	{TypeScript, `enum A { B, C = "c" } namespace N.M { export const x = 1 }`, `Assign:enum(Ident:A Dict(Pair(Str<B> Hole<>) Pair(Str<C> Str<c>))) Block:N.M+Namespace(Export(Assign:const(Ident:x Number<1>)))`},
	{TypeScript, `abstract class A<T> extends B<T> implements C, D { abstract a(): void; declare b: string; override c?: number = 1; [k: string]: any; accessor d = 2 }`, `Class:A(Ident:B Block(TypeOnly:a TypeOnly:b Assign(Ident:c Annotation<number> Number<1>) TypeOnly Assign(Ident:d Number<2>)))`},
	{TypeScript, `let type = 1, of = type; type
A = 1`, `Assign:let(Ident:type Number<1>) Assign:let(Ident:of Ident:type) ExprStmt(Ident:type) ExprStmt(Assign(Ident:A Number<1>))`},

	// JSX.
	{JavaScript, `x = <A.B c="d&amp;" e={f} {...g} h-i:j>k {l}<></>{/* m */}</A.B>`, `ExprStmt(Assign(Ident:x Element:A.B(Attr:c(Str<d&amp;>) Attr:e(Ident:f) Spread(Ident:g) Attr:h-i:j Text<k > Ident:l Element)))`},
	{TSX, `<Select<T> a={<b/>} />`, `ExprStmt(Element:Select(Attr:a(Element:b)))`},
}

var kindNames = map[syntax.Kind]string{
	syntax.Module: "Module", syntax.Block: "Block", syntax.ExprStmt: "ExprStmt", syntax.Assign: "Assign", syntax.Augment: "Augment", syntax.Return: "Return",
	syntax.Raise: "Raise", syntax.If: "If", syntax.For: "For", syntax.ForLoop: "ForLoop", syntax.While: "While", syntax.Try: "Try", syntax.Handler: "Handler",
	syntax.Finally: "Finally", syntax.With: "With", syntax.WithItem: "WithItem", syntax.Match: "Match", syntax.Case: "Case", syntax.Jump: "Jump",
	syntax.Label: "Label", syntax.ImportOf: "ImportOf", syntax.Alias: "Alias", syntax.Path: "Path", syntax.Export: "Export", syntax.Function: "Function",
	syntax.Param: "Param", syntax.Class: "Class", syntax.Decorator: "Decorator", syntax.Bad: "Bad", syntax.TypeOnly: "TypeOnly", syntax.Ident: "Ident",
	syntax.Attribute: "Attribute", syntax.Index: "Index", syntax.Hole: "Hole", syntax.Call: "Call", syntax.Spread: "Spread", syntax.Str: "Str",
	syntax.Format: "Format", syntax.Interp: "Interp", syntax.Number: "Number", syntax.Const: "Const", syntax.Regex: "Regex", syntax.List: "List",
	syntax.Dict: "Dict", syntax.Pair: "Pair", syntax.Binary: "Binary", syntax.Logic: "Logic", syntax.Compare: "Compare", syntax.Unary: "Unary",
	syntax.Conditional: "Conditional", syntax.Await: "Await", syntax.Yield: "Yield", syntax.Sequence: "Sequence", syntax.Cast: "Cast",
	syntax.Annotation: "Annotation", syntax.Element: "Element", syntax.Attr: "Attr", syntax.Text: "Text",
}

var flagNames = []struct {
	flag syntax.Flags
	name string
}{
	{syntax.Async, "Async"}, {syntax.Star, "Star"}, {syntax.Arrow, "Arrow"}, {syntax.Method, "Method"}, {syntax.Static, "Static"},
	{syntax.Getter, "Getter"}, {syntax.New, "New"}, {syntax.Optional, "Optional"}, {syntax.Tagged, "Tagged"}, {syntax.Shorthand, "Shorthand"},
	{syntax.Computed, "Computed"}, {syntax.NoValue, "NoValue"}, {syntax.Exported, "Exported"}, {syntax.Namespace, "Namespace"}, {syntax.Do, "Do"},
	{syntax.In, "In"}, {syntax.TypeImport, "TypeImport"}, {syntax.Parens, "Parens"}, {syntax.Generator, "Generator"},
}

// sketch writes a node as Kind:name+Flag(children), or with its text.
func sketch(t *syntax.Tree, id syntax.ID) string {
	var b strings.Builder
	n := t.Node(id)
	b.WriteString(kindNames[n.Kind])
	if n.NameEnd > n.NameStart {
		b.WriteString(":" + t.Name(id))
	}
	if outside := t.Outside(id); outside != t.Name(id) {
		b.WriteString("=" + outside)
	}
	for _, f := range flagNames {
		if n.Flags&f.flag != 0 {
			b.WriteString("+" + f.name)
		}
	}
	switch n.Kind {
	case syntax.Str:
		text, _ := t.Text(id)
		b.WriteString("<" + text + ">")
	case syntax.Number, syntax.Regex, syntax.Path, syntax.Text, syntax.Annotation, syntax.Hole, syntax.Bad:
		b.WriteString("<" + t.Code(id) + ">")
	}
	if n.First == 0 && n.Kind != syntax.Block {
		return b.String()
	}
	b.WriteByte('(')
	for c := n.First; c != 0; c = t.Next(c) {
		if c != n.First {
			b.WriteByte(' ')
		}
		b.WriteString(sketch(t, c))
	}
	b.WriteByte(')')
	return b.String()
}
