package report

import (
	"cmp"
	"fmt"
	"html/template"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/picture"
)

// What a picture holds before parts of one kind are drawn as one box.
const (
	pictureActors = 14 // files with calls; beyond, those of one folder are one box
	pictureAlike  = 3  // parts of one kind that the same parts use
	pictureBoxes  = 60 // beyond, all parts of one kind are one box
)

// loose is the lane of parts that no line leads to.
const loose = "loose"

// drawn is one box: a part, or several that are drawn as one.
type drawn struct {
	node  picture.Node
	of    string // what the text counts it as
	kind  lodemark.Kind
	names []string
	joins []string // the ids of what it is joined to, with the direction
}

// systemPicture is a graph of a system's agents, tools, models and data, with what uses what; false where there is nothing to draw.
func systemPicture(components []lodemark.Component) (*picture.Graph, bool) {
	b := pictureBuilder{components: components, boxes: map[string]*drawn{}, of: map[int]string{}}
	links := lodemark.Links(components)
	used := map[int]bool{}
	for _, l := range links {
		used[l.From], used[l.To] = true, true
	}
	b.actors(used)
	for i, c := range components {
		if of, shape, class := pictureOf(c.Kind); of != "" && !c.Test && c.Origin != lodemark.OriginUnresolved && b.of[i] == "" {
			name := c.Name
			if c.Line == 0 && c.Path != "" && (c.Kind == lodemark.KindDataset || c.Kind == lodemark.KindModel) { // a file, which code names by its path
				name = c.Path
			}
			b.add(i, string(c.Kind.Group())+"|"+name, of, picture.Node{Label: c.Name, Note: kindWord(c.Kind), Shape: shape, Class: class, Tip: place(c.Path, c.Line)}, c.Kind)
		}
	}
	edges := map[picture.Edge]bool{}
	for _, l := range links {
		from, to := b.of[l.From], b.of[l.To]
		if from == "" || to == "" || from == to {
			continue
		}
		if l.Kind == lodemark.LinkReads { // as data flows
			from, to = to, from
		}
		edges[picture.Edge{From: from, To: to, Label: linkWords[l.Kind]}] = true
	}
	list := make([]picture.Edge, 0, len(edges))
	for e := range edges {
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, c picture.Edge) int {
		return cmp.Or(cmp.Compare(b.place(a.From), b.place(c.From)), cmp.Compare(b.place(a.To), b.place(c.To)), cmp.Compare(a.Label, c.Label))
	})
	if len(list) == 0 {
		return nil, false
	}
	list = b.fold(list, pictureAlike, func(d *drawn) string { return string(d.kind.Group()) + "\n" + strings.Join(d.joins, "\n") })
	if len(b.order) > pictureBoxes {
		list = b.fold(list, 1, func(d *drawn) string { return string(d.kind.Group()) })
	}
	g := &picture.Graph{Title: "What the AI parts of the system are and what uses what", Edges: list,
		Lanes: []picture.Lane{{ID: loose, Label: "Named, and nothing shows what uses it"}}}
	joined := map[string]bool{}
	for _, e := range list {
		joined[e.From], joined[e.To] = true, true
	}
	count := map[string]int{}
	for _, id := range b.order {
		d := b.boxes[id]
		if !joined[id] {
			d.node.Lane = loose
		}
		g.Nodes = append(g.Nodes, d.node)
		count[d.of] += max(1, len(d.names))
	}
	g.Text = fmt.Sprintf("%d agents and places that ask models, %d tools and tool servers, %d models, %d data sets and stores; %d lines between them. The tables below hold the same.",
		count["code"], count["tools"], count["models"], count["data"], len(list))
	return g, true
}

// linkWords stand on lines where the shape of what is joined does not say it.
var linkWords = map[lodemark.LinkKind]string{lodemark.LinkHands: "hands over", lodemark.LinkGuards: "guarded by"}

func pictureOf(k lodemark.Kind) (of string, s picture.Shape, class string) {
	switch k {
	case lodemark.KindAgent:
		return "code", picture.Process, "agent"
	case lodemark.KindTraining, "finetune_job", lodemark.KindEvaluation, lodemark.KindServer:
		return "code", picture.Process, ""
	case lodemark.KindTool, lodemark.KindMCPServer, lodemark.KindGuardrail:
		return "tools", picture.Process, ""
	case lodemark.KindModel, lodemark.KindHostedModel, lodemark.KindEmbeddingModel:
		return "models", picture.Model, "model"
	case lodemark.KindDataset, lodemark.KindVectorStore:
		return "data", picture.Store, "store"
	}
	return "", 0, ""
}

type pictureBuilder struct {
	components []lodemark.Component
	boxes      map[string]*drawn
	order      []string
	of         map[int]string // component → box
}

func (b *pictureBuilder) place(id string) int { return slices.Index(b.order, id) }

func (b *pictureBuilder) add(i int, id, of string, n picture.Node, kind lodemark.Kind) {
	d := b.boxes[id]
	if d == nil {
		n.ID = id
		d = &drawn{node: n, of: of, kind: kind}
		b.boxes[id] = d
		b.order = append(b.order, id)
	}
	if name := b.components[i].Name; !slices.Contains(d.names, name) {
		d.names = append(d.names, name)
	}
	b.of[i] = id
}

// actors makes the boxes of calls: the agent of their file where it has one, else the file, else its folder.
func (b *pictureBuilder) actors(used map[int]bool) {
	agents, files := map[string][]int{}, map[string]bool{}
	for i, c := range b.components {
		switch {
		case c.Test:
		case c.Kind == lodemark.KindAgent && c.Origin != lodemark.OriginUnresolved:
			agents[c.Path] = append(agents[c.Path], i)
		case c.Kind == lodemark.KindModelCall && used[i]:
			files[c.Path] = true
		}
	}
	byFolder := len(files) > pictureActors
	for i, c := range b.components {
		if c.Kind != lodemark.KindModelCall || c.Test || !used[i] {
			continue
		}
		if of := agents[c.Path]; len(of) == 1 {
			a := b.components[of[0]]
			b.add(i, "agent|"+a.Name, "code", picture.Node{Label: a.Name, Note: "agent", Class: "agent", Tip: place(a.Path, a.Line)}, lodemark.KindAgent)
			continue
		}
		at, note := c.Path, "file"
		if byFolder {
			at, note = path.Dir(c.Path)+"/", "folder"
		}
		b.add(i, note+"|"+at, "code", picture.Node{Label: shortPath(at), Note: note + " that asks models", Tip: sentence(at)}, lodemark.KindModelCall)
	}
}

// shortPath keeps the end of a path, which tells more than its beginning.
func shortPath(p string) string {
	parts := strings.Split(p, "/")
	for len(parts) > 2 && len(strings.Join(parts, "/")) > 30 {
		parts = parts[1:]
	}
	return strings.Join(parts, "/")
}

// fold draws boxes that share a key as one, where there are more than most of them, and gives the lines between what is left.
func (b *pictureBuilder) fold(edges []picture.Edge, most int, key func(*drawn) string) []picture.Edge {
	for _, d := range b.boxes {
		d.joins = nil
	}
	for _, e := range edges {
		b.boxes[e.From].joins = append(b.boxes[e.From].joins, ">"+e.To+e.Label)
		b.boxes[e.To].joins = append(b.boxes[e.To].joins, "<"+e.From+e.Label)
	}
	groups := map[string][]string{}
	for _, id := range b.order {
		d := b.boxes[id]
		slices.Sort(d.joins)
		if d.kind != lodemark.KindAgent || most == 1 {
			groups[key(d)] = append(groups[key(d)], id)
		}
	}
	into := map[string]string{}
	for _, ids := range groups {
		if len(ids) <= most {
			continue
		}
		first := b.boxes[ids[0]]
		var names []string
		for _, id := range ids {
			names = append(names, b.boxes[id].names...)
			into[id] = ids[0]
		}
		first.names = names
		first.node.Tip = sentence(strings.Join(names[:min(len(names), 12)], ", "))
		if more := len(names) - 12; more > 0 {
			first.node.Tip += fmt.Sprintf(" and %d more", more)
		}
		first.node.Label, first.node.Note = b.manyOf(ids), clip(first.node.Tip, 30)
	}
	b.order = slices.DeleteFunc(b.order, func(id string) bool { return into[id] != "" && into[id] != id })
	seen := map[picture.Edge]bool{}
	var out []picture.Edge
	for _, e := range edges {
		e.From, e.To = cmp.Or(into[e.From], e.From), cmp.Or(into[e.To], e.To)
		if e.From != e.To && !seen[e] {
			seen[e] = true
			out = append(out, e)
		}
	}
	return out
}

// manyOf says how many parts, and of which kind, one box stands for.
func (b *pictureBuilder) manyOf(ids []string) string {
	first := b.boxes[ids[0]]
	switch {
	case first.kind == lodemark.KindModelCall:
		return count(len(ids), "place") + " that ask models"
	case slices.ContainsFunc(ids, func(id string) bool { return b.boxes[id].kind != first.kind }):
		return count(len(ids), "model")
	}
	g, _ := groupOf(first.kind)
	return fmt.Sprintf("%d %s", len(ids), strings.ToLower(g.Many[:1])+g.Many[1:])
}

// htmlPicture draws the system for the page; empty where there is nothing to draw or too much of it.
func htmlPicture(s *lodemark.System) template.HTML {
	all := append(slices.Clone(s.Components), s.Code...)
	g, some := systemPicture(all)
	if !some {
		return ""
	}
	for i := range g.Nodes {
		g.Nodes[i].Label, g.Nodes[i].Note = sentence(g.Nodes[i].Label), sentence(g.Nodes[i].Note)
	}
	svg, err := picture.SVG(g, false)
	if err != nil {
		return ""
	}
	return template.HTML(svg) // made of our own elements; every text in it is escaped (a fuzz target holds it to that)
}
