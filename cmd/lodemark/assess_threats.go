package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/report"
)

// threatsOf holds the threat model of a target against the library, for the report of an assessment; nil where there is none, or one that
// cannot be read: the checks of the assessment say that.
func threatsOf(ctx context.Context, target string, at time.Time, kept func(context.Context, string, time.Time) ([]lodemark.Evidence, []lodemark.Gap)) *report.Threats {
	if _, err := os.Stat(filepath.Join(target, threatFile)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lib, err := threatLibrary("")
	if err != nil {
		return nil
	}
	t := &threatTarget{target: target, at: at, quiet: true, stderr: io.Discard}
	if err := t.open(ctx); err != nil {
		return nil
	}
	past, err := assess.Earlier(ctx, assess.Options{Target: target, Practices: practices(), At: at, Kept: kept})
	if err != nil {
		return nil
	}
	r := threat.Evaluate(t.model, lib, at, lib.Kept(t.model, past.Evidence, past.Current), t.decisions)
	return &report.Threats{Tool: toolOf(), At: at, Target: target, Model: t.model, Library: lib, Report: r, Shown: r.Threats}
}
