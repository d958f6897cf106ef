package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/lodemark/lodemark"
)

// writeSecretsText draws credentials for people at a terminal: file by file, then what opens nothing, then what was not looked at.
func writeSecretsText(w io.Writer, s *Secrets, o Options) error {
	t := &secretsText{page: newPage(o), of: s, verbose: o.Verbose}
	t.list(s.Found, false)
	if len(s.Found) > 0 {
		t.blank()
		t.block(block{mark: "fix  ", markInk: green, text: "Revoke each of them where it was given out, take it out of the file and of the history, and read the new one from the environment or a store of secrets. A later commit does not take it out of the history."})
	}
	if len(s.Tests) > 0 {
		t.heading("What opens nothing of worth", "Placeholders, samples, test keys, and passwords among tests.")
		t.list(s.Tests, true)
	}
	t.unread("Not looked at", t.of.Gaps, t.verbose)
	t.verdict()
	return t.flush(w)
}

type secretsText struct {
	*page
	of      *Secrets
	verbose bool
}

func (t *secretsText) list(all []Secret, tests bool) {
	path := ""
	for i := range all {
		s := &all[i]
		if i == 0 || s.Path != path {
			if i > 0 {
				t.blank()
			}
			path = s.Path
			t.block(block{text: place(s.Path, 0), ink: bold})
		}
		ink, mark := severityInks[s.Severity], s.Severity.String()
		if tests {
			ink, mark = dim, "test"
		}
		t.block(block{indent: codeIndent, mark: mark, markInk: ink, hang: codeHang, text: place(s.Path, s.Line) + "  " + plain(s.ID), ink: bold})
		text := plain(s.Kind)
		if s.Provider != "" && !strings.Contains(s.Kind, s.Provider) {
			text += " (" + plain(s.Provider) + ")"
		}
		if s.Shown != "…" {
			text += ", " + plain(s.Shown)
		}
		text += fmt.Sprintf(" (%d characters)", s.Length)
		if s.Name != "" {
			text += ", under the name " + plain(s.Name)
		}
		if s.Confidence == "low" && !tests {
			text += "; its name alone says that it is one"
		}
		if s.Test != "" {
			text += "; " + plain(s.Test)
		}
		t.block(block{indent: codeIndent + codeHang, text: sentence(text)})
	}
}

// verdict counts, at the end, where a terminal stands.
func (t *secretsText) verdict() {
	n := t.of.counts()
	if t.b.Len() > 0 {
		t.blank()
	}
	var parts []string
	for _, c := range []struct {
		n int
		s lodemark.Severity
	}{{n.Critical, lodemark.SeverityCritical}, {n.High, lodemark.SeverityHigh}, {n.Medium, lodemark.SeverityMedium}, {n.Low, lodemark.SeverityLow}, {n.Info, lodemark.SeverityInfo}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.s))
		}
	}
	if n.Found == 0 {
		t.line(t.paint(bold, "no credential was found"), " by ", count(len(t.of.Rules), "rule"))
	} else {
		t.block(block{mark: count(n.Found, "credential") + ": ", markInk: bold, text: strings.Join(parts, ", ")})
	}
	also := []string{count(t.of.Files.Read, "text file") + " looked at"}
	add := func(n int, text string) {
		if n > 0 {
			also = append(also, fmt.Sprintf(text, n))
		}
	}
	add(t.of.Files.Unread, "%d not looked at wholly")
	add(t.of.Files.Binary, "%d no text")
	add(t.of.Files.Vendored, "%d in vendored folders not looked at (--vendored)")
	add(t.of.Hidden.Tests, "%d that open nothing not shown (--tests)")
	add(t.of.Hidden.Lesser, "%d less severe not shown (--severity)")
	also = append(also, "the history was not looked at")
	t.block(block{ink: dim, text: strings.Join(also, "; ")})
}
