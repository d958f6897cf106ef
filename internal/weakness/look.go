package weakness

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/rules"
)

// Looked is what the built-in rules found in a target.
type Looked struct {
	rules.Result
	files []lodemark.File
	gaps  []lodemark.Gap
	left  int // files that were left out by maxSource
	err   error
}

// maxSource bounds the bytes of source and settings that one assessment runs rules over: some four seconds. What people write for one system is
// far below; lodemark code knows no such bound.
const maxSource = 64 << 20

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
	size := int64(0)
	first := ""
	for _, f := range own(s.System.Files) {
		if f.Link != "" || f.Vendored && !rules.AlwaysReads(f.Path) || !rules.Reads(f.Path) {
			continue
		}
		if size += f.Size; size > maxSource {
			if l.left++; l.left == 1 {
				first = f.Path
			}
			continue
		}
		l.files = append(l.files, f)
		paths = append(paths, f.Path)
	}
	slices.SortFunc(l.files, func(a, b lodemark.File) int { return strings.Compare(a.Path, b.Path) })
	if l.left > 0 {
		l.gaps = append(l.gaps, lodemark.Gap{Path: first, Reason: fmt.Sprintf("rules read %d MiB in one assessment; this file and %d more were left out: lodemark code reads all", maxSource>>20, l.left-1)})
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

// own are the files in order, those of tests last: where not all are read, they are missed least.
func own(files []lodemark.File) []lodemark.File {
	all := slices.Clone(files)
	slices.SortStableFunc(all, func(a, b lodemark.File) int {
		switch {
		case a.Test == b.Test:
			return 0
		case a.Test:
			return 1
		}
		return -1
	})
	return all
}
