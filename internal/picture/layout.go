package picture

import (
	"cmp"
	"slices"
)

// Distances in pixels.
const (
	margin    = 16.0
	laneHead  = 26.0 // room for the name of a lane
	laneGap   = 14.0
	boxGap    = 20.0 // between two boxes of a column
	thinGap   = 7.0  // between a line and what stands beside it
	thin      = 8.0  // the height that a line without label takes
	bend      = 34.0 // the strip beside labels in which lines change their height
	minBox    = 96.0
	maxBox    = 190.0
	maxLabel  = 150.0
	portSpace = 8.0
)

// item is one place in a column: a box, or a line on its way, with or without its label.
type item struct {
	node, line  int // indexes; -1: not one
	lane, col   int
	rows        []string // of a label
	w, h, y     float64  // y: the middle
	left, right []int    // items of the neighbouring columns that this one is joined to
}

// plan is a graph with a place for everything.
type plan struct {
	graph   *Graph
	lines   []line
	items   []item
	columns [][]int // even ones hold boxes, odd ones labels; each in order from top to bottom
	chains  [][]int // of each line: the items from its left end to its right
	boxes   []box   // of each node: the rows in it
	x, w    []float64
	lanes   []band
	width   float64
	height  float64
}

type box struct{ name, note []string }

type band struct {
	label  string
	y, h   float64
	framed bool // false: the nodes that lie in no lane
}

// arrange gives every node, line and label its place.
func arrange(g *Graph) (*plan, error) {
	at, err := g.check()
	if err != nil {
		return nil, err
	}
	p := &plan{graph: g, lines: merged(g, at)}
	turn(len(g.Nodes), p.lines)
	p.fill(ranks(len(g.Nodes), p.lines))
	p.order()
	p.place()
	return p, nil
}

// fill makes the items of all columns.
func (p *plan) fill(rank []int) {
	lane := map[string]int{"": 0}
	p.lanes = append(p.lanes, band{})
	for i, l := range p.graph.Lanes {
		lane[l.ID] = i + 1
		p.lanes = append(p.lanes, band{label: tidy(l.Label, 60), framed: true})
	}
	last := 0
	for _, r := range rank {
		last = max(last, r)
	}
	p.columns = make([][]int, 2*last+1)
	add := func(it item) int {
		i := len(p.items)
		p.items = append(p.items, it)
		p.columns[it.col] = append(p.columns[it.col], i)
		return i
	}
	lines := make([]int, len(rank)) // at the fuller side of each node
	for _, side := range []func(line) int{func(l line) int { return l.from }, func(l line) int { return l.to }} {
		count := make([]int, len(rank))
		for _, l := range p.lines {
			count[side(l)]++
		}
		for v, n := range count {
			lines[v] = max(lines[v], n)
		}
	}
	p.boxes = make([]box, len(rank))
	for v, n := range p.graph.Nodes {
		b := box{name: wrap(tidy(n.Label, 80), nameSize, maxBox-24, 2), note: wrap(tidy(n.Note, 60), smallSize, maxBox-24, 1)}
		p.boxes[v] = b
		w := minBox
		for _, r := range b.name {
			w = max(w, width(r, nameSize)+24)
		}
		for _, r := range b.note {
			w = max(w, width(r, smallSize)+24)
		}
		h := 16 + nameLine*float64(len(b.name)) + smallLine*float64(len(b.note))
		add(item{node: v, line: -1, lane: lane[n.Lane], col: 2 * rank[v], w: w, h: max(h, portSpace*float64(lines[v]-1)+16)})
	}
	p.chains = make([][]int, len(p.lines))
	for i, l := range p.lines {
		chain := []int{l.from}
		first, end := 2*rank[l.from]+1, 2*rank[l.to]-1
		a, b := p.items[l.from].lane, p.items[l.to].lane
		for col := first; col <= end; col++ {
			it := item{node: -1, line: i, col: col, lane: a, h: thin}
			if end > first {
				it.lane = a + ((b-a)*(col-first)*2+(end-first))/(2*(end-first)) // nearest whole lane on the way
				if b < a {
					it.lane = a - ((a-b)*(col-first)*2+(end-first))/(2*(end-first))
				}
			}
			if col == first {
				it.rows = l.rows()
				for _, r := range it.rows {
					it.w = max(it.w, width(r, smallSize)+8)
				}
				it.h = max(thin, smallLine*float64(len(it.rows))+2)
			}
			chain = append(chain, add(it))
		}
		chain = append(chain, l.to)
		for j := 1; j < len(chain); j++ {
			p.items[chain[j-1]].right = append(p.items[chain[j-1]].right, chain[j])
			p.items[chain[j]].left = append(p.items[chain[j]].left, chain[j-1])
		}
		p.chains[i] = chain
	}
}

// rows are the label of a line: one text for a line with one head, one for each direction else.
func (l *line) rows() []string {
	text := func(labels []string, mark string, rows int) []string {
		s := ""
		for i, t := range labels {
			if i > 0 {
				s += ", "
			}
			s += tidy(t, 60)
		}
		if s == "" {
			return nil
		}
		return wrap(mark+s, smallSize, maxLabel, rows)
	}
	switch {
	case l.forward && l.back:
		return append(text(l.labels, "→ ", 2), text(l.returns, "← ", 2)...)
	case l.forward:
		return text(l.labels, "", 2)
	}
	return text(l.returns, "", 2)
}

// order sorts each column so that few lines cross: by the middle of what an item is joined to, to and fro, lane by lane.
func (p *plan) order() {
	where := make([]float64, len(p.items))
	number := func(col []int) {
		for i, it := range col {
			where[it] = float64(i)
		}
	}
	sortColumn := func(c int, neighbours func(*item) []int) {
		col := p.columns[c]
		key := make(map[int]float64, len(col))
		for _, it := range col {
			key[it] = where[it]
			if ns := neighbours(&p.items[it]); len(ns) > 0 {
				sum := 0.0
				for _, n := range ns {
					sum += where[n] / float64(max(1, len(p.columns[p.items[n].col])))
				}
				key[it] = sum / float64(len(ns)) * float64(len(col))
			}
		}
		slices.SortStableFunc(col, func(a, b int) int {
			return cmp.Or(cmp.Compare(p.items[a].lane, p.items[b].lane), cmp.Compare(key[a], key[b]))
		})
		number(col)
	}
	for c, col := range p.columns {
		number(col)
		sortColumn(c, func(*item) []int { return nil })
	}
	best, fewest := p.copyColumns(), p.crossings(where)
	for pass := range 16 {
		for c := range p.columns {
			if pass%2 == 0 {
				sortColumn(c, func(i *item) []int { return i.left })
				continue
			}
			sortColumn(len(p.columns)-1-c, func(i *item) []int { return i.right })
		}
		if n := p.crossings(where); n < fewest {
			best, fewest = p.copyColumns(), n
		}
		if fewest == 0 {
			break
		}
	}
	p.columns = best
}

func (p *plan) copyColumns() [][]int {
	out := make([][]int, len(p.columns))
	for i, c := range p.columns {
		out[i] = slices.Clone(c)
	}
	return out
}

// crossings counts pairs of lines that cross between neighbouring columns: inversions of the right ends in the order of the left ones.
func (p *plan) crossings(where []float64) int {
	total := 0
	for c := 0; c+1 < len(p.columns); c++ {
		tree := make([]int, len(p.columns[c+1])+1) // how many right ends lie at or above each place (a Fenwick tree)
		seen := 0
		for _, a := range p.columns[c] {
			ends := make([]int, 0, len(p.items[a].right))
			for _, b := range p.items[a].right {
				ends = append(ends, int(where[b])+1)
			}
			for _, e := range ends {
				above := 0
				for i := e; i > 0; i -= i & -i {
					above += tree[i]
				}
				total += seen - above
			}
			for _, e := range ends {
				for i := e; i < len(tree); i += i & -i {
					tree[i]++
				}
				seen++
			}
		}
	}
	return total
}
