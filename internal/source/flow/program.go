package flow

import (
	"cmp"
	"maps"
	"slices"

	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Summaries say of functions, by their dotted names, what they do with their parameters.
type Summaries map[string]*Summary

// Summary is what is known of one function.
type Summary struct {
	params  []parameter
	method  bool // the first parameter is the object itself
	of      syntax.ID
	returns []origin
	sinks   []paramSink
	calls   []paramCall
	fields  []paramField
	path    string
}

// paramField is a field of the object itself that a parameter goes into. It is known in the same file only.
type paramField struct {
	field variable
	from  origin
}

// parameter is what a caller gives.
type parameter struct {
	name     string
	position int
}

// paramCall is a call of another function that a parameter is given to: what that one does with it, this one does.
type paramCall struct {
	given    origin // with the place of the call
	callee   string
	name     string // of a keyword argument
	position int
}

// takes says whether what a call gives is that parameter.
func (c *paramCall) takes(p parameter, method bool) bool {
	position := c.position
	if method {
		position++
	}
	if c.name != "" {
		return p.name == c.name
	}
	return p.position == position
}

type paramSink struct {
	param   int    // from 1
	take    string // which part of it
	labels  Labels
	cleaned Cleaned // what makes the value harmless there
	done    Cleaned // what was done to it on the way
	ref     int
	step    *Step
	deep    int // how many functions it goes through before it is there
}

// empty says whether nobody can learn anything from it.
func (s *Summary) empty() bool {
	return len(s.returns) == 0 && len(s.sinks) == 0 && len(s.calls) == 0 && len(s.fields) == 0
}

// maxSinks bounds what is remembered of where the parameters of one function go.
const maxSinks = 32

// Close says of functions also what those do that they hand their parameters to, some calls deep.
func (all Summaries) Close() {
	names := slices.Sorted(maps.Keys(all))
	for range maxDeep {
		more := false
		for _, name := range names {
			s := all[name]
			for i := range s.calls {
				c := &s.calls[i]
				if other := all[c.callee]; other != nil && other != s {
					more = s.inherit(c, other) || more
				}
			}
		}
		if !more {
			break
		}
	}
	for name, s := range all {
		s.calls, s.fields = nil, nil
		if s.empty() {
			delete(all, name)
		}
	}
}

// maxDeep is how many calls deep a parameter is followed across files, each round at least one.
const maxDeep = 3

func (s *Summary) inherit(c *paramCall, other *Summary) bool {
	more := false
	for _, sink := range other.sinks {
		if sink.deep >= maxDeep || len(s.sinks) >= maxSinks || sink.param > len(other.params) || !c.takes(other.params[sink.param-1], other.method) {
			continue
		}
		for _, o := range part([]origin{c.given}, sink.take) {
			if o.cleaned&sink.cleaned != 0 {
				continue
			}
			sink.param, sink.take, sink.done, sink.deep = o.param, o.take, sink.done|o.cleaned, sink.deep+1
			sink.step = link(sink.step, o.step)
			more = s.adds(sink) || more
		}
	}
	return more
}

// adds remembers where a parameter goes, once.
func (s *Summary) adds(sink paramSink) bool {
	for i := range s.sinks {
		old := &s.sinks[i]
		if old.param == sink.param && old.take == sink.take && old.ref == sink.ref && old.step.Start == sink.step.Start && old.step.Path == sink.step.Path {
			return false
		}
	}
	if len(s.sinks) < maxSinks {
		s.sinks = append(s.sinks, sink)
		return true
	}
	return false
}

// Follower follows values by one Spec. It may be used by several goroutines, each with files of its own.
type Follower struct {
	spec   *Spec
	sinks  sinkTables
	named  map[string][]*ParamSource // by the names of parameters
	marked []*ParamSource
}

type sinkTables struct {
	calls   resolve.Table[int]
	assigns map[string][]int
	vars    map[string][]int
	attrs   map[string][]int
	childs  map[string][]int
	pairs   map[string][]int
	index   resolve.Table[int]
	returns []int
}

// New prepares a Spec, which must not change afterwards.
func New(spec *Spec) *Follower {
	w := &Follower{spec: spec, sinks: sinkTables{assigns: map[string][]int{}, vars: map[string][]int{}, attrs: map[string][]int{}, childs: map[string][]int{}, pairs: map[string][]int{}}, named: map[string][]*ParamSource{}}
	for i := range spec.Params {
		if len(spec.Params[i].Marks) > 0 {
			w.marked = append(w.marked, &spec.Params[i])
		}
		for _, n := range spec.Params[i].Names {
			w.named[n] = append(w.named[n], &spec.Params[i])
		}
	}
	for i, s := range spec.Sinks {
		for _, p := range s.Call {
			w.sinks.calls.Add(p, i)
		}
		for _, n := range s.Assign {
			w.sinks.assigns[n] = append(w.sinks.assigns[n], i)
		}
		for _, n := range s.Variable {
			w.sinks.vars[n] = append(w.sinks.vars[n], i)
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
		case syntax.Call: // const Message = memo(({ text }) => …)
			if target := t.Child(t.Parent(parent), 0); t.Kind(t.Parent(parent)) == syntax.Assign && t.Kind(target) == syntax.Ident {
				switch calledName(t, t.Child(parent, 0)) {
				case "memo", "forwardRef", "observer", "useCallback", "cache":
					name = t.Name(target)
				}
			}
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
	return p.summaries, ordered(p.hits)
}
