package pycode

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

type kind uint8

const (
	end     kind = iota
	name         // also keywords
	text         // a string or bytes literal
	number       // value in n where it is whole
	symbol       // an operator or bracket
	newline      // the end of a logical line
)

type token struct {
	kind   kind
	s      string // name, symbol, or what the literal holds
	n      int64
	line   int
	column int  // of the first token on a line
	first  bool // first of a logical line
	format bool // a literal with replacement fields
	after  int  // offset in the source
}

// maxNesting is how deep brackets may nest; Python itself refuses more than 200.
const maxNesting = 200

// tokens reads source. It never fails: what is no Python gives tokens that mean nothing.
func tokens(src string) []token {
	l := &lexer{src: src, line: 1, fresh: true}
	if strings.HasPrefix(src, "\xef\xbb\xbf") {
		l.at = 3
	}
	out := make([]token, 0, min(len(src)/4, 1<<16))
	for {
		t := l.next()
		t.after = l.at
		out = append(out, t)
		if t.kind == end || len(out) > 4<<20 {
			return out
		}
	}
}

type lexer struct {
	src     string
	at      int
	line    int
	column  int
	nesting int
	fresh   bool // at the beginning of a logical line
}

func (l *lexer) next() token {
	for l.at < len(l.src) {
		switch c := l.src[l.at]; {
		case c == ' ' || c == '\f':
			l.at++
			l.column++
		case c == '\t':
			l.at++
			l.column = l.column&^7 + 8
		case c == '\\' && l.at+1 < len(l.src) && (l.src[l.at+1] == '\n' || l.src[l.at+1] == '\r'):
			l.at += 2
			if l.src[l.at-1] == '\r' && l.at < len(l.src) && l.src[l.at] == '\n' {
				l.at++
			}
			l.line++
		case c == '#':
			for l.at < len(l.src) && l.src[l.at] != '\n' {
				l.at++
			}
		case c == '\n' || c == '\r':
			if c == '\r' && l.at+1 < len(l.src) && l.src[l.at+1] == '\n' {
				l.at++
			}
			l.at++
			l.line++
			l.column = 0
			if l.nesting == 0 && !l.fresh {
				l.fresh = true
				return token{kind: newline, line: l.line - 1}
			}
		default:
			t := l.word(c)
			t.first, l.fresh = l.fresh, false
			t.column = l.column
			return t
		}
	}
	return token{kind: end, line: l.line}
}

func (l *lexer) word(c byte) token {
	start, line := l.at, l.line
	switch {
	case c == '"' || c == '\'':
		return l.literal("")
	case c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80:
		for l.at < len(l.src) && wordByte(l.src[l.at]) {
			l.at++
		}
		s := l.src[start:l.at]
		if l.at < len(l.src) && (l.src[l.at] == '"' || l.src[l.at] == '\'') && isPrefix(s) {
			return l.literal(strings.ToLower(s))
		}
		if !ascii(s) { // Python compares names in this form, and look-alikes hide calls
			s = plainLetters(s)
		}
		return token{kind: name, s: s, line: line}
	case c >= '0' && c <= '9':
		for l.at < len(l.src) && (wordByte(l.src[l.at]) || l.src[l.at] == '.') {
			l.at++
		}
		n, err := strconv.ParseInt(l.src[start:l.at], 0, 64)
		t := token{kind: number, n: n, line: line}
		if err == nil {
			t.s = "whole"
		}
		return t
	}
	l.at++
	switch c {
	case '(', '[', '{':
		l.nesting++
	case ')', ']', '}':
		l.nesting = max(0, l.nesting-1)
	case '*', '/', '<', '>', '=', '!', ':', '-', '+', '%', '|', '&', '^', '@':
		for l.at < len(l.src) && l.at-start < 3 && (l.src[l.at] == '=' || l.src[l.at] == c && c != '=' && c != ':' || c == '-' && l.src[l.at] == '>') {
			l.at++
		}
	}
	return token{kind: symbol, s: l.src[start:l.at], line: line}
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

func isPrefix(s string) bool {
	if len(s) > 2 {
		return false
	}
	switch strings.ToLower(s) {
	case "r", "b", "u", "f", "t", "rb", "br", "fr", "rf", "tr", "rt":
		return true
	}
	return false
}

// literal reads a string, with its escapes.
func (l *lexer) literal(prefix string) token {
	t := token{kind: text, line: l.line, format: strings.ContainsAny(prefix, "ft")}
	raw := strings.Contains(prefix, "r")
	q := l.src[l.at]
	size := 1
	if strings.HasPrefix(l.src[l.at:], strings.Repeat(string(q), 3)) {
		size = 3
	}
	closing := l.src[l.at : l.at+size]
	l.at += size
	start := l.at
	for l.at < len(l.src) {
		c := l.src[l.at]
		switch {
		case c == '\\' && l.at+1 < len(l.src):
			if l.src[l.at+1] == '\n' {
				l.line++
			}
			l.at += 2
			continue
		case c == '\n' && size == 1: // not closed
			t.s = l.src[start:l.at]
			return t
		case c == '\n':
			l.line++
		case c == q && strings.HasPrefix(l.src[l.at:], closing):
			body := l.src[start:l.at]
			l.at += size
			if !raw && strings.IndexByte(body, '\\') >= 0 {
				body = unescape(body)
			}
			t.s = body
			return t
		}
		l.at++
	}
	t.s = l.src[min(start, len(l.src)):]
	return t
}

// unescape undoes the escapes of a string literal.
func unescape(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		digits := 0
		switch c := s[i]; c {
		case '\n':
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case 'x':
			digits = 2
		case 'u':
			digits = 4
		case 'U':
			digits = 8
		case '0', '1', '2', '3', '4', '5', '6', '7':
			n := 1
			for n < 3 && i+n < len(s) && s[i+n] >= '0' && s[i+n] <= '7' {
				n++
			}
			v, _ := strconv.ParseUint(s[i:i+n], 8, 32)
			b.WriteRune(rune(v))
			i += n - 1
		case '\\', '\'', '"':
			b.WriteByte(c)
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
		if digits > 0 {
			if i+digits < len(s) {
				if v, err := strconv.ParseUint(s[i+1:i+1+digits], 16, 32); err == nil && v <= utf8.MaxRune {
					b.WriteRune(rune(v))
					i += digits
				}
			}
		}
	}
	return b.String()
}
