package python

import "github.com/lodemark/lodemark/internal/source/syntax"

func (p *parser) atom() syntax.ID {
	t := p.tok
	switch t.kind {
	case name:
		p.advance()
		return p.Named(p.Leaf(syntax.Ident, t.start, t.end), t.start, t.end)
	case number:
		p.oldNumber(t)
		p.advance()
		return p.Leaf(syntax.Number, t.start, t.end)
	case kTrue, kFalse, kNone, ellipsis:
		p.advance()
		return p.Named(p.Leaf(syntax.Const, t.start, t.end), t.start, t.end)
	case text, format:
		return p.strings()
	case lparen:
		return p.brackets()
	case lbrack:
		return p.listDisplay()
	case lbrace:
		return p.braces()
	case bad:
		if p.word() == "`" {
			return p.backticks()
		}
	}
	return p.missingValue()
}

// missingValue says that no expression stands here. Inside of brackets, and before the end of the line, the reading goes on as if one had.
func (p *parser) missingValue() syntax.ID {
	reason := "expected an expression"
	switch {
	case p.is(eof) || p.is(newline):
		reason = "expected an expression, not the end of the line"
	case p.is(bad):
		reason = "a character that means nothing here"
	case p.tok.kind >= firstKeyword:
		reason = "a keyword cannot stand here"
	}
	if p.open != [3]int{} && p.lex.hole < 0 {
		switch {
		case p.is(comma) || p.closer() || p.is(newline):
		case p.startsStatement():
			p.tell(p.tok.start, reason)
			p.cut()
			return p.Leaf(syntax.Bad, p.prev, p.prev)
		case p.is(colon) && p.lineDone(): // of the head of a block
		default:
			t := p.tok
			p.tell(t.start, reason)
			p.advance()
			return p.Leaf(syntax.Bad, t.start, t.end)
		}
		p.tell(p.tok.start, reason)
		return p.Leaf(syntax.Bad, p.prev, p.prev)
	}
	p.fail(reason)
	return 0
}

// brackets reads a group, a tuple, a generator or a yield in round brackets. A group leaves no node.
func (p *parser) brackets() syntax.ID {
	start := p.tok.start
	p.opens()
	if p.is(rparen) {
		p.closes(rparen)
		return p.Leaf(syntax.Tuple, start, p.prev)
	}
	if p.is(kYield) {
		value := p.yield()
		p.closes(rparen)
		return p.Flag(value, syntax.Parens)
	}
	mark := p.Mark()
	first := p.starNamed()
	if p.is(rparen) {
		p.closes(rparen)
		return p.Flag(first, syntax.Parens)
	}
	p.Push(first)
	k := syntax.Tuple
	if p.compAhead() {
		k = syntax.Comp
		p.comprehension()
	} else {
		more := p.another(rparen)
		if !more && len(p.Since(mark)) == 1 { // no bracket closes the group
			p.closes(rparen)
			p.Drop(mark)
			return p.Flag(first, syntax.Parens)
		}
		for more && !p.is(rparen) {
			p.Push(p.starNamed())
			more = p.another(rparen)
		}
	}
	p.closes(rparen)
	return p.Close(k, start, p.prev, mark)
}

func (p *parser) listDisplay() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	p.opens()
	k := syntax.List
	for !p.is(rbrack) {
		p.Push(p.starNamed())
		if p.compAhead() {
			k = syntax.Comp
			p.comprehension()
			break
		}
		if !p.another(rbrack) {
			break
		}
	}
	p.closes(rbrack)
	return p.Close(k, start, p.prev, mark)
}

// braces reads a dictionary or a set, or a comprehension of either.
func (p *parser) braces() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	p.opens()
	k := syntax.Dict
	for first := true; !p.is(rbrace); first = false {
		at := p.tok.start
		if p.accept(power) {
			value := p.binary(bitOr)
			p.Push(p.Flag(p.Over(syntax.Spread, at, p.prev, value, 0), syntax.Double))
		} else {
			key := p.starNamed()
			if p.accept(colon) {
				value := p.named()
				if p.compAhead() {
					k = syntax.Comp
					p.Push(key)
					p.Push(value)
					p.comprehension()
					break
				}
				p.Push(p.Over(syntax.Pair, at, p.prev, key, value))
			} else {
				if first {
					k = syntax.Set
				}
				p.Push(key)
				if p.compAhead() {
					k = syntax.Comp
					p.comprehension()
					break
				}
			}
		}
		if !p.another(rbrace) {
			break
		}
	}
	p.closes(rbrace)
	return p.Close(k, start, p.prev, mark)
}
