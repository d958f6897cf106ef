package python

import "github.com/lodemark/lodemark/internal/source/syntax"

// bail is what a statement that cannot be read throws.
type bail struct{ reason string }

func (p *parser) fail(reason string) { panic(bail{reason}) }

// tell notes an error and reads on. One place is told once.
func (p *parser) tell(at uint32, reason string) {
	errors := p.Tree.Errors
	n := len(errors)
	if n > 0 && errors[n-1].Offset == at {
		return
	}
	if n >= maxErrors {
		panic(bail{})
	}
	p.Tree.Errors = append(errors, syntax.Error{Offset: at, Reason: reason})
}

// caught is deferred by what reads a statement: it turns what was thrown into an error of the tree.
func (p *parser) caught(ok *bool) {
	r := recover()
	if r == nil {
		return
	}
	b, ours := r.(bail)
	if !ours {
		panic(r)
	}
	*ok = false
	errors := p.Tree.Errors
	n := len(errors)
	if b.reason != "" && n < maxErrors && (n == 0 || errors[n-1].Offset != p.tok.start) {
		p.Tree.Errors = append(errors, syntax.Error{Offset: p.tok.start, Reason: b.reason})
	}
}

// broken says whether so many errors were told that the rest is not read.
func (p *parser) broken() bool { return len(p.Tree.Errors) >= maxErrors }

// recover goes to the next line, or to the line of the current token where that looks like a statement of its own; what is indented
// below is read as a block. What was read of the statement, and pushed since the mark, stays in a Bad node.
func (p *parser) recover(start token, mark int) {
	if p.is(eof) && p.tok.start <= start.start {
		p.Drop(mark)
		return
	}
	p.leaveString()
	p.open = [3]int{}
	p.missing = false
	switch {
	case p.tok.start > start.start && p.fresh() && p.lex.depth == 0 && !p.closer():
	case p.tok.start > start.start && p.startsStatement():
		p.cut()
		p.accept(newline)
	default:
		p.skipLine()
		p.accept(newline)
	}
	end := max(p.prev, start.start)
	for _, id := range p.Since(mark) {
		end = max(end, p.endOf(id))
	}
	p.prev = end
	p.Push(p.Close(syntax.Bad, start.start, end, mark))
	if p.is(indent) { // the body of what was not read
		p.advance()
		for !p.is(dedent) && !p.is(eof) && !p.broken() {
			p.statements()
		}
		p.accept(dedent)
	}
}

// leaveString takes the lexer out of the f-string in which something broke: to where it ends if its quotes stand nowhere inside.
func (p *parser) leaveString() {
	t := p.within
	p.within = token{}
	p.lex.hole = -1
	if t.kind != format {
		return
	}
	p.lex.pos = int(t.end)
	p.lex.skip(p.lex.src[t.end-1], quotes(p.lex.src[t.start:t.end]))
	p.lex.depth = 0
	p.tok = token{kind: bad, start: t.start, end: uint32(p.lex.pos)}
}

// skipLine goes to the end of the line, whatever is open there.
func (p *parser) skipLine() {
	p.lex.depth = 0
	for !p.is(newline) && !p.is(eof) && !p.is(indent) && !p.is(dedent) {
		p.skipToken()
		if p.lex.depth > 0 && p.lineDone() {
			p.lex.depth = 0
		}
	}
}

// skipToken leaves a token out: of an f-string, all of it.
func (p *parser) skipToken() {
	if t := p.tok; t.kind == format {
		p.lex.skip(p.lex.src[t.end-1], quotes(p.lex.src[t.start:t.end]))
		p.tok.end = uint32(p.lex.pos)
	}
	p.advance()
}

// lineDone says whether the rest of the line holds nothing: an open bracket of a broken statement does not go on.
func (p *parser) lineDone() bool {
	for i := p.lex.pos; i < len(p.lex.src); i++ {
		switch c := p.lex.src[i]; {
		case c == '\n' || c == '\r' || c == '#':
			return true
		case class[c]&cSpace == 0:
			return false
		}
	}
	return true
}

// fresh says whether the current token is the first one on its line.
func (p *parser) fresh() bool { return p.lineHead() >= 0 }

// lineHead is where the line of the current token begins, if the token is the first one on it; otherwise -1.
func (p *parser) lineHead() int {
	for i := int(p.tok.start); i > 0; i-- {
		switch c := p.lex.src[i-1]; {
		case c == '\n' || c == '\r':
			return i
		case class[c]&cSpace == 0:
			return -1
		}
	}
	return 0
}

// columnOf is the column of the first token of a line.
func (p *parser) columnOf(head int) int {
	look := p.ahead(head)
	return look.column()
}

func (p *parser) closer() bool {
	return p.is(rparen) || p.is(rbrack) || p.is(rbrace)
}

// startsStatement says whether the current token, met where none like it can stand, is the first one of the next statement: a bracket
// before it was not closed. Only the first token of a line is.
func (p *parser) startsStatement() bool {
	head := p.lineHead()
	if head < 0 || p.lex.hole >= 0 || p.within.kind == format || p.closer() || p.is(comma) {
		return false
	}
	if only(p.tok.kind) || p.columnOf(head) <= p.lex.indents[len(p.lex.indents)-1] {
		return true
	}
	return (p.is(name) || p.is(kFor) || p.is(kIf) || p.is(at_)) && p.balanced(head)
}

// only says whether a keyword begins statements and stands nowhere else.
func only(k kind) bool {
	switch k {
	case kAssert, kBreak, kClass, kContinue, kDef, kDel, kElif, kExcept, kFinally, kGlobal, kImport, kNonlocal, kPass, kRaise, kReturn, kTry, kWhile, kWith:
		return true
	}
	return false
}

// balanced says whether a line closes no bracket that it does not open, and does not end in a comma.
func (p *parser) balanced(head int) bool {
	look := p.ahead(head)
	look.depth = 0
	defer p.sawAhead(&look, head)
	last := kind(0)
	for deep := 0; ; {
		t := look.next()
		switch t.kind {
		case newline, eof:
			return last != comma
		case format:
			look.skipParts(look.src[t.end-1], quotes(look.src[t.start:t.end]), false, 0)
		case lparen, lbrack, lbrace:
			deep++
		case rparen, rbrack, rbrace:
			if deep--; deep < 0 {
				return false
			}
		}
		last = t.kind
	}
}

// cut ends the line of the token before the current one: the brackets that are open there are taken for closed.
func (p *parser) cut() {
	p.lex.pos = p.lineHead()
	p.lex.atStart = true
	p.lex.depth = 0
	p.tok = token{kind: newline, start: p.prev, end: p.prev}
}

func bracket(k kind) int { return int(k-lparen) / 2 }

// opens takes an opening bracket.
func (p *parser) opens() {
	p.open[bracket(p.tok.kind)]++
	p.deeper()
	p.advance()
}

// another says whether one more item stands in brackets that k closes.
func (p *parser) another(k kind) bool {
	if p.accept(comma) {
		return true
	}
	if p.is(k) {
		return false
	}
	if p.begins() && !p.startsStatement() {
		p.tell(p.tok.start, "expected a comma or a closing bracket")
		return true
	}
	p.mend(k, true)
	return p.accept(comma) || !p.missing && p.begins()
}

// closes takes the closing bracket k. Without one, the reading goes on as if it had been there.
func (p *parser) closes(k kind) {
	if !p.is(k) && !p.missing {
		p.mend(k, false)
	}
	p.missing = false
	p.open[bracket(k-1)]--
	p.depth--
	p.accept(k)
}

// mend goes on inside of brackets where something cannot be read: it leaves tokens out up to k, or to a comma or another expression
// where more items may follow. Where k itself seems to be left out, it says so in p.missing.
func (p *parser) mend(k kind, items bool) {
	p.tell(p.tok.start, "expected a closing bracket")
	from := p.tok.start
	for deep := 0; ; {
		switch t := p.tok; {
		case t.kind == eof || t.kind == newline:
			p.missing = true
		case deep == 0 && p.startsStatement():
			p.cut()
			p.missing = true
		case deep == 0 && t.kind == colon && p.lex.hole < 0 && p.lineDone(): // of the head of a block
			p.missing = true
		case deep == 0 && (t.kind == k || items && (t.kind == comma || p.begins())):
		case p.closer() && deep > 0:
			deep--
			p.advance()
			continue
		case p.closer() && p.open[bracket(t.kind-1)] > 0: // another bracket's
			p.missing = true
		case p.closer(): // nobody's
			p.lex.depth++
			p.advance()
			continue
		default:
			switch t.kind {
			case lparen, lbrack, lbrace:
				deep++
			}
			if p.lex.hole >= 0 { // the end of the string comes first
				p.fail("expected a closing bracket")
			}
			p.skipToken()
			continue
		}
		break
	}
	if p.missing && p.lex.depth > 0 {
		p.lex.depth--
	}
	if items && p.prev > from {
		p.Push(p.Leaf(syntax.Bad, from, p.prev))
	}
}
