package design

import (
	"fmt"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// shortfall is what one document lacks.
type shortfall struct {
	line    int
	message string // goes on after the document's name: "names no alternative"
	fix     string
}

// judgedDocuments finds the documents of a kind and judges each. One good document is enough: a template beside it is no
// failing. What is missing altogether is judged by the rule for missing documents.
func judgedDocuments(s *lodemark.Subject, check, kind, what string, judge func(document.Document, string) []shortfall) lodemark.Result {
	found := found(s, kind)
	if len(found.Documents) == 0 {
		return named(found.Missing(what), check)
	}
	r := lodemark.Result{Examined: found.Examined}
	for _, d := range found.Documents {
		raw, err := s.Read(d.Path)
		if err != nil {
			r.Gaps = append(r.Gaps, unread(d.Path, 0, err, false))
			continue
		}
		lacks := judge(d, string(raw))
		if len(lacks) == 0 {
			r.Outcome, r.Findings = lodemark.Passed, nil
			r.Reason = fmt.Sprintf("%s holds %s", d.Path, what)
			r.Examined = []string{d.Path}
			return r
		}
		r.Findings = append(r.Findings, shortfalls(check, d.Path, lacks)...)
	}
	if len(r.Findings) == 0 {
		r.Outcome, r.Reason = lodemark.Undecided, "no document of the kind could be read: "+r.Gaps[0].Reason
		return r
	}
	r.Outcome, r.Reason = lodemark.Failed, r.Findings[0].Message
	return r
}

func shortfalls(check, path string, lacks []shortfall) []lodemark.Finding {
	var all []lodemark.Finding
	for _, l := range lacks {
		all = append(all, lodemark.Finding{ID: check, Severity: lodemark.SeverityMedium, Path: path, Line: l.line,
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

// writtenIn is what somebody wrote in a document, with the headings above it; empty: it is a template.
func writtenIn(d document.Document) string {
	var b strings.Builder
	for _, sec := range d.Sections {
		text := sec.Said()
		if len(strings.Fields(text)) >= 3 { // one word below a heading gives it no meaning
			b.WriteString(sec.Heading + "\n")
		}
		b.WriteString(text)
	}
	return b.String()
}

func anyFilled(d document.Document) bool {
	for _, s := range d.Sections {
		if s.Filled() {
			return true
		}
	}
	return false
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
		if t, dated := firstDate(text[m[1]:]); dated {
			return t, n, true
		}
	}
	return at, line, ok
}

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
