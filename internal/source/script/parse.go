package script

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// maxDepth bounds how deep things may stand in each other.
const maxDepth = 1000

// maxErrors bounds what is told about a file that is no script at all.
const maxErrors = 1000

// parser reads one source. It looks at one token at a time; where a beginning can mean two things, either both are read the same way
// and told apart afterwards, or one is tried (see trying), within a budget.
type parser struct {
	b   *syntax.Builder
	src string
	pos int // where the token after tok begins to be looked for
	tok token

	prevEnd uint32    // of the token before tok
	arrow   syntax.ID // the arrow function that was read just now without parentheses: no operator can follow it

	typed, jsx bool // the dialect
	broken     bool // the statement cannot be read on; tok is tError
	errorAt    int  // where it broke
	errorLine  bool // a line ends before that place

	depth   int
	tries   int // tryings that are open; nothing is recovered inside
	spent   int // bytes that were read in vain
	budget  int
	refused map[uint32]bool // parentheses that turned out to be no parameters
	renamed []syntax.ID     // of Tree.Imported, in order
	open    []byte          // brackets that a recovery is inside of

	plainType  bool // of a type: no condition, as it stands behind the extends of one
	noIn       bool // `in` is no operator: the beginning of a for
	thenBranch bool // of a conditional: `(x) :` is not the beginning of an arrow function unless a `:` comes after it
	decorator  bool // a decorator's expression: [ is what it decorates
	async      bool // await is an operator
	generator  bool // yield is an operator
	function   bool // inside any function
}

// Parse reads a script. It always gives a tree; what could not be read is in Tree.Errors, and Bad in the tree. JavaScript that cannot be
// read is tried with types, as Flow's look like TypeScript's for the most part.
func Parse(source string, dialect Dialect) *syntax.Tree {
	t := parse(source, dialect)
	if dialect == JavaScript && len(t.Errors) > 0 {
		if other := parse(source, TSX); len(other.Errors) < len(t.Errors) {
			return other
		}
	}
	return t
}

func parse(source string, dialect Dialect) *syntax.Tree {
	p := &parser{b: syntax.NewBuilder(syntax.JavaScript, source), src: source, budget: 1<<20 + 8*len(source)}
	if dense(source) {
		p.b.Tree.Nodes = make([]syntax.Node, 1, 16+len(source)*2/5)
	}
	p.typed = dialect != JavaScript
	p.jsx = dialect != TypeScript
	t := p.b.Tree
	if uint64(len(source)) >= 1<<32 {
		p.report(0, "the file is too large to be read as a script")
		t.Root = p.b.Leaf(syntax.Module, 0, 0)
		return t
	}
	if strings.HasPrefix(source, "#!") {
		n := lineLength(source)
		t.Comments = append(t.Comments, syntax.Span{End: uint32(n)})
		p.pos = n
	}
	p.scan()
	mark := p.b.Mark()
	p.statements(tEOF)
	t.Root = p.b.Close(syntax.Module, 0, uint32(len(source)), mark)
	return t
}

// dense says whether a source is written without room, as minifiers do: it makes more nodes than its size lets one expect.
func dense(source string) bool {
	const look, line = 1 << 16, 150
	return len(source) > look/4 && strings.Count(source[:min(look, len(source))], "\n") < min(look, len(source))/line
}

// state is all that has to be put back when a reading was wrong.
type state struct {
	tok                           token
	pos                           int
	prevEnd                       uint32
	arrow                         syntax.ID
	broken                        bool
	errorAt                       int
	nodes, mark, comments, errors int
	noIn, thenBranch, decorator   bool
	async, generator, function    bool
	plainType                     bool
	depth                         int
}

func (p *parser) save() state {
	t := p.b.Tree
	return state{tok: p.tok, pos: p.pos, prevEnd: p.prevEnd, arrow: p.arrow, broken: p.broken, errorAt: p.errorAt,
		nodes: len(t.Nodes), mark: p.b.Mark(), comments: len(t.Comments), errors: len(t.Errors),
		noIn: p.noIn, thenBranch: p.thenBranch, decorator: p.decorator, async: p.async, generator: p.generator,
		function: p.function, plainType: p.plainType, depth: p.depth}
}

// restore goes back to a state; what was read since is on the account of things read in vain.
func (p *parser) restore(s *state) {
	t := p.b.Tree
	p.spent += max(p.pos-s.pos, p.errorAt-s.pos, 0)
	p.tok, p.pos, p.prevEnd, p.arrow, p.broken, p.errorAt = s.tok, s.pos, s.prevEnd, s.arrow, s.broken, s.errorAt
	p.noIn, p.thenBranch, p.decorator, p.async, p.generator, p.function = s.noIn, s.thenBranch, s.decorator, s.async, s.generator, s.function
	p.plainType, p.depth = s.plainType, s.depth
	p.b.Drop(s.mark)
	p.back(s.nodes)
	t.Comments = t.Comments[:s.comments]
	t.Errors = t.Errors[:s.errors]
}

// back forgets the nodes from n on.
func (p *parser) back(n int) {
	p.b.Back(n)
	for len(p.renamed) > 0 && int(p.renamed[len(p.renamed)-1]) >= n {
		delete(p.b.Tree.Imported, p.renamed[len(p.renamed)-1])
		p.renamed = p.renamed[:len(p.renamed)-1]
	}
}

func (p *parser) rename(id syntax.ID, outside syntax.Span) {
	p.b.Rename(id, outside)
	p.renamed = append(p.renamed, id)
}

// mayTry says whether there is something left of the budget for readings that may turn out wrong.
func (p *parser) mayTry() bool { return p.spent <= p.budget }

// peek is the token after the one at hand.
func (p *parser) peek() token {
	t := p.b.Tree
	tok, pos, comments, errors := p.tok, p.pos, len(t.Comments), len(t.Errors)
	broken, at := p.broken, p.errorAt
	if broken {
		return tok
	}
	p.scan()
	found := p.tok
	p.tok, p.pos, p.broken, p.errorAt = tok, pos, broken, at
	t.Comments, t.Errors = t.Comments[:comments], t.Errors[:errors]
	return found
}

func (p *parser) report(at int, reason string) {
	if t := p.b.Tree; len(t.Errors) < maxErrors {
		t.Errors = append(t.Errors, syntax.Error{Offset: uint32(at), Reason: reason})
	}
}

// fail breaks the statement off at the token at hand.
func (p *parser) fail(reason string) {
	if p.broken {
		return
	}
	p.report(int(p.tok.start), reason)
	p.broken = true
	p.errorAt = int(p.tok.start)
	p.errorLine = p.tok.nl
	p.prevEnd = p.tok.start // nothing that is open ends before it began
	p.tok.kind = tError
	p.tok.nl = false
}

// stopped says whether there is nothing more to read for a loop.
func (p *parser) stopped() bool { return p.tok.kind <= tError }

// take takes a token of that kind if it is at hand.
func (p *parser) take(k kind) bool {
	if p.tok.kind != k {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(k kind, what string) bool {
	if p.tok.kind == k {
		p.next()
		return true
	}
	p.fail("expected " + what)
	return false
}

// enter goes one level deeper, leave comes back.
func (p *parser) enter() bool {
	p.depth++
	if p.depth > maxDepth {
		p.fail("nested too deeply")
		return false
	}
	return !p.broken
}

func (p *parser) leave() { p.depth-- }

// semicolon ends a statement, with or without a semicolon.
func (p *parser) semicolon() {
	switch {
	case p.tok.kind == tSemicolon:
		p.next()
	case p.tok.nl, p.tok.kind == tCloseBrace, p.stopped():
	default:
		p.report(int(p.tok.start), "expected the end of the statement")
	}
}

// enclosed is what a bracket sets aside.
type enclosed struct{ noIn, thenBranch, decorator bool }

func (p *parser) inside() enclosed {
	was := enclosed{p.noIn, p.thenBranch, p.decorator}
	p.noIn, p.thenBranch, p.decorator = false, false, false
	return was
}

func (p *parser) outside(was enclosed) {
	p.noIn, p.thenBranch, p.decorator = was.noIn, was.thenBranch, was.decorator
}
