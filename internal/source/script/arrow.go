package script

import "github.com/lodemark/lodemark/internal/source/syntax"

// singleArrow reads x => body; the parameter was read, the arrow is at hand.
func (p *parser) singleArrow(start, end uint32, flags syntax.Flags) syntax.ID {
	mark := p.b.Mark()
	p.b.Push(p.b.Named(p.b.Leaf(syntax.Param, start, end), start, end))
	return p.arrowBody(start, flags, mark)
}

// arrowBody reads from the arrow on; the parameters were pushed since mark.
func (p *parser) arrowBody(start uint32, flags syntax.Flags, mark int) syntax.ID {
	p.expect(tArrow, "=>")
	was := p.into(flags)
	if p.tok.kind == tOpenBrace {
		inside := p.inside()
		p.b.Push(p.block())
		p.outside(inside)
	} else {
		p.b.Push(p.assign())
	}
	p.out(was)
	id := p.b.Flag(p.b.Close(syntax.Function, start, p.prevEnd, mark), flags|syntax.Arrow)
	p.arrow = id
	return id
}

// parens reads what begins with a parenthesis: an expression in parentheses, or an arrow function. The inside of both is read the same
// way; what comes behind it tells.
func (p *parser) parens() syntax.ID {
	start := p.tok.start
	before := p.save()
	guess := p.typed && p.thenBranch && !p.refused[start]
	mark := p.b.Mark()
	must, can := p.list()
	switch {
	case p.tok.kind == tArrow && !p.tok.nl && !p.broken:
		p.asParameters(mark)
		return p.arrowBody(start, 0, mark)
	case p.typed && p.tok.kind == tColon && can && (must || !p.thenBranch || guess) && !p.broken:
		if must || !p.thenBranch {
			if p.returnType(mark, must) {
				return p.arrowBody(start, 0, mark)
			}
			break
		}
		// in `a ? (b) : c => d`, (b) is an operand unless another colon follows
		if p.returnType(mark, false) {
			p.tries++
			id := p.arrowBody(start, 0, mark)
			p.tries--
			if !p.broken && p.tok.kind == tColon {
				return id
			}
			p.refuse(start)
			p.restore(&before)
			return p.parens()
		}
	}
	if must && !p.broken {
		p.fail("expected =>")
	}
	p.arrow = 0
	list := p.b.Since(mark)
	switch len(list) {
	case 0:
		p.fail("expected an expression")
		return 0
	case 1:
		id := list[0]
		p.b.Drop(mark)
		return p.b.Flag(id, syntax.Parens)
	}
	from, to := p.b.Tree.Node(list[0]).Start, p.b.Tree.Node(list[len(list)-1]).End
	return p.b.Flag(p.b.Close(syntax.Sequence, from, to, mark), syntax.Parens)
}

// refuse remembers that no arrow function begins here, so that it is not tried again when something around it is read again.
func (p *parser) refuse(at uint32) {
	if p.refused == nil {
		p.refused = map[uint32]bool{}
	}
	p.refused[at] = true
}

// returnType reads `: type` if an arrow follows it, makes parameters of what was pushed since mark, and says whether it did.
func (p *parser) returnType(mark int, must bool) bool {
	if !must && !p.mayTry() {
		return false
	}
	s := p.save()
	p.tries++
	p.next()
	start := p.tok.start
	p.typ()
	end := p.prevEnd
	p.tries--
	if p.broken || p.tok.kind != tArrow || p.tok.nl {
		p.restore(&s)
		return false
	}
	p.asParameters(mark)
	p.b.Push(p.b.Leaf(syntax.Annotation, start, end))
	return true
}

// list reads ( … ) and pushes each item; with a type, a question mark, or a default behind a type it is a Param at once. must: it can
// only be parameters; can: it may be.
func (p *parser) list() (must, can bool) {
	p.next()
	was := p.inside()
	must, can = p.tok.kind == tCloseParen, true
	for p.tok.kind != tCloseParen && !p.stopped() {
		start := p.tok.start
		must = must || p.tok.kind == tEllipsis
		id := p.item()
		if p.typed && (p.tok.kind == tColon || p.tok.kind == tQuestion) && id != 0 {
			id = p.typedParam(start, id)
			must = true
		}
		if id != 0 && can {
			switch p.b.Tree.Kind(id) {
			case syntax.Ident, syntax.Assign, syntax.Dict, syntax.List, syntax.Spread, syntax.Param, syntax.Const:
				can = p.b.Tree.Node(id).Flags&syntax.Parens == 0
			default:
				can = false
			}
		}
		p.b.Push(id)
		if p.tok.kind != tComma {
			break
		}
		p.next()
		if p.tok.kind == tCloseParen {
			must = true
		}
	}
	p.close(tCloseParen, ")")
	p.outside(was)
	return must, can
}

// typedParam reads what follows a name in `(x?: T = y) =>`.
func (p *parser) typedParam(start uint32, id syntax.ID) syntax.ID {
	t := p.b.Tree
	mark := p.b.Mark()
	var flags syntax.Flags
	if t.Kind(id) == syntax.Spread {
		flags = syntax.Star
		inner := t.Node(id).First
		t.Nodes[id].Kind, t.Nodes[id].First = syntax.None, 0
		t.Nodes[inner].Parent = 0
		id = inner
	}
	nameStart, nameEnd := p.nameOf(id)
	if nameEnd == 0 {
		p.b.Push(id)
	}
	p.take(tQuestion)
	p.annotation()
	if p.take(tAssign) {
		p.b.Push(p.assign())
	}
	param := p.b.Flag(p.b.Close(syntax.Param, start, p.prevEnd, mark), flags)
	return p.b.Named(param, nameStart, nameEnd)
}

// nameOf takes the name out of an Ident, which is left out then.
func (p *parser) nameOf(id syntax.ID) (start, end uint32) {
	n := p.b.Tree.Node(id)
	if n.Kind != syntax.Ident && n.Kind != syntax.Const {
		return 0, 0
	}
	n.Kind, n.Parent, n.Next = syntax.None, 0, 0
	return n.NameStart, n.NameEnd
}

// asParameters makes Params of the expressions that were pushed since mark.
func (p *parser) asParameters(mark int) {
	t := p.b.Tree
	list := p.b.Since(mark)
	kept := mark
	for i, id := range list {
		n := t.Node(id)
		switch n.Kind {
		case syntax.Param:
		case syntax.Ident, syntax.Const:
			n.Kind = syntax.Param
		case syntax.Assign:
			target := n.First
			value := t.Next(target)
			start, end := p.nameOf(target)
			if end > 0 {
				n.First = value
			}
			n.Kind, n.NameStart, n.NameEnd = syntax.Param, start, end
		case syntax.Spread:
			start, end := p.nameOf(n.First)
			if end > 0 {
				n.First = 0
			}
			n.Kind, n.NameStart, n.NameEnd = syntax.Param, start, end
			n.Flags |= syntax.Star
		case syntax.Dict, syntax.List:
			list[i] = p.b.Over(syntax.Param, n.Start, n.End, id, 0)
		default:
			p.report(int(n.Start), "expected a parameter")
			list[i] = p.b.Over(syntax.Param, n.Start, n.End, id, 0)
		}
		if n := t.Node(list[i]); p.typed && n.Kind == syntax.Param && t.Source[n.NameStart:n.NameEnd] == "this" {
			p.forget(list[i])
			continue
		}
		list[kept-mark] = list[i]
		kept++
	}
	p.b.Drop(kept)
}

// forget makes nothing of a parameter: this, which only has a type.
func (p *parser) forget(id syntax.ID) {
	t := p.b.Tree
	for c := t.Nodes[id].First; c != 0; {
		next := t.Next(c)
		t.Nodes[c] = syntax.Node{}
		c = next
	}
	t.Nodes[id] = syntax.Node{}
}

// genericArrow tries <T>(x) => y; 0: it is none.
func (p *parser) genericArrow(start uint32, flags syntax.Flags) syntax.ID {
	at := p.tok.start
	if !p.mayTry() || p.refused[at] {
		return 0
	}
	s := p.save()
	p.tries++
	p.typeParameters()
	p.tries--
	if p.broken || p.tok.kind != tOpenParen {
		p.restore(&s)
		return 0
	}
	mark := p.b.Mark()
	p.tries++
	was := p.into(flags)
	_, can := p.list()
	p.out(was)
	p.tries--
	if can && !p.broken {
		switch {
		case p.tok.kind == tArrow && !p.tok.nl:
			p.asParameters(mark)
			return p.arrowBody(start, flags, mark)
		case p.tok.kind == tColon && p.returnType(mark, true):
			return p.arrowBody(start, flags, mark)
		}
	}
	p.refuse(at)
	p.restore(&s)
	return 0
}

// asyncOperand reads what begins with async: a function, an arrow function, or the name.
func (p *parser) asyncOperand() syntax.ID {
	start := p.tok.start
	next := p.peek()
	switch {
	case next.nl:
	case next.kind == tFunction:
		p.next()
		return p.functionAt(start, syntax.Async)
	case next.kind.isIdent():
		s := p.save()
		p.next()
		name := p.tok
		p.next()
		if p.tok.kind == tArrow {
			id := p.singleArrow(name.start, name.end, syntax.Async)
			p.b.Tree.Node(id).Start = start
			return id
		}
		p.restore(&s)
	case next.kind == tOpenParen:
		return p.asyncList()
	case next.kind == tLess && p.typed:
		s := p.save()
		p.next()
		if id := p.genericArrow(start, syntax.Async); id != 0 {
			return id
		}
		p.restore(&s)
	}
	end := p.tok.end
	id := p.ident()
	if p.tok.kind == tArrow && !p.tok.nl {
		p.b.Back(int(id))
		return p.singleArrow(start, end, 0)
	}
	return id
}

// asyncList reads async(…), a call, or async (…) => body.
func (p *parser) asyncList() syntax.ID {
	callee := p.ident()
	start := p.b.Tree.Node(callee).Start
	mark := p.b.Mark()
	p.b.Push(callee)
	_, can := p.list()
	n := p.b.Tree.Node(callee)
	switch {
	case p.broken:
	case p.tok.kind == tArrow && !p.tok.nl:
		p.asParameters(mark + 1)
		n.Kind = syntax.None
		list := p.b.Since(mark)
		copy(list, list[1:])
		p.b.Drop(mark + len(list) - 1)
		return p.arrowBody(start, syntax.Async, mark)
	case p.typed && p.tok.kind == tColon && can && p.returnType(mark+1, false):
		p.b.Tree.Node(callee).Kind = syntax.None
		list := p.b.Since(mark)
		copy(list, list[1:])
		p.b.Drop(mark + len(list) - 1)
		return p.arrowBody(start, syntax.Async, mark)
	}
	return p.b.Close(syntax.Call, start, p.prevEnd, mark)
}
