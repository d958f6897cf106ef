package flow

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// mapped is what a method gives back that makes its result of what a function gives: items.map((x) => …), items.map(convert),
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
		switch t.Kind(a) {
		case syntax.Function:
			v, ok = union(v, p.returned[a]), true
		case syntax.Ident, syntax.Attribute:
			if s, name := p.handed(a); s != nil {
				items := p.value(t.Child(callee, 0))
				if last != "then" {
					items = part(items, item)
				}
				args := make([][]origin, len(s.params)+1)
				for i, param := range s.params {
					if param.position == 0 {
						args[i+1] = items
					}
				}
				v, ok = union(v, p.applied(s, args, call, name)), true
			}
		}
	}
	switch last {
	case "reduce", "replace": // what stood there before is a part of it
		v = union(v, p.value(t.Child(callee, 0)))
	case "map":
		v = under(v, item)
	}
	return p.step(v, call, "through "+last), ok
}

// HandsOn says whether a method of this name calls a function that it is given.
func HandsOn(name string) bool {
	switch name {
	case "submit", "to_thread", "add_task", "run_sync", "run_in_executor", "map", "flatMap", "then":
		return true
	}
	return false
}

// deferred is what a call gives back that has another function called with its further arguments: executor.submit(f, a),
// asyncio.to_thread(f, a), tasks.add_task(f, a). ok: it is such a call.
func (p *pass) deferred(call, callee syntax.ID, last string) (v []origin, ok bool) {
	t := p.t
	fn := t.Next(callee)
	switch last {
	case "submit", "to_thread", "add_task", "run_sync":
	case "run_in_executor":
		fn = t.Next(fn)
	default:
		return nil, false
	}
	if k := t.Kind(fn); t.Language != syntax.Python || k != syntax.Ident && k != syntax.Attribute {
		return nil, false
	}
	s, name := p.handed(fn)
	at := 0
	if s == nil {
		if strings.HasPrefix(name, "?.") || !strings.Contains(name, ".") {
			return nil, false
		}
		for a := t.Next(fn); a != 0 && t.Kind(a) != syntax.Spread; a = t.Next(a) {
			if t.Kind(a) == syntax.Keyword {
				p.handsOver(call, paramCall{callee: name, name: t.Name(a)}, p.value(a))
				continue
			}
			p.handsOver(call, paramCall{callee: name, position: at}, p.value(a))
			at++
		}
		return nil, true
	}
	args := make([][]origin, len(s.params)+1)
	for i, param := range s.params {
		position := param.position
		if s.method {
			position--
		}
		at = 0
		for a := t.Next(fn); a != 0 && t.Kind(a) != syntax.Spread; a = t.Next(a) {
			switch {
			case t.Kind(a) == syntax.Keyword:
				if t.Name(a) == param.name {
					args[i+1] = p.value(a)
				}
				continue
			case at == position:
				args[i+1] = p.value(a)
			}
			at++
		}
	}
	return p.applied(s, args, call, name), true
}

// handed is what is known of a function that is handed on by its name.
func (p *pass) handed(id syntax.ID) (*Summary, string) {
	name := p.f.Name(id)
	if own, ok := strings.CutPrefix(name, "this."); ok {
		name = p.f.Module + "." + own
	}
	return p.summary(name), name
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
	var inside, given []origin
	for c := range t.Children(element) {
		switch t.Kind(c) {
		case syntax.Attr:
			given = union(given, under(p.value(t.Child(c, 0)), t.Name(c)))
		case syntax.Spread:
			given = union(given, p.value(c))
		default:
			inside = union(inside, p.value(c))
		}
	}
	given = union(given, under(inside, "children"))
	if len(given) == 0 {
		return
	}
	s := p.summary(name)
	if s == nil {
		p.handsOver(element, paramCall{callee: name}, given)
		return
	}
	args := make([][]origin, len(s.params)+1)
	for i, param := range s.params {
		if param.position == 0 {
			args[i+1] = given
		}
	}
	p.arrive(s, args, element, name)
}
