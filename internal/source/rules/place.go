package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// condition is a Condition with its expressions ready.
type condition struct {
	*Condition
	matches, code, text, path *pattern.Pattern
	any, all                  []*condition
	not                       *condition
}

func compile(all []Condition) []*condition {
	out := make([]*condition, len(all))
	for i := range all {
		c := &condition{Condition: &all[i], any: compile(all[i].Any), all: compile(all[i].All)}
		for _, p := range []struct {
			text string
			to   **pattern.Pattern
		}{{c.Matches, &c.matches}, {c.Code, &c.code}, {c.Text, &c.text}, {c.Path, &c.path}} {
			if p.text != "" {
				*p.to = pattern.New(p.text)
			}
		}
		if c.Not != nil {
			c.not = compile([]Condition{*c.Not})[0]
		}
		out[i] = c
	}
	return out
}

// place is a node that conditions are asked of.
type place struct {
	f      *resolve.File
	id     syntax.ID // the whole: a call, an assignment, a pair
	value  syntax.ID // what conditions without an argument are about
	engine *Engine
	whole  *target // nil: facts of the target are not known here
}

func (p *place) all(conditions []*condition) bool {
	for _, c := range conditions {
		if !p.holds(c) {
			return false
		}
	}
	return true
}

func (p *place) any(conditions []*condition) bool {
	return slices.ContainsFunc(conditions, p.holds)
}

// holds says whether all that a condition says is so.
func (p *place) holds(c *condition) bool {
	if len(c.any) > 0 && !p.any(c.any) || len(c.all) > 0 && !p.all(c.all) || c.not != nil && p.holds(c.not) {
		return false
	}
	if !p.around(c) {
		return false
	}
	value, open := p.value, false
	if c.Argument != "" {
		value, open = p.argument(c.Argument)
	}
	if c.Missing {
		return value == 0 && !open
	}
	if c.Given && value == 0 {
		return false
	}
	if !c.asksValue() {
		return true
	}
	return value != 0 && p.valueHolds(c, value)
}

func (c *condition) asksValue() bool {
	return len(c.Equals) > 0 || c.matches != nil || c.code != nil || c.Constant != nil || c.Built || len(c.Name) > 0 || len(c.Kind) > 0 || len(c.Has) > 0 || len(c.Calls) > 0
}

// argument finds the part of the place that a condition names: of a call its argument, of a dictionary the value of a key.
func (p *place) argument(which string) (syntax.ID, bool) {
	name, position := which, -1
	if before, after, ok := strings.Cut(which, "|"); ok {
		if name, position = before, number(after); position < 0 {
			name, position = after, number(before)
		}
	} else if n := number(which); n >= 0 {
		name, position = "", n
	}
	t := p.f.Tree
	switch t.Kind(p.id) {
	case syntax.Call:
		return p.f.Argument(p.id, name, position)
	case syntax.Dict:
		return p.f.Property(p.id, name)
	case syntax.Pair:
		return p.f.Property(t.Parent(p.id), name)
	case syntax.Keyword:
		return p.f.Argument(t.Parent(p.id), name, position)
	case syntax.Element, syntax.Attr:
		element := p.id
		if t.Kind(element) == syntax.Attr {
			element = t.Parent(element)
		}
		for c := range t.Children(element) {
			if t.Kind(c) == syntax.Attr && t.Name(c) == name {
				return t.Child(c, 0), false
			}
		}
	}
	return 0, false
}

func number(s string) int {
	if len(s) != 1 || s[0] < '0' || s[0] > '9' {
		return -1
	}
	return int(s[0] - '0')
}

// around asks for what a place stands in.
func (p *place) around(c *condition) bool {
	switch {
	case c.path != nil && !c.path.MatchString(p.f.Path),
		c.text != nil && !p.f.Says(c.text),
		c.Project != "" && !p.whole.has(c.Project),
		len(c.Imports) > 0 && !p.imports(c.Imports),
		len(c.Inside) > 0 && !slices.ContainsFunc(c.Inside, p.inside),
		len(c.Function) > 0 && !p.calls(c.Function, p.function()):
		return false
	}
	return true
}

func (p *place) valueHolds(c *condition, id syntax.ID) bool {
	t := p.f.Tree
	if len(c.Equals) > 0 || c.matches != nil || c.Constant != nil || c.Built {
		v, known := p.f.Constant(id)
		switch {
		case len(c.Equals) > 0 && (!known || v.Partial || !slices.ContainsFunc(c.Equals, func(want string) bool { return sameConstant(want, v) })),
			c.matches != nil && (!known || !c.matches.MatchString(v.Text)),
			c.Constant != nil && *c.Constant != (known && !v.Partial),
			c.Built && !(known && v.Partial && v.Env == "" || isBuilt(t, p.f.Literal(id))):
			return false
		}
	}
	if c.code != nil && !c.code.MatchString(t.Code(id)) {
		return false
	}
	if len(c.Name) > 0 && !resolve.MatchesAny(c.Name, p.f.Name(id)) {
		return false
	}
	if len(c.Kind) > 0 && !slices.Contains(c.Kind, kindName(t.Kind(p.literal(id)))) {
		return false
	}
	if len(c.Has) > 0 {
		d := p.literal(id)
		if d == 0 || !slices.ContainsFunc(c.Has, func(key string) bool { v, _ := p.f.Property(d, key); return v != 0 }) {
			return false
		}
	}
	return len(c.Calls) == 0 || p.calls(c.Calls, id)
}

func (p *place) literal(id syntax.ID) syntax.ID {
	if l := p.f.Literal(id); l != 0 {
		return l
	}
	return id
}

// isBuilt says whether a string is put together while the program runs.
func isBuilt(t *syntax.Tree, id syntax.ID) bool {
	if id == 0 {
		return false
	}
	switch t.Kind(id) {
	case syntax.Format, syntax.Strings:
		_, fixed := t.Text(id)
		return !fixed
	case syntax.Binary:
		op := t.Name(id)
		return op == "+" || op == "%"
	case syntax.Call:
		callee := t.Child(id, 0)
		return t.Kind(callee) == syntax.Attribute && (t.Name(callee) == "format" || t.Name(callee) == "join" || t.Name(callee) == "replace")
	}
	return false
}

// sameConstant compares with a constant as rules write it: truth values and nothing in either language's spelling.
func sameConstant(want string, v resolve.Constant) bool {
	if v.String {
		return want == v.Text
	}
	switch want {
	case "true", "True":
		return v.Text == "True" || v.Text == "true"
	case "false", "False":
		return v.Text == "False" || v.Text == "false"
	case "null", "None":
		return v.Text == "None" || v.Text == "null" || v.Text == "undefined"
	}
	return want == v.Text
}

func kindName(k syntax.Kind) string {
	switch k {
	case syntax.Str, syntax.Strings, syntax.Format:
		return "string"
	case syntax.Number:
		return "number"
	case syntax.Const:
		return "constant"
	case syntax.Dict:
		return "dict"
	case syntax.List, syntax.Tuple, syntax.Set:
		return "list"
	case syntax.Call:
		return "call"
	case syntax.Function:
		return "function"
	case syntax.Ident, syntax.Attribute, syntax.Index:
		return "name"
	}
	return ""
}

// imports says whether the file imports any of these names, or something below one.
func (p *place) imports(names Names) bool {
	for _, have := range p.f.Imports() {
		for _, n := range names {
			if rest, below := strings.CutPrefix(have, n); below && rest != "" && (rest[0] == '.' || rest[0] == '/') || resolve.Matches(n, have) {
				return true
			}
		}
	}
	return false
}

// function is the innermost function that the place stands in, or the module.
func (p *place) function() syntax.ID {
	for s := p.f.Scope(p.id); s != 0; s = p.f.Scope(s) {
		if p.f.Tree.Kind(s) != syntax.Class {
			return s
		}
	}
	return p.f.Tree.Root
}

// anyModel stands for the calls of the label `model` among names of calls.
const anyModel = "label:model"

// calls says whether a call of any of these names stands inside a node.
func (p *place) calls(names Names, inside syntax.ID) bool {
	t := p.f.Tree
	from := firstInside(t, inside)
	for id := from; id <= inside; id++ {
		if t.Kind(id) == syntax.Call && (resolve.MatchesAny(names, p.f.Callee(id)) || slices.Contains(names, anyModel) && p.engine.asksModel(p.f.Callee(id))) {
			return true
		}
	}
	return false
}

// firstInside is the lowest ID inside a node: children are made before their parents and one after the other.
func firstInside(t *syntax.Tree, id syntax.ID) syntax.ID {
	for first := t.Node(id).First; first != 0; first = t.Node(id).First {
		id = first
	}
	return id
}

// namesSystem says whether a test asks for the role of the system.
func namesSystem(test string) bool {
	return strings.Contains(test, `"system"`) || strings.Contains(test, "'system'")
}

// inside says whether the place stands in something of a kind or name.
func (p *place) inside(what string) bool {
	if what == "switched-off" {
		return p.switchedOff()
	}
	t := p.f.Tree
	for id := t.Parent(p.id); id != 0; id = t.Parent(id) {
		switch k := t.Kind(id); {
		case what == "role" && (k == syntax.If || k == syntax.Case) && namesSystem(t.Code(t.Child(id, 0))): // messages are turned from one form into another
			return true
		case k == syntax.If && strings.HasPrefix(what, "if:"): // it is asked for
			if strings.Contains(t.Code(t.Child(id, 0)), what[len("if:"):]) {
				return true
			}
		case what == "loop" && (k == syntax.While || k == syntax.For || k == syntax.ForLoop), what == "handler" && k == syntax.Handler, what == "try" && k == syntax.Try:
			return true
		case k == syntax.Function:
			if resolve.Matches(what, t.Name(id)) || what == "tool" && p.engine.isTool(p.f, id) || what == "route" && p.engine.isRoute(p.f, id) {
				return true
			}
			for c := range t.Children(id) {
				if t.Kind(c) == syntax.Decorator && resolve.Matches(what, p.f.Name(t.Child(c, 0))) {
					return true
				}
			}
		case k == syntax.Call && p.id != id:
			if resolve.Matches(what, p.f.Name(t.Child(id, 0))) {
				return true
			}
		}
	}
	return false
}
