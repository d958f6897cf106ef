package jinja

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error is why a text is no Jinja template, and where. Offset counts bytes of the text, with line ends as "\n".
type Error struct {
	Offset int
	Reason string
}

// Error is the reason with its place.
func (e *Error) Error() string { return fmt.Sprintf("at %d: %s", e.Offset, e.Reason) }

type tokenKind uint8

const (
	tEOF tokenKind = iota
	tData
	tBlockBegin
	tBlockEnd
	tVariableBegin
	tVariableEnd
	tName
	tString
	tInteger
	tFloat
	tOperator // its text says which
)

var tokenNames = [...]string{"end of template", "text", "begin of block", "end of block", "begin of expression", "end of expression", "name", "string", "integer", "float", "operator"}

type token struct {
	kind tokenKind
	pos  int
	text string // of a string: its value
}

func (t token) is(op string) bool      { return t.kind == tOperator && t.text == op }
func (t token) named(name string) bool { return t.kind == tName && t.text == name }

// String is how messages name a token.
func (t token) String() string {
	if t.kind == tName || t.kind == tOperator {
		return fmt.Sprintf("%q", t.text)
	}
	return tokenNames[t.kind]
}

// lexer gives the tokens of a template one after the other, as Jinja's does with its default delimiters.
type lexer struct {
	src      string
	pos      int
	inside   tokenKind // tBlockBegin or tVariableBegin between delimiters, tEOF in text
	brackets []byte    // closing ones that are owed
	queue    []token   // of text that comes before a delimiter
}

// newLexer prepares a text as Jinja does: line ends are "\n" and the last one is dropped.
func newLexer(src string) *lexer {
	if strings.IndexByte(src, '\r') >= 0 {
		src = strings.ReplaceAll(strings.ReplaceAll(src, "\r\n", "\n"), "\r", "\n")
	}
	return &lexer{src: strings.TrimSuffix(src, "\n")}
}

// next is the next token; tEOF for ever at the end.
func (l *lexer) next() (token, error) {
	for {
		if len(l.queue) > 0 {
			t := l.queue[0]
			l.queue = l.queue[1:]
			return t, nil
		}
		if l.inside == tEOF {
			if l.pos >= len(l.src) {
				return token{kind: tEOF, pos: len(l.src)}, nil
			}
			if err := l.text(); err != nil {
				return token{}, err
			}
			continue
		}
		l.pos += spaces(l.src[l.pos:])
		if l.pos >= len(l.src) {
			return token{kind: tEOF, pos: len(l.src)}, nil
		}
		return l.code()
	}
}

// text reads on to the next delimiter and queues what it finds.
func (l *lexer) text() error {
	start := l.pos
	at := start
	for {
		i := strings.IndexByte(l.src[at:], '{')
		if i < 0 || at+i+1 >= len(l.src) {
			l.data(start, len(l.src), 0)
			l.pos = len(l.src)
			return nil
		}
		at += i
		if c := l.src[at+1]; c == '{' || c == '%' || c == '#' {
			break
		}
		at++
	}
	if l.src[at+1] == '%' {
		if end, sign, ok := rawTag(l.src[at:], "raw", false); ok {
			l.data(start, at, sign)
			return l.raw(at, at+end)
		}
	}
	sign := byte(0)
	body := at + 2
	if body < len(l.src) && (l.src[body] == '-' || l.src[body] == '+') {
		sign = l.src[body]
		body++
	}
	l.data(start, at, sign)
	l.pos = body
	switch l.src[at+1] {
	case '#':
		if body == len(l.src) {
			l.pos = body // Jinja lets the template end there
			return nil
		}
		i := strings.Index(l.src[body:], "#}")
		if i < 0 {
			return &Error{at, "a comment that does not end"}
		}
		l.pos = body + i + 2
		if i > 0 && l.src[body+i-1] == '-' {
			l.pos += spaces(l.src[l.pos:])
		}
	case '%':
		l.inside = tBlockBegin
		l.queue = append(l.queue, token{kind: tBlockBegin, pos: at})
	default:
		l.inside = tVariableBegin
		l.queue = append(l.queue, token{kind: tVariableBegin, pos: at})
	}
	return nil
}

// data queues text; a minus in the delimiter after it takes its last spaces away.
func (l *lexer) data(start, end int, sign byte) {
	s := l.src[start:end]
	if sign == '-' {
		s = strings.TrimRightFunc(s, isSpace)
	}
	if s != "" {
		l.queue = append(l.queue, token{kind: tData, pos: start, text: s})
	}
}

// raw reads the text of a raw block, whose tag began at and whose body begins at body.
func (l *lexer) raw(at, body int) error {
	from := body
	if body == len(l.src) {
		l.pos = body // as with a comment
		return nil
	}
	for {
		i := strings.Index(l.src[from:], "{%")
		if i < 0 {
			return &Error{at, "a raw block that does not end"}
		}
		from += i
		if end, sign, ok := rawTag(l.src[from:], "endraw", true); ok {
			l.data(body, from, sign)
			l.pos = from + end
			return nil
		}
		from++
	}
}

// rawTag matches {% raw %} or {% endraw %} at the beginning of s, and says how long it is.
func rawTag(s, word string, plus bool) (length int, sign byte, ok bool) {
	i := 2
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		sign = s[i]
		i++
	}
	i += spaces(s[i:])
	if !strings.HasPrefix(s[i:], word) {
		return 0, 0, false
	}
	i += len(word)
	i += spaces(s[i:])
	rest := s[i:]
	switch {
	case strings.HasPrefix(rest, "%}"):
		return i + 2, sign, true
	case strings.HasPrefix(rest, "-%}"):
		return i + 3 + spaces(rest[3:]), sign, true
	case plus && strings.HasPrefix(rest, "+%}"):
		return i + 3, sign, true
	}
	return 0, 0, false
}

// code reads one token between delimiters.
func (l *lexer) code() (token, error) {
	s := l.src[l.pos:]
	at := l.pos
	if len(l.brackets) == 0 {
		if n := l.end(s); n > 0 {
			kind := tBlockEnd
			if l.inside == tVariableBegin {
				kind = tVariableEnd
			}
			l.inside = tEOF
			l.pos += n
			return token{kind: kind, pos: at}, nil
		}
	}
	c := s[0]
	switch {
	case c >= '0' && c <= '9':
		n, float := number(s, at > 0 && l.src[at-1] == '.')
		l.pos += n
		kind := tInteger
		if float {
			kind = tFloat
		}
		return token{kind: kind, pos: at, text: s[:n]}, nil
	case c == '"' || c == '\'':
		n := quoted(s)
		if n == 0 {
			return token{}, &Error{at, "a string that does not end"}
		}
		l.pos += n
		v, err := unescape(s[1 : n-1])
		if err != nil {
			return token{}, &Error{at, err.Error()}
		}
		return token{kind: tString, pos: at, text: v}, nil
	}
	if n := word(s); n > 0 {
		l.pos += n
		if !identifier(s[:n]) {
			return token{}, &Error{at, "a character that no name has"}
		}
		return token{kind: tName, pos: at, text: s[:n]}, nil
	}
	op := operator(s)
	if op == "" {
		return token{}, &Error{at, "a character that does not belong there"}
	}
	l.pos += len(op)
	return token{kind: tOperator, pos: at, text: op}, l.balance(op, at)
}

// end is the length of the delimiter that closes what the lexer is inside of, 0 where there is none.
func (l *lexer) end(s string) int {
	closing := "%}"
	if l.inside == tVariableBegin {
		closing = "}}"
	}
	switch {
	case strings.HasPrefix(s, closing):
		return 2
	case s[0] == '-' && strings.HasPrefix(s[1:], closing):
		return 3 + spaces(s[3:])
	case s[0] == '+' && l.inside == tBlockBegin && strings.HasPrefix(s[1:], closing):
		return 3
	}
	return 0
}

// balance keeps account of brackets: a delimiter inside of them closes nothing.
func (l *lexer) balance(op string, at int) error {
	switch op {
	case "{":
		l.brackets = append(l.brackets, '}')
	case "(":
		l.brackets = append(l.brackets, ')')
	case "[":
		l.brackets = append(l.brackets, ']')
	case "}", ")", "]":
		n := len(l.brackets)
		if n == 0 || l.brackets[n-1] != op[0] {
			return &Error{at, fmt.Sprintf("a %q that nothing opened", op)}
		}
		l.brackets = l.brackets[:n-1]
	}
	return nil
}

func operator(s string) string {
	if len(s) > 1 {
		switch s[:2] {
		case "//", "**", "==", "!=", ">=", "<=":
			return s[:2]
		}
	}
	if strings.IndexByte("+-/*%~[](){}><=.:|,;", s[0]) >= 0 {
		return s[:1]
	}
	return ""
}

// isSpace is Python's str.isspace.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// spaces is how many bytes of s are spaces at its beginning.
func spaces(s string) int {
	for i, r := range s {
		if !isSpace(r) {
			return i
		}
	}
	return len(s)
}

// word is how many bytes of s could be a name.
func word(s string) int {
	for i, r := range s {
		if r < utf8.RuneSelf {
			if r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
				continue
			}
			return i
		}
		if !continues(r) && !unicode.IsNumber(r) {
			return i
		}
	}
	return len(s)
}

// identifier says whether Python takes s as a name.
func identifier(s string) bool {
	for i, r := range s {
		if i == 0 && r != '_' && !unicode.IsLetter(r) && !unicode.Is(unicode.Nl, r) && !unicode.Is(unicode.Other_ID_Start, r) {
			return false
		}
		if !continues(r) {
			return false
		}
	}
	return s != ""
}

func continues(r rune) bool {
	return unicode.In(r, unicode.L, unicode.Nl, unicode.Nd, unicode.Mn, unicode.Mc, unicode.Pc, unicode.Other_ID_Start, unicode.Other_ID_Continue)
}
