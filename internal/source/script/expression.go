package script

import "github.com/lodemark/lodemark/internal/source/syntax"

// expression reads an expression with commas in it.
func (p *parser) expression() syntax.ID {
	start := p.tok.start
	first := p.assign()
	if p.tok.kind != tComma {
		return first
	}
	mark := p.b.Mark()
	p.b.Push(first)
	for p.take(tComma) {
		p.b.Push(p.assign())
	}
	return p.b.Close(syntax.Sequence, start, p.prevEnd, mark)
}

// assign reads an expression without commas.
func (p *parser) assign() syntax.ID {
	if !p.enter() {
		p.leave()
		return 0
	}
	start, mark, nodes := p.tok.start, p.b.Mark(), len(p.b.Tree.Nodes)
	left := syntax.ID(0)
	if p.tok.kind == tYield && (p.generator || p.startsOnLine()) {
		left = p.yield()
		p.leave()
		return left
	}
	p.arrow = 0
	left = p.binary(0)
	if left != 0 && left != p.arrow {
		switch p.tok.kind {
		case tQuestion:
			left = p.conditional(start, left)
		case tAssign:
			p.next()
			value := p.assign()
			left = p.b.Over(syntax.Assign, start, p.prevEnd, left, value)
		case tAugment, tSlashAssign:
			op := p.tok
			p.next()
			value := p.assign()
			left = p.b.Named(p.b.Over(syntax.Augment, start, p.prevEnd, left, value), op.start, op.end)
		}
	}
	if p.broken {
		p.b.Drop(mark) // what was begun and not ended
		if left == 0 {
			p.back(nodes)
		}
	}
	p.leave()
	return left
}

// yield reads yield and what it gives.
func (p *parser) yield() syntax.ID {
	start := p.tok.start
	p.next()
	var flags syntax.Flags
	value := syntax.ID(0)
	if !p.tok.nl {
		if p.take(tStar) {
			flags = syntax.Star
			value = p.assign()
		} else {
			switch p.tok.kind {
			case tCloseParen, tCloseBracket, tCloseBrace, tSemicolon, tComma, tColon, tEOF, tIn, tError:
			default:
				value = p.assign()
			}
		}
	}
	return p.b.Flag(p.b.Over(syntax.Yield, start, p.prevEnd, value, 0), flags)
}

// startsOnLine says whether a name, word, or literal follows on the same line: then await and yield are operators also where they
// could be names.
func (p *parser) startsOnLine() bool {
	next := p.peek()
	return !next.nl && (next.kind.isName() || next.kind == tString || next.kind == tNumber) && next.kind != tOf && next.kind != tIn &&
		next.kind != tInstanceof
}

func (p *parser) conditional(start uint32, test syntax.ID) syntax.ID {
	if p.typed {
		switch p.peek().kind {
		case tColon, tComma, tCloseParen, tAssign: // a parameter that may be missing
			return test
		}
	}
	p.next()
	mark := p.b.Mark()
	p.b.Push(test)
	was := p.inside()
	p.thenBranch = true
	p.b.Push(p.assign())
	p.outside(was)
	p.expect(tColon, ":")
	p.b.Push(p.assign())
	p.arrow = 0
	return p.b.Close(syntax.Conditional, start, p.prevEnd, mark)
}

// binary reads operands and the operators between them that bind tighter than min.
func (p *parser) binary(min uint8) syntax.ID {
	start := p.tok.start
	left := p.unary()
	for left != 0 && left != p.arrow {
		if p.tok.kind == tLess || p.tok.kind == tGreater {
			p.angle()
		}
		op := p.tok
		prec := precedence[op.kind]
		if prec == 0 {
			if p.typed && (op.kind == tAs || op.kind == tSatisfies) && !op.nl && min < relational {
				p.next()
				if !p.take(tConst) {
					p.typ()
				}
				left = p.b.Over(syntax.Cast, start, p.prevEnd, left, 0)
				continue
			}
			break
		}
		if prec <= min && (op.kind != tPower || prec < min) || op.kind == tIn && p.noIn {
			break
		}
		p.next()
		right := syntax.ID(0)
		if op.kind != tPower {
			right = p.binary(prec)
		} else {
			if p.enter() {
				right = p.binary(prec)
			}
			p.leave()
		}
		if right == 0 {
			return 0
		}
		k := syntax.Binary
		switch op.kind {
		case tLogicAnd, tLogicOr, tNullish:
			k = syntax.Logic
		case tEqual, tLess, tGreater, tLessEqual, tIn, tInstanceof:
			k = syntax.Compare
		}
		left = p.b.Named(p.b.Over(k, start, p.prevEnd, left, right), op.start, op.end)
	}
	return left
}

// unary reads an operand with what stands before it.
func (p *parser) unary() syntax.ID {
	start := p.tok.start
	switch op := p.tok; op.kind {
	case tNot, tTilde, tPlus, tMinus, tIncrement, tDecrement, tTypeof, tVoid, tDelete:
		id := syntax.ID(0)
		if p.enter() {
			p.next()
			id = p.unary()
			id = p.b.Named(p.b.Over(syntax.Unary, start, p.prevEnd, id, 0), op.start, op.end)
		}
		p.leave()
		return id
	case tAwait:
		if p.async || !p.function && p.awaits() || p.startsOnLine() {
			id := syntax.ID(0)
			if p.enter() {
				p.next()
				id = p.unary()
				id = p.b.Over(syntax.Await, start, p.prevEnd, id, 0)
			}
			p.leave()
			return id
		}
	case tLess:
		if !p.jsx {
			return p.cast()
		}
	}
	id := p.postfix(false)
	if (p.tok.kind == tIncrement || p.tok.kind == tDecrement) && !p.tok.nl && id != 0 {
		op := p.tok
		p.next()
		id = p.b.Named(p.b.Over(syntax.Unary, start, p.prevEnd, id, 0), op.start, op.end)
	}
	return id
}

// awaits says whether something to wait for follows await at the top of a module.
func (p *parser) awaits() bool {
	switch next := p.peek(); next.kind {
	case tOpenParen, tOpenBracket, tOpenBrace, tTemplate, tNot, tTilde, tSlash, tIncrement, tDecrement, tPlus, tMinus:
		return !next.nl && next.kind != tSlash && next.kind != tPlus && next.kind != tMinus
	default:
		return next.kind.isName() && next.kind != tIn && next.kind != tInstanceof && next.kind != tOf || next.kind == tString || next.kind == tNumber
	}
}

// cast reads <T>x, or a generic arrow function <T>(x) => y.
func (p *parser) cast() syntax.ID {
	start := p.tok.start
	id := syntax.ID(0)
	if p.enter() {
		id = p.genericArrow(start, 0)
		if id == 0 && !p.broken {
			p.next()
			if !p.take(tConst) {
				p.typ()
			}
			p.expect(tGreater, ">")
			id = p.unary()
			id = p.b.Over(syntax.Cast, start, p.prevEnd, id, 0)
		}
	}
	p.leave()
	return id
}
