package develop

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

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
func missingAspects(content string, what string, aspects []aspect) []shortfall {
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
	return []shortfall{{0, fmt.Sprintf("%s says nothing of %s", what, strings.Join(names, ", ")), fix}}
}

// judgedRecords judges each record; one that lacks nothing is enough. clauses maps a shortfall's key to the clauses it touches.
func judgedRecords(s *lodemark.Subject, check, kind, what string, also, headings []string, judge func(record) []clauseShortfall) lodemark.Result {
	records, found := recordsOf(s, kind, also, headings...)
	if len(records) == 0 {
		return named(found.Missing(what), check)
	}
	r := lodemark.Result{}
	for _, rec := range records {
		r.Examined = append(r.Examined, rec.Path)
		if inAnotherLanguage(rec.content) {
			r.Outcome, r.Reason = lodemark.Undecided, rec.Path+" is not in English, and what it says was not judged"
			continue
		}
		lacks := judge(rec)
		if strings.TrimSpace(rec.content) == "" {
			lacks = []clauseShortfall{{shortfall: shortfall{0, "is a template that nobody has filled in", "write it for this system"}}}
		}
		if len(lacks) == 0 {
			return lodemark.Result{Outcome: lodemark.Passed, Reason: fmt.Sprintf("%s holds %s", rec.Path, what), Examined: []string{rec.Path}}
		}
		for _, l := range lacks {
			line := l.line
			if line == 0 {
				line = rec.line
			}
			r.Findings = append(r.Findings, lodemark.Finding{ID: check, Severity: l.severity, Path: rec.Path, Line: line, Clauses: l.clauses,
				Message: fmt.Sprintf("%s %s.", rec.Path, l.message), Fix: l.fix, Key: l.message})
		}
	}
	if len(r.Findings) > 0 {
		return failing(r, r.Findings...)
	}
	return r
}

// clauseShortfall is a shortfall with the clauses that it is about; none: all of the check's.
type clauseShortfall struct {
	shortfall
	clauses  []string
	severity lodemark.Severity
}

func short(severity lodemark.Severity, clause string, lacks ...shortfall) []clauseShortfall {
	var all []clauseShortfall
	for _, l := range lacks {
		c := clauseShortfall{shortfall: l, severity: severity}
		if clause != "" {
			c.clauses = []string{clause}
		}
		all = append(all, c)
	}
	return all
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
func overdue(d document.Document, at time.Time) []shortfall {
	day, line := dayOn(d, nextReview)
	if day.IsZero() || !at.After(day.Add(24*time.Hour)) {
		return nil
	}
	return []shortfall{{line, "should have been reviewed by " + day.Format(time.DateOnly), "review it, and name the next day"}}
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

// foreignWords are the commonest small words of other languages that English does not have.
var foreignWords = []string{"der", "das", "und", "ist", "nicht", "für", "mit", "werden", "von", "eine", "le", "les", "et", "des", "est", "une", "dans", "pour", "avec", "el", "los", "las", "y", "del", "para",
	"con", "una", "il", "di", "che", "della", "per", "het", "een", "van", "voor", "uma", "não", "dos", "och", "att", "som", "jest", "nie", "oraz"}

// inAnotherLanguage wants words of another language, or another script: cells of a table are often too short for the small
// words of English, and say nothing of another language.
func inAnotherLanguage(text string) bool {
	if inEnglish(text) {
		return false
	}
	words, foreign := 0, 0
	for _, w := range strings.Fields(strings.ToLower(text[:min(len(text), 64<<10)])) {
		words++
		if slices.Contains(foreignWords, w) || strings.ContainsFunc(w, func(r rune) bool { return r > 0x2ff && unicode.IsLetter(r) }) {
			foreign++
		}
	}
	return foreign*25 >= words
}
