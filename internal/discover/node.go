package discover

import (
	"fmt"
	"slices"
)

// node is one value of a JSON, TOML or YAML file with the line it stands on, so that every fact taken from a manifest has
// a place. A nil node is an absent one: all methods take it.
type node struct {
	kind    nodeKind
	line    int
	text    string  // of a scalar
	entries []entry // of a mapping, in the order of the file, with doubles
	items   []*node // of a list
}

type entry struct {
	key   string
	line  int
	value *node
}

type nodeKind byte

const (
	null   nodeKind = iota
	text            // a string
	scalar          // a number, truth value or date
	mapping
	list
)

// maxNesting is how deep a file may nest. The parsers below recurse, and a stack that overflows cannot be recovered from:
// one hostile file would end the whole run.
const maxNesting = 512

// syntaxError says where a file of the target stops making sense.
type syntaxError struct {
	line    int // 1-based; 0: not known
	message string
}

func (e *syntaxError) Error() string {
	if e.line == 0 {
		return e.message
	}
	return fmt.Sprintf("line %d: %s", e.line, e.message)
}

// get follows keys downwards. Of a doubled key the last counts, as the readers in use take it.
func (n *node) get(keys ...string) *node {
	for _, key := range keys {
		if n == nil {
			return nil
		}
		i := len(n.entries) - 1
		for i >= 0 && n.entries[i].key != key {
			i--
		}
		if i < 0 {
			return nil
		}
		n = n.entries[i].value
	}
	return n
}

// all yields the entries of a mapping.
func (n *node) all() []entry {
	if n == nil {
		return nil
	}
	return n.entries
}

// list yields the items of a list; a lone string counts as a list of one.
func (n *node) list() []*node {
	switch {
	case n == nil:
		return nil
	case n.kind == text:
		return []*node{n}
	}
	return n.items
}

// str is the text of a scalar, or nothing.
func (n *node) str() string {
	if n == nil {
		return ""
	}
	return n.text
}

func (n *node) is(k nodeKind) bool { return n != nil && n.kind == k }

func (n *node) lineOr(other int) int {
	if n == nil || n.line == 0 {
		return other
	}
	return n.line
}

// lineIndex finds the line of an offset.
type lineIndex []int

func indexLines(data []byte) lineIndex {
	var ends lineIndex
	for i, b := range data {
		if b == '\n' {
			ends = append(ends, i)
		}
	}
	return ends
}

func (x lineIndex) line(offset int) int {
	i, _ := slices.BinarySearch(x, offset)
	return i + 1
}
