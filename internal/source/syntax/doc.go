// Package syntax is the one node model that source code of every language is read into: a flat arena of nodes with byte spans,
// so that rules and data flow are written once, and a file costs a handful of allocations.
package syntax
