package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// state is how a clause is drawn: its verdict, with a person's word and a waiver kept apart from what evidence shows.
type state int

const (
	stateMet          state = iota
	stateUnmet              // nothing bears it
	stateWaived             // not met, accepted or deferred for a time
	stateInconclusive       // looked at, not decided
	stateDeclared           // inconclusive or not assessed, and vouched for by a named person, or by a record that the target signed itself
	stateUnassessed         // nothing examined bears on it
	stateInapplicable
	stateLater // of a stage the system has not reached
)

var stateWords = [...]string{"met", "not met", "not met, waived", "inconclusive", "declared", "not assessed", "not applicable", "later"}

func (s state) String() string { return stateWords[s] }

func stateOf(r lodemark.ClauseResult) state {
	open := r.Verdict != lodemark.Met && r.Verdict != lodemark.NotMet && r.Verdict != lodemark.Inapplicable
	switch {
	case r.Later:
		return stateLater
	case r.Verdict == lodemark.Met:
		return stateMet
	case r.Verdict == lodemark.Inapplicable:
		return stateInapplicable
	case r.Verdict == lodemark.NotMet && r.Waived != "":
		return stateWaived
	case r.Verdict == lodemark.NotMet:
		return stateUnmet
	case open && (r.Attested != "" || r.SelfSigned != ""):
		return stateDeclared
	case r.Verdict == lodemark.Inconclusive:
		return stateInconclusive
	}
	return stateUnassessed
}

// areaView, guidelineView and clauseView are the catalogue's tree with the verdicts of a run hung on it.
type areaView struct {
	ID, Title  string
	Counts     lodemark.Counts
	Guidelines []guidelineView
}

type guidelineView struct {
	lodemark.Guideline
	State   lodemark.GuidelineState
	Counts  lodemark.Counts
	Results []clauseView
}

type clauseView struct {
	lodemark.Clause
	Result lodemark.ClauseResult
	State  state
	// Word is true where a met clause rests in part on a person's word: no settling check decided it alone.
	Word bool
}

// areas hangs the verdicts on the catalogue. A clause without a result is not assessed.
func areas(r *lodemark.Run) []areaView {
	results := map[string]lodemark.ClauseResult{}
	for _, c := range r.Assessment.Clauses {
		results[c.ID] = c
	}
	states := map[string]lodemark.GuidelineResult{}
	for _, g := range r.Assessment.Guidelines {
		states[g.ID] = g
	}
	settled := settledClauses(r)
	var out []areaView
	for _, a := range lodemark.Guidelines().Areas {
		view := areaView{ID: a.ID, Title: a.Title}
		for _, g := range a.Guidelines {
			gv := guidelineView{Guideline: g, State: cmp.Or(states[g.ID].State, lodemark.GuidelineOpen), Counts: states[g.ID].Counts}
			for _, c := range g.Clauses {
				result := results[c.ID]
				result.ID = c.ID
				gv.Results = append(gv.Results, clauseView{c, result, stateOf(result),
					result.Verdict == lodemark.Met && result.Attested != "" && !settled[c.ID]})
			}
			view.Guidelines = append(view.Guidelines, gv)
			view.Counts = sum(view.Counts, gv.Counts)
		}
		out = append(out, view)
	}
	return out
}

// settledClauses are those that a check decides alone, without a person's word.
func settledClauses(r *lodemark.Run) map[string]bool {
	bears := map[string][]string{}
	for _, c := range r.Assessment.Clauses {
		for _, id := range c.Evidence {
			bears[id] = append(bears[id], c.ID)
		}
	}
	out := map[string]bool{}
	for _, e := range r.Evidence {
		if e.Outcome != lodemark.Passed {
			continue
		}
		for _, clause := range bears[e.ID] {
			out[clause] = out[clause] || slices.Contains(e.Bears, lodemark.Bearing{Clause: clause, Settles: true})
		}
	}
	return out
}

func sum(a, b lodemark.Counts) lodemark.Counts {
	return lodemark.Assessment{Guidelines: []lodemark.GuidelineResult{{Counts: a}, {Counts: b}}}.Total()
}

// place says where a finding or gap lies: "path", "path:line", or that it is about the whole.
func place(path string, line int) string {
	switch path = plain(path); {
	case path == "":
		return "the system as a whole"
	case line > 0:
		return fmt.Sprintf("%s:%d", clip(path, longest), line)
	}
	return clip(path, longest)
}

// shortPlace leaves out the middle of a long path.
func shortPlace(path string, line int) string {
	const most = 64
	s := []rune(place(path, line))
	if len(s) <= most {
		return string(s)
	}
	return string(s[:most/3]) + "…" + string(s[len(s)-2*most/3+1:])
}

// count writes a number with its noun: "1 clause", "2 clauses".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// day writes a date, or nothing for no date.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// borne says under which decision a not met clause or a finding is borne: "accepted until DATE by NAME: reason".
func borne(r *lodemark.Run, decision string) string {
	i := slices.IndexFunc(r.Assessment.Decisions, func(d lodemark.DecisionState) bool { return d.ID == decision })
	if decision == "" || i < 0 {
		return ""
	}
	return decided(r.Assessment.Decisions[i])
}

// idList writes clause ids with the guideline said once: "DEV-1.2, 1.5, DEV-2.1".
func idList(ids []string) string {
	var b strings.Builder
	last := ""
	for i, id := range ids {
		if i > 0 {
			b.WriteString(", ")
		}
		g, number, ok := strings.Cut(id, ".")
		if ok && g == last {
			_, n, _ := strings.Cut(g, "-")
			b.WriteString(n + "." + number)
		} else {
			b.WriteString(id)
		}
		last = g
	}
	return b.String()
}

// standing says in one sentence where a system stands: counts over all applicable clauses, and never a score.
func standing(c lodemark.Counts) string {
	are := func(n int) string {
		if n == 1 {
			return "1 is"
		}
		return fmt.Sprintf("%d are", n)
	}
	return fmt.Sprintf("%d of %s %s met, %s not met, %s open.", c.Met, count(c.Applicable, "applicable clause"),
		map[bool]string{true: "is", false: "are"}[c.Met == 1], are(c.NotMet), are(c.Inconclusive+c.NotAssessed))
}
