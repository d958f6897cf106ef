package document

import (
	"html"
	"strings"
)

// htmlMarks finds the headings between two offsets of an HTML text, and what its head says of it (title, meta). Scripts,
// styles and comments are passed over.
func htmlMarks(src *source, from, to int) (marks []mark, meta []Field) {
	t := tags{text: src.text[:to], at: from}
	for {
		tag, ok := t.next()
		if !ok {
			return marks, meta
		}
		switch level := headingLevel(tag.name); {
		case level > 0 && !tag.closing:
			m := mark{from: tag.from, level: level}
			m.to = t.after(tag.name)
			m.text = htmlText(src.text[tag.to:m.to])
			if rest := src.text[m.to:to]; strings.HasPrefix(strings.TrimLeft(rest, " \t"), "\n") {
				m.to += strings.IndexByte(rest, '\n') + 1
			}
			if m.text != "" {
				marks = append(marks, m)
			}
		case tag.name == "title" && !tag.closing && len(meta) < fieldsMost:
			end := t.after("title")
			meta = append(meta, Field{"title", htmlText(src.text[tag.to:end]), src.lineAt(tag.from) + 1})
		case tag.name == "meta" && len(meta) < fieldsMost:
			name, content := attribute(tag.inside, "name"), attribute(tag.inside, "content")
			if name != "" && content != "" {
				meta = append(meta, Field{name, content, src.lineAt(tag.from) + 1})
			}
		}
	}
}

func headingLevel(name string) int {
	if len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6' {
		return int(name[1] - '0')
	}
	return 0
}

// tags goes through the tags of a text. Everything that cannot end is taken to the end of the text, once.
type tags struct {
	text    string
	at      int
	noClose map[string]bool // names of which no closing tag is left
}

type tag struct {
	name     string // lower case
	inside   string // between the name and the closing bracket
	closing  bool
	from, to int
}

// tagBytes is the longest tag that is taken for one.
const tagBytes = 16 << 10

func (t *tags) next() (tag, bool) {
	for {
		i := strings.IndexByte(t.text[t.at:], '<')
		if i < 0 {
			return tag{}, false
		}
		t.at += i
		if strings.HasPrefix(t.text[t.at:], "<!--") {
			t.pass("-->")
			continue
		}
		g, ok := tagAt(t.text, t.at)
		if !ok {
			t.at++
			continue
		}
		t.at = g.to
		if (g.name == "script" || g.name == "style") && !g.closing {
			t.at = t.after(g.name)
			continue
		}
		return g, true
	}
}

// pass goes behind the next occurrence of end.
func (t *tags) pass(end string) {
	i := strings.Index(t.text[t.at:], end)
	if i < 0 {
		t.at = len(t.text)
		return
	}
	t.at += i + len(end)
}

// after is the offset behind the closing tag of the name, where the cursor then stands; without one, the end of the line.
func (t *tags) after(name string) int {
	if t.noClose[name] {
		return t.endOfLine()
	}
	for at := t.at; ; {
		i := strings.Index(t.text[at:], "</")
		if i < 0 {
			if t.noClose == nil {
				t.noClose = map[string]bool{}
			}
			t.noClose[name] = true
			return t.endOfLine()
		}
		at += i
		if g, ok := tagAt(t.text, at); ok && g.name == name {
			t.at = g.to
			return g.to
		}
		at += 2
	}
}

func (t *tags) endOfLine() int {
	if i := strings.IndexByte(t.text[t.at:], '\n'); i >= 0 {
		t.at += i
	} else {
		t.at = len(t.text)
	}
	return t.at
}

// tagAt reads the tag that begins at an offset. A bracket inside a quoted value ends nothing.
func tagAt(text string, at int) (tag, bool) {
	g := tag{from: at}
	i := at + 1
	if i < len(text) && text[i] == '/' {
		g.closing = true
		i++
	}
	begin := i
	for i < len(text) && (isLetter(text[i]) || i > begin && (isDigit(text[i]) || text[i] == '-' || text[i] == ':')) {
		i++
	}
	if i == begin || i-begin > 40 {
		return g, false
	}
	g.name = strings.ToLower(text[begin:i])
	inside, quote := i, byte(0)
	for ; i < len(text) && i-at < tagBytes; i++ {
		switch b := text[i]; {
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'':
			quote = b
		case b == '<':
			return g, false
		case b == '>':
			g.inside, g.to = text[inside:i], i+1
			return g, true
		}
	}
	return g, false
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
func isDigit(b byte) bool  { return b >= '0' && b <= '9' }

// attribute returns a quoted attribute's value.
func attribute(inside, name string) string {
	lower := strings.ToLower(inside)
	for at := 0; ; {
		i := strings.Index(lower[at:], name)
		if i < 0 {
			return ""
		}
		at += i
		rest := strings.TrimLeft(inside[at+len(name):], " \t\n")
		if (at == 0 || strings.ContainsRune(" \t\n\"'", rune(inside[at-1]))) && strings.HasPrefix(rest, "=") {
			rest = strings.TrimLeft(rest[1:], " \t\n")
			if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
				value, _, _ := strings.Cut(rest[1:], rest[:1])
				return html.UnescapeString(value)
			}
		}
		at += len(name)
	}
}

// htmlText is the text of HTML in one line.
func htmlText(s string) string {
	return strings.Join(strings.Fields(html.UnescapeString(withoutTags(s))), " ")
}

// withoutTags takes the tags of known elements out. A name in angle brackets that is no element, as in "<owner>", stays.
func withoutTags(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i:]
		g, ok := tagAt(s, 0)
		if !ok || !elements[g.name] {
			b.WriteByte('<')
			s = s[1:]
			continue
		}
		if !inlineElements[g.name] {
			b.WriteByte(' ')
		}
		s = s[g.to:]
	}
}

func names(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

var inlineElements = names("a abbr b bdi bdo cite code em font i kbd mark q s samp small span strong sub sup tt u var")

var elements = names("a abbr address article aside audio b base bdi bdo big blockquote body br button canvas caption center cite code col " +
	"colgroup dd del details dfn div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img " +
	"input ins kbd label legend li link main mark meta nav noscript object ol optgroup option p param picture pre q s samp script section select " +
	"small source span strike strong style sub summary sup svg path g table tbody td template textarea tfoot th thead time title tr track tt u ul " +
	"var video wbr")
