package flow

import (
	"slices"
	"strings"

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
		s = &Summary{of: function, path: p.f.Path, params: p.parameters(function)}
		s.method = p.t.Language == syntax.Python && len(s.params) > 0 && (s.params[0].name == "self" || s.params[0].name == "cls")
		p.summaries[name] = s
	}
	if s.of == function { // of several that have the name, the first one
		use(s)
	}
}

// parameters are those of a function.
func (p *pass) parameters(function syntax.ID) []parameter {
	var all []parameter
	for c := range p.t.Children(function) {
		if p.t.Kind(c) == syntax.Param {
			all = append(all, parameter{name: strings.Clone(p.t.Name(c)), position: len(all)}) // the summary outlives the source
		}
	}
	return all
}

// maxReturns bounds what is remembered of what a function gives back.
const maxReturns = 2 * maxOrigins

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
	if p.t.Kind(p.t.Parent(function)) == syntax.Call {
		p.returned[function] = union(p.returned[function], v)
	}
	p.summaryIn(function, func(s *Summary) {
		for _, o := range v {
			i := slices.IndexFunc(s.returns, func(r origin) bool {
				return r.param == o.param && r.label == o.label && r.take == o.take && r.at == o.at
			})
			switch {
			case i >= 0: // the less careful way counts
				s.returns[i].cleaned &= o.cleaned
				s.returns[i].but = shared(s.returns[i].but, o.but)
			case len(s.returns) < maxReturns:
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
	index, total := slices.Index(who.params, id)+1, who.total
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
		if s.First && index != 1 || s.Last && index != total || p.excepted(id, s.Except) || s.Leading && !p.leads(who.params[:index-1], s.Except) || s.When != nil && len(s.Names) == 0 && !s.When(p.f, id) {
			continue
		}
		v = append(v, p.entering(s, id, typed)...)
	}
	if p.w.marked != nil {
		for c := range t.Children(id) {
			if t.Kind(c) != syntax.Decorator {
				continue
			}
			for _, s := range p.w.marked {
				if resolve.MatchesAny(s.Marks, p.f.Name(t.Child(c, 0))) {
					v = append(v, p.entering(s, id, typed)...)
				}
			}
		}
	}
	for _, s := range p.w.named[name] {
		if s.When != nil && !s.When(p.f, id) {
			continue
		}
		v = append(v, origin{label: s.Label, cleaned: typed, step: p.at(id, s.What, nil)})
		p.tainted = true
	}
	v = union(v, p.iterated(function, index))
	block := syntax.ID(0)
	if name != "" {
		p.define(function, id, definition{block: block, value: v})
		return
	}
	p.patternParam(function, t.Node(id).First, v)
}

// entering is what a caller from outside gives a parameter.
func (p *pass) entering(s *ParamSource, id syntax.ID, typed Cleaned) []origin {
	p.tainted = true
	if p.t.Language == syntax.Python && p.ownKind(id) && p.limitsRoles() {
		typed |= p.w.spec.Message
	}
	o := origin{label: s.Label, cleaned: typed, step: p.at(id, s.What, nil)}
	if len(s.Parts) == 0 {
		return []origin{o}
	}
	var v []origin
	for _, key := range s.Parts {
		o.at = key
		v = append(v, o)
	}
	return v
}

// leads says whether all the parameters before one are excepted.
func (p *pass) leads(before []syntax.ID, except []string) bool {
	if p.t.Language == syntax.Python {
		return true
	}
	for _, id := range before {
		if !p.excepted(id, except) {
			return false
		}
	}
	return true
}

// called is what is known of who calls a function.
type called struct {
	function syntax.ID
	params   []syntax.ID
	total    int
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
	p.latest.total = len(p.latest.params)
	for i := range p.w.spec.Params {
		if s := &p.w.spec.Params[i]; p.isCalledBy(function, s) {
			p.latest.by = append(p.latest.by, s)
		}
	}
	return &p.latest
}

// patternParam gives each name of a pattern its part of the value.
func (p *pass) patternParam(function, pattern syntax.ID, v []origin) {
	p.eachTarget(pattern, func(id syntax.ID, path string) {
		if p.t.Kind(id) != syntax.Ident {
			return
		}
		name, own := p.t.Name(id), slices.Clone(part(v, path))
		if key := lastOf(path); p.w.named[key] != nil {
			name = key
		}
		for _, s := range p.w.named[name] {
			if s.When != nil && !s.When(p.f, id) {
				continue
			}
			own = append(own, origin{label: s.Label, step: p.at(id, s.What, nil)})
			p.tainted = true
		}
		p.define(function, id, definition{value: p.step(own, id, p.t.Name(id))})
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
	case "map", "forEach", "filter", "flatMap", "find", "findLast", "some", "every":
		if index == 1 {
			return part(p.value(t.Child(callee, 0)), item)
		}
	case "then", "replace":
		if index == 1 {
			return p.value(t.Child(callee, 0))
		}
	case "reduce":
		return part(p.value(t.Child(callee, 0)), item)
	}
	return nil
}

// agentTools are names of tools that a program tells apart which does what a model names, and hardly any other; alsoTools are names that
// other programs have for their commands, too.
var (
	agentTools = []string{"web_search", "search_web", "webSearch", "browse_website", "read_file", "readFile", "write_file", "writeFile", "write_to_file", "append_to_file", "list_files", "execute_python", "execute_python_code", "execute_python_file", "run_python", "execute_shell", "run_shell", "execute_code", "run_code",
		"memorize_thoughts", "task_complete", "do_nothing", "ask_user", "talk_to_user", "final_answer", "get_weather", "send_email", "fetch_url", "google_search"}
	alsoTools = []string{"google", "search", "browse", "browser", "delete_file", "python", "shell", "bash", "calculator", "calculate", "memorize", "remember", "recall", "finish", "done", "scrape", "wikipedia", "think", "get_time"}
)

// minTools is how many of them it has to tell apart.
const minTools = 2

// dispatches says whether a function tells tools of an agent apart by their names, which it is given.
func dispatches(f *resolve.File, function syntax.ID) bool {
	t := f.Tree
	first := function
	for t.Node(first).First != 0 {
		first = t.Node(first).First
	}
	seen, sure := map[string]bool{}, false
	for id := first; id < function; id++ {
		if t.Kind(id) != syntax.Str {
			continue
		}
		switch t.Kind(t.Parent(id)) {
		case syntax.Compare, syntax.Case, syntax.Pair, syntax.List, syntax.Tuple, syntax.Set:
		default:
			continue
		}
		text, _ := t.Text(id)
		if slices.Contains(agentTools, text) {
			seen[text], sure = true, true
		} else if slices.Contains(alsoTools, text) {
			seen[text] = true
		}
		if sure && len(seen) >= minTools {
			return true
		}
	}
	return false
}
