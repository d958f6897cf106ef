package report

import (
	"io"
	"slices"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/inert"
)

// assessSchema names the layout of the JSON report; schema/assess.schema.json describes it.
const assessSchema = "lodemark.assess/1"

// assessJSON is the JSON report. Its keys stand in this order, and every list is there even when it is empty. The time the
// run took is left out, so that the same input gives the same bytes.
type assessJSON struct {
	Schema     string                     `json:"schema"`
	Tool       lodemark.Tool              `json:"tool"`
	At         time.Time                  `json:"at"`
	Target     string                     `json:"target"`
	Disclaimer string                     `json:"disclaimer"`
	System     systemJSON                 `json:"system"`
	Counts     lodemark.Counts            `json:"counts"`
	Clauses    []clauseJSON               `json:"clauses"`
	Guidelines []lodemark.GuidelineResult `json:"guidelines"`
	Findings   []lodemark.Finding         `json:"findings"`
	Gaps       []lodemark.Gap             `json:"gaps"`
	Evidence   []evidenceJSON             `json:"evidence"`
	Decisions  []lodemark.DecisionState   `json:"decisions"`
}

type systemJSON struct {
	Name        string          `json:"name"`
	Declaration string          `json:"declaration"` // path of lodemark.yaml; empty: there is none
	Stage       lodemark.Stage  `json:"stage"`       // as declared; empty: everything is judged
	Components  []componentJSON `json:"components"`
	Facts       []lodemark.Fact `json:"facts"`
	Files       filesJSON       `json:"files"`
	Skipped     map[string]int  `json:"skipped"`
}

type filesJSON struct {
	Seen      int            `json:"seen"`
	Examined  int            `json:"examined"` // read for content
	Languages map[string]int `json:"languages"`
}

type componentJSON struct {
	Kind    lodemark.Kind     `json:"kind"`
	Name    string            `json:"name"`
	Path    string            `json:"path"`
	Line    int               `json:"line"`
	Pin     lodemark.Pin      `json:"pin"`
	Digest  string            `json:"digest"`
	Origin  lodemark.Origin   `json:"origin"`
	Address string            `json:"address,omitempty"`
	Version string            `json:"version,omitempty"`
	Format  string            `json:"format,omitempty"`
	Test    bool              `json:"test,omitempty"`
	Detail  map[string]string `json:"detail,omitempty"`

	Scan *lodemark.ModelScan `json:"scan,omitempty"` // of model files
}

type clauseJSON struct {
	ID       string            `json:"id"`
	Verdict  lodemark.Verdict  `json:"verdict"`
	Strength lodemark.Strength `json:"strength"`
	Reason   string            `json:"reason"`
	Later    bool              `json:"later"`
	Attested string            `json:"attested,omitempty"`
	Waived   string            `json:"waived,omitempty"`
	Evidence []string          `json:"evidence"`
	At       time.Time         `json:"at,omitzero"`
	Until    time.Time         `json:"until,omitzero"`
	Missing  []string          `json:"missing"`
	Owed     bool              `json:"attestation_owed,omitempty"`
	Self     string            `json:"self_signed,omitempty"`
}

type evidenceJSON struct {
	ID           string            `json:"id"`
	Check        string            `json:"check"`
	CheckVersion int               `json:"check_version"`
	Bears        []bearingJSON     `json:"bears"`
	Outcome      lodemark.Outcome  `json:"outcome"`
	Strength     lodemark.Strength `json:"strength"`
	Reason       string            `json:"reason"`
	Examined     []lodemark.Digest `json:"examined"`
	Findings     []string          `json:"findings"`
	Gaps         []lodemark.Gap    `json:"gaps"`
	Canary       bool              `json:"canary"`
	At           time.Time         `json:"at"`
	MaxAge       time.Duration     `json:"max_age"` // nanoseconds
	Kept         *lodemark.Kept    `json:"kept,omitempty"`
}

type bearingJSON struct {
	Clause  string `json:"clause"`
	Settles bool   `json:"settles"`
}

func writeJSON(w io.Writer, r *lodemark.Run, _ Options) error {
	out := assessJSON{
		Schema: assessSchema, Tool: r.Tool, At: r.At.UTC(), Target: r.Target, Disclaimer: lodemark.Disclaimer,
		System: systemOf(r), Counts: r.Assessment.Total(), Clauses: []clauseJSON{}, Evidence: []evidenceJSON{},
		Guidelines: some(r.Assessment.Guidelines), Gaps: some(r.Gaps), Decisions: some(r.Assessment.Decisions),
	}
	for _, c := range r.Assessment.Clauses {
		out.Clauses = append(out.Clauses, clauseJSON{ID: c.ID, Verdict: c.Verdict, Strength: c.Strength, Reason: c.Reason, Later: c.Later,
			Attested: c.Attested, Waived: c.Waived, Evidence: some(c.Evidence), At: c.At.UTC(), Until: c.Until.UTC(), Missing: some(missing(c)), Owed: c.AttestationOwed, Self: c.SelfSigned})
	}
	out.Findings = slices.Clone(some(r.Findings))
	for i := range out.Findings {
		out.Findings[i].Clauses = some(out.Findings[i].Clauses)
	}
	for _, e := range r.Evidence {
		row := evidenceJSON{ID: e.ID, Check: e.Check, CheckVersion: e.CheckVersion, Bears: []bearingJSON{}, Outcome: e.Outcome, Strength: e.Strength,
			Reason: e.Reason, Examined: some(e.Examined), Findings: some(e.Findings), Gaps: some(e.Gaps), Canary: e.Canary, At: e.At.UTC(), MaxAge: e.MaxAge, Kept: e.Kept}
		for _, b := range e.Bears {
			row.Bears = append(row.Bears, bearingJSON(b))
		}
		out.Evidence = append(out.Evidence, row)
	}
	return encode(w, out)
}

func systemOf(r *lodemark.Run) systemJSON {
	s := r.System
	if s == nil {
		s = &lodemark.System{}
	}
	out := systemJSON{Name: s.Name, Declaration: s.Declared.Path, Stage: s.Declared.Stage, Components: []componentJSON{}, Facts: some(s.Facts),
		Files: filesJSON{Seen: len(s.Files), Examined: r.Examined, Languages: map[string]int{}}, Skipped: map[string]int{}}
	for _, c := range s.Components {
		pin := c.Pin
		if pin == "" {
			pin = lodemark.PinNone
		}
		out.Components = append(out.Components, componentJSON{Kind: c.Kind, Name: c.Name, Path: c.Path, Line: c.Line, Pin: pin, Digest: c.Digest,
			Origin: c.Origin, Address: c.Address, Version: c.Version, Format: c.Format, Test: c.Test, Detail: c.Detail, Scan: scanOf(c)})
	}
	for _, f := range s.Files {
		if f.Language != "" {
			out.Files.Languages[f.Language]++
		}
	}
	for reason, n := range s.Skipped {
		out.Skipped[reason] = n
	}
	return out
}

// scanOf is what the scanner saw in a model file, with a list of facts even where there are none.
func scanOf(c lodemark.Component) *lodemark.ModelScan {
	if c.Scan == nil {
		return nil
	}
	s := *c.Scan
	s.Facts = some(s.Facts)
	return &s
}

// some is the list itself, or an empty one: null would make every reader ask twice.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// encode writes v as JSON that is harmless on a terminal.
func encode(w io.Writer, v any) error { return inert.JSON(w, v) }
