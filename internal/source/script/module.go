package script

import "github.com/lodemark/lodemark/internal/source/syntax"

// importStatement reads every form of import but the call.
func (p *parser) importStatement() {
	start, mark := p.tok.start, p.b.Mark()
	p.next()
	var flags syntax.Flags
	if p.tok.kind == tString {
		p.path(mark)
		p.finishImport(start, flags, mark)
		return
	}
	if p.typed && p.tok.kind == tType {
		if next := p.peek(); next.kind == tOpenBrace || next.kind == tStar || next.kind.isIdent() && (next.kind != tFrom || p.fromFollows()) {
			p.next()
			flags = syntax.TypeImport
		}
	} else if p.tok.kind == tDefer && p.peek().kind == tStar {
		p.next()
	}
	if p.tok.kind.isIdent() {
		name := p.tok
		p.next()
		if p.typed && p.tok.kind == tAssign {
			p.importAssign(start, name, flags)
			return
		}
		alias := p.b.Named(p.b.Leaf(syntax.Alias, name.start, name.end), name.start, name.end)
		p.rename(alias, syntax.Span{})
		p.b.Push(alias)
		if !p.take(tComma) && p.tok.kind != tFrom {
			p.fail("expected from")
		}
	}
	switch p.tok.kind {
	case tStar:
		at := p.tok.start
		p.next()
		p.expect(tAs, "as")
		p.namespaceAlias(at)
	case tOpenBrace:
		p.names()
	}
	p.expect(tFrom, "from")
	p.path(mark)
	p.finishImport(start, flags, mark)
}

// fromFollows tells `import type from from "m"` and `import type from "m"` apart; from is the next token.
func (p *parser) fromFollows() bool {
	s := p.save()
	p.next()
	next := p.peek().kind
	p.restore(&s)
	return next == tFrom || next == tAssign
}

// namespaceAlias reads the name behind `* as`.
func (p *parser) namespaceAlias(at uint32) {
	name := p.moduleName()
	if p.broken {
		return
	}
	id := p.b.Flag(p.b.Leaf(syntax.Alias, at, p.prevEnd), syntax.Namespace)
	p.b.Push(p.b.Named(id, name.Start, name.End))
}

// names reads { a, b as c, type d }. Those of an import are Alias nodes, so are those of an export that has a from.
func (p *parser) names() {
	p.next()
	for p.tok.kind != tCloseBrace && !p.stopped() {
		start := p.tok.start
		var flags syntax.Flags
		if p.typed && p.tok.kind == tType {
			if next := p.peek(); next.kind == tString || next.kind.isName() && (next.kind != tAs || p.typeAs()) {
				flags = syntax.TypeImport
				p.next()
			}
		}
		outside := p.moduleName()
		inside := outside
		if p.take(tAs) {
			inside = p.moduleName()
		}
		if p.broken {
			break
		}
		id := p.b.Flag(p.b.Named(p.b.Leaf(syntax.Alias, start, p.prevEnd), inside.Start, inside.End), flags)
		if inside != outside {
			p.rename(id, outside)
		}
		p.b.Push(id)
		if p.tok.kind != tComma {
			break
		}
		p.next()
	}
	p.close(tCloseBrace, "}")
}

// typeAs tells `type as as x`, a type named as, from `type as x`, something named type. as is the next token.
func (p *parser) typeAs() bool {
	s := p.save()
	p.next() // as
	p.next()
	first := p.tok.kind
	p.next()
	second := p.tok.kind
	p.restore(&s)
	if first == tAs { // type as as: followed by a name it is a type named as, else type renamed to as
		return second.isName()
	}
	return !first.isName() && first != tString // type as }
}

// moduleName reads a name or a string that stands for one.
func (p *parser) moduleName() syntax.Span {
	k := key{token: p.tok}
	switch {
	case p.tok.kind == tString:
		k.inner = 1
	case !p.tok.kind.isName():
		p.fail("expected a name")
		return syntax.Span{}
	}
	p.next()
	name := k.name()
	return syntax.Span{Start: name.start, End: name.end}
}

// path reads the module's name and puts it before the aliases.
func (p *parser) path(mark int) {
	if p.tok.kind != tString {
		p.fail("expected the name of a module")
		return
	}
	k := key{token: p.tok, inner: 1}
	name := k.name()
	p.next()
	p.b.Push(p.b.Leaf(syntax.Path, name.start, name.end))
	list := p.b.Since(mark)
	last := list[len(list)-1]
	copy(list[1:], list)
	list[0] = last
	if (p.tok.kind == tWith || p.tok.kind.isIdent() && !p.tok.nl && p.word() == "assert") && p.peek().kind == tOpenBrace {
		inner := p.b.Mark()
		nodes := len(p.b.Tree.Nodes)
		p.next()
		p.object()
		p.b.Drop(inner)
		p.back(nodes)
	}
}

// word is the text of the token at hand.
func (p *parser) word() string { return p.src[p.tok.start:p.tok.end] }

func (p *parser) finishImport(start uint32, flags syntax.Flags, mark int) {
	end := p.prevEnd
	p.semicolon()
	p.b.Push(p.b.Flag(p.b.Close(syntax.ImportOf, start, end, mark), flags))
}

// importAssign reads TypeScript's `import x = require("m")` and `import x = A.B`.
func (p *parser) importAssign(start uint32, name token, flags syntax.Flags) {
	p.next()
	if p.tok.kind == tRequire && p.peek().kind == tOpenParen {
		mark := p.b.Mark()
		id := p.b.Flag(p.b.Leaf(syntax.Alias, name.start, name.end), syntax.Namespace)
		p.b.Push(p.b.Named(id, name.start, name.end))
		p.next()
		p.next()
		p.path(mark)
		p.close(tCloseParen, ")")
		p.finishImport(start, flags, mark)
		return
	}
	target := p.b.Named(p.b.Leaf(syntax.Ident, name.start, name.end), name.start, name.end)
	value := p.postfix(false)
	end := p.prevEnd
	p.semicolon()
	id := p.b.Over(syntax.Assign, start, end, target, value)
	p.b.Push(p.b.Named(id, start, start+uint32(len("import"))))
}

// export reads every form of export. Decorators may have been pushed since mark.
func (p *parser) export(start uint32, mark int) {
	p.next()
	var flags syntax.Flags
	var name token
	switch k := p.tok.kind; {
	case k == tStar:
		p.exportAll(start, flags, mark)
		return
	case k == tType && p.typed && (p.peek().kind == tOpenBrace || p.peek().kind == tStar):
		p.next()
		flags = syntax.TypeImport
		if p.tok.kind == tStar {
			p.exportAll(start, flags, mark)
			return
		}
		p.exportNames(start, flags, mark)
		return
	case k == tOpenBrace:
		p.exportNames(start, flags, mark)
		return
	case k == tAssign && p.typed:
		name = p.tok
		p.next()
		p.b.Push(p.expression())
		p.semicolon()
	case k == tAs && p.typed && p.peek().kind == tNamespace:
		p.next()
		p.next()
		name := p.tok
		p.expectIdent()
		end := p.prevEnd
		p.semicolon()
		p.b.Push(p.b.Named(p.b.Leaf(syntax.TypeOnly, start, end), name.start, name.end))
		return
	case k == tDefault:
		name = p.tok
		p.next()
		p.exportDefault(mark)
	case k == tClass && p.b.Mark() > mark:
		p.b.Push(p.class(start, mark))
	case k == tAbstract && p.b.Mark() > mark:
		p.next()
		p.b.Push(p.class(start, mark))
	default:
		p.statement()
	}
	end := p.prevEnd
	p.b.Push(p.b.Named(p.b.Close(syntax.Export, start, end, mark), name.start, name.end))
}

func (p *parser) expectIdent() {
	if !p.tok.kind.isIdent() {
		p.fail("expected a name")
		return
	}
	p.next()
}

func (p *parser) exportDefault(mark int) {
	start := p.tok.start
	switch k := p.tok.kind; {
	case k == tFunction:
		p.b.Push(p.functionAt(start, 0))
		return
	case k == tAsync:
		if next := p.peek(); next.kind == tFunction && !next.nl {
			p.next()
			p.b.Push(p.functionAt(start, syntax.Async))
			return
		}
	case k == tClass, k == tAt, k == tAbstract && p.typed && p.peek().kind == tClass:
		if p.b.Mark() > mark { // decorators before export
			start = p.b.Tree.Node(p.b.Since(mark)[0]).Start
		} else {
			mark = p.b.Mark()
		}
		p.decorators()
		p.take(tAbstract)
		p.b.Push(p.class(start, mark))
		return
	case k == tInterface && p.typed && p.typeStatement():
		return
	}
	p.b.Push(p.assign())
	p.semicolon()
}

func (p *parser) exportAll(start uint32, flags syntax.Flags, mark int) {
	at := p.tok.start
	p.next()
	if p.take(tAs) {
		p.namespaceAlias(at)
	} else {
		p.b.Push(p.b.Flag(p.b.Leaf(syntax.Alias, at, p.prevEnd), syntax.Namespace))
	}
	p.expect(tFrom, "from")
	p.path(mark)
	p.finishImport(start, flags|syntax.Exported, mark)
}

// exportNames reads `export { a as b }`, with and without a from.
func (p *parser) exportNames(start uint32, flags syntax.Flags, mark int) {
	p.names()
	if p.take(tFrom) {
		p.path(mark)
		p.finishImport(start, flags|syntax.Exported, mark)
		return
	}
	t := p.b.Tree
	for _, id := range p.b.Since(mark) {
		n := t.Node(id)
		if n.Kind != syntax.Alias {
			continue
		}
		n.Kind = syntax.Ident
		if own, ok := t.Imported[id]; ok { // here the first name is this file's
			t.Imported[id] = syntax.Span{Start: n.NameStart, End: n.NameEnd}
			n.NameStart, n.NameEnd = own.Start, own.End
		}
	}
	end := p.prevEnd
	p.semicolon()
	p.b.Push(p.b.Flag(p.b.Close(syntax.Export, start, end, mark), flags))
}
