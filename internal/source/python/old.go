package python

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// old tells what only Python 2 reads. It is read all the same, so a file full of it is not told in full.
func (p *parser) old(at uint32, reason string) {
	if p.olds++; p.olds <= maxOld {
		p.tell(at, reason)
	}
}

// oldStatement says whether a statement of Python 2 begins here that is a function now: print or exec, and then no bracket.
func (p *parser) oldStatement() bool {
	word := p.word()
	if word != "print" && word != "exec" {
		return false
	}
	switch c := p.peek(); {
	case c == '>' && strings.HasPrefix(p.after(), ">>") && word == "print": // print >>file, x is an expression too, but none that anybody means
		p.old(p.tok.start, "print statement of Python 2")
		return false
	case c == '"' || c == '\'' || c == '`' || class[c]&cWord != 0 && !p.operatorAhead():
		p.old(p.tok.start, word+" statement of Python 2")
		return true
	}
	return false
}

// calledWithoutBrackets reads print a, b and exec a, b like calls.
func (p *parser) calledWithoutBrackets() syntax.ID {
	t, mark := p.tok, p.Mark()
	p.advance()
	p.Push(p.Named(p.Leaf(syntax.Ident, t.start, t.end), t.start, t.end))
	p.Push(p.expression())
	for p.accept(comma) && p.begins() {
		p.Push(p.expression())
	}
	return p.Over(syntax.ExprStmt, t.start, p.prev, p.Close(syntax.Call, t.start, p.prev, mark), 0)
}

// backticks reads `x`, which was repr(x) in Python 2: a group.
func (p *parser) backticks() syntax.ID {
	p.old(p.tok.start, "backticks of Python 2")
	p.deeper()
	p.advance()
	value := p.stars()
	if !p.is(bad) || p.word() != "`" {
		p.fail("expected a closing backtick")
	}
	p.advance()
	p.depth--
	return p.Flag(value, syntax.Parens)
}

// oldNumber tells numbers that only Python 2 reads.
func (p *parser) oldNumber(t token) {
	s := p.lex.src[t.start:t.end]
	switch last := s[len(s)-1] | 0x20; {
	case t.cut:
		p.tell(t.start, "a number with letters behind it")
	case last == 'l':
		p.old(t.start, "long number of Python 2")
	case len(s) > 1 && s[0] == '0' && class[s[1]]&cDigit != 0 && strings.Trim(s, "01234567") == "" && strings.Trim(s, "0") != "":
		p.old(t.start, "octal number of Python 2")
	}
}
