package picture

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"slices"
	"strings"
)

// Style is the style sheet of pictures, for pages that embed one. Colours come from custom properties, which a page may set on
// .picture; text reaches a contrast of 7 to 1 on both grounds.
const Style = `.picture{--p-ground:#fff;--p-lane:#f2f5f7;--p-edge:#b9c4cc;--p-ink:#16232f;--p-soft:#45525e;--p-line:#5f6f7c;--p-box:#fff;` +
	`--p-model:#e7eefb;--p-agent:#fbeef4;--p-store:#f4ebd3;--p-outside:#ececec;--p-warn:#a3281f;font-family:"Segoe UI",-apple-system,` +
	`BlinkMacSystemFont,Roboto,"Helvetica Neue",Arial,sans-serif;background:var(--p-ground)}
@media screen and (prefers-color-scheme:dark){.picture{--p-ground:#10171e;--p-lane:#18222c;--p-edge:#40505d;--p-ink:#eef2f5;--p-soft:#b7c3cd;` +
	`--p-line:#93a4b1;--p-box:#202c37;--p-model:#1c2f4f;--p-agent:#3d2031;--p-store:#37301c;--p-outside:#2d2d2d;--p-warn:#ff9d92}}
.picture .lane{fill:var(--p-lane);stroke:var(--p-edge);stroke-dasharray:6 4}.picture .lane-name{fill:var(--p-soft);font-size:11px;font-weight:600}
.picture .box{fill:var(--p-box);stroke:var(--p-line);stroke-width:1.3}.picture .rail{stroke:var(--p-line);stroke-width:1.3}
.picture .name{fill:var(--p-ink);font-size:13px;font-weight:500}.picture .note,.picture .label{fill:var(--p-soft);font-size:11px}
.picture text{text-anchor:middle}.picture .lane-name{text-anchor:start}
.picture .label{paint-order:stroke;stroke:var(--p-lane);stroke-width:4px;stroke-linejoin:round}.picture .label.bare{stroke:var(--p-ground)}
.picture .line{fill:none;stroke:var(--p-line);stroke-width:1.3}.picture .head{fill:var(--p-line)}
.picture .model .box{fill:var(--p-model)}.picture .agent .box{fill:var(--p-agent)}.picture .store .box{fill:var(--p-store)}.picture .outside .box{fill:var(--p-outside)}
.picture .untrusted.line{stroke:var(--p-warn);stroke-dasharray:5 3}.picture .untrusted.head{fill:var(--p-warn)}.picture .warn .box{stroke:var(--p-warn);stroke-width:2.2}
`

// SVG draws a graph as one element. With own set it stands alone and carries its style sheet; else the page around it does.
func SVG(g *Graph, own bool) ([]byte, error) {
	p, err := arrange(g)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	space := ""
	if own {
		space = `xmlns="http://www.w3.org/2000/svg" `
	}
	fmt.Fprintf(&b, "<svg %sclass=\"picture\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" role=\"img\">\n", space, p.width, p.height, p.width, p.height)
	fmt.Fprintf(&b, "<title>%s</title>\n", escape(tidy(g.Title, 200)))
	if t := tidy(g.Text, 600); t != "" {
		fmt.Fprintf(&b, "<desc>%s</desc>\n", escape(t))
	}
	if own {
		b.WriteString("<style>" + Style + "</style>\n<rect width=\"100%\" height=\"100%\" style=\"fill:var(--p-ground)\"/>\n")
	}
	for _, l := range p.lanes {
		if l.framed {
			fmt.Fprintf(&b, "<rect class=\"lane\" x=\"%.0f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"8\"/><text class=\"lane-name\" x=\"%.0f\" y=\"%.1f\">%s</text>\n",
				margin, l.y, p.width-2*margin, l.h, margin+10, l.y+17, escape(l.label))
		}
	}
	for i := range p.lines {
		p.drawLine(&b, i)
	}
	for i := range p.lines { // above all lines
		p.drawLabel(&b, i)
	}
	for v := range p.graph.Nodes {
		p.drawBox(&b, v)
	}
	b.WriteString("</svg>\n")
	return b.Bytes(), nil
}

func escape(s string) string { return html.EscapeString(s) }

// class lets through what can be a class of ours.
func class(s string) string {
	for _, r := range s {
		if (r < 'a' || r > 'z') && r != '-' && r != ' ' {
			return ""
		}
	}
	if s != "" {
		return " " + s
	}
	return ""
}

// anchor says whether an address is a plain place in the page.
func anchor(s string) bool {
	id, found := strings.CutPrefix(s, "#")
	return found && id != "" && strings.IndexFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	}) < 0
}

// port is the height at which a line leaves or enters a box: lines of one side stand in the order of where they lead.
func (p *plan) port(it, other int, side []int) float64 {
	i := &p.items[it]
	if i.node < 0 || len(side) < 2 {
		return i.y
	}
	sorted := slices.Clone(side)
	slices.SortStableFunc(sorted, func(a, b int) int { return cmp.Compare(p.items[a].y, p.items[b].y) })
	step := min(portSpace*1.5, (i.h-14)/float64(len(sorted)-1))
	return i.y + (float64(slices.Index(sorted, other))-float64(len(sorted)-1)/2)*step
}

func (p *plan) drawLine(b *bytes.Buffer, n int) {
	l, chain := &p.lines[n], p.chains[n]
	first, last := chain[0], chain[len(chain)-1]
	x := p.boxRight(first)
	y := p.port(first, chain[1], p.items[first].right)
	startX, startY := x, y
	var d strings.Builder
	fmt.Fprintf(&d, "M%.1f %.1f", x, y)
	curve := func(tx, ty float64) {
		mid := (x + tx) / 2
		if ty == y {
			fmt.Fprintf(&d, "H%.1f", tx)
		} else {
			fmt.Fprintf(&d, "C%.1f %.1f %.1f %.1f %.1f %.1f", mid, y, mid, ty, tx, ty)
		}
		x, y = tx, ty
	}
	for _, it := range chain[1 : len(chain)-1] {
		i := &p.items[it]
		left, right := p.x[i.col], p.x[i.col]+p.w[i.col]
		if i.col%2 == 1 {
			left, right = left+bend, right-bend
		}
		if x < p.x[i.col] && i.col%2 == 1 { // straight to the edge of the column of boxes first: a narrow box leaves room beside it
			fmt.Fprintf(&d, "H%.1f", p.x[i.col])
			x = p.x[i.col]
		}
		curve(left, i.y)
		fmt.Fprintf(&d, "H%.1f", right)
		x = right
	}
	endX, endY := p.boxLeft(last), p.port(last, chain[len(chain)-2], p.items[last].left)
	if edge := p.x[p.items[last].col]; edge < endX-8 {
		curve(edge, endY)
	} else {
		curve(endX-7, endY)
	}
	fmt.Fprintf(&d, "H%.1f", endX-1)
	fmt.Fprintf(b, "<path class=\"line%s\" d=\"%s\"/>", class(l.class), d.String())
	if l.forward {
		fmt.Fprintf(b, "<path class=\"head%s\" d=\"M%.1f %.1fl-9 -4.2v8.4z\"/>", class(l.class), endX, endY)
	}
	if l.back {
		fmt.Fprintf(b, "<path class=\"head%s\" d=\"M%.1f %.1fl9 -4.2v8.4z\"/>", class(l.class), startX, startY)
	}
	b.WriteByte('\n')
}

func (p *plan) drawLabel(b *bytes.Buffer, n int) {
	i := &p.items[p.chains[n][1]]
	bare := ""
	if !p.lanes[i.lane].framed {
		bare = " bare"
	}
	middle := p.x[i.col] + p.w[i.col]/2
	for row, text := range i.rows {
		y := i.y - smallLine*float64(len(i.rows))/2 + smallLine*float64(row) + smallSize
		fmt.Fprintf(b, "<text class=\"label%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", bare, middle, y, escape(text))
	}
}

// boxLeft and boxRight are the sides of a box, which stands in the middle of its column.
func (p *plan) boxLeft(it int) float64 {
	i := &p.items[it]
	return p.x[i.col] + (p.w[i.col]-i.w)/2
}

func (p *plan) boxRight(it int) float64 { return p.boxLeft(it) + p.items[it].w }

func (p *plan) drawBox(b *bytes.Buffer, v int) {
	n, i := &p.graph.Nodes[v], &p.items[v]
	x, y, w, h := p.boxLeft(v), i.y-i.h/2, i.w, i.h
	link := anchor(n.Link)
	if link {
		fmt.Fprintf(b, "<a href=\"%s\">", n.Link)
	}
	fmt.Fprintf(b, "<g class=\"part%s\">", class(n.Class))
	if t := tidy(n.Tip, 300); t != "" {
		fmt.Fprintf(b, "<title>%s</title>", escape(t))
	}
	switch n.Shape {
	case Entity:
		fmt.Fprintf(b, "<rect class=\"box\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>", x, y, w, h)
	case Store:
		fmt.Fprintf(b, "<rect class=\"box\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"3\"/><path class=\"rail\" d=\"M%.1f %.1fv%.1f\"/>", x, y, w, h, x+7, y, h)
	case Model:
		const cut = 9.0
		fmt.Fprintf(b, "<path class=\"box\" d=\"M%.1f %.1fh%.1fl%.0f %.1fl-%.0f %.1fh-%.1fl-%.0f -%.1fz\"/>", x+cut, y, w-2*cut, cut, h/2, cut, h/2, w-2*cut, cut, h/2)
	default:
		fmt.Fprintf(b, "<rect class=\"box\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"12\"/>", x, y, w, h)
	}
	rows := p.boxes[v]
	at := i.y - (nameLine*float64(len(rows.name))+smallLine*float64(len(rows.note)))/2
	for _, r := range rows.name {
		fmt.Fprintf(b, "<text class=\"name\" x=\"%.1f\" y=\"%.1f\">%s</text>", x+w/2, at+nameSize, escape(r))
		at += nameLine
	}
	for _, r := range rows.note {
		fmt.Fprintf(b, "<text class=\"note\" x=\"%.1f\" y=\"%.1f\">%s</text>", x+w/2, at+smallSize, escape(r))
		at += smallLine
	}
	b.WriteString("</g>")
	if link {
		b.WriteString("</a>")
	}
	b.WriteByte('\n')
}
