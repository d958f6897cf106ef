package inert

import "strings"

// breaker is a zero-width space as Markdown's own escape. It stands where a name, number or address would otherwise become a
// mention, a reference or a link, which happens to the text after Markdown has been read.
const breaker = "&#8203;"

// Markdown writes one line of text so that it shows as itself and does nothing, in running text and in table cells: no
// emphasis, code, link, image, HTML, heading, list, mention, reference, formula or automatic link can come of it.
func Markdown(s string) string { return Escaped(Line(s)) }

// Escaped is Markdown for what is one harmless line already.
func Escaped(s string) string {
	var b strings.Builder
	digits := 0
	for i := range len(s) {
		c, next := s[i], byte(' ')
		if i+1 < len(s) {
			next = s[i+1]
		}
		if digits++; !isHex(c) {
			digits = 0
		}
		switch {
		case c == '<':
			b.WriteString("&lt;")
		case c == '>':
			b.WriteString("&gt;")
		case c == '&':
			b.WriteString("&amp;")
		case strings.IndexByte("\\`*_{}[]()#+-!|~$@^%\"'=", c) >= 0 && !inWord(s, i):
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
		if breaks(s, i, c, next) || digits == commitDigits-1 && isHex(next) {
			b.WriteString(breaker)
			digits = 0
		}
	}
	return b.String()
}

// inWord says whether a hyphen or apostrophe stands between letters, where it means nothing and is left readable.
func inWord(s string, i int) bool {
	return (s[i] == '-' || s[i] == '\'') && i > 0 && i+1 < len(s) && isWordByte(s[i-1]) && isWordByte(s[i+1])
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

// commitDigits is the fewest hexadecimal digits that are taken for a commit.
const commitDigits = 7

// breaks says where a breaker goes: after a sign that makes a mention or reference of what follows, inside an address, and
// after a number that would begin a list.
func breaks(s string, i int, c, next byte) bool {
	switch c {
	case '@', '#', '!', '$', '%', '^', '~', '&':
		return next != ' '
	case ':':
		return next == '/'
	case '.':
		return i >= 3 && strings.EqualFold(s[i-3:i], "www") || i > 0 && s[i-1] >= '0' && s[i-1] <= '9' && next == ' '
	case '-':
		return i >= 2 && strings.EqualFold(s[i-2:i], "GH") && next >= '0' && next <= '9'
	}
	return false
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }
