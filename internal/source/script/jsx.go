package script

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// jsxOrArrow reads an element, or in TSX a generic arrow function, which has to show itself by a comma, const, or extends.
func (p *parser) jsxOrArrow() syntax.ID {
	if p.typed {
		s := p.save()
		start := p.tok.start
		p.next()
		first := p.tok.kind
		p.next()
		second := p.tok.kind
		p.next()
		third := p.tok.kind
		p.restore(&s)
		if first == tConst && second.isIdent() || first.isIdent() &&
			(second == tComma || second == tAssign || second == tExtends && third != tAssign && third != tGreater && third != tSlash) {
			if id := p.genericArrow(start, 0); id != 0 {
				return id
			}
		}
	}
	id := p.element()
	if !p.broken {
		p.next()
	}
	return id
}

// element reads <tag …>children</tag>. The last > is left at hand, as what follows may be the text of another element.
func (p *parser) element() syntax.ID {
	if !p.enter() {
		p.leave()
		return 0
	}
	was := p.inside()
	defer func() {
		p.leave()
		p.outside(was)
	}()
	start, mark := p.tok.start, p.b.Mark()
	p.next()
	name := p.tag()
	if p.typed && p.tok.kind == tLess {
		p.typeArguments()
	}
	p.attributes()
	if p.tok.kind == tSlash {
		p.next()
		if p.tok.kind != tGreater {
			p.fail("expected >")
			return 0
		}
	} else if p.tok.kind == tGreater {
		p.children(name)
	} else {
		p.fail("expected >")
	}
	if p.broken {
		return 0
	}
	return p.b.Named(p.b.Close(syntax.Element, start, p.tok.end, mark), name.Start, name.End)
}

// tag reads the name of an element: a, a.b, a:b, a-b, or nothing for a fragment.
func (p *parser) tag() syntax.Span {
	if !p.tok.kind.isName() {
		return syntax.Span{Start: p.tok.start, End: p.tok.start}
	}
	name := p.jsxName()
	for p.tok.kind == tDot || p.tok.kind == tColon {
		p.next()
		if !p.tok.kind.isName() {
			p.fail("expected a name")
			return name
		}
		name.End = p.jsxName().End
	}
	return name
}

// jsxName reads a name that may have hyphens in it.
func (p *parser) jsxName() syntax.Span {
	start, end := p.tok.start, int(p.tok.end)
	for end < len(p.src) && (p.src[end] == '-' || class[p.src[end]]-cLetter < 2) {
		end++
	}
	p.tok.end, p.pos = uint32(end), end
	p.next()
	return syntax.Span{Start: start, End: uint32(end)}
}

func (p *parser) attributes() {
	for !p.stopped() {
		start := p.tok.start
		switch {
		case p.tok.kind.isName():
			name := p.jsxName()
			if p.tok.kind == tColon {
				p.next()
				if !p.tok.kind.isName() {
					p.fail("expected a name")
					return
				}
				name.End = p.jsxName().End
			}
			value := syntax.ID(0)
			if p.tok.kind == tAssign {
				value = p.attributeValue()
			}
			p.b.Push(p.b.Named(p.b.Over(syntax.Attr, start, p.prevEnd, value, 0), name.Start, name.End))
		case p.tok.kind == tOpenBrace:
			p.next()
			p.b.Push(p.item())
			p.close(tCloseBrace, "}")
		default:
			return
		}
	}
}

// attributeValue reads what stands behind =. A string there has no escapes, and may go over lines.
func (p *parser) attributeValue() syntax.ID {
	i := int(p.tok.end)
	for i < len(p.src) {
		if class[p.src[i]] == cSpace || class[p.src[i]] == cLine {
			i++
			continue
		}
		if p.src[i] != '/' || i+1 == len(p.src) || p.src[i+1] != '/' && p.src[i+1] != '*' {
			break
		}
		end, _ := commentEnd(p.src, i)
		p.b.Tree.Comments = append(p.b.Tree.Comments, syntax.Span{Start: uint32(i), End: uint32(end)})
		i = end
	}
	p.pos = i
	if i < len(p.src) && (p.src[i] == '"' || p.src[i] == '\'') {
		n := strings.IndexByte(p.src[i+1:], p.src[i])
		if n < 0 {
			p.tok.start = uint32(i)
			p.fail("expected the end of the string")
			return 0
		}
		end := i + 1 + n + 1
		p.tok.end, p.pos = uint32(end), end
		p.next()
		return p.b.Flag(p.b.Leaf(syntax.Str, uint32(i), uint32(end)), syntax.Raw)
	}
	p.next()
	switch p.tok.kind {
	case tOpenBrace:
		p.next()
		mark := p.b.Mark()
		value := p.expression()
		p.close(tCloseBrace, "}")
		if value == 0 && p.b.Mark() > mark {
			value = p.b.Since(mark)[0]
		}
		p.b.Drop(mark)
		return value
	case tLess:
		id := p.element()
		p.next()
		return id
	}
	p.fail("expected the value of the attribute")
	return 0
}

// children reads from the > of the beginning tag, which is at hand, to that of the closing one, which is left at hand.
func (p *parser) children(name syntax.Span) {
	i := int(p.tok.end)
	for {
		from := i
		n := strings.IndexAny(p.src[i:], "{<")
		if n < 0 {
			p.tok = token{kind: tEOF, start: uint32(len(p.src)), end: uint32(len(p.src))}
			p.pos = len(p.src)
			p.fail("expected the end of the element")
			return
		}
		i += n
		if strings.TrimSpace(p.src[from:i]) != "" {
			p.b.Push(p.b.Leaf(syntax.Text, uint32(from), uint32(i)))
		}
		p.tok.end, p.pos = uint32(i), i
		p.next()
		if p.tok.kind == tOpenBrace {
			end, ok := p.child()
			if !ok {
				return
			}
			i = int(end)
			continue
		}
		if p.peek().kind == tSlash {
			p.next()
			p.closingTag(name)
			return
		}
		p.b.Push(p.element())
		if p.broken {
			return
		}
		i = int(p.tok.end)
	}
}

// child reads {expression} between tags, and leaves the } at hand.
func (p *parser) child() (end uint32, ok bool) {
	p.next()
	if p.tok.kind == tEllipsis {
		p.b.Push(p.item())
	} else if p.tok.kind != tCloseBrace {
		p.b.Push(p.expression())
	}
	return p.closeTemplatePart()
}

func (p *parser) closingTag(name syntax.Span) {
	p.next()
	end := p.tag()
	if p.tok.kind != tGreater {
		p.fail("expected >")
		return
	}
	if p.src[name.Start:name.End] != p.src[end.Start:end.End] {
		p.report(int(end.Start), "a closing tag of another element")
	}
}
