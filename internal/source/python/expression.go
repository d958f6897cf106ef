package python

import "github.com/lodemark/lodemark/internal/source/syntax"

// stars reads expressions with commas between, stars allowed: a tuple where there is a comma.
func (p *parser) stars() syntax.ID {
	start := p.tok.start
	first := p.starNamed()
	if !p.is(comma) {
		return first
	}
	mark := p.Mark()
	p.Push(first)
	for p.accept(comma) {
		if !p.begins() {
			break
		}
		p.Push(p.starNamed())
	}
	return p.Close(syntax.Tuple, start, p.prev, mark)
}

// begins says whether the current token begins an expression.
func (p *parser) begins() bool {
	switch p.tok.kind {
	case name, number, text, format, lparen, lbrack, lbrace, ellipsis, star, power, plus, minus, tilde, kFalse, kNone, kTrue, kLambda, kNot, kYield:
		return true
	}
	return false
}

func (p *parser) starNamed() syntax.ID {
	if p.is(star) {
		return p.starred()
	}
	return p.named()
}

func (p *parser) starred() syntax.ID {
	start := p.tok.start
	p.advance()
	value := p.binary(bitOr)
	return p.Flag(p.Over(syntax.Spread, start, p.prev, value, 0), syntax.Star)
}

func (p *parser) starExpr() syntax.ID {
	if p.is(star) {
		return p.starred()
	}
	return p.expression()
}

// named reads an expression or an assignment expression; in a pattern, a part that `as` names.
func (p *parser) named() syntax.ID {
	start := p.tok.start
	value := p.expression()
	if p.is(walrus) {
		p.advance()
		v := p.expression()
		return p.Over(syntax.Assign, start, p.prev, value, v)
	}
	if p.pattern && p.accept(kAs) {
		at := p.tok
		p.expect(name, "a name")
		target := p.Named(p.Leaf(syntax.Ident, at.start, at.end), at.start, at.end)
		return p.Over(syntax.Assign, start, p.prev, target, value)
	}
	return value
}

// targets reads what a loop or comprehension assigns to.
func (p *parser) targets() syntax.ID {
	start := p.tok.start
	first := p.starTarget()
	if !p.is(comma) {
		return first
	}
	mark := p.Mark()
	p.Push(first)
	for p.accept(comma) {
		if p.is(kIn) {
			break
		}
		p.Push(p.starTarget())
	}
	return p.Close(syntax.Tuple, start, p.prev, mark)
}

func (p *parser) starTarget() syntax.ID {
	if p.is(star) {
		return p.starred()
	}
	return p.binary(bitOr) // not a comparison: `in` ends it
}

// expression is a conditional, a lambda, or what is below.
func (p *parser) expression() syntax.ID {
	if p.is(kLambda) {
		return p.lambda()
	}
	start := p.tok.start
	value := p.disjunction()
	if !p.is(kIf) || p.pattern { // behind a pattern stands its guard
		return value
	}
	return p.conditional(start, value)
}

// conditional reads on behind the first value of a conditional expression. What follows else may be another one, and so on: each is
// the last part of the one before, made from the last to the first.
func (p *parser) conditional(start uint32, value syntax.ID) syntax.ID {
	mark := p.Mark()
	var room [4]uint32
	starts := room[:0]
	for {
		p.advance()
		p.Push(p.disjunction())
		p.Push(value)
		starts = append(starts, start)
		if !p.is(kElse) && p.open != [3]int{} && p.lex.hole < 0 { // the brackets go on
			p.tell(p.tok.start, "expected else")
			value = p.Leaf(syntax.Bad, p.prev, p.prev)
			break
		}
		p.expect(kElse, "else")
		start = p.tok.start
		if p.is(kLambda) {
			value = p.lambda()
			break
		}
		if value = p.disjunction(); !p.is(kIf) {
			break
		}
	}
	end := p.prev
	for i := len(starts) - 1; i >= 0; i-- {
		p.Push(value)
		value = p.Close(syntax.Conditional, starts[i], end, mark+2*i)
	}
	return value
}

func (p *parser) lambda() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	p.deeper()
	p.advance()
	p.params(colon)
	p.expect(colon, "a colon")
	p.Push(p.expression())
	p.depth--
	return p.Flag(p.Close(syntax.Function, start, p.prev, mark), syntax.Arrow)
}

func (p *parser) disjunction() syntax.ID {
	start := p.tok.start
	left := p.conjunction()
	for p.is(kOr) {
		op := p.tok
		p.advance()
		right := p.conjunction()
		left = p.Named(p.Over(syntax.Logic, start, p.prev, left, right), op.start, op.end)
	}
	return left
}

func (p *parser) conjunction() syntax.ID {
	start := p.tok.start
	left := p.inversion()
	for p.is(kAnd) {
		op := p.tok
		p.advance()
		right := p.inversion()
		left = p.Named(p.Over(syntax.Logic, start, p.prev, left, right), op.start, op.end)
	}
	return left
}

func (p *parser) inversion() syntax.ID {
	if p.is(kNot) {
		op := p.tok
		p.deeper()
		p.advance()
		value := p.inversion()
		p.depth--
		return p.Named(p.Over(syntax.Unary, op.start, p.prev, value, 0), op.start, op.end)
	}
	return p.comparison()
}

func (p *parser) comparison() syntax.ID {
	start := p.tok.start
	left := p.binary(bitOr)
	for {
		op := p.tok
		switch p.tok.kind {
		case compare, kIn:
			if p.word() == "<>" {
				p.old(op.start, "operator <> of Python 2")
			}
			p.advance()
		case kIs:
			p.advance()
			if p.is(kNot) {
				op.end = p.tok.end
				p.advance()
			}
		case kNot:
			p.advance()
			op.end = p.tok.end
			p.expect(kIn, "in")
		default:
			return left
		}
		right := p.binary(bitOr)
		left = p.Named(p.Over(syntax.Compare, start, p.prev, left, right), op.start, op.end)
	}
}

// Levels of binary operators, the loosest first.
const (
	bitOr = iota
	bitXor
	bitAnd
	shifts
	sums
	products
	unary
)

func level(k kind) int {
	switch k {
	case pipe:
		return bitOr
	case caret:
		return bitXor
	case amp:
		return bitAnd
	case shift:
		return shifts
	case plus, minus:
		return sums
	case star, slash, slashes, percent, at_:
		return products
	}
	return -1
}

// binary reads operators of a level and of those that bind tighter.
func (p *parser) binary(least int) syntax.ID {
	start := p.tok.start
	left := p.unary()
	for {
		l := level(p.tok.kind)
		if l < least {
			return left
		}
		op := p.tok
		p.advance()
		p.deeper()
		right := p.binary(l + 1)
		p.depth--
		left = p.Named(p.Over(syntax.Binary, start, p.prev, left, right), op.start, op.end)
	}
}

func (p *parser) unary() syntax.ID {
	switch p.tok.kind {
	case plus, minus, tilde:
		op := p.tok
		p.deeper()
		p.advance()
		value := p.unary()
		p.depth--
		return p.Named(p.Over(syntax.Unary, op.start, p.prev, value, 0), op.start, op.end)
	}
	start := p.tok.start
	var value syntax.ID
	if p.is(name) && p.word() == "await" && p.awaits() {
		p.deeper()
		p.advance()
		operand := p.primary()
		p.depth--
		value = p.Over(syntax.Await, start, p.prev, operand, 0)
	} else {
		value = p.primary()
	}
	if p.is(power) {
		op := p.tok
		p.deeper()
		p.advance()
		right := p.unary()
		p.depth--
		return p.Named(p.Over(syntax.Binary, start, p.prev, value, right), op.start, op.end)
	}
	return value
}

// awaits tells the keyword from a name of Python 3.6.
func (p *parser) awaits() bool {
	c := p.peek()
	if p.lex.depth > 0 && (c == '\n' || c == '\r' || c == '#') {
		look := p.ahead(p.lex.pos)
		switch t := look.next(); t.kind {
		case name, lparen, lbrack, lbrace, text, format:
			return true
		}
		return false
	}
	return class[c]&cWord != 0 && !p.operatorAhead() || c == '(' || c == '[' || c == '{' || c == '"' || c == '\''
}

// primary reads an atom and all that follows it: attributes, calls, indexes.
func (p *parser) primary() syntax.ID {
	start := p.tok.start
	value := p.atom()
	for {
		switch p.tok.kind {
		case dot:
			p.advance()
			at := p.tok
			if at.kind < firstKeyword && at.kind != name {
				p.fail("expected the name of an attribute")
			}
			if at.kind >= firstKeyword {
				if p.fresh() {
					p.fail("expected the name of an attribute")
				}
				p.tell(at.start, "a keyword cannot be an attribute")
			}
			p.advance()
			value = p.Named(p.Over(syntax.Attribute, start, at.end, value, 0), at.start, at.end)
		case lparen:
			mark := p.Mark()
			p.Push(value)
			p.opens()
			p.arguments()
			p.closes(rparen)
			value = p.Close(syntax.Call, start, p.prev, mark)
		case lbrack:
			mark := p.Mark()
			p.Push(value)
			p.opens()
			p.indexes()
			p.closes(rbrack)
			value = p.Close(syntax.Index, start, p.prev, mark)
		default:
			return value
		}
	}
}

// arguments reads what a call is given, up to the closing bracket, and pushes it. The opening bracket was read.
func (p *parser) arguments() {
	open := p.prev - 1
	for first := true; !p.is(rparen); first = false {
		start := p.tok.start
		switch {
		case p.is(star):
			p.advance()
			value := p.expression()
			p.Push(p.Flag(p.Over(syntax.Spread, start, p.prev, value, 0), syntax.Star))
		case p.is(power):
			p.advance()
			value := p.expression()
			p.Push(p.Flag(p.Over(syntax.Spread, start, p.prev, value, 0), syntax.Double))
		case p.is(name) && p.keywordAhead():
			called := p.tok
			p.advance()
			p.advance()
			value := p.named()
			p.Push(p.Named(p.Over(syntax.Keyword, start, p.prev, value, 0), called.start, called.end))
		default:
			value := p.named()
			if !p.compAhead() {
				p.Push(value)
				break
			}
			mark := p.Mark()
			p.Push(value)
			p.comprehension()
			end := p.prev
			if first && p.is(rparen) { // the brackets of the call are the generator's
				start, end = open, p.tok.end
			}
			p.Push(p.Close(syntax.Comp, start, end, mark))
		}
		if !p.another(rparen) {
			return
		}
	}
}

// keywordAhead says whether = and not == follows the name.
func (p *parser) keywordAhead() bool {
	src := p.lex.src
	for i := p.lex.pos; i < len(src); i++ {
		switch c := src[i]; {
		case c == '=':
			return i+1 >= len(src) || src[i+1] != '='
		case class[c]&cSpace != 0 || c == '\n' || c == '\r':
		case c == '\\' || c == '#':
			look := p.ahead(p.lex.pos)
			return look.next().kind == assign
		default:
			return false
		}
	}
	return false
}

// indexes reads what stands in square brackets behind a value.
func (p *parser) indexes() {
	for {
		if p.is(colon) {
			p.Push(p.slice(p.tok.start, 0))
		} else {
			start := p.tok.start
			value := p.starNamed()
			if p.is(colon) {
				value = p.slice(start, value)
			}
			p.Push(value)
		}
		if !p.another(rbrack) || p.is(rbrack) {
			return
		}
	}
}

func (p *parser) slice(start uint32, lower syntax.ID) syntax.ID {
	mark := p.Mark()
	hole := func(id syntax.ID) {
		if id == 0 {
			id = p.Leaf(syntax.Hole, p.prev, p.prev)
		}
		p.Push(id)
	}
	if lower == 0 {
		lower = p.Leaf(syntax.Hole, start, start)
	}
	p.Push(lower)
	for p.accept(colon) {
		value := syntax.ID(0)
		if !p.is(colon) && !p.is(comma) && !p.is(rbrack) {
			value = p.expression()
		}
		hole(value)
	}
	return p.Close(syntax.SliceOf, start, p.prev, mark)
}
