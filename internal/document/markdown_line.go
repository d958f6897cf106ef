package document

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"strings"
)

// cursor goes through a line by columns; a tab reaches to the next multiple of four.
type cursor struct {
	s   string
	pos int
	col int
}

// indent counts the columns of white space at the cursor.
func (c *cursor) indent() int {
	col := c.col
	for i := c.pos; i < len(c.s); i++ {
		switch c.s[i] {
		case ' ':
			col++
		case '\t':
			col += 4 - col%4
		default:
			return col - c.col
		}
	}
	return col - c.col
}

// columns passes n columns of white space, a tab in part where it reaches further.
func (c *cursor) columns(n int) {
	for n > 0 && c.pos < len(c.s) {
		switch c.s[c.pos] {
		case '\t':
			width := 4 - c.col%4
			step := min(width, n)
			c.col += step
			n -= step
			if step == width {
				c.pos++
			}
		default:
			c.pos++
			c.col++
			n--
		}
	}
}

func (c *cursor) skipSpace() { c.columns(c.indent()) }

// passMark goes over one byte and one column of white space after it.
func (c *cursor) passMark() {
	c.pos++
	c.col++
	if c.pos < len(c.s) && (c.s[c.pos] == ' ' || c.s[c.pos] == '\t') {
		c.columns(1)
	}
}

// peek is the first byte after the white space; 0 at the end.
func (c *cursor) peek() byte {
	if t := c.trimmed(); t != "" {
		return t[0]
	}
	return 0
}

func (c *cursor) rest() string    { return c.s[c.pos:] }
func (c *cursor) trimmed() string { return strings.TrimLeft(c.s[c.pos:], " \t") }
func (c *cursor) blank() bool     { return c.trimmed() == "" }

func run(s string, b byte) int { return len(s) - len(strings.TrimLeft(s, string(rune(b)))) }

// atxLevel is the level of a heading written with number signs; 0: none.
func atxLevel(s string) int {
	n := run(s, '#')
	if n > 6 || n < len(s) && s[n] != ' ' && s[n] != '\t' {
		return 0
	}
	return n
}

func atxText(s string) string {
	s = strings.Trim(s[atxLevel(s):], " \t")
	if bare := strings.TrimRight(s, "#"); bare == "" || strings.HasSuffix(bare, " ") || strings.HasSuffix(bare, "\t") {
		s = bare
	}
	return strings.TrimSpace(s)
}

func setextLevel(s string) int {
	s = strings.TrimRight(s, " \t")
	switch {
	case s == "":
		return 0
	case run(s, '=') == len(s):
		return 1
	case run(s, '-') == len(s):
		return 2
	}
	return 0
}

func opensFence(s string) bool {
	n := run(s, s[0])
	return n >= 3 && (s[0] == '~' || s[0] == '`' && !strings.Contains(s[n:], "`"))
}

func closesFence(s string, b byte, width int) bool {
	n := run(s, b)
	return n >= width && blank(s[n:])
}

func thematicBreak(s string) bool {
	if s[0] != '*' && s[0] != '-' && s[0] != '_' {
		return false
	}
	n := 0
	for i := range len(s) {
		switch s[i] {
		case s[0]:
			n++
		case ' ', '\t':
		default:
			return false
		}
	}
	return n >= 3
}

// listMarker reads a bullet or number; width is the columns up to the item's content. In a paragraph only an item with
// content, and of numbers only the first, begins a list.
func listMarker(c *cursor, inParagraph bool) (item container, width int, ok bool) {
	s := c.trimmed()
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	marker := 1
	switch {
	case digits == 0 && strings.ContainsRune("-+*", rune(s[0])):
	case digits > 0 && digits <= 9 && digits < len(s) && (s[digits] == '.' || s[digits] == ')'):
		if inParagraph && strings.TrimLeft(s[:digits], "0") != "1" {
			return item, 0, false
		}
		marker = digits + 1
	default:
		return item, 0, false
	}
	after := *c
	indent := after.indent()
	after.columns(indent)
	after.pos += marker
	after.col += marker
	if after.pos < len(after.s) && after.s[after.pos] != ' ' && after.s[after.pos] != '\t' {
		return item, 0, false
	}
	gap := after.indent()
	if after.blank() {
		if inParagraph {
			return item, 0, false
		}
		gap = 1
	} else if gap > 4 {
		gap = 1
	}
	item.indent = indent + marker + gap
	return item, item.indent, true
}

// The starts of HTML blocks with their ends; nil: the next blank line.
var htmlStarts = []struct {
	start     *pattern.Pattern
	end       *pattern.Pattern
	interrupt bool
}{
	{pattern.New(`(?i)^<(?:script|pre|textarea|style)(?:\s|>|$)`), pattern.New(`(?i)</(?:script|pre|textarea|style)>`), true},
	{pattern.New(`^<!--`), pattern.New(`-->`), true},
	{pattern.New(`^<[?]`), pattern.New(`[?]>`), true},
	{pattern.New(`^<![A-Za-z]`), pattern.New(`>`), true},
	{pattern.New(`^<!\[CDATA\[`), pattern.New(`\]\]>`), true},
	{pattern.New(`(?i)^</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|` +
		`fieldset|figcaption|figure|footer|form|frame|frameset|h[123456]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|` +
		`optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul)(?:\s|/?>|$)`), nil, true},
	{pattern.New(`^(?:<[A-Za-z][A-Za-z0-9-]*(?:\s+[A-Za-z_:][A-Za-z0-9_.:-]*(?:\s*=\s*(?:[^"'=<>` + "`" + `\x00-\x20]+|'[^']*'|"[^"]*"))?)*\s*/?>|` +
		`</[A-Za-z][A-Za-z0-9-]*\s*>)\s*$`), nil, false},
}

func opensHTML(s string, inParagraph bool) (end *pattern.Pattern, ok bool) {
	if s[0] != '<' {
		return nil, false
	}
	for _, h := range htmlStarts {
		if (h.interrupt || !inParagraph) && h.start.MatchString(s) {
			return h.end, true
		}
	}
	return nil, false
}
