package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// shortfall is what one document lacks.
type shortfall struct {
	line    int
	clauses []string // those it touches; none: all of the check
	message string   // goes on after the document's name: "names no contact"
	fix     string
	doubt   bool // it cannot be told from the words; a message then says what is open
}

// judgedDocuments finds the documents of a kind and judges each. One good document is enough: a template beside it is no
// failing, and one that cannot be judged keeps the rest from failing. What is missing altogether is judged by the rule for
// missing documents.
func judgedDocuments(ctx context.Context, s *lodemark.Subject, check, kind, what string, judge func(document.Document, string) []shortfall) lodemark.Result {
	found := document.Find(s, kind)
	if len(found.Documents) == 0 {
		if r, early := notDeployed(s); early {
			return r
		}
		return named(found.Missing(what), check)
	}
	return judgedAmong(ctx, s, check, what, found.Documents, judge)
}

// judgedAmong judges documents that were found. Each is one that was read, so that there is at least one answer.
func judgedAmong(ctx context.Context, s *lodemark.Subject, check, what string, documents []document.Document, judge func(document.Document, string) []shortfall) lodemark.Result {
	r := lodemark.Result{}
	for _, d := range documents {
		r.Examined = append(r.Examined, d.Path)
	}
	open := ""
	for _, d := range documents {
		if ctx.Err() != nil {
			return undecided(r.Examined, "the time for reading documents ran out before %s", d.Path)
		}
		raw, err := s.Read(d.Path)
		if err != nil {
			r.Gaps = append(r.Gaps, unread(d.Path, 0, err, false))
			continue
		}
		lacks := judge(d, string(raw))
		if len(lacks) == 0 {
			return passed([]string{d.Path}, "%s holds %s", d.Path, what)
		}
		certain := slices.DeleteFunc(slices.Clone(lacks), func(l shortfall) bool { return l.doubt })
		switch said := content(d); {
		case len(said) >= judgedBytes:
			open = fmt.Sprintf("%s is longer than the %d KiB by which a document is judged", d.Path, judgedBytes>>10)
		case len(certain) > 0 && said != "" && !english(said):
			open = d.Path + " is not in English, the only language that this check reads"
		case len(certain) == 0:
			open = d.Path + " " + lacks[0].message
		default:
			r.Findings = append(r.Findings, shortfalls(check, d.Path, certain)...)
		}
	}
	switch {
	case open != "":
		r.Outcome, r.Reason, r.Findings = lodemark.Undecided, open, nil
	case len(r.Findings) == 0:
		r.Outcome, r.Reason = lodemark.Undecided, "no document of the kind could be read: "+r.Gaps[0].Reason
	default:
		r.Outcome, r.Reason = lodemark.Failed, r.Findings[0].Message
	}
	return r
}

// english says whether a text is English enough to be judged by its words. A few words are taken for English.
func english(text string) bool {
	words, small := 0, 0
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if words++; words > 4000 {
			break
		}
		switch word {
		case "the", "and", "of", "to", "is", "in", "it", "that", "for", "with", "not", "on", "by", "are", "or", "be", "this", "at", "from", "as":
			small++
		}
	}
	return words < 40 || small*100 >= words*6
}

func shortfalls(check, path string, lacks []shortfall) []lodemark.Finding {
	var all []lodemark.Finding
	for _, l := range lacks {
		all = append(all, lodemark.Finding{ID: check, Severity: lodemark.SeverityMedium, Path: path, Line: l.line, Clauses: l.clauses,
			Message: fmt.Sprintf("%s %s.", path, l.message), Fix: l.fix, Key: l.message})
	}
	return all
}

// named gives the findings of a missing document the check's id.
func named(r lodemark.Result, check string) lodemark.Result {
	for i := range r.Findings {
		r.Findings[i].ID = check
	}
	return r
}

var (
	comment = pattern.New(`(?s)<!--.*?(?:-->|$)`)
	// filler is what stands in a template until somebody writes: a mark with what it asks for, a hint in brackets, blind text.
	filler = pattern.New(`(?i:\blorem ipsum\b[^|\n]*|\bdolor sit amet\b[^|\n]*)|\b(?:TODO|TBD|TBA|FIXME|XXX+)\b[^|;\n]*|(?im:^[\s*_|>:+-]*(?:todo|tbd|tba|n/a)\W*$)|` +
		`(?im:^[\s*_|>+-]*(?:\[[^\]\n]*\]|<[^>\n]*>|\{\{[^}\n]*\}\}|\.\.\.|…)[\s*_|.]*$)|(?i:\[(?:describe|insert|enter|add|name|list|your|fill|e\.g\.|more information)\b[^\]\n(]*\])|\{\{[^}\n]*\}\}`)
	letters = pattern.New(`\pL`)
)

// content is what a document says: what somebody wrote in its sections, with the headings above it, and its named values. Without
// comments, and without headings, heads and first cells of tables beside which nothing but fillers stands.
func content(d document.Document) string {
	var b strings.Builder
	for _, f := range d.Front {
		if value := written(f.Value); value != "" {
			b.WriteString(f.Name + ": " + value + "\n")
		}
	}
	for _, sec := range d.Sections {
		if !sec.Filled() {
			continue
		}
		if text := written(sec.Said()); text != "" {
			b.WriteString(sec.Heading + "\n" + text + "\n")
		}
		if b.Len() >= judgedBytes {
			break
		}
	}
	return b.String()[:min(b.Len(), judgedBytes)]
}

// judgedBytes is how much of a document is judged. Nobody reads more in an incident, or before using a system.
const judgedBytes = 128 << 10

// written is a text without comments and filler; empty: nothing was written.
func written(text string) string {
	text = filler.ReplaceAllString(comment.ReplaceAllString(text, ""), "")
	if !letters.MatchString(text) {
		return ""
	}
	return text
}

// uncommented blanks the comments of a text and keeps its lines.
func uncommented(raw string) string {
	return comment.ReplaceAllStringFunc(raw, func(c string) string { return strings.Repeat("\n", strings.Count(c, "\n")) })
}

// topic is something that a document must speak of, with the words by which it does. Weaker words leave it open.
type topic struct {
	name        string
	words, weak *pattern.Pattern
}

// unspoken lists the topics that a text does not touch, and those that it may touch in words that also mean other things.
func unspoken(text string, topics []topic) (missing, open []string) {
	for _, t := range topics {
		switch {
		case t.words.MatchString(text):
		case t.weak != nil && t.weak.MatchString(text):
			open = append(open, t.name)
		default:
			missing = append(missing, t.name)
		}
	}
	return missing, open
}

// labelledDate finds the first date after a label such as "Next review": in a front matter, a table row or running text.
// ok says that the label stands there, even where no date follows it.
func labelledDate(raw string, labels *pattern.Pattern) (at time.Time, line int, ok bool) {
	n := 0
	for text := range strings.Lines(raw) {
		n++
		m := labels.FindStringIndex(text)
		if m == nil {
			continue
		}
		if !ok {
			line, ok = n, true
		}
		if t, dated := firstDate(sentence(text[m[1]:])); dated {
			return t, n, true
		}
	}
	return at, line, ok
}

// sentence cuts a text at the end of its first sentence, where the date of something else may follow.
func sentence(text string) string {
	if end := sentenceEnd.FindStringIndex(text); end != nil {
		return text[:end[0]]
	}
	return text
}

var sentenceEnd = pattern.New(`\.\s|;`)

var datePattern = pattern.New(`\b(\d{4}-\d{2}-\d{2})\b|\b(\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4})\b|\b((?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}, \d{4})\b`)

// firstDate reads the first date of a text that can be read in one way only.
func firstDate(text string) (time.Time, bool) {
	for _, m := range datePattern.FindAllStringSubmatch(text, -1) {
		for i, layout := range []string{time.DateOnly, "2 January 2006", "January 2, 2006"} {
			if t, err := time.Parse(layout, m[i+1]); err == nil {
				return t, true
			}
		}
	}
	return time.Time{}, false
}
