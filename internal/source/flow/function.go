package flow

import (
	"slices"

	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// summaryOf hands over the summary of the named function that a node stands in.
func (p *pass) summaryOf(id syntax.ID, use func(*Summary)) {
	for s := p.f.Scope(id); s != 0; s = p.f.Scope(s) {
		if p.t.Kind(s) == syntax.Function {
			p.summaryIn(s, use)
			return
		}
	}
}

func (p *pass) summaryIn(function syntax.ID, use func(*Summary)) {
	name := functionName(p.f, function)
	if name == "" {
		return
	}
	s := p.summaries[name]
	if s == nil {
		s = &Summary{}
		for c := range p.t.Children(function) {
			if p.t.Kind(c) == syntax.Param {
				s.params = append(s.params, p.t.Name(c))
			}
		}
		s.method = p.t.Language == syntax.Python && len(s.params) > 0 && (s.params[0] == "self" || s.params[0] == "cls")
		p.summaries[name] = s
	}
	if len(s.returns) < maxOrigins && len(s.sinks) < 32 {
		use(s)
	}
}

// gives records what a function gives back.
func (p *pass) gives(at, value syntax.ID) {
	for s := p.f.Scope(at); s != 0; s = p.f.Scope(s) {
		if p.t.Kind(s) == syntax.Function {
			p.givesIn(s, value, at)
			return
		}
	}
}

func (p *pass) givesIn(function, value, at syntax.ID) {
	v := p.value(value)
	if len(v) == 0 {
		return
	}
	p.summaryIn(function, func(s *Summary) {
		for _, o := range v {
			if !slices.ContainsFunc(s.returns, func(r origin) bool { return r.param == o.param && r.label == o.label }) {
				s.returns = append(s.returns, o)
			}
		}
	})
	for _, n := range p.w.sinks.returns {
		for _, want := range p.w.spec.Sinks[n].Returns {
			if p.labelsOf(function)&want.Label != 0 {
				p.reach(n, v, at)
			}
		}
	}
}

// labelsOf is the union of the labels that a function's parameters carry.
func (p *pass) labelsOf(function syntax.ID) Labels {
	var all Labels
	for _, s := range p.whoCalls(function).by {
		all |= s.Label
	}
	return all
}

// param says what a parameter holds: whatever the caller gives, and what callers of its kind are known to give.
func (p *pass) param(id syntax.ID) {
	t := p.t
	function := t.Parent(id)
	if t.Kind(function) != syntax.Function {
		return
	}
	who := p.whoCalls(function)
	index, total := slices.Index(who.params, id)+1, len(who.params)
	name := t.Name(id)
	if name == "self" || name == "cls" || index == 0 {
		return
	}
	typed := Cleaned(0)
	if p.narrow(id) {
		typed = p.w.spec.Typed
	}
	v := []origin{{param: index, cleaned: typed, step: p.at(id, "parameter "+name, nil)}}
	for _, s := range who.by {
		if s.First && index != 1 || s.Last && index != total || p.excepted(id, s.Except) {
			continue
		}
		v = append(v, origin{label: s.Label, cleaned: typed, step: p.at(id, s.What, nil)})
		p.tainted = true
	}
	v = union(v, p.iterated(function, index))
	block := syntax.ID(0)
	if name != "" {
		p.define(function, name, definition{block: block, value: v})
		return
	}
	p.patternParam(function, t.Node(id).First, v)
}

// called is what is known of who calls a function.
type called struct {
	function syntax.ID
	params   []syntax.ID
	by       []*ParamSource
}

func (p *pass) whoCalls(function syntax.ID) *called {
	if p.latest.function == function {
		return &p.latest
	}
	p.latest = called{function: function}
	for c := range p.t.Children(function) {
		if p.t.Kind(c) == syntax.Param {
			p.latest.params = append(p.latest.params, c)
		}
	}
	for i := range p.w.spec.Params {
		if s := &p.w.spec.Params[i]; p.isCalledBy(function, s) {
			p.latest.by = append(p.latest.by, s)
		}
	}
	return &p.latest
}

// patternParam gives each name of a pattern the value.
func (p *pass) patternParam(function, pattern syntax.ID, v []origin) {
	p.eachTarget(pattern, func(id syntax.ID) {
		if p.t.Kind(id) == syntax.Ident {
			p.define(function, p.t.Name(id), definition{value: p.step(v, id, p.t.Name(id))})
		}
	})
}

// iterated is what a callback gets from the value whose method it is given to: items.map(x => …), promise.then(x => …).
func (p *pass) iterated(function syntax.ID, index int) []origin {
	t := p.t
	call := t.Parent(function)
	if t.Kind(call) != syntax.Call {
		return nil
	}
	callee := t.Child(call, 0)
	if callee == function || t.Kind(callee) != syntax.Attribute {
		return nil
	}
	switch t.Name(callee) {
	case "map", "forEach", "filter", "flatMap", "find", "some", "every", "then", "replace":
		if index == 1 {
			return p.value(t.Child(callee, 0))
		}
	case "reduce":
		return p.value(t.Child(callee, 0))
	}
	return nil
}

func (p *pass) isCalledBy(function syntax.ID, s *ParamSource) bool { return s.Calls(p.f, function) }

// Calls says whether a function is of the kind that the source tells of.
func (s *ParamSource) Calls(f *resolve.File, function syntax.ID) bool {
	t := f.Tree
	for c := range t.Children(function) {
		if t.Kind(c) == syntax.Decorator && resolve.MatchesAny(s.Decorators, f.Name(t.Child(c, 0))) {
			return true
		}
	}
	name := t.Name(function)
	if len(s.Methods) > 0 && slices.Contains(s.Methods, name) {
		if len(s.Bases) == 0 {
			return t.Kind(f.Scope(function)) == syntax.Module && t.Language != syntax.Python
		}
		if class := f.Scope(function); class != 0 && t.Kind(class) == syntax.Class {
			for c := range t.Children(class) {
				if t.Kind(c) != syntax.Block && t.Kind(c) != syntax.Decorator && resolve.MatchesAny(s.Bases, f.Name(c)) {
					return true
				}
			}
		}
	}
	if len(s.Named) > 0 && name != "" {
		for _, call := range f.HandedTo(function) {
			if resolve.MatchesAny(s.Named, call) {
				return true
			}
		}
	}
	if len(s.Callbacks) == 0 {
		return false
	}
	if len(s.Keys) > 0 {
		pair := t.Parent(function)
		if t.Kind(pair) != syntax.Pair {
			return false
		}
		key, ok := t.Text(t.Child(pair, 0))
		if !ok || !slices.Contains(s.Keys, key) {
			return false
		}
		call := t.Parent(t.Parent(pair))
		return t.Kind(call) == syntax.Call && resolve.MatchesAny(s.Callbacks, f.Name(t.Child(call, 0)))
	}
	if call := t.Parent(function); t.Kind(call) == syntax.Call && t.Child(call, 0) != function {
		return resolve.MatchesAny(s.Callbacks, f.Name(t.Child(call, 0)))
	}
	return false
}

// excepted says whether a parameter's name or annotation is on a list: contexts and sessions that a framework hands in.
func (p *pass) excepted(param syntax.ID, except []string) bool {
	t := p.t
	if slices.Contains(except, t.Name(param)) {
		return true
	}
	for c := range t.Children(param) {
		switch {
		case t.Kind(c) == syntax.Annotation && t.Node(c).First != 0:
			if resolve.MatchesAny(except, p.f.Name(t.Child(c, 0))) {
				return true
			}
		case t.Kind(c) == syntax.Call: // a default that the framework fills in: Depends(…)
			if resolve.MatchesAny(except, p.f.Name(c)) {
				return true
			}
		}
	}
	return false
}

// narrow says whether an annotation lets through numbers, truth values and fixed words only.
func (p *pass) narrow(param syntax.ID) bool {
	t := p.t
	for c := range t.Children(param) {
		if t.Kind(c) != syntax.Annotation {
			continue
		}
		kind := t.Child(c, 0)
		if kind == 0 {
			switch t.Code(c) {
			case ": number", ": boolean", "number", "boolean":
				return true
			}
			return false
		}
		if t.Kind(kind) == syntax.Index {
			kind = t.Child(kind, 0)
		}
		switch lastOf(p.f.Name(kind)) {
		case "int", "float", "bool", "Literal", "UUID", "datetime", "date", "Decimal":
			return true
		}
	}
	return false
}
