package flow

import (
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// visit says what one node is, from what its children are, and does what the node does.
func (p *pass) visit(id syntax.ID) {
	t := p.t
	n := t.Node(id)
	switch n.Kind {
	case syntax.Ident:
		p.set(id, p.ident(id))
	case syntax.Attribute:
		p.set(id, p.attribute(id))
	case syntax.Index:
		p.set(id, p.index(id))
	case syntax.Call:
		p.set(id, p.call(id))
	case syntax.Format:
		p.set(id, p.text(id))
	case syntax.ExprStmt:
		p.asserted(id)
	case syntax.Keyword, syntax.Spread, syntax.Logic, syntax.Await, syntax.Yield, syntax.Cast:
		if n.First != 0 {
			p.set(id, p.children(id))
		}
		if n.Kind == syntax.Yield {
			p.gives(id, t.Child(id, 0))
		}
	case syntax.Strings:
		p.set(id, whole(p.children(id)))
	case syntax.List, syntax.Tuple, syntax.Set:
		if n.First != 0 {
			p.set(id, p.items(id))
		}
		if n.Kind != syntax.Set {
			p.spoken(id)
		}
	case syntax.Dict:
		p.set(id, p.children(id))
		p.dict(id)
		if p.w.spec.Message != 0 && len(p.value(id)) > 0 && p.isMessage(id) {
			p.set(id, cleaned(p.value(id), p.w.spec.Message))
		}
	case syntax.Interp:
		p.set(id, whole(p.value(n.First)))
	case syntax.Pair:
		if v := p.value(t.Last(id)); len(v) > 0 {
			p.set(id, under(v, p.key(id)))
		} else {
			p.set(id, nil)
		}
	case syntax.Comp:
		p.again(id)
		if second := t.Child(id, 1); t.Kind(second) == syntax.CompFor {
			p.set(id, under(p.value(t.Child(id, 0)), item))
		} else {
			p.set(id, whole(union(p.value(t.Child(id, 0)), p.value(second))))
		}
	case syntax.Binary:
		switch t.Name(id) {
		case "+", "%":
			p.set(id, listed(p.text(id)))
		case "/", "|":
			p.set(id, p.children(id))
		}
	case syntax.Conditional:
		p.set(id, union(p.value(t.Child(id, 1)), p.value(t.Child(id, 2))))
	case syntax.Sequence:
		p.set(id, p.value(t.Last(id)))
	case syntax.Assign:
		p.assignment(id)
	case syntax.Augment:
		target, value := t.Child(id, 0), t.Child(id, 1)
		if v := p.value(value); len(v) > 0 && t.Name(id) != "-=" {
			p.assign(target, v, id, true)
			p.assigned(target, v)
		}
	case syntax.WithItem:
		p.assign(t.Child(id, 1), p.value(t.Child(id, 0)), id, false)
	case syntax.Param:
		p.param(id)
	case syntax.Return:
		p.gives(id, n.First)
	case syntax.Function:
		if n.Flags&syntax.Arrow != 0 {
			if last := t.Last(id); t.Kind(last) != syntax.Block {
				p.givesIn(id, last, last)
			}
		}
	case syntax.Element:
		p.element(id)
	case syntax.If:
		p.leaves(id)
	}
	p.before(id)
}

// again looks at the elements of a comprehension once more: what they are made of stands behind them.
func (p *pass) again(comp syntax.ID) {
	t := p.t
	tainted := false
	for c := t.Node(comp).First; c != 0; c = t.Next(c) {
		if t.Kind(c) == syntax.CompFor && len(p.value(t.Child(c, 1))) > 0 {
			tainted = true
		}
	}
	element := t.Node(comp).First
	first := element
	for t.Node(first).First != 0 {
		first = t.Node(first).First
	}
	if !tainted || p.repeated > len(t.Nodes) {
		return
	}
	p.repeated += int(element-first) + 1
	for id := first; id <= element; id++ {
		p.visit(id)
	}
}

// before does what a part of a statement does before the next part is seen: a loop gives its variable a value, the test of a branch
// speaks for values in it.
func (p *pass) before(id syntax.ID) {
	t := p.t
	parent := t.Parent(id)
	if parent == 0 {
		return
	}
	switch t.Kind(parent) {
	case syntax.For, syntax.CompFor:
		if target := t.Node(parent).First; t.Next(target) == id {
			v := part(p.value(id), item)
			if body := t.Next(id); body != 0 && t.Kind(body) == syntax.Block {
				p.assignIn(target, v, body)
				return
			}
			p.assign(target, v, parent, false)
		}
	case syntax.If, syntax.While:
		if t.Node(parent).First == id {
			p.test(parent, id)
		}
	}
}

// assignIn gives a target a value inside a block.
func (p *pass) assignIn(target syntax.ID, v []origin, block syntax.ID) {
	if first := p.t.Node(block).First; first != 0 {
		p.assign(target, v, first, false)
	}
}

func (p *pass) ident(id syntax.ID) []origin {
	name := p.t.Name(id)
	v := p.lookup(id)
	if p.w.spec.Attributes.Might(name) {
		p.w.spec.Attributes.Find(p.f.Name(id), func(s Source) { v = union(v, p.source(s, id)) })
	}
	return v
}

func (p *pass) source(s Source, id syntax.ID) []origin {
	if s.When != nil && !s.When(p.f, id) {
		return nil
	}
	p.tainted = true
	return []origin{{label: s.Label, step: p.at(id, s.What, nil)}}
}

func (p *pass) attribute(id syntax.ID) []origin {
	t := p.t
	object := t.Child(id, 0)
	name := t.Name(id)
	v := p.value(object)
	if c := p.classOf(object); c != 0 {
		v = p.fields[variable{c, name}]
	} else {
		v = part(v, name)
	}
	if len(v) > 0 && p.w.spec.Drops.Might(name) && p.w.spec.Drops.Has(lastOf(name)) {
		v = nil
	}
	if p.w.spec.Attributes.Might(name) {
		if parent := t.Parent(id); t.Kind(parent) == syntax.Call && t.Child(parent, 0) == id {
			return v // a method: the table of calls knows it
		}
		p.w.spec.Attributes.Find(p.f.Name(id), func(s Source) { v = union(v, p.source(s, id)) })
	}
	return v
}

func (p *pass) index(id syntax.ID) []origin {
	t := p.t
	object := t.Child(id, 0)
	for i := t.Next(object); i != 0; i = t.Next(i) {
		if v := p.value(i); len(v) > 0 {
			name := p.f.Name(object)
			p.w.sinks.index.Find(name, func(n int) { p.reach(n, v, id) })
		}
	}
	v := p.value(object)
	if t.Kind(t.Child(id, 1)) == syntax.SliceOf { // the first letters of a secret are not the secret
		v = p.held(v)
	} else if len(v) > 0 {
		v = part(v, p.indexKey(id))
	}
	if p.w.spec.Attributes.Might("[]") {
		p.w.spec.Attributes.Find(p.f.Name(id), func(s Source) { v = union(v, p.source(s, id)) })
	}
	return v
}

func (p *pass) assignment(id syntax.ID) {
	t := p.t
	value := p.f.Value(id)
	if value == 0 {
		return
	}
	v := p.value(value)
	p.set(id, v)
	if t.Kind(t.Parent(id)) == syntax.Dict || t.Kind(t.Parent(id)) == syntax.Param {
		return // a default in a pattern
	}
	for c := t.Node(id).First; c != 0 && c != value; c = t.Next(c) {
		if t.Kind(c) == syntax.Annotation {
			continue
		}
		if !p.pairwise(c, value, id) {
			p.assign(c, v, id, false)
		}
		p.assigned(c, v)
	}
}

// pairwise gives each name of a list of names what stands in its place: a, b = x, y.
func (p *pass) pairwise(target, value, at syntax.ID) bool {
	t := p.t
	if k := t.Kind(target); k != syntax.Tuple && k != syntax.List {
		return false
	}
	if k := t.Kind(value); k != syntax.Tuple && k != syntax.List {
		return false
	}
	a, b := t.Node(target).First, t.Node(value).First
	for ; a != 0 && b != 0; a, b = t.Next(a), t.Next(b) {
		if t.Kind(a) == syntax.Spread || t.Kind(b) == syntax.Spread {
			return false
		}
	}
	if a != 0 || b != 0 {
		return false
	}
	a, b = t.Node(target).First, t.Node(value).First
	for ; a != 0; a, b = t.Next(a), t.Next(b) {
		p.assign(a, p.value(b), at, false)
	}
	return true
}

// items are what a list holds. Of one that is written there, the code decides who says what: only what is spread into it brings roles
// of its own.
func (p *pass) items(list syntax.ID) []origin {
	t := p.t
	var v []origin
	for c := t.Node(list).First; c != 0; c = t.Next(c) {
		own := p.value(c)
		if len(own) == 0 {
			continue
		}
		if t.Kind(c) == syntax.Spread {
			v = union(v, own)
			continue
		}
		if t.Kind(list) == syntax.List && p.w.spec.Message != 0 && t.Kind(t.Parent(list)) != syntax.Call {
			own = cleaned(own, p.w.spec.Message)
		}
		v = union(v, under(own, item))
	}
	return v
}

// assigned tells sinks that are attributes: element.innerHTML = value.
func (p *pass) assigned(target syntax.ID, v []origin) {
	if len(v) == 0 {
		return
	}
	var sinks []int
	switch t := p.t; t.Kind(target) {
	case syntax.Attribute:
		sinks = p.w.sinks.assigns[t.Name(target)]
	case syntax.Ident:
		sinks = p.w.sinks.vars[t.Name(target)]
	case syntax.Index:
		if object := t.Child(target, 0); t.Kind(object) == syntax.Ident {
			sinks = p.w.sinks.assigns[t.Name(object)+"[]"]
		}
	}
	for _, n := range sinks {
		if s := &p.w.spec.Sinks[n]; s.When == nil || s.When(p.f, target) {
			p.reach(n, v, target)
		}
	}
}

// dict tells sinks that are keys of dictionaries: {"role": "system", "content": value}.
func (p *pass) dict(id syntax.ID) {
	if len(p.w.sinks.pairs) == 0 || len(p.value(id)) == 0 {
		return
	}
	t := p.t
	for pair := range t.Children(id) {
		if t.Kind(pair) != syntax.Pair {
			continue
		}
		v := p.value(t.Last(pair))
		if len(v) == 0 {
			continue
		}
		key, ok := t.Text(t.Child(pair, 0))
		if !ok {
			key = t.Code(t.Child(pair, 0))
		}
		for _, n := range p.w.sinks.pairs[key] {
			if s := &p.w.spec.Sinks[n]; s.When == nil || s.When(p.f, id) {
				p.reach(n, v, pair)
			}
		}
	}
}

// isMessage says whether an object is a message whose role the code itself writes.
func (p *pass) isMessage(dict syntax.ID) bool {
	role, _ := p.f.Property(dict, "role")
	return role != 0 && p.t.Kind(role) == syntax.Str
}

// spoken tells sinks that are messages of two items: ("system", value).
func (p *pass) spoken(id syntax.ID) {
	first := p.t.Node(id).First
	second := p.t.Next(first)
	if first == 0 || second == 0 || p.t.Next(second) != 0 || p.t.Kind(first) != syntax.Str {
		return
	}
	v := p.value(second)
	if len(v) == 0 {
		return
	}
	role, _ := p.t.Text(first)
	for _, n := range p.w.sinks.pairs["["+role+"]"] {
		if s := &p.w.spec.Sinks[n]; s.When == nil || s.When(p.f, id) {
			p.reach(n, v, second)
		}
	}
}

func (p *pass) element(id syntax.ID) {
	t := p.t
	p.component(id)
	for c := range t.Children(id) {
		v := p.value(c)
		if t.Kind(c) == syntax.Attr {
			v = p.value(t.Child(c, 0))
			for _, n := range p.w.sinks.attrs[t.Name(c)] {
				if s := &p.w.spec.Sinks[n]; len(v) > 0 && (s.When == nil || s.When(p.f, id)) {
					p.reach(n, v, c)
				}
			}
			continue
		}
		if len(v) > 0 {
			for _, n := range p.w.sinks.childs[t.Name(id)] {
				if s := &p.w.spec.Sinks[n]; s.When == nil || s.When(p.f, id) {
					p.reach(n, v, id)
				}
			}
		}
	}
}
