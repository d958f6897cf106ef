package syntax

// A Kind says what a node is. The layout of its children stands with it: what comes first, what may be missing (in brackets), and
// what repeats (*). "Name" is the node's own name span, see Tree.Name.
type Kind uint8

const (
	None Kind = iota

	// Statements.
	Module    // statement*
	Block     // statement*; Static: a class's own block; Namespace: TypeScript's namespace, Name: its name
	ExprStmt  // expression
	Assign    // target+ [Annotation] [value]; a declaration without a value has NoValue; also Python's := and JavaScript's = inside expressions. Name: `const`, `let`, `var`, if any
	Augment   // target value; x += v. Op: the operator's text in Name
	Return    // [value]
	Raise     // [value] [cause]; also throw
	If        // test Block [Block | If]; the last one is else
	For       // target iterable Block [Block]; also for-of and for-in (flag In); Async
	ForLoop   // the C-like one: statement-or-expression* Block
	While     // test Block [Block]; do-while has flag Do
	Try       // Block Handler* [Else] [Finally]
	Handler   // [type or pattern] Block; Name: the variable bound, if any
	Else      // Block: the else of a try
	Finally   // Block
	With      // WithItem* Block; Async
	WithItem  // value [target]
	Match     // subject Case*; also switch
	Case      // pattern* [Guard] Block; default has no pattern. Name: none
	Guard     // expression
	Delete    // expression*
	Assert    // expression [message]
	Scope     // global and nonlocal: Ident*
	Jump      // pass, break, continue, debugger, with label in Name
	Label     // statement; Name: the label
	Import    // Alias*: Python's `import a.b as c`
	ImportOf  // Path Alias*: `from m import x as y`, `import d, {x as y}, * as z from "m"`, `export {x} from "m"` (flag Exported), `import "m"`
	Alias     // Path for Import; nothing for ImportOf. Name: the local name bound; Imported() gives the outside one
	Path      // the module's path as written, without quotes, dots of relative imports included
	Export    // declaration or expression; Name: `default` for a default export, `=` for `export =`. `export {a as b}`: Ident*, the outside name as for an Alias
	Function  // Decorator* Param* [Annotation] (Block | expression with Arrow); Name: its name, if any; a lambda is Arrow
	Param     // Decorator* [pattern where it is not a plain name] [Annotation] [default]; Name: the parameter. Star *args and ...rest, Double **kwargs, Shorthand: a field of that name is set too (constructor(private x))
	Class     // Decorator* base* Block; Python's keywords among the bases are Keyword; Name: its name. JavaScript: fields are Assign, a member of a computed name is a Pair
	Decorator // expression
	Bad       // a statement, or a part of one, that could not be read: what was read before it broke*, which is whole but stands for nothing
	TypeOnly  // interface, type alias, declare ..., type statement: span only. Name: the declared name

	// Expressions.
	Ident       // Name: itself. `this`, `self`, `super` too
	Attribute   // object; Name: the attribute. Optional for ?.; JavaScript's #private names include the #
	Index       // object index+; a[b]. Optional
	SliceOf     // [Part]*: lower, upper, step as Hole where missing
	Hole        // something left out: [a,,b], a[:b]
	Call        // callee argument*; New for `new`, Optional for ?.(), Tagged for tag`...` (one Format argument). Args may be Spread and Keyword
	Keyword     // value; name=value of a call. Name: the name
	Spread      // value; *x, **x (Double), ...x
	Str         // one string literal, see Tree.Text; Bare for an object key without quotes; Bytes; Raw
	Strings     // Str* Format*: Python's literals side by side
	Format      // Str* Interp*: f-string, t-string, template literal; the Str parts are Raw spans without quotes
	Interp      // expression [Format]; ${x}, {x!r:>{w}}
	Number      // its text
	Const       // true, false, null, undefined, None, Ellipsis: its text in Name
	Regex       // its text
	List        // item*; also array patterns
	Tuple       // item*
	Set         // item*
	Dict        // Pair* Spread*; also objects and object patterns
	Pair        // key value; an object's method is a Function as value (Method); Shorthand for {x}; Computed for [k]: v; a default in a pattern is an Assign as value
	Binary      // left right; the operator's text in Name
	Logic       // left right; and, or, &&, ||, ??: the operator's text in Name
	Compare     // left right; a chain a<b<c is Compare(Compare(a,b),c). `in`, `is`, `not in`, `instanceof`
	Unary       // operand; not, !, -, typeof, void, delete, ++, --: the operator's text in Name
	Conditional // test then else, in this order in every language
	Await       // expression
	Yield       // [expression]; Star for yield from and yield*
	Comp        // element [value] CompFor*: a comprehension; Name is empty
	CompFor     // target iterable CompIf*; Async
	CompIf      // expression
	Sequence    // expression*: a, b of JavaScript
	Cast        // expression; x as T, <T>x, x satisfies T, x!
	Annotation  // Python: expression; TypeScript: span only
	Element     // Attr* Spread* then children (Text, expression, Element); Name: the tag, `` for a fragment
	Attr        // [value]; an attribute of an element. Name: its name
	Text        // the text between tags
)

// Flags are what a kind does not say.
type Flags uint32

const (
	Async Flags = 1 << iota
	Star
	Double
	Arrow
	Method
	Static
	Getter // getter or setter
	New
	Optional
	Tagged
	Bare
	Bytes
	Raw // no escapes are decoded
	Shorthand
	Computed
	NoValue
	Exported
	Namespace // import * as x; from m import *
	Do
	In
	TypeImport // import type, export type
	Parens     // written in parentheses of its own
	Generator
)
