package document

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/pattern"
)

// Said is what a person wrote in the section, one piece a line, as it is written: without comments, placeholders and dummies.
// Of a table it gives the cells that are filled in, the first of each column after the column's head, and the first cell of a row only
// beside such a cell: heads and first columns come with a template.
func (s Section) Said() string {
	questions := holdsWord(s.Heading, []string{"question", "checklist", "faq"})
	var b strings.Builder
	named := map[string]bool{} // heads of columns that were given
	for p := range pieces(s.Text, s.format) {
		p = p.without(s.dull)
		switch {
		case !p.counts(questions):
		case p.kind == row:
			b.WriteString(p.saidRow(named) + "\n")
		default:
			b.WriteString(p.raw + "\n")
		}
	}
	return b.String()
}

func (p piece) counts(questions bool) bool {
	return p.content() || questions && asks(p.text) && hasWord(p.text) && !isPlaceholder(p.text)
}

func (p piece) saidRow(named map[string]bool) string {
	raw, heads := cellsOf(unquote(p.raw)), cellsOf(unquote(p.head))
	var parts []string
	ticks := p.ticks()
	for i, cell := range raw {
		if i >= len(p.cells) || i > 0 && !written(p.cells[i]) && !(ticks && tick(p.cells[i])) && !linksElsewhere(p.raw, p.cells[i]) || i == 0 && isPlaceholder(p.cells[i]) {
			continue
		}
		if key := p.head + "\x00" + strconv.Itoa(i); p.head != "" && i < len(heads) && heads[i] != "" && !named[key] {
			cell, named[key] = heads[i]+": "+cell, true
		}
		parts = append(parts, cell)
	}
	return strings.Join(parts, " | ")
}

// tick says whether a cell holds one letter, as matrices of duties and rights do.
func tick(cell string) bool {
	r, n := utf8.DecodeRuneInString(cell)
	return n > 0 && n == len(cell) && unicode.IsLetter(r)
}

// ticks says whether the cells beside the first are marks of a matrix: letters that differ, or that leave cells free. The same
// letter in every cell says nothing.
func (p piece) ticks() bool {
	marks, free, different := "", 0, false
	for _, cell := range p.cells[min(1, len(p.cells)):] {
		switch {
		case tick(cell):
			different = different || marks != "" && !strings.EqualFold(marks, cell)
			marks = cell
		case !hasWord(cell):
			free++
		}
	}
	return marks != "" && (different || free > 0 && len(p.cells) > 2)
}

// onlyDated says whether the row holds a day and fillers: "Keys | x | 2026-10-01". A day says nothing of what was done on it.
func (p piece) onlyDated() bool {
	days := 0
	for _, cell := range p.cells[min(1, len(p.cells)):] {
		switch {
		case isPlaceholder(cell):
		case onlyDay.MatchString(cell):
			days++
		case written(cell):
			return false
		}
	}
	return days > 0 && p.fillers() > 0
}

// fillers counts the cells beside the first in which a placeholder or a dummy stands.
func (p piece) fillers() (n int) {
	for _, cell := range p.cells[min(1, len(p.cells)):] {
		if hasWord(cell) && isPlaceholder(cell) {
			n++
		}
	}
	return n
}

var onlyDay = pattern.New(`^\d{4}-\d{2}-\d{2}$|^\d{1,2}[./ ](?:\d{1,2}|[A-Za-z]{3,9})[./ ]\d{4}$`)

var (
	// keys is what people type to have typed something.
	keys = set("asdf", "asdfg", "asdfasdf", "qwer", "qwerty", "qwertz", "foo", "foobar", "blah", "bla", "blabla", "blah blah", "dummy", "dummy text", "some text", "sample text")
	// elsewhere sends the reader to where something may stand, without an address.
	elsewhere = pattern.New(`^(?:(?:please )?(?:see|cf\.?|refer to|check|look (?:at|in|on|up in)|as (?:in|per)|documented (?:in|on)|in|on)(?: also)? )?(?:(?:the|our|your|my) )?` +
		`(?:(?:team|company|internal|project) )?(?:wiki|confluence|notion|intranet|sharepoint|jira|handbook|docs?|documentation|drive|elsewhere|above|below|siehe wiki)(?: page| space)?$`)
)

// linksElsewhere says whether "see wiki" comes with the address at which to see it.
func linksElsewhere(raw, text string) bool {
	return (strings.Contains(raw, "](") || strings.Contains(raw, "://")) && elsewhere.MatchString(strings.ToLower(strings.Trim(text, " .*_")))
}

// dummy says whether a text in lower case only fills a place: one letter, one letter over and over, keys in a row, "see wiki".
func dummy(t string) bool {
	if t == "" || keys[t] {
		return true
	}
	first := t[0]
	if first >= 'a' && first <= 'z' && len(t) <= 20 && strings.Trim(t, string(first)) == "" && (first != 'i' || len(t) == 1 || len(t) > 3) {
		return true
	}
	return (strings.Contains(t, " ") || t == "wiki" || t == "elsewhere") && elsewhere.MatchString(t)
}
