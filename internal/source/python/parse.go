// Package python reads Python source, from version 3.6 to 3.14, into the node model of package syntax.
//
// What cannot be read becomes an Error of the tree, and the reading goes on: inside of brackets with the next item, and behind a bracket
// or colon that is left out as if it were there; otherwise with the next line, and the statement is a Bad node. Of Python 2, what is
// written in another way is told, and read: print and exec without brackets as calls, raise E, "x" as a tuple, backticks as a group.
// One thing means something else without a word: except E, e: has been valid since 3.14, for two classes.
package python

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Bounds on what a file may hold. CPython itself stops at 200 brackets.
const (
	maxDepth  = 220   // of blocks and of expressions inside one another
	maxErrors = 1_000 // then the rest of a file is no Python
	maxOld    = 100   // errors that tell of Python 2
	maxSource = 1 << 31
)

// Parse reads a file. It never fails: what cannot be read is told in the tree's Errors.
func Parse(source string) *syntax.Tree {
	b := syntax.NewBuilder(syntax.Python, source)
	if len(source) >= maxSource {
		b.Tree.Errors = append(b.Tree.Errors, syntax.Error{Reason: "larger than 2 GiB"})
		b.Tree.Root = b.Leaf(syntax.Module, 0, 0)
		return b.Tree
	}
	p := &parser{Builder: b, lex: lexer{src: source, indents: []int{0}, atStart: true, hole: -1, tree: b.Tree}}
	if strings.HasPrefix(source, "\ufeff") {
		p.lex.pos = 3
	}
	p.advance()
	mark := b.Mark()
	for p.tok.kind != eof {
		p.statements()
		if p.broken() {
			b.Tree.Errors = append(b.Tree.Errors, syntax.Error{Offset: p.tok.start, Reason: "too many lines that are no Python: the rest is not read"})
			break
		}
	}
	b.Tree.Root = b.Close(syntax.Module, 0, uint32(len(source)), mark)
	fold(b.Tree)
	return b.Tree
}

type parser struct {
	*syntax.Builder
	lex     lexer
	tok     token
	prev    uint32 // the end of the token before
	depth   int
	pattern bool   // of a case: `as` names a part
	open    [3]int // round, square and curly brackets that the statement at hand has open
	missing bool   // the bracket that should be closed next is not there; that was told
	inMatch bool   // `case` begins a case
	within  token  // the beginning of the outermost f-string at hand
	looked  int    // bytes that were read ahead
	olds    int    // places that only Python 2 reads
}

// Close and Over are the Builder's. Where something was left out, what stands for it may begin before the token at which its parent
// seemed to, and an end before the beginning.
func (p *parser) Close(k syntax.Kind, start, end uint32, mark int) syntax.ID {
	if len(p.Tree.Errors) > 0 {
		start = p.begin(start, end, p.Since(mark)...)
	}
	return p.Builder.Close(k, start, end, mark)
}

func (p *parser) Over(k syntax.Kind, start, end uint32, one, two syntax.ID) syntax.ID {
	if len(p.Tree.Errors) > 0 {
		start = p.begin(start, end, one, two)
	}
	return p.Builder.Over(k, start, end, one, two)
}

func (p *parser) begin(start, end uint32, children ...syntax.ID) uint32 {
	start = min(start, end)
	for _, c := range children {
		if c != 0 {
			start = min(start, p.Tree.Node(c).Start)
		}
	}
	return start
}

func (p *parser) advance() {
	p.prev = p.tok.end
	p.tok = p.lex.next()
}

func (p *parser) is(k kind) bool { return p.tok.kind == k }

func (p *parser) accept(k kind) bool {
	if p.tok.kind == k {
		p.advance()
		return true
	}
	return false
}

func (p *parser) expect(k kind, what string) {
	if p.tok.kind != k {
		p.fail("expected " + what)
	}
	p.advance()
}

func (p *parser) word() string { return p.lex.src[p.tok.start:p.tok.end] }

// peek is the next byte that is no space, behind the current token.
func (p *parser) peek() byte {
	for i := p.lex.pos; i < len(p.lex.src); i++ {
		if c := p.lex.src[i]; class[c]&cSpace == 0 {
			return c
		}
	}
	return 0
}

func (p *parser) deeper() {
	if p.depth++; p.depth > maxDepth {
		p.fail("nested too deep")
	}
}

// statements reads one line of statements or one compound statement and pushes what it makes.
func (p *parser) statements() {
	mark, depth, start := p.Mark(), p.depth, p.tok
	if p.attempt() {
		return
	}
	p.depth, p.pattern = depth, false
	p.recover(start, mark)
}

// attempt reads a statement; false: it threw.
func (p *parser) attempt() (ok bool) {
	defer p.caught(&ok)
	p.statement()
	return true
}

// statement reads what begins at the current token.
func (p *parser) statement() {
	inMatch := p.inMatch
	p.inMatch = false
	switch p.tok.kind {
	case newline:
		p.advance()
	case indent: // a line that stands further in than the one above: its block is read as if it did not
		p.tell(p.tok.start, "unexpected indent")
		p.advance()
		for !p.is(dedent) && !p.is(eof) && !p.broken() {
			p.statements()
		}
		p.accept(dedent)
	case dedent:
		p.advance()
	case kIf:
		p.Push(p.ifStatement())
	case kFor:
		p.Push(p.forStatement(p.tok.start, 0))
	case kWhile:
		p.Push(p.whileStatement())
	case kTry:
		p.Push(p.tryStatement())
	case kWith:
		p.Push(p.withStatement(p.tok.start, 0))
	case kDef:
		p.Push(p.function(p.Mark(), p.tok.start, 0))
	case kClass:
		p.Push(p.class(p.Mark(), p.tok.start))
	case at_:
		p.Push(p.decorated())
	case name:
		if inMatch && p.word() == "case" {
			p.Push(p.caseBlock())
			return
		}
		if !p.soft() {
			p.simple()
		}
	default:
		p.simple()
	}
}

// block reads what stands under a head: statements on the same line, or an indented block.
func (p *parser) block() syntax.ID {
	if !p.accept(colon) {
		if !p.is(newline) {
			p.fail("expected a colon")
		}
		p.tell(p.tok.start, "expected a colon")
	}
	p.deeper()
	start, mark := p.tok.start, p.Mark()
	if !p.is(newline) {
		p.simple()
		p.depth--
		return p.Close(syntax.Block, start, max(p.prev, start), mark)
	}
	end := p.prev
	p.advance()
	if !p.is(indent) {
		p.tell(p.tok.start, "expected an indented block")
		p.prev = end
		p.depth--
		return p.Leaf(syntax.Block, end, end)
	}
	start = p.tok.start
	p.advance()
	end = start
	for !p.is(dedent) && !p.is(eof) && !p.broken() {
		p.statements()
		end = max(end, p.prev)
	}
	p.accept(dedent)
	p.prev = end // a semicolon at the end counts, the empty lines behind do not
	p.depth--
	return p.Close(syntax.Block, start, end, mark)
}

func (p *parser) endOf(id syntax.ID) uint32 { return p.Tree.Node(id).End }
