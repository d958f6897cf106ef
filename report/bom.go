package report

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/lodemark/lodemark"
)

// BOMFormat is a form in which the inventory of a system can be told.
type BOMFormat struct {
	Name  string
	Write func(io.Writer, *lodemark.Run) error
}

// BOMFormats lists them.
func BOMFormats() []BOMFormat {
	return []BOMFormat{{"json", writeBOMJSON}}
}

// bomComponent is a component as the contract has it.
type bomComponent struct {
	Kind       lodemark.Kind       `json:"kind"`
	Name       string              `json:"name"`
	Path       string              `json:"path"`
	Line       int                 `json:"line,omitempty"`
	Pin        lodemark.Pin        `json:"pin,omitempty"`
	Version    string              `json:"version,omitempty"`
	Confidence lodemark.Origin     `json:"confidence"`
	Digest     string              `json:"digest,omitempty"`
	Address    string              `json:"address,omitempty"`
	Format     string              `json:"format,omitempty"`
	Detail     map[string]string   `json:"detail,omitempty"`
	Test       bool                `json:"test,omitempty"`
	Model      *lodemark.ModelScan `json:"model,omitempty"`
}

type bomJSON struct {
	Schema     string         `json:"schema"`
	Tool       lodemark.Tool  `json:"tool"`
	At         string         `json:"at"`
	System     string         `json:"system"`
	Components []bomComponent `json:"components"`
	Gaps       []lodemark.Gap `json:"gaps"`
}

func writeBOMJSON(w io.Writer, run *lodemark.Run) error {
	out := bomJSON{Schema: "lodemark/bom/1", Tool: run.Tool, At: run.At.Format("2006-01-02T15:04:05Z"), System: run.System.Name, Components: []bomComponent{}, Gaps: run.Gaps}
	for _, c := range run.System.Components {
		out.Components = append(out.Components, bomComponent{c.Kind, c.Name, c.Path, c.Line, c.Pin, c.Version, c.Origin, c.Digest, c.Address, c.Format, c.Detail, c.Test, c.Scan})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		return fmt.Errorf("write the inventory: %w", err)
	}
	return nil
}
