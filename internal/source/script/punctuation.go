package script

// single are the tokens of one byte that begin no longer ones.
var single = [128]kind{
	'{': tOpenBrace, '}': tCloseBrace, '(': tOpenParen, ')': tCloseParen, '[': tOpenBracket, ']': tCloseBracket,
	';': tSemicolon, ',': tComma, ':': tColon, '~': tTilde, '@': tAt, '`': tTemplate, '<': tLess, '>': tGreater,
}

func (p *parser) punctuation(i int, nl bool) {
	src := p.src
	c := src[i]
	var c1, c2 byte
	if i+1 < len(src) {
		c1 = src[i+1]
	}
	if i+2 < len(src) {
		c2 = src[i+2]
	}
	k, n := single[c&127], 1
	if k == 0 {
		switch c {
		case '"', '\'':
			p.text(i, nl)
			return
		case '.':
			switch {
			case class[c1] == cDigit:
				p.number(i, nl)
				return
			case c1 == '.' && c2 == '.':
				k, n = tEllipsis, 3
			default:
				k = tDot
			}
		case '=':
			switch {
			case c1 == '>':
				k, n = tArrow, 2
			case c1 == '=' && c2 == '=':
				k, n = tEqual, 3
			case c1 == '=':
				k, n = tEqual, 2
			default:
				k = tAssign
			}
		case '!':
			switch {
			case c1 == '=' && c2 == '=':
				k, n = tEqual, 3
			case c1 == '=':
				k, n = tEqual, 2
			default:
				k = tNot
			}
		case '?':
			switch {
			case c1 == '?' && c2 == '=':
				k, n = tAugment, 3
			case c1 == '?':
				k, n = tNullish, 2
			case c1 == '.' && class[c2] != cDigit:
				k, n = tOptional, 2
			default:
				k = tQuestion
			}
		case '+':
			k, n = twice(c, c1, tPlus, tIncrement)
		case '-':
			k, n = twice(c, c1, tMinus, tDecrement)
		case '*':
			k, n = longer(c, c1, c2, tStar, tPower)
		case '&':
			k, n = longer(c, c1, c2, tAnd, tLogicAnd)
		case '|':
			k, n = longer(c, c1, c2, tOr, tLogicOr)
		case '^':
			k, n = twice(c, c1, tXor, tXor)
		case '%':
			k, n = twice(c, c1, tPercent, tPercent)
		case '/':
			k, n = tSlash, 1
			if c1 == '=' {
				k, n = tSlashAssign, 2
			}
		case '#':
			if class[c1] == cLetter || class[c1] == cWide || c1 == '\\' {
				p.wideWord(i, i+1, nl)
				return
			}
		case '\\':
			p.wideWord(i, i, nl)
			return
		}
	}
	p.pos = i + n
	p.tok = token{kind: k, nl: nl, start: uint32(i), end: uint32(i + n)}
	if k == 0 {
		p.tok.kind = tError
		p.fail("a character that means nothing here")
	}
}

// twice is c, cc or c=; ^ and % have no cc.
func twice(c, c1 byte, one, two kind) (kind, int) {
	switch {
	case c1 == '=':
		return tAugment, 2
	case c1 == c && two != one:
		return two, 2
	}
	return one, 1
}

// longer is c, cc, c= or cc=.
func longer(c, c1, c2 byte, one, two kind) (kind, int) {
	switch {
	case c1 == c && c2 == '=':
		return tAugment, 3
	case c1 == c:
		return two, 2
	case c1 == '=':
		return tAugment, 2
	}
	return one, 1
}

// angle makes the operator that begins with the < or > at hand: in types and tags each stands for itself.
func (p *parser) angle() {
	src := p.src[p.tok.start:]
	c := src[0]
	n := 1
	for n < len(src) && src[n] == c && (n < 2 || c == '>' && n < 3) {
		n++
	}
	equal := n < len(src) && src[n] == '='
	switch {
	case n > 1 && equal:
		p.tok.kind = tAugment
		n++
	case n > 1:
		p.tok.kind = tShift
	case equal:
		p.tok.kind = tLessEqual
		n++
	}
	p.tok.end = p.tok.start + uint32(n)
	p.pos = int(p.tok.end)
}

// regex makes a regular expression of the / or /= at hand.
func (p *parser) regex() bool {
	src := p.src
	inClass := false
	start := int(p.tok.start)
	if p.spent > p.budget {
		p.fail("expected an expression")
		return false
	}
	for j := start + 1; j < len(src); j++ {
		switch c := src[j]; {
		case c == '\\':
			j++
			if j < len(src) && class[src[j]] == cLine {
				j = len(src)
			}
		case c == '[':
			inClass = true
		case c == ']':
			inClass = false
		case c == '\n' || c == '\r':
			p.spent += j - start
			p.fail("expected the end of the regular expression")
			return false
		case c == '/' && !inClass:
			for j++; j < len(src) && class[src[j]]-cLetter < 2; j++ {
			}
			p.pos = j
			p.tok.end = uint32(j)
			return true
		}
	}
	p.spent += len(src) - start
	p.fail("expected the end of the regular expression")
	return false
}
