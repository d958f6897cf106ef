// Package picture draws a directed graph of named parts as SVG or as Mermaid text: the parts of a system in columns from left to
// right, the boundaries they lie in as lanes across all columns, and labelled lines between them.
//
// A line never crosses a box and no label covers another: every line gets a place of its own in each column that it passes, and
// every label a place in the gap after its start (docs/RATIONALE.md says why this is not left to a library). The same graph gives
// the same bytes. Texts may be hostile: they are escaped, cut to a length and never become markup.
package picture

import (
	"errors"
	"fmt"
)

// Shape is the outline of a box, after the custom of data-flow diagrams.
type Shape int

// The shapes. Colour is never alone in telling parts apart.
const (
	Process Shape = iota // rounded: something that acts (an agent, a service, a tool)
	Entity               // square: a person or a system outside
	Store                // lines above and below: something that keeps data
	Model                // hexagon: a model
)

// Graph is what is drawn. Lanes are drawn from top to bottom in the order given, nodes without a lane above all lanes.
type Graph struct {
	Title string // for readers that cannot see the picture
	Text  string // one or two sentences that say the same in words
	Lanes []Lane
	Nodes []Node
	Edges []Edge
}

// Lane is a boundary: all nodes that name it stand in one band.
type Lane struct{ ID, Label string }

// Node is one box.
type Node struct {
	ID    string // unique; never shown
	Label string
	Note  string // a second, smaller line: its kind, or how many stand in one box
	Lane  string // id of a lane; empty: none
	Shape Shape
	Class string // CSS class for colour: letters and hyphens only, else left out
	Tip   string // shown when the pointer rests on the box
	Link  string // an address inside the page ("#c12"); anything else is left out
}

// Edge is one line. Lines between the same two nodes are drawn as one, with an arrowhead at each end that is needed.
type Edge struct {
	From, To string // ids
	Label    string
	Class    string
}

// Bounds beyond which a picture is not drawn: nobody can read it, and the reader of a hostile file would wait for it.
const (
	MaxNodes = 400
	MaxEdges = 2000
)

// ErrTooLarge says that a graph has more parts than a picture holds.
var ErrTooLarge = errors.New("too many parts for one picture")

// A ReferenceError names an edge or a node that speaks of a part the graph does not have, or an id used twice.
type ReferenceError struct{ What, ID string }

func (e *ReferenceError) Error() string { return fmt.Sprintf("%s %q", e.What, e.ID) }

// check refuses a graph that cannot be drawn and gives the index of each id.
func (g *Graph) check() (map[string]int, error) {
	if len(g.Nodes) > MaxNodes || len(g.Edges) > MaxEdges || len(g.Lanes) > MaxNodes {
		return nil, fmt.Errorf("%w: %d nodes and %d edges, at most %d and %d", ErrTooLarge, len(g.Nodes), len(g.Edges), MaxNodes, MaxEdges)
	}
	lanes := map[string]bool{"": true}
	for _, l := range g.Lanes {
		if lanes[l.ID] {
			return nil, &ReferenceError{"lane named twice:", l.ID}
		}
		lanes[l.ID] = true
	}
	at := make(map[string]int, len(g.Nodes))
	for i, n := range g.Nodes {
		if _, twice := at[n.ID]; twice {
			return nil, &ReferenceError{"node named twice:", n.ID}
		}
		if !lanes[n.Lane] {
			return nil, &ReferenceError{"node in an unknown lane:", n.Lane}
		}
		at[n.ID] = i
	}
	for _, e := range g.Edges {
		for _, id := range []string{e.From, e.To} {
			if _, known := at[id]; !known {
				return nil, &ReferenceError{"edge to an unknown node:", id}
			}
		}
	}
	return at, nil
}
