package python

import "github.com/lodemark/lodemark/internal/source/syntax"

// simple reads the statements of one line and pushes them.
func (p *parser) simple() {
	for told := false; ; {
		p.Push(p.small())
		switch {
		case p.accept(semi):
			if p.is(newline) || p.is(eof) {
				p.endLine()
				return
			}
			continue
		case p.is(newline) || p.is(eof):
			p.endLine()
			return
		}
		if !told { // what stands behind is read like a statement of its own
			told = true
			p.tell(p.tok.start, "expected the end of the statement")
		}
		if !p.readsOn() {
			return
		}
	}
}

// readsOn goes to the next token of the line that begins an expression. The end of the line is taken where there is none.
func (p *parser) readsOn() bool {
	start := p.tok.start
	for !p.begins() {
		if p.is(newline) || p.is(eof) || only(p.tok.kind) {
			p.Push(p.Leaf(syntax.Bad, start, max(p.prev, start)))
			if p.is(newline) || p.is(eof) {
				p.endLine()
				return false
			}
			return true
		}
		if p.is(colon) && p.lineDone() {
			p.fail("")
		}
		p.skipToken()
	}
	if p.prev > start {
		p.Push(p.Leaf(syntax.Bad, start, p.prev))
	}
	return true
}

func (p *parser) endLine() {
	if p.is(eof) {
		return
	}
	end := p.prev
	p.expect(newline, "the end of the statement")
	p.prev = end
}

func (p *parser) small() syntax.ID {
	start := p.tok.start
	switch p.tok.kind {
	case kPass, kBreak, kContinue:
		p.advance()
		return p.Leaf(syntax.Jump, start, p.prev)
	case kReturn:
		return p.optional(syntax.Return)
	case kRaise:
		return p.raise()
	case kDel:
		return p.list(syntax.Delete)
	case kAssert:
		p.advance()
		test, message := p.expression(), syntax.ID(0)
		if p.accept(comma) {
			message = p.expression()
		}
		return p.Over(syntax.Assert, start, p.prev, test, message)
	case kGlobal, kNonlocal:
		mark := p.Mark()
		p.advance()
		for {
			at := p.tok
			p.expect(name, "a name")
			p.Push(p.Named(p.Leaf(syntax.Ident, at.start, at.end), at.start, at.end))
			if !p.accept(comma) {
				return p.Close(syntax.Scope, start, p.prev, mark)
			}
		}
	case kImport:
		return p.importStatement()
	case kFrom:
		return p.importFrom()
	case name:
		if n := p.tok.end - start; (n == 4 || n == 5) && p.oldStatement() {
			return p.calledWithoutBrackets()
		}
	}
	return p.expressionStatement()
}

func (p *parser) optional(k syntax.Kind) syntax.ID {
	start := p.tok.start
	p.advance()
	value := syntax.ID(0)
	if !p.is(newline) && !p.is(semi) && !p.is(eof) {
		value = p.stars()
	}
	return p.Over(k, start, p.prev, value, 0)
}

func (p *parser) list(k syntax.Kind) syntax.ID {
	start, mark := p.tok.start, p.Mark()
	p.advance()
	if p.is(newline) || p.is(semi) || p.is(eof) {
		p.tell(p.tok.start, "expected an expression")
	}
	for !p.is(newline) && !p.is(semi) && !p.is(eof) {
		p.Push(p.expression())
		if !p.accept(comma) {
			break
		}
	}
	return p.Close(k, start, p.prev, mark)
}

func (p *parser) raise() syntax.ID {
	start := p.tok.start
	p.advance()
	value, cause := syntax.ID(0), syntax.ID(0)
	if !p.is(newline) && !p.is(semi) && !p.is(eof) {
		at := p.tok.start
		value = p.expression()
		if p.accept(kFrom) {
			cause = p.expression()
		} else if p.is(comma) {
			p.old(p.tok.start, "raise statement of Python 2")
			mark := p.Mark()
			p.Push(value)
			for p.accept(comma) {
				p.Push(p.expression())
			}
			value = p.Close(syntax.Tuple, at, p.prev, mark)
		}
	}
	return p.Over(syntax.Raise, start, p.prev, value, cause)
}

func (p *parser) importStatement() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	p.advance()
	for {
		at := p.tok.start
		first := p.tok
		path := p.path()
		local := first
		if p.accept(kAs) {
			local = p.tok
			p.expect(name, "a name")
		}
		p.Push(p.Named(p.Over(syntax.Alias, at, p.prev, path, 0), local.start, local.end))
		if !p.accept(comma) {
			break
		}
	}
	return p.Close(syntax.Import, start, p.prev, mark)
}

// path reads a dotted name.
func (p *parser) path() syntax.ID {
	start := p.tok.start
	p.expect(name, "a module")
	for p.accept(dot) {
		p.expect(name, "a module")
	}
	return p.Leaf(syntax.Path, start, p.prev)
}

func (p *parser) importFrom() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	p.advance()
	at := p.tok.start
	for p.accept(dot) || p.accept(ellipsis) {
	}
	if p.is(name) {
		p.path()
	}
	if p.prev < at {
		p.fail("expected a module")
	}
	p.Push(p.Leaf(syntax.Path, at, p.prev))
	p.expect(kImport, "import")
	if p.is(star) {
		p.Push(p.Flag(p.Leaf(syntax.Alias, p.tok.start, p.tok.end), syntax.Namespace))
		p.advance()
		return p.Close(syntax.ImportOf, start, p.prev, mark)
	}
	brackets := p.is(lparen)
	if brackets {
		p.opens()
	}
	for {
		outside := p.tok
		p.expect(name, "a name")
		local := outside
		if p.accept(kAs) {
			local = p.tok
			p.expect(name, "a name")
		}
		id := p.Named(p.Leaf(syntax.Alias, outside.start, p.prev), local.start, local.end)
		if local != outside {
			p.Rename(id, syntax.Span{Start: outside.start, End: outside.end})
		}
		p.Push(id)
		if brackets {
			if !p.another(rparen) || p.is(rparen) {
				break
			}
		} else if !p.accept(comma) {
			break
		}
	}
	if brackets {
		p.closes(rparen)
	}
	return p.Close(syntax.ImportOf, start, p.prev, mark)
}

// expressionStatement reads an expression, or an assignment of any kind.
func (p *parser) expressionStatement() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	first := p.value()
	switch p.tok.kind {
	case assign:
		p.Push(first)
		for p.accept(assign) {
			p.Push(p.value())
		}
		return p.Close(syntax.Assign, start, p.prev, mark)
	case colon:
		p.advance()
		p.Push(first)
		at := p.tok.start
		kind := p.stars()
		p.Push(p.Over(syntax.Annotation, at, p.prev, kind, 0))
		flags := syntax.NoValue
		if p.accept(assign) {
			flags = 0
			p.Push(p.value())
		}
		return p.Flag(p.Close(syntax.Assign, start, p.prev, mark), flags)
	case augment:
		op := p.tok
		p.advance()
		value := p.value()
		return p.Named(p.Over(syntax.Augment, start, p.prev, first, value), op.start, op.end)
	}
	return p.Over(syntax.ExprStmt, start, p.prev, first, 0)
}

// value is what may stand on either side of an assignment.
func (p *parser) value() syntax.ID {
	if p.is(kYield) {
		return p.yield()
	}
	return p.stars()
}

func (p *parser) yield() syntax.ID {
	start := p.tok.start
	p.advance()
	if p.accept(kFrom) {
		value := p.expression()
		return p.Flag(p.Over(syntax.Yield, start, p.prev, value, 0), syntax.Star)
	}
	value := syntax.ID(0)
	switch p.tok.kind {
	case newline, semi, eof, rparen, rbrack, rbrace, assign, colon, bang:
	default:
		value = p.stars()
	}
	return p.Over(syntax.Yield, start, p.prev, value, 0)
}
