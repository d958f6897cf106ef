package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/picture"
)

// How much the report writes out; all of it stands in the tables and in the JSON report.
const (
	markdownHeaviest = 10 // threats told with everything
	markdownPlaces   = 12 // places of one
	markdownAttacks  = 15
	markdownHelpful  = 10
	markdownPictured = 60 // components beyond which a flowchart in a document cannot be read
)

// writeThreatsMarkdown writes a report that a person reads from top to bottom: what stands where, the heaviest threats with what
// would prove that they are dealt with, attack paths, what would help most, what nobody knows, and all the rest as a table.
func writeThreatsMarkdown(w io.Writer, t *Threats, o Options) error {
	m := &threatsMarkdown{Threats: t, verbose: o.Verbose}
	m.head()
	m.picture()
	m.heaviest()
	m.ways()
	m.help()
	m.lookUp()
	m.table()
	m.model()
	m.line("\n<sub>%s %s, %s. %s</sub>", escapeMarkdown(t.Tool.Name), escapeMarkdown(t.Tool.Version), day(t.At), lodemark.Disclaimer)
	_, err := io.WriteString(w, m.b.String())
	return err
}

type threatsMarkdown struct {
	*Threats
	b       strings.Builder
	verbose bool
}

func (m *threatsMarkdown) line(format string, args ...any) { fmt.Fprintf(&m.b, format+"\n", args...) }

func (m *threatsMarkdown) head() {
	r := m.Report
	m.line("<!-- lodemark threats -->\n# Threats to %s\n", escapeMarkdown(clip(m.systemName(), 100)))
	switch n := m.guessed(); {
	case m.Drawn:
		m.line("> There is no threats.yaml. This rests on what was discovered in %s, and nobody has looked at it.\n", code(m.Target))
	case m.Model.Draft || n > 0:
		m.line("> The model is a draft: it has %s that nobody has looked at.\n", count(n, "guessed part"))
	}
	m.line("%s and %s, %s.\n", count(r.Components, "component"), count(r.Flows, "flow"), day(m.At))
	if len(r.Threats) == 0 {
		m.line("**No threat of the library holds here.** %s were tried. A model that leaves out parts has no threats there.\n", count(len(m.Library.Rules), "threat"))
		return
	}
	m.line("**%s: %s.**", count(len(r.Threats), "threat"), statusCounts(r.Threats))
	if n := len(r.Threats) - len(m.Shown); n > 0 {
		m.line("%d of them are not listed below.", n)
	}
	m.line("\n| | %s |\n|---|%s", strings.Join(threatSeverities, " | "), strings.Repeat("---|", len(threatSeverities)))
	for _, s := range threat.Statuses() {
		n := map[string]int{}
		all := 0
		for _, x := range r.Threats {
			if x.Status == s {
				n[x.Severity]++
				all++
			}
		}
		if all == 0 {
			continue
		}
		row := fmt.Sprintf("| **%s**: %s |", strings.ReplaceAll(string(s), "-", " "), statusWords[s])
		for _, sev := range threatSeverities {
			cell := ""
			if n[sev] > 0 {
				cell = fmt.Sprint(n[sev])
			}
			row += " " + cell + " |"
		}
		m.line("%s", row)
	}
}

func (m *threatsMarkdown) picture() {
	if len(m.Model.Components) == 0 || len(m.Model.Components) > markdownPictured {
		return
	}
	text, err := picture.Mermaid(threatPicture(m.Threats))
	if err != nil {
		return // a model with a broken reference is told before anything is drawn
	}
	m.line("\n## Data flows\n\nDashed: may carry on what strangers or users wrote. Frames: trust boundaries.\n\n```mermaid\n%s```", text)
}

func (m *threatsMarkdown) heaviest() {
	shown := 0
	for _, x := range m.Shown {
		if !ThreatOpen(x.Status) {
			continue
		}
		if shown == markdownHeaviest && !m.verbose {
			break
		}
		if shown++; shown == 1 {
			m.line("\n## What to deal with first\n\nHarm times who can begin it; the heaviest first.")
		}
		m.threat(shown, x)
	}
}

func (m *threatsMarkdown) threat(n int, x threat.Threat) {
	m.line("\n### %d. %s: %s\n", n, escapeMarkdown(x.ID), escapeMarkdown(clip(x.Title, 160)))
	m.line("**%s, %s.** %s\n", x.Severity, x.Status, escapeMarkdown(clip(x.Reason, 600)))
	if len(x.Path) > 1 {
		m.line("- Attack path: %s", code(arrows(x.Path)))
	}
	m.line("- At: %s", codes(atOf(x), markdownPlaces))
	m.line("- Ranked: %s", escapeMarkdown(clip(x.Ranked, 300)))
	if len(x.Settles) > 0 {
		m.line("- Would be settled by: %s", codes(x.Settles, 8))
	}
	if d := x.Decision; d != nil {
		m.line("- *Decided: %s by %s until %s: %s*", d.Choice, escapeMarkdown(d.By), day(d.Until), escapeMarkdown(clip(d.Reason, 300)))
	}
	if refs := append(plainAll(x.ATLAS), plainAll(x.OWASP)...); len(refs) > 0 {
		m.line("- See: %s", escapeMarkdown(strings.Join(refs, ", ")))
	}
	if len(x.Mitigations) == 0 {
		return
	}
	m.line("\n| what can be done | cost | now | what would prove it |\n|---|---|---|---|")
	for _, s := range x.Mitigations {
		now := string(s.Status)
		if now == "" {
			now = "open"
		}
		if s.Status == threat.Evidenced || s.Status == threat.Stale {
			now += ": " + tableCell(s.Why, 160)
		}
		var proofs []string
		for _, p := range s.Proof {
			proofs = append(proofs, tableCell(proofOf(p), 200))
		}
		m.line("| %s %s | %s | %s | %s |", escapeMarkdown(s.ID), tableCell(s.Title, 200), s.Cost, now, strings.Join(proofs, "<br>"))
	}
}

func atOf(x threat.Threat) []string {
	var at []string
	for _, p := range x.Places {
		at = append(at, p.At)
	}
	return at
}

// codes writes words as inline code, at most so many.
func codes(words []string, most int) string {
	var out []string
	for _, w := range words[:min(len(words), most)] {
		out = append(out, code(w))
	}
	text := strings.Join(out, ", ")
	if n := len(words) - most; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}

func (m *threatsMarkdown) ways() {
	all := m.attacks()
	if len(all) == 0 {
		return
	}
	m.line("\n## Attack paths\n\nFrom where an attack begins to what it reaches.\n\n| path | worst | threats |\n|---|---|---|")
	for i, a := range all {
		if i == markdownAttacks && !m.verbose {
			m.line("\nAnd %d more; the JSON report holds all.", len(all)-i)
			return
		}
		m.line("| %s | %s | %s |", tableCell(arrows(a.Path), 300), a.Worst, escapeMarkdown(firstOf(a.Threats, 10)))
	}
}

func (m *threatsMarkdown) help() {
	all := m.Report.Gains
	if len(all) == 0 {
		return
	}
	m.line("\n## What would help most\n\nThreats that would change their status if the mitigation were shown wherever it helps.\n\n| mitigation | cost | trade-off | threats |\n|---|---|---|---|")
	for i, g := range all {
		if i == markdownHelpful && !m.verbose {
			m.line("\nAnd %d more; the JSON report holds all.", len(all)-i)
			return
		}
		trade := ""
		if x := m.Library.Mitigation(g.Mitigation); x != nil {
			trade = x.TradeOff
		}
		m.line("| %s %s | %s | %s | %d: %s |", escapeMarkdown(g.Mitigation), tableCell(g.Title, 200), g.Cost, tableCell(trade, 200), len(g.Threats), escapeMarkdown(firstOf(g.Threats, 6)))
	}
}

func (m *threatsMarkdown) lookUp() {
	all := m.Report.Open
	if len(all) == 0 {
		return
	}
	m.line("\n## What the model does not say\n\nWriting these down settles unconfirmed threats.\n\n| attribute | threats that wait for it |\n|---|---|")
	for i, o := range all {
		if i == 2*markdownHelpful && !m.verbose {
			m.line("\nAnd %d more; the JSON report holds all.", len(all)-i)
			return
		}
		m.line("| %s | %s |", tableCell(o.Attribute, 120), escapeMarkdown(firstOf(o.Threats, 8)))
	}
}

func (m *threatsMarkdown) table() {
	if len(m.Shown) == 0 {
		return
	}
	m.line("\n## All threats\n\n| threat | severity | status | places | why here |\n|---|---|---|---|---|")
	for _, x := range m.Shown {
		m.line("| %s %s | %s | %s | %s | %s |", escapeMarkdown(x.ID), tableCell(x.Title, 160), x.Severity, x.Status, tableCell(firstOf(atOf(x), 4), 200), tableCell(x.Reason, 400))
	}
}

// model lists what the report rests on.
func (m *threatsMarkdown) model() {
	if len(m.Model.Components) == 0 {
		return
	}
	m.line("\n<details><summary>The model: %s</summary>\n\n| component | kind | trust boundary | built with | where |\n|---|---|---|---|---|", count(len(m.Model.Components), "component"))
	for i, c := range m.Model.Components {
		if i == 300 {
			m.line("\nAnd %d more.", len(m.Model.Components)-i)
			break
		}
		name := c.ID
		if c.Name != "" && c.Name != c.ID {
			name += " (" + c.Name + ")"
		}
		m.line("| %s | %s | %s | %s | %s |", tableCell(name, 120), strings.ReplaceAll(c.Kind, "_", " "), tableCell(c.Attributes["boundary"].Text, 40), tableCell(strings.Join(c.Technology, ", "), 80), tableCell(strings.Join(c.Paths, ", "), 160))
	}
	m.line("\n</details>")
	m.line("\n%s of the library were tried; %d hold nowhere here: %s.", count(len(m.Library.Rules), "threat"), len(m.Report.NotApplicable), escapeMarkdown(strings.Join(m.Report.NotApplicable, ", ")))
	if n := len(m.Report.Failed); n > 0 {
		m.line("\n**%s could not be evaluated:** %s", count(n, "condition"), escapeMarkdown(clip(m.Report.Failed[0].String(), 300)))
	}
}
