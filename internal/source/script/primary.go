package script

import "github.com/lodemark/lodemark/internal/source/syntax"

// primary reads an operand: a name, a literal, a function, a class, or something in brackets.
func (p *parser) primary() syntax.ID {
	start, end := p.tok.start, p.tok.end
	switch k := p.tok.kind; k {
	case tIdent:
		p.next()
		if p.tok.kind == tArrow && !p.tok.nl {
			return p.singleArrow(start, end, 0)
		}
		if end-start == 9 && p.src[start:end] == "undefined" {
			return p.constant(start, end)
		}
		return p.b.Named(p.b.Leaf(syntax.Ident, start, end), start, end)
	case tThis, tSuper, tPrivate:
		return p.ident()
	case tTrue, tFalse, tNull:
		p.next()
		return p.constant(start, end)
	case tString:
		p.next()
		return p.b.Leaf(syntax.Str, start, end)
	case tNumber:
		p.next()
		return p.b.Leaf(syntax.Number, start, end)
	case tSlash, tSlashAssign:
		if !p.regex() {
			return 0
		}
		p.next()
		return p.b.Leaf(syntax.Regex, start, p.prevEnd)
	case tTemplate:
		return p.template()
	case tOpenParen:
		return p.parens()
	case tOpenBracket:
		return p.array()
	case tOpenBrace:
		return p.object()
	case tFunction:
		return p.functionAt(start, 0)
	case tClass:
		return p.class(start, p.b.Mark())
	case tAt:
		mark := p.b.Mark()
		id := syntax.ID(0)
		if p.enter() {
			p.decorators()
			id = p.class(start, mark)
		}
		p.leave()
		return id
	case tNew:
		return p.newExpression()
	case tImport:
		next := p.peek().kind
		if next != tOpenParen && next != tDot {
			break
		}
		return p.ident() // import(…), import.meta
	case tLess:
		if p.jsx {
			return p.jsxOrArrow()
		}
	case tAsync:
		return p.asyncOperand()
	default:
		if !k.isIdent() {
			break
		}
		id := p.ident()
		if p.tok.kind == tArrow && !p.tok.nl {
			p.b.Back(int(id))
			return p.singleArrow(start, end, 0)
		}
		return id
	}
	p.fail("expected an expression")
	return 0
}

func (p *parser) constant(start, end uint32) syntax.ID {
	return p.b.Named(p.b.Leaf(syntax.Const, start, end), start, end)
}

// newExpression reads new X(…), new X, and new.target.
func (p *parser) newExpression() syntax.ID {
	start, end := p.tok.start, p.tok.end
	p.next()
	if p.tok.kind == tDot {
		return p.b.Named(p.b.Leaf(syntax.Ident, start, end), start, end)
	}
	id := syntax.ID(0)
	if p.enter() {
		mark := p.b.Mark()
		was := p.decorator
		p.decorator = false
		p.b.Push(p.postfix(true))
		p.decorator = was
		if p.tok.kind == tOpenParen {
			p.arguments()
		}
		id = p.b.Flag(p.b.Close(syntax.Call, start, p.prevEnd, mark), syntax.New)
	}
	p.leave()
	return id
}

// array reads a list or the pattern of one.
func (p *parser) array() syntax.ID {
	mark := p.b.Mark()
	start := p.tok.start
	p.next()
	was := p.inside()
	for p.tok.kind != tCloseBracket && !p.stopped() {
		if p.tok.kind == tComma {
			p.b.Push(p.b.Leaf(syntax.Hole, p.tok.start, p.tok.start))
			p.next()
			continue
		}
		p.b.Push(p.item())
		if p.tok.kind != tComma {
			break
		}
		p.next()
	}
	p.close(tCloseBracket, "]")
	p.outside(was)
	p.arrow = 0
	return p.b.Close(syntax.List, start, p.prevEnd, mark)
}

// object reads an object or the pattern of one.
func (p *parser) object() syntax.ID {
	mark := p.b.Mark()
	start := p.tok.start
	p.next()
	was := p.inside()
	for p.tok.kind != tCloseBrace && !p.stopped() {
		if p.tok.kind == tEllipsis {
			p.b.Push(p.item())
		} else {
			p.property()
		}
		if p.tok.kind != tComma {
			break
		}
		p.next()
	}
	p.close(tCloseBrace, "}")
	p.outside(was)
	p.arrow = 0
	return p.b.Close(syntax.Dict, start, p.prevEnd, mark)
}

// property reads one property and pushes its Pair.
func (p *parser) property() {
	mark := p.b.Mark()
	start := p.tok.start
	var flags syntax.Flags
	for p.tok.kind == tGet || p.tok.kind == tSet || p.tok.kind == tAsync {
		k := p.tok.kind
		next := p.peek()
		if !next.kind.isName() && next.kind != tOpenBracket && next.kind != tString && next.kind != tNumber && next.kind != tPrivate &&
			(next.kind != tStar || k != tAsync) || k == tAsync && next.nl {
			break
		}
		if k == tAsync {
			flags |= syntax.Async
		} else {
			flags |= syntax.Getter
		}
		p.next()
		if k != tAsync {
			break
		}
	}
	if p.take(tStar) {
		flags |= syntax.Generator
	}
	word := p.tok
	k := p.memberKey()
	if p.broken {
		p.b.Drop(mark)
		return
	}
	var pair syntax.Flags
	switch {
	case k.computed:
		pair = syntax.Computed
	case word.kind == tNumber:
		p.b.Push(p.b.Leaf(syntax.Number, word.start, word.end))
	case word.kind == tString:
		p.b.Push(p.b.Leaf(syntax.Str, word.start, word.end))
	default:
		p.b.Push(p.b.Flag(p.b.Leaf(syntax.Str, word.start, word.end), syntax.Bare))
	}
	switch {
	case p.tok.kind == tColon:
		p.next()
		p.b.Push(p.assign())
	case p.tok.kind == tOpenParen || p.tok.kind == tLess && p.typed:
		f := p.functionRest(start, flags|syntax.Method, token{}, p.b.Mark())
		if f == 0 && !p.broken {
			p.fail("expected {")
		}
		p.b.Push(f)
	case word.kind.isIdent():
		pair |= syntax.Shorthand
		value := p.b.Named(p.b.Leaf(syntax.Ident, word.start, word.end), word.start, word.end)
		if p.take(tAssign) {
			given := p.assign()
			value = p.b.Over(syntax.Assign, word.start, p.prevEnd, value, given)
		}
		p.b.Push(value)
	default:
		p.fail("expected :")
	}
	p.b.Push(p.b.Flag(p.b.Close(syntax.Pair, start, p.prevEnd, mark), pair))
}
