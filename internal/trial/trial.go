// Package trial tries the checks of a stage in tests: that each is complete, that it finds what is wrong in its bad examples and
// accepts its good ones, and what it makes of other small trees.
package trial

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
)

// Stage is what one stage offers. Run is assess.Try, which tries a check as an assessment does.
type Stage struct {
	Practices []lodemark.Practice
	Run       func(context.Context, lodemark.Check, lodemark.Example, time.Duration) (lodemark.Result, error)
	Abroad    []string // clauses of other guidelines on which its checks bear
	Elsewhere []string // clauses of its own guidelines at which another stage looks
}

// Checks lists the checks of the stage.
func (s Stage) Checks() []lodemark.Check {
	var all []lodemark.Check
	for _, p := range s.Practices {
		all = append(all, p.Checks...)
	}
	return all
}

// Check is the check with the id.
func (s Stage) Check(t *testing.T, id string) lodemark.Check {
	t.Helper()
	all := s.Checks()
	i := slices.IndexFunc(all, func(c lodemark.Check) bool { return c.ID == id })
	if i < 0 {
		t.Fatalf("there is no check %s", id)
	}
	return all[i]
}

// Try runs the check with the id on a small tree: path to content.
func (s Stage) Try(t *testing.T, id string, files map[string]string) lodemark.Result {
	t.Helper()
	return s.TryCheck(t, s.Check(t, id), files)
}

// TryCheck runs a check on a small tree.
func (s Stage) TryCheck(t *testing.T, c lodemark.Check, files map[string]string) lodemark.Result {
	t.Helper()
	r, err := s.Run(context.Background(), c, lodemark.Example{Files: files}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Complete tests that every check says what it must, and that what the practices say of clauses is true: they stand in the order
// of the document, and each of their clauses has a check, or the engine that will look at it, and not both.
func (s Stage) Complete(t *testing.T, guidelines ...string) {
	borne := map[string]bool{}
	for _, c := range s.Checks() {
		for _, b := range c.Bears {
			borne[b.Clause] = true
		}
	}
	for _, p := range s.Practices {
		for _, c := range p.Kept { // a command makes and records it
			for _, b := range c.Bears {
				borne[b.Clause] = borne[b.Clause] || c.Command != ""
			}
		}
	}
	var order []string
	for _, p := range s.Practices {
		order = append(order, p.Guideline)
		g, ok := lodemark.Guidelines().Guideline(p.Guideline)
		if !ok {
			t.Fatalf("there is no guideline %s", p.Guideline)
		}
		for clause := range p.Later {
			if lodemark.GuidelineOf(clause) != p.Guideline || borne[clause] {
				t.Errorf("%s: %s is promised for later, and is none of its clauses or borne on today", p.Guideline, clause)
			}
		}
		for _, c := range g.Clauses {
			if _, later := p.Later[c.ID]; !later && !borne[c.ID] && !slices.Contains(s.Elsewhere, c.ID) {
				t.Errorf("nothing bears on %s, today or later", c.ID)
			}
		}
		for _, c := range p.Checks {
			s.complete(t, p, c)
		}
	}
	if !slices.Equal(order, guidelines) {
		t.Errorf("the practices stand in the order %v", order)
	}
}

func (s Stage) complete(t *testing.T, p lodemark.Practice, c lodemark.Check) {
	for _, text := range []string{c.Title, c.Why, c.Fix, c.Help} {
		if text == "" {
			t.Errorf("%s: title, why, fix or help is missing", c.ID)
		}
	}
	if c.Version < 1 || c.MaxAge <= 0 || c.Run == nil || len(c.Bad) < 2 || len(c.Good) < 2 {
		t.Errorf("%s: version, age, run or examples are missing", c.ID)
	}
	if c.Strength != lodemark.Present && c.Strength != lodemark.Enforced {
		t.Errorf("%s claims strength %s; a look at files reaches present or enforced", c.ID, c.Strength)
	}
	if !strings.HasPrefix(c.ID, strings.ToLower(p.Guideline)+"-") {
		t.Errorf("%s stands under %s", c.ID, p.Guideline)
	}
	for _, b := range c.Bears {
		if _, ok := lodemark.Guidelines().Clause(b.Clause); !ok || lodemark.GuidelineOf(b.Clause) != p.Guideline && !slices.Contains(s.Abroad, b.Clause) && c.Rules == nil { // a check made of rules bears on what they name
			t.Errorf("%s bears on %s, which %s does not have", c.ID, b.Clause, p.Guideline)
		}
	}
}

// Examples tries each check on its examples: the bad ones fail with findings that say where, why and what to do, and nothing
// stands in the way of the good ones.
func (s Stage) Examples(t *testing.T) {
	for _, c := range s.Checks() {
		for _, e := range c.Bad {
			t.Run(c.ID+"/bad/"+e.Name, func(t *testing.T) {
				r := s.TryCheck(t, c, e.Files)
				if r.Outcome != lodemark.Failed || len(r.Findings) == 0 || r.Reason == "" {
					t.Fatalf("%s (%s), gaps %v; want a failure with findings", r.Outcome, r.Reason, r.Gaps)
				}
				for _, f := range r.Findings {
					finding(t, c, e, f)
				}
			})
		}
		for _, e := range c.Good {
			t.Run(c.ID+"/good/"+e.Name, func(t *testing.T) {
				loud := func(f lodemark.Finding) bool { return f.Severity > lodemark.SeverityLow } // what stands in tests is told all the same
				if r := s.TryCheck(t, c, e.Files); r.Outcome != lodemark.Passed || r.Reason == "" || slices.ContainsFunc(r.Findings, loud) || len(r.Examined) == 0 {
					t.Errorf("%s (%s), findings %+v, gaps %v, examined %v; want a pass", r.Outcome, r.Reason, r.Findings, r.Gaps, r.Examined)
				}
			})
		}
	}
}

func finding(t *testing.T, c lodemark.Check, e lodemark.Example, f lodemark.Finding) {
	t.Helper()
	text, there := e.Files[f.Path]
	if !c.Reports(f.ID) || !there || f.Message == "" || f.Fix == "" && c.Fix == "" || f.Line < 0 || f.Line > strings.Count(text, "\n")+1 {
		t.Errorf("finding %+v", f)
	}
	for _, clause := range f.Clauses {
		if !slices.ContainsFunc(c.Bears, func(b lodemark.Bearing) bool { return b.Clause == clause }) {
			t.Errorf("a finding of %s touches %s, on which it does not bear", c.ID, clause)
		}
	}
}

// Expect tries a check on a small tree on which it must come to an outcome with so many findings. What does not fail the check
// stands in tests, and is spoken of in a low voice.
func (s Stage) Expect(t *testing.T, id, name string, files map[string]string, want lodemark.Outcome, findings int) {
	t.Run(id+"/"+name, func(t *testing.T) {
		r := s.Try(t, id, files)
		if r.Outcome != want || r.Reason == "" || len(r.Findings) != findings {
			t.Errorf("%s (%s) with %+v; want %s with %d findings", r.Outcome, r.Reason, r.Findings, want, findings)
		}
		for _, f := range r.Findings {
			if want != lodemark.Failed && f.Severity > lodemark.SeverityLow {
				t.Errorf("what stands in tests is reported %v", f.Severity)
			}
		}
	})
}
