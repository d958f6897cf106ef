package syntax

import "sync"

// Builder makes a Tree from the leaves up. A parser pushes the children of a node that is open on one stack, and closes the node
// over all that was pushed since its mark:
//
//	mark := b.Mark()
//	for … { b.Push(parseItem()) }
//	id := b.Close(syntax.List, start, end, mark)
type Builder struct {
	Tree  *Tree
	stack []ID
}

// NewBuilder begins a tree over a source. The room for nodes is that of a tree that is done with, or is taken from the size of the source;
// it grows where that is too small.
func NewBuilder(lang Language, source string) *Builder {
	room, _ := rooms.Get().(*[]Node)
	if need := 16 + len(source)/8; room == nil || cap(*room) < need {
		fresh := make([]Node, 0, need)
		room = &fresh
	}
	return &Builder{Tree: &Tree{Language: lang, Source: source, Nodes: append((*room)[:0], Node{})}}
}

// rooms are slices of nodes that no tree uses any more.
var rooms sync.Pool

// maxRoom bounds, in nodes, what is kept of a large tree.
const maxRoom = 1 << 18

// Done gives a tree's room to the trees that are built next. Nobody may ask the tree for anything afterwards.
func (t *Tree) Done() {
	room := t.Nodes
	t.Nodes = nil
	if cap(room) <= maxRoom {
		rooms.Put(&room)
	}
}

// Mark is where children that are pushed from now on begin.
func (b *Builder) Mark() int { return len(b.stack) }

// Since gives those pushed since a mark.
func (b *Builder) Since(m int) []ID { return b.stack[m:] }

// Drop forgets what was pushed since the mark.
func (b *Builder) Drop(mark int) { b.stack = b.stack[:mark] }

// Push puts a child of the node that will be closed next on the stack; 0 is left out.
func (b *Builder) Push(id ID) {
	if id != 0 {
		b.stack = append(b.stack, id)
	}
}

// Close makes a node of all that was pushed since the mark.
func (b *Builder) Close(kind Kind, start, end uint32, mark int) ID {
	id := b.Leaf(kind, start, end)
	b.adopt(id, b.stack[mark:])
	b.stack = b.stack[:mark]
	return id
}

// Leaf makes a node without children.
func (b *Builder) Leaf(kind Kind, start, end uint32) ID {
	b.Tree.Nodes = append(b.Tree.Nodes, Node{Kind: kind, Start: start, End: end})
	return ID(len(b.Tree.Nodes) - 1)
}

// Over makes a node with one or two children; 0 is left out.
func (b *Builder) Over(kind Kind, start, end uint32, one, two ID) ID {
	id := b.Leaf(kind, start, end)
	nodes := b.Tree.Nodes
	first := one
	if one != 0 {
		nodes[one].Parent = id
		nodes[one].Next = two
	} else {
		first = two
	}
	if two != 0 {
		nodes[two].Parent = id
		nodes[two].Next = 0
	}
	nodes[id].First = first
	return id
}

// Named sets the name span of a node and gives it back.
func (b *Builder) Named(id ID, start, end uint32) ID {
	n := &b.Tree.Nodes[id]
	n.NameStart, n.NameEnd = start, end
	return id
}

// Flag adds flags to a node and gives it back.
func (b *Builder) Flag(id ID, f Flags) ID {
	b.Tree.Nodes[id].Flags |= f
	return id
}

// Rename says which name an Alias has in the module that it comes from; an empty span is JavaScript's default export.
func (b *Builder) Rename(alias ID, outside Span) {
	if b.Tree.Imported == nil {
		b.Tree.Imported = map[ID]Span{}
	}
	b.Tree.Imported[alias] = outside
}

// Back forgets every node made after n, for a parser that tries one reading and takes another. n is len(Tree.Nodes) of before. Nodes
// of before that were adopted since keep nothing of it once they are adopted anew.
func (b *Builder) Back(n int) { b.Tree.Nodes = b.Tree.Nodes[:n] }

func (b *Builder) adopt(id ID, children []ID) {
	nodes := b.Tree.Nodes
	last := ID(0)
	for _, c := range children {
		nodes[c].Parent = id
		nodes[c].Next = 0
		if last == 0 {
			nodes[id].First = c
		} else {
			nodes[last].Next = c
		}
		last = c
	}
}
