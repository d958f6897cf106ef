package jinja

import (
	"math"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// eval follows an expression.
func (l *looker) eval(n *node) vals {
	if n == nil {
		return nil
	}
	if l.budget--; l.budget <= 0 {
		return nil
	}
	switch n.kind {
	case kConst:
		if n.val.kind == vText {
			l.text(n.pos, n.val.s)
		}
		return one(n.val)
	case kName:
		return l.name(n)
	case kTuple, kList:
		items := make([]value, 0, min(len(n.list), maxMembers))
		for _, e := range n.list {
			items = append(items, l.eval(e).first())
		}
		return one(list(items))
	case kDict:
		items := make([]value, 0, min(len(n.list), maxMembers))
		for _, e := range n.list {
			items = append(items, l.eval(e).first())
		}
		return one(dict(items))
	case kAttr:
		return l.reach(n, l.eval(n.a))
	case kItem:
		return l.item(n)
	case kCall:
		return l.call(n)
	case kFilter:
		return l.filtered(n, l.eval(n.a))
	case kTest:
		l.eval(n.a)
		for _, e := range n.list {
			l.eval(e)
		}
		if !test(n.text) {
			l.say(inspect.Unknown, "template-test", n.pos, n.text, "uses the test %s, which is none of Jinja's", inspect.Quote(n.text))
		}
	case kNot:
		l.eval(n.a)
	case kNegative:
		return each(l.eval(n.a), func(v value) value {
			switch v.kind {
			case vInteger, vBool:
				return integer(-v.i)
			case vFloat:
				return value{kind: vFloat, f: -v.f}
			}
			return value{}
		})
	case kPositive:
		return l.eval(n.a)
	case kBinary:
		return l.both(n, l.eval(n.a), l.eval(n.b), func(a, b value) value { return l.arithmetic(n, a, b) })
	case kCompare:
		l.eval(n.a)
		for _, o := range n.list {
			l.eval(o.a)
		}
	case kAnd, kOr:
		return known(l.eval(n.a).or(l.eval(n.b)))
	case kConcat:
		v := l.eval(n.list[0])
		for _, e := range n.list[1:] {
			if l.budget <= 0 {
				return nil
			}
			v = l.both(n, v, l.eval(e), func(a, b value) value { return text(a.str() + b.str()) })
		}
		return v
	case kCondition:
		l.eval(n.a)
		v := l.eval(n.b)
		if n.c == nil {
			return v
		}
		return known(v.or(l.eval(n.c)))
	case kSlice:
		for _, e := range n.list {
			l.eval(e)
		}
	}
	return nil
}

func each(v vals, f func(value) value) vals {
	if len(v) == 0 {
		return one(f(value{}))
	}
	out := make(vals, 0, len(v))
	for _, w := range v {
		out = append(out, f(w))
	}
	return out
}

// both combines the alternatives of two operands, the likeliest with all, and judges texts that come out.
func (l *looker) both(n *node, a, b vals, f func(a, b value) value) vals {
	if len(a) == 0 {
		a = vals{{}}
	}
	if len(b) == 0 {
		b = vals{{}}
	}
	var out vals
	for _, v := range a {
		for _, w := range b {
			if len(out) == maxVals {
				return out
			}
			r := f(v, w)
			if r.kind == vText {
				l.text(n.pos, r.s)
			}
			out = append(out, r)
		}
	}
	return out
}

// name looks a name up.
func (l *looker) name(n *node) vals {
	if v, ok := l.get(n.text); ok {
		return v
	}
	return one(value{kind: vGlobal, s: n.text})
}

// reach is x.name.
func (l *looker) reach(n *node, base vals) vals {
	b := base.first()
	if b.kind == vGlobal && module(b.s) {
		l.say(inspect.Dangerous, "template-module", n.pos, b.s, "uses %s of the module %s, which no chat template is given", inspect.Quote(n.text), inspect.Quote(b.s))
	}
	if !(b.kind == vNames && b.names.fields[n.text] != nil) {
		l.attribute(n.pos, n.text, false)
	}
	return each(base, func(v value) value { return l.member(v, n.text) })
}

// member is what an attribute or key of a value is known to be.
func (l *looker) member(v value, name string) value {
	switch v.kind {
	case vNames:
		if w, ok := v.names.fields[name]; ok {
			return w.first()
		}
	case vDict:
		for i := len(v.list) - 2; i >= 0; i -= 2 {
			if v.list[i].kind == vText && v.list[i].s == name {
				return v.list[i+1]
			}
		}
		return value{kind: vMethod, s: name, list: []value{v}}
	case vText, vList:
		return value{kind: vMethod, s: name, list: []value{v}}
	case vGlobal:
		if v.s == "cycler" && name == "next" {
			return v
		}
	case vUnknown:
		return value{s: v.s}
	}
	return value{}
}

// item is x[key].
func (l *looker) item(n *node) vals {
	base := l.eval(n.a)
	if n.b.kind == kSlice {
		var bounds [3]value
		for i, e := range n.b.list {
			bounds[i] = value{kind: vNone}
			if e != nil {
				bounds[i] = l.eval(e).first()
			}
		}
		return each(base, func(v value) value {
			r := slice(v, bounds)
			if r.kind == vText {
				l.text(n.pos, r.s)
			}
			return r
		})
	}
	key := l.eval(n.b)
	for _, k := range key {
		if k.kind == vText {
			l.attribute(n.b.pos, k.s, true)
		}
	}
	b := base.first()
	if b.kind == vGlobal && (module(b.s) || b.s == "lipsum" || b.s == "cycler" || b.s == "joiner") {
		l.say(inspect.Dangerous, "template-module", n.pos, b.s, "takes something out of %s, as only an escape does", inspect.Quote(b.s))
	}
	return l.both(n, base, key, func(v, k value) value {
		switch {
		case k.kind == vText && k.whole():
			return l.member(v, k.s)
		case k.kind == vInteger:
			return index(v, k.i)
		}
		for _, w := range v.list { // macros are called out of lists
			if w.kind == vMacro {
				return w
			}
		}
		return value{s: computed}
	})
}

// arithmetic is a op b.
func (l *looker) arithmetic(n *node, a, b value) value {
	switch n.text {
	case "+":
		switch {
		case a.kind == vText || b.kind == vText:
			return text(a.str() + b.str())
		case a.kind == vList && b.kind == vList:
			return list(append(append([]value{}, a.list...), b.list...))
		}
	case "*":
		if b.kind == vText || b.kind == vList {
			a, b = b, a
		}
		if (a.kind == vText || a.kind == vList || a.kind == vUnknown) && b.kind == vInteger {
			if a.kind != vUnknown && b.i > 1_000_000 {
				l.exhausts(n.pos, "repeats a text or list %d times", b.i)
				return value{}
			}
			return repeat(a, b.i)
		}
	case "%":
		if a.kind == vText {
			return l.percent(n.pos, a, b)
		}
	case "**":
		if a.kind == vInteger && b.kind == vInteger && b.i > 100_000 && (a.i > 1 || a.i < -1) {
			l.exhausts(n.pos, "raises a number to the power of %d", b.i)
			return value{}
		}
	}
	return numbers(n.text, a, b)
}

func (l *looker) exhausts(pos int, format string, n int64) {
	l.say(inspect.Dangerous, "template-exhausts", pos, format, format+": rendering takes more memory or time than there is", n)
}

// numbers computes with numbers.
func numbers(op string, a, b value) value {
	isFloat := a.kind == vFloat || b.kind == vFloat
	for _, v := range []value{a, b} {
		if v.kind != vInteger && v.kind != vBool && v.kind != vFloat {
			return value{}
		}
	}
	x, y := a.float(), b.float()
	var r float64
	switch op {
	case "+":
		r = x + y
	case "-":
		r = x - y
	case "*":
		r = x * y
	case "/":
		return value{kind: vFloat, f: x / y}
	case "//":
		r = math.Floor(x / y)
	case "%":
		r = x - y*math.Floor(x/y)
	case "**":
		r = math.Pow(x, y)
	}
	if isFloat {
		return value{kind: vFloat, f: r}
	}
	if math.IsNaN(r) || math.Abs(r) > math.MaxInt64/2 {
		return integer(math.MaxInt64 / 2)
	}
	return integer(int64(r))
}

func (v value) float() float64 {
	if v.kind == vFloat {
		return v.f
	}
	return float64(v.i)
}

func repeat(v value, n int64) value {
	n = max(n, 0)
	if v.kind == vText {
		if n*int64(len(v.s)) > maxText {
			return text(string(hole))
		}
		return text(strings.Repeat(v.s, int(n)))
	}
	if v.kind != vList || n*int64(len(v.list)) > maxMembers {
		return value{}
	}
	var out []value
	for range n {
		out = append(out, v.list...)
	}
	return list(out)
}

// letters is a text as a list of its letters, up to what is not known of it.
func letters(s string) []value {
	var out []value
	for _, r := range s {
		out = append(out, value{kind: vText, s: string(r)})
		if r == hole || len(out) == maxText {
			break
		}
	}
	return out
}

func index(v value, i int64) value {
	switch v.kind {
	case vList:
		if i < 0 {
			i += int64(len(v.list))
		}
		if i >= 0 && i < int64(len(v.list)) {
			return v.list[i]
		}
	case vText:
		runes := []rune(v.s)
		for at, r := range runes {
			if r == hole && (i < 0 || i >= int64(at)) {
				return text(string(hole))
			}
		}
		if i < 0 {
			i += int64(len(runes))
		}
		if i >= 0 && i < int64(len(runes)) {
			return text(string(runes[i]))
		}
	}
	return value{}
}

// slice is v[a:b:c].
func slice(v value, bounds [3]value) value {
	var items []value
	switch v.kind {
	case vText:
		if !v.whole() && !(bounds[0].kind == vNone && bounds[1].kind == vNone) {
			return text(string(hole))
		}
		for _, r := range v.s {
			items = append(items, value{kind: vText, s: string(r)})
		}
	case vList:
		items = v.list
	default:
		return value{}
	}
	n := int64(len(items))
	step := int64(1)
	if bounds[2].kind == vInteger && bounds[2].i != 0 {
		step = max(min(bounds[2].i, n+1), -n-1)
	}
	from, to := int64(0), n
	if step < 0 {
		from, to = n-1, -1
	}
	place := func(b value, otherwise int64) int64 {
		if b.kind != vInteger && b.kind != vBool {
			return otherwise
		}
		i := b.i
		if i < 0 {
			i = max(i+n, -1)
			if step > 0 {
				i = max(i, 0)
			}
		}
		if step < 0 {
			return min(i, n-1)
		}
		return min(i, n)
	}
	from, to = place(bounds[0], from), place(bounds[1], to)
	var out []value
	for i := from; step > 0 && i < to || step < 0 && i > to; i += step {
		if i >= 0 && i < n {
			out = append(out, items[i])
		}
	}
	if v.kind == vList {
		return list(out)
	}
	var b strings.Builder
	for _, o := range out {
		b.WriteString(o.s)
	}
	return text(b.String())
}
