package script

import "github.com/lodemark/lodemark/internal/source/syntax"

// variables reads what comes after var, let, const or using, that word included, and pushes an Assign for each.
func (p *parser) variables(start uint32, flags syntax.Flags) {
	word := p.tok
	p.next()
	for {
		mark := p.b.Mark()
		p.b.Push(p.target())
		if p.typed {
			if !p.tok.nl {
				p.take(tNot)
			}
			p.annotation()
		}
		f := flags | syntax.NoValue
		if p.take(tAssign) {
			p.b.Push(p.assign())
			f = flags
		}
		id := p.b.Flag(p.b.Close(syntax.Assign, start, p.prevEnd, mark), f)
		p.b.Push(p.b.Named(id, word.start, word.end))
		if p.tok.kind != tComma {
			return
		}
		p.next()
		start = p.tok.start
	}
}

// target reads what a declaration binds: a name or a pattern.
func (p *parser) target() syntax.ID {
	switch {
	case p.tok.kind.isIdent():
		return p.ident()
	case p.tok.kind == tOpenBrace:
		return p.object()
	case p.tok.kind == tOpenBracket:
		return p.array()
	}
	p.fail("expected a name")
	return 0
}

// ident makes an Ident of the token at hand.
func (p *parser) ident() syntax.ID {
	start, end := p.tok.start, p.tok.end
	p.next()
	return p.b.Named(p.b.Leaf(syntax.Ident, start, end), start, end)
}

// annotation reads `: type`, if it is there, and pushes it.
func (p *parser) annotation() {
	if p.tok.kind == tColon {
		p.next()
		start := p.tok.start
		p.typ()
		p.b.Push(p.b.Leaf(syntax.Annotation, start, max(p.prevEnd, start)))
	}
}

// functionAt reads a function declaration or expression; the word function is at hand.
func (p *parser) functionAt(start uint32, flags syntax.Flags) syntax.ID {
	p.next()
	if p.take(tStar) {
		flags |= syntax.Generator
	}
	var name token
	if p.tok.kind.isIdent() {
		name = p.tok
		p.next()
	}
	mark, nodes := p.b.Mark(), len(p.b.Tree.Nodes)
	if id := p.functionRest(start, flags, name, mark); id != 0 {
		return id
	}
	return p.onlyType(start, name, mark, nodes)
}

// onlyType makes a TypeOnly of what was read since; nothing of it is kept.
func (p *parser) onlyType(start uint32, name token, mark, nodes int) syntax.ID {
	p.b.Drop(mark)
	p.back(nodes)
	return p.b.Named(p.b.Leaf(syntax.TypeOnly, start, max(p.prevEnd, start)), name.start, name.end)
}

// context is what a function sets for what stands in it.
type context struct{ async, generator, function bool }

func (p *parser) into(flags syntax.Flags) context {
	was := context{p.async, p.generator, p.function}
	p.async, p.generator, p.function = flags&syntax.Async != 0, flags&syntax.Generator != 0, true
	return was
}

func (p *parser) out(was context) {
	p.async, p.generator, p.function = was.async, was.generator, was.function
}

// functionRest reads from the parameters to the end of the body. 0: it has none, so that it only declares a type.
func (p *parser) functionRest(start uint32, flags syntax.Flags, name token, mark int) syntax.ID {
	was := p.into(flags)
	defer p.out(was)
	if p.typed && p.tok.kind == tLess {
		p.typeParameters()
	}
	p.parameters()
	if p.typed {
		p.annotation()
	}
	if p.typed && p.tok.kind != tOpenBrace && !p.broken {
		p.semicolon()
		return 0
	}
	p.b.Push(p.block())
	id := p.b.Flag(p.b.Close(syntax.Function, start, p.prevEnd, mark), flags)
	return p.b.Named(id, name.start, name.end)
}

// parameters reads ( … ) and pushes each.
func (p *parser) parameters() {
	if !p.expect(tOpenParen, "(") {
		return
	}
	was := p.inside()
	for p.tok.kind != tCloseParen && !p.stopped() {
		p.parameter()
		if p.tok.kind != tComma {
			break
		}
		p.next()
	}
	p.close(tCloseParen, ")")
	p.outside(was)
}

func (p *parser) parameter() {
	mark := p.b.Mark()
	start := p.tok.start
	var flags syntax.Flags
	p.decorators()
	if p.typed {
		for p.isModifier() {
			if next := p.peek().kind; !next.isName() && next != tOpenBrace && next != tOpenBracket {
				break
			}
			flags |= syntax.Shorthand
			p.next()
		}
	}
	if p.take(tEllipsis) {
		flags |= syntax.Star
	}
	if p.typed && p.tok.kind == tThis { // a type for this, and no parameter
		p.next()
		if p.take(tColon) {
			p.typ()
		}
		p.b.Drop(mark)
		return
	}
	var name token
	if p.tok.kind.isIdent() {
		name = p.tok
		p.next()
	} else {
		p.b.Push(p.target())
	}
	if p.typed {
		p.take(tQuestion)
		p.annotation()
	}
	if p.take(tAssign) {
		p.b.Push(p.assign())
	}
	id := p.b.Flag(p.b.Close(syntax.Param, start, p.prevEnd, mark), flags)
	p.b.Push(p.b.Named(id, name.start, name.end))
}

func (p *parser) isModifier() bool {
	switch p.tok.kind {
	case tPublic, tPrivateWord, tProtected, tReadonly, tOverride:
		return true
	}
	return false
}

// decorators reads decorators and pushes them.
func (p *parser) decorators() {
	for p.tok.kind == tAt {
		start := p.tok.start
		p.next()
		was := p.decorator
		p.decorator = true
		value := p.postfix(false)
		p.decorator = was
		p.b.Push(p.b.Over(syntax.Decorator, start, p.prevEnd, value, 0))
	}
}

// decorated reads a class as a statement, with its decorators, also those before export.
func (p *parser) decorated() {
	start, mark := p.tok.start, p.b.Mark()
	p.decorators()
	switch {
	case p.tok.kind == tExport:
		p.export(start, mark)
	case p.tok.kind == tAbstract && p.typed:
		p.next()
		p.b.Push(p.class(start, mark))
	default:
		p.b.Push(p.class(start, mark))
	}
}
