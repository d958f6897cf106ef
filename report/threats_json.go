package report

import (
	"io"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

// threatsSchema names the layout of the JSON report; schema/threats.schema.json describes it.
const threatsSchema = "lodemark.threats/1"

type threatsJSON struct {
	Schema        string           `json:"schema"`
	Tool          lodemark.Tool    `json:"tool"`
	At            time.Time        `json:"at"`
	Target        string           `json:"target"`
	Model         threatModelJSON  `json:"model"`
	Library       libraryJSON      `json:"library"`
	Counts        threatCountsJSON `json:"counts"`
	Threats       []threatJSON     `json:"threats"`
	Gains         []gainJSON       `json:"gains"`
	Open          []openJSON       `json:"open"`
	NotApplicable []string         `json:"not_applicable"`
	Failed        []problemJSON    `json:"failed"`
}

type threatModelJSON struct {
	Path       string `json:"path"`
	Discovered bool   `json:"discovered"` // drawn from what was found, because there is no file
	System     string `json:"system"`
	Components int    `json:"components"`
	Flows      int    `json:"flows"`
	Guesses    int    `json:"guesses"`
}

type libraryJSON struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Threats int    `json:"threats"`
}

type threatCountsJSON struct {
	Threats  int            `json:"threats"`
	Listed   int            `json:"listed"` // after the flags that narrow the list
	Status   map[string]int `json:"status"`
	Severity map[string]int `json:"severity"`
}

type threatJSON struct {
	ID          string              `json:"id"`
	Title       string              `json:"title"`
	Status      threat.Status       `json:"status"`
	Severity    string              `json:"severity"`
	Stage       string              `json:"stage"`
	Places      []string            `json:"places"` // a component's id, "from -> to", or "system"; the heaviest first
	Reason      string              `json:"reason"`
	Rank        int                 `json:"rank"`
	Ranked      string              `json:"ranked"`
	Path        []string            `json:"path"`
	Mitigations []measureJSON       `json:"mitigations"`
	Settles     []string            `json:"settles"`
	Decision    *threatDecisionJSON `json:"decision,omitempty"`
	At          []placeJSON         `json:"at"` // the places again, with what is known of each
	STRIDE      []string            `json:"stride"`
	CIA         []string            `json:"cia"`
	ATLAS       []string            `json:"atlas"`
	OWASP       []string            `json:"owasp"`
}

type placeJSON struct {
	Place   string   `json:"place"`
	Line    int      `json:"line"`
	Reason  string   `json:"reason"`
	Path    []string `json:"path"`
	Rank    int      `json:"rank"`
	Ranked  string   `json:"ranked"`
	Settles []string `json:"settles"`
}

type measureJSON struct {
	ID     string      `json:"id"`
	Title  string      `json:"title"`
	Status string      `json:"status"` // open where nobody claims it
	Why    string      `json:"why,omitempty"`
	Cost   string      `json:"cost"`
	Proof  []proofJSON `json:"proof"`
}

type proofJSON struct {
	By         string `json:"by"`
	Shows      string `json:"shows"`
	MaxAgeDays int    `json:"max_age_days"`
}

type threatDecisionJSON struct {
	Choice string `json:"choice"`
	By     string `json:"by"`
	Reason string `json:"reason"`
	Until  string `json:"until"`
}

type gainJSON struct {
	Mitigation string   `json:"mitigation"`
	Title      string   `json:"title"`
	Cost       string   `json:"cost"`
	Threats    []string `json:"threats"`
	Places     int      `json:"places"`
}

type openJSON struct {
	Attribute string   `json:"attribute"`
	Threats   []string `json:"threats"`
}

type problemJSON struct {
	Path    string `json:"path"`
	Line    int    `json:"line"`
	Message string `json:"message"`
}

func writeThreatsJSON(w io.Writer, t *Threats, _ Options) error {
	r := t.Report
	out := threatsJSON{Schema: threatsSchema, Tool: t.Tool, At: t.At.UTC(), Target: jsonName(t.Target),
		Model:   threatModelJSON{Path: jsonName(r.Path), Discovered: t.Drawn, System: r.System, Components: r.Components, Flows: r.Flows, Guesses: t.guessed()},
		Counts:  threatCountsJSON{Threats: len(r.Threats), Listed: len(t.Shown), Status: map[string]int{}, Severity: map[string]int{}},
		Library: libraryJSON{Name: t.Library.Name, Version: t.Library.Version, Threats: len(t.Library.Rules)}, Threats: []threatJSON{}, Gains: []gainJSON{}, Open: []openJSON{},
		NotApplicable: some(r.NotApplicable), Failed: []problemJSON{}}
	byStatus, bySeverity := threatCounts(r.Threats)
	for _, s := range threat.Statuses() {
		out.Counts.Status[string(s)] = byStatus[s]
	}
	for _, s := range threatSeverities {
		out.Counts.Severity[s] = bySeverity[s]
	}
	for _, x := range t.Shown {
		out.Threats = append(out.Threats, jsonThreat(x))
	}
	for _, g := range r.Gains {
		out.Gains = append(out.Gains, gainJSON{g.Mitigation, g.Title, g.Cost, some(g.Threats), g.Places})
	}
	for _, o := range r.Open {
		out.Open = append(out.Open, openJSON{o.Attribute, some(o.Threats)})
	}
	for _, p := range r.Failed {
		out.Failed = append(out.Failed, problemJSON{jsonName(p.Path), p.Line, p.Message})
	}
	return encode(w, out)
}

func jsonThreat(x threat.Threat) threatJSON {
	out := threatJSON{ID: x.ID, Title: x.Title, Status: x.Status, Severity: x.Severity, Stage: x.Stage, Reason: x.Reason, Rank: x.Rank, Ranked: x.Ranked, Path: some(x.Path),
		Places: []string{}, Mitigations: []measureJSON{}, Settles: some(x.Settles), At: []placeJSON{}, STRIDE: some(x.STRIDE), CIA: some(x.CIA), ATLAS: some(x.ATLAS), OWASP: some(x.OWASP)}
	for _, p := range x.Places {
		out.Places = append(out.Places, p.At)
		out.At = append(out.At, placeJSON{p.At, p.Line, p.Reason, some(p.Path), p.Rank, p.Ranked, some(p.Settles)})
	}
	for _, m := range x.Mitigations {
		row := measureJSON{ID: m.ID, Title: m.Title, Status: string(m.Status), Why: m.Why, Cost: m.Cost, Proof: []proofJSON{}}
		if m.Status == "" {
			row.Status = "open"
		}
		for _, p := range m.Proof {
			row.Proof = append(row.Proof, proofJSON{p.By, p.Shows, p.MaxAgeDays})
		}
		out.Mitigations = append(out.Mitigations, row)
	}
	if d := x.Decision; d != nil {
		out.Decision = &threatDecisionJSON{string(d.Choice), d.By, d.Reason, d.Until.UTC().Format(time.DateOnly)}
	}
	return out
}
