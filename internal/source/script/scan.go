package script

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// next takes the next token. Once a statement is broken it stands still, so that everything that is open ends.
func (p *parser) next() {
	if p.broken {
		return
	}
	p.prevEnd = p.tok.end
	p.scan()
}

// scan reads one token at pos. What depends on the grammar (a regular expression, the rest of a template, the text between tags,
// operators that begin with < or >) is read by those who know that it may stand there.
func (p *parser) scan() {
	src := p.src
	i := p.pos
	nl := false
	for {
		if i >= len(src) {
			p.pos = len(src)
			p.tok = token{kind: tEOF, nl: true, start: uint32(len(src)), end: uint32(len(src))}
			return
		}
		c := src[i]
		switch class[c] {
		case cSpace:
			i++
			continue
		case cLine:
			nl = true
			i++
			continue
		case cLetter:
			j := i + 1
			for j < len(src) && class[src[j]]-cLetter < 2 {
				j++
			}
			if j < len(src) && (src[j] == '\\' || src[j] >= 0x80) {
				p.wideWord(i, j, nl)
				return
			}
			k := tIdent
			if c >= 'a' {
				k = wordKind(src[i:j])
			}
			p.pos = j
			p.tok = token{kind: k, nl: nl, start: uint32(i), end: uint32(j)}
			return
		case cDigit:
			p.number(i, nl)
			return
		case cWide:
			r, size := utf8.DecodeRuneInString(src[i:])
			if isSpace(r) {
				nl = nl || r == 0x2028 || r == 0x2029
				i += size
				continue
			}
			p.wideWord(i, i, nl)
			return
		}
		if c == '/' && i+1 < len(src) && (src[i+1] == '/' || src[i+1] == '*') {
			end, lines := commentEnd(src, i)
			nl = nl || lines
			p.b.Tree.Comments = append(p.b.Tree.Comments, syntax.Span{Start: uint32(i), End: uint32(end)})
			if src[i+1] == '*' && (end-i < 4 || src[end-1] != '/' || src[end-2] != '*') {
				p.report(i, "expected the end of the comment")
			}
			i = end
			continue
		}
		p.punctuation(i, nl)
		return
	}
}

// commentEnd is the end of a comment, and whether a line ends in it.
func commentEnd(src string, i int) (end int, lines bool) {
	if src[i+1] == '*' {
		n := strings.Index(src[i+2:], "*/")
		if n < 0 {
			return len(src), true
		}
		end = i + 2 + n + 2
		return end, strings.ContainsAny(src[i:end], "\n\r\u2028\u2029")
	}
	return i + lineLength(src[i:]), false
}

// lineLength is the length of a text up to the end of its first line.
func lineLength(s string) int {
	n := strings.IndexByte(s, '\n')
	if n < 0 {
		n = len(s)
	}
	if r := strings.IndexByte(s[:n], '\r'); r >= 0 {
		n = r
	}
	for i := 0; ; {
		w := strings.Index(s[i:n], "\u2028"[:2])
		if w < 0 {
			return n
		}
		i += w
		if i+2 < n && s[i+2]|1 == 0xa9 {
			return i
		}
		i += 2
	}
}

func isSpace(r rune) bool {
	return r == 0xfeff || r == 0x2028 || r == 0x2029 || r == 0x85 || r >= 0x80 && unicode.Is(unicode.Zs, r)
}

// wideWord reads a name with characters beyond ASCII or escapes in it, from j on.
func (p *parser) wideWord(start, j int, nl bool) {
	src := p.src
	k := tIdent
	if start < len(src) && src[start] == '#' {
		k = tPrivate
	}
	for j < len(src) {
		switch c := src[j]; {
		case class[c]-cLetter < 2:
			j++
			continue
		case c >= 0x80:
			r, size := utf8.DecodeRuneInString(src[j:])
			if !isSpace(r) {
				j += size
				continue
			}
		case c == '\\' && j+1 < len(src) && src[j+1] == 'u':
			j += 2
			if j < len(src) && src[j] == '{' {
				for j < len(src) && src[j] != '}' && class[src[j]] != cLine {
					j++
				}
				if j < len(src) {
					j++
				}
			}
			continue
		}
		break
	}
	if j == start { // a lone backslash
		j++
		k = tError
	}
	p.pos = j
	p.tok = token{kind: k, nl: nl, start: uint32(start), end: uint32(j)}
	if k == tError {
		p.fail("a character that means nothing here")
	}
}

func (p *parser) number(start int, nl bool) {
	src := p.src
	j := start
	if src[j] == '0' && j+1 < len(src) && (src[j+1]|0x20 == 'x' || src[j+1]|0x20 == 'o' || src[j+1]|0x20 == 'b') {
		for j += 2; j < len(src) && class[src[j]]-cLetter < 2; j++ {
		}
	} else {
		j = digits(src, j)
		if j < len(src) && src[j] == '.' {
			j = digits(src, j+1)
		}
		if j+1 < len(src) && src[j]|0x20 == 'e' {
			e := j + 1
			if e+1 < len(src) && (src[e] == '+' || src[e] == '-') {
				e++
			}
			if class[src[e]] == cDigit {
				j = digits(src, e)
			}
		}
		if j < len(src) && src[j] == 'n' {
			j++
		}
	}
	p.pos = j
	p.tok = token{kind: tNumber, nl: nl, start: uint32(start), end: uint32(j)}
}

func digits(src string, j int) int {
	for j < len(src) && (class[src[j]] == cDigit || src[j] == '_') {
		j++
	}
	return j
}

// text reads a string in quotes. One that its line does not end stops there.
func (p *parser) text(start int, nl bool) {
	src := p.src
	quote := src[start]
	j := start + 1
	for j < len(src) {
		c := src[j]
		if c == quote {
			j++
			p.pos = j
			p.tok = token{kind: tString, nl: nl, start: uint32(start), end: uint32(j)}
			return
		}
		if c == '\\' {
			j++
			if j+1 < len(src) && src[j] == '\r' && src[j+1] == '\n' {
				j++
			}
		} else if c == '\n' || c == '\r' {
			break
		}
		j++
	}
	j = min(j, len(src))
	p.report(start, "expected the end of the string")
	p.pos = j
	p.tok = token{kind: tString, nl: nl, start: uint32(start), end: uint32(j)}
}
