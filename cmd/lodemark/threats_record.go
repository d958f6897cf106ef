package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/record"
)

// record keeps how the threats stand as an in-toto test result about the threat model: what is evidenced, accepted or cannot happen
// passed; what only rests on claims, or is not known, is a warning; what applies failed.
func (f *threatsFlags) record(ctx context.Context, t *threatTarget, r *threat.Report, lib *threat.Library, target string, stderr io.Writer) error {
	if !f.keep.record {
		return nil
	}
	if t.file == "" || t.given {
		return usage("lodemark threats init writes threats.yaml; then name the folder", "--record keeps results about the threat model of a folder, and there is none here")
	}
	data, err := readSome(t.file, mostThreatFile)
	if err != nil {
		return unknown("is it readable?", "digest the threat model: %w", err)
	}
	sum := sha256.Sum256(data)
	result := record.TestResult{Configuration: []record.Resource{{Name: lib.Name + " " + lib.Version, URI: "pkg:golang/github.com/lodemark/lodemark@" + toolOf().Version}}}
	passed, warned, failed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, x := range r.Threats {
		switch x.Status {
		case threat.Applies:
			failed[x.ID] = true
		case threat.Unconfirmed, threat.Stale, threat.Claimed:
			warned[x.ID] = true
		default:
			passed[x.ID] = true
		}
	}
	for _, id := range r.NotApplicable {
		passed[id] = true
	}
	for _, rule := range lib.Rules { // in the library's order; a threat stands where its worst place does
		switch id := rule.ID; {
		case failed[id]:
			result.Failed = append(result.Failed, id)
		case warned[id]:
			result.Warned = append(result.Warned, id)
		case passed[id]:
			result.Passed = append(result.Passed, id)
		}
	}
	s, err := result.Statement([]lodemark.Digest{{Path: threatFile, SHA256: hex.EncodeToString(sum[:])}})
	if err != nil {
		return unknown("", "keep how the threats stand: %w", err)
	}
	return f.keep.keepStatement(ctx, target, s, stderr)
}
