package weakness

import (
	"context"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/rules"
)

// Looked is what the built-in rules found in a target.
type Looked struct {
	rules.Result
	files []lodemark.File
	gaps  []lodemark.Gap
	err   error
}

// Look runs the built-in rules over the target, once in a run of checks.
func Look(ctx context.Context, s *lodemark.Subject) *Looked {
	return lodemark.Shared(s, "internal/weakness", func() *Looked {
		e, err := engine()
		if err != nil {
			return &Looked{err: err}
		}
		return look(ctx, s, e)
	})
}

func look(ctx context.Context, s *lodemark.Subject, e *rules.Engine) *Looked {
	l := &Looked{}
	var paths []string
	for _, f := range s.System.Files {
		if f.Link != "" || f.Vendored && !rules.AlwaysReads(f.Path) || !rules.Reads(f.Path) {
			continue
		}
		l.files = append(l.files, f)
		paths = append(paths, f.Path)
	}
	l.Result = e.Run(ctx, paths, s.Read)
	told := map[string]bool{} // what discovery could not make sense of is told by it
	for _, g := range s.System.Gaps {
		told[g.Path] = true
	}
	for _, b := range l.Broken {
		if told[b.Path] {
			continue
		}
		l.gaps = append(l.gaps, lodemark.Gap{Path: b.Path, Line: b.Line, Reason: "rules say nothing of a part that could not be read: " + b.Reason})
	}
	if err := ctx.Err(); err != nil {
		l.err = err
	}
	return l
}
