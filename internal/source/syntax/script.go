package syntax

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unescapeScript reads the escapes of JavaScript, where a \ before anything else means what follows it.
func unescapeScript(s string) string {
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
		case 'b':
			b.WriteByte('\b')
		case 'f':
			b.WriteByte('\f')
		case 'v':
			b.WriteByte('\v')
		case '\n': // a line goes on
		case '\r':
			if i < len(s) && s[i] == '\n' {
				i++
			}
		case '0', '1', '2', '3', '4', '5', '6', '7':
			v := int(c - '0')
			for n := 0; n < 2 && i < len(s) && s[i] >= '0' && s[i] <= '7' && v*8+int(s[i]-'0') < 256; n++ {
				v = v*8 + int(s[i]-'0')
				i++
			}
			b.WriteRune(rune(v))
		case 'x':
			if v, ok := hex(s, i, i+2); ok {
				b.WriteRune(v)
				i += 2
			} else {
				b.WriteByte(c)
			}
		case 'u':
			v, n := codePoint(s, i)
			if n == 0 {
				b.WriteByte(c)
				continue
			}
			i += n
			if utf16.IsSurrogate(v) && strings.HasPrefix(s[i:], "\\u") {
				if low, n := codePoint(s, i+2); n > 0 && utf16.DecodeRune(v, low) != utf8.RuneError {
					v = utf16.DecodeRune(v, low)
					i += 2 + n
				}
			}
			b.WriteRune(v)
		default:
			if c == 0xe2 && i+1 < len(s) && s[i] == 0x80 && s[i+1]|1 == 0xa9 { // a line goes on behind U+2028 and U+2029
				i += 2
				continue
			}
			b.WriteByte(c)
		}
	}
	return b.String()
}

// codePoint reads 0041 or {41} behind \u, and how long that is; 0: it is neither.
func codePoint(s string, i int) (v rune, length int) {
	if i < len(s) && s[i] == '{' {
		end := strings.IndexByte(s[i:], '}')
		if end < 0 || end > 16 {
			return 0, 0
		}
		if v, ok := hex(s, i+1, i+end); ok && v <= utf8.MaxRune {
			return v, end + 1
		}
		return 0, 0
	}
	if v, ok := hex(s, i, i+4); ok {
		return v, 4
	}
	return 0, 0
}

func hex(s string, from, to int) (rune, bool) {
	if to > len(s) || from >= to {
		return 0, false
	}
	v, err := strconv.ParseUint(s[from:to], 16, 32)
	return rune(v), err == nil && v <= 1<<30
}
