package rules

import (
	"cmp"
	"context"
	"errors"
	"hash/maphash"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark/internal/secret"
	"github.com/lodemark/lodemark/internal/source/flow"
	"github.com/lodemark/lodemark/internal/source/notebook"
	"github.com/lodemark/lodemark/internal/source/python"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/script"
	"github.com/lodemark/lodemark/internal/source/settings"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Result is what a run found, and what it could not read.
type Result struct {
	Findings []Finding // in order of path, place and rule
	Broken   []Broken
	Files    int
	Watched  []Watched     // in order of paths
	Leaks    []Leaks       // in order of paths
	Hide     *secret.Hider // knows all credentials that were found; nothing in this result shows one
}

// Watch looks at a file of code that rules look at, as it is known in the end: with what other files hand to it. place turns a line of the
// code into one of the file and, for a notebook, the cell with the line in it, all from 1. What it gives is kept in Result.Watched; nil is not.
type Watch func(f *resolve.File, place func(line int) (inFile, cell int)) any

// WatchSettings does the same for a file of settings: YAML, JSON, TOML, variables, Dockerfiles, Terraform.
type WatchSettings func(path string, roots []*settings.Node) any

// WatchCommands does the same for the commands of a shell script, and of the shell lines of a notebook; place is as for Watch.
type WatchCommands func(path string, commands [][]Word, place func(line int) (inFile, cell int)) any

// Word is one word of a command, with its line from 1 in the text that it is part of.
type Word struct {
	Text string
	Line int
}

// Watched is what a Watch gave for a file.
type Watched struct {
	Path string
	What any
}

// Broken is a file of which a part could not be read: rules say nothing of that part.
type Broken struct {
	Path   string
	Line   int
	Reason string
}

// seen is what is kept of a file between the two rounds.
type seen struct {
	path     string
	found    []Finding // in settings and in code
	settings int       // how many of them stand in what is no code
	hits     []flow.Hit
	broken   []Broken
	calls    []uint64 // of functions of the target that it calls
	waivers  []waiver
	defined  flow.Summaries
	exports  map[string]resolve.Export
	imports  []uint64 // names that it imports, as hashes
	unloaded error
	again    bool // the second round
	target   *target
	shown    shown
	book     *notebook.Text // of a notebook: its code
	watched  any
	secrets  []secret.Found
	keys     []*secret.Found // those of them that belong to providers of models
	cut      bool            // there are more secrets
	hide     *secret.Hider
	bytes    bool // its bytes were looked at
	started  any  // what WatchCommands gave
}

// Run looks at files of source code: first at each alone, then at those that import constants and objects of others with these known, and
// once more at those that call functions of others which do something with their parameters. read gives a file's content; paths are in
// any order.
func (e *Engine) Run(ctx context.Context, paths []string, read func(string) ([]byte, error)) Result {
	paths = slices.Clone(paths)
	slices.Sort(paths)
	own := modules(paths)
	seed := maphash.MakeSeed()
	files := make([]seen, len(paths))
	whole := newTarget(paths, read)
	hide := &secret.Hider{}
	each(ctx, len(paths), func(i int) {
		s := &files[i]
		s.path, s.target, s.hide = paths[i], whole, hide
		f := e.load(s, read)
		if f == nil {
			return
		}
		e.look(s, f, own, seed)
		s.exports = map[string]resolve.Export{}
		f.Exports(func(name string, x resolve.Export) { s.exports[name] = x })
		s.imports = imported(f, own, seed)
		s.waivers = waivers(f.Tree)
		f.Tree.Done()
	})
	handed, alias := e.hand(files, whole, seed)
	each(ctx, len(files), func(i int) {
		s := &files[i]
		if !slices.ContainsFunc(s.imports, func(h uint64) bool { return handed[h] }) {
			return
		}
		again := seen{path: s.path, again: true, target: whole}
		if f := e.load(&again, read); f != nil {
			s.found, s.shown = s.found[:s.settings], shown{}
			s.book = again.book
			e.look(s, f, own, seed)
			f.Tree.Done()
		}
	})
	all := flow.Summaries{}
	for i := range files {
		for name, sum := range files[i].defined {
			if _, twice := all[name]; !twice {
				all[name] = sum
			}
		}
		files[i].defined = nil
	}
	all.Close()
	wanted := map[uint64]bool{}
	for name := range all {
		wanted[maphash.String(seed, name)] = true
	}
	each(ctx, len(files), func(i int) {
		s := &files[i]
		if !slices.ContainsFunc(s.calls, func(h uint64) bool { return wanted[h] || wanted[alias[h]] }) {
			return
		}
		again := seen{path: s.path, again: true, target: whole}
		if f := e.load(&again, read); f != nil {
			s.hits = e.follower.Follow(f, all)
			f.Tree.Done()
		}
	})
	settle(files, read)
	e.sift(files, whole)
	r := e.gather(files)
	r.Hide = hide
	r.hideAll()
	return r
}

// look runs the rules over one file of code.
func (e *Engine) look(s *seen, f *resolve.File, own map[string]bool, seed maphash.Seed) {
	l := e.places(f, s.target)
	s.found = append(s.found, l.found...)
	s.shown.add(&l.shown)
	s.defined, s.hits = e.follower.Alone(f)
	s.calls = called(f, own, seed)
	if e.Watch != nil {
		s.watched = e.Watch(f, s.place)
	}
}

func (s *seen) place(line int) (inFile, cell int) {
	if s.book == nil {
		return line, 0
	}
	p := s.book.Place(line, 1)
	return p.Line, p.Cell
}

// load reads and parses a file; nil: there is nothing to look at.
func (e *Engine) load(s *seen, read func(string) ([]byte, error)) *resolve.File {
	if lockFile(s.path) {
		return nil
	}
	data, err := read(s.path)
	if err != nil {
		if !modelFile(s.path) { // the scanner of models reads those that are large
			s.unloaded = err
		}
		return nil
	}
	e.leaks(s, data)
	var tree *syntax.Tree
	if isNotebook(s.path) {
		tree = e.loadNotebook(s, data)
	} else {
		e.loadFile(s, data)
		tree = parse(s.path, data)
	}
	if tree == nil {
		return nil
	}
	for _, bad := range tree.Errors[:min(len(tree.Errors), maxBroken)] {
		line, _ := tree.Line(bad.Offset)
		if s.book != nil {
			line = s.book.Place(line, 1).Line
		}
		s.broken = append(s.broken, Broken{Path: s.path, Line: line, Reason: bad.Reason})
	}
	return resolve.New(tree, s.path).In(s.target.around)
}

// loadFile looks at what is not source code.
func (e *Engine) loadFile(s *seen, data []byte) {
	if s.again {
		return
	}
	f := &file{path: s.path, kinds: kindsOf(s.path, data), data: string(data), target: s.target, secrets: s.secrets}
	roots, err := readSettings(f.kinds, data)
	if err != nil && !slices.Contains(f.kinds, kindTemplate) {
		line := 0
		var bad *settings.Error
		if errors.As(err, &bad) {
			line = bad.Line
		}
		s.broken = append(s.broken, Broken{Path: s.path, Line: line, Reason: err.Error()})
	}
	f.roots = roots
	if e.WatchSettings != nil && len(roots) > 0 {
		s.watched = e.WatchSettings(s.path, roots)
	}
	e.watchCommands(s, f, func(line int) (int, int) { return line, 0 })
	e.configured(f)
	s.found, s.settings = f.found, len(f.found)
	e.tellKeys(s, f.kinds, nil)
}

// watchCommands shows the commands of a script to who watches them.
func (e *Engine) watchCommands(s *seen, f *file, place func(int) (int, int)) {
	if e.WatchCommands == nil || !slices.Contains(f.kinds, kindShell) {
		return
	}
	var all [][]Word
	for _, c := range f.commands() {
		words := make([]Word, 0, len(c.words))
		for _, w := range c.words {
			words = append(words, Word{w.text, w.line})
		}
		all = append(all, words)
	}
	if len(all) > 0 {
		s.started = e.WatchCommands(s.path, all, place)
	}
}

// readSettings reads a file of settings into its trees; none for other kinds.
func readSettings(kinds []string, data []byte) ([]*settings.Node, error) {
	one := func(n *settings.Node, err error) ([]*settings.Node, error) {
		if n == nil {
			return nil, err
		}
		return []*settings.Node{n}, err
	}
	switch {
	case slices.Contains(kinds, kindTemplate): // those that are YAML before they are filled in can be read
		if roots, err := settings.YAML(data); err == nil {
			return roots, nil
		}
		return nil, nil
	case slices.Contains(kinds, kindJSON):
		return one(settings.JSON(data))
	case slices.Contains(kinds, kindYAML):
		return settings.YAML(data)
	case slices.Contains(kinds, kindTOML):
		return one(settings.TOML(data))
	case slices.Contains(kinds, kindDockerfile):
		return one(settings.Dockerfile(data))
	case slices.Contains(kinds, kindTerraform):
		return one(settings.Terraform(data))
	case slices.Contains(kinds, kindEnv), slices.Contains(kinds, kindProperties):
		return one(settings.Env(data))
	}
	return nil, nil
}

const maxBroken = 3

// parse reads a file by its ending; nil: it is no source code that can be read.
func parse(name string, data []byte) *syntax.Tree {
	switch strings.ToLower(path.Ext(name)) {
	case ".py", ".pyi", ".pyw":
		return python.Parse(string(data))
	case ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx":
		return script.Parse(string(data), script.DialectOf(name))
	case ".html", ".htm":
		return parsePage(data)
	case ".vue", ".svelte", ".astro":
		return parseComponent(data)
	}
	return nil
}

// each runs a function for every number, on all cores.
func each(ctx context.Context, n int, do func(int)) {
	var wait sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), max(n, 1)) {
		wait.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := 0; i < n && ctx.Err() == nil; i++ {
		next <- i
	}
	close(next)
	wait.Wait()
}

// modules are the first parts of the names of all modules of the target.
func modules(paths []string) map[string]bool {
	own := map[string]bool{}
	for _, p := range paths {
		first, _, _ := strings.Cut(p, "/")
		own[strings.TrimSuffix(first, path.Ext(first))] = true
	}
	return own
}

// called are the functions of the target, by the hashes of their names, that a file calls.
func called(f *resolve.File, own map[string]bool, seed maphash.Seed) []uint64 {
	var all []uint64
	t := f.Tree
	note := func(name string) {
		if i := strings.IndexAny(name, "./"); i > 0 && own[name[:i]] {
			all = append(all, maphash.String(seed, name))
		}
	}
	for id := range t.Nodes {
		if t.Nodes[id].Kind != syntax.Call {
			continue
		}
		note(f.Callee(syntax.ID(id)))
		callee := t.Child(syntax.ID(id), 0)
		if t.Kind(callee) != syntax.Attribute || !flow.HandsOn(t.Name(callee)) {
			continue
		}
		for a := t.Next(callee); a != 0; a = t.Next(a) {
			if k := t.Kind(a); k == syntax.Ident || k == syntax.Attribute {
				note(f.Name(a))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// gather puts the findings in order, with the suppressions that comments ask for.
func (e *Engine) gather(files []seen) Result {
	r := Result{Files: len(files)}
	byPath := map[string]*seen{}
	for i := range files {
		byPath[files[i].path] = &files[i]
		r.Broken = append(r.Broken, files[i].broken...)
		if w := files[i].watched; w != nil {
			r.Watched = append(r.Watched, Watched{files[i].path, w})
		}
		if files[i].bytes {
			r.Leaks = append(r.Leaks, Leaks{files[i].path, files[i].secrets, files[i].cut})
		}
		if w := files[i].started; w != nil {
			r.Watched = append(r.Watched, Watched{files[i].path, w})
		}
		if err := files[i].unloaded; err != nil {
			r.Broken = append(r.Broken, Broken{Path: files[i].path, Reason: err.Error()})
		}
	}
	type at struct {
		rule   *Rule
		path   string
		line   int
		column int
	}
	known, told := map[at]bool{}, map[at]bool{}
	for i := range files {
		for _, h := range files[i].hits {
			told[at{e.flows[h.Ref].rule, h.At.Path, h.At.Line, h.At.Column}] = true
		}
	}
	for i := range files {
		found := files[i].found
	hits:
		for _, h := range files[i].hits {
			rule := e.flows[h.Ref].rule
			for s := h.At.Prev; s != nil; s = s.Prev { // a value on its way from one place that was told of to the next
				if k := (at{rule, s.Path, s.Line, s.Column}); told[k] && (s.Start != h.At.Start || s.Path != h.At.Path) {
					continue hits
				}
			}
			found = append(found, e.flowFinding(h))
		}
		for _, f := range found {
			k := at{f.Rule, f.Path, f.Line, f.Column}
			if known[k] {
				continue
			}
			known[k] = true
			if s := byPath[f.Path]; s != nil {
				if f.Cell == 0 && !f.placed {
					f.Suppressed = suppression(s.waivers, &f)
				}
				if s.book != nil && f.Cell == 0 && !f.placed {
					f.moveInto(s.book)
				}
			}
			for i := range f.Steps {
				if s := byPath[f.Steps[i].Path]; s != nil && s.book != nil {
					f.Steps[i].moveInto(s.book)
				}
			}
			r.Findings = append(r.Findings, f)
		}
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Rule.ID, b.Rule.ID))
	})
	return r
}
