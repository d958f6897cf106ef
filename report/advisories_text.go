package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// What is shown of one finding and of lists without --verbose.
const (
	advisoryPlaces = 3
)

// writeAdvisoriesText draws findings for people at a terminal: the worst first, what is stated not to be affected behind them.
func writeAdvisoriesText(w io.Writer, a *Advisories, o Options) error {
	t := &advisoriesText{page: newPage(o), all: a, verbose: o.Verbose}
	for i := range a.Findings {
		if a.Findings[i].Counts {
			t.finding(&a.Findings[i])
		}
	}
	first := true
	for i := range a.Findings {
		if f := &a.Findings[i]; !f.Counts {
			if first {
				t.heading("Stated not to be affected, or fixed", "")
				first = false
			}
			t.finding(f)
		}
	}
	t.undecided()
	t.unread("Not read", t.all.Gaps, t.verbose)
	t.verdict()
	return t.flush(w)
}

type advisoriesText struct {
	*page
	all     *Advisories
	verbose bool
}

func (t *advisoriesText) finding(f *AdvisoryFinding) {
	ink, mark := severityInks[f.Severity], f.Severity.String()
	switch {
	case !f.Counts:
		ink = dim
	case !f.Rated:
		mark = "unrated"
	}
	title := fmt.Sprintf("%s %s  %s", f.Package, f.Version, f.ID)
	if len(f.Aliases) > 0 {
		title += "  " + strings.Join(f.Aliases[:min(3, len(f.Aliases))], ", ")
	}
	t.block(block{indent: codeIndent, mark: mark, markInk: ink, hang: codeHang, text: title, ink: bold})
	indent := codeIndent + codeHang
	if f.Malicious {
		t.block(block{indent: indent, text: "A malicious package: it was made to do harm.", ink: redBold})
	}
	t.block(block{indent: indent, text: sentence(cmp.Or(f.Summary, "No summary is given."))})
	if len(f.Imports) > 0 {
		t.block(block{indent: indent, text: "Only where it is built with " + strings.Join(f.Imports, ", ") + ".", ink: dim})
	}
	for i, p := range f.Places {
		if i == advisoryPlaces && !t.verbose && len(f.Places) > advisoryPlaces+1 {
			t.block(block{indent: indent, text: fmt.Sprintf("and at %d more places", len(f.Places)-i), ink: dim})
			break
		}
		at := place(p.Path, p.Line)
		switch p.Asked {
		case "direct":
			at += ", asked for here"
		case "through":
			at += ", because another package wants it"
		}
		if p.Test {
			at += ", in tests"
		}
		if p.From != "" {
			at += ", from " + clip(plain(p.From), 200) + ": that code can differ from the release of this version"
		}
		t.block(block{indent: indent, mark: "at   ", markInk: dim, text: at})
	}
	t.block(block{indent: indent, mark: "fix  ", markInk: green, text: sentence(f.remedy())})
	for i := range f.Stated {
		t.block(block{indent: indent, mark: "vex  ", markInk: word, text: capital(sentence(f.Stated[i].words())), ink: word})
	}
	if refs := f.Refs; len(refs) > 0 {
		shown := 1
		if t.verbose {
			shown = len(refs)
		}
		for _, r := range refs[:shown] {
			t.block(block{indent: indent, mark: "see  ", markInk: dim, text: r, ink: dim})
		}
	}
}

func (t *advisoriesText) undecided() {
	t.unsure("Cannot be decided", len(t.all.Undecided), t.verbose, func(i int) string {
		u := t.all.Undecided[i]
		return fmt.Sprintf("%s %s at %s, %s: %s", u.Package, u.Version, place(u.Path, u.Line), u.ID, sentence(u.Reason))
	})
}

// verdict counts, at the end, where a terminal stands, and says what the word rests on.
func (t *advisoriesText) verdict() {
	counted, stated, by := t.all.counting()
	if t.b.Len() > 0 {
		t.blank()
	}
	var parts []string
	for s := lodemark.SeverityCritical; s >= lodemark.SeverityInfo; s-- {
		if by[s] > 0 {
			parts = append(parts, t.paint(severityInks[s], fmt.Sprintf("%d %s", by[s], s)))
		}
	}
	if counted == 0 {
		t.line(t.paint(bold, "no advisory"), " is known to concern ", "the packages that were compared")
	} else {
		t.line(t.paint(bold, advisories(counted)), ": ", strings.Join(parts, ", "))
	}
	d := t.all.Database
	held := 0
	for _, n := range d.Advisories {
		held += n
	}
	also := []string{count(t.all.Packages, "package") + " compared with " + advisories(held)}
	if stated > 0 {
		also = append(also, fmt.Sprintf("%d stated not to be affected or fixed", stated))
	}
	if t.all.Vendored > 0 {
		also = append(also, count(t.all.Vendored, "lock file")+" in vendored folders not looked at")
	}
	if d.Broken > 0 {
		also = append(also, count(d.Broken, "file")+" of the database not read")
	}
	for _, ecosystem := range slices.Sorted(maps.Keys(d.Newest)) {
		also = append(also, "newest for "+ecosystem+" "+d.Newest[ecosystem])
	}
	t.block(block{ink: dim, text: strings.Join(also, "; ")})
	for _, u := range t.all.Unjudged {
		t.block(block{mark: "not judged ", markInk: yellow, text: count(u.Count, "package") + " of " + sentence(u.Reason)})
	}
	for _, g := range d.Unread {
		if t.verbose {
			t.block(block{mark: "not read ", markInk: yellow, text: "of the database, " + place(g.Path, 0) + ": " + sentence(g.Reason)})
		}
	}
	for _, old := range d.Old {
		t.block(block{mark: "old ", markInk: yellow, text: sentence(old)})
	}
}

func advisories(n int) string {
	if n == 1 {
		return "1 advisory"
	}
	return fmt.Sprintf("%d advisories", n)
}
