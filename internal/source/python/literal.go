package python

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token cuts the token that begins at the lexer's position: a word, a number, a string or an operator.
func (l *lexer) token() token {
	src, start := l.src, l.pos
	c := src[start]
	switch {
	case class[c]&cDigit != 0:
		return l.number()
	case class[c]&cWord != 0:
		end := start
		for end < len(src) && class[src[end]]&(cWord|cHigh) == cWord {
			end++
		}
		if end < len(src) && class[src[end]]&cHigh != 0 {
			if end = start + identifier(src[start:]); end == start {
				_, n := utf8.DecodeRuneInString(src[start:])
				l.pos += n
				return token{kind: bad, start: uint32(start), end: uint32(l.pos)}
			}
		}
		if end < len(src) && (src[end] == '"' || src[end] == '\'') && end-start <= 2 && isPrefix(src[start:end]) {
			return l.str(end)
		}
		l.pos = end
		return token{kind: keyword(src[start:end]), start: uint32(start), end: uint32(end)}
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
	return token{kind: k, start: uint32(start), end: uint32(l.pos)}
}

// identifier is how long the name is at the beginning of a text. Bytes that are no UTF-8 are taken for letters of an older encoding.
func identifier(s string) int {
	for i, r := range s {
		switch {
		case r < utf8.RuneSelf:
			if class[r]&cWord == 0 {
				return i
			}
		case r == utf8.RuneError || unicode.IsLetter(r) || unicode.In(r, unicode.Nl, unicode.Other_ID_Start):
		case i > 0 && unicode.In(r, unicode.Nd, unicode.Mn, unicode.Mc, unicode.Pc, unicode.Other_ID_Continue):
		default:
			return i
		}
	}
	return len(s)
}

func isPrefix(s string) bool {
	one := s[0] | 0x20
	if len(s) == 1 {
		return one == 'r' || one == 'b' || one == 'u' || one == 'f' || one == 't'
	}
	two := s[1] | 0x20
	if one == 'r' {
		return two == 'b' || two == 'f' || two == 't'
	}
	return two == 'r' && (one == 'b' || one == 'f' || one == 't' || one == 'u') // ur is Python 2
}

// number reads a number, and the letters that stick to it and mean nothing. A keyword may stand right behind a number: 1if x else 2.
func (l *lexer) number() token {
	src, start := l.src, l.pos
	i := start
	run := func(mask uint8) {
		for i < len(src) && (class[src[i]]&mask != 0 || src[i] == '_') {
			i++
		}
	}
	at := func(i int) byte {
		if i < len(src) {
			return src[i] | 0x20
		}
		return 0
	}
	if base := at(i + 1); src[i] == '0' && (base == 'x' || base == 'o' || base == 'b') {
		i += 2
		if base == 'x' {
			run(cHex)
		} else {
			run(cDigit)
		}
	} else {
		run(cDigit)
		if i < len(src) && src[i] == '.' {
			i++
			run(cDigit)
		}
		if at(i) == 'e' {
			exponent := i + 1
			if exponent < len(src) && (src[exponent] == '+' || src[exponent] == '-') {
				exponent++
			}
			if exponent < len(src) && class[src[exponent]]&cDigit != 0 {
				i = exponent
				run(cDigit)
			}
		}
	}
	if c := at(i); c == 'j' || c == 'l' { // 1L is Python 2
		i++
	}
	cut := false
	if i < len(src) && class[src[i]]&cWord != 0 && !keywordAt(src[i:]) {
		cut = true
		for i < len(src) && class[src[i]]&cWord != 0 {
			i++
		}
	}
	l.pos = i
	return token{kind: number, cut: cut, start: uint32(start), end: uint32(i)}
}

func keywordAt(s string) bool {
	for _, k := range [...]string{"and", "else", "for", "if", "in", "is", "not", "or"} {
		if strings.HasPrefix(s, k) {
			return true
		}
	}
	return false
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
			return token{kind: format, start: uint32(start), end: uint32(l.pos)}
		}
	}
	closed := l.skip(q, n)
	return token{kind: text, cut: !closed, start: uint32(start), end: uint32(l.pos)}
}

// skip goes behind the end of a literal that is quoted so; of one that is cut off, to the end of its line.
func (l *lexer) skip(q byte, n int) (closed bool) {
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
				return true
			}
			if l.pos+2 < len(src) && src[l.pos+1] == q && src[l.pos+2] == q {
				l.pos += 3
				return true
			}
			l.pos++
		case n == 1 && (c == '\n' || c == '\r'):
			return false
		default:
			l.pos++
		}
	}
	l.pos = len(src)
	return false
}

// stop is where a run of plain text in an f-string ends.
type stop uint8

const (
	atCut    stop = iota // the end of the line or of the file, where no string ends
	atQuotes             // before the closing quotes
	atHole               // before {
	atBrace              // before the } that ends a format specification, or before one that ends nothing
	atTwice              // before {{ or }}
)

// run goes over plain text of an f-string.
func (l *lexer) run(q byte, n int, raw, spec bool) stop {
	src := l.src
	for l.pos < len(src) {
		switch c := src[l.pos]; {
		case c == '\\':
			if !raw && strings.HasPrefix(src[l.pos:], `\N{`) {
				if i := strings.IndexByte(src[l.pos:min(len(src), l.pos+120)], '}'); i > 0 {
					l.pos += i + 1
					continue
				}
			}
			l.pos++
			switch {
			case l.pos >= len(src) || src[l.pos] == '{' || src[l.pos] == '}': // a backslash and a hole
			case l.lineEnd(l.pos) > 0:
				l.pos += l.lineEnd(l.pos)
			default:
				l.pos++
			}
		case c == q && (n == 1 || l.pos+2 < len(src) && src[l.pos+1] == q && src[l.pos+2] == q):
			return atQuotes
		case n == 1 && (c == '\n' || c == '\r'):
			return atCut
		case c == '{' || c == '}':
			switch {
			case !spec && l.pos+1 < len(src) && src[l.pos+1] == c:
				return atTwice
			case c == '{':
				return atHole
			}
			return atBrace
		default:
			l.pos++
		}
	}
	return atCut
}

// skipParts goes behind an f-string whose beginning was read, for a look ahead.
func (l *lexer) skipParts(q byte, n int, spec bool, deep int) {
	for {
		switch l.run(q, n, true, spec) {
		case atQuotes:
			if !spec {
				l.pos += n
			}
			return
		case atTwice:
			l.pos += 2
		case atBrace:
			if spec {
				return
			}
			l.pos++
		case atHole:
			if deep > maxDepth {
				return
			}
			l.skipHole(q, n, deep+1)
		default:
			return
		}
	}
}

func (l *lexer) skipHole(q byte, n, deep int) {
	depth, outer := l.depth, l.hole
	l.pos++
	l.depth++
	l.hole = l.depth
	for l.depth > depth {
		switch t := l.next(); {
		case t.kind == eof:
			return
		case t.kind == format:
			l.skipParts(l.src[t.end-1], quotes(l.src[t.start:t.end]), false, deep)
		case t.kind == colon && l.depth == depth+1:
			l.skipParts(q, n, true, deep)
			if l.pos >= len(l.src) || l.src[l.pos] != '}' {
				return
			}
			l.pos++
			l.depth--
		}
	}
	l.depth, l.hole = depth, outer
}

// quotes is how many quotes a literal begins with.
func quotes(head string) int {
	if len(head) >= 3 && head[len(head)-1] == head[len(head)-2] && head[len(head)-2] == head[len(head)-3] {
		return 3
	}
	return 1
}
