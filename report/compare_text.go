package report

import (
	"fmt"
	"io"

	"github.com/lodemark/lodemark"
)

// WriteText writes the change for people at a terminal: what got worse first.
func (c *Change) WriteText(w io.Writer, o Options) error {
	p := newPage(o)
	t := &changeText{page: p, change: c}
	t.summary()
	if !c.none() {
		t.section("Worse", worse)
		t.section("Better", better)
		t.section("Changed, neither better nor worse", changed)
		t.endedDecisions()
	}
	p.blank()
	p.block(block{text: lodemark.Disclaimer, ink: dim})
	return p.flush(w)
}

type changeText struct {
	*page
	change *Change
}

func (t *changeText) summary() {
	c := t.change
	switch n, m := c.count(worse), c.count(better); {
	case c.none():
		t.line(t.paint(bold, "Nothing changed."))
	case n == 0 && m == 0:
		t.line(t.paint(bold, "Nothing got better or worse, but something changed."))
	default:
		i := green
		if n > 0 {
			i = redBold
		}
		t.block(block{text: fmt.Sprintf("%s got worse, %d better.", count(n, "thing"), m), ink: i})
	}
	from, to := c.before, c.after
	t.block(block{mark: "before", markInk: dim, hang: 8, text: t.side(from), ink: dim})
	t.block(block{mark: "after", markInk: dim, hang: 8, text: t.side(to), ink: dim})
	if from.System != to.System {
		t.block(block{mark: t.glyph("△", "!") + " ", markInk: yellow, text: "The reports are about systems of different names."})
	}
	if from.Tool != to.Tool {
		t.block(block{mark: t.glyph("△", "!") + " ", markInk: yellow, text: "The reports were made by different versions: a difference may come from the checks."})
	}
}

func (t *changeText) side(s side) string {
	return fmt.Sprintf("%s · %s · %s · %s %s", sentence(s.System), clip(plain(s.Target), 80), s.At, sentence(s.Tool.Name), sentence(s.Tool.Version))
}

var directionInks = map[direction]ink{worse: red, better: green, changed: yellow}

func (p *page) directionSign(d direction) string {
	return map[direction]string{worse: p.glyph("▼", "-"), better: p.glyph("▲", "+"), changed: p.glyph("◆", "~")}[d]
}

// section lists what went one way: clauses in the order of the document, then findings, then what is read or not.
func (t *changeText) section(title string, d direction) {
	if t.change.count(d) == 0 {
		return
	}
	t.heading(title, "")
	mark := block{indent: 2, mark: t.directionSign(d) + " ", markInk: directionInks[d]}
	for _, c := range t.change.clauses {
		if c.Direction != d {
			continue
		}
		mark.text = fmt.Sprintf("%-8s%s %s %s", c.ID, c.Before, t.glyph("→", "->"), c.After)
		t.block(mark)
		if c.Reason != "" {
			t.block(block{indent: 12, text: sentence(c.Reason), ink: dim})
		}
	}
	for _, f := range t.change.findings {
		if f.Direction != d {
			continue
		}
		mark.text = fmt.Sprintf("%s %s %s at %s", t.what(f), f.Finding.Severity, plain(f.Finding.ID), shortPlace(f.Finding.Path, f.Finding.Line))
		t.block(mark)
		t.block(block{indent: 12, text: sentence(f.Finding.Message), ink: dim})
	}
	for _, g := range t.change.gaps {
		if g.Direction != d {
			continue
		}
		verb := "not read any more"
		if d == better {
			verb = "no longer a gap"
		}
		mark.text = fmt.Sprintf("%s: %s (%s)", verb, shortPlace(g.Gap.Path, g.Gap.Line), sentence(g.Gap.Reason))
		t.block(mark)
	}
}

func (t *changeText) what(f findingChange) string {
	if f.What == "severity" {
		return fmt.Sprintf("severity was %s, is now", f.Before)
	}
	return f.What + ":"
}

func (t *changeText) endedDecisions() {
	if len(t.change.decisions) == 0 {
		return
	}
	t.heading("Decisions that ended", "What they bore is judged without them.")
	for _, d := range t.change.decisions {
		t.block(block{indent: 2, mark: t.directionSign(changed) + " ", markInk: yellow,
			text: fmt.Sprintf("%s of %s is %s: %s (%s)", sentence(d.Kind), sentence(d.By), sentence(d.Standing), sentence(d.Why), clip(plain(d.ID), 120))})
	}
}
