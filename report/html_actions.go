package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// htmlActionList is what to fix first. Shown and Hidden count findings, over the actions that are drawn and those that are not.
type htmlActionList struct {
	Actions       []htmlAction
	Brief         []htmlAction // one line each
	Findings      int          // open ones, over all actions
	Total         int          // actions
	HiddenActions int
	Borne         []htmlPlace // findings under a current decision
	BorneHidden   int
	Muted         []htmlPlace // findings that comments of the target ask to be silent about
	MutedHidden   int
	Advice        []htmlPlace // what only advises
	AdviceHidden  int
}

// htmlAction is one thing to do, with the places to do it at.
type htmlAction struct {
	Number                          int
	Anchor, ID, Title, Why, Fix     string
	Severity                        string
	Promise                         bool // the title is what a check promises, not what is wrong
	Aside                           bool
	Turns, Clauses                  []string
	Places, Folded                  []htmlPlace // the first ones, and those that are closed at first
	Hidden                          int
	Total, Lesser                   int    // places, and those of them that are less severe than the action
	Area, Verdicts, Severities, Had string // for the filters: words separated by spaces
	Effort                          string // what kind of work it is
}

// htmlPlace is one finding: where it is, what is there, and the lines themselves.
type htmlPlace struct {
	Place, Message, Fix, Severity, Fingerprint string
	Rule                                       string // its id, where the places around it are of other rules
	Refs                                       string
	Lines                                      []htmlCode
	Way                                        []htmlWay
	Borne                                      string
	Open                                       bool
}

// htmlCode is one line of an excerpt; Here marks the lines that the finding is about, Step the step of the value's way at the line.
type htmlCode struct {
	Number int
	Text   string
	Here   bool
	Step   int
}

// htmlWay is one step on the way of a value.
type htmlWay struct {
	Number            int
	Place, Note, Code string
	Last              bool
}

// htmlIndex is what several parts of the page look up about a run.
type htmlIndex struct {
	actions   htmlActionList
	byClause  map[string][]htmlAction // the actions behind a clause that is not met
	severity  map[string][]string     // severities of the findings on a clause
	checks    map[string]lodemark.Check
	records   map[string]int // evidence id to its place among the run's evidence
	said      map[int]string // the clause at which the reason of a record stands already
	decisions map[string][]lodemark.DecisionState
	looks     map[string]sight
}

func newHTMLIndex(r *lodemark.Run) htmlIndex {
	x := htmlIndex{byClause: map[string][]htmlAction{}, severity: map[string][]string{}, checks: map[string]lodemark.Check{},
		records: map[string]int{}, said: map[int]string{}, decisions: map[string][]lodemark.DecisionState{}, looks: sights(r)}
	for _, c := range slices.Concat(r.Checks, r.Recorded) {
		x.checks[c.ID] = c
	}
	for i, e := range r.Evidence {
		if _, ok := x.records[e.ID]; !ok {
			x.records[e.ID] = i
		}
	}
	clauses := map[string][]string{} // fingerprint to clauses
	for _, f := range r.Findings {
		clauses[f.Fingerprint] = f.Clauses
		if !f.Counts() {
			continue
		}
		for _, id := range f.Clauses {
			if word := f.Severity.String(); !slices.Contains(x.severity[id], word) {
				x.severity[id] = append(x.severity[id], word)
			}
		}
	}
	for _, d := range r.Assessment.Decisions {
		if d.Clause != "" {
			x.decisions[d.Clause] = append(x.decisions[d.Clause], d)
		}
		for _, id := range clauses[d.Finding] {
			if d.Finding != "" {
				x.decisions[id] = append(x.decisions[id], d)
			}
		}
	}
	x.actions = htmlActionsOf(r)
	for _, a := range slices.Concat(x.actions.Actions, x.actions.Brief) {
		for _, id := range a.Clauses {
			x.byClause[id] = append(x.byClause[id], a)
		}
	}
	return x
}

func htmlActionsOf(r *lodemark.Run) htmlActionList {
	var list htmlActionList
	results := map[string]lodemark.ClauseResult{}
	for _, c := range r.Assessment.Clauses {
		results[c.ID] = c
	}
	budget := htmlFindings
	for i, a := range fixFirst(r) {
		list.Findings += len(a.Findings)
		list.Total++
		switch {
		case i >= htmlActions+htmlBrief:
			list.HiddenActions++
			continue
		case i >= htmlActions:
			list.Brief = append(list.Brief, htmlActionOf(a, i+1, 0, results))
			continue
		}
		drawn := min(len(a.Findings), htmlPlaces, max(1, budget))
		budget -= drawn
		list.Actions = append(list.Actions, htmlActionOf(a, i+1, drawn, results))
	}
	list.Muted, list.MutedHidden = htmlApart(r.Findings, func(f lodemark.Finding) bool { return f.Muted != "" })
	list.Advice, list.AdviceHidden = htmlApart(r.Findings, func(f lodemark.Finding) bool { return f.Muted == "" && f.Advisory })
	for _, f := range r.Findings {
		if f.Accepted == "" || !f.Counts() {
			continue
		}
		if len(list.Borne) == htmlRows {
			list.BorneHidden++
			continue
		}
		p := htmlPlaceOf(f)
		p.Borne = borne(r, f.Accepted)
		list.Borne = append(list.Borne, p)
	}
	return list
}

func htmlActionOf(a action, number, drawn int, results map[string]lodemark.ClauseResult) htmlAction {
	out := htmlAction{Number: number, Anchor: fmt.Sprintf("fix-%d", number), ID: sentence(a.ID), Title: sentence(a.Title()),
		Why: sentence(a.Why()), Fix: capital(sentence(a.Fix())), Severity: a.Severity.String(), Aside: a.Aside, Promise: a.Check.Title != "",
		Turns: a.Turns, Clauses: a.Clauses, Effort: a.Effort(), Total: len(a.Findings), Hidden: len(a.Findings) - drawn}
	for i, f := range a.Findings[:drawn] {
		p := htmlPlaceOf(f)
		// What the action says already is not said again at each of its places.
		if p.Fix == out.Fix {
			p.Fix = ""
		}
		if p.Severity == out.Severity {
			p.Severity = ""
		}
		if i >= htmlExcerpts {
			p.Lines = nil
		}
		if i < htmlShown || drawn <= htmlShown+2 {
			out.Places = append(out.Places, p)
			continue
		}
		out.Folded = append(out.Folded, p)
	}
	// The lines of the very first findings are open, so that the page shows at once what it is about.
	if len(out.Places) > 0 {
		out.Places[0].Open = number <= 2 && len(out.Places[0].Lines) > 0
	}
	var area, verdicts, strengths, severities []string
	for _, id := range a.Findings[0].Clauses {
		area = append(area, lodemark.AreaOf(id))
		if c, ok := results[id]; ok {
			verdicts = append(verdicts, filterVerdict(c))
			strengths = append(strengths, filterStrength(c))
		}
	}
	for _, f := range a.Findings {
		severities = append(severities, f.Severity.String())
		if f.Severity < a.Severity {
			out.Lesser++
		}
	}
	out.Area, out.Verdicts, out.Had, out.Severities = words(area), words(verdicts), words(strengths), words(severities)
	return out
}

func htmlPlaceOf(f lodemark.Finding) htmlPlace {
	p := htmlPlace{Place: place(f.Path, f.Line), Message: sentence(f.Message), Fix: capital(sentence(f.Fix)), Severity: f.Severity.String(),
		Fingerprint: sentence(f.Fingerprint)}
	if rest, ok := strings.CutPrefix(f.Message, f.Path+" "); ok && f.Path != "" {
		p.Message = sentence(rest) // the sentence begins with the place, which stands before it
	}
	p.Refs = sentence(strings.Join(f.Refs, ", "))
	steps := wayOf(f.Flow)
	at := map[int]int{} // line to step, in the file of the finding
	for i, s := range steps {
		p.Way = append(p.Way, htmlWay{i + 1, place(s.Path, s.Line), s.Note, s.Code, i == len(steps)-1})
		if s.Path == f.Path {
			at[s.Line] = i + 1
		}
	}
	first := max(1, f.ExcerptLine)
	last := max(f.Line, f.EndLine)
	for i, text := range lines(f.Excerpt) {
		n := first + i
		p.Lines = append(p.Lines, htmlCode{n, clip(text, 240), n >= f.Line && n <= last && f.Line > 0, at[n]})
	}
	return p
}

// htmlApart draws findings that fail nothing, with what is said of each.
func htmlApart(all []lodemark.Finding, wanted func(lodemark.Finding) bool) (drawn []htmlPlace, hidden int) {
	for _, f := range all {
		if !wanted(f) {
			continue
		}
		if len(drawn) == htmlRows {
			hidden++
			continue
		}
		p := htmlPlaceOf(f)
		p.Rule = sentence(f.ID)
		if f.Muted != "" {
			p.Borne = "Muted by " + sentence(f.Muted)
		}
		drawn = append(drawn, p)
	}
	return drawn, hidden
}

// words joins distinct words in a fixed order.
func words(all []string) string {
	all = slices.Clone(all)
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

// htmlStep is what would help clauses that are open, where nothing is wrong but nothing shows that it is right.
type htmlStep struct {
	Do      string
	Command []string
	Clauses []string
	More    int
}

// htmlStepList is the steps: those with a command or for several clauses first, then what helps one clause each, in their order.
type htmlStepList struct {
	Steps, Single []htmlStep
	Open, Hidden  int // clauses that are open, steps that are not drawn
}

func htmlSteps(r *lodemark.Run) htmlStepList {
	t := r.Assessment.Total()
	list := htmlStepList{Open: t.Inconclusive + t.NotAssessed}
	for _, s := range nextSteps(r) {
		if len(list.Steps)+len(list.Single) == htmlRows {
			list.Hidden++
			continue
		}
		shown := s.Clauses[:min(len(s.Clauses), 40)]
		out := htmlStep{s.Do, parts(s.Command), shown, len(s.Clauses) - len(shown)}
		if len(s.Clauses) == 1 && s.Command == "" {
			list.Single = append(list.Single, out)
			continue
		}
		list.Steps = append(list.Steps, out)
	}
	return list
}
