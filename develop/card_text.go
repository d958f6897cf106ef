package develop

import (
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

// stretch is prose with the line it begins on: comments, code, tables and headings are blank in it.
type stretch struct {
	line int
	text string
	code string // the lines of code that were taken out

	opening bool // here the card introduces its subject
}

// questionsMost bounds the questions in bold of one card.
const questionsMost = 500

func newCardText(d document.Document) *cardText {
	c := &cardText{labels: d.Labels()}
	for _, f := range d.Front {
		c.labels = append(c.labels, document.Label{Name: f.Name, Value: f.Value, Line: f.Line, Filled: !placeholder.MatchString(f.Value)})
	}
	for _, t := range d.Tables() {
		for i, name := range t.Header {
			c.columns = append(c.columns, columnLabel(t, i, name))
		}
	}
	begun := false
	structured := d.Format == document.YAML || d.Format == document.JSON
	for i, s := range d.Sections {
		if s.Heading != "" {
			c.places = append(c.places, place{s.Heading, s.Line, func() string { return d.Under(i) }, func() bool { return d.FilledUnder(i) }})
		}
		if structured {
			continue
		}
		prose, code := withoutAsides(s.Text)
		first := !begun && strings.TrimSpace(prose) != ""
		begun = begun || first && s.Heading != "" // a notice above the title is not yet the introduction
		c.prose = append(c.prose, stretch{s.From, prose, code, first || introduces.MatchString(s.Heading)})
		if len(c.places) < questionsMost {
			c.places = append(c.places, questions(s, prose)...)
			c.places = append(c.places, bareTitles(s, prose)...)
		}
	}
	return c
}

// introduces matches headings under which a card says what its subject is.
var introduces = pattern.New(`(?i)^(?:(?:model|data ?set|data|project|system|general|brief|short) ?)?(?:overview|summary|description|details|introduction|abstract)$|^(?:about|what (?:is|this|it)\b)`)

// columnLabel is a column of a table as a label: its name, and what the first rows have under it.
func columnLabel(t document.Table, i int, name string) document.Label {
	l := document.Label{Name: name, Line: t.Line, Section: t.Section}
	var values []string
	for _, row := range t.Rows[:min(len(t.Rows), 5)] {
		if v := row.Cell(i); v != "" {
			values = append(values, v)
		}
	}
	l.Value = strings.Join(values, "; ")
	l.Filled = len(values) > 0
	return l
}

// place judges what is written under a heading.
func (c *cardText) place(f field, i int) said {
	p := c.places[i]
	s := said{empty, p.line, p.text()}
	if p.filled() && f.enough(s.text) && (f.value != nil || !score.MatchString(strings.TrimSpace(s.text))) {
		s.state = filled
	}
	return s
}

// boldQuestion is a question or name in bold at the beginning of a line, as forms and cards have them.
var boldQuestion = pattern.New(`(?m)^[ \t>]*(?:\d{1,3}[.)][ \t]+|[-*+][ \t]+)?\*\*([^*\n]{3,300}?)\*\*:?|(?m)^\d{1,3}[.)][ \t]+([^?\n]{8,300}\?)`)

// questions makes places of what follows questions and names in bold, each to the next one.
func questions(s document.Section, prose string) []place {
	if !strings.Contains(prose, "**") && !strings.Contains(prose, "?") {
		return nil
	}
	var all []place
	found := boldQuestion.FindAllStringSubmatchIndex(prose, questionsMost)
	for i, m := range found {
		to := len(prose)
		if i+1 < len(found) {
			to = found[i+1][0]
		}
		answer := prose[m[1]:to]
		name := prose[max(m[2], m[4]):max(m[3], m[5])]
		all = append(all, place{name, s.From + strings.Count(prose[:m[0]], "\n"), func() string { return answer }, func() bool { return answered(answer) }})
	}
	return all
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
	for i, m := range found {
		to := len(prose)
		if i+1 < len(found) {
			to = found[i+1][0]
		}
		answer := prose[m[1]:to]
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

// sentence looks for a statement in the prose, and for lines of code.
func (c *cardText) sentence(f field) said {
	for _, s := range c.prose {
		if found, ok := s.states(f, f.sentence); ok {
			return found
		}
		if s.opening {
			if found, ok := s.states(f, f.opening); ok {
				return found
			}
		}
		if f.code != nil {
			if m := f.code.FindStringIndex(s.code); m != nil {
				return said{filled, s.line + strings.Count(s.code[:m[0]], "\n"), s.code[m[0]:m[1]]}
			}
		}
	}
	return said{}
}

// states looks for a statement in a stretch of prose that is no question and no slot of a template.
func (s stretch) states(f field, statement *pattern.Pattern) (said, bool) {
	if statement == nil {
		return said{}, false
	}
	for _, m := range statement.FindAllStringIndex(s.text, 20) {
		sentence := around(s.text, m[0], m[1])
		if asked(sentence) || prompt.MatchString(lineOfMatch(s.text, m[0])) || matches(f.unless, sentence) || !f.enough(sentence) || !answered(sentence) {
			continue
		}
		return said{filled, s.line + strings.Count(s.text[:m[0]], "\n"), sentence}, true
	}
	return said{}, false
}

var templateMark = pattern.New(`\{\{|\[More Information|(?i)^\W*(?:if so|please|provide|describe|your answer)\b`)

// asked says whether a sentence asks its reader, as templates do.
func asked(sentence string) bool {
	s := strings.TrimRight(sentence, " \t\n*_\"')")
	return strings.HasSuffix(s, "?") || templateMark.MatchString(s)
}

func lineOfMatch(text string, at int) string {
	from := strings.LastIndexByte(text[:at], '\n') + 1
	if to := strings.IndexByte(text[at:], '\n'); to >= 0 {
		return text[from : at+to]
	}
	return text[from:]
}

// sentenceBytes is how far to either side of a match a sentence is followed.
const sentenceBytes = 600

// around widens a match to its sentence, or to its item or paragraph where no sentence ends.
func around(text string, from, to int) string {
	low, high := max(0, from-sentenceBytes), min(len(text), to+sentenceBytes)
	for i := from - 1; i >= low; i-- {
		if strings.IndexByte(".!?", text[i]) >= 0 && i+1 < len(text) && strings.IndexByte(" \n\t)*\"", text[i+1]) >= 0 || text[i] == '\n' && (i == 0 || text[i-1] == '\n') {
			low = i + 1
			break
		}
	}
	for i := to; i < high; i++ {
		if strings.IndexByte(".!?", text[i]) >= 0 && (i+1 == len(text) || strings.IndexByte(" \n\t)*\"", text[i+1]) >= 0) {
			high = i + 1
			break
		}
		if text[i] == '\n' && i+1 < len(text) && text[i+1] == '\n' {
			high = i
			break
		}
	}
	return text[low:high]
}

// withoutAsides blanks comments, code and tables, keeping every line where it is; code holds the lines of code in their places.
func withoutAsides(text string) (prose, code string) {
	var p, c strings.Builder
	fence, comment := "", false
	for line := range strings.Lines(text) {
		bare := strings.TrimSpace(line)
		switch {
		case comment:
			_, rest, ends := strings.Cut(line, "-->")
			comment = !ends
			p.WriteString(onLine(rest, line))
			c.WriteString("\n")
		case fence != "":
			if strings.HasPrefix(bare, fence) && strings.Trim(bare, fence[:1]) == "" {
				fence = ""
			}
			c.WriteString(onLine(line, line))
			p.WriteString("\n")
		case strings.HasPrefix(bare, "```") || strings.HasPrefix(bare, "~~~"):
			fence = bare[:3]
			p.WriteString("\n")
			c.WriteString("\n")
		case strings.HasPrefix(bare, "|"):
			p.WriteString("\n")
			c.WriteString("\n")
		default:
			kept, open := withoutComment(line)
			comment = open
			p.WriteString(onLine(kept, line))
			c.WriteString("\n")
		}
	}
	return p.String(), c.String()
}

// onLine writes what is kept of a line as one line.
func onLine(kept, line string) string {
	kept = strings.TrimRight(kept, "\r\n")
	if !strings.HasSuffix(line, "\n") {
		return kept
	}
	return kept + "\n"
}

// withoutComment takes comments out of a line; open says that one goes on below.
func withoutComment(line string) (kept string, open bool) {
	for {
		before, rest, ok := strings.Cut(line, "<!--")
		if !ok {
			return kept + line, false
		}
		kept += before
		_, line, ok = strings.Cut(rest, "-->")
		if !ok {
			return kept, true
		}
	}
}

// inEnglish says whether a text of some length is in English: only for that are the words known by which a card says things.
func inEnglish(text string) bool {
	words, english := 0, 0
	for _, w := range strings.Fields(strings.ToLower(text[:min(len(text), 64<<10)])) {
		words++
		switch w {
		case "the", "of", "and", "to", "is", "in", "for", "with", "on", "are", "a", "this":
			english++
		}
	}
	return words < 60 || english*25 >= words
}
