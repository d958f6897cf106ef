package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/lodemark/lodemark"
)

// htmlCourse is the picture of the system's course through the four areas, with the 17 guidelines as marks along it. It is
// laid out twice, lying for wide screens and standing for narrow ones; the style sheet shows one.
type htmlCourse struct {
	ID            string // tells the two apart
	Width, Height float64
	Frames        []htmlBox // of the chart's border: the picture's own edge, the scale, the outer edge
	Water         string    // the whole course, drawn broad beneath it
	Sailed, Ahead string    // the stages that are judged, and those that come later; either may be empty
	Zones         []htmlZone
	Marks         []htmlStation
	Title, Text   string
}

// htmlZone is one area's part of the picture.
type htmlZone struct {
	htmlBox
	ID, Title, Note       string
	TitleX, TitleY, NoteY float64
	Right, Bottom         float64
	First                 bool
	Later                 bool
}

// htmlBox is a rectangle.
type htmlBox struct{ X, Y, Width, Height float64 }

// htmlStation is one guideline's mark.
type htmlStation struct {
	ID, Anchor, Counts, Label string
	X, Y                      float64
	TextX, TextY              float64
	Middle                    bool // the text is centred
	Lines                     []htmlLine
	CountsY                   float64
	Hit                       htmlBox // where a pointer finds the mark with its text
}

type htmlLine struct {
	Text string
	Y    float64
}

type point struct{ x, y float64 }

const (
	wideStep, wideSide = 65.6, 42.0 // from mark to mark, and what is left at both ends
	wideHeight         = 470.0
	ring               = 21.0 // radius of the strokes around a mark
	disc               = 27.0 // radius of the ground that it stands on
)

// wideCourse lays the course from left to right, marks above and below its middle by turns.
func wideCourse(views []areaView) htmlCourse {
	c := htmlCourse{ID: "wide", Height: wideHeight}
	x, i := wideSide, 0
	var points, deep []point
	sailed := 0
	for n, a := range views {
		z := zone(a)
		z.X, z.Y, z.Height, z.Width, z.First = x, 12, wideHeight-24, wideStep*float64(len(a.Guidelines)), n == 0
		z.TitleX, z.TitleY, z.NoteY = x+14, 40, 60
		if n == 0 {
			z.TitleX -= 8
		}
		for _, g := range a.Guidelines {
			up := i%2 == 0
			middle := point{x + wideStep/2, 246 + 15*math.Sin(float64(i)*0.5)}
			deep = append(deep, middle)
			p := point{middle.x, middle.y + 25*sign(!up)}
			s := station(g, p)
			s.TextX, s.Middle = p.x, true
			text := wrap(g.Title, 20)
			s.TextY = p.y + ring + 25
			if up {
				s.TextY = p.y - ring - 18 - 14.5*float64(len(text)+1)
			}
			s.place(text, 16, 14.5)
			s.Hit = htmlBox{p.x - 62, min(s.TextY-16, p.y-ring-6), 124, max(s.CountsY+10, p.y+ring+6) - min(s.TextY-16, p.y-ring-6)}
			c.Marks = append(c.Marks, s.tenths())
			points = append(points, p)
			if !z.Later {
				sailed = len(points)
			}
			x += wideStep
			i++
		}
		c.Zones = append(c.Zones, z)
	}
	c.Width = x + wideSide
	out := func(along []point) []point {
		first, last := along[0], along[len(along)-1]
		return append(append([]point{{-90, first.y + 24}}, along...), point{c.Width + 90, last.y + 24})
	}
	c.draw(out(points), out(deep), sailed, curveAcross)
	c.frame(views)
	return c
}

const tallWidth = 400.0

// tallCourse lays the course from top to bottom, the text at its right.
func tallCourse(views []areaView) htmlCourse {
	c := htmlCourse{ID: "tall", Width: tallWidth}
	y, i := 10.0, 0
	var points, deep []point
	sailed := 0
	for n, a := range views {
		z := zone(a)
		z.X, z.Y, z.Width, z.First = 10, y, tallWidth-20, n == 0
		z.TitleX, z.TitleY, z.NoteY = 120, y+32, y+51
		y += 62
		for _, g := range a.Guidelines {
			text := wrap(g.Title, 38)
			step := 48 + 16*float64(len(text))
			p := point{60 + 20*math.Sin(float64(i)*1.1), y + step/2 - 4}
			deep = append(deep, point{60 + 10*math.Sin(float64(i)*0.6), p.y})
			s := station(g, p)
			s.TextX, s.TextY = 120, p.y-8*float64(len(text))-3
			s.place(text, 17, 16)
			s.Hit = htmlBox{14, p.y - step/2 + 2, tallWidth - 28, step - 4}
			c.Marks = append(c.Marks, s.tenths())
			points = append(points, p)
			if !z.Later {
				sailed = len(points)
			}
			y += step
			i++
		}
		y += 8
		z.Height = y - z.Y
		c.Zones = append(c.Zones, z)
	}
	c.Height = y + 10
	out := func(along []point) []point {
		return append(append([]point{{60, -40}}, along...), point{60, c.Height + 40})
	}
	c.draw(out(points), out(deep), sailed, curveDown)
	c.frame(views)
	return c
}

// place sets the lines of text under the mark's id, first lead units apart and then step.
func (s *htmlStation) place(text []string, lead, step float64) {
	y := s.TextY + lead
	for _, t := range text {
		s.Lines = append(s.Lines, htmlLine{t, y})
		y += step
	}
	s.CountsY = y
}

func zone(a areaView) htmlZone {
	z := htmlZone{ID: a.ID, Title: a.Title, Later: a.Counts.Applicable == 0 && a.Counts.Later > 0}
	switch {
	case z.Later:
		z.Note = "later: this stage is not reached"
	default:
		z.Note = brief(a.Counts)
	}
	return z
}

// brief writes counts as short as a picture needs: only what there is.
func brief(c lodemark.Counts) string {
	var parts []string
	add := func(n int, word string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, word))
		}
	}
	add(c.Met, "met")
	add(c.NotMet, "not met")
	add(c.Inconclusive+c.NotAssessed, "open")
	if len(parts) == 0 {
		add(c.NotApplicable, "not applicable")
		add(c.Later, "later")
	}
	return strings.Join(parts, " · ")
}

func station(g guidelineView, p point) htmlStation {
	s := htmlStation{ID: g.ID, Anchor: g.ID, X: p.x, Y: p.y, Counts: brief(g.Counts)}
	s.Label = fmt.Sprintf("%s %s: %s; %s", g.ID, g.Title, stateWordsOf(g), s.Counts)
	return s
}

// draw sets the paths: the water along its deepest line, the part of the course that is judged and the part ahead. The
// first and the last point lie outside the picture; sailed counts the marks that are judged.
func (c *htmlCourse) draw(points, deep []point, sailed int, curve func(a, b point) string) {
	path := func(points []point) string {
		if len(points) < 2 {
			return ""
		}
		var b strings.Builder
		b.WriteString("M" + coordinate(points[0].x) + " " + coordinate(points[0].y))
		for i := 1; i < len(points); i++ {
			b.WriteString(curve(points[i-1], points[i]))
		}
		return b.String()
	}
	c.Water = path(deep)
	if marks := len(points) - 2; sailed == marks {
		c.Sailed = path(points)
		return
	}
	if sailed > 0 {
		c.Sailed = path(points[:sailed+1])
	}
	c.Ahead = path(points[sailed:])
}

// curveAcross joins two points by a curve that leaves and arrives level, curveDown by one that does so upright.
func curveAcross(a, b point) string {
	m := (a.x + b.x) / 2
	return fmt.Sprintf("C%s %s %s %s %s %s", coordinate(m), coordinate(a.y), coordinate(m), coordinate(b.y), coordinate(b.x), coordinate(b.y))
}

func curveDown(a, b point) string {
	m := (a.y + b.y) / 2
	return fmt.Sprintf("C%s %s %s %s %s %s", coordinate(a.x), coordinate(m), coordinate(b.x), coordinate(m), coordinate(b.x), coordinate(b.y))
}

// tenth rounds to what a picture of this size can show.
func tenth(f float64) float64 { return math.Round(10*f) / 10 }

func (b htmlBox) tenths() htmlBox {
	return htmlBox{tenth(b.X), tenth(b.Y), tenth(b.Width), tenth(b.Height)}
}

// tenths rounds all that the template writes of a mark, which would otherwise fill a third of the picture with digits.
func (s htmlStation) tenths() htmlStation {
	for _, f := range []*float64{&s.X, &s.Y, &s.TextX, &s.TextY, &s.CountsY} {
		*f = tenth(*f)
	}
	for i := range s.Lines {
		s.Lines[i].Y = tenth(s.Lines[i].Y)
	}
	s.Hit = s.Hit.tenths()
	return s
}

// frame sets the chart's border, and the title and description for those who do not see the picture.
func (c *htmlCourse) frame(views []areaView) {
	c.Width, c.Height = tenth(c.Width), tenth(c.Height)
	for _, edge := range []float64{6, 3.2, 0.5} {
		c.Frames = append(c.Frames, htmlBox{edge, edge, c.Width - 2*edge, c.Height - 2*edge}.tenths())
	}
	for i := range c.Zones {
		z := &c.Zones[i]
		z.htmlBox = z.tenths()
		z.Right, z.Bottom = tenth(z.X+z.Width), tenth(z.Y+z.Height)
	}
	c.Title = "The system's course through the four areas"
	var parts []string
	for _, a := range views {
		z := zone(a)
		states := map[string]int{}
		var order []string
		for _, g := range a.Guidelines {
			w := stateWordsOf(g)
			if states[w] == 0 {
				order = append(order, w)
			}
			states[w]++
		}
		var words []string
		for _, w := range order {
			words = append(words, fmt.Sprintf("%d %s", states[w], w))
		}
		parts = append(parts, fmt.Sprintf("%s: of %d guidelines, %s; clauses: %s.", a.Title, len(a.Guidelines), strings.Join(words, ", "), z.Note))
	}
	c.Text = strings.Join(parts, " ")
}

func sign(positive bool) float64 {
	if positive {
		return 1
	}
	return -1
}
