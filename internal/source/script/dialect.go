package script

import (
	"path"
	"strings"
)

// Dialect is the kind of script that a file is written in.
type Dialect uint8

const (
	JavaScript Dialect = iota // JSX too
	TypeScript
	TSX // TypeScript with JSX
)

// DialectOf tells the dialect by the ending of a file's name; JavaScript is what is left.
func DialectOf(name string) Dialect {
	switch strings.ToLower(path.Ext(name)) {
	case ".ts", ".mts", ".cts":
		return TypeScript
	case ".tsx":
		return TSX
	}
	return JavaScript
}
