package python

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// soft reads statements that begin with a word that is only sometimes a keyword.
func (p *parser) soft() bool {
	switch p.word() {
	case "async":
		start := p.tok.start
		switch after := p.after(); {
		case strings.HasPrefix(after, "def"):
			p.advance()
			p.Push(p.function(p.Mark(), start, syntax.Async))
		case strings.HasPrefix(after, "for"):
			p.advance()
			p.Push(p.forStatement(start, syntax.Async))
		case strings.HasPrefix(after, "with"):
			p.advance()
			p.Push(p.withStatement(start, syntax.Async))
		default:
			return false
		}
		return true
	case "match":
		if p.matchAhead() {
			p.Push(p.matchStatement())
			return true
		}
	case "type":
		if p.typeAhead() {
			p.Push(p.typeStatement())
			return true
		}
	}
	return false
}

// after is the source behind the current token and spaces.
func (p *parser) after() string {
	return strings.TrimLeft(p.lex.src[p.lex.pos:min(len(p.lex.src), p.lex.pos+64)], " \t\f")
}

// operatorAhead says whether a word that is an operator follows.
func (p *parser) operatorAhead() bool {
	after := p.after()
	end := 0
	for end < len(after) && class[after[end]]&cWord != 0 {
		end++
	}
	switch after[:end] {
	case "in", "is", "and", "or", "not", "if", "else", "for", "as":
		return true
	}
	return false
}

// matchAhead says whether the line is the head of a match statement: it ends in a colon outside of brackets.
func (p *parser) matchAhead() bool {
	switch c := p.peek(); {
	case c == '(' || c == '[' || c == '{' || c == '-' || c == '+' || c == '*' || c == '~' || c == '"' || c == '\'':
	case class[c]&cWord != 0 && !p.operatorAhead():
	default:
		return strings.HasPrefix(p.after(), "not ") && p.headAhead()
	}
	return p.headAhead()
}

// headAhead scans the rest of the logical line.
func (p *parser) headAhead() bool {
	look := p.ahead(p.lex.pos)
	defer p.sawAhead(&look, look.pos)
	for depth, last := look.depth, kind(0); ; {
		t := look.next()
		switch {
		case t.kind == newline || t.kind == eof:
			return last == colon
		case t.kind == format:
			look.skipParts(look.src[t.end-1], quotes(look.src[t.start:t.end]), false, 0)
		case t.kind == assign && look.depth == depth, only(t.kind):
			return false
		}
		last = t.kind
	}
}

// itemsAhead says whether the bracket behind `with` holds its items: the colon of the head stands right behind it.
func (p *parser) itemsAhead() bool {
	look := p.ahead(p.lex.pos)
	defer p.sawAhead(&look, look.pos)
	for depth := look.depth; look.depth >= depth; {
		t := look.next()
		switch {
		case t.kind == eof || t.kind == newline || only(t.kind):
			return false
		case t.kind == format:
			look.skipParts(look.src[t.end-1], quotes(look.src[t.start:t.end]), false, 0)
		}
	}
	return look.next().kind == colon
}

// ahead is a lexer of its own for a look at what follows an offset. How far it can see is bounded: all looks together may take a few
// times the size of the file, and little each when that is used up.
func (p *parser) ahead(from int) lexer {
	look := p.lex
	look.pos, look.indents, look.quiet = from, nil, true
	if p.looked > 4*len(look.src)+1<<16 {
		look.src = look.src[:min(len(look.src), from+256)]
	}
	return look
}

func (p *parser) sawAhead(look *lexer, from int) { p.looked += look.pos - from }

// typeAhead says whether `type` begins an alias: a name and then = or [ follow.
func (p *parser) typeAhead() bool {
	if c := p.peek(); class[c]&cWord == 0 && c != '\\' {
		return false
	}
	look := p.ahead(p.lex.pos)
	defer p.sawAhead(&look, look.pos)
	if look.next().kind != name {
		return false
	}
	k := look.next().kind
	return k == assign || k == lbrack
}
