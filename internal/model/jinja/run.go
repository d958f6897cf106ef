package jinja

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	maxSteps   = 300_000 // nodes looked at, with those in loops and macros each time
	maxUnroll  = 64      // turns of a loop over what is known
	maxCalls   = 8       // macros in each other
	maxMacros  = 10_000
	maxTurns   = 10_000_000
	maxWritten = maxText
)

// looker follows a template with what is known of its values. Both branches of a condition are followed, loops over known lists
// turn by turn, other loops as if they turned twice.
type looker struct {
	effects []Effect
	said    map[string]bool
	budget  int
	shallow bool // do not follow macros and loops
	scope   *scope
	written *strings.Builder // by the macro or block that is looked at; nil where nobody wants to know
	unsure  int              // branches around that may not be taken
	active  []*node          // macros that are followed
	turns   int              // product of the loops around
}

type scope struct {
	parent *scope
	vars   map[string]vals
}

func (l *looker) run(t *Template) {
	l.turns = 1
	l.push()
	l.macros(t.body, 0)
	l.body(t.body)
	l.pop()
}

// macros makes all macros known by name from the beginning: one may call another that stands behind it.
func (l *looker) macros(body []*node, depth int) {
	for _, n := range body {
		if n.kind == kMacro && len(l.scope.vars) < maxMacros {
			l.set(n.text, one(value{kind: vMacro, macro: n}))
		}
		if depth < maxDepth {
			l.macros(n.body, depth+1)
			l.macros(n.other, depth+1)
			l.macros(n.list, depth+1)
		}
	}
}

func (l *looker) push() { l.scope = &scope{parent: l.scope, vars: map[string]vals{}} }

func (l *looker) pop() map[string]vals {
	vars := l.scope.vars
	l.scope = l.scope.parent
	return vars
}

func (l *looker) get(name string) (vals, bool) {
	for s := l.scope; s != nil; s = s.parent {
		if v, ok := s.vars[name]; ok {
			return v, true
		}
	}
	return nil, false
}

func (l *looker) set(name string, v vals) { l.scope.vars[name] = v }

func (l *looker) body(body []*node) {
	for _, n := range body {
		if l.budget--; l.budget <= 0 {
			return
		}
		l.statement(n)
	}
}

func (l *looker) statement(n *node) {
	switch n.kind {
	case kData:
		l.write(n.text)
	case kOutput:
		for _, e := range n.list {
			l.write(l.eval(e).first().str())
		}
	case kSet:
		l.assign(n.a, l.eval(n.b))
	case kSetBlock:
		v := l.capture(n.body)
		if n.b != nil {
			v = l.filterOver(n.b, v)
		}
		l.assign(n.a, one(v))
	case kFor:
		l.loop(n)
	case kIf:
		l.branches(n)
	case kMacro:
		l.set(n.text, one(value{kind: vMacro, macro: n}))
		l.unsure++
		l.callMacro(n, nil, nil)
		l.unsure--
	case kCallBlock:
		l.push()
		l.set("caller", one(value{kind: vMacro, macro: n}))
		l.write(l.eval(n.a).first().str())
		l.pop()
		l.callMacro(n, nil, nil)
	case kFilterBlock:
		l.write(l.filterOver(n.a, l.capture(n.body)).str())
	case kBlock, kGeneration, kTrans:
		for _, k := range n.keywords {
			l.eval(k.val)
		}
		l.push()
		l.body(n.body)
		l.pop()
	case kAutoescape:
		l.eval(n.a)
		l.body(n.body)
	case kWith:
		l.push()
		for i := 0; i+1 < len(n.list); i += 2 {
			l.assign(n.list[i], l.eval(n.list[i+1]))
		}
		l.body(n.body)
		l.pop()
	case kDo:
		l.eval(n.a)
	case kExtends, kInclude, kImport, kFrom:
		l.file(n)
	case kDebug:
		l.say(inspect.Dangerous, "template-debug", n.pos, "", "prints all that it is given into the text, as only somebody looking for an error would")
	}
}

// write adds to what a macro or block writes.
func (l *looker) write(s string) {
	if l.written == nil {
		return
	}
	if l.written.Len()+len(s) > maxWritten {
		s = string(hole)
	}
	if l.written.Len() <= maxWritten {
		l.written.WriteString(s)
	}
}

// capture is what a body writes.
func (l *looker) capture(body []*node) value {
	before := l.written
	l.written = &strings.Builder{}
	l.push()
	l.body(body)
	l.pop()
	v := text(l.written.String())
	l.written = before
	return v
}

// assign gives a value to a name, to names, or to a namespace's attribute.
func (l *looker) assign(target *node, v vals) {
	switch target.kind {
	case kName:
		l.set(target.text, v)
	case kNSRef:
		l.attribute(target.pos, target.attr, true)
		base, _ := l.get(target.text)
		for _, b := range base {
			if b.kind == vNames {
				l.store(b.names, target.attr, v)
			}
		}
	case kTuple:
		whole := v.first()
		for i, t := range target.list {
			if whole.kind == vList && i < len(whole.list) && len(whole.list) == len(target.list) {
				l.assign(t, one(whole.list[i]))
			} else {
				l.assign(t, nil)
			}
		}
	}
}

// store keeps what a namespace's attribute held beside the new value where it is not sure that it is given.
func (l *looker) store(n *names, attr string, v vals) {
	if old, ok := n.fields[attr]; ok && l.unsure > 0 {
		v = old.or(v)
	}
	if len(n.fields) < maxMembers {
		n.fields[attr] = v
	}
}

func (l *looker) branches(n *node) {
	l.condition(n)
	l.unsure++
	var ends []map[string]vals
	branch := func(test *node, body []*node) {
		if test != nil {
			l.eval(test)
		}
		l.push()
		l.body(body)
		ends = append(ends, l.pop())
	}
	branch(n.a, n.body)
	for _, e := range n.list {
		branch(e.a, e.body)
	}
	branch(nil, n.other)
	l.unsure--
	merged := map[string]vals{}
	for _, end := range ends {
		for name := range end {
			if _, ok := merged[name]; ok {
				continue
			}
			before, _ := l.get(name)
			var v vals
			for _, e := range ends {
				w, ok := e[name]
				if !ok {
					w = before
				}
				if len(w) == 0 {
					w = vals{{}}
				}
				if v == nil {
					v = w
				} else {
					v = v.or(w)
				}
			}
			merged[name] = known(v)
		}
	}
	for name, v := range merged {
		l.set(name, v)
	}
}

// known puts what is known first.
func known(v vals) vals {
	for i, w := range v {
		if w.kind != vUnknown {
			v = append(vals{}, v...)
			v[0], v[i] = v[i], v[0]
			break
		}
	}
	return v
}

func (l *looker) loop(n *node) {
	over := l.eval(n.b)
	items := over.first()
	count := 0
	var turns []value
	switch items.kind {
	case vList:
		turns, count = items.list, max(len(items.list), int(min(items.i, 1<<40)))
		if items.i > int64(len(items.list)) {
			turns = nil
		}
	case vText:
		if items.whole() {
			turns = letters(items.s)
			count = len(turns)
		}
	case vDict:
		for i := 0; i < len(items.list); i += 2 {
			turns = append(turns, items.list[i])
		}
		count = len(turns)
	}
	before := l.turns
	if count > 0 {
		l.turns = min(l.turns*min(count, maxTurns), maxTurns+1)
		if l.turns > maxTurns {
			l.say(inspect.Dangerous, "template-exhausts", n.pos, "loops", "turns loops more than ten million times: rendering does not end in good time")
		}
	}
	if len(turns) > 0 && len(turns) <= maxUnroll && !l.shallow {
		for _, t := range turns {
			if l.budget <= 0 {
				break
			}
			l.turn(n, one(t))
		}
	} else {
		l.unsure++
		l.turn(n, nil)
		if l.unsure <= 3 && !l.shallow {
			l.turn(n, nil)
		}
		l.unsure--
	}
	l.turns = before
	l.push()
	l.body(n.other)
	l.pop()
}

func (l *looker) turn(n *node, item vals) {
	l.push()
	l.budget -= 4
	l.set("loop", one(value{kind: vGlobal, s: "loop"}))
	l.assign(n.a, item)
	if n.c != nil {
		l.eval(n.c)
	}
	l.body(n.body)
	l.pop()
}

// callMacro follows a macro with arguments, and gives what it writes.
func (l *looker) callMacro(m *node, args []vals, named map[string]vals) value {
	if len(l.active) >= maxCalls || l.budget <= 0 || l.shallow && args != nil || slices.Contains(l.active, m) {
		return value{}
	}
	l.active = append(l.active, m)
	before := l.written
	l.written = &strings.Builder{}
	l.push()
	if m.kind == kMacro {
		l.set("caller", one(value{kind: vGlobal, s: "caller"}))
	}
	l.set("varargs", nil)
	l.set("kwargs", nil)
	for i, p := range m.list {
		v, ok := named[p.text]
		if d := i - (len(m.list) - len(m.defaults)); !ok && i >= len(args) && d >= 0 {
			v = l.eval(m.defaults[d])
		}
		if i < len(args) {
			v = args[i]
		}
		l.set(p.text, v)
	}
	l.body(m.body)
	l.pop()
	v := text(l.written.String())
	l.written = before
	l.active = l.active[:len(l.active)-1]
	return v
}

// file judges statements that read another template.
func (l *looker) file(n *node) {
	names := l.eval(n.a)
	v := names.first()
	if v.kind == vList && len(v.list) > 0 {
		v = v.list[0]
	}
	switch n.kind {
	case kImport:
		l.set(n.attr, nil)
	case kFrom:
		for _, k := range n.keywords {
			l.set(k.name, nil)
		}
	}
	switch {
	case !v.whole():
		l.say(inspect.Dangerous, "template-reads", n.pos, "", "reads another file, whose name it computes")
	case strings.HasPrefix(v.s, "/"), strings.Contains(v.s, ".."), strings.Contains(v.s, ":"), strings.Contains(v.s, "\\"), strings.HasPrefix(v.s, "~"):
		l.say(inspect.Dangerous, "template-reads", n.pos, v.s, "reads the file %s", inspect.Quote(v.s))
	default:
		l.say(inspect.Unknown, "template-reads-beside", n.pos, v.s, "takes in the template %s, which is not looked at here", inspect.Quote(v.s))
	}
}
