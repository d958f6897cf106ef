package weakness

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/rules"
)

// Family is a check made of a family of rules.
type Family struct {
	ID       string // of the check
	Title    string // what holds when nothing is found
	Rules    string // the family: "LO"
	Bears    []lodemark.Bearing
	Severity lodemark.Severity
	Exposed  bool
	Why, Fix string
	Noun     string // what is looked at, in the plural: "files of source code"
	Bad      []lodemark.Example
	Good     []lodemark.Example
}

// A look at code stays true as long as the code does, and is bound to its digests.
const maxAge = 90 * 24 * time.Hour

const help = "files that are not written in Python, JavaScript or TypeScript, and settings of other kinds, are not looked at by rules"

// Check makes the check.
func (f Family) Check() lodemark.Check {
	return lodemark.Check{
		ID: f.ID, Version: 1, Title: f.Title, Bears: f.Bears, Severity: f.Severity, Strength: lodemark.Enforced, MaxAge: maxAge, Exposed: f.Exposed,
		Why: f.Why, Fix: f.Fix, Help: help,
		Bad: f.Bad, Good: f.Good,
		Run:    func(ctx context.Context, s *lodemark.Subject) lodemark.Result { return f.run(ctx, s) },
		Rules:  func() []lodemark.Rule { return told(ofFamily(f.Rules)) },
		SameAs: sameAs(f.Rules),
	}
}

func told(all []*rules.Rule) []lodemark.Rule {
	out := make([]lodemark.Rule, 0, len(all))
	for _, r := range all {
		out = append(out, Told(r))
	}
	return out
}

func (f Family) run(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	all := Look(ctx, s)
	if all.err != nil {
		return lodemark.Result{Outcome: lodemark.Undecided, Reason: all.err.Error()}
	}
	mine := func(r *rules.Rule) bool { return FamilyOf(r.ID) == f.Rules }
	concerns := func(path string) bool { return rules.Concerns(f.Rules, path) }
	return all.conclude(mine, concerns, f.Bears, f.Noun)
}

// conclude makes a result of what some of the rules found.
func (l *Looked) conclude(mine func(*rules.Rule) bool, concerns func(string) bool, bears []lodemark.Bearing, noun string) lodemark.Result {
	var findings []lodemark.Finding
	touched := map[string]bool{}
	muted := 0
	for i := range l.Findings {
		x := &l.Findings[i]
		if !mine(x.Rule) {
			continue
		}
		found := Finding(x)
		found.Clauses = slices.DeleteFunc(slices.Clone(found.Clauses), func(c string) bool {
			return !slices.ContainsFunc(bears, func(b lodemark.Bearing) bool { return b.Clause == c })
		})
		if found.Muted != "" {
			muted++
		}
		findings = append(findings, found)
		touched[x.Path] = true
	}
	var looked []lodemark.Component
	for _, file := range l.files {
		if touched[file.Path] || concerns(file.Path) {
			looked = append(looked, lodemark.Component{Path: file.Path, Test: file.Test || file.Vendored})
		}
	}
	r := lodemark.Conclude(looked, findings, l.gaps, noun)
	if r.Outcome == lodemark.Passed && l.left > 0 {
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("nothing wrong was found, but files were left out: %d", l.left)
	}
	if muted > 0 {
		r.Reason += fmt.Sprintf("; muted by comments in the code: %d", muted)
	}
	return r
}

// Finding is what a report says of a rule's finding.
func Finding(x *rules.Finding) lodemark.Finding {
	f := lodemark.Finding{ID: x.Rule.ID, Severity: x.Rule.Severity, Path: x.Path, Line: x.Line, EndLine: x.EndLine, Message: x.Message, Fix: x.Rule.Fix, Clauses: x.Rule.Clauses,
		Key: x.Code, Advisory: x.Rule.Advisory, Refs: x.Rule.Refs}
	if x.EndLine <= x.Line {
		f.EndLine = 0
	}
	if w := x.Suppressed; w != nil {
		if w.Reason == "" {
			f.Message += fmt.Sprintf(" The comment on line %d that asks for silence gives no reason, so it is not heeded.", w.Line)
		} else {
			f.Muted = fmt.Sprintf("a comment on line %d: %s", w.Line, w.Reason)
		}
	}
	for _, step := range x.Steps {
		f.Flow = append(f.Flow, lodemark.FlowStep{Path: step.Path, Line: step.Line, Column: step.Column, Note: step.Note, Code: step.Code})
	}
	return f
}
