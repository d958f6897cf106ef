package script

import "github.com/lodemark/lodemark/internal/source/syntax"

// statements reads statements up to the token that ends them, and pushes them.
func (p *parser) statements(end kind) {
	for p.tok.kind != end && p.tok.kind != tEOF {
		if p.tok.kind == tCloseBrace || end == tCase && p.tok.kind == tDefault {
			if end != tEOF {
				return
			}
			p.report(int(p.tok.start), "a } without its {")
			p.next()
			continue
		}
		mark, nodes, start := p.b.Mark(), len(p.b.Tree.Nodes), p.tok.start
		depth := p.depth
		was := p.inside()
		p.statement()
		p.outside(was)
		if !p.broken {
			continue
		}
		if p.tries > 0 {
			return
		}
		p.depth = depth
		p.b.Drop(mark)
		p.back(nodes)
		p.recover(int(start))
		p.bad(start)
	}
}

// block reads { statements }.
func (p *parser) block() syntax.ID {
	start := p.tok.start
	mark := p.b.Mark()
	if !p.expect(tOpenBrace, "{") {
		return 0
	}
	p.statements(tCloseBrace)
	p.close(tCloseBrace, "}")
	return p.b.Close(syntax.Block, start, p.prevEnd, mark)
}

// body is a block, or one statement that stands for one.
func (p *parser) body() syntax.ID {
	if p.tok.kind == tOpenBrace {
		return p.block()
	}
	start := p.tok.start
	mark := p.b.Mark()
	p.statement()
	if p.broken {
		p.b.Drop(mark)
		return 0
	}
	return p.b.Close(syntax.Block, start, max(p.prevEnd, start), mark)
}

// statement reads one statement and pushes what it is.
func (p *parser) statement() {
	if !p.enter() {
		return
	}
	defer p.leave()
	switch k := p.tok.kind; k {
	case tSemicolon:
		p.next()
	case tOpenBrace:
		p.b.Push(p.block())
	case tVar, tConst:
		if k == tConst && p.typed && p.peek().kind == tEnum {
			p.enum(p.tok.start)
			return
		}
		p.variables(p.tok.start, 0)
		p.semicolon()
	case tFunction:
		p.b.Push(p.functionAt(p.tok.start, 0))
	case tClass, tAt:
		p.decorated()
	case tImport:
		if next := p.peek().kind; next != tOpenParen && next != tDot {
			p.importStatement()
			return
		}
		p.expressionStatement()
	case tExport:
		p.export(p.tok.start, p.b.Mark())
	case tIf:
		p.b.Push(p.ifStatement())
	case tFor:
		p.b.Push(p.forStatement())
	case tWhile:
		start := p.tok.start
		p.next()
		test := p.head()
		body := p.body()
		p.b.Push(p.b.Over(syntax.While, start, p.prevEnd, test, body))
	case tDo:
		p.b.Push(p.doStatement())
	case tReturn, tThrow:
		start := p.tok.start
		p.next()
		value := syntax.ID(0)
		if k == tThrow || p.tok.kind != tSemicolon && p.tok.kind != tCloseBrace && !p.tok.nl && !p.stopped() {
			value = p.expression()
		}
		end := p.prevEnd
		p.semicolon()
		what := syntax.Return
		if k == tThrow {
			what = syntax.Raise
		}
		p.b.Push(p.b.Over(what, start, end, value, 0))
	case tBreak, tContinue, tDebugger:
		start := p.tok.start
		p.next()
		id := p.b.Leaf(syntax.Jump, start, p.prevEnd)
		if k != tDebugger && p.tok.kind.isIdent() && !p.tok.nl {
			p.b.Named(id, p.tok.start, p.tok.end)
			p.next()
			p.b.Tree.Node(id).End = p.prevEnd
		}
		p.semicolon()
		p.b.Push(id)
	case tSwitch:
		p.b.Push(p.switchStatement())
	case tTry:
		p.b.Push(p.tryStatement())
	case tWith:
		start := p.tok.start
		p.next()
		at := p.tok.start
		value := p.head()
		item := p.b.Over(syntax.WithItem, at, p.prevEnd, value, 0)
		body := p.body()
		p.b.Push(p.b.Over(syntax.With, start, p.prevEnd, item, body))
	default:
		if k.isIdent() && p.wordStatement() {
			return
		}
		if k == tEnum && p.typed {
			p.enum(p.tok.start)
			return
		}
		p.expressionStatement()
	}
}

// wordStatement reads a statement that begins with a word which is a name elsewhere, and says whether it was one.
func (p *parser) wordStatement() bool {
	start := p.tok.start
	switch p.tok.kind {
	case tIdent:
	case tLet:
		if next := p.peek(); next.kind.isIdent() || next.kind == tOpenBracket || next.kind == tOpenBrace {
			p.variables(start, 0)
			p.semicolon()
			return true
		}
	case tUsing:
		if next := p.peek(); next.kind.isIdent() && !next.nl {
			p.variables(start, 0)
			p.semicolon()
			return true
		}
	case tAwait:
		if p.awaitUsing() {
			p.next()
			p.variables(start, syntax.Async)
			p.semicolon()
			return true
		}
	case tAsync:
		if next := p.peek(); next.kind == tFunction && !next.nl {
			p.next()
			p.b.Push(p.functionAt(start, syntax.Async))
			return true
		}
	default:
		if p.typed && p.typeStatement() {
			return true
		}
	}
	if p.peekColon() {
		end := p.tok.end
		p.next()
		p.next()
		mark := p.b.Mark()
		p.statement()
		p.b.Push(p.b.Named(p.b.Close(syntax.Label, start, p.prevEnd, mark), start, end))
		return true
	}
	return false
}

// peekColon says whether a colon comes next, for labels.
func (p *parser) peekColon() bool {
	i := p.pos
	for i < len(p.src) && class[p.src[i]] == cSpace {
		i++
	}
	if i < len(p.src) && p.src[i] == ':' {
		return true
	}
	return i < len(p.src) && (class[p.src[i]] == cLine || p.src[i] == '/') && p.peek().kind == tColon
}

// awaitUsing looks for `await using x`.
func (p *parser) awaitUsing() bool {
	if p.peek().kind != tUsing {
		return false
	}
	s := p.save()
	p.next()
	next := p.peek()
	p.restore(&s)
	return next.kind.isIdent() && !next.nl
}

func (p *parser) expressionStatement() {
	start := p.tok.start
	value := p.expression()
	end := p.prevEnd
	p.semicolon()
	p.b.Push(p.b.Over(syntax.ExprStmt, start, end, value, 0))
}

// head reads an expression in parentheses, which is not marked as such.
func (p *parser) head() syntax.ID {
	if !p.expect(tOpenParen, "(") {
		return 0
	}
	mark := p.b.Mark()
	value := p.expression()
	p.close(tCloseParen, ")")
	if value == 0 && p.b.Mark() > mark {
		value = p.b.Since(mark)[0]
	}
	p.b.Drop(mark)
	return value
}

func (p *parser) ifStatement() syntax.ID {
	mark := p.b.Mark()
	start := p.tok.start
	p.next()
	p.b.Push(p.head())
	p.b.Push(p.body())
	if p.take(tElse) {
		if p.tok.kind == tIf {
			if p.enter() {
				p.b.Push(p.ifStatement())
			}
			p.leave()
		} else {
			p.b.Push(p.body())
		}
	}
	return p.b.Close(syntax.If, start, p.prevEnd, mark)
}

func (p *parser) doStatement() syntax.ID {
	start := p.tok.start
	p.next()
	body := p.body()
	p.expect(tWhile, "while")
	test := p.head()
	end := p.prevEnd
	p.take(tSemicolon)
	return p.b.Flag(p.b.Over(syntax.While, start, end, test, body), syntax.Do)
}

func (p *parser) switchStatement() syntax.ID {
	mark := p.b.Mark()
	start := p.tok.start
	p.next()
	p.b.Push(p.head())
	p.expect(tOpenBrace, "{")
	for p.tok.kind == tCase || p.tok.kind == tDefault {
		at, inner := p.tok.start, p.b.Mark()
		if p.take(tCase) {
			p.b.Push(p.expression())
		} else {
			p.next()
		}
		p.expect(tColon, ":")
		from, list := p.prevEnd, p.b.Mark()
		p.statements(tCase)
		p.b.Push(p.b.Close(syntax.Block, from, max(from, p.prevEnd), list))
		p.b.Push(p.b.Close(syntax.Case, at, p.prevEnd, inner))
	}
	p.close(tCloseBrace, "}")
	return p.b.Close(syntax.Match, start, p.prevEnd, mark)
}

func (p *parser) tryStatement() syntax.ID {
	mark := p.b.Mark()
	start := p.tok.start
	p.next()
	p.b.Push(p.block())
	if p.tok.kind == tCatch {
		at, inner := p.tok.start, p.b.Mark()
		var name token
		p.next()
		if p.take(tOpenParen) {
			if p.tok.kind.isIdent() {
				name = p.tok
				p.next()
			} else {
				p.b.Push(p.target())
			}
			if p.typed && p.take(tColon) {
				p.typ()
			}
			p.close(tCloseParen, ")")
		}
		p.b.Push(p.block())
		p.b.Push(p.b.Named(p.b.Close(syntax.Handler, at, p.prevEnd, inner), name.start, name.end))
	}
	if p.tok.kind == tFinally {
		at := p.tok.start
		p.next()
		block := p.block()
		p.b.Push(p.b.Over(syntax.Finally, at, p.prevEnd, block, 0))
	}
	return p.b.Close(syntax.Try, start, p.prevEnd, mark)
}
