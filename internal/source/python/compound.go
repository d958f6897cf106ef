package python

import "github.com/lodemark/lodemark/internal/source/syntax"

func (p *parser) ifStatement() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	p.deeper()
	p.advance()
	p.Push(p.named())
	body := p.block()
	p.Push(body)
	end := p.endOf(body)
	switch {
	case p.is(kElif):
		other := p.ifStatement()
		p.Push(other)
		end = p.endOf(other)
	case p.accept(kElse):
		other := p.block()
		p.Push(other)
		end = p.endOf(other)
	}
	p.depth--
	return p.Close(syntax.If, start, end, mark)
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
		}
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
		p.advance()
		for !p.is(rparen) {
			p.withItem(true)
			if !p.accept(comma) {
				break
			}
		}
		p.expect(rparen, "a closing bracket")
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

// itemsAhead says whether the bracket behind `with` holds its items: the colon of the head stands right behind it.
func (p *parser) itemsAhead() bool {
	look := p.lex
	look.indents = nil
	look.tree = &syntax.Tree{}
	for depth := look.depth; look.depth >= depth; {
		switch t := look.next(); t.kind {
		case eof, newline, indent, dedent:
			return false
		case format:
			look.skip(look.src[t.end-1], quotes(look.src[t.start:t.end]))
		}
	}
	return look.next().kind == colon
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
	p.expect(lparen, "an opening bracket")
	p.params(rparen)
	p.expect(rparen, "a closing bracket")
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
			if !p.accept(comma) {
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
		if !p.accept(comma) {
			return
		}
	}
}

func (p *parser) param(start uint32, flags syntax.Flags, annotated bool) syntax.ID {
	mark, called := p.Mark(), p.tok
	if p.is(lparen) { // Python 2 took tuples apart here
		p.fail("tuple parameter of Python 2")
	}
	p.expect(name, "a parameter")
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
	if p.accept(lparen) {
		p.arguments()
		p.expect(rparen, "a closing bracket")
	}
	body := p.block()
	p.Push(body)
	return p.Named(p.Close(syntax.Class, start, p.endOf(body), mark), called.start, called.end)
}

// typeParams reads over [T: bound = default, *Ts, **P]; their bounds are nobody's children.
func (p *parser) typeParams() {
	if !p.accept(lbrack) {
		return
	}
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
		if !p.accept(comma) {
			break
		}
	}
	p.Drop(mark)
	p.expect(rbrack, "a closing bracket")
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
	for p.is(name) && p.word() == "case" {
		c := p.caseBlock()
		p.Push(c)
		end = p.endOf(c)
	}
	p.expect(dedent, "case")
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
