package report

import (
	"fmt"
	"strings"

	"github.com/lodemark/lodemark"
)

// everyClause lists all clauses with verdict, strength, reason, what is missing, and until when.
func (t *text) everyClause() {
	t.heading("Every clause", "")
	for _, a := range t.areas {
		for _, g := range a.Guidelines {
			t.blank()
			sign, i := t.guidelineSign(g.State)
			t.block(block{mark: sign + " " + g.ID + "  ", markInk: i, text: g.Title, ink: bold})
			for _, c := range g.Results {
				t.clause(c)
			}
		}
	}
}

func (t *text) clause(c clauseView) {
	k := cell{c.State, c.Word}
	t.block(block{indent: 2, mark: t.cell(k) + " " + c.ID, markInk: k.ink(), hang: 10, text: c.Statement})
	words := c.State.String()
	r := c.Result
	if c.State == stateMet {
		words += ", " + r.Strength.String()
	}
	if c.Word {
		words += ", in part on a person's word"
	}
	if !r.Until.IsZero() {
		words += ", until " + day(r.Until)
	}
	if r.Reason != "" {
		words += ": " + sentence(r.Reason)
	}
	t.block(block{indent: 12, text: words, ink: k.ink()})
	if s := borne(t.run, r.Waived); s != "" {
		t.block(block{indent: 12, text: s, ink: yellow})
	}
	if s := borne(t.run, r.Attested); s != "" {
		t.block(block{indent: 12, text: s, ink: word})
	}
	for _, m := range missing(r) {
		t.block(block{indent: 12, mark: "missing: ", markInk: dim, text: sentence(m), ink: dim})
	}
}

// everyFinding lists all findings with the lines at their place.
func (t *text) everyFinding() {
	if len(t.run.Findings) == 0 {
		return
	}
	t.heading("Every finding", "")
	for _, f := range t.run.Findings {
		t.blank()
		t.block(block{mark: f.Severity.String(), markInk: severityInks[f.Severity], hang: 10, text: place(f.Path, f.Line), ink: bold})
		t.block(block{indent: 10, text: sentence(f.Message)})
		t.steps(f.Flow, 10)
		t.excerpt(f)
		if f.Fix != "" {
			t.block(block{indent: 10, mark: "fix  ", markInk: green, text: capital(sentence(f.Fix))})
		}
		t.block(block{indent: 10, text: strings.TrimSuffix(fmt.Sprintf("%s · %s · %s", plain(f.ID), idList(plainAll(f.Clauses)), plain(f.Fingerprint)), " · "), ink: dim})
		switch {
		case f.Muted != "":
			t.block(block{indent: 10, text: "Muted by " + sentence(f.Muted), ink: yellow})
		case f.Advisory:
			t.block(block{indent: 10, text: "Advice: it fails nothing.", ink: dim})
		}
		if s := borne(t.run, f.Accepted); s != "" {
			t.block(block{indent: 10, mark: t.sign(stateWaived) + " ", markInk: yellow, text: s, ink: yellow})
		}
	}
}

// excerpt shows the lines at a finding's place, numbered, the place itself marked. Long lines are cut, not wrapped.
func (t *text) excerpt(f lodemark.Finding) {
	for i, l := range lines(f.Excerpt) {
		n := f.ExcerptLine + i
		mark, numberInk, textInk := " ", dim, dim
		if n >= f.Line && n <= max(f.Line, f.EndLine) {
			mark, numberInk, textInk = t.glyph("▸", ">"), red, noInk
		}
		lead := fmt.Sprintf("%s %4d", mark, n)
		if l == "" {
			t.line(strings.Repeat(" ", 10), t.paint(numberInk, lead))
			continue
		}
		room := min(t.width, 2*measure) - 10 - columns(lead) - 2
		t.line(strings.Repeat(" ", 10), t.paint(numberInk, lead), "  ", t.paint(textInk, strings.TrimRight(t.cut(l, room), " ")))
	}
}

func plainAll(ss []string) []string {
	out := make([]string, 0, len(ss))
	for _, s := range ss {
		out = append(out, plain(s))
	}
	return out
}
