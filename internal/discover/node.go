package discover

import (
	"bytes"
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

	index   map[string]int // of a large mapping: key to its last entry
	indexed int            // entries that are in the index
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

// The largest texts that are parsed whole: what is built from them takes up to a hundred times as much memory. Larger lock
// files of the formats that have them are read line by line.
const (
	jsonBytes = 4 << 20
	maxValues = 300_000 // with commas between
	tomlBytes = 8 << 20
	yamlBytes = 2 << 20
)

func tooLarge(data []byte, most int) error {
	if len(data) > most {
		return &sizeError{int64(len(data)), int64(most)}
	}
	if n := bytes.Count(data, []byte(",")); n > maxValues {
		return &syntaxError{0, fmt.Sprintf("has about %d values, and at most %d are understood", n, maxValues)}
	}
	return nil
}

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
		i := n.find(key)
		if i < 0 {
			return nil
		}
		n = n.entries[i].value
	}
	return n
}

// find returns the last entry of a key, or -1. A file of a hundred thousand keys would take minutes without an index.
func (n *node) find(key string) int {
	if len(n.entries) <= 16 {
		i := len(n.entries) - 1
		for i >= 0 && n.entries[i].key != key {
			i--
		}
		return i
	}
	if n.index == nil {
		n.index = make(map[string]int, len(n.entries))
	}
	for ; n.indexed < len(n.entries); n.indexed++ {
		n.index[n.entries[n.indexed].key] = n.indexed
	}
	if i, ok := n.index[key]; ok {
		return i
	}
	return -1
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
