// Package inspect is the vocabulary of the model scanner: parts, verdicts, reasons and formats.
//
// A part is the bytes of a file, or of a member inside it, with random access. A format looks at a part, says what it sees
// as reasons with a place, keeps facts for the inventory, and hands the parts inside on. Parsers import this package and
// bound alone; package model has the list of formats and the engine that walks parts.
package inspect
