package document

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"strings"
)

// Item is a piece of text with its place: an entry of a list, or a placeholder.
type Item struct {
	Text    string // without markup
	Line    int
	Section int // index into Document.Sections
}

// Link is a reference to another place.
type Link struct {
	Text, Target string
	Line         int
	Section      int
}

// Label is a name with a value, as in "Owner: the help desk", "**Licence:** MIT", or a row of a table that begins with a name.
type Label struct {
	Name, Value string
	Filled      bool // the value is there and is no placeholder
	Line        int
	Section     int
}

// partsMost bounds each list of parts of one document.
const partsMost = 20_000

// each calls take for all pieces of the document, with their line and section, up to partsMost.
func (d Document) each(take func(p piece, line, section int)) {
	n := 0
	for i, s := range d.Sections {
		for p := range pieces(s.Text, s.format) {
			if n++; n > partsMost {
				return
			}
			take(p, s.From+p.line, i)
		}
	}
}

// Lists returns the entries of all lists.
func (d Document) Lists() (all []Item) {
	d.each(func(p piece, line, section int) {
		if p.kind == item && p.text != "" {
			all = append(all, Item{p.text, line, section})
		}
	})
	return all
}

// Labels returns the names with values that the text holds. A name is at most six words long.
func (d Document) Labels() (all []Label) {
	d.each(func(p piece, line, section int) {
		l := Label{Line: line, Section: section}
		switch p.kind {
		case code:
			return
		case row:
			if len(p.cells) < 2 {
				return
			}
			l.Name, l.Value = p.cells[0], strings.Join(p.cells[1:], " ")
		default:
			value, ok := withoutLabel(p.text)
			if m := boldName.FindStringSubmatch(p.raw); !ok && m != nil {
				l.Name, value = inlineText(m[1]), strings.TrimSpace(strings.TrimPrefix(p.text, inlineText(m[1])))
			} else if !ok {
				return
			} else {
				l.Name = strings.TrimSpace(labelled.FindStringSubmatch(p.text)[1])
			}
			l.Value = value
		}
		l.Filled = written(l.Value)
		if l.Name != "" && len(strings.Fields(l.Name)) <= 6 {
			all = append(all, l)
		}
	})
	return all
}

var boldName = pattern.New(`^\s*(?:\*\*|__)([^*_]{1,60})(?:\*\*|__)\s+\S`)

// Label returns the first label whose name holds one of the words, as Section looks for them; filled ones first.
func (d Document) Label(words ...string) (Label, bool) {
	first, ok := Label{}, false
	for _, l := range d.Labels() {
		switch {
		case !holdsWord(l.Name, words):
		case l.Filled:
			return l, true
		case !ok:
			first, ok = l, true
		}
	}
	return first, ok
}

// Placeholders returns what is yet to be filled in: whole pieces, cells of tables and slots inside sentences.
func (d Document) Placeholders() (all []Item) {
	d.each(func(p piece, line, section int) {
		add := func(text string) { all = append(all, Item{text, line, section}) }
		switch {
		case p.kind == code:
		case p.kind == row:
			for _, cell := range p.cells {
				if hasWord(cell) && isPlaceholder(cell) && !tick(cell) {
					add(cell)
				}
			}
		case !hasWord(p.text):
		case unfilled(p.text):
			add(p.text)
		default:
			if value, ok := withoutLabel(p.text); ok && hasWord(value) && unfilled(value) {
				add(p.text)
				return
			}
			for _, s := range slot.FindAllString(p.text, 20) {
				add(s)
			}
		}
	})
	return all
}

func unfilled(text string) bool { return isPlaceholder(text) || fromTemplate(text) }

var (
	inlineLink = pattern.New(`\[([^\[\]]*)\]\(\s*<?([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+["'(][^)]*)?\)`)
	bareLink   = pattern.New(`(?:https?|mailto):[^\s<>"'` + "`" + `|\\^{}\[\]]+`)
	refTarget  = pattern.New(`(?m)^ {0,3}\[([^\]]+)\]:\s*<?(\S+?)>?(?:\s.*)?$`)
	rstTarget  = pattern.New("`([^`<]+)<([^`>]+)>`_|(?m)^\\.\\. _([^:]+): (\\S+)$")
	adocLink   = pattern.New(`((?:https?|mailto|link|xref):[^\s\[\]]+)\[([^\]]*)\]`)
	hrefLink   = pattern.New(`(?i)<a\b[^>]*\bhref\s*=\s*["']([^"']+)["'][^>]*>`)
)

// Links returns the links of the document in the order of their lines.
func (d Document) Links() (all []Link) {
	for i, s := range d.Sections {
		text := withoutComments(s.Text, s.format)
		for n, line := range strings.Split(text, "\n") {
			if len(all) >= partsMost {
				return all
			}
			if !strings.Contains(line, "http") && !strings.ContainsAny(line, "[<`:") {
				continue
			}
			for _, l := range lineLinks(line, s.format) {
				l.Line, l.Section = s.From+n, i
				all = append(all, l)
			}
		}
	}
	return all
}

func lineLinks(line string, format Format) (found []Link) {
	seen := map[string]bool{}
	add := func(text, target string) {
		target = strings.TrimRight(target, ".,;:!?")
		if target != "" && !seen[target] {
			seen[target] = true
			found = append(found, Link{Text: inlineText(text), Target: target})
		}
	}
	switch format {
	case RST:
		for _, m := range rstTarget.FindAllStringSubmatch(line, 50) {
			add(strings.TrimSpace(m[1]+m[3]), m[2]+m[4])
		}
	case AsciiDoc:
		for _, m := range adocLink.FindAllStringSubmatch(line, 50) {
			add(m[2], strings.TrimPrefix(strings.TrimPrefix(m[1], "link:"), "xref:"))
		}
	default:
		for _, m := range inlineLink.FindAllStringSubmatch(line, 50) {
			add(m[1], m[2])
		}
		for _, m := range refTarget.FindAllStringSubmatch(line, 1) {
			add(m[1], m[2])
		}
		for _, m := range hrefLink.FindAllStringSubmatch(line, 50) {
			add("", m[1])
		}
	}
	for _, m := range bareLink.FindAllString(line, 50) {
		for strings.HasSuffix(m, ")") && strings.Count(m, ")") > strings.Count(m, "(") {
			m = strings.TrimSuffix(m, ")")
		}
		add("", m)
	}
	return found
}
