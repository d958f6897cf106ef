package jinja

func (p *parser) forStatement(pos int, _ string) *node {
	n := p.node(kFor, pos)
	n.a = p.target(false)
	p.expectName("in")
	n.b = p.tuple(false, false)
	if p.skipName("if") {
		n.c = p.expression()
	}
	n.again = p.skipName("recursive")
	n.body = p.block("endfor", "else")
	if p.skipName("else") {
		n.other = p.to("endfor")
		return n
	}
	p.advance()
	return n
}

func (p *parser) ifStatement(pos int, _ string) *node {
	n := p.node(kIf, pos)
	branch := n
	for p.err == nil {
		branch.a = p.tuple(false, false)
		branch.body = p.block("elif", "else", "endif")
		p.over(branch, branch.a)
		p.over(branch, branch.body...)
		at := p.tok.pos
		if p.skipName("elif") {
			branch = p.node(kIf, at)
			n.list = append(n.list, branch)
			continue
		}
		if p.skipName("else") {
			n.other = p.to("endif")
			return n
		}
		p.advance()
		return n
	}
	return n
}

func (p *parser) setStatement(pos int, _ string) *node {
	n := p.node(kSet, pos)
	n.a = p.target(true)
	if p.skip("=") {
		n.b = p.tuple(true, false)
		return n
	}
	n.kind = kSetBlock
	n.b = p.filters(nil, false)
	n.body = p.to("endset")
	return n
}

// macroStatement reads {% macro name(...) %} and {% call(...) expression %}.
func (p *parser) macroStatement(pos int, tag string) *node {
	n := p.node(kMacro, pos)
	if tag == "call" {
		n.kind = kCallBlock
		if p.tok.is("(") {
			p.signature(n)
		}
		n.a = p.expression()
		if n.a.kind != kCall {
			p.fail(n.a.pos, "a call is missing")
		}
		n.body = p.to("endcall")
		return n
	}
	n.text = p.targetName()
	p.signature(n)
	n.body = p.to("endmacro")
	return n
}

func (p *parser) signature(n *node) {
	p.expect("(")
	for p.err == nil && !p.tok.is(")") {
		if len(n.list) > 0 {
			p.expect(",")
		}
		pos := p.tok.pos
		arg := p.node(kName, pos)
		arg.text = p.targetName()
		if p.skip("=") {
			n.defaults = append(n.defaults, p.expression())
		} else if len(n.defaults) > 0 {
			p.fail(pos, "a parameter without a default after one that has it")
		}
		n.list = append(n.list, arg)
	}
	p.expect(")")
}

func (p *parser) filterStatement(pos int, _ string) *node {
	n := p.node(kFilterBlock, pos)
	n.a = p.filters(nil, true)
	n.body = p.to("endfilter")
	return n
}

func (p *parser) blockStatement(pos int, _ string) *node {
	n := p.node(kBlock, pos)
	n.text = p.name()
	p.skipName("scoped")
	required := p.skipName("required")
	n.body = p.to("endblock")
	for _, b := range n.body {
		if required && (b.kind != kData || spaces(b.text) != len(b.text)) {
			p.fail(b.pos, "a required block that is not empty")
		}
	}
	p.skipName(n.text)
	return n
}

func (p *parser) printStatement(pos int, tag string) *node {
	if tag == "do" {
		n := p.node(kDo, pos)
		n.a = p.tuple(true, false)
		return n
	}
	n := p.node(kOutput, pos)
	for p.err == nil && p.tok.kind != tBlockEnd {
		if len(n.list) > 0 {
			p.expect(",")
		}
		n.list = append(n.list, p.expression())
	}
	return n
}

func (p *parser) withStatement(pos int, _ string) *node {
	n := p.node(kWith, pos)
	for p.err == nil && p.tok.kind != tBlockEnd {
		if len(n.list) > 0 {
			p.expect(",")
		}
		t := p.target(false)
		p.expect("=")
		n.list = append(n.list, t, p.expression())
	}
	n.body = p.to("endwith")
	return n
}

func (p *parser) wrapStatement(pos int, tag string) *node {
	n := p.node(kGeneration, pos)
	if tag == "autoescape" {
		n.kind = kAutoescape
		n.a = p.expression()
	}
	n.body = p.to("end" + tag)
	return n
}

func (p *parser) includeStatement(pos int, tag string) *node {
	n := p.node(kInclude, pos)
	n.text = tag
	n.a = p.expression()
	switch tag {
	case "extends":
		n.kind = kExtends
		return n
	case "import":
		n.kind = kImport
		p.expectName("as")
		n.attr = p.targetName()
	default:
		if p.tok.named("ignore") && p.look().named("missing") {
			p.advance()
			p.advance()
		}
	}
	p.context()
	return n
}

func (p *parser) context() bool {
	if (p.tok.named("with") || p.tok.named("without")) && p.look().named("context") {
		p.advance()
		p.advance()
		return true
	}
	return false
}

func (p *parser) fromStatement(pos int, tag string) *node {
	n := p.node(kFrom, pos)
	n.text = tag
	n.a = p.expression()
	p.expectName("import")
	for p.err == nil {
		if len(n.keywords) > 0 {
			p.expect(",")
		}
		if p.tok.kind != tName {
			p.fail(p.tok.pos, "a name is missing before %s", p.tok)
			break
		}
		if p.context() {
			break
		}
		at := p.tok.pos
		name := p.targetName()
		if name != "" && name[0] == '_' {
			p.fail(at, "a name with an underscore cannot be imported")
		}
		if p.skipName("as") {
			name = p.targetName()
		}
		n.keywords = append(n.keywords, keyword{name: name})
		if p.context() || !p.tok.is(",") {
			break
		}
	}
	return n
}

// transStatement reads the i18n extension's tag, in whose body only text and names may stand.
func (p *parser) transStatement(pos int, _ string) *node {
	n := p.node(kTrans, pos)
	if p.tok.kind == tString {
		p.advance()
	}
	trimmed := false
	for p.err == nil && p.tok.kind != tBlockEnd {
		if len(n.keywords) > 0 {
			p.expect(",")
		}
		if p.skip(":") {
			break
		}
		at := p.tok.pos
		name := p.name()
		for _, k := range n.keywords {
			if k.name == name {
				p.fail(at, "a variable that is defined twice")
			}
		}
		if p.skip("=") {
			n.keywords = append(n.keywords, keyword{name, p.expression()})
			continue
		}
		if !trimmed && (name == "trimmed" || name == "notrimmed") {
			trimmed = true
			continue
		}
		v := p.node(kName, at)
		v.text = name
		n.keywords = append(n.keywords, keyword{name, v})
	}
	p.expectKind(tBlockEnd)
	n.body = p.transBody(nil)
	if p.skipName("pluralize") {
		if p.tok.kind != tBlockEnd {
			at, name, known := p.tok.pos, p.name(), false
			for _, k := range n.keywords {
				known = known || k.name == name
			}
			if !known {
				p.fail(at, "an unknown variable in pluralize")
			}
		} else if len(n.keywords) == 0 && !hasName(n.body) {
			p.fail(pos, "a plural without a variable")
		}
		p.expectKind(tBlockEnd)
		n.body = p.transBody(n.body)
		if p.tok.named("pluralize") {
			p.fail(p.tok.pos, "a second plural")
		}
	}
	p.expectName("endtrans")
	return n
}

func hasName(body []*node) bool {
	for _, b := range body {
		if b.kind == kOutput {
			return true
		}
	}
	return false
}

func (p *parser) transBody(body []*node) []*node {
	for p.err == nil {
		pos := p.tok.pos
		switch p.tok.kind {
		case tData:
			n := p.node(kData, pos)
			n.text = p.tok.text
			body = append(body, n)
			p.advance()
		case tVariableBegin:
			p.advance()
			v := p.node(kName, p.tok.pos)
			v.text = p.name()
			n := p.node(kOutput, pos, v)
			n.list = []*node{v}
			body = append(body, n)
			p.expectKind(tVariableEnd)
		case tBlockBegin:
			p.advance()
			if p.tok.named("endtrans") || p.tok.named("pluralize") {
				return body
			}
			p.fail(p.tok.pos, "a statement inside a translation")
		default:
			p.fail(pos, "%q is missing at the end", "endtrans")
		}
	}
	return body
}

// target reads what a value is assigned to: a name, names, or name.attribute where namespaces may be.
func (p *parser) target(namespace bool) *node {
	n := p.simpleTuple(namespace)
	p.assignable(n)
	return n
}

func (p *parser) assignable(n *node) {
	switch {
	case n.kind == kName && n.text != "true" && n.text != "false" && n.text != "none", n.kind == kNSRef:
	case n.kind == kTuple:
		for _, m := range n.list {
			p.assignable(m)
		}
	default:
		p.fail(n.pos, "nothing can be assigned there")
	}
}

// targetName is a name that is assigned to; names of constants are taken too, as Jinja does for single ones.
func (p *parser) targetName() string {
	pos := p.tok.pos
	s := p.name()
	switch s {
	case "true", "false", "none", "True", "False", "None":
		p.fail(pos, "nothing can be assigned there")
	}
	return s
}
