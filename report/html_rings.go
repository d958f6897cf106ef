package report

import (
	"fmt"
	"math"
	"strings"
)

// htmlRing is a guideline's mark with the ring around it: its clauses clockwise from the top, those of one mark as one path.
// It is drawn around the origin, once for both layouts.
type htmlRing struct {
	ID   string
	Disc float64
	Mark htmlMark
	Arcs []htmlArc
}

type htmlArc struct {
	Mark htmlMark
	Path string
}

func rings(views []areaView) []htmlRing {
	var out []htmlRing
	for _, a := range views {
		for _, g := range a.Guidelines {
			out = append(out, ringOf(g))
		}
	}
	return out
}

func ringOf(g guidelineView) htmlRing {
	r := htmlRing{ID: g.ID, Disc: disc, Mark: markOfGuideline(g)}
	at := map[htmlMark]int{}
	step := 2 * math.Pi / float64(max(1, len(g.Results)))
	gap := min(0.12, step/4)
	for i, c := range g.Results {
		m := markOf(c)
		k, ok := at[m]
		if !ok {
			k = len(r.Arcs)
			at[m] = k
			r.Arcs = append(r.Arcs, htmlArc{Mark: m})
		}
		from := -math.Pi/2 + float64(i)*step + gap/2
		r.Arcs[k].Path += arc(from, from+step-gap)
	}
	return r
}

// arc is a stroke of the ring around the origin, between two angles.
func arc(from, to float64) string {
	large := 0
	if to-from > math.Pi {
		large = 1
	}
	at := func(angle float64) string {
		return coordinate(ring*math.Cos(angle)) + " " + coordinate(ring*math.Sin(angle))
	}
	return fmt.Sprintf("M%sA21 21 0 %d 1 %s", at(from), large, at(to))
}

// wrap breaks a title at spaces into as few lines of at most n characters as it takes, and makes those alike in length.
func wrap(s string, n int) []string {
	out := fill(s, n)
	for n > 1 {
		n--
		if narrower := fill(s, n); len(narrower) == len(out) && widestOf(narrower) <= n {
			out = narrower
			continue
		}
		break
	}
	return out
}

func fill(s string, n int) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(s) {
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) <= n:
			line += " " + word
		default:
			out = append(out, line)
			line = word
		}
	}
	return append(out, line)
}

func widestOf(lines []string) int {
	n := 0
	for _, l := range lines {
		n = max(n, len(l))
	}
	return n
}
