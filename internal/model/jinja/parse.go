package jinja

import "fmt"

const (
	maxSource = 1 << 20 // bytes of a template; real ones are a tenth of that at most
	maxDepth  = 100     // statements and brackets in each other
	maxHeight = 2000    // of the tree, which chains such as a.b.c.d make as well
	maxNodes  = 400_000
)

// Parse reads a template as Jinja 3 does with the extensions that chat templates use: loop controls, do, i18n, debug and
// {% generation %}. It fails with *Error.
func Parse(src []byte) (*Template, error) {
	if len(src) > maxSource {
		return nil, &Error{maxSource, fmt.Sprintf("a template of more than %d bytes", maxSource)}
	}
	p := &parser{lex: newLexer(string(src))}
	p.advance()
	body := p.statements()
	if p.err == nil && p.tok.kind != tEOF {
		p.fail(p.tok.pos, "%s does not belong there", p.tok)
	}
	if p.err != nil {
		return nil, p.err
	}
	return &Template{body: body}, nil
}

// parser reads statements by recursive descent. After the first error every token is the end of the template, so that all
// loops end.
type parser struct {
	lex    *lexer
	tok    token
	ahead  token
	peeked bool
	err    *Error
	depth  int
	nodes  int
}

func (p *parser) advance() {
	if p.peeked {
		p.tok, p.peeked = p.ahead, false
		return
	}
	p.tok = p.read()
}

func (p *parser) read() token {
	if p.err != nil {
		return token{kind: tEOF, pos: p.err.Offset}
	}
	t, err := p.lex.next()
	if err != nil {
		p.err = err.(*Error)
		return token{kind: tEOF, pos: p.err.Offset}
	}
	return t
}

// look is the token after the current one.
func (p *parser) look() token {
	if !p.peeked {
		p.ahead, p.peeked = p.read(), true
	}
	return p.ahead
}

func (p *parser) fail(pos int, format string, args ...any) {
	if p.err == nil {
		p.err = &Error{pos, fmt.Sprintf(format, args...)}
	}
	p.tok, p.peeked = token{kind: tEOF, pos: pos}, false
}

// node makes a node over others, and bounds the tree.
func (p *parser) node(k kind, pos int, under ...*node) *node {
	n := &node{kind: k, pos: pos}
	p.over(n, under...)
	p.nodes++
	if p.nodes > maxNodes {
		p.fail(pos, "more than %d nodes", maxNodes)
	}
	return n
}

func (p *parser) over(n *node, under ...*node) {
	for _, u := range under {
		if u != nil && u.depth >= n.depth {
			n.depth = u.depth + 1
		}
	}
	if n.depth > maxHeight {
		p.fail(n.pos, "an expression of more than %d levels", maxHeight)
	}
}

// enter bounds recursion; each has its leave.
func (p *parser) enter() bool {
	p.depth++
	if p.depth > maxDepth {
		p.fail(p.tok.pos, "more than %d levels", maxDepth)
		return false
	}
	return true
}

func (p *parser) leave() { p.depth-- }

func (p *parser) skip(op string) bool {
	if p.tok.is(op) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) skipName(name string) bool {
	if p.tok.named(name) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) expect(op string) {
	if !p.skip(op) {
		p.fail(p.tok.pos, "%q is missing before %s", op, p.tok)
	}
}

func (p *parser) expectName(name string) {
	if !p.skipName(name) {
		p.fail(p.tok.pos, "%q is missing before %s", name, p.tok)
	}
}

func (p *parser) name() string {
	if p.tok.kind != tName {
		p.fail(p.tok.pos, "a name is missing before %s", p.tok)
		return ""
	}
	s := p.tok.text
	p.advance()
	return s
}

func (p *parser) expectKind(k tokenKind) {
	if p.tok.kind != k {
		p.fail(p.tok.pos, "%s is missing before %s", tokenNames[k], p.tok)
		return
	}
	p.advance()
}

// statements reads text and statements until one of the tags in ends, which stays the current token, or to the end.
func (p *parser) statements(ends ...string) []*node {
	var body []*node
	for p.err == nil {
		switch p.tok.kind {
		case tData:
			n := p.node(kData, p.tok.pos)
			n.text = p.tok.text
			body = append(body, n)
			p.advance()
		case tVariableBegin:
			pos := p.tok.pos
			p.advance()
			e := p.tuple(true, false)
			n := p.node(kOutput, pos, e)
			n.list = []*node{e}
			body = append(body, n)
			p.expectKind(tVariableEnd)
		case tBlockBegin:
			p.advance()
			for _, e := range ends {
				if p.tok.named(e) {
					return body
				}
			}
			if n := p.statement(); n != nil {
				body = append(body, n)
			}
			p.expectKind(tBlockEnd)
		default:
			if len(ends) > 0 {
				p.fail(p.tok.pos, "%q is missing at the end", ends[0])
			}
			return body
		}
	}
	return body
}

// block reads what stands between two tags. The end tag's name stays the current token.
func (p *parser) block(ends ...string) []*node {
	p.skip(":")
	p.expectKind(tBlockEnd)
	return p.statements(ends...)
}

// to is a block with one end, which is taken too.
func (p *parser) to(end string) []*node {
	body := p.block(end)
	p.advance()
	return body
}

func (p *parser) statement() *node {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	pos, tag := p.tok.pos, p.tok
	if tag.kind != tName {
		p.fail(pos, "a tag is missing before %s", tag)
		return nil
	}
	read := tags(tag.text)
	if read == nil {
		p.fail(pos, "an unknown tag %s", tag)
		return nil
	}
	p.advance()
	n := read(p, pos, tag.text)
	for _, part := range [][]*node{n.list, n.defaults, n.body, n.other, {n.a, n.b, n.c}} {
		p.over(n, part...)
	}
	for _, k := range n.keywords {
		p.over(n, k.val)
	}
	return n
}

// tags says how a tag is read.
func tags(tag string) func(p *parser, pos int, tag string) *node {
	switch tag {
	case "for":
		return (*parser).forStatement
	case "if":
		return (*parser).ifStatement
	case "set":
		return (*parser).setStatement
	case "macro", "call":
		return (*parser).macroStatement
	case "filter":
		return (*parser).filterStatement
	case "block":
		return (*parser).blockStatement
	case "print", "do":
		return (*parser).printStatement
	case "with":
		return (*parser).withStatement
	case "autoescape", "generation":
		return (*parser).wrapStatement
	case "extends", "include", "import":
		return (*parser).includeStatement
	case "from":
		return (*parser).fromStatement
	case "trans":
		return (*parser).transStatement
	case "break", "continue":
		return func(p *parser, pos int, tag string) *node {
			n := p.node(kLoopControl, pos)
			n.text = tag
			return n
		}
	case "debug":
		return func(p *parser, pos int, _ string) *node { return p.node(kDebug, pos) }
	}
	return nil
}
