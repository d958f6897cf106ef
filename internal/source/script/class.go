package script

import "github.com/lodemark/lodemark/internal/source/syntax"

// class reads a class; what was pushed since mark are its decorators.
func (p *parser) class(start uint32, mark int) syntax.ID {
	if !p.expect(tClass, "class") || !p.enter() {
		return 0
	}
	defer p.leave()
	var name token
	if p.tok.kind.isIdent() && (p.tok.kind != tImplements || p.peek().kind == tOpenBrace) {
		name = p.tok
		p.next()
	}
	if p.typed && p.tok.kind == tLess {
		p.typeParameters()
	}
	if p.take(tExtends) {
		p.b.Push(p.postfix(false))
		if p.typed && p.tok.kind == tLess {
			p.typeArguments()
		}
	}
	if p.typed && p.take(tImplements) {
		p.typeList()
	}
	from := p.tok.start
	if p.expect(tOpenBrace, "{") {
		body := p.b.Mark()
		was := p.inside()
		p.members()
		p.close(tCloseBrace, "}")
		p.outside(was)
		p.b.Push(p.b.Close(syntax.Block, from, p.prevEnd, body))
	}
	return p.b.Named(p.b.Close(syntax.Class, start, p.prevEnd, mark), name.start, name.end)
}

// members reads what stands in a class; like in a block, one that is broken is left out.
func (p *parser) members() {
	for p.tok.kind != tCloseBrace && !p.stopped() {
		if p.take(tSemicolon) {
			continue
		}
		mark, nodes, start, depth := p.b.Mark(), len(p.b.Tree.Nodes), p.tok.start, p.depth
		p.member()
		if p.broken && p.tries == 0 {
			p.depth = depth
			p.b.Drop(mark)
			p.back(nodes)
			p.resume()
			if p.tok.start <= start && p.tok.kind != tCloseBrace {
				p.skipOne()
			}
			p.skipMember()
			p.bad(start)
		}
	}
}

// skipMember leaves out the rest of a broken member: up to its semicolon, its block, or the end of the class.
func (p *parser) skipMember() {
	for p.tok.kind != tEOF {
		if len(p.open) == 0 && (p.tok.kind == tSemicolon || p.tok.kind == tCloseBrace) {
			break
		}
		block := len(p.open) == 1 && p.open[0] == byte(tOpenBrace) && p.tok.kind == tCloseBrace
		p.skipOne()
		if block {
			break
		}
	}
	p.open = p.open[:0]
}

// key is the name of a member or of a property.
type key struct {
	token           // the span of the name
	computed bool   // [expression], which was pushed
	private  bool   // #name
	literal  bool   // in quotes or a number
	inner    uint32 // how much quotes take at each end
}

// memberKey reads a name; a computed one is pushed.
func (p *parser) memberKey() (k key) {
	k.token = p.tok
	switch {
	case p.tok.kind == tOpenBracket:
		p.next()
		was := p.inside()
		p.b.Push(p.assign())
		p.close(tCloseBracket, "]")
		p.outside(was)
		k.computed = true
		k.end = p.prevEnd
	case p.tok.kind == tString:
		k.literal, k.inner = true, 1
		p.next()
	case p.tok.kind == tNumber:
		k.literal = true
		p.next()
	case p.tok.kind == tPrivate:
		k.private = true
		p.next()
	case p.tok.kind.isName():
		p.next()
	default:
		p.fail("expected a name")
	}
	return k
}

// name is the name token for a function of that name; a computed one has none.
func (k *key) name() token {
	t := k.token
	if k.computed {
		return token{}
	}
	if k.inner > 0 && t.end-t.start >= 2 {
		t.start += k.inner
		t.end -= k.inner
	}
	return t
}

func (p *parser) member() {
	start, mark, nodes := p.tok.start, p.b.Mark(), len(p.b.Tree.Nodes)
	p.decorators()
	var flags syntax.Flags
	only := false // abstract or declare: no more than a type
	for {
		k := p.tok.kind
		if k < tIdent || !p.memberModifier(k) || k == tStatic && flags&syntax.Static != 0 {
			break
		}
		next := p.peek()
		if k == tStatic && next.kind == tOpenBrace {
			p.next()
			was := p.into(0)
			block := p.block()
			p.out(was)
			p.b.Push(p.b.Flag(block, syntax.Static))
			return
		}
		if next.nl && k != tStatic && k != tGet && k != tSet {
			break
		}
		if !next.kind.isName() {
			switch next.kind {
			case tOpenBracket, tString, tNumber, tPrivate:
			case tStar:
				if k == tGet || k == tSet {
					k = 0
				}
			default:
				k = 0
			}
		}
		if k == 0 {
			break
		}
		switch k {
		case tStatic:
			flags |= syntax.Static
		case tAsync:
			flags |= syntax.Async
		case tGet, tSet:
			flags |= syntax.Getter
		case tAbstract, tDeclare:
			only = true
		}
		p.next()
	}
	if p.take(tStar) {
		flags |= syntax.Generator
	}
	if p.typed && p.tok.kind == tOpenBracket && p.indexSignature() {
		p.typeBracket()
		p.take(tColon)
		p.typ()
		p.semicolonMember()
		p.b.Push(p.onlyType(start, token{}, mark, nodes))
		return
	}
	at := p.b.Mark()
	k := p.memberKey()
	if p.broken || k.computed && p.b.Mark() == at {
		return
	}
	if p.typed && !p.take(tQuestion) {
		p.take(tNot)
	}
	if p.tok.kind == tOpenParen || p.tok.kind == tLess {
		p.method(start, flags|syntax.Method, k, mark, at, nodes)
		return
	}
	p.field(start, flags, k, mark, at)
	if only {
		p.b.Push(p.onlyType(start, k.name(), mark, nodes))
	}
}

func (p *parser) memberModifier(k kind) bool {
	switch k {
	case tStatic, tAsync, tGet, tSet, tAccessor:
		return true
	case tPublic, tPrivateWord, tProtected, tAbstract, tOverride, tReadonly, tDeclare:
		return p.typed
	}
	return false
}

// method reads a method whose decorators lie between mark and at on the stack, and the key, if it is computed, after at. Its nodes
// begin with those from nodes on.
func (p *parser) method(start uint32, flags syntax.Flags, k key, mark, at, nodes int) {
	from, inner := start, mark
	if k.computed {
		from, inner = k.end, p.b.Mark()
	}
	f := p.functionRest(from, flags, k.name(), inner)
	if f == 0 {
		p.b.Push(p.onlyType(start, k.name(), mark, nodes))
		return
	}
	p.b.Push(f)
	if k.computed {
		p.b.Push(p.b.Flag(p.b.Close(syntax.Pair, k.start, p.prevEnd, at), syntax.Computed))
	}
}

func (p *parser) field(start uint32, flags syntax.Flags, k key, mark, at int) {
	target := syntax.ID(0)
	from := start
	if at > mark {
		from = k.start // behind its decorators
	}
	if !k.computed {
		name := k.name()
		target = p.b.Named(p.b.Leaf(syntax.Ident, k.start, k.end), name.start, name.end)
	} else {
		target = p.b.Since(at)[0]
		p.b.Drop(at)
	}
	inner := p.b.Mark()
	if !k.computed {
		p.b.Push(target)
	}
	if p.typed && !k.computed {
		p.annotation()
	} else if p.typed && p.take(tColon) {
		p.typ()
	}
	f := flags | syntax.NoValue
	value := syntax.ID(0)
	if p.take(tAssign) {
		was := p.into(0)
		value = p.assign()
		p.out(was)
		f = flags
	}
	end := p.prevEnd
	p.semicolonMember()
	switch {
	case k.computed:
		p.b.Drop(inner)
		if value == 0 {
			value = p.b.Leaf(syntax.Hole, end, end)
		}
		p.b.Push(p.b.Flag(p.b.Over(syntax.Pair, from, end, target, value), flags|syntax.Computed))
	default:
		p.b.Push(value)
		p.b.Push(p.b.Flag(p.b.Close(syntax.Assign, from, end, inner), f))
	}
}

// semicolonMember ends a field: a line, a semicolon, or the end of the class.
func (p *parser) semicolonMember() {
	if p.tok.kind == tSemicolon || p.tok.kind == tCloseBrace || p.tok.nl || p.stopped() {
		p.take(tSemicolon)
		return
	}
	p.fail("expected the end of the field")
}
