package python

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// lexer cuts the source into tokens, one at a time.
type lexer struct {
	src     string
	pos     int
	indents []int // columns of the open blocks
	dedents int   // still to be given
	atStart bool  // at the beginning of a logical line
	depth   int   // of brackets
	hole    int   // the depth at which the innermost open part of an f-string stands, or -1
	tree    *syntax.Tree
	quiet   bool // looks ahead: says nothing
}

const (
	cSpace = 1 << iota
	cWord
	cDigit
	cHex
	cHigh // a part of a character that is not ASCII
)

var class = func() (t [256]uint8) {
	for c := range 256 {
		switch {
		case c == ' ' || c == '\t' || c == '\f':
			t[c] = cSpace
		case c >= '0' && c <= '9':
			t[c] = cWord | cDigit | cHex
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			t[c] = cWord | cHex
		case c == '_' || c|0x20 >= 'g' && c|0x20 <= 'z':
			t[c] = cWord
		case c >= 0x80:
			t[c] = cWord | cHigh
		}
	}
	return t
}()

func (l *lexer) next() token {
	if l.dedents > 0 {
		l.dedents--
		return token{kind: dedent, start: uint32(l.pos), end: uint32(l.pos)}
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
			return token{kind: newline, start: uint32(start), end: uint32(start)}
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
	if l.quiet {
		return
	}
	if c := l.tree.Comments; len(c) == 0 || c[len(c)-1].End <= uint32(start) { // a line may be read again after an error
		l.tree.Comments = append(c, syntax.Span{Start: uint32(start), End: uint32(l.pos)})
	}
}

// lineStart measures the indentation of the next line that holds anything, and opens or closes blocks.
func (l *lexer) lineStart() (token, bool) {
	src := l.src
	before := -1 // the column of a line that holds nothing but a backslash; what goes on below stands there
	for {
		column := l.column()
		if l.pos >= len(src) {
			return token{}, false
		}
		switch src[l.pos] {
		case '#':
			l.comment()
			continue
		case '\n', '\r':
			l.pos += l.lineEnd(l.pos)
			before = -1
			continue
		case '\\':
			if n := l.lineEnd(l.pos + 1); n > 0 {
				l.pos += 1 + n
				if before < 0 {
					before = column
				}
				continue
			}
		}
		if before >= 0 {
			column = before
		}
		l.atStart = false
		return l.indentation(column)
	}
}

// column goes over space at the beginning of a line.
func (l *lexer) column() (column int) {
	for l.pos < len(l.src) && class[l.src[l.pos]]&cSpace != 0 {
		switch l.src[l.pos] {
		case ' ':
			column++
		case '\t':
			column = (column/8 + 1) * 8
		case '\f':
			column = 0
		}
		l.pos++
	}
	return column
}

// indentation opens or closes the blocks that a line at a column belongs to.
func (l *lexer) indentation(column int) (token, bool) {
	top := 0
	if len(l.indents) > 0 {
		top = l.indents[len(l.indents)-1]
	}
	at := uint32(l.pos)
	switch {
	case column > top && len(l.indents) < maxDepth:
		l.indents = append(l.indents, column)
		return token{kind: indent, start: at, end: at}, true
	case column < top:
		for len(l.indents) > 1 && l.indents[len(l.indents)-1] > column {
			l.indents = l.indents[:len(l.indents)-1]
			l.dedents++
		}
		if l.indents[len(l.indents)-1] != column { // it stands in the innermost block that it could be meant for
			if !l.quiet && len(l.tree.Errors) < maxErrors {
				l.tree.Errors = append(l.tree.Errors, syntax.Error{Offset: at, Reason: "no block begins at this column"})
			}
			l.indents = append(l.indents, column)
			l.dedents--
		}
		if l.dedents > 0 {
			l.dedents--
			return token{kind: dedent, start: at, end: at}, true
		}
	}
	return token{}, false
}

func (l *lexer) atEnd() token {
	at := uint32(len(l.src))
	if !l.atStart && l.depth == 0 {
		l.atStart = true
		return token{kind: newline, start: at, end: at}
	}
	if len(l.indents) > 1 {
		l.dedents = len(l.indents) - 2
		l.indents = l.indents[:1]
		return token{kind: dedent, start: at, end: at}
	}
	return token{kind: eof, start: at, end: at}
}
