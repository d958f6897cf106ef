package picture

// place turns the order of the columns into coordinates.
func (p *plan) place() {
	p.columnsAcross()
	p.bandsDown()
	for pass := range 10 {
		for c := range p.columns {
			if pass%2 == 1 {
				c = len(p.columns) - 1 - c
			}
			p.settle(c, pass)
		}
	}
}

func (p *plan) columnsAcross() {
	p.x, p.w = make([]float64, len(p.columns)), make([]float64, len(p.columns))
	x := margin * 2
	for c, col := range p.columns {
		w := 0.0
		for _, it := range col {
			w = max(w, p.items[it].w)
		}
		if c%2 == 1 { // lines bend left and right of the labels; more of them want more room to be told apart
			w += 2*bend + min(40, float64(len(col)))
		}
		p.x[c], p.w[c] = x, w
		x += w
	}
	p.width = x + margin*2
}

// gap is the air between two neighbours of a column.
func (p *plan) gap(a, b int) float64 {
	if p.items[a].node >= 0 && p.items[b].node >= 0 {
		return boxGap
	}
	return thinGap
}

// inLane gives the items of a column that lie in a lane, in order: they stand together.
func (p *plan) inLane(c, lane int) []int {
	col := p.columns[c]
	from := 0
	for from < len(col) && p.items[col[from]].lane < lane {
		from++
	}
	to := from
	for to < len(col) && p.items[col[to]].lane == lane {
		to++
	}
	return col[from:to]
}

// bandsDown gives each lane the height of its fullest column. Lanes without any item take none.
func (p *plan) bandsDown() {
	y := margin
	for l := range p.lanes {
		tallest := 0.0
		for c := range p.columns {
			h := 0.0
			items := p.inLane(c, l)
			for i, it := range items {
				h += p.items[it].h
				if i > 0 {
					h += p.gap(items[i-1], it)
				}
			}
			tallest = max(tallest, h)
		}
		b := &p.lanes[l]
		if tallest == 0 {
			b.framed = false
			continue
		}
		head := 12.0
		if b.framed && b.label != "" {
			head = laneHead
			p.width = max(p.width, width(b.label, smallSize)+6*margin)
		}
		b.y, b.h = y, head+tallest+14
		y += b.h + laneGap
		top := b.y + head
		for c := range p.columns { // a first place for each item, from the top
			at := top
			items := p.inLane(c, l)
			for i, it := range items {
				if i > 0 {
					at += p.gap(items[i-1], it)
				}
				p.items[it].y = at + p.items[it].h/2
				at += p.items[it].h
			}
		}
	}
	p.height = y - laneGap + margin
}

// settle moves the items of a column as near to what they are joined to as order, air and lane allow: the least sum of squares, by
// joining neighbours that want to pass each other into blocks.
func (p *plan) settle(c, pass int) {
	for l := range p.lanes {
		items := p.inLane(c, l)
		if len(items) == 0 {
			continue
		}
		type block struct {
			want, weight float64
			n            int
		}
		offset := make([]float64, len(items)) // of each item from the first, when they stand as close as they may
		var blocks []block
		for i, it := range items {
			if i > 0 {
				prev := items[i-1]
				offset[i] = offset[i-1] + (p.items[prev].h+p.items[it].h)/2 + p.gap(prev, it)
			}
			want, weight := p.wanted(it, pass)
			blocks = append(blocks, block{want - offset[i], weight, 1})
			for n := len(blocks); n > 1 && blocks[n-2].want > blocks[n-1].want; n = len(blocks) {
				a, b := blocks[n-2], blocks[n-1]
				w := a.weight + b.weight
				blocks = append(blocks[:n-2], block{(a.want*a.weight + b.want*b.weight) / w, w, a.n + b.n})
			}
		}
		b := &p.lanes[l]
		head := 12.0
		if b.framed && b.label != "" {
			head = laneHead
		}
		lowest := b.y + head + p.items[items[0]].h/2
		highest := b.y + b.h - 14 - p.items[items[len(items)-1]].h/2 - offset[len(items)-1]
		i := 0
		for _, bl := range blocks {
			y := max(lowest, min(bl.want, highest))
			for range bl.n {
				p.items[items[i]].y = y + offset[i]
				i++
			}
		}
	}
}

// wanted is where an item would like to stand and how much that counts: lines like to be straight, boxes amid their neighbours.
func (p *plan) wanted(it, pass int) (y, weight float64) {
	i := &p.items[it]
	var joined []int
	switch {
	case pass > 7: // at the end both sides count
		joined = append(append(joined, i.left...), i.right...)
	case pass%2 == 0:
		joined = i.left
	default:
		joined = i.right
	}
	if len(joined) == 0 {
		return i.y, 0.1
	}
	sum := 0.0
	for _, j := range joined {
		sum += p.items[j].y
	}
	weight = 1
	if i.node < 0 {
		weight = 2
	}
	return sum / float64(len(joined)), weight
}
