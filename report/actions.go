package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// action is what to fix first, as one entry: all open findings of one check, which one change of habit settles.
type action struct {
	ID       string         // of the check, or of the rule where no check has the findings' id
	Check    lodemark.Check // zero for a rule
	Rule     lodemark.Rule  // zero for a check
	Exposed  bool           // outsiders reach it
	Severity lodemark.Severity
	Findings []lodemark.Finding // as the run orders them, without accepted and muted ones and advice
	Aside    bool               // all of them stand in tests, fixtures or vendored folders
	Sample   bool               // all of them stand among samples and documentation
	Clauses  []string           // not met because of it, among others
	Turns    []string           // not met for no other reason: settling the action turns them
}

// Title says what is wrong: as the check's promise, as the rule names it, or as the first message where there is neither.
func (a action) Title() string { return cmp.Or(a.Check.Title, a.Rule.Title, a.Findings[0].Message) }

// Why says what goes wrong where it is not mended.
func (a action) Why() string { return cmp.Or(a.Check.Why, a.Rule.Why) }

// Fix is what to do: the words of the findings where they all agree, else the check's.
func (a action) Fix() string {
	fix := a.Findings[0].Fix
	for _, f := range a.Findings {
		if f.Fix != fix {
			return cmp.Or(a.Check.Fix, a.Rule.Fix, fix)
		}
	}
	return cmp.Or(fix, a.Check.Fix, a.Rule.Fix)
}

// guideline is the one that the check stands under, or that of the first clause where a rule has no guideline in its id.
func (a action) guideline() (lodemark.Guideline, bool) {
	if parts := strings.SplitN(a.ID, "-", 3); len(parts) == 3 {
		if g, ok := lodemark.Guidelines().Guideline(parts[0] + "-" + parts[1]); ok {
			return g, true
		}
	}
	if len(a.Findings[0].Clauses) == 0 {
		return lodemark.Guideline{}, false
	}
	return lodemark.Guidelines().Guideline(lodemark.GuidelineOf(a.Findings[0].Clauses[0]))
}

// exposure ranks how near to outsiders the findings are.
func (a action) exposure() int {
	switch {
	case a.Aside:
		return 0
	case a.Sample:
		return 1
	case a.Exposed:
		return 3
	}
	return 2
}

// fixFirst groups and ranks the open findings: severity, then exposure (what outsiders reach, what is part of the system, samples,
// tests), then effort (places to change before texts to write), then how many clauses it turns and bears on, then how few places there are.
func fixFirst(r *lodemark.Run) []action {
	aside := map[string]bool{}
	if r.System != nil {
		for _, f := range r.System.Files {
			aside[f.Path] = f.Test || f.Vendored
		}
	}
	known := reporters(r)
	at := map[string]int{}
	var out []action
	for _, f := range r.Findings {
		if f.Accepted != "" || !f.Counts() {
			continue
		}
		i, ok := at[f.ID]
		if !ok {
			i = len(out)
			at[f.ID] = i
			known := known[f.ID]
			out = append(out, action{ID: f.ID, Check: known.check, Rule: known.rule, Exposed: known.exposed, Severity: f.Severity, Aside: true, Sample: true})
		}
		a := &out[i]
		a.Findings = append(a.Findings, f)
		a.Severity = max(a.Severity, f.Severity)
		a.Aside = a.Aside && aside[f.Path]
		a.Sample = a.Sample && lodemark.Sample(f.Path) && !isText(f.Path) // a plan under docs is no sample of one
	}
	blame(r, out, at)
	slices.SortStableFunc(out, func(a, b action) int {
		return cmp.Or(
			-cmp.Compare(a.Severity, b.Severity),
			-cmp.Compare(a.exposure(), b.exposure()),
			cmp.Compare(number(a.writing()), number(b.writing())),
			-cmp.Compare(len(a.Turns), len(b.Turns)),
			-cmp.Compare(len(a.Clauses), len(b.Clauses)),
			cmp.Compare(len(a.Findings), len(b.Findings)),
			cmp.Compare(a.ID, b.ID))
	})
	return out
}

// reporter is what findings of an id come from: a check, or a rule of one.
type reporter struct {
	check   lodemark.Check
	rule    lodemark.Rule
	exposed bool
}

func reporters(r *lodemark.Run) map[string]reporter {
	known := map[string]reporter{}
	for _, c := range r.Checks {
		known[c.ID] = reporter{check: c, exposed: c.Exposed}
	}
	for _, c := range r.Checks {
		if c.Rules == nil {
			continue
		}
		for _, rule := range c.Rules() {
			known[rule.ID] = reporter{rule: rule, exposed: c.Exposed}
		}
	}
	return known
}

// blame tells each action which clauses are not met because of it, and which because of nothing else.
func blame(r *lodemark.Run, actions []action, at map[string]int) {
	behind := newCulprits(r, at)
	for _, c := range r.Assessment.Clauses {
		if c.Verdict != lodemark.NotMet || c.Later {
			continue
		}
		guilty := behind.of(c)
		for _, i := range guilty {
			actions[i].Clauses = append(actions[i].Clauses, c.ID)
			if len(guilty) == 1 {
				actions[i].Turns = append(actions[i].Turns, c.ID)
			}
		}
	}
}

// culprits know which actions a failed record is about.
type culprits struct {
	at       map[string]int // action by id of its findings
	failed   map[string]lodemark.Evidence
	findings map[string]lodemark.Finding // by fingerprint
}

func newCulprits(r *lodemark.Run, at map[string]int) culprits {
	x := culprits{at: at, failed: map[string]lodemark.Evidence{}, findings: map[string]lodemark.Finding{}}
	for _, e := range r.Evidence {
		if e.Outcome == lodemark.Failed {
			x.failed[e.ID] = e
		}
	}
	for _, f := range r.Findings {
		x.findings[f.Fingerprint] = f
	}
	return x
}

// of lists the actions behind a clause that is not met, each once. A check reports under its own id or under those of rules, and what
// it found may touch other clauses only.
func (x culprits) of(c lodemark.ClauseResult) []int {
	var guilty []int
	add := func(id string) {
		if i, ok := x.at[id]; ok && !slices.Contains(guilty, i) {
			guilty = append(guilty, i)
		}
	}
	for _, id := range c.Evidence {
		e, failed := x.failed[id]
		if !failed {
			continue
		}
		add(e.Check)
		for _, print := range e.Findings {
			if f, ok := x.findings[print]; ok && f.Counts() && f.Accepted == "" && slices.Contains(f.Clauses, c.ID) {
				add(f.ID)
			}
		}
	}
	return guilty
}
