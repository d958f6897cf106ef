package python

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

func (p *parser) atom() syntax.ID {
	t := p.tok
	switch t.kind {
	case name:
		p.advance()
		return p.Named(p.Leaf(syntax.Ident, t.start, t.end), t.start, t.end)
	case number:
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
	case eof, newline:
		p.fail("expected an expression, not the end of the line")
	}
	if t.kind >= firstKeyword {
		p.fail("a keyword cannot stand here")
	}
	p.fail("expected an expression")
	return 0
}

// brackets reads a group, a tuple, a generator or a yield in round brackets. A group leaves no node.
func (p *parser) brackets() syntax.ID {
	start := p.tok.start
	p.deeper()
	inPattern := p.pattern
	p.advance()
	defer func() { p.depth--; p.pattern = inPattern }()
	if p.accept(rparen) {
		return p.Leaf(syntax.Tuple, start, p.prev)
	}
	if p.is(kYield) {
		value := p.yield()
		p.expect(rparen, "a closing bracket")
		return p.Flag(value, syntax.Parens)
	}
	mark := p.Mark()
	first := p.starNamed()
	switch {
	case p.compAhead():
		p.Push(first)
		p.comprehension()
		p.expect(rparen, "a closing bracket")
		return p.Close(syntax.Comp, start, p.prev, mark)
	case p.is(comma):
		p.Push(first)
		for p.accept(comma) {
			if p.is(rparen) {
				break
			}
			p.Push(p.starNamed())
		}
		p.expect(rparen, "a closing bracket")
		return p.Close(syntax.Tuple, start, p.prev, mark)
	}
	p.expect(rparen, "a closing bracket")
	return p.Flag(first, syntax.Parens)
}

func (p *parser) listDisplay() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	p.deeper()
	p.advance()
	k := syntax.List
	for !p.is(rbrack) {
		p.Push(p.starNamed())
		if p.compAhead() {
			k = syntax.Comp
			p.comprehension()
			break
		}
		if !p.accept(comma) {
			break
		}
	}
	p.expect(rbrack, "a closing bracket")
	p.depth--
	return p.Close(k, start, p.prev, mark)
}

// braces reads a dictionary or a set, or a comprehension of either.
func (p *parser) braces() syntax.ID {
	start, mark := p.tok.start, p.Mark()
	p.deeper()
	p.advance()
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
		if !p.accept(comma) {
			break
		}
	}
	p.expect(rbrace, "a closing bracket")
	p.depth--
	return p.Close(k, start, p.prev, mark)
}

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
	p.advance()
	id := p.Leaf(syntax.Str, t.start, t.end)
	return p.Flag(id, prefixFlags(p.lex.src[t.start:t.end]))
}

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
	head := p.lex.src[t.start:t.end]
	n := quotes(head)
	flags := prefixFlags(head) & syntax.Raw
	p.deeper()
	p.parts(head[len(head)-1], n, flags, false)
	p.depth--
	end := uint32(p.lex.pos)
	p.tok.end = end
	p.advance()
	return p.Flag(p.Close(syntax.Format, t.start, end, mark), flags)
}

// parts reads the text and the holes of a literal from the lexer's position to its quotes, or of a format specification to its brace,
// and pushes them. The lexer then stands behind the quotes, or before the brace.
func (p *parser) parts(q byte, n int, flags syntax.Flags, spec bool) {
	l := &p.lex
	src := l.src
	from := l.pos
	flush := func(to int) {
		if to > from {
			p.Push(p.Flag(p.Leaf(syntax.Str, uint32(from), uint32(to)), flags))
		}
	}
	for l.pos < len(src) {
		switch c := src[l.pos]; {
		case c == '\\' && flags&syntax.Raw == 0:
			if strings.HasPrefix(src[l.pos:], `\N{`) {
				if i := strings.IndexByte(src[l.pos:min(len(src), l.pos+120)], '}'); i > 0 {
					l.pos += i + 1
					continue
				}
			}
			if l.pos+1 < len(src) && (src[l.pos+1] == '{' || src[l.pos+1] == '}') { // a backslash and a hole
				l.pos++
				continue
			}
			l.pos = min(l.pos+2, len(src))
		case c == '\\':
			if l.pos+1 < len(src) && (src[l.pos+1] == '{' || src[l.pos+1] == '}') {
				l.pos++
				continue
			}
			l.pos = min(l.pos+2, len(src))
		case c == q && (n == 1 || l.pos+2 < len(src) && src[l.pos+1] == q && src[l.pos+2] == q):
			flush(l.pos)
			if !spec {
				l.pos += n
			}
			return
		case n == 1 && (c == '\n' || c == '\r'):
			flush(l.pos)
			return // cut off
		case c == '{' && !spec && l.pos+1 < len(src) && src[l.pos+1] == '{', c == '}' && !spec && l.pos+1 < len(src) && src[l.pos+1] == '}':
			l.pos += 2
		case c == '{':
			flush(l.pos)
			p.hole(q, n, flags)
			from = l.pos
		case c == '}' && spec:
			flush(l.pos)
			return
		default:
			l.pos++
		}
	}
	flush(len(src))
}

// hole reads {expression!r:spec}. The lexer stands at its brace, and afterwards behind the closing one.
func (p *parser) hole(q byte, n int, flags syntax.Flags) {
	l := &p.lex
	start, mark := uint32(l.pos), p.Mark()
	depth, outer := l.depth, l.hole
	l.pos++
	l.depth++
	l.hole = l.depth
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
	l.depth, l.hole, p.pattern = depth, outer, inPattern
	p.Push(p.Close(syntax.Interp, start, uint32(l.pos), mark))
}
