package settings

import (
	"fmt"
	"strconv"
	"strings"
)

// Node is a value in a configuration file: a scalar, a list or a table.
type Node struct {
	Key      string // in a table its key, in a list its index
	Value    string // of a scalar; quotes off, not interpreted further
	Line     int    // from 1
	EndLine  int
	Children []*Node // in order
	Parent   *Node
	Scalar   bool
	List     bool
}

// Bounds on what one file may hold: configuration of people is far below.
const (
	maxNodes = 200_000
	maxDepth = 100
	maxBytes = 8 << 20
)

// Error says where a file could not be read and why.
type Error struct {
	Line   int
	Reason string
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// builder counts what is made.
type builder struct{ nodes int }

func (b *builder) add(parent *Node, key string, line int) (*Node, error) {
	if b.nodes++; b.nodes > maxNodes {
		return nil, &Error{line, fmt.Sprintf("more than %d values", maxNodes)}
	}
	n := &Node{Key: key, Line: line, EndLine: line, Parent: parent}
	if parent != nil {
		parent.Children = append(parent.Children, n)
	}
	return n, nil
}

// Child is the value of a key, or nil.
func (n *Node) Child(key string) *Node {
	if n == nil {
		return nil
	}
	for _, c := range n.Children {
		if c.Key == key {
			return c
		}
	}
	return nil
}

// Path is where a node stands: jobs.build.steps.0.run.
func (n *Node) Path() string {
	var parts []string
	for ; n != nil && n.Parent != nil; n = n.Parent {
		parts = append(parts, n.Key)
	}
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return strings.Join(parts, ".")
}

func (n *Node) depth() int {
	d := 0
	for ; n.Parent != nil; n = n.Parent {
		d++
	}
	return d
}

// Find gives the nodes at a path below n, in order: keys with dots between them, `*` any key or index, `**` any number of them.
// A key that holds a dot itself stands in quotes.
func (n *Node) Find(path string) []*Node {
	if n == nil {
		return nil
	}
	var found []*Node
	n.find(split(path), &found, 0)
	return found
}

func (n *Node) find(path []string, found *[]*Node, depth int) {
	if depth > maxDepth || len(*found) > maxNodes {
		return
	}
	if len(path) == 0 {
		*found = append(*found, n)
		return
	}
	if path[0] == "**" {
		n.find(path[1:], found, depth+1)
		for _, c := range n.Children {
			c.find(path, found, depth+1)
		}
		return
	}
	for _, c := range n.Children {
		if path[0] == "*" || path[0] == c.Key || strings.ContainsRune(path[0], '*') && globs(path[0], c.Key) {
			c.find(path[1:], found, depth+1)
		}
	}
}

// split cuts a path at its dots, outside of quotes.
func split(path string) []string {
	if path == "" {
		return nil
	}
	var parts []string
	for path != "" {
		if path[0] == '"' {
			if end := strings.IndexByte(path[1:], '"'); end >= 0 {
				parts = append(parts, path[1:1+end])
				path = strings.TrimPrefix(path[end+2:], ".")
				continue
			}
		}
		part, rest, _ := strings.Cut(path, ".")
		parts = append(parts, part)
		path = rest
	}
	return parts
}

func globs(pattern, key string) bool {
	before, after, _ := strings.Cut(pattern, "*")
	return len(key) >= len(before)+len(after) && strings.HasPrefix(key, before) && strings.HasSuffix(key, after)
}

// Text is the value of a scalar, or of a list of scalars all of them with spaces between.
func (n *Node) Text() string {
	if n == nil {
		return ""
	}
	if n.Scalar {
		return n.Value
	}
	var parts []string
	for _, c := range n.Children {
		if c.Scalar {
			parts = append(parts, c.Value)
		}
	}
	return strings.Join(parts, " ")
}

func index(i int) string { return strconv.Itoa(i) }
