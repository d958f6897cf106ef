package flow

import (
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// call says what a call gives back, and tells the sinks that it is.
func (p *pass) call(id syntax.ID) []origin {
	t, spec := p.t, p.w.spec
	callee := t.Child(id, 0)
	last := calledName(t, callee)
	name := p.f.Callee(id)
	if name == "" {
		name = "?." + last
	} else if own, ok := strings.CutPrefix(name, "this."); ok && t.Language != syntax.Python {
		if n := p.f.Module + "." + own; p.summary(n) != nil { // a method of the object that the function stands in
			name = n
		}
	}
	p.sets(id, callee, last)
	any := false
	for a := t.Next(callee); a != 0; a = t.Next(a) {
		any = any || p.of[a] != 0
	}
	receiver := []origin(nil)
	if t.Kind(callee) == syntax.Attribute {
		receiver = p.value(t.Child(callee, 0))
	}
	if any || len(receiver) > 0 {
		p.w.sinks.calls.Find(name, func(n int) { p.sink(n, id) })
	}
	var v, weak []origin
	spec.Calls.Find(name, func(s Source) {
		if s.Weak {
			weak = union(weak, p.source(s, id))
			return
		}
		if s.Arg == "" {
			v = union(v, p.source(s, id))
			return
		}
		if arg, _ := p.argument(id, s.Arg); arg != 0 {
			p.assign(arg, p.source(s, id), id, true)
		}
	})
	if len(v) > 0 {
		return v
	}
	care := Cleaned(0)
	p.hands(id, name)
	if s := p.summary(name); s != nil {
		spec.Cleaners.Find(name, func(c Cleaned) { care |= c })
		return cleaned(union(p.apply(s, id, name), weak), care)
	}
	if len(weak) > 0 {
		return weak
	}
	if any && made(last) {
		p.constructs(id, name)
	}
	if v, ok := p.mapped(id, callee, last); ok {
		return v
	}
	if any {
		if v, ok := p.deferred(id, callee, last); ok {
			return v
		}
	}
	if !any && len(receiver) == 0 {
		return nil
	}
	spec.Cleaners.Find(name, func(c Cleaned) { care |= c })
	if any {
		p.mutates(id, callee, last)
	}
	switch {
	case len(receiver) > 0 && spec.Drops.Has(last):
		return nil
	case care != 0:
		return p.step(cleaned(whole(union(receiver, p.arguments(id))), care), id, "through "+last)
	case spec.Passes.Has(name):
		v := p.passed(id, last, receiver)
		if last == "format" && len(receiver) == 0 && p.begins(t.Child(callee, 0), 0) {
			v = p.behind(v, nil)
		}
		return p.step(v, id, "through "+last)
	case made(last):
		if v, ok := p.record(id, callee); ok {
			return p.step(p.held(v), id, "through "+last)
		}
		return p.step(p.held(whole(union(receiver, p.arguments(id)))), id, "through "+last)
	case len(receiver) > 0: // a method of the value gives a part of it
		return p.held(p.partOf(id, last, receiver))
	}
	return nil
}

// calledName is the last part of what is called.
func calledName(t *syntax.Tree, callee syntax.ID) string {
	switch t.Kind(callee) {
	case syntax.Ident, syntax.Attribute:
		return t.Name(callee)
	}
	return ""
}

// held leaves out what an object does not hold although it was made with it.
func (p *pass) held(v []origin) []origin {
	if p.w.spec.Plain == 0 {
		return v
	}
	var kept []origin
	for _, o := range v {
		if o.label&p.w.spec.Plain == 0 {
			kept = append(kept, o)
		}
	}
	return kept
}

// made says whether a name is one of a class: what is made of a value holds it.
func made(name string) bool { return name != "" && name[0] >= 'A' && name[0] <= 'Z' }

func (p *pass) arguments(id syntax.ID) []origin {
	var v []origin
	for a := p.t.Next(p.t.Child(id, 0)); a != 0; a = p.t.Next(a) {
		v = union(v, p.value(a))
	}
	return v
}

// argument finds an argument by "name", by position "0", or "name|0".
func (p *pass) argument(call syntax.ID, which string) (syntax.ID, bool) {
	name, position := "", -1
	for part := range strings.SplitSeq(which, "|") {
		if n, err := strconv.Atoi(part); err == nil {
			position = n
		} else {
			name = part
		}
	}
	return p.f.Argument(call, name, position)
}

// sink looks at the arguments of a call that a sink asks for.
func (p *pass) sink(n int, call syntax.ID) {
	s := &p.w.spec.Sinks[n]
	if s.When != nil && !s.When(p.f, call) {
		return
	}
	which := s.Argument
	if len(which) == 0 {
		which = []string{"0"}
	}
	for _, w := range which {
		switch w {
		case "*":
			for a := p.t.Next(p.t.Child(call, 0)); a != 0; a = p.t.Next(a) {
				p.reach(n, p.value(a), call)
			}
		case "self":
			if callee := p.t.Child(call, 0); p.t.Kind(callee) == syntax.Attribute {
				p.reach(n, p.value(p.t.Child(callee, 0)), call)
			}
		default:
			if a, _ := p.argument(call, w); a != 0 {
				p.reach(n, p.value(a), call)
			} else if w[0] >= 'A' && !strings.Contains(w, "|") {
				p.reach(n, p.named(call, w), call)
			}
		}
	}
}

// named is what an argument of a name is given through an object or a dictionary that is made elsewhere: create(body), create(**options).
func (p *pass) named(call syntax.ID, name string) []origin {
	t := p.t
	var v []origin
	for a := t.Next(t.Child(call, 0)); a != 0; a = t.Next(a) {
		switch k := t.Kind(a); {
		case k == syntax.Spread && t.Is(a, syntax.Double):
			v = union(v, part(p.value(a), name))
		case t.Language == syntax.Python:
		case k == syntax.Ident || k == syntax.Attribute || k == syntax.Call || k == syntax.Await || k == syntax.Cast:
			v = union(v, part(p.value(a), name))
		case k == syntax.Dict: // what is spread into it, if its parts are known
			for _, o := range p.value(a) {
				if o.at != "" {
					v = union(v, part([]origin{o}, name))
				}
			}
		}
	}
	return v
}

// reach records a value at a sink. The place is the call or assignment; the value's own place is the last step before it.
func (p *pass) reach(n int, v []origin, place syntax.ID) {
	s := &p.w.spec.Sinks[n]
	for _, o := range v {
		if o.param > 0 && o.label == 0 {
			p.summaryOf(place, func(sum *Summary) {
				sum.adds(paramSink{param: o.param, take: o.take, labels: s.Labels, cleaned: s.Cleaned, done: o.cleaned, ref: s.Ref, step: p.at(place, "", o.step)})
			})
			continue
		}
		if o.label&s.Labels == 0 || o.cleaned&s.Cleaned != 0 {
			continue
		}
		p.hit(Hit{Ref: s.Ref, Label: o.label, At: p.at(place, "", o.step)})
	}
}

func (p *pass) hit(h Hit) {
	k := hitKey{h.Ref, h.At.Path, h.At.Start}
	if !p.seen[k] {
		p.seen[k] = true
		p.hits = append(p.hits, h)
	}
}

// apply uses what is known of the function that is called.
func (p *pass) apply(s *Summary, call syntax.ID, name string) []origin {
	args := make([][]origin, len(s.params)+1)
	for i, param := range s.params {
		args[i+1] = p.given(call, param, s.method)
	}
	return p.applied(s, args, call, name)
}

// applied is what a function gives back of its arguments, which are counted from 1.
func (p *pass) applied(s *Summary, args [][]origin, call syntax.ID, name string) []origin {
	p.arrive(s, args, call, name)
	var v []origin
	for _, r := range s.returns {
		if r.param > 0 && r.label == 0 {
			if r.param < len(args) {
				v = union(v, p.step(r.with(args[r.param]), call, "through "+lastOf(name)))
			}
			continue
		}
		r.step, r.param, r.take = p.at(call, "given back by "+lastOf(name), r.step), 0, ""
		v = union(v, []origin{r})
		p.tainted = true
	}
	return v
}

// with is the origin inside a function, of a parameter, once it is known what that is given. The steps inside are left out.
func (o origin) with(given []origin) []origin {
	v := cleaned(part(given, o.take), o.cleaned)
	for b := o.but; b != nil; b = b.next {
		if _, rest, ok := beyond(o.at, b.at); ok && rest != "" {
			v = spare(v, rest, b.care)
		}
	}
	return along(v, o.at)
}

// arrive tells of the sinks inside a function that its arguments reach. args are counted from 1.
func (p *pass) arrive(s *Summary, args [][]origin, call syntax.ID, name string) {
	for _, field := range s.fields {
		if s.path != p.f.Path || field.from.param >= len(args) {
			continue
		}
		for _, o := range field.from.with(args[field.from.param]) {
			if o.label != 0 {
				o.step = link(field.from.step, p.at(call, "given to "+lastOf(name), o.step))
				p.setField(field.field, []origin{o}, call)
			}
		}
	}
	for _, sink := range s.sinks {
		if sink.param >= len(args) || sink.done&sink.cleaned != 0 {
			continue
		}
		for _, o := range part(args[sink.param], sink.take) {
			switch {
			case o.param > 0 && o.label == 0:
				p.summaryOf(call, func(sum *Summary) {
					if sink.deep < maxDeep && sink.done&o.cleaned&sink.cleaned == 0 && o.cleaned&sink.cleaned == 0 {
						sum.adds(paramSink{param: o.param, take: o.take, labels: sink.labels, cleaned: sink.cleaned, done: sink.done | o.cleaned, ref: sink.ref, deep: sink.deep + 1,
							step: link(sink.step, p.at(call, "given to "+lastOf(name), o.step))})
					}
				})
			case o.label&sink.labels != 0 && o.cleaned&sink.cleaned == 0:
				p.hit(Hit{Ref: sink.ref, Label: o.label, At: link(sink.step, p.at(call, "given to "+lastOf(name), o.step))})
			}
		}
	}
}

// constructs gives the arguments to what makes an object of a class of the target.
func (p *pass) constructs(call syntax.ID, class string) {
	s := p.summary(class + ".__init__")
	if s == nil {
		if s = p.summary(class + ".constructor"); s == nil {
			return
		}
	}
	args := make([][]origin, len(s.params)+1)
	for i, param := range s.params {
		args[i+1] = p.given(call, param, s.method)
	}
	p.arrive(s, args, call, class)
}

// given is what a call gives one parameter of the function that it calls.
func (p *pass) given(call syntax.ID, param parameter, method bool) []origin {
	position, name := param.position, param.name
	if method {
		position--
	}
	if position < 0 {
		return nil
	}
	if p.t.Language != syntax.Python {
		name = ""
	}
	a, _ := p.f.Argument(call, name, position)
	if a == 0 {
		return nil
	}
	return p.value(a)
}

// maxHanded bounds how many calls are remembered that one function hands its parameters to.
const maxHanded = 24

// hands notes the parameters of the function around it that a call gives to a function of another file, or to one that hands them on.
func (p *pass) hands(call syntax.ID, callee string) {
	if strings.HasPrefix(callee, "?.") || !strings.Contains(callee, ".") {
		return
	}
	if s := p.summaries[callee]; s != nil && len(s.calls) == 0 { // what it does is known
		return
	}
	t, at := p.t, 0
	for a := t.Next(t.Child(call, 0)); a != 0; a = t.Next(a) {
		v := p.value(a)
		switch t.Kind(a) {
		case syntax.Keyword:
			p.handsOver(call, paramCall{callee: callee, name: t.Name(a)}, v)
			continue
		case syntax.Spread:
			return // places after it are not known
		default:
			p.handsOver(call, paramCall{callee: callee, position: at}, v)
		}
		at++
	}
}

func (p *pass) handsOver(call syntax.ID, c paramCall, v []origin) {
	for _, o := range v {
		if o.param == 0 || o.label != 0 {
			continue
		}
		p.summaryOf(call, func(s *Summary) {
			c.given = o
			for i := range s.calls {
				old := &s.calls[i]
				if old.given.param == o.param && old.given.take == o.take && old.given.at == o.at && old.callee == c.callee && old.position == c.position && old.name == c.name {
					return
				}
			}
			if len(s.calls) < maxHanded {
				c.given.step = p.at(call, "given to "+lastOf(c.callee), o.step)
				c.callee, c.name = strings.Clone(c.callee), strings.Clone(c.name) // the summary outlives the source
				s.calls = append(s.calls, c)
			}
		})
	}
}

// key is the constant key of a pair, or empty.
func (p *pass) key(pair syntax.ID) string {
	if p.t.Kind(pair) != syntax.Pair {
		return ""
	}
	key := p.t.Child(pair, 0)
	if text, ok := p.t.Text(key); ok {
		return text
	}
	if p.t.Is(pair, syntax.Shorthand) || p.t.Kind(key) == syntax.Ident {
		return p.t.Code(key)
	}
	return ""
}

// summary is what is known of a function, of other files or of this one as far as it was read.
func (p *pass) summary(name string) *Summary {
	if s := p.known[name]; s != nil {
		return s
	}
	if s := p.summaries[name]; s != nil && !s.empty() {
		return s
	}
	return nil
}

// link puts the way inside a function after the way to it.
func link(inside, to *Step) *Step {
	if inside == nil {
		return to
	}
	var steps []*Step
	for s := inside; s != nil && len(steps) < maxPath; s = s.Prev {
		steps = append(steps, s)
	}
	prev := to
	for i := len(steps) - 1; i >= 0; i-- {
		prev = steps[i].after(prev)
	}
	return prev
}

// after is the same place on another way.
func (s *Step) after(prev *Step) *Step {
	c := *s
	c.Prev = prev
	return &c
}
