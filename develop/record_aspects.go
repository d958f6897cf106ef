package develop

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// aspect is something that a record must say, with the words by which it may.
type aspect struct {
	name  string
	words *pattern.Pattern
	fix   string
}

// record is a document that is judged, or the part of a larger one that holds the record.
type record struct {
	document.Document
	content string // the text of its filled sections with their headings
	line    int    // of the part; 0: the whole document
}

// recordsOf finds the records of a kind; where there is none, sections of other documents in which people keep them.
func recordsOf(s *lodemark.Subject, kind string, also []string, headings ...string) ([]record, document.Found) {
	found := document.Find(s, kind)
	var all []record
	for _, d := range found.Documents {
		all = append(all, record{d, contentOf(d), 0})
	}
	if len(all) > 0 || found.Declared {
		return all, found
	}
	for _, other := range also {
		for _, d := range document.Find(s, other).Documents {
			if i, ok := d.Index(headings...); ok && d.FilledUnder(i) {
				all = append(all, record{d, d.Sections[i].Heading + "\n" + d.Under(i), d.Sections[i].Line})
			}
		}
	}
	return all, found
}

// contentOf is what somebody wrote: the filled sections with their headings.
func contentOf(d document.Document) string {
	var b strings.Builder
	for i, s := range d.Sections {
		switch {
		case s.Filled():
			b.WriteString(s.Heading + "\n" + s.Text + "\n")
		case d.FilledUnder(i):
			b.WriteString(s.Heading + "\n")
		}
	}
	return b.String()
}

// missingAspects makes one shortfall of all that the content does not say.
func missingAspects(content string, what string, aspects []aspect) []document.Shortfall {
	var names []string
	fix := ""
	for _, a := range aspects {
		if !a.words.MatchString(content) {
			names = append(names, a.name)
			if fix == "" {
				fix = a.fix
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []document.Shortfall{{Message: fmt.Sprintf("%s says nothing of %s", what, strings.Join(names, ", ")), Fix: fix}}
}

// judgedRecords is document.Found.Judged, over the records of a kind wherever people keep them.
func judgedRecords(ctx context.Context, s *lodemark.Subject, kind, what string, also, headings []string, judge func(record) []document.Shortfall) lodemark.Result {
	records, found := recordsOf(s, kind, also, headings...)
	found.Documents = nil
	at := map[string]record{}
	for _, r := range records {
		found.Documents = append(found.Documents, r.Document)
		at[r.Path] = r
	}
	return found.Judged(ctx, s, what, func(d document.Document, _ string) []document.Shortfall {
		r := at[d.Path]
		if strings.TrimSpace(r.content) == "" {
			return []document.Shortfall{document.Unfilled("write it for this system")}
		}
		lacks := judge(r)
		for i := range lacks {
			lacks[i].Line = cmp.Or(lacks[i].Line, r.line)
		}
		return lacks
	})
}

// on says which clause shortfalls are about.
func on(clause string, lacks ...document.Shortfall) []document.Shortfall {
	for i := range lacks {
		lacks[i].Clauses = []string{clause}
	}
	return lacks
}

// dayOn is the newest day on lines that match; line is where it stands.
func dayOn(d document.Document, words *pattern.Pattern) (newest time.Time, line int) {
	for _, day := range d.Dates() {
		if day.Section >= len(d.Sections) || !day.Time.After(newest) {
			continue
		}
		text := lineAt(d.Sections[day.Section], day.Line)
		if words.MatchString(text) || words.MatchString(d.Sections[day.Section].Heading) {
			newest, line = day.Time, day.Line
		}
	}
	return newest, line
}

var nextReview = pattern.New(`(?i)\bnext (?:review|assessment|check)\b|\breview (?:due|by)\b`)

// overdue says that the next review that a record names has passed.
func overdue(d document.Document, at time.Time) []document.Shortfall {
	day, line := dayOn(d, nextReview)
	if day.IsZero() || !at.After(day.Add(24*time.Hour)) {
		return nil
	}
	return []document.Shortfall{{Line: line, Message: "should have been reviewed by " + day.Format(time.DateOnly), Fix: "review it, and name the next day"}}
}

// tableWith finds the first table with a column for each group of words that are asked for; columns are their places, -1 for
// a group that is not there. The first group must be.
func tableWith(d document.Document, groups ...[]string) (t document.Table, columns []int, ok bool) {
	best := 0
	for _, candidate := range d.Tables() {
		var at []int
		n := 0
		for _, words := range groups {
			i := candidate.Column(words...)
			if slices.Contains(at, i) {
				i = -1
			}
			at = append(at, i)
			if i >= 0 {
				n++
			}
		}
		if at[0] >= 0 && n > best {
			t, columns, best = candidate, at, n
		}
	}
	return t, columns, best > 0
}
