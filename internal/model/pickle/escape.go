package pickle

import (
	"bytes"
	"unicode/utf8"
)

// unquote reads the argument of STRING: a Python 2 string literal.
func unquote(b []byte, off int64) ([]byte, error) {
	b = bytes.TrimRight(b, " \t\r\v\f")
	if len(b) < 2 || b[0] != b[len(b)-1] || b[0] != '\'' && b[0] != '"' {
		return nil, damaged(off, "the text of STRING is not in quotes")
	}
	b = b[1 : len(b)-1]
	if bytes.IndexByte(b, '\\') < 0 {
		return b, nil
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			out = append(out, b[i])
			continue
		}
		i++
		if i == len(b) {
			return nil, damaged(off, "the text of STRING ends in a backslash")
		}
		switch x := b[i]; x {
		case '\\', '\'', '"':
			out = append(out, x)
		case 'a', 'b', 'f', 'n', 'r', 't', 'v':
			out = append(out, "\a\b\f\n\r\t\v"[bytes.IndexByte([]byte("abfnrtv"), x)])
		case 'x':
			v, ok := hexDigits(b[i+1:], 2)
			if !ok {
				return nil, damaged(off, "the text of STRING has a broken \\x escape")
			}
			out = append(out, byte(v))
			i += 2
		default:
			if x < '0' || x > '7' {
				out = append(out, '\\', x)
				continue
			}
			v := 0
			for n := 0; n < 3 && i < len(b) && b[i] >= '0' && b[i] <= '7'; n++ {
				v = v<<3 | int(b[i]-'0')
				i++
			}
			i--
			out = append(out, byte(v))
		}
	}
	return out, nil
}

func hexDigits(b []byte, n int) (v int, ok bool) {
	if len(b) < n {
		return 0, false
	}
	for _, x := range b[:n] {
		switch {
		case x >= '0' && x <= '9':
			v = v<<4 | int(x-'0')
		case x|0x20 >= 'a' && x|0x20 <= 'f':
			v = v<<4 | int(x|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}

// rawUnicode reads the argument of UNICODE: Latin-1 with \u and \U escapes. ok is false where one of them is broken.
func rawUnicode(b []byte) (text []byte, ok bool) {
	if bytes.IndexByte(b, '\\') < 0 && isASCII(b) {
		return b, true
	}
	out := make([]byte, 0, len(b)+8)
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' || i+1 == len(b) {
			out = appendRune(out, rune(b[i]))
			continue
		}
		i++
		if b[i] != 'u' && b[i] != 'U' { // a backslash that is itself escaped begins no escape
			out = appendRune(append(out, '\\'), rune(b[i]))
			continue
		}
		n := 4
		if b[i] == 'U' {
			n = 8
		}
		v, ok := hexDigits(b[i+1:], n)
		if !ok || v > utf8.MaxRune {
			return nil, false
		}
		out = appendRune(out, rune(v))
		i += n
	}
	return out, true
}

// appendRune writes surrogates too, as Python's surrogatepass does.
func appendRune(out []byte, r rune) []byte {
	if r >= 0xd800 && r < 0xe000 {
		return append(out, 0xe0|byte(r>>12), 0x80|byte(r>>6&0x3f), 0x80|byte(r&0x3f))
	}
	return utf8.AppendRune(out, r)
}

// validText says whether b is UTF-8 as Python reads it with surrogatepass.
func validText(b []byte) bool {
	for !utf8.Valid(b) {
		i := bytes.IndexByte(b, 0xed)
		for i >= 0 && (i+2 >= len(b) || b[i+1] < 0xa0 || b[i+1] > 0xbf) {
			next := bytes.IndexByte(b[i+1:], 0xed)
			if next < 0 {
				return false
			}
			i += 1 + next
		}
		if i < 0 || !utf8.Valid(b[:i]) || b[i+2] < 0x80 || b[i+2] > 0xbf {
			return false
		}
		b = b[i+3:]
	}
	return true
}
