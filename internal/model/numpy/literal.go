package numpy

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

type kind uint8

const (
	kNone kind = iota
	kBool
	kInteger // n, not negative
	kOther   // a number or bytes, which no header needs
	kText
	kTuple
	kList
	kDict // list: key, value, key, value ...
)

// literal is a value of Python's as ast.literal_eval reads it.
type literal struct {
	kind kind
	n    uint64
	text string
	list []literal
}

const (
	maxLevels  = 64
	maxMembers = 200_000
)

// reader reads literals, and no more of Python. After its first error it gives nothing.
type reader struct {
	src     []byte
	pos     int
	members int
	err     error
}

func (r *reader) fail(reason string) {
	if r.err == nil {
		r.err = damage(int64(r.pos), "the header is no Python literal: %s", reason)
	}
	r.pos = len(r.src)
}

func (r *reader) peek() byte {
	if r.pos < len(r.src) {
		return r.src[r.pos]
	}
	return 0
}

func (r *reader) space() byte {
	for r.pos < len(r.src) {
		switch r.src[r.pos] {
		case ' ', '\t', '\n', '\r', '\f':
			r.pos++
		default:
			return r.src[r.pos]
		}
	}
	return 0
}

func (r *reader) value(level int) literal {
	r.members++
	if level > maxLevels || r.members > maxMembers {
		r.fail("too much in it")
		return literal{}
	}
	c := r.space()
	switch {
	case c == '(':
		return r.sequence(kTuple, ')', level)
	case c == '[':
		return r.sequence(kList, ']', level)
	case c == '{':
		return r.dict(level)
	case c == '\'' || c == '"':
		return r.strings(false)
	case c >= '0' && c <= '9' || c == '.':
		return r.number()
	case c == '-' || c == '+':
		r.pos++
		if d := r.space(); (d < '0' || d > '9') && d != '.' {
			r.fail("a sign without a number")
			return literal{}
		}
		v := r.number()
		if c == '-' {
			v.kind = kOther
		}
		return v
	case c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		return r.word()
	}
	r.fail("a character that does not belong there")
	return literal{}
}

// word reads True, False, None, or the letters before a string.
func (r *reader) word() literal {
	start := r.pos
	for c := r.peek(); c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'; c = r.peek() {
		r.pos++
	}
	word := string(r.src[start:r.pos])
	if c := r.peek(); c == '\'' || c == '"' {
		switch strings.ToLower(word) {
		case "u":
			return r.strings(false)
		case "r":
			return r.strings(true)
		case "b", "rb", "br":
			r.strings(len(word) > 1)
			return literal{kind: kOther} // bytes are no text
		}
	}
	switch word {
	case "True":
		return literal{kind: kBool, n: 1}
	case "False":
		return literal{kind: kBool}
	case "None":
		return literal{kind: kNone}
	}
	r.pos = start
	r.fail("a name")
	return literal{}
}

func (r *reader) sequence(k kind, closing byte, level int) literal {
	v := literal{kind: k}
	r.pos++
	comma := false
	for r.err == nil {
		if r.space() == closing {
			r.pos++
			break
		}
		v.list = append(v.list, r.value(level+1))
		comma = false
		if r.space() == ',' {
			r.pos++
			comma = true
		} else if r.space() != closing {
			r.fail("a comma or bracket is missing")
		}
	}
	if k == kTuple && len(v.list) == 1 && !comma && r.err == nil {
		return v.list[0] // brackets alone make no tuple
	}
	return v
}

func (r *reader) dict(level int) literal {
	v := literal{kind: kDict}
	r.pos++
	for r.err == nil {
		if r.space() == '}' {
			r.pos++
			break
		}
		v.list = append(v.list, r.value(level+1))
		if r.space() != ':' {
			r.fail("a colon is missing")
			break
		}
		r.pos++
		v.list = append(v.list, r.value(level+1))
		if c := r.space(); c == ',' {
			r.pos++
		} else if c != '}' {
			r.fail("a comma or bracket is missing")
		}
	}
	return v
}

// number reads a number; integers may end in L, as Python 2 wrote them.
func (r *reader) number() literal {
	start := r.pos
	for {
		c := r.peek()
		if c >= '0' && c <= '9' || c == '_' || c == '.' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' && c != 'L' {
			r.pos++
			continue
		}
		break
	}
	s := string(r.src[start:r.pos])
	if r.peek() == 'L' {
		r.pos++
	}
	if len(s) > 1 && s[0] == '0' && s[1] >= '0' && s[1] <= '9' && strings.Trim(s, "0_") != "" {
		r.fail("a number that begins with 0")
		return literal{}
	}
	if n, err := strconv.ParseUint(s, 0, 64); err == nil {
		return literal{kind: kInteger, n: n}
	}
	if _, err := strconv.ParseFloat(strings.TrimSuffix(s, "j"), 64); err != nil {
		r.fail("a number that is none, or too large")
	}
	return literal{kind: kOther}
}

// strings reads a string, and those that stand right behind it, which Python joins.
func (r *reader) strings(raw bool) literal {
	var b []byte
	for r.err == nil {
		quote := r.peek()
		r.pos++
		if r.pos+1 < len(r.src) && r.src[r.pos] == quote && r.src[r.pos+1] == quote {
			r.fail("a string in three quotes")
			break
		}
		b = r.chars(b, quote, raw)
		if c := r.space(); c != '\'' && c != '"' {
			break
		}
		raw = false
	}
	return literal{kind: kText, text: string(b)}
}

func (r *reader) chars(b []byte, quote byte, raw bool) []byte {
	for r.pos < len(r.src) {
		c := r.src[r.pos]
		r.pos++
		switch {
		case c == quote:
			return b
		case c == '\n':
			r.fail("a string over the end of a line")
			return b
		case c == '\\' && !raw:
			b = r.escape(b)
		case c == 0:
			r.fail("a zero byte")
			return b
		default:
			b = append(b, c)
		}
	}
	r.fail("a string that does not end")
	return b
}

func (r *reader) escape(b []byte) []byte {
	c := r.peek()
	r.pos++
	n := 0
	switch c {
	case '\\', '\'', '"':
		return append(b, c)
	case 'n':
		return append(b, '\n')
	case 't':
		return append(b, '\t')
	case 'r':
		return append(b, '\r')
	case 'x':
		n = 2
	case 'u':
		n = 4
	case 'U':
		n = 8
	default:
		return append(b, '\\', c)
	}
	if r.pos+n > len(r.src) {
		r.fail("an escape that does not end")
		return b
	}
	v, err := strconv.ParseUint(string(r.src[r.pos:r.pos+n]), 16, 32)
	if err != nil || v > utf8.MaxRune {
		r.fail("a broken escape")
		return b
	}
	r.pos += n
	return utf8.AppendRune(b, rune(v))
}
