package main

import (
	"context"
	"io"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/record"
	"github.com/lodemark/lodemark/scan"
)

// record keeps the verdicts on the files as an in-toto test result, bound to their digests: whoever gets the files elsewhere can tell that
// these bytes were looked at, by which version.
func (f *scanFlags) record(ctx context.Context, all *scan.Result, stderr io.Writer) error {
	if !f.keep.record {
		return nil
	}
	r := record.TestResult{Configuration: []record.Resource{{Name: "lodemark scan", URI: "pkg:golang/github.com/lodemark/lodemark@" + toolOf().Version}}}
	var subjects []lodemark.Digest
	for _, file := range all.Files {
		if file.SHA256 == nil {
			r.Warned = append(r.Warned, file.Path)
			continue
		}
		subjects = append(subjects, lodemark.Digest{Path: file.Path, SHA256: *file.SHA256})
		switch file.Verdict {
		case scan.Clean:
			r.Passed = append(r.Passed, file.Path)
		case scan.Dangerous, scan.Malicious:
			r.Failed = append(r.Failed, file.Path)
		default:
			r.Warned = append(r.Warned, file.Path)
		}
	}
	for _, g := range all.Gaps {
		r.Warned = append(r.Warned, g.Path)
	}
	s, err := r.Statement(subjects)
	if err != nil {
		return unknown("name files that can be read", "keep the scan of %s: %w", plain(all.Target), err)
	}
	return f.keep.keepStatement(ctx, f.target, s, stderr)
}
