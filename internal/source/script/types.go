package script

// Types are read and forgotten. What may stand at one place is read as one: parameters like types in parentheses, patterns like the
// types that look like them.

// typ reads a type.
func (p *parser) typ() {
	if !p.enter() {
		p.leave()
		return
	}
	for {
		conditional := p.typeOperands()
		if p.tok.kind == tExtends && !p.tok.nl && !p.plainType {
			p.next()
			was := p.plainType
			p.plainType = true
			p.typ()
			p.plainType = was
			conditional = true
		}
		if !conditional || p.tok.kind != tQuestion || p.plainType {
			break
		}
		p.next()
		p.typ()
		if !p.expect(tColon, ":") {
			break
		}
	}
	p.leave()
}

// typeOperands reads types with | and & between them, and says whether the last one was `infer X extends Y`, which may be the
// beginning of a condition.
func (p *parser) typeOperands() (infers bool) {
	for {
		for p.tok.kind == tOr || p.tok.kind == tAnd {
			p.next()
		}
		infers = p.typeOperator()
		if p.tok.kind != tOr && p.tok.kind != tAnd {
			return infers
		}
	}
}

func (p *parser) typeOperator() (infers bool) {
	for {
		switch p.tok.kind {
		case tQuestion: // Flow: a type or null
			p.next()
			continue
		case tKeyof, tUnique, tReadonly, tInfer, tAsserts, tAbstract:
			k := p.tok.kind
			next := p.peek()
			if !p.startsType(next.kind) || next.nl && k == tAsserts {
				p.typePostfix()
				return false
			}
			if k == tAsserts && !next.kind.isIdent() && next.kind != tThis || next.kind == tIs && k == tAsserts {
				p.typePostfix()
				return false
			}
			p.next()
			if k == tInfer {
				p.next()
				if p.tok.kind == tExtends {
					p.next()
					was := p.plainType
					p.plainType = true
					p.typ()
					p.plainType = was
					return true
				}
				p.typeSuffix()
				return false
			}
			continue
		}
		p.typePostfix()
		return false
	}
}

// startsType says whether a token begins a type, for words before it that may be operators or names.
func (p *parser) startsType(k kind) bool {
	switch k {
	case tOpenBrace, tOpenBracket, tOpenParen, tString, tNumber, tTemplate, tMinus, tLess, tThis, tTypeof, tNew, tImport, tNull, tTrue, tFalse, tVoid:
		return true
	}
	return k.isIdent()
}

// typePostfix reads a type and what stands behind it: [], [key], `x is T`.
func (p *parser) typePostfix() {
	p.typePrimary()
	p.typeSuffix()
	if p.tok.kind == tIs && !p.tok.nl {
		p.next()
		p.typ()
	}
}

func (p *parser) typeSuffix() {
	for !p.tok.nl && !p.broken {
		switch p.tok.kind {
		case tOpenBracket:
			p.next()
			if p.tok.kind != tCloseBracket {
				p.typeInside()
			}
			p.expect(tCloseBracket, "]")
		case tNot: // a type of JSDoc
			p.next()
		default:
			return
		}
	}
}

// typeInside reads a type in brackets or behind an arrow, where conditions are conditions again.
func (p *parser) typeInside() {
	was := p.plainType
	p.plainType = false
	p.typ()
	p.plainType = was
}

func (p *parser) typePrimary() {
	switch k := p.tok.kind; k {
	case tString, tNumber, tTrue, tFalse, tNull, tVoid:
		p.next()
	case tMinus:
		p.next()
		p.expect(tNumber, "a number")
	case tTemplate:
		p.typeTemplate()
	case tOpenBrace:
		p.typeMembers()
	case tOpenBracket:
		p.typeBracket()
	case tOpenParen:
		if p.typeParens() && p.take(tArrow) {
			p.typeInside()
		}
	case tLess:
		p.typeParameters()
		p.typeParens()
		if p.expect(tArrow, "=>") {
			p.typeInside()
		}
	case tNew:
		p.next()
		if p.tok.kind == tLess {
			p.typeParameters()
		}
		p.typeParens()
		if p.expect(tArrow, "=>") {
			p.typeInside()
		}
	case tTypeof:
		p.next()
		if p.tok.kind == tImport {
			p.typeImport()
			return
		}
		p.typeName()
	case tImport:
		p.typeImport()
	case tThis:
		p.next()
		p.typeNameRest()
	default:
		if !k.isIdent() {
			p.fail("expected a type")
			return
		}
		p.typeName()
	}
}

// typeName reads a.b.c<T>.
func (p *parser) typeName() {
	if !p.tok.kind.isName() {
		p.fail("expected the name of a type")
		return
	}
	p.next()
	p.typeNameRest()
}

func (p *parser) typeNameRest() {
	for p.tok.kind == tDot {
		p.next()
		if !p.tok.kind.isName() && p.tok.kind != tPrivate {
			p.fail("expected the name of a type")
			return
		}
		p.next()
	}
	if p.tok.kind == tLess && !p.tok.nl && (p.pos >= len(p.src) || p.src[p.pos] != '=') {
		p.typeArguments()
	}
}

// typeImport reads import("m", { with: … }).a.b<T>.
func (p *parser) typeImport() {
	p.next()
	if !p.expect(tOpenParen, "(") {
		return
	}
	p.typeInside()
	if p.take(tComma) && p.tok.kind == tOpenBrace {
		p.typeMembers()
		p.take(tComma)
	}
	p.expect(tCloseParen, ")")
	p.typeNameRest()
}

// typeArguments reads <A, B>.
func (p *parser) typeArguments() {
	was := p.plainType
	p.plainType = false
	p.next()
	for p.tok.kind != tGreater && !p.stopped() {
		p.typ()
		if p.tok.kind != tComma {
			break
		}
		p.next()
	}
	p.plainType = was
	p.expect(tGreater, ">")
}

// typeParameters reads <const A extends B = C, in out D>.
func (p *parser) typeParameters() {
	was := p.plainType
	p.plainType = false
	p.next()
	for p.tok.kind != tGreater && !p.stopped() {
		for p.tok.kind == tConst || p.tok.kind == tIn || p.tok.kind == tOut && p.peek().kind.isIdent() {
			p.next()
		}
		p.expectIdent()
		if p.take(tExtends) {
			p.typ()
		}
		if p.take(tAssign) {
			p.typ()
		}
		if p.tok.kind != tComma {
			break
		}
		p.next()
	}
	p.plainType = was
	p.expect(tGreater, ">")
}

// typeList reads types with commas between them: what a class implements, what an interface extends.
func (p *parser) typeList() {
	for {
		p.typ()
		if p.tok.kind != tComma {
			return
		}
		p.next()
	}
}

// typeTemplate reads a template literal type.
func (p *parser) typeTemplate() {
	i := int(p.tok.end)
	for ; i < len(p.src) && p.src[i] != '`'; i++ {
		switch {
		case p.src[i] == '\\':
			i++
		case p.src[i] == '$' && i+1 < len(p.src) && p.src[i+1] == '{':
			p.tok.end, p.pos = uint32(i+2), i+2
			p.next()
			p.typeInside()
			if p.broken || p.tok.kind != tCloseBrace {
				p.fail("expected }")
				return
			}
			i = int(p.tok.end) - 1
		}
	}
	if i >= len(p.src) {
		i = len(p.src) - 1
	}
	p.tok.end = uint32(i + 1)
	p.pos = i + 1
	p.next()
}
