package flow

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// assign gives a target a value: a name, each name of a pattern, a field of the object itself, a part of something.
func (p *pass) assign(target syntax.ID, v []origin, at syntax.ID, weak bool) {
	t := p.t
	p.eachTarget(target, func(id syntax.ID, path string) {
		v := v
		if path != "" && len(v) > 0 && p.w.spec.Drops.Has(lastOf(path)) {
			v = p.sent(v)
		}
		switch t.Kind(id) {
		case syntax.Ident:
			p.define(p.scopeOf(id), id, definition{block: p.blocks[at], at: at, weak: weak, value: p.step(part(v, path), id, "goes into "+t.Name(id))})
		case syntax.Attribute:
			v := part(v, path)
			if c := p.classOf(t.Child(id, 0)); c != 0 {
				p.setField(variable{c, t.Name(id)}, p.step(v, id, "goes into "+t.Code(id)), at)
				return
			}
			p.put(t.Child(id, 0), t.Name(id), v, at, weak)
		case syntax.Index:
			p.put(t.Child(id, 0), p.indexKey(id), part(v, path), at, weak)
		}
	})
}

// sent is what of a value somebody else decides in every field.
func (p *pass) sent(v []origin) []origin {
	var kept []origin
	for _, o := range v {
		if o.label&p.w.spec.Sent != 0 || o.label == 0 {
			kept = append(kept, o)
		}
	}
	return kept
}

// put gives a part of an object a value: what was there before is gone, if it is known where that is.
func (p *pass) put(object syntax.ID, key string, v []origin, at syntax.ID, weak bool) {
	v = p.query(key, v)
	root, path := p.accessed(object)
	if root == 0 || weak || p.classOf(root) != 0 || key == item || someItem(path) {
		p.weaken(object, under(v, key), at)
		return
	}
	if path = join(path, key); strings.Count(path, ".") >= maxKeys-1 {
		p.weaken(object, under(v, key), at)
		return
	}
	name := p.t.Name(root)
	before := p.lookup(root)
	if len(before) == 0 && len(v) == 0 {
		return
	}
	now := union(strike(before, path), p.step(along(v, path), root, "goes into "+name))
	p.define(p.scopeOf(root), root, definition{block: p.blocks[at], at: at, value: now})
}

// query is the value as a part of an address: what follows the host does not choose it.
func (p *pass) query(name string, v []origin) []origin {
	switch name {
	case "searchParams", "search", "pathname", "hash", "query":
		return cleaned(v, p.w.spec.Prefix)
	}
	return v
}

// along is the value as what stands at a path of an object.
func along(v []origin, path string) []origin {
	for path != "" {
		i := strings.LastIndexByte(path, '.')
		v = under(v, path[i+1:])
		path = path[:max(i, 0)]
	}
	return v
}

// eachTarget opens patterns and hands over what they assign to, each with the path of the part that it is given.
func (p *pass) eachTarget(target syntax.ID, each func(id syntax.ID, path string)) {
	if k := p.t.Kind(target); k == syntax.Ident || k == syntax.Attribute || k == syntax.Index {
		each(target, "")
		return
	}
	t := p.t
	type place struct {
		id   syntax.ID
		path string
	}
	open := []place{{target, ""}}
	for len(open) > 0 {
		at := open[len(open)-1]
		open = open[:len(open)-1]
		if at.id == 0 {
			continue
		}
		switch t.Kind(at.id) {
		case syntax.Tuple, syntax.List:
			for c := range t.Children(at.id) {
				inside := join(at.path, item)
				if t.Kind(c) == syntax.Spread {
					inside = at.path
				}
				open = append(open, place{c, inside})
			}
		case syntax.Dict, syntax.Spread:
			for c := range t.Children(at.id) {
				open = append(open, place{c, at.path})
			}
		case syntax.Pair:
			key := p.key(at.id)
			if key == "" || strings.Contains(key, ".") {
				key = item
			}
			open = append(open, place{t.Last(at.id), join(at.path, key)})
		case syntax.Assign:
			open = append(open, place{t.Child(at.id, 0), at.path})
		default:
			each(at.id, at.path)
		}
	}
}

// weaken adds a value to what an object holds.
func (p *pass) weaken(object syntax.ID, v []origin, at syntax.ID) {
	if len(v) == 0 || object == 0 {
		return
	}
	switch p.t.Kind(object) {
	case syntax.Ident:
		if n := p.t.Name(object); n != "self" && n != "this" {
			p.assign(object, v, at, true)
		}
	case syntax.Attribute:
		if c := p.classOf(p.t.Child(object, 0)); c != 0 {
			p.setField(variable{c, p.t.Name(object)}, p.step(v, object, "goes into "+p.t.Code(object)), at)
			return
		}
		if root, path := p.accessed(object); root != 0 && p.classOf(root) == 0 {
			p.assign(root, along(p.query(p.t.Name(object), v), path), at, true)
		}
	}
}

func (p *pass) setField(k variable, v []origin, at syntax.ID) {
	var kept []origin
	for _, o := range v {
		if o.param == 0 || o.label != 0 {
			o.param, o.take = 0, ""
			kept = append(kept, o)
			continue
		}
		p.summaryOf(at, func(s *Summary) { // a parameter means something in its own function only: who calls it says more
			for _, old := range s.fields {
				if old.from.param == o.param && old.from.take == o.take && old.from.at == o.at && old.field == k {
					return
				}
			}
			if len(s.fields) < maxHanded {
				s.fields = append(s.fields, paramField{k, o})
			}
		})
	}
	if len(kept) > 0 {
		p.tainted = true
		p.fields[k] = union(p.fields[k], kept)
	}
}
