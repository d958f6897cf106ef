package syntax

import (
	"strconv"
	"strings"
)

// Text is what a string literal means: a Str, Strings whose parts are all Str, or a Format without an Interp. Not ok: it is none, or
// it has a part that only a run knows.
func (t *Tree) Text(id ID) (text string, ok bool) {
	n := &t.Nodes[id]
	switch n.Kind {
	case Str:
		return t.decode(n), true
	case Strings, Format:
		if n.First != 0 && t.Nodes[n.First].Next == 0 {
			return t.Text(n.First)
		}
		var all strings.Builder
		for c := n.First; c != 0; c = t.Nodes[c].Next {
			part, ok := t.Text(c)
			if !ok {
				return "", false
			}
			all.WriteString(part)
		}
		return all.String(), true
	}
	return "", false
}

// decode takes the quotes and the prefix off, and reads the escapes. Parts of a Format have no quotes.
func (t *Tree) decode(n *Node) string {
	s := t.Source[n.Start:n.End]
	raw := n.Flags&Raw != 0
	if n.Flags&Bare != 0 {
		return s
	}
	if t.Nodes[n.Parent].Kind != Format {
		for s != "" && s[0] != '"' && s[0] != '\'' && s[0] != '`' {
			raw = raw || s[0]|0x20 == 'r'
			s = s[1:]
		}
		s = unquote(s, t.Language == Python)
	} else if t.Language == JavaScript && strings.IndexByte(s, '\r') >= 0 { // lines of a template end in \n, however they are written
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if raw || strings.IndexByte(s, '\\') < 0 {
		return s
	}
	if t.Language == JavaScript {
		return unescapeScript(s)
	}
	return unescape(s)
}

func unquote(s string, triple bool) string {
	if triple && len(s) >= 3 && s[1] == s[0] && s[2] == s[0] {
		return strings.TrimSuffix(s[3:], s[:3])
	}
	if len(s) < 2 {
		return ""
	}
	if s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s[1:] // a literal that is cut off
}

// unescape reads Python's escapes; those that mean nothing, and names of characters, stay as they are written.
func unescape(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			i++
			continue
		}
		c := s[i+1]
		i += 2
		switch c {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case '0', '1', '2', '3', '4', '5', '6', '7':
			v := int(c - '0')
			for n := 0; n < 2 && i < len(s) && s[i] >= '0' && s[i] <= '7'; n++ {
				v = v*8 + int(s[i]-'0')
				i++
			}
			b.WriteRune(rune(v))
		case 'a', 'b', 'f', 'v':
			b.WriteByte(map[byte]byte{'a': 7, 'b': 8, 'f': 12, 'v': 11}[c])
		case '\r':
			if i < len(s) && s[i] == '\n' {
				i++
			}
		case '\n': // a line goes on
		case 'x':
			i = point(&b, s, i, 2)
		case 'u':
			i = point(&b, s, i, 4)
		case 'U':
			i = point(&b, s, i, 8)
		case '\\', '\'', '"':
			b.WriteByte(c)
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String()
}

// point reads a code point of so many digits; where they are none, what was written stays.
func point(b *strings.Builder, s string, i, digits int) int {
	if i+digits <= len(s) {
		if v, err := strconv.ParseUint(s[i:i+digits], 16, 32); err == nil {
			if v >= 0xd800 && v < 0xe000 { // half a pair: kept as the three bytes that it would be
				b.Write([]byte{0xe0 | byte(v>>12), 0x80 | byte(v>>6)&0x3f, 0x80 | byte(v)&0x3f})
				return i + digits
			}
			b.WriteRune(rune(v))
			return i + digits
		}
	}
	b.WriteByte('\\')
	return i - 1
}
