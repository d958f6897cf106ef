package design

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"strings"
	"time"

	"github.com/lodemark/lodemark/internal/document"
)

// entry is one line of a training record: who was trained in what, when, and until when it counts.
type entry struct {
	path        string
	line        int
	who, what   string
	when, until time.Time // zero: not said
}

var (
	personColumn = []string{"person", "name", "who", "employee", "contributor", "developer", "engineer", "member", "participant", "attendee", "staff", "people", "role"}
	courseColumn = []string{"training", "course", "topic", "subject", "what", "module", "syllabus", "session", "content", "title"}
	untilColumn  = []string{"until", "valid", "expires", "expiry", "renew", "due", "next"}
	dateColumn   = []string{"date", "when", "completed", "taken", "attended", "passed", "on ", "done", "last", "finished"}
)

// rosterOf reads the entries of a training record: rows of a table with a person, a course and dates; rows with a person and
// a column for each course; or items such as "ML engineer: secure coding, 2026-03-02, valid until 2027-03-02".
func rosterOf(d document.Document) []entry {
	var all []entry
	rows := map[int]bool{} // lines of tables, which are labels as well
	for _, t := range d.Tables() {
		all = append(all, tableEntries(d, t)...)
		for _, r := range t.Rows {
			rows[r.Line] = true
		}
	}
	for _, l := range d.Labels() {
		if days := document.Days(l.Value); l.Filled && len(days) > 0 && !rows[l.Line] && !says(l.Name, "date", "review", "next", "last", "version", "updated", "owner", "status") {
			e := entry{path: d.Path, line: l.Line, who: l.Name, what: l.Value, when: days[0]}
			if at, ok := dateAfter(l.Value, expiryLabels); ok {
				e.until = at
			}
			all = append(all, e)
		}
	}
	return all
}

func tableEntries(d document.Document, t document.Table) []entry {
	person := t.Column(personColumn...)
	if person < 0 {
		return nil
	}
	course, until := courseIn(t, person), t.Column(untilColumn...)
	heading := d.Sections[t.Section].Heading
	var all []entry
	for _, r := range t.Rows {
		who := r.Cell(person)
		if who == "" {
			continue
		}
		base := entry{path: d.Path, line: r.Line, who: who}
		if until >= 0 {
			base.until, _ = document.FirstDay(r.Cell(until))
		}
		if course >= 0 {
			base.what = r.Cell(course)
			base.when = rowDate(t, r, person, until)
			if base.what != "" {
				all = append(all, base)
			}
			continue
		}
		named := false
		for c, h := range t.Header {
			if c == person || c == until || says(h, dateColumn...) || says(h, "mail", "team", "contact") {
				continue
			}
			if day, ok := document.FirstDay(r.Cell(c)); ok {
				one := base
				one.what, one.when = h, day
				all, named = append(all, one), true
			}
		}
		if day := rowDate(t, r, person, until); !named && !day.IsZero() {
			base.what, base.when = heading, day // one table for each course
			all = append(all, base)
		}
	}
	return all
}

// courseIn finds the column that says what was taught: by its header, and with words in it. A column of days under the name
// of a course is none.
func courseIn(t document.Table, person int) int {
	for c, h := range t.Header {
		if c == person || !says(h, courseColumn...) {
			continue
		}
		for _, r := range t.Rows {
			if cell := r.Cell(c); cell != "" {
				if _, day := document.FirstDay(cell); !day {
					return c
				}
				break
			}
		}
	}
	return -1
}

// rowDate is the day of a row: in a column that says so, else the first that is no end.
func rowDate(t document.Table, r document.Row, person, until int) time.Time {
	var first time.Time
	for c := range r.Cells {
		if c == person || c == until {
			continue
		}
		day, ok := document.FirstDay(r.Cell(c))
		switch {
		case !ok:
		case c < len(t.Header) && says(t.Header[c], dateColumn...):
			return day
		case first.IsZero():
			first = day
		}
	}
	return first
}

// dateAfter reads the first date after a label within one line of text.
func dateAfter(text string, labels *pattern.Pattern) (time.Time, bool) {
	if m := labels.FindStringIndex(text); m != nil {
		return document.FirstDay(text[m[1]:])
	}
	return time.Time{}, false
}

// standing says why an entry does not count today; empty: it counts. longest is how old it may be without an end of its own.
func (e entry) standing(now time.Time, longest time.Duration) string {
	switch {
	case e.when.After(now):
		return "lies ahead"
	case !e.until.IsZero() && !now.Before(e.until.AddDate(0, 0, 1)):
		return "ended on " + e.until.Format(time.DateOnly)
	case e.when.IsZero() && e.until.IsZero():
		return "has no date"
	case e.until.IsZero() && now.Sub(e.when) > longest:
		return "dates from " + e.when.Format(time.DateOnly)
	}
	return ""
}

// about says whether an entry is of a kind of training.
func (e entry) about(words []string) bool {
	return says(strings.ReplaceAll(e.what, "-", " "), words...)
}
