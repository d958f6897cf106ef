package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

// How much stands in the text without --verbose.
const (
	threatsWhole   = 8  // threats with their mitigations
	threatsPlaces  = 6  // places of one
	threatsDo      = 2  // mitigations of one
	threatsGains   = 5  // mitigations that would help most
	threatsOpen    = 6  // attributes to look up
	threatsAttacks = 6  // attack paths
	threatsBrief   = 40 // threats in one or two lines
)

// writeThreatsText tells the threats of a system, what is to be done first at the top.
func writeThreatsText(w io.Writer, t *Threats, o Options) error {
	p := &threatsText{page: newPage(o), Threats: t, verbose: o.Verbose}
	p.head()
	shown := 0
	for _, g := range []struct {
		title, detail string
		in            func(threat.Status) bool
	}{
		{"To deal with", "What matters most is first: harm times who can begin it. What has no status here applies: the structure says so.", ThreatOpen},
		{"Claimed, and not shown", "The threat model names a mitigation; the proof named here would show it.", func(s threat.Status) bool { return s == threat.Claimed }},
		{"Dealt with", "", func(s threat.Status) bool { return !ThreatOpen(s) && s != threat.Claimed }},
	} {
		var in []threat.Threat
		for _, x := range t.Shown {
			if g.in(x.Status) {
				in = append(in, x)
			}
		}
		if len(in) == 0 {
			continue
		}
		p.heading(fmt.Sprintf("%s (%d)", g.title, len(in)), g.detail)
		brief := 0
		for _, x := range in {
			switch {
			case p.verbose, shown < threatsWhole && ThreatOpen(x.Status):
				shown++
				p.blank()
				p.whole(x)
			case brief < threatsBrief:
				if brief++; brief == 1 {
					p.blank()
				}
				p.brief(x)
			}
		}
		if n := len(in) - shown - brief; n > 0 && !p.verbose && brief == threatsBrief {
			p.block(block{indent: 2, text: fmt.Sprintf("and %d more: --verbose shows all", n), ink: dim})
		}
	}
	p.attackPaths()
	p.help()
	p.lookUp()
	p.foot()
	return p.flush(w)
}

type threatsText struct {
	*page
	*Threats
	verbose bool
}

func (p *threatsText) head() {
	r := p.Report
	p.line(p.paint(bold, p.cut(sentence(p.systemName()), p.width)))
	from := plain(clip(r.Path, 120))
	if p.Drawn {
		from = "drawn from " + plain(clip(p.Target, 100))
	}
	p.block(block{text: strings.Join([]string{from, count(r.Components, "component"), count(r.Flows, "flow"), day(p.At)}, " · "), ink: dim})
	switch n := p.guessed(); {
	case p.Drawn:
		p.block(block{mark: "! ", markInk: yellow, text: "There is no threats.yaml: this rests on what was discovered, and nobody has looked at it. lodemark threats init writes it down to be corrected."})
	case p.Model.Draft || n > 0:
		p.block(block{mark: "! ", markInk: yellow, text: "The model is a draft: it has " + count(n, "guessed part") + " that nobody has looked at."})
	}
	p.blank()
	if len(r.Threats) == 0 {
		p.line(p.paint(bold, "No threat of the library holds here."))
		p.block(block{text: fmt.Sprintf("%s were tried. A model that leaves out parts has no threats there.", count(len(p.Library.Rules), "threat")), ink: dim})
		return
	}
	p.block(block{text: fmt.Sprintf("%s: %s.", count(len(r.Threats), "threat"), statusCounts(r.Threats)), ink: bold})
	p.block(block{text: severityCounts(r.Threats) + ".", ink: noInk})
	if n := len(r.Threats) - len(p.Shown); n > 0 {
		p.block(block{text: fmt.Sprintf("%d of them are not listed (--status, --severity).", n), ink: yellow})
	}
}

func statusInk(s threat.Status) ink {
	switch s {
	case threat.Applies:
		return red
	case threat.Unconfirmed, threat.Stale:
		return yellow
	case threat.Claimed, threat.Accepted, threat.NotApplicable:
		return word
	case threat.Evidenced:
		return green
	}
	return noInk
}

// threatHang is where the text of a threat begins: the widest severity and two spaces.
const threatHang = 10

// title is the first line of a threat: severity, id, title, status.
func (p *threatsText) title(x threat.Threat) {
	p.block(block{mark: x.Severity, markInk: severityInks[threatSeverity(x.Severity)], hang: threatHang, text: plain(x.ID) + " " + sentence(x.Title), ink: bold})
}

// whole tells one threat with all that is to be known about it.
func (p *threatsText) whole(x threat.Threat) {
	p.title(x)
	places := threatsPlaces
	if p.verbose {
		places = 0
	}
	row := func(name string, i ink, text string, textInk ink) {
		if text != "" {
			p.block(block{indent: threatHang, mark: name, markInk: i, hang: 8, text: text, ink: textInk})
		}
	}
	p.block(block{indent: threatHang, text: sentence(x.Reason)})
	if len(x.Path) > 1 {
		p.block(block{indent: threatHang, text: sentence(arrows(x.Path)), ink: cyan})
	}
	if x.Status != threat.Applies { // most do, and the summary says so
		row("status", dim, string(x.Status)+": "+statusWords[x.Status], statusInk(x.Status))
	}
	row("at", dim, sentence(threatPlaces(x, places)), noInk)
	row("settle", yellow, sentence(firstOf(x.Settles, 6)), noInk)
	row("rank", dim, sentence(x.Ranked), dim)
	if d := x.Decision; d != nil {
		row("decided", word, sentence(fmt.Sprintf("%s by %s until %s: %s", d.Choice, d.By, day(d.Until), d.Reason)), word)
	}
	p.measures(x)
	if p.verbose {
		for _, at := range x.Places[min(len(x.Places), 1):] {
			text := at.At + ": " + at.Reason
			if len(at.Path) > 1 {
				text += " (" + arrows(at.Path) + ")"
			}
			row("also", dim, sentence(text), dim)
		}
		row("see", dim, strings.Join(append(plainAll(x.ATLAS), plainAll(x.OWASP)...), ", "), dim)
	}
}

// measures tells what can be done, how it stands, and what would prove it.
func (p *threatsText) measures(x threat.Threat) {
	for i, m := range x.Mitigations {
		if i == threatsDo && !p.verbose {
			var rest []string
			for _, m := range x.Mitigations[i:] {
				rest = append(rest, m.ID)
			}
			p.block(block{indent: threatHang + 8, text: "or " + strings.Join(rest, ", "), ink: dim})
			return
		}
		text := m.ID + " " + m.Title + " (" + m.Cost + " cost"
		if m.Status != "" {
			text += "; " + string(m.Status)
		}
		p.block(block{indent: threatHang, mark: "do", markInk: green, hang: 8, text: sentence(text + ")")})
		if m.Why != "" && m.Status != threat.Claimed {
			p.block(block{indent: threatHang + 8, text: sentence(m.Why), ink: dim})
		}
		for j, e := range m.Proof {
			if j > 0 && !p.verbose {
				break
			}
			p.block(block{indent: threatHang + 8, mark: "proof  ", markInk: dim, text: sentence(proofOf(e)), ink: dim})
		}
	}
}

// brief tells one threat in two lines: title, and its sentence with the places.
func (p *threatsText) brief(x threat.Threat) {
	p.title(x)
	text := sentence(x.Reason)
	if n := len(x.Places); n > 1 {
		text += fmt.Sprintf(" And at %s.", count(n-1, "other place"))
	}
	mark := ""
	if x.Status != threat.Applies {
		mark = string(x.Status) + "  "
	}
	p.block(block{indent: threatHang, mark: mark, markInk: statusInk(x.Status), text: text, ink: dim})
	if len(x.Settles) > 0 {
		p.block(block{indent: threatHang, mark: "settle  ", markInk: yellow, text: sentence(firstOf(x.Settles, 3)), ink: dim})
	}
}

func (p *threatsText) attackPaths() {
	all := p.attacks()
	if len(all) == 0 {
		return
	}
	p.heading("Attack paths", "From where an attack begins to what it reaches, with the threats that go this way.")
	for i, a := range all {
		if i == threatsAttacks && !p.verbose {
			p.block(block{indent: 2, text: fmt.Sprintf("and %d more: --verbose shows all", len(all)-i), ink: dim})
			return
		}
		p.block(block{indent: 2, text: sentence(arrows(a.Path)), ink: cyan})
		p.block(block{indent: 4, text: a.Worst + ": " + firstOf(a.Threats, 8), ink: dim})
	}
}

func (p *threatsText) help() {
	all := p.Report.Gains
	if len(all) == 0 {
		return
	}
	p.heading("What would help most", "Threats that would change their status if the mitigation were shown everywhere.")
	for i, g := range all {
		if i == threatsGains && !p.verbose {
			p.block(block{indent: 2, text: fmt.Sprintf("and %d more: --verbose shows all", len(all)-i), ink: dim})
			return
		}
		p.block(block{indent: 2, mark: fmt.Sprintf("%3d ", len(g.Threats)), markInk: bold, hang: 5, text: sentence(g.Mitigation + " " + g.Title + " (" + g.Cost + " cost)")})
	}
}

func (p *threatsText) lookUp() {
	all := p.Report.Open
	if len(all) == 0 {
		return
	}
	p.heading("What the model does not say", "Attributes to write into it, and how many unconfirmed threats wait for each.")
	for i, o := range all {
		if i == threatsOpen && !p.verbose {
			p.block(block{indent: 2, text: fmt.Sprintf("and %d more: --verbose shows all", len(all)-i), ink: dim})
			return
		}
		p.block(block{indent: 2, mark: fmt.Sprintf("%3d ", len(o.Threats)), markInk: bold, hang: 5, text: sentence(o.Attribute) + "  " + firstOf(o.Threats, 4)})
	}
}

func (p *threatsText) foot() {
	if n := len(p.Report.Failed); n > 0 {
		p.heading("Not evaluated", "")
		for i, f := range p.Report.Failed {
			if i == 10 && !p.verbose {
				p.block(block{indent: 2, text: fmt.Sprintf("and %d more", n-i), ink: dim})
				break
			}
			p.block(block{indent: 2, text: sentence(f.String()), ink: yellow})
		}
	}
	p.blank()
	p.block(block{text: fmt.Sprintf("%s of the library were tried; %d hold nowhere here. lodemark threats explain ID tells about one.", count(len(p.Library.Rules), "threat"), len(p.Report.NotApplicable)), ink: dim})
	p.block(block{text: lodemark.Disclaimer, ink: dim})
}
