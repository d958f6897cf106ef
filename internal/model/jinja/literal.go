package jinja

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// number is how many bytes of s, which begins with a digit, are a number, and whether it is one with a point or an exponent.
// After a point there are only integers, as in a.0.1.
func number(s string, afterPoint bool) (n int, float bool) {
	digits := groups(s)
	if !afterPoint {
		end := digits
		if end+1 < len(s) && s[end] == '.' {
			if more := groups(s[end+1:]); more > 0 {
				end += 1 + more
				float = true
			}
		}
		if end < len(s) && s[end]|0x20 == 'e' {
			i := end + 1
			if i < len(s) && (s[i] == '+' || s[i] == '-') {
				i++
			}
			if more := groups(s[min(i, len(s)):]); more > 0 {
				end = i + more
				float = true
			}
		}
		if float {
			return end, true
		}
	}
	if s[0] != '0' {
		return digits, false
	}
	if len(s) > 2 {
		in := ""
		switch s[1] | 0x20 {
		case 'b':
			in = "01"
		case 'o':
			in = "01234567"
		case 'x':
			in = "0123456789abcdefABCDEF"
		}
		if in != "" {
			if n := set(s[2:], in); n > 0 {
				return 2 + n, false
			}
		}
	}
	return 1 + set(s[1:], "0"), false
}

// groups is how many bytes of s are digits, with single underscores between them.
func groups(s string) int {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0
	}
	return 1 + set(s[1:], "0123456789")
}

// set is how many bytes of s are of in, each with an underscore before it or not.
func set(s, in string) int {
	i := 0
	for i < len(s) {
		j := i
		if s[j] == '_' {
			j++
		}
		if j >= len(s) || strings.IndexByte(in, s[j]) < 0 {
			break
		}
		i = j + 1
	}
	return i
}

// numberValue is what a number is worth; integers beyond 63 bits become floats.
func numberValue(t token) value {
	s := strings.ReplaceAll(t.text, "_", "")
	if t.kind == tInteger {
		if n, err := strconv.ParseInt(s, 0, 64); err == nil {
			return integer(n)
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && f == 0 {
		f = math.Inf(1)
	}
	return value{kind: vFloat, f: f}
}

// quoted is the length of the string at the beginning of s with its quotes, 0 for one that does not end.
func quoted(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return i + 1
		}
	}
	return 0
}

var errEscape = errors.New("a broken escape in a string")

// unescape is Python's unicode-escape, as Jinja applies it to the inside of its strings.
func unescape(s string) (string, error) {
	if strings.IndexByte(s, '\\') < 0 {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			i++
			continue
		}
		if i+1 >= len(s) {
			return "", errEscape
		}
		c := s[i+1]
		i += 2
		switch c {
		case '\n':
		case '\\', '\'', '"':
			b.WriteByte(c)
		case 'a':
			b.WriteByte(7)
		case 'b':
			b.WriteByte(8)
		case 'f':
			b.WriteByte(12)
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		case 'v':
			b.WriteByte(11)
		case 'x', 'u', 'U':
			n := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
			if i+n > len(s) {
				return "", errEscape
			}
			v, err := strconv.ParseUint(s[i:i+n], 16, 32)
			if err != nil || v > utf8.MaxRune {
				return "", errEscape
			}
			b.WriteRune(rune(v))
			i += n
		case 'N':
			end := strings.IndexByte(s[i:], '}')
			if i >= len(s) || s[i] != '{' || end < 2 {
				return "", errEscape
			}
			b.WriteRune(namedRune(s[i+1 : i+end]))
			i += end + 1
		default:
			if c >= '0' && c <= '7' {
				v := rune(c - '0')
				for n := 0; n < 2 && i < len(s) && s[i] >= '0' && s[i] <= '7'; n++ {
					v = v*8 + rune(s[i]-'0')
					i++
				}
				b.WriteRune(v)
				break
			}
			b.WriteByte('\\')
			if c < utf8.RuneSelf {
				b.WriteByte(c)
				break
			}
			// Jinja first writes a character beyond ASCII as an escape; the backslash before it then escapes that one's
			r, n := utf8.DecodeRuneInString(s[i-1:])
			i += n - 1
			switch {
			case r < 0x100:
				fmt.Fprintf(&b, "x%02x", r)
			case r < 0x10000:
				fmt.Fprintf(&b, "u%04x", r)
			default:
				fmt.Fprintf(&b, "U%08x", r)
			}
		}
	}
	return b.String(), nil
}

// namedRune is the character of \N{NAME} for the names that can spell an attribute's; others become a hole, which could be
// any text.
func namedRune(name string) rune {
	name = strings.ToUpper(name)
	switch name {
	case "LOW LINE", "SPACING UNDERSCORE", "UNDERSCORE":
		return '_'
	case "FULL STOP", "PERIOD":
		return '.'
	}
	for prefix, lower := range map[string]rune{"LATIN SMALL LETTER ": 0x20, "LATIN CAPITAL LETTER ": 0} {
		if letter, ok := strings.CutPrefix(name, prefix); ok && len(letter) == 1 {
			return rune(letter[0]) | lower
		}
	}
	return hole
}
