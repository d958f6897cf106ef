package report

import (
	"cmp"
	"fmt"
	"io"
	"time"

	"github.com/lodemark/lodemark"
)

// Drift says where a threat model and the system that it is of have drifted apart.
type Drift struct {
	Tool       lodemark.Tool
	At         time.Time
	Target     string
	Model      string // path of the threat model
	Components int    // declared
	Flows      int
	Discovered int // components drawn from what was discovered
	Guesses    int // parts of a draft that nobody has looked at
	Apart      []DriftedPart
}

// DriftedPart is one part that is declared and gone, or there and not declared.
type DriftedPart struct {
	Kind    string `json:"kind"` // gone or new
	ID      string `json:"id"`
	What    string `json:"what"`
	Path    string `json:"path"`
	Line    int    `json:"line"`
	Message string `json:"message"`
	Fix     string `json:"fix"`
}

// DriftFormat is one way to tell it.
type DriftFormat struct {
	Name, About string
	Write       func(io.Writer, *Drift, Options) error
}

// DriftFormats lists the formats, text first.
func DriftFormats() []DriftFormat {
	return []DriftFormat{
		{"text", "for people at a terminal", writeDriftText},
		{"json", "for programs", writeDriftJSON},
		{"sarif", "for code scanning (SARIF 2.1.0)", writeDriftSARIF},
	}
}

// Count counts the parts of a kind.
func (d *Drift) Count(kind string) int {
	n := 0
	for _, p := range d.Apart {
		n += number(p.Kind == kind)
	}
	return n
}

func writeDriftText(w io.Writer, d *Drift, o Options) error {
	p := newPage(o)
	p.block(block{text: fmt.Sprintf("%s: %s and %s declared, %s discovered", plain(clip(d.Model, 120)), count(d.Components, "component"), count(d.Flows, "flow"), count(d.Discovered, "component")), ink: dim})
	if d.Guesses > 0 {
		p.block(block{mark: "! ", markInk: yellow, text: "The model has " + count(d.Guesses, "guessed part") + " that nobody has looked at: whoever agrees takes the guess out."})
	}
	if len(d.Apart) == 0 {
		p.block(block{text: "The model reads without problems, and nothing has drifted.", ink: green})
		return p.flush(w)
	}
	for _, k := range []struct{ kind, title, detail string }{
		{"gone", "Declared, and not there", "The code moved on, or the model names what never was."},
		{"new", "There, and not declared", "Threats to these parts are not named."},
	} {
		if d.Count(k.kind) == 0 {
			continue
		}
		p.heading(fmt.Sprintf("%s (%d)", k.title, d.Count(k.kind)), k.detail)
		for _, a := range d.Apart {
			if a.Kind != k.kind {
				continue
			}
			p.block(block{indent: 2, text: place(a.Path, a.Line) + "  " + sentence(a.Message), ink: noInk})
			p.block(block{indent: 4, mark: "fix  ", markInk: green, text: capital(sentence(a.Fix)), ink: dim})
		}
	}
	p.blank()
	p.block(block{text: fmt.Sprintf("%d declared and not there, %d there and not declared", d.Count("gone"), d.Count("new")), ink: bold})
	return p.flush(w)
}

// driftSchema names the layout; schema/threats-check.schema.json describes it.
const driftSchema = "lodemark.threats-check/1"

type driftJSON struct {
	Schema     string        `json:"schema"`
	Tool       lodemark.Tool `json:"tool"`
	At         time.Time     `json:"at"`
	Target     string        `json:"target"`
	Model      string        `json:"model"`
	Components int           `json:"components"`
	Flows      int           `json:"flows"`
	Discovered int           `json:"discovered"`
	Guesses    int           `json:"guesses"`
	Gone       int           `json:"gone"`
	New        int           `json:"new"`
	Drift      []DriftedPart `json:"drift"`
}

func writeDriftJSON(w io.Writer, d *Drift, _ Options) error {
	out := driftJSON{Schema: driftSchema, Tool: d.Tool, At: d.At.UTC(), Target: jsonName(d.Target), Model: jsonName(d.Model), Components: d.Components, Flows: d.Flows,
		Discovered: d.Discovered, Guesses: d.Guesses, Gone: d.Count("gone"), New: d.Count("new"), Drift: []DriftedPart{}}
	for _, a := range d.Apart {
		a.Path = jsonName(a.Path)
		out.Drift = append(out.Drift, a)
	}
	return encode(w, out)
}

// Ids of drift in code scanning.
var driftRules = map[string]lodemark.Rule{
	"gone": {ID: "threat-model-gone", Title: "The threat model declares a part that is not there", Severity: lodemark.SeverityMedium, Confidence: "high",
		Why: "A threat model that no longer speaks of this system names threats that are not there, and hides those that are.", Fix: "Correct its paths, or take the component and its flows out.", Clauses: []string{"SD-2.2"}},
	"new": {ID: "threat-model-new", Title: "A part of the system is not in the threat model", Severity: lodemark.SeverityMedium, Confidence: "medium",
		Why: "Threats to a part that the threat model does not know are not named.", Fix: "Add a component with its flows; lodemark threats init --show draws it.", Clauses: []string{"SD-2.2"}},
}

func writeDriftSARIF(w io.Writer, d *Drift, _ Options) error {
	run := &lodemark.Run{}
	s := sarif{run: run, at: map[string]int{}}
	for _, kind := range []string{"gone", "new"} {
		s.add(sarifCodeRule(driftRules[kind]))
	}
	for _, a := range d.Apart {
		r := driftRules[a.Kind]
		run.Findings = append(run.Findings, lodemark.Finding{ID: r.ID, Severity: r.Severity, Path: a.Path, Line: a.Line, Message: a.Message, Fix: a.Fix, Key: a.ID, Clauses: r.Clauses})
	}
	run.Findings = lodemark.Fingerprinted(run.Findings)
	s.results()
	notComprehensive := false
	return encode(w, sarifLog{Schema: sarifSchemaURL, Version: "2.1.0", Runs: []sarifRun{{
		Tool: sarifTool{Driver: sarifComponent{Name: cmp.Or(d.Tool.Name, "lodemark"), Version: d.Tool.Version, InformationURI: sarifHome, Rules: s.ruleList,
			Notifications: sarifNotes(), Taxonomies: []sarifComponentRef{{sarifTaxonomy}},
			ShortDescription: &sarifText{Text: "Holds a threat model against the system that it is of. " + lodemark.Disclaimer}}},
		Invocations: []sarifInvocation{{Successful: true, Notifications: some(s.notes)}},
		BaseIDs:     map[string]sarifArtifact{sarifBase: {Description: &sarifText{Text: "The folder that was looked at."}}},
		ColumnKind:  "unicodeCodePoints",
		Taxonomies: []sarifComponent{{Name: sarifTaxonomy, Version: "2023-11-27", Organization: "NCSC, CISA and partners",
			InformationURI: lodemark.Guidelines().Source.URL, IsComprehensive: &notComprehensive, Taxa: s.taxa(),
			ShortDescription: &sarifText{Text: "The clauses of the 17 guidelines, in our own words. " + lodemark.Disclaimer}}},
		Results:    some(s.resultList),
		Properties: map[string]any{"target": sarifPlain(d.Target), "gone": d.Count("gone"), "new": d.Count("new")},
	}}})
}
