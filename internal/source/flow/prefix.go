package flow

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// text is the value of a text that is put together. What stands behind a beginning that is not its own does not choose the host of an
// address: `${base}/users/${id}`.
func (p *pass) text(id syntax.ID) []origin {
	t := p.t
	v := p.children(id)
	if len(v) == 0 || p.w.spec.Prefix == 0 {
		return v
	}
	first := t.Node(id).First
	if !p.begins(first, t.Next(first)) {
		return v
	}
	return p.behind(v, p.value(first))
}

// behind marks the origins that are not those of the beginning.
func (p *pass) behind(v, beginning []origin) []origin {
	out := make([]origin, len(v))
	for i, o := range v {
		out[i] = o
		own := false
		for _, b := range beginning {
			own = own || b.label == o.label && b.param == o.param
		}
		if !own {
			out[i].cleaned |= p.w.spec.Prefix
		}
	}
	return out
}

// begins says whether the first part of a text holds the host of an address, if the text is one: not if it ends before the host.
func (p *pass) begins(first, next syntax.ID) bool {
	t := p.t
	switch t.Kind(first) {
	case syntax.Str:
		text, ok := t.Text(first)
		return ok && hostStands(text)
	case syntax.Interp, syntax.Ident, syntax.Attribute, syntax.Call, syntax.Index, syntax.Binary, syntax.Format, syntax.Strings:
		if t.Kind(next) == syntax.Str {
			if text, ok := t.Text(next); ok && strings.HasPrefix(text, ":") {
				return false // a scheme
			}
		}
		if v, ok := p.f.Constant(first); ok && !v.Partial {
			return hostStands(v.Text)
		}
		return true
	}
	return false
}

// hostStands says whether a text goes on after the host of an address, or is none: nothing that follows can change where it leads.
func hostStands(text string) bool {
	_, after, scheme := strings.Cut(text, "://")
	if !scheme {
		return strings.TrimSpace(text) != "" && !strings.HasSuffix(text, ":")
	}
	return strings.ContainsAny(after, "./:?{%") || len(after) > 8
}

// asserted takes a call that stands alone and whose name says that it looks at a value for a check that raises an error.
func (p *pass) asserted(statement syntax.ID) {
	t := p.t
	call := t.Node(statement).First
	for t.Kind(call) == syntax.Await {
		call = t.Child(call, 0)
	}
	if !p.tainted || t.Kind(call) != syntax.Call {
		return
	}
	callee := t.Child(call, 0)
	last := strings.ToLower(strings.TrimLeft(calledName(t, callee), "_#"))
	named := false
	for _, word := range [...]string{"validate", "assert", "check", "ensure", "verify", "require", "guard"} {
		named = named || strings.HasPrefix(last, word)
	}
	if !named {
		return
	}
	care, name := Cleaned(0), p.f.Name(callee)
	p.w.spec.Guards.Find(name, func(c Cleaned) { care |= c })
	p.w.spec.Cleaners.Find(name, func(c Cleaned) { care |= c })
	if care == 0 {
		return
	}
	var g guard
	for a := t.Next(callee); a != 0; a = t.Next(a) {
		p.speaks(&g, a, care, false)
	}
	for _, n := range g.names {
		p.vouch(n, statement, false)
	}
}
