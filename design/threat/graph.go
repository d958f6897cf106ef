package threat

import "slices"

// graph is a model with its flows by number.
type graph struct {
	*Model
	index    map[string]int
	from, to []int   // of each flow; flows that end nowhere are left out of in and out
	in, out  [][]int // flows of each component
}

func newGraph(m *Model) *graph {
	g := &graph{Model: m, index: make(map[string]int, len(m.Components)), from: make([]int, len(m.Flows)), to: make([]int, len(m.Flows)),
		in: make([][]int, len(m.Components)), out: make([][]int, len(m.Components))}
	for i, c := range m.Components {
		if _, taken := g.index[c.ID]; !taken {
			g.index[c.ID] = i
		}
	}
	for n, f := range m.Flows {
		a, okA := g.index[f.From]
		b, okB := g.index[f.To]
		if g.from[n], g.to[n] = a, b; !okA || !okB {
			g.from[n], g.to[n] = -1, -1
			continue
		}
		g.out[a], g.in[b] = append(g.out[a], n), append(g.in[b], n)
	}
	return g
}

// of is what is known of an attribute of a component: declared, implied by its kind, or what silence means.
func (c *Component) of(name string) Value {
	a := componentTable.by[name]
	if v, ok := c.Attributes[name]; ok {
		return v
	}
	if v, ok := a.Implied[c.Kind]; ok {
		return v
	}
	if name == "origin" && c.Kind == "embedding_model" && c.Attributes["hosting"].Text == "vendor" {
		return Value{Text: "third_party"} // a vendor's embeddings behind an API, as those of hosted_model_api
	}
	return Value{Unknown: a.Silence == Unknown && (a.Kinds == nil || slices.Contains(a.Kinds, c.Kind))}
}

// of is what is known of an attribute of a flow.
func (f *Flow) of(name string) Value {
	if v, ok := f.Attributes[name]; ok {
		return v
	}
	return Value{Unknown: flowTable.by[name].Silence == Unknown}
}

// of is what is known of an attribute of the system.
func (s *System) of(name string) Value {
	if v, ok := s.Attributes[name]; ok {
		return v
	}
	return Value{Unknown: systemTable.by[name].Silence == Unknown}
}

func (c *Component) is(kinds ...string) bool           { return slices.Contains(kinds, c.Kind) }
func (c *Component) text(name string) string           { return c.of(name).Text }
func (c *Component) bool(name string) bool             { return c.of(name).Bool }
func (c *Component) has(name string, w ...string) bool { return anyOf(c.of(name).List, w) }

func anyOf(list, words []string) bool {
	return slices.ContainsFunc(list, func(w string) bool { return slices.Contains(words, w) })
}

// carries says whether a flow carries one of the classes. One that names no class carries any but weights and credentials.
func (f *Flow) carries(classes ...string) bool {
	list := f.Attributes["carries"].List
	if len(list) == 0 {
		return slices.ContainsFunc(classes, func(c string) bool { return c != "weights" && c != "credential" })
	}
	return anyOf(list, classes)
}

// names says whether a flow names one of the classes.
func (f *Flow) names(classes ...string) bool { return anyOf(f.Attributes["carries"].List, classes) }

// reach is what a walk along the flows found: for each component whether it is reached, over which flow first, and from
// which of the first 64 sources.
type reach struct {
	g       *graph
	seeds   []int
	at      []bool // reached, sources themselves included
	arrived []bool // reached over a flow
	hops    []int
	via     []int // the last flow of a shortest way; -1 at a source
	masks   []uint64
}

// walk follows the flows that let something pass, from all seeds at once, breadth first; each flow is looked at a few times.
func (g *graph) walk(seeds []int, pass func(flow int) bool) *reach {
	n := len(g.Components)
	r := &reach{g: g, seeds: seeds, at: make([]bool, n), arrived: make([]bool, n), hops: make([]int, n), via: make([]int, n), masks: make([]uint64, n)}
	queue := slices.Clone(seeds)
	for i, s := range seeds {
		r.at[s], r.via[s] = true, -1
		r.masks[s] |= 1 << min(i, 63)
	}
	passes := make([]bool, len(g.Flows))
	for f := range g.Flows {
		passes[f] = g.from[f] >= 0 && pass(f)
	}
	for len(queue) > 0 {
		c := queue[0]
		queue = queue[1:]
		for _, f := range g.out[c] {
			if to := g.to[f]; passes[f] {
				r.arrived[to] = true
				if !r.at[to] {
					r.at[to], r.via[to], r.hops[to] = true, f, r.hops[c]+1
					queue = append(queue, to)
				}
			}
		}
	}
	open := slices.Clone(seeds) // a mask has 64 bits, so that a component comes up at most 64 times
	for len(open) > 0 {
		c := open[len(open)-1]
		open = open[:len(open)-1]
		for _, f := range g.out[c] {
			if to := g.to[f]; passes[f] && r.masks[to]|r.masks[c] != r.masks[to] {
				r.masks[to] |= r.masks[c]
				open = append(open, to)
			}
		}
	}
	return r
}

// path is a shortest way from a source to a component, both included.
func (r *reach) path(to int) []int {
	if !r.at[to] {
		return nil
	}
	way := []int{to}
	for r.via[to] >= 0 && len(way) <= len(r.g.Components) {
		to = r.g.from[r.via[to]]
		way = append(way, to)
	}
	slices.Reverse(way)
	return way
}

// sources are the seeds from which something reaches a component, nearest first by the order of the file; at most 64.
func (r *reach) sources(to int) []int {
	var all []int
	for i, s := range r.seeds[:min(len(r.seeds), 64)] {
		if r.masks[to]&(1<<i) != 0 {
			all = append(all, s)
		}
	}
	return all
}

// back goes against the flows, from all ends at once, over at most so many hops; through says which components pass on.
func (g *graph) back(ends []int, most int, pass func(flow int) bool, through func(c *Component) bool) []bool {
	found := make([]bool, len(g.Components))
	seen := make([]bool, len(g.Components))
	level := slices.Clone(ends)
	for _, e := range ends {
		seen[e] = true
	}
	for hop := 0; hop < most && len(level) > 0; hop++ {
		var next []int
		for _, c := range level {
			for _, f := range g.in[c] {
				from := g.from[f]
				if !pass(f) {
					continue
				}
				found[from] = true
				if !seen[from] && through(g.Components[from]) {
					seen[from] = true
					next = append(next, from)
				}
			}
		}
		level = next
	}
	return found
}
