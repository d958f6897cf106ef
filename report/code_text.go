package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/lodemark/lodemark"
)

// writeCodeText draws a look at source code for people at a terminal: file by file, each finding with the way of its value.
func writeCodeText(w io.Writer, c *Code, o Options) error {
	t := &codeText{page: newPage(o), code: c, verbose: o.Verbose}
	for i, f := range c.Findings {
		if f.Muted != "" {
			continue // those are listed in the end
		}
		t.finding(c.Findings, i)
	}
	t.muted()
	t.unread("Not read", t.code.Gaps, t.verbose)
	t.verdict()
	return t.flush(w)
}

type codeText struct {
	*page
	code    *Code
	path    string          // of the finding before
	fixed   map[string]bool // rules whose fix stands under this file already
	verbose bool
}

// Columns of a finding.
const (
	codeIndent = 2
	codeHang   = 10 // the widest severity and two spaces
)

func (t *codeText) finding(all []lodemark.Finding, i int) {
	f := all[i]
	if t.fixed == nil || t.path != f.Path {
		if t.fixed != nil {
			t.blank()
		}
		t.path, t.fixed = f.Path, map[string]bool{}
		t.block(block{text: place(f.Path, 0), ink: bold})
	}
	ink, mark := severityInks[f.Severity], f.Severity.String()
	if f.Advisory {
		ink, mark = dim, "advice"
	}
	at := place(f.Path, f.Line)
	t.block(block{indent: codeIndent, mark: mark, markInk: ink, hang: codeHang, text: at + "  " + plain(f.ID), ink: bold})
	indent := codeIndent + codeHang
	t.block(block{indent: indent, text: sentence(f.Message)})
	t.steps(f.Flow, indent)
	if fix := capital(sentence(f.Fix)); fix != "" && !t.fixed[f.ID] {
		t.fixed[f.ID] = true
		t.block(block{indent: indent, mark: "fix  ", markInk: green, text: fix})
		if refs := references(f); refs != "" {
			t.block(block{indent: indent, mark: "see  ", markInk: dim, text: refs, ink: dim})
		}
	}
}

// references are what a finding is an instance of, and the clauses that it touches.
func references(f lodemark.Finding) string {
	parts := plainAll(f.Refs)
	if len(f.Clauses) > 0 {
		parts = append(parts, idList(plainAll(f.Clauses)))
	}
	return strings.Join(parts, ", ")
}

// muted lists what comments of the target ask to be silent about, so that nobody silences a finding without its being seen.
func (t *codeText) muted() {
	first := true
	for _, f := range t.code.Findings {
		if f.Muted == "" {
			continue
		}
		if first {
			t.heading("Muted by comments in the code", "")
			first = false
		}
		t.block(block{indent: codeIndent, mark: f.Severity.String(), markInk: dim, hang: codeHang, text: place(f.Path, f.Line) + "  " + plain(f.ID)})
		t.block(block{indent: codeIndent + codeHang, text: sentence(f.Message), ink: dim})
		t.block(block{indent: codeIndent + codeHang, text: capital(sentence(f.Muted)), ink: yellow})
	}
}

// verdict counts, at the end, where a terminal stands.
func (t *codeText) verdict() {
	n := t.code.counts()
	if t.b.Len() > 0 {
		t.blank()
	}
	var parts []string
	for _, c := range []struct {
		n int
		s lodemark.Severity
	}{{n.Critical, lodemark.SeverityCritical}, {n.High, lodemark.SeverityHigh}, {n.Medium, lodemark.SeverityMedium}, {n.Low, lodemark.SeverityLow}, {n.Info, lodemark.SeverityInfo}} {
		if c.n > 0 {
			parts = append(parts, t.paint(severityInks[c.s], fmt.Sprintf("%d %s", c.n, c.s)))
		}
	}
	if n.Findings == 0 {
		t.line(t.paint(bold, "nothing was found"), " by ", count(len(t.code.Rules), "rule"))
	} else {
		t.line(t.paint(bold, count(n.Findings, "finding")), ": ", strings.Join(parts, ", "))
	}
	also := []string{count(t.code.Files.Read, "file") + " looked at"}
	add := func(n int, text string) {
		if n > 0 {
			also = append(also, fmt.Sprintf(text, n))
		}
	}
	add(t.code.Files.Broken, "%d not read wholly")
	add(t.code.Files.Vendored, "%d in vendored folders not looked at")
	add(n.Advisory, "%d advisory")
	add(n.Muted, "%d muted by comments")
	add(t.code.Hidden.Advisory, "%d advisory not shown (--advisory)")
	add(t.code.Hidden.Lesser, "%d less severe not shown (--severity)")
	t.block(block{ink: dim, text: strings.Join(also, "; ")})
}
