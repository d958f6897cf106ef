// Package draft writes first versions of the documents that guidelines ask for, filled in with what is known of a system.
//
// A draft is marked as one, so it is no evidence until a person has taken the mark out. What only people know stands as a
// slot, <fill in: ...>, and each section says in one what its reader must find there. Names that come from the target stand in cells
// and quotes that they cannot leave. Same system, same day, same bytes.
package draft

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// Kind is a document that can be drafted.
type Kind struct {
	Name    string   // one of lodemark.DocumentKinds, or security-txt
	File    string   // where it is written, relative to the target
	About   string   // what it is for
	Clauses []string // those that a finished one helps with
	also    string   // another name that people try
}

// Known is what a draft is filled in with.
type Known struct {
	System  *lodemark.System
	At      time.Time
	Authors int                               // who committed to the repository; 0: not known. Their names are not written
	Digest  func(path string) (string, error) // "sha256:<hex>" of a file of the target; nil: no digests are given
}

// Named finds a kind by its name, or by another that people try ("threats", "decision").
func Named(name string) (Kind, bool) {
	name = strings.ToLower(name)
	i := slices.IndexFunc(Kinds(), func(k Kind) bool { return k.Name == name || k.also != "" && k.also == name })
	if i < 0 {
		return Kind{}, false
	}
	return Kinds()[i], true
}

//go:embed templates
var files embed.FS

// Write returns the draft of a kind.
func Write(k Kind, known Known) ([]byte, error) {
	switch k.Name {
	case "threat-model":
		return threatModel(known), nil
	case "security-txt":
		return securityTxt(known), nil
	}
	text, err := files.ReadFile("templates/" + k.Name + ".md")
	if err != nil {
		return nil, fmt.Errorf("draft %s: %w", k.Name, err)
	}
	t, err := template.New(k.Name).Option("missingkey=error").Parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("draft %s: %w", k.Name, err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, pageOf(known)); err != nil {
		return nil, fmt.Errorf("draft %s: %w", k.Name, err)
	}
	// Text of the target has no "<": every one that stands here opens a slot.
	text = slots.ReplaceAll(b.Bytes(), []byte(document.SlotMark+"$1>"))
	return append(bytes.TrimRight(text, "\n"), '\n'), nil
}

var slots = pattern.New(`<([^<>\n]+)>`)

// mark is the line that makes a document a draft, without the sign of the format's comment or quote.
func mark(at time.Time) string {
	return document.DraftMark + " of " + at.UTC().Format(time.DateOnly)
}

// securityTxt drafts the file of RFC 9116. Neither contact nor end is filled in: an address that nobody reads is worse than none.
func securityTxt(known Known) []byte {
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# %s. Where to report a weakness of %s (RFC 9116). To be served at /.well-known/security.txt over https.", mark(known.At),
		cmp.Or(oneLine(known.System.Name, nameMost), "the AI system"))
	line("# Put an address that is read in place of <fill in: ...>, correct the rest, and take out these lines and the \"#\" before the fields.")
	line("# Contact: mailto:<fill in: address that is read>")
	line("# Contact: https://<fill in: form for reports>")
	line("# The end must lie within a year; the contact is checked again before it.")
	line("# Expires: %s", known.At.UTC().AddDate(0, 11, 0).Format("2006-01-02T00:00:00Z"))
	line("# Preferred-Languages: <fill in: languages, such as en>")
	line("# Policy: https://<fill in: the published security policy, with consent to research on models, prompts and agents>")
	return b.Bytes()
}
