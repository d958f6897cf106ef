package leak

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/discover"
	"github.com/lodemark/lodemark/internal/secret"
	"github.com/lodemark/lodemark/internal/source/rules"
	"github.com/lodemark/lodemark/internal/weakness"
)

// File is a file with credentials.
type File struct {
	Path  string
	Found []secret.Found // by place
	Cut   bool           // there are more than are told
	Aside bool           // it stands among tests or in a vendored folder
}

// Looked is what was found in a target.
type Looked struct {
	Files    []File // those with credentials, by path
	Gaps     []lodemark.Gap
	Read     int  // text files that were looked at
	Binary   int  // files that are no text
	Vendored int  // files in vendored folders that were not looked at
	Cut      bool // a limit of the tree as a whole was reached: not everything was seen
	Hide     *secret.Hider
	Err      error // it did not come to an end
}

// mostInAssessment is the largest text that an assessment looks at: people write no settings and no code of that size, and logs and data
// are for lodemark secrets.
const mostInAssessment = 64 << 20

// Look gives the credentials of a subject's files, once in a run of checks. Source and settings are read by rules anyway; the rest is
// read here.
func Look(ctx context.Context, s *lodemark.Subject) *Looked {
	return lodemark.Shared(s, "internal/leak", func() *Looked { return Beside(ctx, s, weakness.Look(ctx, s)) })
}

// Beside looks at the files of a subject that a look at its code has not seen, and gives the credentials of all.
func Beside(ctx context.Context, s *lodemark.Subject, code *weakness.Looked) *Looked {
	l := &Looked{Hide: code.Hide}
	known, err := secret.Load()
	if err != nil {
		l.Err = err
		return l
	}
	if l.Hide == nil {
		l.Hide = &secret.Hider{}
	}
	seen := map[string]bool{}
	for _, f := range code.Leaks {
		seen[f.Path] = true
		if !lodemark.OfTheLedger(f.Path) {
			l.Read++
		}
		if len(f.Found) > 0 {
			l.add(File{Path: f.Path, Found: f.Found, Cut: f.Cut})
		}
	}
	var paths []string
	aside := map[string]bool{}
	for _, f := range s.System.Files {
		aside[f.Path] = f.Test || f.Vendored
		switch {
		case seen[f.Path] || f.Link != "" || f.Size == 0:
		case f.Vendored && !rules.AlwaysReads(f.Path):
			l.Vendored++
		default:
			paths = append(paths, f.Path)
		}
	}
	open := s.Open
	if open == nil {
		open = func(path string) (lodemark.Content, error) {
			data, err := s.Read(path)
			return memory(data), err
		}
	}
	l.look(ctx, &looker{known, l.Hide, mostInAssessment}, paths, open, func() {})
	for i := range l.Files {
		l.Files[i].Aside = aside[l.Files[i].Path]
	}
	return l
}

// Options of Tree.
type Options struct {
	Only     string // a slash path: nothing but that file is looked at
	Vendored bool   // look into vendored folders too
	Progress func(done, total int)
}

// Tree looks at all text files of a tree, on all cores.
func Tree(ctx context.Context, tree *bound.Tree, known *secret.Rules, o Options) (*Looked, error) {
	l := &Looked{Hide: &secret.Hider{}}
	paths, err := l.walk(ctx, tree, o)
	if err != nil {
		return nil, err
	}
	done := 0
	step := func() {
		if done++; o.Progress != nil {
			o.Progress(done, len(paths))
		}
	}
	open := func(path string) (lodemark.Content, error) {
		h, err := tree.OpenFile(path)
		if err != nil {
			return nil, err // and not a nil *Handle that is no nil Content
		}
		return h, nil
	}
	l.look(ctx, &looker{known, l.Hide, 0}, paths, open, step)
	if l.Err != nil {
		return nil, l.Err
	}
	told := map[string]bool{}
	for _, g := range l.Gaps {
		told[g.Path] = true
	}
	for _, g := range discover.Unread(tree) {
		if !told[g.Path] {
			l.Gaps = append(l.Gaps, g)
		}
	}
	l.sort()
	for i := range l.Files {
		vendored, test := discover.Aside(l.Files[i].Path)
		l.Files[i].Aside = vendored || test
	}
	for _, x := range tree.Limited() {
		l.Cut = l.Cut || !x.TooLarge()
	}
	return l, nil
}

// walk lists the files to look at, those of the system itself first: where not all can be read, the others are missed least.
func (l *Looked) walk(ctx context.Context, tree *bound.Tree, o Options) ([]string, error) {
	if o.Only != "" {
		return []string{o.Only}, nil
	}
	var mu sync.Mutex
	var own, others []string
	err := tree.Walk(ctx, func(f bound.File) error {
		if !f.Regular() || f.Size == 0 {
			return nil
		}
		vendored, _ := discover.Aside(f.Path)
		vendored = vendored && !rules.AlwaysReads(f.Path)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case !vendored:
			own = append(own, f.Path)
		case o.Vendored:
			others = append(others, f.Path)
		default:
			l.Vendored++
		}
		return nil
	})
	slices.Sort(own)
	slices.Sort(others)
	return append(own, others...), err
}

// look looks at files on all cores. step is called after each, by one goroutine at a time.
func (l *Looked) look(ctx context.Context, with *looker, paths []string, open func(string) (lodemark.Content, error), step func()) {
	var mu sync.Mutex
	next := make(chan string)
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), max(1, len(paths))) {
		wait.Go(func() {
			for path := range next {
				f, err := lookAt(with, path, open)
				mu.Lock()
				l.take(f, err)
				step()
				mu.Unlock()
			}
		})
	}
	for _, p := range paths {
		if ctx.Err() != nil {
			break
		}
		next <- p
	}
	close(next)
	wait.Wait()
	l.Err = ctx.Err()
	l.sort()
}

func lookAt(with *looker, path string, open func(string) (lodemark.Content, error)) (File, error) {
	in, err := open(path)
	if err != nil {
		return File{Path: path}, err
	}
	defer in.Close()
	return with.file(path, in)
}

// take notes what came of one file.
func (l *Looked) take(f File, err error) {
	switch {
	case errors.Is(err, errBinary):
		l.Binary++
		return
	case errors.Is(err, fs.ErrNotExist): // gone since it was listed
		l.Gaps = append(l.Gaps, lodemark.Gap{Path: f.Path, Reason: "the file is gone"})
		return
	case err != nil:
		l.Gaps = append(l.Gaps, lodemark.Gap{Path: f.Path, Reason: err.Error()})
	default:
		if !lodemark.OfTheLedger(f.Path) {
			l.Read++
		}
	}
	if len(f.Found) > 0 {
		l.add(f)
	}
}

func (l *Looked) add(f File) {
	l.Files = append(l.Files, f)
	if f.Cut {
		l.Gaps = append(l.Gaps, lodemark.Gap{Path: f.Path, Reason: fmt.Sprintf("the file holds more credentials, or what looks like them, than the %d that are told", len(f.Found))})
	}
}

func (l *Looked) sort() {
	slices.SortFunc(l.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	slices.SortStableFunc(l.Gaps, func(a, b lodemark.Gap) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
	})
}

// memory is a file that was read already.
type memory []byte

func (m memory) ReadAt(p []byte, at int64) (int, error) {
	return bytes.NewReader(m).ReadAt(p, at)
}
func (m memory) Size() int64  { return int64(len(m)) }
func (m memory) Close() error { return nil }
