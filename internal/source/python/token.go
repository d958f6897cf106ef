package python

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// token is what the lexer gives: a kind and its bytes. Operators and keywords are kinds of their own.
type token struct {
	kind       kind
	start, end uint32
}

type kind uint8

const (
	eof kind = iota
	newline
	indent
	dedent
	name
	number
	text   // a string literal without parts
	format // the beginning of an f-string or t-string: start to the quotes' end
	bad    // a byte that begins nothing

	lparen
	rparen
	lbrack
	rbrack
	lbrace
	rbrace
	comma
	colon
	semi
	dot
	ellipsis
	arrow
	assign  // =
	walrus  // :=
	augment // += and the like
	star
	power
	plus
	minus
	slash
	slashes
	percent
	at_
	shift
	amp
	pipe
	caret
	tilde
	compare // < > == != <= >= <>
	bang    // ! of an f-string
	firstKeyword
)

const (
	kFalse = firstKeyword + iota
	kNone
	kTrue
	kAnd
	kAs
	kAssert
	kBreak
	kClass
	kContinue
	kDef
	kDel
	kElif
	kElse
	kExcept
	kFinally
	kFor
	kFrom
	kGlobal
	kIf
	kImport
	kIn
	kIs
	kLambda
	kNonlocal
	kNot
	kOr
	kPass
	kRaise
	kReturn
	kTry
	kWhile
	kWith
	kYield
)

func keyword(s string) kind {
	switch len(s) {
	case 2:
		switch s {
		case "as":
			return kAs
		case "if":
			return kIf
		case "in":
			return kIn
		case "is":
			return kIs
		case "or":
			return kOr
		}
	case 3:
		switch s {
		case "and":
			return kAnd
		case "def":
			return kDef
		case "del":
			return kDel
		case "for":
			return kFor
		case "not":
			return kNot
		case "try":
			return kTry
		}
	case 4:
		switch s {
		case "None":
			return kNone
		case "True":
			return kTrue
		case "elif":
			return kElif
		case "else":
			return kElse
		case "from":
			return kFrom
		case "pass":
			return kPass
		case "with":
			return kWith
		}
	case 5:
		switch s {
		case "False":
			return kFalse
		case "break":
			return kBreak
		case "class":
			return kClass
		case "raise":
			return kRaise
		case "while":
			return kWhile
		case "yield":
			return kYield
		}
	case 6:
		switch s {
		case "assert":
			return kAssert
		case "except":
			return kExcept
		case "global":
			return kGlobal
		case "import":
			return kImport
		case "lambda":
			return kLambda
		case "return":
			return kReturn
		}
	case 7:
		if s == "finally" {
			return kFinally
		}
	case 8:
		switch s {
		case "continue":
			return kContinue
		case "nonlocal":
			return kNonlocal
		}
	}
	return name
}

// lexer cuts the source into tokens, one at a time.
type lexer struct {
	src     string
	pos     int
	indents []int // columns of the open blocks
	dedents int   // still to be given
	atStart bool  // at the beginning of a logical line
	depth   int   // of brackets
	hole    int   // the depth at which the innermost open part of an f-string stands, or -1
	end     uint32
	tree    *syntax.Tree
}

const (
	cSpace = 1 << iota
	cWord
	cDigit
)

var class = func() (t [256]uint8) {
	for c := range 256 {
		switch {
		case c == ' ' || c == '\t' || c == '\f':
			t[c] = cSpace
		case c >= '0' && c <= '9':
			t[c] = cWord | cDigit
		case c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80:
			t[c] = cWord
		}
	}
	return t
}()

func (l *lexer) next() token {
	if l.dedents > 0 {
		l.dedents--
		return token{dedent, uint32(l.pos), uint32(l.pos)}
	}
	if l.atStart && l.depth == 0 {
		if t, ok := l.lineStart(); ok {
			return t
		}
	}
	src := l.src
	for {
		for l.pos < len(src) && class[src[l.pos]]&cSpace != 0 {
			l.pos++
		}
		if l.pos >= len(src) {
			return l.atEnd()
		}
		switch src[l.pos] {
		case '#':
			l.comment()
			continue
		case '\\':
			if n := l.lineEnd(l.pos + 1); n > 0 {
				l.pos += 1 + n
				continue
			}
		case '\n', '\r':
			start := l.pos
			l.pos += l.lineEnd(l.pos)
			if l.depth > 0 {
				continue
			}
			l.atStart = true
			return token{newline, uint32(start), uint32(start)}
		}
		return l.token()
	}
}

// lineEnd is the length of the line end at an offset, 0 for none.
func (l *lexer) lineEnd(at int) int {
	if at >= len(l.src) {
		return 0
	}
	switch l.src[at] {
	case '\n':
		return 1
	case '\r':
		if at+1 < len(l.src) && l.src[at+1] == '\n' {
			return 2
		}
		return 1
	}
	return 0
}

func (l *lexer) comment() {
	start := l.pos
	if i := strings.IndexAny(l.src[l.pos:], "\n\r"); i >= 0 {
		l.pos += i
	} else {
		l.pos = len(l.src)
	}
	if c := l.tree.Comments; len(c) == 0 || c[len(c)-1].Start < uint32(start) {
		l.tree.Comments = append(c, syntax.Span{Start: uint32(start), End: uint32(l.pos)})
	}
}

// lineStart measures the indentation of the next line that holds anything, and opens or closes blocks.
func (l *lexer) lineStart() (token, bool) {
	src := l.src
	for {
		column := 0
		for l.pos < len(src) {
			switch src[l.pos] {
			case ' ':
				column++
			case '\t':
				column = (column/8 + 1) * 8
			case '\f':
				column = 0
			default:
				goto measured
			}
			l.pos++
		}
	measured:
		if l.pos >= len(src) {
			return token{}, false
		}
		switch src[l.pos] {
		case '#':
			l.comment()
			continue
		case '\n', '\r':
			l.pos += l.lineEnd(l.pos)
			continue
		case '\\':
			if n := l.lineEnd(l.pos + 1); n > 0 {
				l.pos += 1 + n
				continue
			}
		}
		l.atStart = false
		top := l.indents[len(l.indents)-1]
		switch {
		case column > top:
			if len(l.indents) < maxDepth {
				l.indents = append(l.indents, column)
				return token{indent, uint32(l.pos), uint32(l.pos)}, true
			}
		case column < top:
			for len(l.indents) > 1 && l.indents[len(l.indents)-1] > column {
				l.indents = l.indents[:len(l.indents)-1]
				l.dedents++
			}
			l.dedents--
			return token{dedent, uint32(l.pos), uint32(l.pos)}, true
		}
		return token{}, false
	}
}

func (l *lexer) atEnd() token {
	at := uint32(len(l.src))
	if !l.atStart && l.depth == 0 {
		l.atStart = true
		return token{newline, at, at}
	}
	if len(l.indents) > 1 {
		l.dedents = len(l.indents) - 2
		l.indents = l.indents[:1]
		return token{dedent, at, at}
	}
	return token{eof, at, at}
}

func (l *lexer) token() token {
	src, start := l.src, l.pos
	c := src[start]
	switch {
	case class[c]&cDigit != 0:
		return l.number()
	case class[c]&cWord != 0:
		end := start + 1
		for end < len(src) && class[src[end]]&cWord != 0 {
			end++
		}
		if end < len(src) && (src[end] == '"' || src[end] == '\'') && end-start <= 2 && isPrefix(src[start:end]) {
			return l.str(end)
		}
		l.pos = end
		return token{keyword(src[start:end]), uint32(start), uint32(end)}
	case c == '"' || c == '\'':
		return l.str(start)
	case c == '.' && start+1 < len(src) && class[src[start+1]]&cDigit != 0:
		return l.number()
	}
	k, n := l.operator(start)
	l.pos += n
	switch k {
	case lparen, lbrack, lbrace:
		l.depth++
	case rparen, rbrack, rbrace:
		if l.depth > 0 {
			l.depth--
		}
	}
	return token{k, uint32(start), uint32(l.pos)}
}

func isPrefix(s string) bool {
	for i := range len(s) {
		switch s[i] | 0x20 {
		case 'r', 'b', 'u', 'f', 't':
		default:
			return false
		}
	}
	return true
}

func (l *lexer) number() token {
	src, start := l.src, l.pos
	hex := src[start] == '0' && start+1 < len(src) && src[start+1]|0x20 == 'x'
	for dots := 0; l.pos < len(src); {
		c := src[l.pos]
		switch {
		case c < 0x80 && class[c]&cWord != 0:
			l.pos++
			if !hex && c|0x20 == 'e' && l.pos < len(src) && (src[l.pos] == '+' || src[l.pos] == '-') {
				l.pos++
			}
			continue
		case c == '.' && dots == 0 && !hex:
			dots++
			l.pos++
			if l.pos < len(src) && (class[src[l.pos]]&cDigit != 0 || src[l.pos]|0x20 == 'e' || src[l.pos]|0x20 == 'j') {
				continue
			}
		}
		break
	}
	// `1if x else y`: a keyword may stand right behind a number
	s := src[start:l.pos]
	for _, k := range [...]string{"if", "in", "is", "or", "and", "for", "else", "not"} {
		if i := strings.Index(s, k); i > 0 && !hex {
			l.pos = start + i
			break
		}
	}
	return token{number, uint32(start), uint32(l.pos)}
}

// str reads a string literal from its quotes on; of one with parts, only the beginning.
func (l *lexer) str(quote int) token {
	src, start := l.src, l.pos
	q := src[quote]
	n := 1
	if strings.HasPrefix(src[quote:], src[quote:quote+1]+src[quote:quote+1]+src[quote:quote+1]) {
		n = 3
	}
	l.pos = quote + n
	for i := start; i < quote; i++ {
		if c := src[i] | 0x20; c == 'f' || c == 't' {
			return token{format, uint32(start), uint32(l.pos)}
		}
	}
	l.skip(q, n)
	return token{text, uint32(start), uint32(l.pos)}
}

// skip goes behind the end of a literal that is quoted so; of one that is cut off, to the end of its line.
func (l *lexer) skip(q byte, n int) {
	src := l.src
	for l.pos < len(src) {
		switch c := src[l.pos]; {
		case c == '\\':
			l.pos += 2
			if l.pos-1 < len(src) && src[l.pos-1] == '\r' && l.pos < len(src) && src[l.pos] == '\n' {
				l.pos++
			}
		case c == q:
			if n == 1 {
				l.pos++
				return
			}
			if l.pos+2 < len(src) && src[l.pos+1] == q && src[l.pos+2] == q {
				l.pos += 3
				return
			}
			l.pos++
		case n == 1 && (c == '\n' || c == '\r'):
			return
		default:
			l.pos++
		}
	}
	l.pos = len(src)
}

// operator is the longest operator at an offset.
func (l *lexer) operator(at int) (kind, int) {
	src := l.src
	c, c1, c2 := src[at], byte(0), byte(0)
	if at+1 < len(src) {
		c1 = src[at+1]
	}
	if at+2 < len(src) {
		c2 = src[at+2]
	}
	withAssign := func(k kind) (kind, int) {
		if c1 == '=' {
			return augment, 2
		}
		return k, 1
	}
	switch c {
	case '(':
		return lparen, 1
	case ')':
		return rparen, 1
	case '[':
		return lbrack, 1
	case ']':
		return rbrack, 1
	case '{':
		return lbrace, 1
	case '}':
		return rbrace, 1
	case ',':
		return comma, 1
	case ';':
		return semi, 1
	case '~':
		return tilde, 1
	case '.':
		if c1 == '.' && c2 == '.' {
			return ellipsis, 3
		}
		return dot, 1
	case ':':
		if c1 == '=' && l.hole != l.depth {
			return walrus, 2
		}
		return colon, 1
	case '=':
		if c1 == '=' {
			return compare, 2
		}
		return assign, 1
	case '!':
		if c1 == '=' {
			return compare, 2
		}
		return bang, 1
	case '<', '>':
		switch {
		case c1 == c && c2 == '=':
			return augment, 3
		case c1 == c:
			return shift, 2
		case c1 == '=' || c == '<' && c1 == '>':
			return compare, 2
		}
		return compare, 1
	case '*':
		switch {
		case c1 == '*' && c2 == '=':
			return augment, 3
		case c1 == '*':
			return power, 2
		}
		return withAssign(star)
	case '/':
		switch {
		case c1 == '/' && c2 == '=':
			return augment, 3
		case c1 == '/':
			return slashes, 2
		}
		return withAssign(slash)
	case '-':
		if c1 == '>' {
			return arrow, 2
		}
		return withAssign(minus)
	case '+':
		return withAssign(plus)
	case '%':
		return withAssign(percent)
	case '@':
		return withAssign(at_)
	case '&':
		return withAssign(amp)
	case '|':
		return withAssign(pipe)
	case '^':
		return withAssign(caret)
	}
	return bad, 1
}
