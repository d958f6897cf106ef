package python

import "github.com/lodemark/lodemark/internal/source/syntax"

func (p *parser) compAhead() bool {
	return p.is(kFor) || p.is(name) && p.word() == "async" && p.operatorAhead()
}

// comprehension reads the for and if parts of a comprehension and pushes them.
func (p *parser) comprehension() {
	for p.compAhead() {
		start, mark, flags := p.tok.start, p.Mark(), syntax.Flags(0)
		if p.is(name) {
			flags = syntax.Async
			p.advance()
		}
		p.expect(kFor, "for")
		p.Push(p.targets())
		p.expect(kIn, "in")
		p.Push(p.disjunction())
		for at := p.tok.start; p.accept(kIf); at = p.tok.start {
			test := p.condition()
			p.Push(p.Over(syntax.CompIf, at, p.prev, test, 0))
		}
		p.Push(p.Flag(p.Close(syntax.CompFor, start, p.prev, mark), flags))
	}
}

// condition is the test of a comprehension: no conditional expression, but lambdas and := may stand there.
func (p *parser) condition() syntax.ID {
	if p.is(kLambda) {
		return p.lambda()
	}
	start := p.tok.start
	value := p.disjunction()
	if p.accept(walrus) {
		v := p.expression()
		return p.Over(syntax.Assign, start, p.prev, value, v)
	}
	return value
}
