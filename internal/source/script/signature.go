package script

// typeParens reads the parameters of a function type, or a type in parentheses: a name is a type too, so one way of reading does. It
// says whether they can be parameters.
func (p *parser) typeParens() bool {
	if !p.expect(tOpenParen, "(") {
		return false
	}
	was := p.plainType
	p.plainType = false
	parameters := p.typeItems(tCloseParen)
	p.plainType = was
	p.expect(tCloseParen, ")")
	return parameters
}

// typeBracket reads a tuple; also the name in brackets of a member, an index signature, and the head of a mapped type.
func (p *parser) typeBracket() {
	if !p.expect(tOpenBracket, "[") {
		return
	}
	was := p.plainType
	p.plainType = false
	p.typeItems(tCloseBracket)
	p.plainType = was
	p.expect(tCloseBracket, "]")
}

// typeItems reads `...name?: type = type` as often as it comes, and says whether the first one can be a parameter: a name or a pattern, and
// nothing behind it but what follows the name of a parameter.
func (p *parser) typeItems(end kind) (parameters bool) {
	parameters = true
	for first := true; p.tok.kind != end && !p.stopped(); first = false {
		if p.tok.kind == tComma { // left out in a pattern
			p.next()
			continue
		}
		rest := p.take(tEllipsis)
		for p.isModifier() && p.peek().kind.isIdent() {
			p.next()
		}
		name := p.tok
		if p.tok.kind != end {
			p.typ()
		}
		if first && !rest {
			last := p.src[max(p.prevEnd, 1)-1]
			pattern := name.kind == tOpenBrace && last == '}' || name.kind == tOpenBracket && last == ']'
			parameters = pattern || (name.kind.isIdent() || name.kind == tThis) && p.prevEnd == name.end
		}
		p.take(tQuestion)
		if p.take(tColon) {
			p.typ()
			p.take(tQuestion)
		}
		if p.take(tIn) { // of a mapped type
			p.typ()
		}
		if p.take(tAs) {
			p.typ()
		}
		if p.tok.kind != tComma {
			return parameters
		}
		p.next()
	}
	return parameters
}

// typeMembers reads what stands in the braces of an interface, a type literal, or a mapped type.
func (p *parser) typeMembers() {
	if !p.expect(tOpenBrace, "{") {
		return
	}
	was := p.plainType
	p.plainType = false
	for p.tok.kind != tCloseBrace && !p.stopped() {
		at := p.tok.start
		p.typeMember()
		if !p.take(tSemicolon) {
			p.take(tComma)
		}
		if p.tok.start == at && !p.broken {
			p.fail("expected a member")
		}
	}
	p.plainType = was
	p.closeType()
}

// typeMember reads one member. Words that say something of it (readonly, get) are read like its name, which may be such a word too.
func (p *parser) typeMember() {
	if p.tok.kind == tEllipsis { // in a pattern
		p.next()
	}
	for {
		switch k := p.tok.kind; {
		case k.isName(), k == tString, k == tNumber, k == tPrivate, k == tPlus, k == tMinus:
			p.next()
			continue
		case k == tOpenBracket:
			p.typeBracket()
		}
		break
	}
	for p.tok.kind == tPlus || p.tok.kind == tMinus || p.tok.kind == tQuestion || p.tok.kind == tNot {
		p.next()
	}
	if p.tok.kind == tLess {
		p.typeParameters()
	}
	if p.tok.kind == tOpenParen {
		p.typeParens()
	}
	if p.take(tColon) {
		p.typ()
	}
}

// indexSignature says whether [ begins `[key: string]` rather than a name that is computed.
func (p *parser) indexSignature() bool {
	s := p.save()
	p.next()
	found := p.tok.kind.isIdent() && p.peek().kind == tColon
	p.restore(&s)
	return found
}
