package report

import (
	"io"
	"slices"

	"github.com/lodemark/lodemark"
)

// codeSchema names the layout of the JSON report; schema/code.schema.json describes it.
const codeSchema = "lodemark.code/1"

type codeJSON struct {
	Schema   string             `json:"schema"`
	Tool     lodemark.Tool      `json:"tool"`
	Target   string             `json:"target"`
	Counts   codeCounts         `json:"counts"`
	Files    CodeFiles          `json:"files"`
	Hidden   CodeHidden         `json:"hidden"`
	Rules    int                `json:"rules"`
	Findings []lodemark.Finding `json:"findings"`
	Gaps     []lodemark.Gap     `json:"gaps"`
}

func writeCodeJSON(w io.Writer, c *Code, _ Options) error {
	out := codeJSON{Schema: codeSchema, Tool: c.Tool, Target: jsonName(c.Target), Counts: c.counts(), Files: c.Files, Hidden: c.Hidden, Rules: len(c.Rules),
		Findings: slices.Clone(some(c.Findings)), Gaps: slices.Clone(some(c.Gaps))}
	for i := range out.Findings {
		f := &out.Findings[i]
		f.Path, f.Clauses, f.Flow = jsonName(f.Path), some(f.Clauses), slices.Clone(f.Flow)
		for j := range f.Flow {
			f.Flow[j].Path = jsonName(f.Flow[j].Path)
		}
	}
	for i := range out.Gaps {
		out.Gaps[i].Path = jsonName(out.Gaps[i].Path)
	}
	return encode(w, out)
}
