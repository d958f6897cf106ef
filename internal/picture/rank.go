package picture

import "slices"

// line is what is drawn for all edges between two nodes: from a column to one further right.
type line struct {
	from, to        int // node indexes; rank[from] < rank[to]
	forward, back   bool
	labels, returns []string // of the edges that run with the line, and against it
	class           string
}

// merged joins edges of the same two nodes in the order of their first appearance. Edges of a node to itself give none.
func merged(g *Graph, at map[string]int) []line {
	index := map[[2]int]int{}
	var out []line
	for _, e := range g.Edges {
		a, b := at[e.From], at[e.To]
		if a == b {
			continue
		}
		if i, known := index[[2]int{b, a}]; known {
			l := &out[i]
			l.back = true
			l.returns = with(l.returns, e.Label)
			continue
		}
		i, known := index[[2]int{a, b}]
		if !known {
			i = len(out)
			index[[2]int{a, b}] = i
			out = append(out, line{from: a, to: b, forward: true, class: e.Class})
		}
		out[i].labels = with(out[i].labels, e.Label)
	}
	return out
}

func with(labels []string, l string) []string {
	if l == "" || slices.Contains(labels, l) {
		return labels
	}
	return append(labels, l)
}

// turn makes the lines free of cycles: a line that leads back to a node on the way is drawn from there, with its head at the left.
func turn(n int, lines []line) {
	out := make([][]int, n)
	for i, l := range lines {
		out[l.from] = append(out[l.from], i)
	}
	entered := make([]bool, n)
	for _, l := range lines {
		entered[l.to] = true
	}
	state := make([]byte, n) // 0 not seen, 1 on the way, 2 done
	type step struct{ node, next int }
	walk := func(start int) {
		stack := []step{{start, 0}}
		state[start] = 1
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if top.next == len(out[top.node]) {
				state[top.node] = 2
				stack = stack[:len(stack)-1]
				continue
			}
			l := &lines[out[top.node][top.next]]
			top.next++
			switch state[l.to] {
			case 0:
				state[l.to] = 1
				stack = append(stack, step{l.to, 0})
			case 1:
				l.from, l.to = l.to, l.from
				l.forward, l.back = l.back, l.forward
				l.labels, l.returns = l.returns, l.labels
			}
		}
	}
	for v := range n { // from where things begin, so that lines which lead back are the ones that are turned
		if state[v] == 0 && !entered[v] {
			walk(v)
		}
	}
	for v := range n {
		if state[v] == 0 {
			walk(v)
		}
	}
}

// ranks gives each node a column: one further right than all that lead to it, then as near to its neighbours as that allows.
func ranks(n int, lines []line) []int {
	in, out := make([][]int, n), make([][]int, n)
	degree := make([]int, n)
	for _, l := range lines {
		out[l.from] = append(out[l.from], l.to)
		in[l.to] = append(in[l.to], l.from)
		degree[l.to]++
	}
	rank := make([]int, n)
	var order []int
	for v := range n {
		if degree[v] == 0 {
			order = append(order, v)
		}
	}
	for i := 0; i < len(order); i++ {
		v := order[i]
		for _, w := range out[v] {
			rank[w] = max(rank[w], rank[v]+1)
			if degree[w]--; degree[w] == 0 {
				order = append(order, w)
			}
		}
	}
	for range 4 { // what has more lines to the right than to the left moves right: shorter lines, fewer places taken
		for i := len(order) - 1; i >= 0; i-- {
			v := order[i]
			if len(out[v]) == 0 || len(out[v]) < len(in[v]) {
				continue
			}
			if len(out[v]) == len(in[v]) && len(in[v]) > 0 {
				continue
			}
			hi := rank[out[v][0]] - 1
			for _, w := range out[v] {
				hi = min(hi, rank[w]-1)
			}
			rank[v] = max(rank[v], hi)
		}
		for _, v := range order {
			if len(in[v]) <= len(out[v]) {
				continue
			}
			lo := 0
			for _, w := range in[v] {
				lo = max(lo, rank[w]+1)
			}
			rank[v] = min(rank[v], lo)
		}
	}
	return packed(rank, in, out)
}

// packed spreads nodes without any line over the columns and closes columns that became empty.
func packed(rank []int, in, out [][]int) []int {
	last := 0
	for _, r := range rank {
		last = max(last, r)
	}
	var loose []int
	fill := make([]int, last+1)
	for v := range rank {
		if len(in[v])+len(out[v]) == 0 {
			loose = append(loose, v)
			continue
		}
		fill[rank[v]]++
	}
	if len(loose) == len(rank) { // no line at all: a square
		side := 1
		for side*side < len(rank) {
			side++
		}
		fill = make([]int, side)
	}
	for _, v := range loose {
		best := 0
		for r := range fill {
			if fill[r] < fill[best] {
				best = r
			}
		}
		rank[v] = best
		fill[best]++
	}
	column, next := make([]int, len(fill)), 0
	for r, n := range fill {
		column[r] = next
		if n > 0 {
			next++
		}
	}
	for v := range rank {
		rank[v] = column[rank[v]]
	}
	return rank
}
