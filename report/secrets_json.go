package report

import (
	"io"
	"slices"

	"github.com/lodemark/lodemark"
)

// secretsSchema names the layout of the JSON report; schema/secrets.schema.json describes it.
const secretsSchema = "lodemark.secrets/1"

type secretsJSON struct {
	Schema string         `json:"schema"`
	Tool   lodemark.Tool  `json:"tool"`
	Target string         `json:"target"`
	Counts secretCounts   `json:"counts"`
	Files  SecretFiles    `json:"files"`
	Hidden SecretHidden   `json:"hidden"`
	Rules  int            `json:"rules"`
	Found  []Secret       `json:"found"`
	Tests  []Secret       `json:"tests"`
	Gaps   []lodemark.Gap `json:"gaps"`
}

func writeSecretsJSON(w io.Writer, s *Secrets, _ Options) error {
	out := secretsJSON{Schema: secretsSchema, Tool: s.Tool, Target: jsonName(s.Target), Counts: s.counts(), Files: s.Files, Hidden: s.Hidden, Rules: len(s.Rules),
		Found: slices.Clone(some(s.Found)), Tests: slices.Clone(some(s.Tests)), Gaps: slices.Clone(some(s.Gaps))}
	for _, list := range [][]Secret{out.Found, out.Tests} {
		for i := range list {
			list[i].Path = jsonName(list[i].Path)
		}
	}
	for i := range out.Gaps {
		out.Gaps[i].Path = jsonName(out.Gaps[i].Path)
	}
	return encode(w, out)
}
