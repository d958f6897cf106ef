package syntax

import (
	"iter"
	"sort"
	"strings"
)

// ID is a node of a Tree. 0 is no node. Children are made before their parents, so a loop over the IDs upwards meets every node after
// everything inside it, and a loop downwards before; neither needs a stack.
type ID uint32

// Node is one node. Offsets are bytes from the beginning of the source.
type Node struct {
	Kind               Kind
	Flags              Flags
	Start, End         uint32
	NameStart, NameEnd uint32 // see Tree.Name
	First, Next        ID     // first child, next sibling
	Parent             ID
}

// Language is what a Tree was written in; it decides how strings are decoded.
type Language uint8

const (
	Python Language = iota + 1
	JavaScript
)

// Span is a part of the source in bytes.
type Span struct{ Start, End uint32 }

// Tree is one source file as nodes.
type Tree struct {
	Language Language
	Source   string
	Nodes    []Node // Nodes[0] is no node
	Root     ID     // a Module
	Comments []Span // in order, with their marks (#, //, /* */)
	Errors   []Error
	Imported map[ID]Span   // outside names of Alias nodes that rename: Alias -> the name in the other module
	Folded   map[ID]string // names that stand for others than are written, see Tree.Name; nil: none
	lines    []uint32
}

// Error is a place that could not be read, and what was expected there. Reading goes on at the next statement.
type Error struct {
	Offset uint32
	Reason string
}

// Node is the node itself.
func (t *Tree) Node(id ID) *Node { return &t.Nodes[id] }

// Kind is the node's kind.
func (t *Tree) Kind(id ID) Kind { return t.Nodes[id].Kind }

// Parent is the node around it; 0: there is none.
func (t *Tree) Parent(id ID) ID { return t.Nodes[id].Parent }

// Next is the node after it under the same parent; 0: it is the last.
func (t *Tree) Next(id ID) ID { return t.Nodes[id].Next }

// Is says whether the node has any of the flags.
func (t *Tree) Is(id ID, f Flags) bool { return t.Nodes[id].Flags&f != 0 }

// Code is the source text of a node.
func (t *Tree) Code(id ID) string { n := &t.Nodes[id]; return t.Source[n.Start:n.End] }

// Name is the node's own name as its Kind documents it, and as the language reads it.
func (t *Tree) Name(id ID) string {
	if t.Folded != nil {
		if name, ok := t.Folded[id]; ok {
			return name
		}
	}
	n := &t.Nodes[id]
	return t.Source[n.NameStart:n.NameEnd]
}

// Outside is the name that an Alias has in the module it is imported from: `x` of `from m import x as y`, `default` of a default
// import of JavaScript.
func (t *Tree) Outside(id ID) string {
	if s, ok := t.Imported[id]; ok {
		if s.Start == s.End {
			return "default"
		}
		return t.Source[s.Start:s.End]
	}
	return t.Name(id)
}

// Children are the direct children in order.
func (t *Tree) Children(id ID) iter.Seq[ID] {
	return func(yield func(ID) bool) {
		for c := t.Nodes[id].First; c != 0; c = t.Nodes[c].Next {
			if !yield(c) {
				return
			}
		}
	}
}

// Child is the n-th child, counted from 0, or 0.
func (t *Tree) Child(id ID, n int) ID {
	c := t.Nodes[id].First
	for ; n > 0 && c != 0; n-- {
		c = t.Nodes[c].Next
	}
	return c
}

// Last is the last child, or 0.
func (t *Tree) Last(id ID) ID {
	last := ID(0)
	for c := t.Nodes[id].First; c != 0; c = t.Nodes[c].Next {
		last = c
	}
	return last
}

// Within says whether a node is an ancestor of another one, or the same.
func (t *Tree) Within(id, ancestor ID) bool {
	for ; id != 0; id = t.Nodes[id].Parent {
		if id == ancestor {
			return true
		}
	}
	return false
}

// Enclosing is the nearest ancestor of that kind, the node itself not counted, or 0.
func (t *Tree) Enclosing(id ID, kind Kind) ID {
	for id = t.Nodes[id].Parent; id != 0 && t.Nodes[id].Kind != kind; id = t.Nodes[id].Parent {
	}
	return id
}

// Line is the line of an offset, from 1, and the column in bytes, from 1.
func (t *Tree) Line(offset uint32) (line, column int) {
	if t.lines == nil {
		t.lines = append(make([]uint32, 0, 1+strings.Count(t.Source, "\n")), 0)
		for i := 0; i < len(t.Source); {
			n := strings.IndexByte(t.Source[i:], '\n')
			if n < 0 {
				break
			}
			i += n + 1
			t.lines = append(t.lines, uint32(i))
		}
	}
	i := sort.Search(len(t.lines), func(i int) bool { return t.lines[i] > offset })
	return i, int(offset-t.lines[i-1]) + 1
}
