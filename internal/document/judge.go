package document

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// Shortfall is what one document lacks.
type Shortfall struct {
	Line    int
	Clauses []string // those it touches; none: all of the check
	Message string   // goes on after the document's name: "names no contact"
	Fix     string
	Doubt   bool // it cannot be told from the words; Message then says what is open
}

// Shortfalls are the findings about the document at the path. They bear the id of whichever check reports them.
func Shortfalls(path string, lacks ...Shortfall) []lodemark.Finding {
	var all []lodemark.Finding
	for _, l := range lacks {
		all = append(all, lodemark.Finding{Severity: lodemark.SeverityMedium, Path: path, Line: l.Line, Clauses: l.Clauses,
			Message: fmt.Sprintf("%s %s.", path, l.Message), Fix: l.Fix, Key: l.Message})
	}
	return all
}

// Unfilled is what a document lacks that is a template as it came; fix says what to write into it.
func Unfilled(fix string) Shortfall {
	return Shortfall{Message: "is a template that nobody has filled in", Fix: fix}
}

// Unfilled is the result where nobody has filled in any of the documents that were found, of which there is one at least.
func (f Found) Unfilled(fix string) lodemark.Result {
	findings := Shortfalls(f.Documents[0].Path, Unfilled(fix))
	return lodemark.Result{Outcome: lodemark.Failed, Reason: findings[0].Message, Findings: findings, Examined: f.Examined}
}

// Judged judges each document that was found; judge gets it with its text as it stands in the file. One good document is
// enough: a template beside it is no failing, and one that cannot be judged keeps the rest from failing. What documents lack is
// told by English words, so one in another language is not judged. Where there is none the rule for missing documents decides.
// What was not read is told whatever the outcome.
func (f Found) Judged(ctx context.Context, s *lodemark.Subject, what string, judge func(Document, string) []Shortfall) lodemark.Result {
	if len(f.Documents) == 0 {
		return f.Missing(what)
	}
	r := lodemark.Result{Gaps: slices.Clone(f.Beyond)}
	for _, d := range f.Documents {
		r.Examined = append(r.Examined, d.Path)
	}
	open := ""
	for _, d := range f.Documents {
		if ctx.Err() != nil {
			r.Outcome, r.Reason, r.Findings = lodemark.Undecided, "the time for reading documents ran out before "+d.Path, nil
			return r
		}
		raw, err := s.Read(d.Path)
		if err != nil {
			r.Gaps = append(r.Gaps, lodemark.Unread(d.Path, 0, err, false))
			continue
		}
		lacks := judge(d, string(raw))
		if len(lacks) == 0 {
			r.Outcome, r.Reason, r.Findings = lodemark.Passed, fmt.Sprintf("%s holds %s", d.Path, what), nil
			r.Examined = []string{d.Path}
			return r
		}
		certain := slices.DeleteFunc(slices.Clone(lacks), func(l Shortfall) bool { return l.Doubt })
		switch {
		case len(certain) == 0:
			open = d.Path + " " + lacks[0].Message
		case !English(d.said()):
			open = d.Path + " is not in English, the only language that this check reads"
		}
		r.Findings = append(r.Findings, Shortfalls(d.Path, certain...)...)
	}
	switch {
	case open != "":
		r.Outcome, r.Reason, r.Findings = lodemark.Undecided, open, nil
	case len(r.Findings) == 0:
		r.Outcome, r.Reason = lodemark.Undecided, "no document of the kind could be read: "+r.Gaps[len(r.Gaps)-1].Reason
	case len(f.Beyond) > 0:
		r.Outcome, r.Reason, r.Findings = lodemark.Undecided, fmt.Sprintf("%s; %s", r.Findings[0].Message, f.Beyond[0].Reason), nil
	default:
		r.Outcome, r.Reason = lodemark.Failed, r.Findings[0].Message
	}
	return r
}

// said is what somebody wrote in the sections.
func (d Document) said() string {
	var b strings.Builder
	for _, s := range d.Sections {
		if s.Filled() {
			b.WriteString(s.Said() + "\n")
		}
	}
	return b.String()
}
