package python

import "github.com/lodemark/lodemark/internal/source/syntax"

// strings reads literals side by side.
func (p *parser) strings() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	first := p.literal()
	if !p.is(text) && !p.is(format) {
		return first
	}
	p.Push(first)
	for p.is(text) || p.is(format) {
		p.Push(p.literal())
	}
	return p.Close(syntax.Strings, start, p.prev, mark)
}

func (p *parser) literal() syntax.ID {
	t := p.tok
	if t.kind == format {
		return p.formatted()
	}
	head := p.lex.src[t.start:t.end]
	if t.cut {
		p.tell(t.start, unclosed)
	}
	if head[0]|0x20 == 'u' && head[1]|0x20 == 'r' {
		p.old(t.start, "ur string of Python 2")
	}
	p.advance()
	return p.Flag(p.Leaf(syntax.Str, t.start, t.end), prefixFlags(head))
}

const unclosed = "a string that is not closed"

func prefixFlags(s string) syntax.Flags {
	flags := syntax.Flags(0)
	for i := 0; i < len(s) && i < 3; i++ {
		switch s[i] | 0x20 {
		case 'r':
			flags |= syntax.Raw
		case 'b':
			flags |= syntax.Bytes
		case 'u', 'f', 't':
		default:
			return flags
		}
	}
	return flags
}

// formatted reads an f-string or t-string: its parts of text, and the expressions in braces.
func (p *parser) formatted() syntax.ID {
	t, mark := p.tok, p.Mark()
	outer := p.within
	if outer.kind != format {
		p.within = t
	}
	head := p.lex.src[t.start:t.end]
	flags := prefixFlags(head) & syntax.Raw
	p.deeper()
	if p.parts(head[len(head)-1], quotes(head), flags, false) == atCut {
		p.tell(t.start, unclosed)
	}
	p.depth--
	end := uint32(p.lex.pos)
	p.tok.end = end
	p.within = outer
	p.advance()
	return p.Flag(p.Close(syntax.Format, t.start, end, mark), flags)
}

// parts reads the text and the holes of a literal from the lexer's position to its quotes, or of a format specification to its brace,
// and pushes them. The lexer then stands behind the quotes, or before the brace. A doubled brace ends a part behind its first half, so
// that every part is text as it stands.
func (p *parser) parts(q byte, n int, flags syntax.Flags, spec bool) stop {
	l := &p.lex
	from := l.pos
	flush := func(to int) {
		if to > from {
			p.Push(p.Flag(p.Leaf(syntax.Str, uint32(from), uint32(to)), flags))
		}
	}
	for {
		switch s := l.run(q, n, flags&syntax.Raw != 0, spec); s {
		case atTwice:
			flush(l.pos + 1)
			l.pos += 2
			from = l.pos
		case atHole:
			flush(l.pos)
			p.hole(q, n, flags)
			from = l.pos
		case atBrace:
			if spec {
				flush(l.pos)
				return s
			}
			p.tell(uint32(l.pos), "a single } in a formatted string")
			l.pos++
		default:
			flush(l.pos)
			if s == atQuotes && !spec {
				l.pos += n
			}
			return s
		}
	}
}

// hole reads {expression!r:spec}. The lexer stands at its brace, and afterwards behind the closing one.
func (p *parser) hole(q byte, n int, flags syntax.Flags) {
	l := &p.lex
	start, mark := uint32(l.pos), p.Mark()
	depth, outer := l.depth, l.hole
	l.pos++
	l.depth++
	l.hole = l.depth
	p.open[2]++
	inPattern := p.pattern
	p.pattern = false
	p.advance()
	p.Push(p.value())
	p.accept(assign) // {x=}
	if p.accept(bang) {
		p.expect(name, "a conversion")
	}
	switch p.tok.kind {
	case colon:
		l.pos = int(p.tok.end)
		at := uint32(l.pos)
		spec := p.Mark()
		p.deeper()
		p.parts(q, n, flags, true)
		p.depth--
		if uint32(l.pos) > at {
			p.Push(p.Close(syntax.Format, at, uint32(l.pos), spec))
		}
		if l.pos >= len(l.src) || l.src[l.pos] != '}' {
			p.fail("expected } in a formatted string")
		}
		l.pos++
	case rbrace:
		l.pos = int(p.tok.end)
	default:
		p.fail("expected } in a formatted string")
	}
	p.open[2]--
	l.depth, l.hole, p.pattern = depth, outer, inPattern
	p.Push(p.Close(syntax.Interp, start, uint32(l.pos), mark))
}
