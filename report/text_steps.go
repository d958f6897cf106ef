package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// How much of a list is shown without --verbose.
const (
	shownActions  = 8
	shownSteps    = 5 // of the minor ones
	shownPlaces   = 3
	listedClauses = 12
)

var severityInks = map[lodemark.Severity]ink{lodemark.SeverityCritical: redBold, lodemark.SeverityHigh: red, lodemark.SeverityMedium: yellow,
	lodemark.SeverityLow: cyan, lodemark.SeverityInfo: dim}

// fixes lists what to fix first: an entry is one thing to do, wherever it has to be done.
func (t *text) fixes() {
	n, open := 0, map[lodemark.Severity]int{}
	for _, a := range t.actions {
		n += len(a.Findings)
		for _, f := range a.Findings {
			open[f.Severity]++
		}
	}
	if n == 0 {
		t.heading("What to fix first", "No open findings. What was not looked at is said below.")
		return
	}
	verb := "settle"
	if len(t.actions) == 1 {
		verb = "settles"
	}
	t.heading("What to fix first", fmt.Sprintf("%s %s %s: %s. Most severe first, then what outsiders reach, then what takes least.",
		count(len(t.actions), "action"), verb, count(n, "finding"), bySeverity(open)))
	for i, a := range t.actions {
		if i == shownActions && !t.verbose && len(t.actions) > shownActions+1 {
			t.rest(t.actions[i:])
			return
		}
		t.fix(i+1, a)
	}
}

func (t *text) fix(n int, a action) {
	const hang = 4
	f := a.Findings[0]
	t.blank()
	sev := a.Severity.String()
	t.block(block{indent: 0, mark: fmt.Sprintf("%2d  ", n), markInk: dim, text: sentence(f.Message), ink: bold})
	at := places(a.Findings)
	if a.Aside {
		at += " (only tests, fixtures or vendored folders)"
	}
	t.block(block{indent: hang, mark: sev, markInk: severityInks[a.Severity], hang: 10, text: at})
	t.steps(f.Flow, hang+8)
	t.block(block{indent: hang, mark: "fix", markInk: green, hang: 10, text: capital(sentence(a.Fix()))})
	t.block(block{indent: hang + 10, text: t.bearsOn(a), ink: dim})
}

// bearsOn names the guideline, the clauses that settling the action turns, and the check.
func (t *text) bearsOn(a action) string {
	var parts []string
	if g, ok := a.guideline(); ok {
		parts = append(parts, g.ID+" "+g.Title)
	}
	parts = append(parts, a.Effort())
	switch {
	case len(a.Turns) > 0:
		parts = append(parts, "the only reason against "+idList(a.Turns))
	case len(a.Clauses) > 0:
		parts = append(parts, "one reason against "+idList(a.Clauses))
	}
	return strings.Join(append(parts, plain(a.ID)), " · ")
}

// firstOf joins the first n items and counts the rest.
func firstOf(items []string, n int) string {
	if len(items) <= n+1 {
		return strings.Join(items, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(items[:n], ", "), len(items)-n)
}

// rest counts what is not shown, so that a short list is never taken for the whole.
func (t *text) rest(left []action) {
	by := map[lodemark.Severity]int{}
	for _, a := range left {
		by[a.Severity]++
	}
	t.blank()
	t.block(block{indent: 4, text: fmt.Sprintf("and %s: %s (--verbose shows all)", count(len(left), "more action"), bySeverity(by)), ink: dim})
}

// bySeverity writes counts, most severe first: "1 critical, 7 high".
func bySeverity(by map[lodemark.Severity]int) string {
	var parts []string
	for _, s := range slices.Backward(slices.Sorted(maps.Keys(by))) {
		parts = append(parts, fmt.Sprintf("%d %s", by[s], s))
	}
	return strings.Join(parts, ", ")
}

// next lists what would help the clauses that are open.
func (t *text) next() {
	steps := nextSteps(t.run)
	if len(steps) == 0 {
		return
	}
	t.heading("Next steps", "What would let open clauses be decided.")
	minor := 0
	for i, s := range steps {
		if s.Minor {
			minor++
		}
		if s.Minor && minor > shownSteps && !t.verbose {
			continue
		}
		if left := minor - shownSteps; left > 0 && !s.Minor && !t.verbose && steps[i-1].Minor {
			t.moreSteps(left)
			minor = 0
		}
		t.step(s)
	}
	if left := minor - shownSteps; left > 0 && !t.verbose {
		t.moreSteps(left)
	}
}

func (t *text) moreSteps(n int) {
	t.blank()
	t.block(block{indent: 4, text: fmt.Sprintf("and %s of this kind (--verbose shows all)", count(n, "more step")), ink: dim})
}

func (t *text) step(s step) {
	t.blank()
	t.block(block{mark: "  " + t.glyph("→", ">") + " ", markInk: dim, text: s.Do})
	if s.Command != "" {
		t.command(4, s.Command)
	}
	if len(s.Clauses) > 0 {
		t.block(block{indent: 4, text: count(len(s.Clauses), "clause") + ": " + t.clauseList(s.Clauses), ink: dim})
	}
}

func (t *text) clauseList(ids []string) string {
	if t.verbose || len(ids) <= listedClauses+1 {
		return idList(ids)
	}
	return fmt.Sprintf("%s and %d more", idList(ids[:listedClauses]), len(ids)-listedClauses)
}

// decisions shows what people decided: without an effect first, then what bears a risk, each time in full.
func (t *text) decisions() {
	without, waivers, rest := decisionsApart(t.run)
	if len(without)+len(waivers)+len(rest) == 0 {
		return
	}
	t.heading("Decisions of people", "")
	for _, d := range without {
		t.block(block{indent: 2, mark: t.glyph("✗", "x") + " ", markInk: red, text: aboutIn(t.decided, d) + ": without effect, " + string(d.Standing), ink: bold})
		t.block(block{indent: 4, text: capital(sentence(d.Why)) + ". It was " + decided(d)})
		t.block(block{indent: 4, text: clip(plain(d.ID), 120), ink: dim})
	}
	for _, d := range waivers {
		t.block(block{indent: 2, mark: t.sign(stateWaived) + " ", markInk: yellow, text: aboutIn(t.decided, d) + ": " + decided(d)})
	}
	if !t.verbose && len(rest) > 0 {
		var ids []string
		for _, d := range rest {
			ids = append(ids, aboutIn(t.decided, d))
		}
		t.block(block{indent: 2, mark: t.sign(stateDeclared) + " ", markInk: word, ink: word,
			text: fmt.Sprintf("%s in force, each a person's word: %s", count(len(rest), "other decision"), firstOf(ids, listedClauses))})
		return
	}
	for _, d := range rest {
		t.block(block{indent: 2, mark: t.sign(stateDeclared) + " ", markInk: word, text: aboutIn(t.decided, d) + ": " + decided(d), ink: word})
	}
}

// gaps says what was not read or not decided, and why: silence would look like "clean".
func (t *text) gaps() {
	groups := unread(t.run.Gaps)
	var skipped map[string]int
	if t.run.System != nil {
		skipped = t.run.System.Skipped
	}
	if len(groups) == 0 && len(skipped) == 0 {
		return
	}
	t.heading("What was not read", "")
	for _, g := range groups {
		mark, i := "  ", noInk
		if g.Needed {
			mark, i = t.glyph("✗", "x")+" ", red
		}
		text := g.Reason
		if len(g.Places) > 0 {
			n := shownPlaces
			if t.verbose {
				n = len(g.Places)
			}
			text = fmt.Sprintf("%s: %s", g.Reason, firstOf(g.Places, n))
		}
		if g.Needed {
			text += " (verdicts rest on it)"
		}
		t.block(block{indent: 2, mark: mark, markInk: i, text: text})
	}
	if len(skipped) > 0 {
		t.block(block{indent: 4, text: "Left out on purpose: " + firstOf(leftOut(skipped), listedClauses) + ".", ink: dim})
	}
}
