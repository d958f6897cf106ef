package bound

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// QuoteName makes a hostile name printable. Ordinary names stay as they are. As soon as a name holds a control character,
// a direction mark, anything invisible, a byte that is not UTF-8, or a backslash, all of these are escaped, so that
// different names stay different. Every report prints names this way.
func QuoteName(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x` + strconv.FormatInt(int64(s[i])|0x100, 16)[1:])
		case r == '\\':
			b.WriteString(`\\`)
		case visible(r):
			b.WriteRune(r)
		default:
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		}
		i += size
	}
	return b.String()
}

func plain(s string) bool {
	for i, r := range s {
		if r == '\\' || !visible(r) {
			return false
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return false
			}
		}
	}
	return true
}

// visible says whether a character shows itself: printable, and none of the letters and marks that draw nothing.
func visible(r rune) bool {
	if r < 0x7f {
		return r >= ' '
	}
	return strconv.IsPrint(r) && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) &&
		r != '\u034f' && r != '\u2800'
}
