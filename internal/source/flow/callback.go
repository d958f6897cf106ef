package flow

import (
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// mapped is what a method gives back that makes its result of what a function gives which stands right there: items.map((x) => …),
// promise.then((x) => …). ok: it is such a call, and nothing else of it counts.
func (p *pass) mapped(call, callee syntax.ID, last string) (v []origin, ok bool) {
	t := p.t
	switch last {
	case "map", "flatMap", "then", "reduce", "replace":
	default:
		return nil, false
	}
	if t.Language == syntax.Python || t.Kind(callee) != syntax.Attribute {
		return nil, false
	}
	for a := t.Next(callee); a != 0; a = t.Next(a) {
		if t.Kind(a) == syntax.Function {
			v, ok = union(v, p.returned[a]), true
		}
	}
	switch last {
	case "reduce", "replace": // what stood there before is a part of it
		v = union(v, p.value(t.Child(callee, 0)))
	}
	return p.step(v, call, "through "+last), ok
}

// sets follows state of React: what setText(value) is given is what text is, after const [text, setText] = useState().
func (p *pass) sets(call, callee syntax.ID, last string) {
	t := p.t
	if len(last) < 4 || last[:3] != "set" || t.Language == syntax.Python || t.Kind(callee) != syntax.Ident {
		return
	}
	b := p.f.Binding(callee)
	if b == 0 || t.Kind(b) != syntax.Assign {
		return
	}
	pattern, made := t.Child(b, 0), p.f.Value(b)
	if t.Kind(pattern) != syntax.List || t.Kind(made) != syntax.Call || t.Name(t.Child(pattern, 1)) != last {
		return
	}
	switch calledName(t, t.Child(made, 0)) {
	case "useState", "useLocalStorage", "useReducer", "useAtom", "useRecoilState":
	default:
		return
	}
	v := p.arguments(call)
	for a := t.Next(callee); a != 0; a = t.Next(a) {
		if t.Kind(a) == syntax.Function { // setText((old) => old + part)
			v = union(v, p.returned[a])
		}
	}
	if target := t.Child(pattern, 0); len(v) > 0 && t.Kind(target) == syntax.Ident {
		p.assign(target, v, call, true)
	}
}

// component gives the attributes of an element of React to the function that draws it.
func (p *pass) component(element syntax.ID) {
	t := p.t
	tag := t.Name(element)
	if !made(tag) {
		return
	}
	name := ""
	for _, b := range p.f.Bindings(tag, element) {
		if t.Kind(b) == syntax.Alias {
			name = p.f.ImportName(b)
		} else {
			name = p.f.Module + "." + tag
		}
	}
	if name == "" {
		return
	}
	var inside []origin
	given := map[string][]origin{}
	for c := range t.Children(element) {
		if t.Kind(c) == syntax.Attr {
			if v := p.value(t.Child(c, 0)); len(v) > 0 {
				given[t.Name(c)] = v
			}
			continue
		}
		inside = union(inside, p.value(c))
	}
	if len(inside) > 0 {
		given["children"] = inside
	}
	if len(given) == 0 {
		return
	}
	s := p.summary(name)
	if s == nil {
		for c := range t.Children(element) {
			if v := given[t.Name(c)]; t.Kind(c) == syntax.Attr && len(v) > 0 {
				p.handsOver(element, paramCall{callee: name, key: t.Name(c)}, v)
			}
		}
		return
	}
	args := make([][]origin, len(s.params)+1)
	for i, param := range s.params {
		switch {
		case param.position > 0:
		case param.key != "":
			args[i+1] = given[param.key]
		default:
			for c := range t.Children(element) {
				if t.Kind(c) == syntax.Attr {
					args[i+1] = union(args[i+1], given[t.Name(c)])
				}
			}
			args[i+1] = union(args[i+1], inside)
		}
	}
	p.arrive(s, args, element, name)
}
