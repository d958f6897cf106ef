package flow

import (
	"cmp"
	"slices"

	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Summaries say of functions, by their dotted names, what they do with their parameters.
type Summaries map[string]*Summary

// Summary is what is known of one function.
type Summary struct {
	params  []string
	method  bool // the first parameter is the object itself
	returns []origin
	sinks   []paramSink
}

type paramSink struct {
	param   int // from 1
	labels  Labels
	cleaned Cleaned // what makes the value harmless there
	done    Cleaned // what was done to it on the way
	ref     int
	step    *Step
}

// empty says whether nobody can learn anything from it.
func (s *Summary) empty() bool { return len(s.returns) == 0 && len(s.sinks) == 0 }

// Follower follows values by one Spec. It may be used by several goroutines, each with files of its own.
type Follower struct {
	spec  *Spec
	sinks sinkTables
}

type sinkTables struct {
	calls   resolve.Table[int]
	assigns map[string][]int
	attrs   map[string][]int
	childs  map[string][]int
	pairs   map[string][]int
	index   resolve.Table[int]
	returns []int
}

// New prepares a Spec, which must not change afterwards.
func New(spec *Spec) *Follower {
	w := &Follower{spec: spec, sinks: sinkTables{assigns: map[string][]int{}, attrs: map[string][]int{}, childs: map[string][]int{}, pairs: map[string][]int{}}}
	for i, s := range spec.Sinks {
		for _, p := range s.Call {
			w.sinks.calls.Add(p, i)
		}
		for _, n := range s.Assign {
			w.sinks.assigns[n] = append(w.sinks.assigns[n], i)
		}
		for _, n := range s.Attr {
			w.sinks.attrs[n] = append(w.sinks.attrs[n], i)
		}
		for _, n := range s.Child {
			w.sinks.childs[n] = append(w.sinks.childs[n], i)
		}
		if s.Pair != "" {
			w.sinks.pairs[s.Pair] = append(w.sinks.pairs[s.Pair], i)
		}
		for _, p := range s.Index {
			w.sinks.index.Add(p, i)
		}
		if len(s.Returns) > 0 {
			w.sinks.returns = append(w.sinks.returns, i)
		}
	}
	return w
}

// Follow gives what reaches sinks in one file, with what the summaries say of the functions that it calls. Hits are in order of their
// sinks; a value that reaches a sink in several ways is one hit.
func (w *Follower) Follow(f *resolve.File, known Summaries) []Hit {
	p := newPass(w, f, known)
	p.run()
	return ordered(p.hits)
}

func ordered(hits []Hit) []Hit {
	slices.SortStableFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.At.Path, b.At.Path), cmp.Compare(a.At.Start, b.At.Start), cmp.Compare(a.Ref, b.Ref))
	})
	return hits
}

// Steps are the places of a path from the source to the sink.
func (h Hit) Steps() []*Step {
	var all []*Step
	for s := h.At; s != nil && len(all) < maxPath; s = s.Prev {
		if n := len(all); n > 0 && all[n-1].Path == s.Path && all[n-1].Start == s.Start && all[n-1].End == s.End {
			continue
		}
		all = append(all, s)
	}
	slices.Reverse(all)
	return all
}

// functionName is the dotted name under which a function is called from elsewhere.
func functionName(f *resolve.File, id syntax.ID) string {
	t := f.Tree
	name := t.Name(id)
	if name == "" { // const run = async () => …
		parent := t.Parent(id)
		switch t.Kind(parent) {
		case syntax.Assign:
			if target := t.Child(parent, 0); t.Kind(target) == syntax.Ident {
				name = t.Name(target)
			}
		case syntax.Pair:
			name, _ = t.Text(t.Child(parent, 0))
		}
		if name == "" {
			return ""
		}
	}
	if c := f.Scope(id); c != 0 && t.Kind(c) == syntax.Class {
		name = t.Name(c) + "." + name
	}
	return f.Module + "." + name
}

// Alone gives what one file says of its functions, and what reaches sinks in it when nothing is known of other files; functions of
// the same file are known.
func (w *Follower) Alone(f *resolve.File) (Summaries, []Hit) {
	p := newPass(w, f, nil)
	p.run()
	for name, s := range p.summaries {
		if s.empty() {
			delete(p.summaries, name)
		}
	}
	if len(p.summaries) == 0 || !p.tainted {
		return p.summaries, ordered(p.hits)
	}
	again := newPass(w, f, p.summaries)
	again.run()
	return p.summaries, ordered(again.hits)
}
