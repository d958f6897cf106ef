package document

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"iter"
	"strings"
	"unicode"
)

// Filled says whether the section has content of its own: something a person wrote that is no placeholder, no instruction
// or question of a template, no comment, no empty table, no label without a value and no mere pointer to a template. What
// stands under lower headings is not its own; see Document.FilledUnder.
func (s Section) Filled() bool {
	questions := holdsWord(s.Heading, []string{"question", "checklist", "faq"})
	for p := range pieces(s.Text, s.format) {
		if p = p.without(s.dull); p.counts(questions) {
			return true
		}
	}
	return false
}

// piece is what is judged as one: a paragraph, an item of a list, a row of a table, a line of code.
type piece struct {
	text  string // without markup; of a table row its cells, joined
	raw   string
	cells []string // of a row of a table
	head  string   // the table's header, as written
	kind  pieceKind
	line  int // counted from 0 within the text
}

type pieceKind int8

const (
	prose pieceKind = iota
	item
	code
	row
)

// pieces takes a text apart. Comments, template marks, rules and headers of tables are left out.
func pieces(text string, format Format) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		c := collector{format: format, yield: yield}
		lines := strings.Split(withoutComments(text, format), "\n")
		roles := rolesOf(lines, format)
		for i, line := range lines {
			switch {
			case c.stopped:
				return
			case roles[i] == noRow:
				c.take(strings.TrimRight(line, " \t"), i)
			default:
				c.flush()
				switch roles[i] {
				case headerRow:
					c.head = line
				case bodyRow:
					c.row(line, i)
				}
			}
		}
		c.flush()
	}
}

func rolesOf(lines []string, format Format) []role {
	switch format {
	case Markdown, PlainText:
		return tableRoles(lines)
	case AsciiDoc:
		return asciidocRoles(lines)
	case RST:
		return gridRoles(lines)
	}
	return make([]role, len(lines))
}

// pieceBytes is how much of one paragraph is looked at.
const pieceBytes = 16 << 10

// collector gathers lines that belong together.
type collector struct {
	format  Format
	yield   func(piece) bool
	stopped bool
	lines   []string
	kind    pieceKind
	first   int
	fence   string
	head    string // of the table whose rows are read
}

func (c *collector) give(p piece) {
	c.stopped = c.stopped || !c.yield(p)
}

var (
	itemStart   = pattern.New(`^\s*(?:[-*+•‣–⁃]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|#\.|\*{2,5}|\.{1,5})(?:[ \t]+|$)`)
	fenceStart  = pattern.New("^\\s*(?:`{3,}[^`]*|~{3,}.*)$")
	quoteStart  = pattern.New(`^\s*(?:>[ \t]?)+`)
	checkbox    = pattern.New(`^\[[ xX]\][ \t]+`)
	admonition  = pattern.New(`^\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]$`)
	boldLabel   = pattern.New(`^\s*(?:\*\*|__)[^*_]+(?:\*\*|__)\s*:?`)
	onlyMarks   = pattern.New(`^[\s|:+=~_*#.^"'` + "`" + `\-–—⸻]+$`)
	rstMarkup   = pattern.New(`^\s*\.\. (?:[\w-]+::|_[^:]*:|\|)`)
	rstNote     = pattern.New(`^\s*\.\. (?:note|warning|caution|danger|attention|important|tip|hint|error|versionadded|versionchanged|deprecated|admonition)::[ \t]*(\S.*)$`)
	adocSetting = pattern.New(`^(?:\[[^\]]*\]|:[\w-]+:.*)$`)
	keyedLine   = pattern.New(`^["']?[\p{L}][\p{L}\p{N} _/-]{0,40}["']?[:：](?:\s|$)`)
)

func (c *collector) take(line string, n int) {
	if c.fence != "" {
		if t := strings.TrimSpace(line); strings.HasPrefix(t, c.fence) && strings.Trim(t, c.fence[:1]) == "" {
			c.fence = ""
		} else if t != "" {
			c.give(piece{text: t, raw: line, kind: code, line: n})
		}
		return
	}
	bare := unquote(line)
	switch {
	case blank(bare):
		c.flush()
	case c.format != HTML && c.format != AsciiDoc && fenceStart.MatchString(bare):
		c.flush()
		t := strings.TrimSpace(bare)
		c.fence = t[:run(t, t[0])]
	case onlyMarks.MatchString(bare):
		if c.format == RST || c.format == PlainText {
			c.flush()
		}
	case c.format == RST && rstMarkup.MatchString(bare):
		c.flush()
		if m := rstNote.FindStringSubmatch(bare); m != nil {
			c.first, c.kind = n, prose
			c.lines = append(c.lines, m[1])
		}
	case c.format == AsciiDoc && adocSetting.MatchString(bare),
		admonition.MatchString(strings.TrimSpace(bare)):
		c.flush()
	default:
		begins := itemStart.FindString(bare)
		if begins != "" || boldLabel.MatchString(bare) || c.format == YAML || c.format == JSON || keyedLine.MatchString(bare) {
			c.flush()
		}
		if len(c.lines) == 0 {
			c.first, c.kind = n, prose
			if begins != "" {
				c.kind = item
			}
		}
		c.lines = append(c.lines, bare[len(begins):])
	}
}

func (c *collector) flush() {
	if len(c.lines) > 0 {
		raw := strings.Join(c.lines, " ")
		if len(raw) > pieceBytes {
			raw = strings.ToValidUTF8(raw[:pieceBytes], "")
		}
		if c.format == JSON || c.format == YAML {
			raw = unquoted(raw)
		}
		raw = checkbox.ReplaceAllString(strings.TrimSpace(raw), "")
		c.give(piece{text: c.plain(raw), raw: raw, kind: c.kind, line: c.first})
	}
	c.lines = c.lines[:0]
}

func (c *collector) row(line string, n int) {
	p := piece{raw: line, head: c.head, line: n, kind: row}
	for _, cell := range cellsOf(unquote(line)) {
		p.cells = append(p.cells, c.plain(cell))
	}
	p.text = strings.Join(p.cells, " ")
	c.give(p)
}

func (c *collector) plain(s string) string {
	if c.format == RST {
		return rstText(s)
	}
	return inlineText(s)
}

// asciidocRoles finds the rows between lines of "|===", the first of which is the header.
func asciidocRoles(lines []string) []role {
	roles := make([]role, len(lines))
	inside, first := false, true
	for i, line := range lines {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "|==="):
			inside, first = !inside, true
			roles[i] = ruleRow
		case inside && first && line != "":
			roles[i], first = headerRow, false
		case inside && line != "":
			roles[i] = bodyRow
		}
	}
	return roles
}

// gridRoles finds the rows of grid tables.
func gridRoles(lines []string) []role {
	roles := make([]role, len(lines))
	rules := 0
	for i, line := range lines {
		switch {
		case gridRule.MatchString(line):
			roles[i] = ruleRow
			rules++
		case rules > 0 && strings.HasPrefix(strings.TrimSpace(line), "|"):
			roles[i] = bodyRow
			if rules == 1 {
				roles[i] = headerRow
			}
		default:
			rules = 0
		}
	}
	return roles
}

// unquoted takes the marks of YAML and JSON off a line: quotes, and the brackets that stand outside them.
func unquoted(s string) string {
	var b strings.Builder
	quote, last := byte(0), byte(' ')
	for i := range len(s) {
		switch c := s[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\'') && strings.IndexByte(" :,[{-", last) >= 0:
			quote = c
		case quote == 0 && strings.IndexByte("[]{}", c) >= 0:
		default:
			b.WriteByte(c)
		}
		last = s[i]
	}
	return strings.Trim(b.String(), " ,")
}

var doubleUnderlined = pattern.New(`^\s*__[A-Z0-9_]+__\s*$`)

// content says whether somebody wrote the piece.
func (p piece) content() bool {
	switch p.kind {
	case code:
		return hasWord(p.text) && !isPlaceholder(p.text)
	case row:
		return p.rowContent()
	}
	if p.text == "" && strings.Contains(p.raw, "<img") || strings.Contains(p.raw, "![") && !hasWord(p.text) {
		return !onlyImages(p.raw)
	}
	if linksElsewhere(p.raw, p.text) {
		return true
	}
	return !doubleUnderlined.MatchString(p.raw) && !pointsToTemplate(p.raw, p.text) && !onlyImages(p.raw) && written(p.text)
}

// rowContent takes the first of several cells for a label, unless it is a sentence and nothing beside it waits to be filled in.
func (p piece) rowContent() bool {
	if p.onlyDated() {
		return false
	}
	waits := p.fillers() > 0
	for i, cell := range p.cells {
		if i == 0 && waits {
			continue
		}
		if (written(cell) || linksElsewhere(p.raw, cell)) && (i > 0 || len(p.cells) == 1 || len(strings.Fields(cell)) > 3) {
			return true
		}
	}
	return p.ticks()
}

func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

var (
	imageOnly  = pattern.New(`!\[[^\]]*\](?:\(([^)]*)\)|\[[^\]]*\])|(?i:<img\b[^>]*?\bsrc=["']([^"']*)[^>]*>)`)
	decoration = pattern.New(`(?i)^[a-z]+:|^//|^$|logo|badge|icon|banner|avatar|shield`)
)

// onlyImages says whether nothing but pictures from elsewhere stands there, such as badges. A figure that lies in the tree
// may be what the section is about.
func onlyImages(raw string) bool {
	if !strings.Contains(raw, "![") && !strings.Contains(raw, "<img") {
		return false
	}
	for _, m := range imageOnly.FindAllStringSubmatch(raw, 20) {
		if !decoration.MatchString(m[1] + m[2]) {
			return false
		}
	}
	rest := imageOnly.ReplaceAllString(raw, "")
	rest = withoutTags(linkMarkup.ReplaceAllString(rest, "$1"))
	return !hasWord(rest)
}

// pointsToTemplate says whether the piece only sends the reader to a template.
func pointsToTemplate(raw, text string) bool {
	m := linkMarkup.FindString(raw)
	if m == "" || !strings.Contains(strings.ToLower(m), "template") {
		return false
	}
	return len(strings.Fields(text)) <= 8
}
