package pycode

import "strings"

type valueKind uint8

const (
	unknown valueKind = iota
	dotted            // a module or something in one, by its path
	constant
	whole // a whole number
	list  // of constants
	local // a function of this module
	space // a dictionary of names: vars(module), globals()
)

// value is what is known of an expression.
type value struct {
	kind   valueKind
	s      string
	n      int64
	items  []string
	hidden bool // decoded, or put together at run time from what is not plain
}

// maxText bounds folded text.
const maxText = 64 << 10

// expression evaluates tokens as far as matters.
type expression struct {
	l     *look
	toks  []token
	at    int
	depth int
}

func (e *expression) is(s string) bool {
	return e.at < len(e.toks) && e.toks[e.at].kind != text && e.toks[e.at].s == s
}

// skip goes to a symbol outside brackets.
func (e *expression) skip(to string) {
	depth := 0
	for ; e.at < len(e.toks); e.at++ {
		t := e.toks[e.at]
		if t.kind != symbol {
			continue
		}
		switch {
		case depth == 0 && t.s == to:
			return
		case t.s == "(" || t.s == "[" || t.s == "{":
			depth++
		case t.s == ")" || t.s == "]" || t.s == "}":
			if depth--; depth < 0 {
				return
			}
		}
	}
}

// whole evaluates up to a comma, a closing bracket, an equals sign, a colon or the word as.
func (e *expression) whole() value {
	if e.depth++; e.depth > maxNesting {
		e.skip(")")
		e.depth--
		return value{}
	}
	defer func() { e.depth-- }()
	v, first, modulo := value{}, true, false
	plus := false
	for e.at < len(e.toks) {
		if e.l.steps--; e.l.steps < 0 {
			e.at = len(e.toks)
			return value{}
		}
		t := e.toks[e.at]
		if t.kind == symbol {
			switch t.s {
			case ",", ")", "]", "}", "=", ":", ";":
				return v
			case "+":
				e.at++
				plus = true
				continue
			case "(", "[", "{":
			default:
				modulo = t.s == "%" && v.kind == constant
				if t.s != "%" || !modulo {
					if !first {
						v = value{hidden: v.hidden}
					}
				}
				e.at++
				first = first && t.s != ":="
				plus = false
				if modulo {
					w := e.operand()
					v = percent(v, w)
				}
				continue
			}
		}
		if t.kind == name {
			switch t.s {
			case "as":
				return v
			case "lambda":
				e.lambda()
				v, first = value{}, false
				continue
			case "and", "or", "not", "in", "is", "if", "else", "for", "async", "await", "yield", "from", "return", "import":
				e.at++
				if t.s == "or" || t.s == "and" || t.s == "else" || t.s == "if" || t.s == "for" {
					first = true
				}
				continue
			}
		}
		before := e.at
		w := e.operand()
		if e.at == before {
			e.at++
			continue
		}
		switch {
		case first:
			v = w
		case plus:
			v = add(v, w)
		default:
			v = value{hidden: v.hidden || w.hidden}
		}
		first, plus = false, false
	}
	return v
}

func add(a, b value) value {
	hidden := a.hidden || b.hidden
	if a.kind == constant && b.kind == constant && len(a.s)+len(b.s) <= maxText {
		return value{kind: constant, s: a.s + b.s, hidden: hidden}
	}
	if a.kind == whole && b.kind == whole {
		return value{kind: whole, n: a.n + b.n}
	}
	return value{hidden: hidden}
}

// percent formats text with one text.
func percent(a, b value) value {
	if b.kind == constant && strings.Count(a.s, "%s") == 1 {
		return value{kind: constant, s: strings.Replace(a.s, "%s", b.s, 1), hidden: a.hidden || b.hidden}
	}
	if b.kind == list && strings.Count(a.s, "%s") == len(b.items) {
		for _, item := range b.items {
			a.s = strings.Replace(a.s, "%s", item, 1)
		}
		return value{kind: constant, s: a.s}
	}
	return value{hidden: a.hidden || b.hidden}
}

// lambda skips the parameters; its body is looked at as if it ran here.
func (e *expression) lambda() {
	e.skip(":")
	if e.at < len(e.toks) {
		e.at++
	}
}

// operand evaluates a name, literal or bracket, and what is done with it.
func (e *expression) operand() value {
	if e.at >= len(e.toks) {
		return value{}
	}
	t := e.toks[e.at]
	var v value
	switch {
	case t.kind == text:
		v = e.literal()
	case t.kind == number:
		e.at++
		if v = (value{}); t.s == "whole" {
			v = value{kind: whole, n: t.n}
		}
	case t.kind == name:
		e.at++
		if known, ok := e.l.names[t.s]; ok {
			v = known
		} else {
			v = value{kind: dotted, s: t.s}
		}
	case t.s == "(" || t.s == "[" || t.s == "{":
		e.at++
		items, n := e.items(closingOf(t.s))
		switch {
		case n == 1 && t.s == "(":
			v = items[0]
		default:
			v = constants(items)
		}
	default:
		return value{}
	}
	return e.trailers(v)
}

func closingOf(s string) string {
	switch s {
	case "(":
		return ")"
	case "[":
		return "]"
	}
	return "}"
}

// constants is a list, if all items are constant.
func constants(items []value) value {
	out := value{kind: list}
	size := 0
	for _, i := range items {
		out.hidden = out.hidden || i.hidden
		switch i.kind {
		case constant:
			out.items = append(out.items, i.s)
		case whole:
			out.items = append(out.items, string(rune(i.n)))
		default:
			return value{hidden: out.hidden}
		}
		if size += len(i.s); size > maxText {
			return value{}
		}
	}
	return out
}

// items evaluates what stands in brackets. Keyword arguments count as items, without their names.
func (e *expression) items(closing string) (items []value, n int) {
	for e.at < len(e.toks) {
		if e.is(closing) {
			e.at++
			return items, n
		}
		before := e.at
		v := e.whole()
		switch {
		case e.is("="):
			e.at++
			continue
		case e.is(","), e.is(closing):
			if len(items) < 4096 {
				items = append(items, v)
			}
			n++
			if e.is(",") {
				e.at++
				if n == 1 && e.is(closing) {
					n++ // a tuple of one
				}
			}
			continue
		}
		if e.at == before || e.at < len(e.toks) && e.toks[e.at].kind == symbol {
			e.at++
		}
	}
	return items, n
}

// literal evaluates string literals that stand side by side.
func (e *expression) literal() value {
	var b strings.Builder
	exact := true
	for e.at < len(e.toks) && e.toks[e.at].kind == text {
		t := e.toks[e.at]
		if t.format {
			exact = !e.fields(t.s) && exact
		}
		if b.Len()+len(t.s) <= maxText {
			b.WriteString(t.s)
		}
		e.at++
	}
	if !exact {
		return value{}
	}
	return value{kind: constant, s: b.String()}
}

// fields looks at the expressions in a formatted literal, and tells whether there are any.
func (e *expression) fields(s string) bool {
	found := false
	for i := 0; i < len(s); i++ {
		if s[i] != '{' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '{' {
			i++
			continue
		}
		depth, j := 1, i+1
		for ; j < len(s) && depth > 0; j++ {
			switch s[j] {
			case '{':
				depth++
			case '}':
				depth--
			}
		}
		found = true
		if strings.IndexByte(s[i:j], '(') >= 0 && e.depth < maxNesting {
			inner := &expression{l: e.l, toks: tokens(strings.TrimSuffix(s[i+1:j], "}")), depth: e.depth + 10}
			for inner.at < len(inner.toks) {
				inner.whole()
				inner.at++
			}
		}
		i = j - 1
	}
	return found
}

// trailers follows attributes, calls and subscripts.
func (e *expression) trailers(v value) value {
	for e.at < len(e.toks) {
		if e.l.steps--; e.l.steps < 0 {
			return value{}
		}
		t := e.toks[e.at]
		if t.kind != symbol {
			return v
		}
		switch t.s {
		case ".":
			if e.at+1 >= len(e.toks) || e.toks[e.at+1].kind != name {
				return v
			}
			e.at += 2
			v = e.l.attribute(v, e.toks[e.at-1].s)
		case "(":
			e.at++
			line := e.l.line
			if e.l.depth == 0 && t.line > 0 {
				e.l.line = t.line
			}
			at := e.l.line
			args, names := e.arguments()
			e.l.line = at
			v = e.l.call(v, args, names)
			e.l.line = line
		case "[":
			e.at++
			v = e.subscript(v)
		default:
			return v
		}
	}
	return v
}

// arguments evaluates the arguments of a call: those in order, and those with names.
func (e *expression) arguments() (args []value, names map[string]value) {
	for e.at < len(e.toks) {
		if e.is(")") {
			e.at++
			return args, names
		}
		if e.at+1 < len(e.toks) && e.toks[e.at].kind == name && e.toks[e.at+1].kind == symbol && e.toks[e.at+1].s == "=" {
			key := e.toks[e.at].s
			e.at += 2
			if names == nil {
				names = map[string]value{}
			}
			names[key] = e.whole()
		} else {
			before := e.at
			v := e.whole()
			if len(args) < 256 {
				args = append(args, v)
			}
			if e.at == before && !e.is(",") && !e.is(")") {
				e.at++
			}
		}
		switch {
		case e.is(","):
			e.at++
		case e.is(")"):
		case e.at < len(e.toks) && (e.toks[e.at].kind == symbol || e.is("as")):
			e.at++
		}
	}
	return args, names
}

// subscript evaluates v[...].
func (e *expression) subscript(v value) value {
	start := e.at
	items, _ := e.items("]")
	if v.kind == constant && e.reversed(start) {
		b := []rune(v.s)
		for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
		return value{kind: constant, s: string(b), hidden: true}
	}
	if len(items) != 1 || items[0].kind != constant {
		return value{}
	}
	switch {
	case v.kind == space && v.s == "": // globals()["os"]
		if known, ok := e.l.names[items[0].s]; ok {
			return known
		}
		return value{kind: dotted, s: items[0].s}
	case v.kind == space:
		return e.l.attribute(value{kind: dotted, s: v.s}, items[0].s)
	case v.kind == dotted && v.s == "sys.modules":
		return value{kind: dotted, s: items[0].s}
	case v.kind == dotted && (v.s == "__builtins__" || strings.HasSuffix(v.s, ".__dict__")):
		return e.l.attribute(value{kind: dotted, s: strings.TrimSuffix(v.s, ".__dict__")}, items[0].s)
	}
	return value{}
}

// reversed tells [::-1].
func (e *expression) reversed(start int) bool {
	var b strings.Builder
	for _, t := range e.toks[start:min(e.at, len(e.toks), start+6)] {
		if t.kind == number {
			b.WriteByte('1')
			continue
		}
		b.WriteString(t.s)
	}
	return b.String() == "::-1]"
}
