// Package script reads JavaScript and TypeScript, with and without JSX, into the node model of package syntax. Types are read over:
// they leave an Annotation or a TypeOnly node, and nothing inside.
//
// Where the model leaves room, it is used like this:
//
//	const a = 1, b          an Assign each (the Name is the keyword), side by side in their block, or in their Export
//	export { a as b }       Export of Idents; the outside name is kept as for an Alias
//	export * from "m"       ImportOf with one Alias of no name (Namespace)
//	import x = require("m") ImportOf with a Namespace alias
//	enum E { A = 1 }        Assign of a Dict to E; members without a value have a Hole
//	namespace N { }         Block with flag Namespace; Name: its name
//	class { x = 1; f() {} } Assign and Function in the Block; decorators of a field stand before it; a computed name makes it a Pair
//	class { static { } }    Block with flag Static
//	constructor(private x)  Param with flag Shorthand: a field of that name is set too
//	{ x }, { x = 1 }        Pair of a Bare Str and an Ident, or of an Assign, with flag Shorthand
//	declare ..., overloads  TypeOnly
package script
