package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

// ExplainThreats tells about one threat or mitigation of a library, or lists them all where id is empty.
func ExplainThreats(w io.Writer, lib *threat.Library, id string, o Options) error {
	p := &explanation{newPage(o), lib}
	switch r, m := lib.Rule(id), lib.Mitigation(id); {
	case r != nil:
		p.threat(r)
	case m != nil:
		p.mitigation(m)
	default:
		p.list()
	}
	return p.flush(w)
}

type explanation struct {
	*page
	lib *threat.Library
}

func (p *explanation) row(name, text string) {
	if text != "" {
		p.block(block{mark: name, markInk: dim, hang: 12, text: sentence(text)})
	}
}

func (p *explanation) threat(r *threat.Rule) {
	p.block(block{mark: plain(r.ID) + "  ", markInk: bold, text: sentence(r.Title), ink: bold})
	p.blank()
	p.row("severity", r.Severity)
	p.row("says", r.Sentence)
	p.row("holds", map[string]string{"component": "at each component c", "flow": "at each flow f", "system": "of the system s"}[r.Scope]+" where "+r.When)
	p.row("decided in", r.Stage)
	p.row("harms", strings.Join(append(slices.Clone(r.CIA), r.STRIDE...), ", "))
	p.row("see", strings.Join(append(slices.Clone(r.ATLAS), r.OWASP...), ", "))
	p.row("file", fmt.Sprintf("%s:%d", r.Path, r.Line))
	p.heading("What can be done", "")
	for _, id := range r.Mitigations {
		if m := p.lib.Mitigation(id); m != nil {
			p.measure(m)
		}
	}
	for _, e := range []struct {
		title  string
		models []*threat.Model
	}{{"Where it holds, for example", r.Bad}, {"Where it does not", r.Good}} {
		if len(e.models) == 0 {
			continue
		}
		p.heading(e.title, "")
		for _, l := range modelLines(e.models[0]) {
			p.block(block{indent: 2, hang: 2, text: sentence(l)})
		}
	}
}

func (p *explanation) measure(m *threat.Mitigation) {
	p.block(block{indent: 2, mark: plain(m.ID) + "  ", text: sentence(m.Title) + " (" + m.Cost + " cost)"})
	p.block(block{indent: 11, text: "but " + sentence(m.TradeOff), ink: dim})
	for _, e := range m.Evidence {
		p.block(block{indent: 11, mark: "proof  ", markInk: dim, text: sentence(proofOf(e)), ink: dim})
	}
}

func (p *explanation) mitigation(m *threat.Mitigation) {
	p.block(block{mark: plain(m.ID) + "  ", markInk: bold, text: sentence(m.Title), ink: bold})
	p.blank()
	p.row("cost", m.Cost)
	p.row("trade-off", m.TradeOff)
	p.row("see", strings.Join(m.ATLAS, ", "))
	p.row("claim it", "controls: ["+m.ID+"] at a component or a flow of threats.yaml")
	p.row("file", fmt.Sprintf("%s:%d", m.Path, m.Line))
	p.heading("What would prove it", "A claim that nothing proves is shown as one.")
	for _, e := range m.Evidence {
		p.block(block{indent: 2, text: sentence(proofOf(e))})
	}
	p.heading("What it helps against", "")
	for _, r := range p.lib.Rules {
		if slices.Contains(r.Mitigations, m.ID) {
			p.block(block{indent: 2, mark: plain(r.ID) + "  ", text: sentence(r.Title) + " (" + r.Severity + ")"})
		}
	}
}

func (p *explanation) list() {
	p.line(p.paint(bold, fmt.Sprintf("%s and %s", count(len(p.lib.Rules), "threat"), count(len(p.lib.Mitigations), "mitigation"))))
	p.block(block{text: "lodemark threats explain ID tells about one.", ink: dim})
	for _, stage := range []string{"design", "develop", "deploy", "operate"} {
		first := true
		for _, r := range p.lib.Rules {
			if r.Stage != stage {
				continue
			}
			if first {
				p.heading("Threats decided on in "+stage, "")
				first = false
			}
			p.block(block{indent: 2, mark: r.Severity, markInk: severityInks[threatSeverity(r.Severity)], hang: threatHang, text: plain(r.ID) + " " + sentence(r.Title)})
		}
	}
	p.heading("Mitigations", "")
	for _, m := range p.lib.Mitigations {
		p.block(block{indent: 2, mark: m.Cost, markInk: dim, hang: threatHang, text: plain(m.ID) + " " + sentence(m.Title)})
	}
}

// modelLines writes a small model as threats.yaml would hold it, a line for each part.
func modelLines(m *threat.Model) []string {
	var out []string
	add := func(head string, a threat.Attributes) {
		var words []string
		for name, v := range a {
			words = append(words, name+": "+v.String())
		}
		slices.Sort(words)
		if len(words) > 0 {
			head += strings.TrimPrefix(", "+strings.Join(words, ", "), map[bool]string{true: ", "}[head == "system: "])
		}
		if head != "system: " {
			out = append(out, head)
		}
	}
	add("system: ", m.System.Attributes)
	for _, c := range m.Components {
		add(c.ID+": "+c.Kind, c.Attributes)
	}
	for _, f := range m.Flows {
		add(f.Place(), f.Attributes)
	}
	return out
}

type explainJSON struct {
	Schema      string                  `json:"schema"`
	Tool        lodemark.Tool           `json:"tool"`
	Threats     []explainThreatJSON     `json:"threats"`
	Mitigations []explainMitigationJSON `json:"mitigations"`
}

type explainThreatJSON struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Severity    string   `json:"severity"`
	Stage       string   `json:"stage"`
	Scope       string   `json:"scope"`
	When        string   `json:"when"`
	Sentence    string   `json:"sentence"`
	Mitigations []string `json:"mitigations"`
	STRIDE      []string `json:"stride"`
	CIA         []string `json:"cia"`
	ATLAS       []string `json:"atlas"`
	OWASP       []string `json:"owasp"`
}

type explainMitigationJSON struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	Cost     string      `json:"cost"`
	TradeOff string      `json:"trade_off"`
	Proof    []proofJSON `json:"proof"`
	ATLAS    []string    `json:"atlas"`
}

// ExplainThreatsJSON is ExplainThreats for programs.
func ExplainThreatsJSON(w io.Writer, tool lodemark.Tool, lib *threat.Library, id string) error {
	out := explainJSON{Schema: "lodemark.threat-library/1", Tool: tool, Threats: []explainThreatJSON{}, Mitigations: []explainMitigationJSON{}}
	for _, r := range lib.Rules {
		if id == "" || r.ID == id {
			out.Threats = append(out.Threats, explainThreatJSON{r.ID, r.Title, r.Severity, r.Stage, r.Scope, r.When, r.Sentence, some(r.Mitigations), some(r.STRIDE), some(r.CIA), some(r.ATLAS), some(r.OWASP)})
		}
	}
	for _, m := range lib.Mitigations {
		if id == "" || m.ID == id {
			row := explainMitigationJSON{m.ID, m.Title, m.Cost, m.TradeOff, []proofJSON{}, some(m.ATLAS)}
			for _, p := range m.Evidence {
				row.Proof = append(row.Proof, proofJSON{p.By, p.Shows, p.MaxAgeDays})
			}
			out.Mitigations = append(out.Mitigations, row)
		}
	}
	return encode(w, out)
}
