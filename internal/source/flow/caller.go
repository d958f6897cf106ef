package flow

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

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
	if s.Directive != "" && directed(f, function, s.Directive) {
		return true
	}
	if len(s.Dispatch) > 0 && slices.Contains(s.Dispatch, name) && dispatches(f, function) {
		return true
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

// directed says whether a function can be called by who sees the file's directive: "use server" at its own beginning, or at the file's,
// and the function is exported.
func directed(f *resolve.File, function syntax.ID, directive string) bool {
	t := f.Tree
	if t.Language != syntax.JavaScript || !f.Holds(directive) {
		return false
	}
	if begins(t, t.Last(function), directive) {
		return true
	}
	if !begins(t, t.Root, directive) {
		return false
	}
	id := t.Parent(function)
	if t.Kind(id) == syntax.Assign {
		id = t.Parent(id)
	}
	return t.Kind(id) == syntax.Export
}

func begins(t *syntax.Tree, block syntax.ID, directive string) bool {
	first := t.Node(block).First
	if k := t.Kind(block); k != syntax.Block && k != syntax.Module || t.Kind(first) != syntax.ExprStmt {
		return false
	}
	text, ok := t.Text(t.Child(first, 0))
	return ok && text == directive
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
	return named && (slices.ContainsFunc(toolWords, f.Holds) || f.Holds("self.description") && f.Holds("agent"))
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
