package script

import "github.com/lodemark/lodemark/internal/source/syntax"

// postfix reads an operand with the members, calls, and templates behind it. callee: what stands after new, which takes no call.
func (p *parser) postfix(callee bool) syntax.ID {
	start := p.tok.start
	id := p.primary()
	for id != 0 && id != p.arrow && !p.broken {
		switch p.tok.kind {
		case tDot:
			p.next()
			id = p.attribute(start, id, 0)
		case tOptional:
			if callee {
				return id
			}
			p.next()
			switch p.tok.kind {
			case tOpenParen:
				id = p.call(start, id, syntax.Optional)
			case tOpenBracket:
				id = p.index(start, id, syntax.Optional)
			case tTemplate:
				id = p.tagged(start, id)
			case tLess:
				if p.typed {
					p.typeArguments()
				}
				id = p.call(start, id, syntax.Optional)
			default:
				id = p.attribute(start, id, syntax.Optional)
			}
		case tOpenBracket:
			if p.decorator {
				return id
			}
			id = p.index(start, id, 0)
		case tOpenParen:
			if callee {
				return id
			}
			id = p.call(start, id, 0)
		case tTemplate:
			id = p.tagged(start, id)
		case tNot:
			if !p.typed || p.tok.nl {
				return id
			}
			p.next()
			id = p.b.Over(syntax.Cast, start, p.prevEnd, id, 0)
		case tLess:
			if !p.typed {
				return id
			}
			if !p.tryTypeArguments() {
				return id
			}
			if p.tok.kind != tOpenParen && p.tok.kind != tTemplate {
				id = p.b.Over(syntax.Cast, start, p.prevEnd, id, 0)
			}
			if callee {
				return id
			}
		default:
			return id
		}
	}
	return id
}

// tryTypeArguments reads <T> where it can be no comparison, and says whether it did.
func (p *parser) tryTypeArguments() bool {
	if !p.mayTry() {
		return false
	}
	s := p.save()
	p.tries++
	p.typeArguments()
	p.tries--
	if !p.broken {
		switch k := p.tok.kind; k {
		case tOpenParen, tTemplate:
			return true
		case tLess, tGreater, tPlus, tMinus:
		default:
			if p.tok.nl || precedence[k] > 0 || k == tAs || k == tSatisfies || !p.startsExpression() {
				return true
			}
		}
	}
	p.restore(&s)
	return false
}

// startsExpression says whether the token at hand can begin an operand.
func (p *parser) startsExpression() bool {
	switch k := p.tok.kind; k {
	case tOpenParen, tOpenBracket, tOpenBrace, tString, tNumber, tTemplate, tNot, tTilde, tIncrement, tDecrement, tPlus, tMinus, tLess, tSlash,
		tSlashAssign, tPrivate, tAt, tClass, tFunction, tNew, tNull, tThis, tSuper, tTrue, tFalse, tTypeof, tVoid, tDelete, tImport:
		return true
	default:
		return k.isIdent()
	}
}

func (p *parser) attribute(start uint32, object syntax.ID, flags syntax.Flags) syntax.ID {
	name := p.tok
	if !name.kind.isName() && name.kind != tPrivate {
		p.fail("expected the name of a property")
		return 0
	}
	p.next()
	id := p.b.Over(syntax.Attribute, start, name.end, object, 0)
	return p.b.Named(p.b.Flag(id, flags), name.start, name.end)
}

func (p *parser) index(start uint32, object syntax.ID, flags syntax.Flags) syntax.ID {
	mark := p.b.Mark()
	p.b.Push(object)
	p.next()
	was := p.inside()
	p.b.Push(p.expression())
	p.close(tCloseBracket, "]")
	p.outside(was)
	return p.b.Flag(p.b.Close(syntax.Index, start, p.prevEnd, mark), flags)
}

func (p *parser) call(start uint32, callee syntax.ID, flags syntax.Flags) syntax.ID {
	mark := p.b.Mark()
	p.b.Push(callee)
	p.arguments()
	return p.b.Flag(p.b.Close(syntax.Call, start, p.prevEnd, mark), flags)
}

// arguments reads ( … ) and pushes each.
func (p *parser) arguments() {
	if !p.expect(tOpenParen, "(") {
		return
	}
	was := p.inside()
	for p.tok.kind != tCloseParen && !p.stopped() {
		p.b.Push(p.item())
		if p.tok.kind != tComma {
			break
		}
		p.next()
	}
	p.close(tCloseParen, ")")
	p.outside(was)
}

// item reads an expression that may be spread.
func (p *parser) item() syntax.ID {
	if p.tok.kind != tEllipsis {
		return p.assign()
	}
	start := p.tok.start
	p.next()
	value := p.assign()
	return p.b.Over(syntax.Spread, start, p.prevEnd, value, 0)
}

func (p *parser) tagged(start uint32, tag syntax.ID) syntax.ID {
	mark := p.b.Mark()
	p.b.Push(tag)
	p.b.Push(p.template())
	return p.b.Flag(p.b.Close(syntax.Call, start, p.prevEnd, mark), syntax.Tagged)
}

// template reads a template literal, the whole of it.
func (p *parser) template() syntax.ID {
	mark := p.b.Mark()
	start := p.tok.start
	from := int(p.tok.end)
	for i := from; ; i++ {
		if i >= len(p.src) {
			i = len(p.src)
			p.report(int(start), "expected the end of the template")
			p.templateText(from, i)
			p.tok.end = uint32(i)
			break
		}
		c := p.src[i]
		if c == '\\' {
			i++
			continue
		}
		if c == '`' {
			p.templateText(from, i)
			p.tok.end = uint32(i + 1)
			break
		}
		if c != '$' || i+1 >= len(p.src) || p.src[i+1] != '{' {
			continue
		}
		p.templateText(from, i)
		p.tok.end = uint32(i + 2)
		p.pos = i + 2
		inner := p.b.Mark()
		p.next()
		was := p.inside()
		p.b.Push(p.expression())
		end, ok := p.closeTemplatePart()
		p.outside(was)
		p.b.Push(p.b.Close(syntax.Interp, uint32(i), max(end, uint32(i+2)), inner))
		if !ok {
			return p.b.Close(syntax.Format, start, max(p.prevEnd, end), mark)
		}
		from = int(end)
		i = from - 1
	}
	p.pos = int(p.tok.end)
	p.next()
	return p.b.Close(syntax.Format, start, p.prevEnd, mark)
}

// closeTemplatePart ends a ${…}; it does not read on, as text follows and no token.
func (p *parser) closeTemplatePart() (end uint32, ok bool) {
	if p.tok.kind != tCloseBrace || p.broken {
		if !p.broken {
			p.fail("expected }")
		}
		if p.tries > 0 {
			return p.prevEnd, false
		}
		start := p.errorAt
		p.resume()
		p.skip(inBracket)
		if p.tok.kind != tCloseBrace {
			p.stop()
			return p.prevEnd, false
		}
		p.b.Push(p.b.Leaf(syntax.Bad, uint32(start), p.tok.start))
	}
	return p.tok.end, true
}

func (p *parser) templateText(from, to int) {
	if to > from {
		p.b.Push(p.b.Leaf(syntax.Str, uint32(from), uint32(to)))
	}
}
