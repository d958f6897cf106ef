package python

import "github.com/lodemark/lodemark/internal/source/syntax"

// ifStatement reads an if and all its elif: each is an If in the one before, made from the last to the first.
func (p *parser) ifStatement() syntax.ID {
	mark := p.Mark()
	var room [4]uint32
	starts := room[:0]
	other, end := syntax.ID(0), uint32(0)
	for {
		starts = append(starts, p.tok.start)
		p.advance()
		p.Push(p.named())
		body := p.block()
		p.Push(body)
		end = p.endOf(body)
		if !p.is(kElif) {
			break
		}
	}
	if p.accept(kElse) {
		other = p.block()
		end = p.endOf(other)
	}
	for i := len(starts) - 1; i >= 0; i-- {
		inner := mark + 2*i + 2
		p.Push(other)
		other = p.Close(syntax.If, starts[i], end, inner-2)
	}
	return other
}

func (p *parser) whileStatement() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	p.advance()
	p.Push(p.named())
	body := p.block()
	p.Push(body)
	end := p.endOf(body)
	if p.accept(kElse) {
		other := p.block()
		p.Push(other)
		end = p.endOf(other)
	}
	return p.Close(syntax.While, start, end, mark)
}

func (p *parser) forStatement(start uint32, flags syntax.Flags) syntax.ID {
	mark := p.Mark()
	p.advance()
	p.Push(p.targets())
	p.expect(kIn, "in")
	p.Push(p.stars())
	body := p.block()
	p.Push(body)
	end := p.endOf(body)
	if p.accept(kElse) {
		other := p.block()
		p.Push(other)
		end = p.endOf(other)
	}
	return p.Flag(p.Close(syntax.For, start, end, mark), flags)
}

func (p *parser) tryStatement() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	p.advance()
	body := p.block()
	p.Push(body)
	end := p.endOf(body)
	guarded := p.is(kExcept)
	for p.is(kExcept) {
		h := p.handler()
		p.Push(h)
		end = p.endOf(h)
	}
	for _, part := range [...]struct {
		word kind
		kind syntax.Kind
	}{{kElse, syntax.Else}, {kFinally, syntax.Finally}} {
		if at := p.tok.start; p.accept(part.word) {
			b := p.block()
			end = p.endOf(b)
			p.Push(p.Over(part.kind, at, end, b, 0))
			guarded = guarded || part.word == kFinally
		}
	}
	if !guarded {
		p.tell(p.tok.start, "expected except or finally")
	}
	return p.Close(syntax.Try, start, end, mark)
}

func (p *parser) handler() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	p.advance()
	p.accept(star)
	var bound token
	if !p.is(colon) {
		p.Push(p.stars())
		if p.accept(kAs) {
			bound = p.tok
			p.expect(name, "a name")
		}
	}
	body := p.block()
	p.Push(body)
	return p.Named(p.Close(syntax.Handler, start, p.endOf(body), mark), bound.start, bound.end)
}

func (p *parser) withStatement(start uint32, flags syntax.Flags) syntax.ID {
	mark := p.Mark()
	p.advance()
	if p.is(lparen) && p.itemsAhead() {
		p.opens()
		for !p.is(rparen) {
			p.withItem(true)
			if !p.another(rparen) {
				break
			}
		}
		p.closes(rparen)
	} else {
		p.withItem(false)
		for p.accept(comma) {
			p.withItem(false)
		}
	}
	body := p.block()
	p.Push(body)
	return p.Flag(p.Close(syntax.With, start, p.endOf(body), mark), flags)
}

func (p *parser) withItem(inside bool) {
	start := p.tok.start
	var value syntax.ID
	if inside {
		value = p.itemInBrackets()
	} else {
		value = p.expression()
	}
	target := syntax.ID(0)
	if p.accept(kAs) {
		target = p.starTarget()
	}
	p.Push(p.Over(syntax.WithItem, start, p.prev, value, target))
}

// itemInBrackets reads what may stand in `with (…):` besides an expression.
func (p *parser) itemInBrackets() syntax.ID {
	start := p.tok.start
	if p.is(kYield) {
		return p.yield()
	}
	value := p.starNamed()
	if p.compAhead() {
		mark := p.Mark()
		p.Push(value)
		p.comprehension()
		return p.Close(syntax.Comp, start, p.prev, mark)
	}
	return value
}

func (p *parser) decorated() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	for p.is(at_) {
		at := p.tok.start
		p.advance()
		value := p.named()
		p.Push(p.Over(syntax.Decorator, at, p.endOf(value), value, 0))
		p.expect(newline, "the end of the line")
	}
	switch {
	case p.is(kDef):
		return p.function(mark, start, 0)
	case p.is(kClass):
		return p.class(mark, start)
	case p.is(name) && p.word() == "async":
		p.advance()
		return p.function(mark, start, syntax.Async)
	}
	p.fail("expected a function or a class")
	return 0
}

// function reads a definition whose decorators were pushed since the mark.
func (p *parser) function(mark int, start uint32, flags syntax.Flags) syntax.ID {
	p.expect(kDef, "def")
	called := p.tok
	p.expect(name, "a name")
	p.typeParams()
	if p.is(lparen) {
		p.opens()
	} else { // the rest is read as if it had been there
		p.tell(p.tok.start, "expected an opening bracket")
		p.open[0]++
		p.deeper()
		if !p.is(name) && !p.is(star) && !p.is(power) && !p.is(rparen) {
			p.missing = true
		}
	}
	if !p.missing {
		p.params(rparen)
	}
	p.closes(rparen)
	if p.accept(arrow) {
		value := p.stars()
		p.Push(p.Over(syntax.Annotation, p.Tree.Node(value).Start, p.endOf(value), value, 0))
	}
	body := p.block()
	p.Push(body)
	id := p.Close(syntax.Function, start, p.endOf(body), mark)
	return p.Flag(p.Named(id, called.start, called.end), flags)
}

// params reads parameters up to the closing token.
func (p *parser) params(until kind) {
	for !p.is(until) {
		start := p.tok.start
		flags := syntax.Flags(0)
		switch {
		case p.accept(slash):
			if !p.anotherParam(until) {
				return
			}
			continue
		case p.accept(star):
			if p.accept(comma) {
				continue
			}
			flags = syntax.Star
		case p.accept(power):
			flags = syntax.Double
		}
		p.Push(p.param(start, flags, until == rparen))
		if !p.anotherParam(until) {
			return
		}
	}
}

// anotherParam says whether a parameter follows; those of a lambda stand in no brackets.
func (p *parser) anotherParam(until kind) bool {
	if until == rparen {
		return p.another(rparen)
	}
	return p.accept(comma)
}

func (p *parser) param(start uint32, flags syntax.Flags, annotated bool) syntax.ID {
	mark, called := p.Mark(), p.tok
	if p.is(lparen) { // Python 2 took tuples apart here
		p.old(p.tok.start, "tuple parameter of Python 2")
		called = token{}
		p.Push(p.brackets())
	} else {
		p.expect(name, "a parameter")
	}
	if annotated && p.accept(colon) {
		at := p.tok.start
		value := p.starExpr()
		p.Push(p.Over(syntax.Annotation, at, p.prev, value, 0))
	}
	if p.accept(assign) {
		p.Push(p.expression())
	}
	return p.Flag(p.Named(p.Close(syntax.Param, start, p.prev, mark), called.start, called.end), flags)
}

func (p *parser) class(mark int, start uint32) syntax.ID {
	p.advance()
	called := p.tok
	p.expect(name, "a name")
	p.typeParams()
	if p.is(lparen) {
		p.opens()
		p.arguments()
		p.closes(rparen)
	}
	body := p.block()
	p.Push(body)
	return p.Named(p.Close(syntax.Class, start, p.endOf(body), mark), called.start, called.end)
}

// typeParams reads over [T: bound = default, *Ts, **P]; their bounds are nobody's children.
func (p *parser) typeParams() {
	if !p.is(lbrack) {
		return
	}
	p.opens()
	mark := p.Mark()
	for !p.is(rbrack) {
		if !p.accept(star) {
			p.accept(power)
		}
		p.expect(name, "a type parameter")
		if p.accept(colon) {
			p.expression()
		}
		if p.accept(assign) {
			p.starExpr()
		}
		if !p.another(rbrack) {
			break
		}
	}
	p.Drop(mark)
	p.closes(rbrack)
}

func (p *parser) typeStatement() syntax.ID {
	start := p.tok.start
	p.advance()
	called := p.tok
	p.expect(name, "a name")
	p.typeParams()
	p.expect(assign, "=")
	p.expression()
	id := p.Named(p.Leaf(syntax.TypeOnly, start, p.prev), called.start, called.end)
	p.endLine()
	return id
}

func (p *parser) matchStatement() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	p.advance()
	p.Push(p.stars())
	p.expect(colon, "a colon")
	p.expect(newline, "the end of the line")
	p.expect(indent, "an indented block")
	p.deeper()
	end := p.prev
	for !p.is(dedent) && !p.is(eof) && !p.broken() {
		p.inMatch = true
		p.statements()
		end = max(end, p.prev)
	}
	p.inMatch = false
	p.accept(dedent)
	p.prev = end
	p.depth--
	return p.Close(syntax.Match, start, end, mark)
}

func (p *parser) caseBlock() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	p.advance()
	p.pattern = true
	p.Push(p.stars())
	p.pattern = false
	if at := p.tok.start; p.accept(kIf) {
		test := p.named()
		p.Push(p.Over(syntax.Guard, at, p.prev, test, 0))
	}
	body := p.block()
	p.Push(body)
	return p.Close(syntax.Case, start, p.endOf(body), mark)
}
