// Package python reads Python source, from version 3.6 to 3.14, into the node model of package syntax. A statement that cannot be read
// becomes a Bad node and an Error of the tree, and reading goes on at the next line.
package python

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Bounds on what a file may hold. CPython itself stops at 200 brackets.
const (
	maxDepth  = 220   // of blocks and of expressions inside one another
	maxErrors = 1_000 // then the rest of a file is no Python
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
		if len(b.Tree.Errors) >= maxErrors {
			b.Tree.Errors = append(b.Tree.Errors, syntax.Error{Offset: p.tok.start, Reason: "too many lines that are no Python: the rest is not read"})
			break
		}
	}
	b.Tree.Root = b.Close(syntax.Module, 0, uint32(len(source)), mark)
	return b.Tree
}

type parser struct {
	*syntax.Builder
	lex     lexer
	tok     token
	prev    uint32 // the end of the token before
	depth   int
	pattern bool // of a case: `as` names a part
}

// bail is what a statement that cannot be read throws.
type bail struct{ reason string }

func (p *parser) fail(reason string) { panic(bail{reason}) }

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
	if p.try(p.statement) {
		return
	}
	p.Drop(mark)
	p.depth, p.pattern = depth, false
	p.recover(start)
}

// try runs a part of the parser; false: it threw.
func (p *parser) try(read func()) (ok bool) {
	defer func() {
		if r := recover(); r != nil {
			b, ours := r.(bail)
			if !ours {
				panic(r)
			}
			p.Tree.Errors = append(p.Tree.Errors, syntax.Error{Offset: p.tok.start, Reason: b.reason})
		}
	}()
	read()
	return true
}

// recover goes to the next line; what is indented below is read as a block of its own.
func (p *parser) recover(start token) {
	if p.is(eof) && p.tok.start <= start.start {
		return
	}
	p.lex.depth, p.lex.hole = 0, -1
	for !p.is(newline) && !p.is(eof) && !p.is(indent) && !p.is(dedent) {
		p.advance()
		if p.lex.depth > 0 && p.lineDone() {
			p.lex.depth = 0
		}
	}
	p.accept(newline)
	end := p.prev
	if end < start.start {
		end = start.start
	}
	p.Push(p.Leaf(syntax.Bad, start.start, end))
	if p.is(indent) { // the body of what was not read
		p.advance()
		for !p.is(dedent) && !p.is(eof) && len(p.Tree.Errors) < maxErrors {
			p.statements()
		}
		p.accept(dedent)
	}
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

// statement reads what begins at the current token.
func (p *parser) statement() {
	switch p.tok.kind {
	case newline:
		p.advance()
	case indent:
		p.fail("unexpected indent")
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
		if !p.soft() {
			p.simple()
		}
	default:
		p.simple()
	}
}

// soft reads statements that begin with a word that is only sometimes a keyword.
func (p *parser) soft() bool {
	switch p.word() {
	case "async":
		start := p.tok.start
		switch after := p.after(); {
		case strings.HasPrefix(after, "def"):
			p.advance()
			p.Push(p.function(p.Mark(), start, syntax.Async))
		case strings.HasPrefix(after, "for"):
			p.advance()
			p.Push(p.forStatement(start, syntax.Async))
		case strings.HasPrefix(after, "with"):
			p.advance()
			p.Push(p.withStatement(start, syntax.Async))
		default:
			return false
		}
		return true
	case "match":
		if p.matchAhead() {
			p.Push(p.matchStatement())
			return true
		}
	case "type":
		if p.typeAhead() {
			p.Push(p.typeStatement())
			return true
		}
	case "print", "exec":
		if c := p.peek(); c == '"' || c == '\'' || class[c]&cWord != 0 && !p.operatorAhead() || c == '>' && strings.HasPrefix(p.after(), ">>") {
			p.fail(p.word() + " statement of Python 2")
		}
	}
	return false
}

// after is the source behind the current token and spaces.
func (p *parser) after() string {
	return strings.TrimLeft(p.lex.src[p.lex.pos:min(len(p.lex.src), p.lex.pos+64)], " \t\f")
}

// operatorAhead says whether a word that is an operator follows.
func (p *parser) operatorAhead() bool {
	after := p.after()
	end := 0
	for end < len(after) && class[after[end]]&cWord != 0 {
		end++
	}
	switch after[:end] {
	case "in", "is", "and", "or", "not", "if", "else", "for", "as":
		return true
	}
	return false
}

// matchAhead says whether the line is the head of a match statement: it ends in a colon outside of brackets.
func (p *parser) matchAhead() bool {
	switch c := p.peek(); {
	case c == '(' || c == '[' || c == '{' || c == '-' || c == '+' || c == '*' || c == '~' || c == '"' || c == '\'':
	case class[c]&cWord != 0 && !p.operatorAhead():
	default:
		return strings.HasPrefix(p.after(), "not ") && p.headAhead()
	}
	return p.headAhead()
}

// headAhead scans the rest of the logical line.
func (p *parser) headAhead() bool {
	look := p.lex
	look.indents = nil
	look.tree = &syntax.Tree{} // comments are told once
	depth, last := look.depth, kind(0)
	for {
		t := look.next()
		switch t.kind {
		case newline, eof, indent, dedent:
			return last == colon
		case format:
			look.skip(look.src[t.end-1], quotes(look.src[t.start:t.end]))
		case assign:
			if look.depth == depth {
				return false
			}
		}
		last = t.kind
	}
}

// quotes is how many quotes a literal begins with.
func quotes(head string) int {
	if len(head) >= 3 && head[len(head)-1] == head[len(head)-2] && head[len(head)-2] == head[len(head)-3] {
		return 3
	}
	return 1
}

// typeAhead says whether `type` begins an alias: a name and then = or [ follow.
func (p *parser) typeAhead() bool {
	after := p.after()
	end := 0
	for end < len(after) && class[after[end]]&cWord != 0 {
		end++
	}
	if end == 0 || class[after[0]]&cDigit != 0 || keyword(after[:end]) != name {
		return false
	}
	rest := strings.TrimLeft(after[end:], " \t\f")
	return rest != "" && (rest[0] == '=' && !strings.HasPrefix(rest, "==") || rest[0] == '[')
}

// block reads what stands under a head: statements on the same line, or an indented block.
func (p *parser) block() syntax.ID {
	p.expect(colon, "a colon")
	p.deeper()
	start, mark := p.tok.start, p.Mark()
	if !p.is(newline) {
		p.simple()
		p.depth--
		return p.Close(syntax.Block, start, max(p.prev, start), mark)
	}
	p.advance()
	if !p.is(indent) {
		p.fail("expected an indented block")
	}
	start = p.tok.start
	p.advance()
	end := start
	for !p.is(dedent) && !p.is(eof) {
		p.statements()
		end = max(end, p.prev)
		if len(p.Tree.Errors) >= maxErrors {
			break
		}
	}
	p.accept(dedent)
	p.prev = end // a semicolon at the end counts, the empty lines behind do not
	p.depth--
	return p.Close(syntax.Block, start, end, mark)
}

func (p *parser) endOf(id syntax.ID) uint32 { return p.Tree.Node(id).End }
