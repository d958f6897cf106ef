package report

import (
	"io"
	"math"
	"slices"
	"time"

	"github.com/lodemark/lodemark"
)

// bomSchema names the layout of the JSON inventory; schema/bom.schema.json describes it.
const bomSchema = "lodemark.bom/1"

type bomJSON struct {
	Schema     string         `json:"schema"`
	Tool       lodemark.Tool  `json:"tool"`
	At         time.Time      `json:"at"`
	Target     string         `json:"target"`
	System     bomSystem      `json:"system"`
	Counts     map[string]int `json:"counts"` // of components that are not in tests, by kind
	Components []bomComponent `json:"components"`
	Elements   []bomElement   `json:"elements"`
	Estimate   bomEstimate    `json:"estimate"`
	Gaps       []lodemark.Gap `json:"gaps"`
	Skipped    map[string]int `json:"skipped"`
}

type bomSystem struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	Author  string `json:"author,omitempty"`
}

// bomComponent is a component at one place, as the contract has it.
type bomComponent struct {
	Kind       lodemark.Kind       `json:"kind"`
	Name       string              `json:"name"`
	Path       string              `json:"path"`
	Line       int                 `json:"line"`
	Pin        lodemark.Pin        `json:"pin"`
	Confidence lodemark.Origin     `json:"confidence"`
	Digest     string              `json:"digest"`
	Version    string              `json:"version,omitempty"`
	Address    string              `json:"address,omitempty"`
	Format     string              `json:"format,omitempty"`
	Detail     map[string]string   `json:"detail,omitempty"`
	Test       bool                `json:"test,omitempty"`
	Model      *lodemark.ModelScan `json:"model,omitempty"`
}

// bomEstimate says what of the models in code was probably missed.
type bomEstimate struct {
	Found    int       `json:"found"`
	ByCall   int       `json:"by_call"`
	ByName   int       `json:"by_name"`
	Both     int       `json:"both"`
	Missed   *float64  `json:"missed_estimate"` // null: too few were seen by both
	Interval []float64 `json:"interval"`        // 95 %, from and to; null with it
}

// estimateOf rounds to tenths: more than that an estimate does not know.
func estimateOf(s *lodemark.System) bomEstimate {
	e := lodemark.EstimateModels(s.Code)
	out := bomEstimate{Found: e.Found, ByCall: e.ByCall, ByName: e.ByName, Both: e.Both}
	if e.Enough() {
		tenth := func(x float64) float64 { return math.Round(10*x) / 10 }
		missed := tenth(e.Missed)
		out.Missed, out.Interval = &missed, []float64{tenth(e.Low), tenth(e.High)}
	}
	return out
}

type bomElement struct {
	ID      string       `json:"id"`
	Cluster string       `json:"cluster"`
	Name    string       `json:"name"`
	State   elementState `json:"state"`
	Known   int          `json:"known"` // of how many things it is known
	Of      int          `json:"of"`
	Where   string       `json:"where,omitempty"`
	Add     string       `json:"add,omitempty"`
}

func writeBOMJSON(w io.Writer, b *BOM, _ Options) error {
	r := b.Run
	out := bomJSON{Schema: bomSchema, Tool: r.Tool, At: r.At.UTC(), Target: jsonName(r.Target), Counts: map[string]int{}, Components: []bomComponent{}, Elements: []bomElement{},
		System: bomSystem{jsonName(r.System.Name), b.Version, b.Author}, Gaps: slices.Clone(some(r.Gaps)), Skipped: map[string]int{}, Estimate: estimateOf(r.System)}
	for _, c := range r.System.Components {
		pin := c.Pin
		if pin == "" {
			pin = lodemark.PinNone
		}
		out.Components = append(out.Components, bomComponent{Kind: c.Kind, Name: jsonName(c.Name), Path: jsonName(c.Path), Line: c.Line, Pin: pin, Confidence: c.Origin,
			Digest: c.Digest, Version: jsonName(c.Version), Address: jsonName(c.Address), Format: c.Format, Detail: c.Detail, Test: c.Test, Model: scanOf(c)})
		if !c.Test {
			out.Counts[string(c.Kind)]++
		}
	}
	for _, e := range elementsOf(b) {
		out.Elements = append(out.Elements, bomElement{e.ID, e.Cluster, e.Name, e.State, e.Known, e.Of, e.Where, e.todo()})
	}
	for i := range out.Gaps {
		out.Gaps[i].Path = jsonName(out.Gaps[i].Path)
	}
	for reason, n := range r.System.Skipped {
		out.Skipped[reason] = n
	}
	return encode(w, out)
}
