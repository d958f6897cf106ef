package script

import "github.com/lodemark/lodemark/internal/source/syntax"

// close takes the bracket that ends what is being read. If something inside is broken, the rest of the inside is left out.
func (p *parser) close(k kind, what string) bool { return p.closeAfter(k, what, inBracket) }

func (p *parser) closeAfter(k kind, what string, by skipping) bool {
	if !p.broken && p.tok.kind == k {
		p.next()
		return true
	}
	if !p.broken && p.tok.kind == tEOF && p.tries == 0 { // the file ends too early: what was read stands
		t := p.b.Tree
		if n := len(t.Errors); n == 0 || int(t.Errors[n-1].Offset) != len(p.src) {
			p.report(len(p.src), "expected "+what)
		}
		return false
	}
	if !p.broken {
		p.fail("expected " + what)
	}
	if p.tries > 0 {
		return false
	}
	start := p.errorAt
	p.resume()
	p.skip(by)
	if p.tok.kind == tEOF {
		return false
	}
	if p.tok.kind == k {
		if int(p.prevEnd) > start {
			p.b.Push(p.b.Leaf(syntax.Bad, uint32(start), p.prevEnd))
		}
		p.next()
		return true
	}
	p.stop()
	return false
}

// resume reads on where something broke, stop breaks it again without another word.
func (p *parser) resume() {
	p.broken = false
	p.pos = p.errorAt
	p.scan()
	if p.broken { // a character that is no token; that was said
		p.resumeQuietly()
	}
	p.tok.nl = p.errorLine
}

func (p *parser) stop() {
	p.broken = true
	p.errorLine = p.tok.nl
	p.errorAt = int(p.tok.start)
	p.prevEnd = p.tok.start
	p.tok.kind = tError
}

// recover goes on after a statement that broke: behind its semicolon, before the bracket that closes its block, or before a line that
// begins like a statement.
func (p *parser) recover(start int) {
	p.resume()
	if int(p.tok.start) <= start && p.tok.kind != tCloseBrace && p.tok.kind != tEOF {
		p.skipOne()
	}
	p.skip(toStatement)
	if p.tok.kind == tSemicolon {
		p.next()
	}
}

// bad pushes what could not be read, from start up to where reading goes on, without the space before that.
func (p *parser) bad(start uint32) {
	end := max(p.prevEnd, start)
	for end > start && class[p.src[end-1]]-cSpace < 2 {
		end--
	}
	p.b.Push(p.b.Leaf(syntax.Bad, start, end))
}

// skipping says what a skip stops at, besides a closing bracket that was not opened since.
type skipping uint8

const (
	inBracket   skipping = iota // a semicolon, or a line at whose very beginning something else begins
	inMembers                   // such a line; semicolons stand between members
	toStatement                 // a semicolon, or a line that looks like the beginning of a statement
)

// skip leaves tokens out.
func (p *parser) skip(what skipping) {
	before := tCloseParen
	for p.tok.kind != tEOF {
		inside := len(p.open) > 0
		switch p.tok.kind {
		case tCloseParen, tCloseBracket:
			if !inside && what != toStatement {
				return
			}
		case tCloseBrace:
			if !inside {
				return
			}
		case tSemicolon:
			if !inside && what != inMembers {
				return
			}
		}
		if p.tok.nl && (p.column0() || !inside && what == toStatement) && (p.begins() || !inside && ends(before) && p.tok.kind.isName()) {
			break
		}
		before = p.tok.kind
		p.skipOne()
	}
	p.open = p.open[:0]
}

// column0 says whether the token at hand stands at the very beginning of its line.
func (p *parser) column0() bool {
	i := p.tok.start
	return i == 0 || p.src[i-1] == '\n' || p.src[i-1] == '\r'
}

// begins says whether the token at hand begins a statement and nothing else, mostly.
func (p *parser) begins() bool {
	switch p.tok.kind {
	case tImport, tExport, tConst, tVar, tLet, tClass, tFunction, tIf, tFor, tWhile, tSwitch, tReturn, tThrow, tTry, tInterface, tEnum, tType, tAt:
		return true
	}
	return false
}

// ends says whether a statement can end with a token.
func ends(k kind) bool {
	switch k {
	case tCloseParen, tCloseBracket, tCloseBrace, tString, tNumber, tTemplate, tThis, tNull, tTrue, tFalse, tSuper, tIncrement, tDecrement:
		return true
	}
	return k.isIdent()
}

// closeType is close for the members of a type, where nothing of the inside is kept.
func (p *parser) closeType() {
	mark, nodes := p.b.Mark(), len(p.b.Tree.Nodes)
	p.closeAfter(tCloseBrace, "}", inMembers)
	p.b.Drop(mark)
	p.back(nodes)
}

// skipOne leaves one token out and keeps account of brackets.
func (p *parser) skipOne() {
	k := p.tok.kind
	switch k {
	case tOpenParen, tOpenBracket, tOpenBrace:
		p.open = append(p.open, byte(k))
	case tCloseParen, tCloseBracket, tCloseBrace:
		if n := len(p.open); n > 0 {
			top := p.open[n-1]
			p.open = p.open[:n-1]
			if k == tCloseBrace && top == '`' {
				p.skipTemplate(int(p.tok.end))
				return
			}
		}
	case tTemplate:
		p.skipTemplate(int(p.tok.end))
		return
	}
	p.nextRaw()
	if p.tok.kind == tSlash || p.tok.kind == tSlashAssign {
		switch k {
		case tCloseParen, tCloseBracket, tCloseBrace, tNumber, tString, tIdent, tTemplate, tThis, tSuper:
		default:
			if !p.regex() {
				p.resumeQuietly()
			}
		}
	}
}

// skipTemplate leaves out the text of a template up to its end or up to the next ${, which is a bracket.
func (p *parser) skipTemplate(i int) {
	for i < len(p.src) {
		switch p.src[i] {
		case '\\':
			i++
		case '`':
			p.tok.end = uint32(i + 1)
			p.pos = i + 1
			p.nextRaw()
			return
		case '$':
			if i+1 < len(p.src) && p.src[i+1] == '{' {
				p.open = append(p.open, '`')
				p.tok.end = uint32(i + 2)
				p.pos = i + 2
				p.nextRaw()
				return
			}
		}
		i++
	}
	p.pos = len(p.src)
	p.tok.end = uint32(p.pos)
	p.nextRaw()
}

// nextRaw is next; characters that are no tokens are left out without a word.
func (p *parser) nextRaw() {
	p.next()
	if p.broken {
		p.resumeQuietly()
	}
}

// resumeQuietly takes the last error back and goes on behind the token.
func (p *parser) resumeQuietly() {
	t := p.b.Tree
	if n := len(t.Errors); n > 0 && int(t.Errors[n-1].Offset) == p.errorAt {
		t.Errors = t.Errors[:n-1]
	}
	p.broken = false
	p.tok.kind = tComma // stands for nothing
}
