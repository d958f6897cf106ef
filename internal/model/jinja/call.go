package jinja

import (
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// call is callee(arguments).
func (l *looker) call(n *node) vals {
	callee := l.eval(n.a)
	args, named := l.arguments(n)
	f := callee.first()
	for _, v := range callee {
		if v.kind == vMacro {
			f = v
			break
		}
	}
	switch n.a.kind {
	case kName:
		l.calledName(n, f, args)
	case kAttr:
		l.calledMethod(n, args)
	case kItem:
		key := n.a.b.kind == kConst
		if key && runs(n.a.b.val.s) {
			l.runsCode(n.pos, n.a.b.val.s, args)
		} else if f.kind != vMacro {
			l.computedCall(n.pos)
		}
	case kFilter, kCall, kCondition, kTest:
		if f.kind != vMacro && f.kind != vMethod && !(f.kind == vGlobal && given(f.s)) {
			l.computedCall(n.pos)
		}
	}
	switch f.kind {
	case vMacro:
		v := l.callMacro(f.macro, args, named)
		if v.kind == vText {
			l.text(n.pos, v.s)
		}
		return one(v)
	case vMethod:
		if v, ok := mutated(f.list[0], f.s, args); ok {
			l.keep(n.a.a, v)
			return nil
		}
		r := l.method(n.pos, f.list[0], f.s, args, named)
		if r.kind == vText {
			l.text(n.pos, r.s)
		}
		return one(r)
	case vGlobal:
		return one(l.global(n, f.s, args, named))
	}
	return nil
}

// mutated is what a method leaves of the list or dictionary whose method it is; unknown where it cannot be told.
func mutated(v value, name string, args []vals) (value, bool) {
	arg := argument(args, nil, 0, "")
	switch v.kind {
	case vList:
		switch name {
		case "append":
			return list(append(append([]value{}, v.list...), arg)), true
		case "extend":
			if arg = sequence(arg); arg.kind == vList {
				return list(append(append([]value{}, v.list...), arg.list...)), true
			}
			return value{}, true
		case "insert":
			if arg.kind == vInteger && arg.i == 0 {
				return list(append([]value{argument(args, nil, 1, "")}, v.list...)), true
			}
			return value{}, true
		case "reverse":
			return slice(v, [3]value{{kind: vNone}, {kind: vNone}, integer(-1)}), true
		case "sort", "remove", "clear":
			return value{}, true
		}
	case vDict:
		switch name {
		case "update":
			if arg.kind == vDict {
				return dict(append(append([]value{}, v.list...), arg.list...)), true
			}
			return value{}, true
		case "setdefault":
			return dict(append([]value{arg, argument(args, nil, 1, "")}, v.list...)), true
		case "clear", "popitem":
			return value{}, true
		}
	}
	return value{}, false
}

// keep gives a value that was changed in place to the name or attribute that holds it.
func (l *looker) keep(holder *node, v value) {
	switch holder.kind {
	case kName:
		for s := l.scope; s != nil; s = s.parent {
			if old, ok := s.vars[holder.text]; ok {
				if l.unsure > 0 {
					s.vars[holder.text] = old.or(one(v))
				} else {
					s.vars[holder.text] = one(v)
				}
				return
			}
		}
	case kAttr:
		if holder.a.kind == kName {
			for _, b := range l.eval(holder.a) {
				if b.kind == vNames {
					l.store(b.names, holder.text, one(v))
				}
			}
		}
	}
}

// arguments follows all arguments of a call, filter or test; *list is taken apart where it is known.
func (l *looker) arguments(n *node) ([]vals, map[string]vals) {
	args := make([]vals, 0, len(n.list))
	for _, e := range n.list {
		args = append(args, l.eval(e))
	}
	if n.b != nil {
		if v := l.eval(n.b).first(); v.kind == vList {
			for _, w := range v.list {
				args = append(args, one(w))
			}
		}
	}
	var named map[string]vals
	if len(n.keywords) > 0 || n.c != nil {
		named = map[string]vals{}
	}
	for _, k := range n.keywords {
		named[k.name] = l.eval(k.val)
	}
	if n.c != nil {
		if v := l.eval(n.c).first(); v.kind == vDict {
			for i := 0; i+1 < len(v.list); i += 2 {
				if k := v.list[i]; k.kind == vText {
					named[k.s] = one(v.list[i+1])
				}
			}
		}
	}
	return args, named
}

func (l *looker) computedCall(pos int) {
	l.say(inspect.Dangerous, "template-computed-call", pos, "", "calls what a key or an expression gives, as no chat template does: what it is cannot be told")
}

// calledName judges the call of a name that the template does not define.
func (l *looker) calledName(n *node, f value, args []vals) {
	switch {
	case f.kind == vUnknown && f.s == computed:
		l.computedCall(n.pos)
	case f.kind == vUnknown:
		l.say(inspect.Unknown, "template-function", n.pos, n.a.text, "calls what it keeps as %s, which is none of its macros", inspect.Quote(n.a.text))
	}
	if f.kind != vGlobal {
		return
	}
	if does := function(f.s); does != "" {
		v := inspect.Malicious
		if strings.HasPrefix(does, "reads") || strings.HasPrefix(does, "reaches") {
			v = inspect.Dangerous
		}
		l.say(v, "template-calls", n.pos, f.s, "calls %s%s: it %s", inspect.Quote(f.s), with(args), does)
		return
	}
	if !given(f.s) {
		l.say(inspect.Unknown, "template-function", n.pos, f.s, "calls %s, which is no function that chat templates are given", inspect.Quote(f.s))
	}
}

// calledMethod judges x.name(...).
func (l *looker) calledMethod(n *node, args []vals) {
	name := n.a.text
	base := n.a.a
	if !runs(name) {
		return
	}
	// a word such as system may be the name of a macro or of a message's part: then its value does not come from a module
	if (name == "system" || name == "overlay") && !(base.kind == kName && module(base.text)) && base.kind != kCall && base.kind != kItem && base.kind != kAttr {
		return
	}
	l.runsCode(n.pos, name, args)
}

func (l *looker) runsCode(pos int, name string, args []vals) {
	l.say(inspect.Malicious, "template-runs", pos, name, "calls %s%s: runs code or a program when the template is rendered", inspect.Quote(name), with(args))
}

// with shows a call's first argument.
func with(args []vals) string {
	if len(args) == 0 || args[0].first().kind != vText {
		return ""
	}
	return " with " + inspect.Quote(strings.ReplaceAll(args[0].first().s, string(hole), "..."))
}

func argument(args []vals, named map[string]vals, i int, name string) value {
	if i >= 0 && i < len(args) {
		return args[i].first()
	}
	return named[name].first()
}

// global is what a function that the environment gives returns.
func (l *looker) global(n *node, name string, args []vals, named map[string]vals) value {
	switch name {
	case "namespace":
		ns := &names{fields: map[string]vals{}}
		for _, a := range args {
			if d := a.first(); d.kind == vDict {
				for i := 0; i+1 < len(d.list); i += 2 {
					ns.fields[d.list[i].s] = one(d.list[i+1])
				}
			}
		}
		for k, v := range named {
			ns.fields[k] = v
		}
		return value{kind: vNames, names: ns}
	case "dict":
		var items []value
		for _, k := range n.keywords { // in their order
			l.text(n.pos, k.name)
			items = append(items, text(k.name), named[k.name].first())
		}
		if len(args) == 1 && args[0].first().kind == vDict {
			items = append(append([]value{}, args[0].first().list...), items...)
		}
		return dict(items)
	case "range":
		return l.numbersOf(n, args)
	case "lipsum":
		if count := argument(args, named, 0, "n"); count.kind == vInteger && count.i > 10_000 {
			l.exhausts(n.pos, "writes %d paragraphs", count.i)
		}
		return text(string(hole))
	case "cycler":
		if len(args) > 0 {
			return args[0].first()
		}
	case "joiner":
		return value{kind: vGlobal, s: name} // what it gives is called in turn
	case "strftime_now":
		return text(string(hole))
	}
	return value{}
}

// numbersOf is range(...): its numbers where they are few, else only how many they are.
func (l *looker) numbersOf(n *node, args []vals) value {
	var b [3]int64
	for i := range b {
		if i < len(args) {
			v := args[i].first()
			if v.kind != vInteger {
				return value{}
			}
			b[i] = v.i
		}
	}
	from, to, step := b[0], b[1], int64(1)
	if len(args) == 1 {
		from, to = 0, b[0]
	}
	if len(args) == 3 {
		step = b[2]
	}
	if step == 0 || len(args) == 0 {
		return value{}
	}
	if step < 0 {
		from, to, step = to, from, -step
	}
	count := int64(0)
	if to > from {
		count = (to-from-1)/step + 1
	}
	if count < 0 || count > 1_000_000 {
		l.exhausts(n.pos, "counts to %d", to)
		count = max(count, 1_000_001)
	}
	if count > maxMembers {
		return value{kind: vList, i: count, size: 1}
	}
	out := make([]value, 0, count)
	for i := int64(0); i < count; i++ {
		if b[2] < 0 {
			out = append(out, integer(to-i*step))
		} else {
			out = append(out, integer(from+i*step))
		}
	}
	return list(out)
}
