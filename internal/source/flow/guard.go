package flow

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// guard is what the test of a branch says of variables.
type guard struct {
	names []guarded
}

type guarded struct {
	ident    syntax.ID
	path     string // which part of it
	care     Cleaned
	negative bool // the test holds where the value is not fine
}

// maxGuardNodes bounds how much of a test is looked at.
const maxGuardNodes = 400

// test reads the test of a branch: in the body, or behind it if the body leaves, what it speaks for is fine.
func (p *pass) test(branch, test syntax.ID) {
	if !p.tainted {
		return
	}
	g := p.readTest(test)
	if len(g.names) == 0 {
		return
	}
	body := p.t.Next(test)
	for _, n := range g.names {
		if !n.negative {
			p.vouch(n, body, true)
		} else if other := p.t.Next(body); other != 0 {
			p.vouch(n, other, true)
		}
	}
	p.guarded[branch] = g
}

// vouch marks the variable as cared for, inside a block or behind a statement.
func (p *pass) vouch(n guarded, at syntax.ID, inside bool) {
	v := spare(p.lookup(n.ident), n.path, n.care)
	if len(v) == 0 {
		return
	}
	block := p.blocks[at]
	if inside {
		block = at
	}
	p.define(p.scopeOf(n.ident), n.ident, definition{block: block, at: at, value: v})
}

// leaves looks at a branch that is done: if its body never goes on, the opposite of the test holds from here.
func (p *pass) leaves(branch syntax.ID) {
	g, ok := p.guarded[branch]
	if !ok {
		return
	}
	body := p.t.Child(branch, 1)
	if !p.exits(body) {
		return
	}
	for _, n := range g.names {
		if n.negative {
			p.vouch(n, branch, false)
		}
	}
}

func (p *pass) exits(body syntax.ID) bool {
	t := p.t
	last := t.Last(body)
	if t.Kind(body) != syntax.Block {
		last = body
	}
	switch t.Kind(last) {
	case syntax.Return, syntax.Raise:
		return true
	case syntax.Jump:
		return !strings.HasPrefix(t.Code(last), "pass")
	case syntax.ExprStmt:
		switch lastOf(p.f.Name(t.Child(last, 0))) {
		case "exit", "abort", "_exit":
			return true
		}
	}
	return false
}

// readTest collects what a test says: membership in a table, calls of guards, comparison with constants. `not` turns it round; of
// `a and b` both hold in the body, of `a or b` both fail behind it.
func (p *pass) readTest(test syntax.ID) guard {
	var g guard
	type part struct {
		id       syntax.ID
		negative bool
	}
	open := []part{{test, false}}
	for n := 0; len(open) > 0 && n < maxGuardNodes; n++ {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		t := p.t
		switch t.Kind(at.id) {
		case syntax.Unary:
			if op := t.Name(at.id); op == "not" || op == "!" {
				open = append(open, part{t.Child(at.id, 0), !at.negative})
			}
		case syntax.Logic:
			for c := range t.Children(at.id) {
				open = append(open, part{c, at.negative})
			}
		case syntax.Await, syntax.Cast:
			open = append(open, part{t.Child(at.id, 0), at.negative})
		case syntax.Compare:
			p.compared(&g, at.id, at.negative)
		case syntax.Call:
			p.vouched(&g, at.id, at.negative)
		}
	}
	return g
}

// compared reads `value in TABLE`, `value not in TABLE`, `value == "constant"`, `value != "constant"`.
func (p *pass) compared(g *guard, id syntax.ID, negative bool) {
	t := p.t
	left, right := t.Child(id, 0), t.Child(id, 1)
	switch op := t.Name(id); op {
	case "in", "not in":
		if t.Kind(right) == syntax.Ident || t.Kind(right) == syntax.Attribute || t.Kind(right) == syntax.Set || t.Kind(right) == syntax.Tuple ||
			t.Kind(right) == syntax.List || t.Kind(right) == syntax.Dict || t.Kind(right) == syntax.Call {
			if len(p.value(right)) == 0 {
				p.speaks(g, left, p.w.spec.Member, negative != (op == "not in"))
			}
		}
	case "==", "===", "!=", "!==":
		if k := t.Kind(left); k == syntax.Attribute || k == syntax.Index {
			return // of one part of it only: block.type == "tool_use"
		}
		if _, ok := p.f.Constant(right); ok {
			p.speaks(g, left, p.w.spec.Member, negative != (op[0] == '!'))
		}
		if t.Kind(left) == syntax.Call {
			p.vouched(g, left, negative != (op[0] == '!'))
		}
	}
}

// vouched reads a call of a guard: what it is given, and whose method it is.
func (p *pass) vouched(g *guard, call syntax.ID, negative bool) {
	t := p.t
	callee := t.Child(call, 0)
	care := Cleaned(0)
	p.w.spec.Guards.Find(p.f.Name(callee), func(c Cleaned) { care |= c })
	if care == 0 || calledName(t, callee) == "isinstance" && p.anyText(t.Child(call, 2)) {
		return
	}
	if last := calledName(t, callee); last == "startsWith" || last == "startswith" { // what leads out of the folder that it is relative to
		if text, ok := t.Text(t.Next(callee)); ok && strings.HasPrefix(text, "..") {
			negative = !negative
		}
	}
	for a := t.Next(callee); a != 0; a = t.Next(a) {
		p.speaks(g, a, care, negative)
	}
	if t.Kind(callee) == syntax.Attribute {
		p.speaks(g, t.Child(callee, 0), care, negative)
	}
}

// anyText says whether a kind that is asked for, or one of several, holds any text: that a value is of it says nothing of what it is.
func (p *pass) anyText(kind syntax.ID) bool {
	if p.t.Kind(kind) == syntax.Ident {
		return holdsText(p.t.Name(kind))
	}
	for c := range p.t.Children(kind) {
		if p.t.Kind(c) == syntax.Ident && holdsText(p.t.Name(c)) {
			return true
		}
	}
	return false
}

func holdsText(kind string) bool {
	switch kind {
	case "str", "bytes", "list", "dict", "tuple", "object", "set":
		return true
	}
	return false
}

// speaks notes the variable that an expression is about, and which part of it.
func (p *pass) speaks(g *guard, id syntax.ID, care Cleaned, negative bool) {
	t := p.t
	path := ""
	for steps := 0; id != 0 && steps < 8; steps++ {
		switch t.Kind(id) {
		case syntax.Ident:
			g.names = append(g.names, guarded{id, path, care, negative})
			id, path = p.madeOf(id), ""
		case syntax.Attribute:
			if !view(t.Name(id)) {
				path = join(t.Name(id), path)
			}
			id = t.Child(id, 0)
		case syntax.Index:
			if key := p.indexKey(id); key != item {
				path = join(key, path)
			}
			id = t.Child(id, 0)
		case syntax.Await, syntax.Keyword, syntax.Cast:
			id = t.Child(id, 0)
		case syntax.Call:
			path = ""
			callee := t.Child(id, 0)
			if a := t.Next(callee); a != 0 && len(p.value(a)) > 0 {
				id = a
				continue
			}
			if id = callee; t.Kind(id) == syntax.Attribute { // a method of it
				id = t.Child(id, 0)
			}
		default:
			return
		}
	}
}

// madeOf is the address or the path of which a name holds another way to write it, or 0: what is known of one is known of the other.
func (p *pass) madeOf(ident syntax.ID) syntax.ID {
	t := p.t
	b := p.f.Binding(ident)
	if b == 0 || t.Kind(b) != syntax.Assign {
		return 0
	}
	value := p.f.Value(b)
	for t.Kind(value) == syntax.Await || t.Kind(value) == syntax.Cast {
		value = t.Child(value, 0)
	}
	if t.Kind(value) != syntax.Call || t.Within(ident, value) {
		return 0
	}
	callee := t.Child(value, 0)
	switch calledName(t, callee) {
	case "URL", "urlparse", "urlsplit", "realpath", "abspath", "normpath", "normalize":
		return t.Next(callee)
	case "relative": // from where, and to where
		return t.Child(value, 2)
	case "relpath":
		return t.Next(callee)
	case "lower", "toLowerCase", "strip", "trim":
		if t.Kind(callee) == syntax.Attribute {
			return t.Child(callee, 0)
		}
	}
	return 0
}

// view says whether an attribute shows one side of an address, a path or a text: what is known of it says something of the whole.
func view(name string) bool {
	switch name {
	case "hostname", "host", "netloc", "scheme", "protocol", "origin", "port", "pathname", "href", "suffix", "parent", "parents", "parts", "stem", "length", "size", "search", "searchParams":
		return true
	}
	return false
}
