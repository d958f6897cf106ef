package jinja

// expression reads an expression with {{ a if b else c }} in it.
func (p *parser) expression() *node {
	if !p.enter() {
		return p.node(kConst, p.tok.pos)
	}
	defer p.leave()
	pos := p.tok.pos
	e := p.or()
	for p.skipName("if") {
		test := p.or()
		var other *node
		if p.skipName("else") {
			other = p.expression()
		}
		n := p.node(kCondition, pos, test, e, other)
		n.a, n.b, n.c = test, e, other
		e = n
	}
	return e
}

func (p *parser) or() *node {
	e := p.and()
	for p.tok.named("or") {
		pos := p.tok.pos
		p.advance()
		e = p.pair(kOr, pos, e, p.and())
	}
	return e
}

func (p *parser) and() *node {
	e := p.not()
	for p.tok.named("and") {
		pos := p.tok.pos
		p.advance()
		e = p.pair(kAnd, pos, e, p.not())
	}
	return e
}

func (p *parser) pair(k kind, pos int, a, b *node) *node {
	n := p.node(k, pos, a, b)
	n.a, n.b = a, b
	return n
}

func (p *parser) not() *node {
	if p.tok.named("not") {
		return p.prefixed(kNot, (*parser).not)
	}
	return p.compare()
}

// prefixed reads an operator that stands before its operand.
func (p *parser) prefixed(k kind, operand func(*parser) *node) *node {
	pos := p.tok.pos
	if !p.enter() {
		return p.node(kConst, pos)
	}
	defer p.leave()
	p.advance()
	a := operand(p)
	n := p.node(k, pos, a)
	n.a = a
	return n
}

func (p *parser) compare() *node {
	e := p.sum()
	var operands []*node
	for p.err == nil {
		op := ""
		pos := p.tok.pos
		switch {
		case p.tok.kind == tOperator:
			switch p.tok.text {
			case "==", "!=", "<", "<=", ">", ">=":
				op = p.tok.text
			}
		case p.tok.named("in"):
			op = "in"
		case p.tok.named("not") && p.look().named("in"):
			p.advance()
			op = "not in"
		}
		if op == "" {
			break
		}
		p.advance()
		b := p.sum()
		n := p.node(kOperand, pos, b)
		n.text, n.a = op, b
		operands = append(operands, n)
	}
	if operands == nil {
		return e
	}
	n := p.node(kCompare, e.pos, e)
	p.over(n, operands...)
	n.a, n.list = e, operands
	return n
}

// binary reads a chain of operators of one strength, from the left.
func (p *parser) binary(operand func() *node, ops ...string) *node {
	e := operand()
	for p.err == nil && p.tok.kind == tOperator {
		op := ""
		for _, o := range ops {
			if p.tok.text == o {
				op = o
			}
		}
		if op == "" {
			break
		}
		pos := p.tok.pos
		p.advance()
		e = p.pair(kBinary, pos, e, operand())
		e.text = op
	}
	return e
}

func (p *parser) sum() *node { return p.binary(p.concat, "+", "-") }

func (p *parser) concat() *node {
	e := p.product()
	if !p.tok.is("~") {
		return e
	}
	n := p.node(kConcat, p.tok.pos)
	n.list = []*node{e}
	for p.skip("~") {
		n.list = append(n.list, p.product())
	}
	p.over(n, n.list...)
	return n
}

func (p *parser) product() *node { return p.binary(p.power, "*", "/", "//", "%") }

func (p *parser) power() *node {
	return p.binary(func() *node { return p.unary(true) }, "**")
}

func (p *parser) unary(filters bool) *node {
	var e *node
	switch {
	case p.tok.is("-"):
		e = p.prefixed(kNegative, func(p *parser) *node { return p.unary(false) })
	case p.tok.is("+"):
		e = p.prefixed(kPositive, func(p *parser) *node { return p.unary(false) })
	default:
		e = p.primary(false)
	}
	e = p.postfix(e)
	for filters && p.err == nil {
		switch {
		case p.tok.is("|"):
			e = p.filters(e, false)
		case p.tok.named("is"):
			e = p.test(e)
		case p.tok.is("("):
			e = p.call(e)
		default:
			return e
		}
	}
	return e
}

func (p *parser) primary(namespace bool) *node {
	t := p.tok
	switch t.kind {
	case tName:
		p.advance()
		n := p.node(kConst, t.pos)
		switch t.text {
		case "true", "True":
			n.val = boolean(true)
		case "false", "False":
			n.val = boolean(false)
		case "none", "None":
			n.val = value{kind: vNone}
		default:
			n.kind, n.text = kName, t.text
			if namespace && p.skip(".") {
				n.kind, n.attr = kNSRef, p.name()
			}
		}
		return n
	case tString:
		n := p.node(kConst, t.pos)
		s := t.text
		p.advance()
		if p.tok.kind == tString {
			parts := []byte(s)
			for p.tok.kind == tString {
				parts = append(parts, p.tok.text...)
				p.advance()
			}
			s = string(parts)
		}
		n.val = text(s)
		return n
	case tInteger, tFloat:
		n := p.node(kConst, t.pos)
		n.val = numberValue(t)
		p.advance()
		return n
	case tOperator:
		switch t.text {
		case "(":
			p.advance()
			n := p.tuple(true, true)
			p.expect(")")
			return n
		case "[":
			return p.list()
		case "{":
			return p.dict()
		}
	}
	p.fail(t.pos, "an expression is missing before %s", t)
	return p.node(kConst, t.pos)
}

// tuple reads one expression, or several with commas between them. condition says whether a if b else c may stand there, brackets
// says that nothing at all is a tuple too.
func (p *parser) tuple(condition, brackets bool) *node {
	one := p.expression
	if !condition {
		one = p.or
	}
	return p.several(one, brackets)
}

func (p *parser) simpleTuple(namespace bool) *node {
	return p.several(func() *node { return p.primary(namespace) }, false)
}

func (p *parser) several(one func() *node, brackets bool) *node {
	pos := p.tok.pos
	if !p.enter() {
		return p.node(kConst, pos)
	}
	defer p.leave()
	var list []*node
	comma := false
	for p.err == nil {
		if len(list) > 0 {
			p.expect(",")
		}
		if p.tok.kind == tVariableEnd || p.tok.kind == tBlockEnd || p.tok.is(")") {
			break
		}
		list = append(list, one())
		if !p.tok.is(",") {
			break
		}
		comma = true
	}
	if !comma {
		if len(list) == 1 {
			return list[0]
		}
		if !brackets {
			p.fail(pos, "an expression is missing before %s", p.tok)
		}
	}
	n := p.node(kTuple, pos, list...)
	n.list = list
	return n
}

func (p *parser) list() *node {
	n := p.node(kList, p.tok.pos)
	p.expect("[")
	for p.err == nil && !p.tok.is("]") {
		if len(n.list) > 0 {
			p.expect(",")
			if p.tok.is("]") {
				break
			}
		}
		n.list = append(n.list, p.expression())
	}
	p.expect("]")
	p.over(n, n.list...)
	return n
}

func (p *parser) dict() *node {
	n := p.node(kDict, p.tok.pos)
	p.expect("{")
	for p.err == nil && !p.tok.is("}") {
		if len(n.list) > 0 {
			p.expect(",")
			if p.tok.is("}") {
				break
			}
		}
		n.list = append(n.list, p.expression())
		p.expect(":")
		n.list = append(n.list, p.expression())
	}
	p.expect("}")
	p.over(n, n.list...)
	return n
}

func (p *parser) postfix(e *node) *node {
	for p.err == nil {
		switch {
		case p.tok.is("."):
			e = p.attribute(e)
		case p.tok.is("["):
			e = p.subscript(e)
		case p.tok.is("("):
			e = p.call(e)
		default:
			return e
		}
	}
	return e
}

func (p *parser) attribute(e *node) *node {
	p.advance()
	n := p.node(kAttr, p.tok.pos, e)
	n.a = e
	switch p.tok.kind {
	case tName:
		n.text = p.tok.text
	case tInteger:
		n.kind = kItem
		n.b = p.node(kConst, p.tok.pos)
		n.b.val = numberValue(p.tok)
	default:
		p.fail(p.tok.pos, "a name is missing before %s", p.tok)
	}
	p.advance()
	return n
}

func (p *parser) subscript(e *node) *node {
	pos := p.tok.pos
	p.expect("[")
	var list []*node
	for p.err == nil && !p.tok.is("]") {
		if len(list) > 0 {
			p.expect(",")
		}
		list = append(list, p.slice())
	}
	p.expect("]")
	n := p.node(kItem, pos, e)
	n.a = e
	if len(list) == 1 {
		n.b = list[0]
	} else {
		n.b = p.node(kTuple, pos, list...)
		n.b.list = list
	}
	p.over(n, n.b)
	return n
}

func (p *parser) slice() *node {
	pos := p.tok.pos
	parts := make([]*node, 3)
	if !p.tok.is(":") {
		e := p.expression()
		if !p.tok.is(":") {
			return e
		}
		parts[0] = e
	}
	p.expect(":")
	if !p.tok.is(":") && !p.tok.is("]") && !p.tok.is(",") {
		parts[1] = p.expression()
	}
	if p.skip(":") && !p.tok.is("]") && !p.tok.is(",") {
		parts[2] = p.expression()
	}
	n := p.node(kSlice, pos, parts...)
	n.list = parts
	return n
}

func (p *parser) call(e *node) *node {
	n := p.node(kCall, p.tok.pos, e)
	n.a = e
	p.arguments(n)
	return n
}

// arguments reads (a, b, name=c, *d, **e) into a call, filter or test.
func (p *parser) arguments(n *node) {
	pos := p.tok.pos
	p.expect("(")
	for first := true; p.err == nil && !p.tok.is(")"); first = false {
		if !first {
			p.expect(",")
			if p.tok.is(")") {
				break
			}
		}
		fits := true
		switch {
		case p.tok.is("*"):
			fits = n.b == nil && n.c == nil
			p.advance()
			n.b = p.expression()
		case p.tok.is("**"):
			fits = n.c == nil
			p.advance()
			n.c = p.expression()
		case p.tok.kind == tName && p.look().is("="):
			fits = n.c == nil
			name := p.tok.text
			p.advance()
			p.advance()
			v := p.expression()
			p.over(n, v)
			n.keywords = append(n.keywords, keyword{name, v})
		default:
			fits = n.b == nil && n.c == nil && len(n.keywords) == 0
			n.list = append(n.list, p.expression())
		}
		if !fits {
			p.fail(pos, "arguments in an order that no call has")
		}
	}
	p.expect(")")
	p.over(n, n.list...)
	p.over(n, n.b, n.c)
}

func (p *parser) dotted() string {
	s := p.name()
	for p.skip(".") {
		s += "." + p.name()
		if len(s) > 200 {
			p.fail(p.tok.pos, "a name of more than 200 letters")
		}
	}
	return s
}

// filters reads |a|b(...) on e. inline says that the first one stands without its bar, as in {% filter a %}.
func (p *parser) filters(e *node, inline bool) *node {
	for p.err == nil && (inline || p.tok.is("|")) {
		if !inline {
			p.advance()
		}
		inline = false
		n := p.node(kFilter, p.tok.pos, e)
		n.a = e
		n.text = p.dotted()
		if p.tok.is("(") {
			p.arguments(n)
		}
		e = n
	}
	return e
}

func (p *parser) test(e *node) *node {
	p.advance()
	pos := p.tok.pos
	not := p.skipName("not")
	n := p.node(kTest, pos, e)
	n.a = e
	n.text = p.dotted()
	t := p.tok
	switch {
	case t.is("("):
		p.arguments(n)
	case t.named("else"), t.named("or"), t.named("and"):
	case t.named("is"):
		p.fail(t.pos, "a test of a test")
	case t.kind == tName, t.kind == tString, t.kind == tInteger, t.kind == tFloat, t.is("["), t.is("{"):
		if !p.enter() {
			return n
		}
		a := p.postfix(p.primary(false))
		p.leave()
		n.list = []*node{a}
		p.over(n, a)
	}
	if not {
		m := p.node(kNot, pos, n)
		m.a = n
		return m
	}
	return n
}
