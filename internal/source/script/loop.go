package script

import "github.com/lodemark/lodemark/internal/source/syntax"

// forStatement reads all loops that begin with for.
func (p *parser) forStatement() syntax.ID {
	start := p.tok.start
	mark := p.b.Mark()
	p.next()
	var flags syntax.Flags
	if p.take(tAwait) {
		flags = syntax.Async
	}
	if !p.expect(tOpenParen, "(") {
		return 0
	}
	was := p.inside()
	name := p.forBeginning()
	if over := p.tok.kind; over == tOf || over == tIn {
		p.next()
		if over == tIn {
			flags |= syntax.In
			p.b.Push(p.expression())
		} else {
			p.b.Push(p.assign())
		}
		p.close(tCloseParen, ")")
		p.outside(was)
		p.b.Push(p.body())
		id := p.b.Flag(p.b.Close(syntax.For, start, p.prevEnd, mark), flags)
		return p.b.Named(id, name.start, name.end)
	}
	p.expect(tSemicolon, ";")
	if p.tok.kind != tSemicolon {
		p.b.Push(p.expression())
	}
	p.expect(tSemicolon, ";")
	if p.tok.kind != tCloseParen {
		p.b.Push(p.expression())
	}
	p.close(tCloseParen, ")")
	p.outside(was)
	p.b.Push(p.body())
	return p.b.Close(syntax.ForLoop, start, p.prevEnd, mark)
}

// forBeginning reads what stands before of, in, or the first semicolon, and pushes it. The name is the word of a declaration.
func (p *parser) forBeginning() (name token) {
	p.noIn = true
	defer func() { p.noIn = false }()
	mark := p.b.Mark()
	start := p.tok.start
	declares := false
	switch p.tok.kind {
	case tSemicolon:
		return name
	case tVar, tConst:
		declares = true
	case tLet:
		next := p.peek().kind
		declares = next.isIdent() || next == tOpenBracket || next == tOpenBrace
	case tUsing:
		declares = p.usingName()
	case tAwait:
		if declares = p.awaitUsing(); declares {
			p.next()
		}
	}
	if !declares {
		p.b.Push(p.expression())
		return name
	}
	name = p.tok
	p.variables(start, 0)
	list := p.b.Since(mark)
	if (p.tok.kind != tOf && p.tok.kind != tIn) || len(list) != 1 {
		return name
	}
	if n := p.b.Tree.Node(list[0]); n.Flags&syntax.NoValue != 0 && n.Kind == syntax.Assign { // the target itself
		target := n.First
		*n = syntax.Node{}
		list[0] = target
	}
	return name
}

// usingName says whether using, which is at hand, is followed by what it declares rather than by the of of a loop.
func (p *parser) usingName() bool {
	next := p.peek()
	if next.kind != tOf {
		return next.kind.isIdent() && !next.nl
	}
	s := p.save()
	p.next()
	after := p.peek().kind
	p.restore(&s)
	return after == tAssign || after == tSemicolon || after == tColon
}
