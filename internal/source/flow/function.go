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

// maxParameters bounds how many parts of patterns count as parameters of their own.
const maxParameters = 64

// parameters are those of a function, and after them the keys of objects that its patterns take apart.
func (p *pass) parameters(function syntax.ID) []parameter {
	t := p.t
	var all, keys []parameter
	for c := range t.Children(function) {
		if t.Kind(c) != syntax.Param {
			continue
		}
		at := len(all)
		all = append(all, parameter{name: t.Name(c), position: at})
		if t.Name(c) != "" || t.Kind(t.Node(c).First) != syntax.Dict {
			continue
		}
		for pair := range t.Children(t.Node(c).First) {
			key := p.key(pair)
			if key == "" {
				continue
			}
			p.eachTarget(t.Last(pair), func(id syntax.ID) {
				if len(keys) < maxParameters && t.Kind(id) == syntax.Ident {
					keys = append(keys, parameter{position: at, key: key, ident: id})
				}
			})
		}
	}
	return append(all, keys...)
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
	if p.t.Kind(p.t.Parent(function)) == syntax.Call {
		p.returned[function] = union(p.returned[function], v)
	}
	p.summaryIn(function, func(s *Summary) {
		for _, o := range v {
			if len(s.returns) < maxOrigins && !slices.ContainsFunc(s.returns, func(r origin) bool { return r.param == o.param && r.label == o.label }) {
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
		if s.First && index != 1 || s.Last && index != total || p.excepted(id, s.Except) {
			continue
		}
		v = append(v, origin{label: s.Label, cleaned: typed, step: p.at(id, s.What, nil)})
		p.tainted = true
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
		p.define(function, name, definition{block: block, value: v})
		return
	}
	p.patternParam(function, t.Node(id).First, v, who)
}

// called is what is known of who calls a function.
type called struct {
	function syntax.ID
	params   []syntax.ID
	total    int         // of them without the keys of patterns
	keys     []parameter // parameters, with the keys of patterns
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
	if p.t.Language != syntax.Python {
		p.latest.keys = p.parameters(function)
	}
	for i := range p.w.spec.Params {
		if s := &p.w.spec.Params[i]; p.isCalledBy(function, s) {
			p.latest.by = append(p.latest.by, s)
		}
	}
	return &p.latest
}

// patternParam gives each name of a pattern the value: of a key of an object, what is given under that key.
func (p *pass) patternParam(function, pattern syntax.ID, v []origin, who *called) {
	p.eachTarget(pattern, func(id syntax.ID) {
		if p.t.Kind(id) != syntax.Ident {
			return
		}
		name, own := p.t.Name(id), v
		if i := slices.IndexFunc(who.keys, func(k parameter) bool { return k.ident == id }); i >= 0 {
			own = slices.Clone(v)
			for j := range own {
				if own[j].param > 0 && own[j].label == 0 {
					own[j].param = i + 1
				}
			}
			if key := who.keys[i].key; p.w.named[key] != nil {
				name = key
			}
		}
		for _, s := range p.w.named[name] {
			if s.When != nil && !s.When(p.f, id) {
				continue
			}
			own = append(own[:len(own):len(own)], origin{label: s.Label, step: p.at(id, s.What, nil)})
			p.tainted = true
		}
		p.define(function, p.t.Name(id), definition{value: p.step(own, id, p.t.Name(id))})
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
	case "map", "forEach", "filter", "flatMap", "find", "findLast", "some", "every", "then", "replace":
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
		if len(s.Classes) > 0 {
			class := f.Scope(function)
			return class != 0 && t.Kind(class) == syntax.Class && toolClass(f, class, s.Classes)
		}
		if len(s.Bases) == 0 {
			return t.Kind(f.Scope(function)) == syntax.Module && t.Language != syntax.Python
		}
		if class := f.Scope(function); class != 0 && t.Kind(class) == syntax.Class && f.Extends(class, s.Bases) {
			return true
		}
	}
	if s.Described && name != "" && f.Describes(name) {
		return true
	}
	if len(s.With) > 0 && keyedFunction(f, function, s.Keys, s.With) {
		return true
	}
	if len(s.Chains) > 0 && chained(f, function, s.Chains) {
		return true
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

// toolWords are what a file speaks of whose classes of that name are tools of a model, and not of a drawing or of a build.
var toolWords = []string{"ToolContext", "ToolResult", "ToolResponse", "inputSchema", "input_schema", "args_schema", "argsSchema", "llm", "LLM", "mcp", "MCP", "function_call", "functionCall", "openai", "OpenAI", "anthropic"}

// toolClass says whether a class is one of a model's tools by its own name, or by what the class is called that it is made from.
func toolClass(f *resolve.File, class syntax.ID, names []string) bool {
	t := f.Tree
	named := resolve.MatchesAny(names, t.Name(class))
	for c := range t.Children(class) {
		if named || t.Kind(c) == syntax.Block {
			break
		}
		if t.Kind(c) == syntax.Ident || t.Kind(c) == syntax.Attribute {
			named = resolve.MatchesAny(names, t.Name(c))
		}
	}
	return named && slices.ContainsFunc(toolWords, func(w string) bool { return strings.Contains(t.Source, w) })
}

// keyedFunction says whether a function is the value of one of some keys of an object that also has others: { name, description, handler }.
// Of `a|b`, one is enough.
func keyedFunction(f *resolve.File, function syntax.ID, keys, with []string) bool {
	t := f.Tree
	pair := t.Parent(function)
	if t.Kind(pair) != syntax.Pair || t.Kind(t.Parent(pair)) != syntax.Dict {
		return false
	}
	key, ok := t.Text(t.Child(pair, 0))
	if !ok || !slices.Contains(keys, key) {
		return false
	}
	for _, wanted := range with {
		found := false
		for one := range strings.SplitSeq(wanted, "|") {
			if v, _ := f.Property(t.Parent(pair), one); v != 0 {
				found = true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// chained says whether a function is a step of a chain but the first: in a list or an object that a call of one of some names is given.
func chained(f *resolve.File, function syntax.ID, chains []string) bool {
	t := f.Tree
	for id, steps := function, 0; steps < 6; steps++ {
		parent := t.Parent(id)
		switch t.Kind(parent) {
		case syntax.Pair, syntax.Dict:
		case syntax.List:
			if t.Node(parent).First == id {
				return false // what the chain is given from outside
			}
		case syntax.Call:
			return t.Child(parent, 0) != id && resolve.MatchesAny(chains, f.Callee(parent))
		default:
			return false
		}
		id = parent
	}
	return false
}

// excepted says whether a parameter's name or annotation is on a list: contexts and sessions that a framework hands in.
func (p *pass) excepted(param syntax.ID, except []string) bool {
	t := p.t
	if slices.Contains(except, t.Name(param)) && !p.isBody(param) {
		return true
	}
	for c := range t.Children(param) {
		switch {
		case t.Kind(c) == syntax.Annotation && p.isBody(param):
			return false
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

// isBody says whether a parameter that is called like a framework's request is of a type of the target's own: what the request carries.
func (p *pass) isBody(param syntax.ID) bool {
	t := p.t
	if name := t.Name(param); name != "request" && name != "req" || t.Language != syntax.Python {
		return false
	}
	for c := range t.Children(param) {
		if t.Kind(c) == syntax.Annotation && t.Node(c).First != 0 {
			name := p.f.Name(t.Child(c, 0))
			last := lastOf(name)
			switch last {
			case "HttpRequest", "WSGIRequest", "ASGIRequest", "HTTPRequest", "StarletteRequest", "FastAPIRequest", "Request":
				return strings.HasPrefix(name, p.f.Module+".")
			}
			return strings.HasPrefix(name, p.f.Module+".") || strings.HasSuffix(last, "Request") || strings.HasSuffix(last, "Body") || strings.HasSuffix(last, "Query") || strings.HasSuffix(last, "Input")
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
