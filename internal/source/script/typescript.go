package script

import "github.com/lodemark/lodemark/internal/source/syntax"

// typeStatement reads a statement of TypeScript that begins with a word, and says whether it was one.
func (p *parser) typeStatement() bool {
	start := p.tok.start
	word := p.tok.kind
	next := p.peek()
	if next.nl {
		return false
	}
	switch word {
	case tType:
		if !next.kind.isIdent() {
			return false
		}
		p.next()
		name := p.tok
		p.next()
		if p.tok.kind == tLess {
			p.typeParameters()
		}
		if p.expect(tAssign, "=") {
			p.typ()
		}
		end := p.prevEnd
		p.semicolon()
		p.b.Push(p.b.Named(p.b.Leaf(syntax.TypeOnly, start, end), name.start, name.end))
	case tInterface:
		if !next.kind.isIdent() {
			return false
		}
		p.next()
		name := p.tok
		p.next()
		if p.tok.kind == tLess {
			p.typeParameters()
		}
		if p.take(tExtends) {
			p.typeList()
		}
		p.typeMembers()
		p.b.Push(p.b.Named(p.b.Leaf(syntax.TypeOnly, start, p.prevEnd), name.start, name.end))
	case tNamespace, tModule:
		if !next.kind.isIdent() && (word != tModule || next.kind != tString) {
			return false
		}
		p.namespace(start)
	case tAbstract:
		if next.kind != tClass {
			return false
		}
		p.next()
		p.b.Push(p.class(start, p.b.Mark()))
	case tGlobal:
		if next.kind != tOpenBrace {
			return false
		}
		p.next()
		mark, nodes := p.b.Mark(), len(p.b.Tree.Nodes)
		if p.block() != 0 {
			p.b.Drop(mark)
			p.back(nodes)
			p.b.Push(p.b.Named(p.b.Leaf(syntax.TypeOnly, start, p.prevEnd), start, start+uint32(len("global"))))
		}
	case tDeclare:
		return p.declare(start, next.kind)
	default:
		return false
	}
	return true
}

// namespace reads `namespace A.B { … }`.
func (p *parser) namespace(start uint32) {
	p.next()
	name := p.tok
	p.next()
	for p.take(tDot) {
		name.end = p.tok.end
		if !p.tok.kind.isName() {
			p.fail("expected a name")
		}
		p.next()
	}
	if name.kind == tString && p.tok.kind != tOpenBrace {
		p.semicolon()
		p.b.Push(p.b.Named(p.b.Leaf(syntax.TypeOnly, start, p.prevEnd), name.start, name.end))
		return
	}
	id := p.block()
	if id == 0 {
		return
	}
	p.b.Tree.Node(id).Start = start
	p.b.Push(p.b.Flag(p.b.Named(id, name.start, name.end), syntax.Namespace))
}

// declare reads `declare …`; what it declares is read like any statement and forgotten.
func (p *parser) declare(start uint32, next kind) bool {
	switch next {
	case tVar, tConst, tLet, tFunction, tClass, tEnum, tInterface, tType, tNamespace, tModule, tAbstract, tGlobal, tImport, tAsync, tUsing:
	default:
		return false
	}
	p.next()
	mark, nodes := p.b.Mark(), len(p.b.Tree.Nodes)
	switch {
	case p.tok.kind == tGlobal:
		p.next()
		p.block()
	default:
		p.statement()
	}
	var name syntax.Span
	t := p.b.Tree
	if list := p.b.Since(mark); len(list) > 0 {
		n := t.Node(list[0])
		if n.Kind == syntax.Assign {
			n = t.Node(n.First)
		}
		name = syntax.Span{Start: n.NameStart, End: n.NameEnd}
	}
	if p.broken {
		return true
	}
	p.b.Drop(mark)
	p.back(nodes)
	p.b.Push(p.b.Named(p.b.Leaf(syntax.TypeOnly, start, p.prevEnd), name.Start, name.End))
	return true
}

// enum reads `enum E { A, B = 1 }`; the word enum, or const before it, is at hand.
func (p *parser) enum(start uint32) {
	p.take(tConst)
	word := p.tok
	p.next()
	if !p.tok.kind.isIdent() {
		p.fail("expected a name")
		return
	}
	target := p.ident()
	from, mark := p.tok.start, p.b.Mark()
	if !p.expect(tOpenBrace, "{") {
		return
	}
	for p.tok.kind != tCloseBrace && !p.stopped() {
		at, inner := p.tok.start, p.b.Mark()
		k := p.memberKey()
		flags := syntax.Flags(0)
		switch {
		case p.broken:
		case k.computed:
			flags = syntax.Computed
		case k.literal:
			p.b.Push(p.b.Leaf(syntax.Str, k.start, k.end))
		default:
			p.b.Push(p.b.Flag(p.b.Leaf(syntax.Str, k.start, k.end), syntax.Bare))
		}
		if p.take(tAssign) {
			p.b.Push(p.assign())
		} else {
			p.b.Push(p.b.Leaf(syntax.Hole, p.prevEnd, p.prevEnd))
		}
		p.b.Push(p.b.Flag(p.b.Close(syntax.Pair, at, p.prevEnd, inner), flags))
		if p.tok.kind != tComma {
			break
		}
		p.next()
	}
	p.close(tCloseBrace, "}")
	value := p.b.Close(syntax.Dict, from, p.prevEnd, mark)
	p.b.Push(p.b.Named(p.b.Over(syntax.Assign, start, p.prevEnd, target, value), word.start, word.end))
}
