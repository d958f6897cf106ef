package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/lodemark/lodemark"
)

// Comments of pull requests end at 65,536 characters. Each part has its share, so that none pushes another out and every
// collapsed part is closed; what a share cannot hold is counted.
const (
	markdownFixes     = 22_000
	markdownSteps     = 8_000
	markdownDecisions = 12_000
	markdownGaps      = 8_000
	markdownApart     = 8_000
	markdownShown     = 5 // actions that are not collapsed
)

// writeMarkdown draws a run as a comment under a pull request: what to read first, then collapsed details.
func writeMarkdown(w io.Writer, r *lodemark.Run, _ Options) error {
	m := &markdown{run: r, areas: areas(r), decided: byFingerprint(r)}
	m.verdict()
	m.fixes()
	m.decisions()
	m.apart()
	m.guidelines()
	m.next()
	m.gaps()
	fmt.Fprintf(&m.b, "\n<sub>%s %s, %s. %s</sub>\n", escapeMarkdown(r.Tool.Name), escapeMarkdown(r.Tool.Version), day(r.At), lodemark.Disclaimer)
	_, err := io.WriteString(w, m.b.String())
	return err
}

type markdown struct {
	b       strings.Builder
	run     *lodemark.Run
	areas   []areaView
	decided map[string]lodemark.Finding
}

func (m *markdown) verdict() {
	name := ""
	if m.run.System != nil {
		name = m.run.System.Name
	}
	c := m.run.Assessment.Total()
	fmt.Fprintf(&m.b, "<!-- lodemark assess -->\n## Lodemark: %s\n\n", escapeMarkdown(clip(name, 100)))
	fmt.Fprintf(&m.b, "**%s**\n\n", standing(c))
	fmt.Fprintf(&m.b, "Not met: %d, of which %d waived for a time. Open: %d inconclusive, %d not assessed; of these %d *declared* (a person's word alone, never met). "+
		"Not counted: %d not applicable, %d of later stages.\n", c.NotMet, c.Waived, c.Inconclusive, c.NotAssessed, c.Declared, c.NotApplicable, c.Later)
}

// listed writes items until the share is used up, and counts the rest.
func (m *markdown) listed(items []string, share int, noun string) {
	for i, item := range items {
		if share -= len(item); share < 0 {
			fmt.Fprintf(&m.b, "\n...and %s more; the JSON report holds all.\n", count(len(items)-i, noun))
			return
		}
		m.b.WriteString(item)
	}
}

func (m *markdown) details(summary string, items []string, share int, noun string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(&m.b, "\n<details><summary>%s</summary>\n\n", summary)
	m.listed(items, share, noun)
	m.b.WriteString("\n</details>\n")
}

func (m *markdown) fixes() {
	m.b.WriteString("\n### What to fix first\n\n")
	actions := fixFirst(m.run)
	if len(actions) == 0 {
		m.b.WriteString("No open findings. What was not looked at is said below.\n")
		return
	}
	var items []string
	for i, a := range actions {
		items = append(items, m.fix(i+1, a))
	}
	shown := min(markdownShown, len(items))
	m.listed(items[:shown], markdownFixes/2, "action")
	m.details(count(len(items)-shown, "more action"), items[shown:], markdownFixes/2, "action")
}

func (m *markdown) fix(n int, a action) string {
	var b strings.Builder
	f := a.Findings[0]
	fmt.Fprintf(&b, "%d. **%s** %s %s\n", n, a.Severity, code(shortPlace(f.Path, f.Line)), escapeMarkdown(clip(f.Message, 300)))
	same, rest := alike(a.Findings)
	var more []string
	if n := len(distinctPlaces(same)) - 1; n > 0 {
		more = append(more, count(n, "more place")+" of the same kind")
	}
	if others := apart(f, rest); others != "" {
		more = append(more, others)
	}
	if len(more) > 0 {
		fmt.Fprintf(&b, "   And %s.\n", strings.Join(more, ", and "))
	}
	if fix := a.Fix(); fix != "" {
		fmt.Fprintf(&b, "   *Fix:* %s\n", escapeMarkdown(clip(capital(fix), 300)))
	}
	var about []string
	if g, ok := a.guideline(); ok {
		about = append(about, g.ID)
	}
	about = append(about, a.Effort())
	switch {
	case len(a.Turns) > 0:
		about = append(about, "the only reason against "+idList(a.Turns))
	case len(a.Clauses) > 0:
		about = append(about, "one reason against "+idList(a.Clauses))
	}
	fmt.Fprintf(&b, "   <sub>%s</sub>\n", strings.Join(append(about, escapeMarkdown(clip(a.ID, 100))), " · "))
	return b.String()
}

// decisions stands open: what has no effect, and what bears a risk, is never collapsed.
func (m *markdown) decisions() {
	without, waivers, rest := decisionsApart(m.run)
	if len(without)+len(waivers)+len(rest) == 0 {
		return
	}
	m.b.WriteString("\n### Decisions of people\n\n")
	var items []string
	for _, d := range without {
		items = append(items, fmt.Sprintf("- **Without effect, %s**: %s, %s. %s\n", d.Standing, m.about(d), escapeMarkdown(clip(d.Why, 200)), code(clip(d.ID, 200))))
	}
	for _, d := range waivers {
		items = append(items, fmt.Sprintf("- %s: %s\n", m.about(d), escapeMarkdown(clip(decided(d), 400))))
	}
	if len(rest) > 0 {
		var ids []string
		for _, d := range rest {
			ids = append(ids, aboutIn(m.decided, d))
		}
		items = append(items, fmt.Sprintf("- *%s in force, each a person's word:* %s\n", count(len(rest), "other decision"), escapeMarkdown(firstOf(ids, 3*listedClauses))))
	}
	m.listed(items, markdownDecisions, "decision")
}

func (m *markdown) about(d lodemark.DecisionState) string {
	if d.Clause != "" {
		return escapeMarkdown(clip(d.Clause, 20))
	}
	return code(aboutIn(m.decided, d))
}

// guidelines is a table of our own words and numbers; nothing of the target stands in it.
func (m *markdown) guidelines() {
	rows := []string{"| | guideline | state | met | not met | waived | inconclusive | not assessed | declared | not applicable | later |\n" +
		"|---|---|---|---|---|---|---|---|---|---|---|\n"}
	for _, a := range m.areas {
		for _, g := range a.Guidelines {
			c := g.Counts
			rows = append(rows, fmt.Sprintf("| %s | %s | %s | %d of %d | %d | %d | %d | %d | *%d* | %d | %d |\n", g.ID, g.Title, g.State, c.Met, c.Applicable,
				c.NotMet, c.Waived, c.Inconclusive, c.NotAssessed, c.Declared, c.NotApplicable, c.Later))
		}
	}
	m.details("The 17 guidelines", rows, markdownSteps, "guideline")
}

func (m *markdown) next() {
	var items []string
	for _, s := range nextSteps(m.run) {
		item := "- " + escapeMarkdown(clip(s.Do, 400)) + "\n"
		if s.Command != "" {
			item += "  " + code(strings.ReplaceAll(s.Command, "  ", " ")) + "\n"
		}
		if len(s.Clauses) > 0 {
			item += fmt.Sprintf("  <sub>%s: %s</sub>\n", count(len(s.Clauses), "clause"), firstOf(s.Clauses, 2*listedClauses))
		}
		items = append(items, item)
	}
	m.details("Next steps", items, markdownSteps, "step")
}

func (m *markdown) gaps() {
	var items []string
	for _, g := range unread(m.run.Gaps) {
		var places []string
		for _, p := range g.Places[:min(len(g.Places), shownPlaces)] {
			places = append(places, code(p))
		}
		more := ""
		if n := len(g.Places) - len(places); n > 0 {
			more = fmt.Sprintf(" and %d more", n)
		}
		mark := ""
		if g.Needed {
			mark = "**Verdicts rest on it:** "
		}
		items = append(items, fmt.Sprintf("- %s%s %s%s\n", mark, escapeMarkdown(clip(g.Reason, 300)), strings.Join(places, ", "), more))
	}
	if m.run.System != nil && len(m.run.System.Skipped) > 0 {
		left := fmt.Sprintf("- Left out on purpose: %s.\n", escapeMarkdown(firstOf(leftOut(m.run.System.Skipped), listedClauses)))
		items = append([]string{left}, items...) // first, so that a flood of gaps cannot push it out
	}
	summary := "What was not read"
	if n := len(m.run.Gaps); n > 0 {
		summary += fmt.Sprintf(" (%d)", n)
	}
	m.details(summary, items, markdownGaps, "reason")
}
