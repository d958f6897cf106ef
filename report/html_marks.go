package report

import (
	"iter"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark"
)

// htmlMark is how a state is drawn: the name of a symbol in html/marks.html and of a class in html/page.css. Each state has
// a shape of its own, so that none of them is told by colour alone.
type htmlMark string

// The marks. A vouched one is met in part on a person's word, a borne one not met under a decision that ends by itself.
const (
	markMet          htmlMark = "met"
	markVouched      htmlMark = "vouched"
	markUnmet        htmlMark = "unmet"
	markBorne        htmlMark = "borne"
	markInconclusive htmlMark = "inconclusive"
	markDeclared     htmlMark = "declared"
	markUnassessed   htmlMark = "unassessed"
	markInapplicable htmlMark = "na"
	markLater        htmlMark = "later"
	markOpen         htmlMark = "open" // of a guideline: neither met nor not met
)

func markOf(c clauseView) htmlMark {
	switch c.State {
	case stateMet:
		if c.Word {
			return markVouched
		}
		return markMet
	case stateUnmet:
		return markUnmet
	case stateWaived:
		return markBorne
	case stateInconclusive:
		return markInconclusive
	case stateDeclared:
		return markDeclared
	case stateInapplicable:
		return markInapplicable
	case stateLater:
		return markLater
	}
	return markUnassessed
}

// markOfGuideline keeps apart a guideline whose every failure is borne for a time, and one that is met on words in part.
func markOfGuideline(g guidelineView) htmlMark {
	switch g.State {
	case lodemark.GuidelineMet:
		for _, c := range g.Results {
			if c.Word {
				return markVouched
			}
		}
		return markMet
	case lodemark.GuidelineUnmet:
		if g.Counts.Waived >= g.Counts.NotMet {
			return markBorne
		}
		return markUnmet
	case lodemark.GuidelineNA:
		return markInapplicable
	case lodemark.GuidelineLater:
		return markLater
	}
	return markOpen
}

// stateWordsOf says the state of a guideline in words.
func stateWordsOf(g guidelineView) string {
	if markOfGuideline(g) == markBorne {
		return "not met, borne for a time"
	}
	return string(g.State)
}

func clausesOf(views []areaView) iter.Seq[clauseView] {
	return func(yield func(clauseView) bool) {
		for _, a := range views {
			for _, g := range a.Guidelines {
				for _, c := range g.Results {
					if !yield(c) {
						return
					}
				}
			}
		}
	}
}

// htmlStrip is the run of all clauses of one mark in the strip of the head, as one path.
type htmlStrip struct {
	Mark htmlMark
	Path string
}

// stripOrder is the order of the strip: what is settled, what is open, what does not count.
var stripOrder = []htmlMark{markMet, markVouched, markUnmet, markBorne, markInconclusive, markDeclared, markUnassessed, markInapplicable, markLater}

// strip draws one upright mark for each clause, in a strip 40 units high. Height tells the states apart besides colour:
// what was decided is full, what was not is shorter, what does not count is a dot.
func strip(views []areaView) ([]htmlStrip, float64) {
	n := map[htmlMark]int{}
	for c := range clausesOf(views) {
		n[markOf(c)]++
	}
	x := 0.0
	var out []htmlStrip
	for _, m := range stripOrder {
		if n[m] == 0 {
			continue
		}
		var b strings.Builder
		top, height := 0.0, 40.0
		switch m {
		case markInconclusive:
			top, height = 14, 26
		case markDeclared, markUnassessed:
			top, height = 26, 14
		case markInapplicable, markLater:
			top, height = 35, 5
		}
		for range n[m] {
			b.WriteString("M" + coordinate(x+1) + " " + coordinate(top+1) + "h5v" + coordinate(height-2) + "h-5z")
			x += 8
		}
		out = append(out, htmlStrip{m, b.String()})
		x += 8
	}
	return out, max(0, x-8)
}

// coordinate writes a number as briefly as a tenth of a unit allows.
func coordinate(f float64) string {
	s := strconv.FormatFloat(f, 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	if s == "-0" {
		return "0"
	}
	return s
}
