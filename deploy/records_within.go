package deploy

import (
	"context"
	"path"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// record is a document that a clause asks for, or a section of another one in which people keep the same.
type record struct {
	kind    string
	what    string                       // "a matrix of who may reach models and data"
	confirm *pattern.Pattern             // what a document that was found by its name alone must speak of
	accept  func(document.Document) bool // nil, or whether such a document is one of the kind
	within  []keeper
	judge   func(d document.Document, text string) []document.Shortfall
}

// keeper is a kind of document that may hold the record in a section; heading matches the section's.
type keeper struct {
	kind    string // of lodemark.DocumentKinds, or "readme"
	heading *pattern.Pattern
}

// judged looks for the record and judges it. A document that lodemark.yaml points to is judged as it is; one that only bears
// the name is passed over where it speaks of something else.
func (r record) judged(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	found := document.Find(s, r.kind)
	if !found.Declared && r.confirm != nil {
		kept := found.Documents[:0:0]
		for _, d := range found.Documents {
			if r.confirm.MatchString(d.Title+"\n"+content(d)) && (r.accept == nil || r.accept(d)) {
				kept = append(kept, d)
			}
		}
		found.Documents = kept
	}
	judge := byContent(func(d document.Document, _ string) []document.Shortfall { return r.judge(d, content(d)) })
	var own lodemark.Result
	if len(found.Documents) > 0 {
		if own = found.Judged(ctx, s, r.what, judge); own.Outcome == lodemark.Passed {
			return own
		}
	} else if found.Declared {
		return r.missing(s, found)
	}
	var parts []document.Document
	for _, k := range r.within {
		for _, d := range k.documents(s) {
			if part, ok := sectionsUnder(d, k.heading); ok {
				parts = append(parts, part)
			}
		}
	}
	if len(parts) == 0 && len(found.Documents) == 0 {
		return r.missing(s, found)
	}
	if len(parts) > 0 { // what the document leaves out may stand where people keep it
		kept := document.Found{Documents: parts}.Judged(ctx, s, r.what, judge)
		if kept.Outcome == lodemark.Failed && s.System.Declared.Path == "" { // a section is rarely all that there is
			kept.Outcome, kept.Findings = lodemark.Undecided, nil
			kept.Reason += " More may stand elsewhere."
		}
		if kept.Outcome == lodemark.Passed || len(found.Documents) == 0 {
			return kept
		}
	}
	return own
}

func (r record) missing(s *lodemark.Subject, found document.Found) lodemark.Result {
	if early, yes := notDeployed(s); yes {
		return early
	}
	return found.Missing(r.what)
}

func (k keeper) documents(s *lodemark.Subject) []document.Document {
	if k.kind != "readme" {
		return document.Find(s, k.kind).Documents
	}
	for _, f := range s.System.Files {
		if !strings.Contains(f.Path, "/") && f.Link == "" && strings.EqualFold(strings.TrimSuffix(f.Path, path.Ext(f.Path)), "readme") {
			if data, err := s.Read(f.Path); err == nil {
				return []document.Document{document.Read(f.Path, data)}
			}
		}
	}
	return nil
}

// sectionsUnder gives the sections with a fitting heading as a document of their own, each with what stands below it.
func sectionsUnder(d document.Document, heading *pattern.Pattern) (document.Document, bool) {
	part := document.Document{Path: d.Path, Format: d.Format, Cut: d.Cut}
	under := 0
	for _, sec := range d.Sections {
		switch {
		case heading.MatchString(sec.Heading):
			under = sec.Level
			if part.Title == "" {
				part.Title = sec.Heading
			}
		case under == 0 || sec.Level <= under:
			under = 0
			continue
		}
		part.Sections = append(part.Sections, sec)
	}
	return part, content(part) != ""
}

// saysAll judges a text by topics: what is missing is one shortfall, and what stays open is a doubt.
func saysAll(text string, topics []topic, clauses ...string) []document.Shortfall {
	if strings.TrimSpace(text) == "" {
		return []document.Shortfall{{Clauses: clauses, Message: "is a template that nobody has filled in", Fix: "fill it in: " + namesOf(topics)}}
	}
	missing, open := unspoken(text, topics)
	var lacks []document.Shortfall
	if len(missing) > 0 {
		names := strings.Join(missing, ", ")
		lacks = append(lacks, document.Shortfall{Clauses: clauses, Message: "does not say " + names, Fix: "add " + names})
	}
	if len(open) > 0 {
		lacks = append(lacks, document.Shortfall{Clauses: clauses, Doubt: true, Message: "leaves open whether it says " + strings.Join(open, ", ")})
	}
	return lacks
}

func namesOf(topics []topic) string {
	var names []string
	for _, t := range topics {
		names = append(names, t.name)
	}
	return strings.Join(names, ", ")
}
