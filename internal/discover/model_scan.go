package discover

import (
	"context"
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/model"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Scan is what is kept of looking into one file: its worst reason and its facts. All reasons of thousands of hostile files
// would be too much to keep.
type Scan struct {
	Path   string
	Test   bool   // stands aside, as the model does for which it was looked at
	Card   bool   // the card of a model: read for its facts alone
	Format string // empty: no format claims the file

	Verdict inspect.Verdict
	Worst   inspect.Reason // empty where nothing was seen
	More    int            // further reasons that are dangerous or worse
	Err     error          // why the file was not looked at; nil: it was

	facts   []lodemark.ModelFact
	dropped bool // its facts found no room
}

// readBeside are the files that loaders read beside a model, and act on.
var readBeside = []string{"config.json", "tokenizer_config.json", "processor_config.json", "preprocessor_config.json", "generation_config.json", "chat_template.jinja", "chat_template.json",
	"adapter_config.json", "model_index.json", "modules.json", "MLmodel"}

// Scans looks into the model files of the system, what loaders read beside them, and their cards, once in a run whoever asks
// first. The order is that of the models, each followed by what lies beside it. What was not reached before the context's end
// says so.
func Scans(ctx context.Context, s *lodemark.Subject) []Scan {
	return lodemark.Shared(s, "discover.scans", func() []Scan {
		all := toScan(s.System)
		if len(all) > 0 {
			scanAll(ctx, s, all)
		}
		return all
	})
}

// toScan lists the files.
func toScan(s *lodemark.System) []Scan {
	var all []Scan
	seen, folders := map[string]bool{}, map[string]bool{}
	add := func(one Scan) {
		if !seen[one.Path] {
			seen[one.Path] = true
			all = append(all, one)
		}
	}
	cards := cardsOf(s)
	for c := range s.Of(lodemark.KindModel) {
		if c.Path == "" {
			continue
		}
		dir := path.Dir(c.Path)
		add(Scan{Path: c.Path, Test: c.Test})
		if folders[dir] {
			continue // what lies beside it is there
		}
		folders[dir] = true
		for _, name := range readBeside {
			if name := path.Join(dir, name); hasFile(s, name) {
				add(Scan{Path: name, Test: c.Test})
			}
		}
		for _, card := range cards[dir] {
			add(Scan{Path: card, Test: c.Test, Card: true})
		}
	}
	return all
}

// cardsOf lists the model cards of each folder.
func cardsOf(s *lodemark.System) map[string][]string {
	cards := map[string][]string{}
	for c := range s.Of(lodemark.KindModelCard) {
		dir := path.Dir(c.Path)
		if !slices.Contains(cards[dir], c.Path) && len(cards[dir]) < 4 {
			cards[dir] = append(cards[dir], c.Path)
		}
	}
	return cards
}

func hasFile(s *lodemark.System, name string) bool {
	_, there := slices.BinarySearchFunc(s.Files, name, func(f lodemark.File, name string) int { return strings.Compare(f.Path, name) })
	return there
}

// scanAll looks into the files on all cores and keeps what it sees in their order, so that the bound on facts falls on the
// same ones in every run. A scan that does not heed the end of its time is left behind.
func scanAll(ctx context.Context, s *lodemark.Subject, all []Scan) {
	type result struct {
		at  int
		one Scan
	}
	formats := model.Formats()
	next, done := make(chan int, len(all)), make(chan result, len(all)) // so that nobody waits for who has left
	for i := range all {
		next <- i
	}
	close(next)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(all)) {
		workers.Go(func() {
			for i := range next {
				if ctx.Err() != nil {
					return
				}
				done <- result{i, scanned(ctx, s, all[i], formats)}
			}
		})
	}
	b := factBudget(factBytes)
	waiting := map[int]Scan{}
	kept := 0 // all before are there
	for range all {
		select {
		case r := <-done:
			waiting[r.at] = r.one
		case <-ctx.Done():
			for i := kept; i < len(all); i++ {
				one, there := waiting[i]
				if !there {
					one = all[i]
					one.Err = fmt.Errorf("not looked at as a model file: %w", ctx.Err())
				}
				all[i] = b.kept(one)
			}
			return
		}
		for one, ok := waiting[kept]; ok; one, ok = waiting[kept] {
			delete(waiting, kept)
			all[kept] = b.kept(one)
			kept++
		}
	}
}

// scanned looks into one file.
func scanned(ctx context.Context, s *lodemark.Subject, one Scan, formats []inspect.Format) (out Scan) {
	out = one
	defer func() {
		if cause := recover(); cause != nil { // a mistake of ours costs this file, and is said
			out.Err = fmt.Errorf("look into a model file: internal error: %v", cause)
		}
	}()
	content, err := s.Open(one.Path)
	if err != nil {
		out.Err = err
		return out
	}
	defer content.Close()
	src := model.Source{Name: one.Path, Bytes: content, Size: content.Size(), Beside: around{s, path.Dir(one.Path)}}
	found := model.Examine(ctx, src, formats, model.Limits{})
	out.Format, out.Verdict, out.facts = found.Format, found.Verdict, factsOf(one.Path, found.Facts)
	for i, r := range found.Reasons { // the worst stands first
		switch {
		case i == 0:
			out.Worst = r
		case r.Verdict >= inspect.Dangerous:
			out.More++
		}
	}
	return out
}

// around opens the files beside a model.
type around struct {
	subject *lodemark.Subject
	dir     string
}

func (a around) open(rel string) (lodemark.Content, error) {
	name := path.Join(a.dir, rel)
	if path.IsAbs(rel) || name == ".." || strings.HasPrefix(name, "../") {
		return nil, fmt.Errorf("open %s: %w", bound.QuoteName(rel), bound.ErrOutside)
	}
	return a.subject.Open(name)
}

// Size is the size of a file beside the model.
func (a around) Size(rel string) (int64, error) {
	c, err := a.open(rel)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	return c.Size(), nil
}

// Read reads a file beside the model.
func (a around) Read(rel string, max int64) ([]byte, error) {
	size, err := a.Size(rel)
	if err != nil {
		return nil, err
	}
	if size > max {
		return nil, &bound.LimitError{Path: rel, Limit: bound.LimitFileBytes, Max: max}
	}
	return a.subject.Read(path.Join(a.dir, rel))
}
