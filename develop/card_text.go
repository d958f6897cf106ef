package develop

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// cardText is a document as the table of fields looks at it: labels, places under headings and questions, and prose.
type cardText struct {
	labels  []document.Label
	columns []document.Label // of tables, by the names in their first rows
	places  []place
	prose   []stretch
}

// place is a heading, or a question in bold, with what is written under it.
type place struct {
	heading string
	line    int
	text    func() string
	filled  func() bool
}

// questionsMost bounds the questions in bold of one card.
const questionsMost = 500

func newCardText(d document.Document) *cardText {
	c := &cardText{labels: slices.DeleteFunc(d.Labels(), inCode(d))}
	for _, f := range d.Front {
		c.labels = append(c.labels, document.Label{Name: f.Name, Value: f.Value, Line: f.Line, Filled: !placeholder.MatchString(f.Value)})
	}
	for _, t := range d.Tables() {
		for i, name := range t.Header {
			c.columns = append(c.columns, columnLabel(t, i, name))
		}
	}
	title := titleOf(d)
	begun, over := false, headings(nil)
	structured := d.Format == document.YAML || d.Format == document.JSON
	for i, s := range d.Sections {
		if s.Heading != "" && i != title { // under the title stands all of the card, so it opens no place
			c.places = append(c.places, place{s.Heading, s.Line, func() string { return d.Under(i) }, func() bool { return d.FilledUnder(i) }})
			over = over.enter(s)
		}
		if structured {
			continue
		}
		prose, code := withoutAsides(s.Text)
		first := !begun && strings.TrimSpace(prose) != ""
		begun = begun || first && s.Heading != "" // a notice above the title is not yet the introduction
		c.prose = append(c.prose, stretch{line: s.From, text: joinLines(prose), code: code, breaks: lineEnds(prose), headings: over.String(),
			opening: first || introduces.MatchString(s.Heading)})
		if len(c.places) < questionsMost {
			c.places = append(c.places, questions(s, prose)...)
			c.places = append(c.places, bareTitles(s, prose)...)
		}
	}
	return c
}

// titleOf is the place of the section that names the card: the first heading, where lower ones follow. -1: there is none.
func titleOf(d document.Document) int {
	first := slices.IndexFunc(d.Sections, func(s document.Section) bool { return s.Heading != "" })
	if first < 0 || !slices.ContainsFunc(d.Sections[first+1:], func(s document.Section) bool { return s.Level > d.Sections[first].Level }) {
		return -1
	}
	return first
}

// introduces matches headings under which a card says what its subject is.
var introduces = pattern.New(`(?i)^(?:(?:model|data ?set|data|project|system|general|brief|short) ?)?(?:overview|summary|description|details|introduction|abstract)$|^(?:about|what (?:is|this|it)\b)`)

// codeName is how a line begins that tells of a parameter, a column or a file.
var codeName = pattern.New("^[\\s|>*+-]*\x60")

// inCode says of a label whether it names something of the code; such names say nothing of the card's subject.
func inCode(d document.Document) func(document.Label) bool {
	lines, of := []string(nil), -1
	return func(l document.Label) bool {
		if d.Format != document.Markdown || l.Section >= len(d.Sections) {
			return false
		}
		if of != l.Section { // labels come in the order of the sections
			lines, of = strings.Split(d.Sections[l.Section].Text, "\n"), l.Section
		}
		i := l.Line - d.Sections[l.Section].From
		return i >= 0 && i < len(lines) && codeName.MatchString(lines[i])
	}
}

// columnLabel is a column of a table as a label: its name, and what the first row with a word has under it.
func columnLabel(t document.Table, i int, name string) document.Label {
	l := document.Label{Name: name, Line: t.Line, Section: t.Section}
	for _, row := range t.Rows[:min(len(t.Rows), 5)] {
		if l.Value = row.Cell(i); l.Value != "" {
			l.Filled = true
			break
		}
	}
	return l
}

// boldQuestion is a question or name in bold at the beginning of a line, as forms and cards have them.
var boldQuestion = pattern.New(`(?m)^[ \t>]*(?:\d{1,3}[.)][ \t]+|[-*+][ \t]+)?\*\*([^*\n]{3,300}?)\*\*:?|(?m)^\d{1,3}[.)][ \t]+([^?\n]{8,300}\?)`)

// questions makes places of what follows questions and names in bold, each to the next one.
func questions(s document.Section, prose string) []place {
	if !strings.Contains(prose, "**") && !strings.Contains(prose, "?") {
		return nil
	}
	var all []place
	found, lines := boldQuestion.FindAllStringSubmatchIndex(prose, questionsMost), strings.SplitAfter(s.Text, "\n")
	for i, m := range found {
		to := len(prose)
		if i+1 < len(found) {
			to = found[i+1][0]
		}
		answer := between(lines, prose, m[1], to)
		name := prose[max(m[2], m[4]):max(m[3], m[5])]
		all = append(all, place{name, s.From + strings.Count(prose[:m[0]], "\n"), func() string { return answer }, func() bool { return answered(answer) }})
	}
	return all
}

// between is what stands below a question: the rest of its line, and the lines after it as they were written, code and tables
// included. The places are bytes of the prose, which has the same lines.
func between(lines []string, prose string, from, to int) string {
	rest, _, more := strings.Cut(prose[from:to], "\n")
	if !more {
		return rest
	}
	first := strings.Count(prose[:from], "\n") + 1
	last := first - 1 + strings.Count(prose[from:to], "\n")
	return rest + "\n" + strings.Join(lines[min(first, len(lines)):min(last, len(lines))], "")
}

// bareTitle is a short line that stands as a title without the mark of one: numbered by chapter, or with a list or a paragraph
// right below it.
var bareTitle = pattern.New(`(?m)^(?:\d{1,2}(?:\.\d{1,2}){0,2}[.)]?[ \t]+)?(\p{Lu}[\p{L}\d/&'()-]*(?:[ \t]+[\p{L}\d/&'()-]+){0,4}):?[ \t]*\r?\n`)

// sentenceStart is how the first line of a paragraph begins, and hardly ever a title.
var sentenceStart = pattern.New(`^(?:The|This|That|These|Those|An?|We|It|Its|Our|In|For|If|As|Each|Every)\s`)

// bareTitles makes places of what follows titles without a mark, each to the next one.
func bareTitles(s document.Section, prose string) []place {
	var found [][]int
	for _, m := range bareTitle.FindAllStringSubmatchIndex(prose, questionsMost) {
		numbered := m[2] > m[0]
		free := m[0] == 0 || strings.HasSuffix(strings.TrimRight(prose[:m[0]], " \t\r"), "\n\n") || strings.TrimSpace(prose[:m[0]]) == ""
		next, _ := utf8.DecodeRuneInString(strings.TrimSpace(prose[m[1]:]))
		if (numbered || free) && !unicode.IsLower(next) && !sentenceStart.MatchString(prose[m[2]:m[3]]) {
			found = append(found, m)
		}
	}
	var all []place
	lines := strings.SplitAfter(s.Text, "\n")
	for i, m := range found {
		to := len(prose)
		if i+1 < len(found) {
			to = found[i+1][0]
		}
		answer := between(lines, prose, m[1]-1, to)
		all = append(all, place{prose[m[2]:m[3]], s.From + strings.Count(prose[:m[0]], "\n"), func() string { return answer }, func() bool { return answered(answer) }})
	}
	return all
}

// prompt is how a form goes on after its question, on the same line.
var prompt = pattern.New(`(?i)\?|questions in this section|dataset creators should|\bplease (?:describe|explain|list|provide|specify)\b|\bif (?:so|not)\b`)

// answered says whether somebody wrote an answer below a question.
func answered(text string) bool {
	if first, rest, more := strings.Cut(text, "\n"); more && prompt.MatchString(first) {
		text = rest
	}
	d := document.Read("answer.md", []byte("# Answer\n\n"+text+"\n"))
	return d.Filled()
}

var templateMark = pattern.New(`\{\{|\[More Information|(?i)^\W*(?:if so|please|provide|describe|your answer)\b`)

// asked says whether a sentence asks its reader, as templates do.
func asked(sentence string) bool {
	s := strings.TrimRight(sentence, " \t\n*_\"')")
	return strings.HasSuffix(s, "?") || templateMark.MatchString(s)
}
