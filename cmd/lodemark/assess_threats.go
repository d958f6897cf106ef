package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/report"
)

// threatsOf holds the threat model of a target against the library, for the report of an assessment; nil where there is none, or one that
// cannot be read: the checks of the assessment say that.
func threatsOf(ctx context.Context, target string, run *lodemark.Run) *report.Threats {
	if _, err := os.Stat(filepath.Join(target, threatFile)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lib, err := threatLibrary("")
	if err != nil {
		return nil
	}
	t := &threatTarget{target: target, at: run.At, quiet: true, stderr: io.Discard}
	if err := t.open(ctx); err != nil {
		return nil
	}
	r := threat.Evaluate(t.model, lib, run.At, lib.Kept(t.model, run.Kept, run.KeptNow), t.decisions)
	return &report.Threats{Tool: toolOf(), At: run.At, Target: target, Model: t.model, Library: lib, Report: r, Shown: r.Threats}
}
