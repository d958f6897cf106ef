package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/lodemark/lodemark"
)

// diffSchema names the layout of a comparison as JSON; schema/diff.schema.json describes it.
const diffSchema = "lodemark.diff/1"

// direction says which way something moved. A verdict that can be read either way (a clause became not applicable) is
// "changed": it is shown, and counts for neither side.
type direction string

const (
	better  direction = "better"
	worse   direction = "worse"
	changed direction = "changed"
)

// Change is what differs between two JSON reports.
type Change struct {
	before, after side
	clauses       []clauseChange
	findings      []findingChange
	decisions     []decisionChange
	gaps          []gapChange
}

// side says which report stands on one side of a comparison.
type side struct {
	Target string        `json:"target"`
	System string        `json:"system"`
	At     string        `json:"at"`
	Tool   lodemark.Tool `json:"tool"`
}

type clauseChange struct {
	ID        string    `json:"id"`
	Before    string    `json:"before"`
	After     string    `json:"after"`
	Direction direction `json:"direction"`
	Reason    string    `json:"reason"` // of the verdict after
}

type findingChange struct {
	What      string           `json:"what"` // new, gone, severity, acceptance ended, accepted
	Direction direction        `json:"direction"`
	Finding   lodemark.Finding `json:"finding"`
	Before    string           `json:"before,omitempty"` // the severity before, where that is what changed
}

// decisionChange is a decision that had an effect before and has none now. Its effect shows in clauses and findings, so it
// has no direction of its own.
type decisionChange struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	By       string `json:"by"`
	Standing string `json:"standing"` // after; "removed" for one that is not there any more
	Why      string `json:"why"`
}

type gapChange struct {
	Direction direction    `json:"direction"`
	Gap       lodemark.Gap `json:"gap"`
}

// Compare reads two JSON reports and says what differs.
func Compare(before, after []byte) (*Change, error) {
	b, err := readReport(before)
	if err != nil {
		return nil, fmt.Errorf("read the first report: %w", err)
	}
	a, err := readReport(after)
	if err != nil {
		return nil, fmt.Errorf("read the second report: %w", err)
	}
	return &Change{before: sideOf(b), after: sideOf(a), clauses: clauseChanges(b, a), findings: findingChanges(b, a),
		decisions: decisionChanges(b, a), gaps: gapChanges(b, a)}, nil
}

func sideOf(s *saved) side {
	return side{Target: s.Target, System: s.System.Name, At: s.At.UTC().Format("2006-01-02T15:04:05Z"), Tool: s.Tool}
}

// Worse says whether anything got worse.
func (c *Change) Worse() bool { return c.count(worse) > 0 }

// none says whether nothing differs that the reports hold about the system.
func (c *Change) none() bool {
	return len(c.clauses) == 0 && len(c.findings) == 0 && len(c.decisions) == 0 && len(c.gaps) == 0
}

func (c *Change) count(d direction) int {
	n := 0
	for _, x := range c.clauses {
		n += number(x.Direction == d)
	}
	for _, x := range c.findings {
		n += number(x.Direction == d)
	}
	for _, x := range c.gaps {
		n += number(x.Direction == d)
	}
	return n
}

// clauseChanges compares clause by clause, in the order of the document.
func clauseChanges(before, after *saved) []clauseChange {
	var out []clauseChange
	old, now := clausesByID(before), clausesByID(after)
	for _, c := range lodemark.Guidelines().Clauses() {
		b, a := old[c.ID], now[c.ID]
		d := moved(b, a)
		if d == "" {
			continue
		}
		out = append(out, clauseChange{c.ID, wordsOf(b), wordsOf(a), d, a.Reason})
	}
	return out
}

func clausesByID(s *saved) map[string]savedClause {
	out := map[string]savedClause{}
	for _, c := range s.Clauses {
		out[c.ID] = c
	}
	return out
}

func wordsOf(c savedClause) string {
	if c.state() == stateMet {
		return fmt.Sprintf("met (%s)", c.Strength)
	}
	return c.state().String()
}

// moved says which way a clause went; empty: nowhere.
func moved(b, a savedClause) direction {
	from, to := b.state(), a.state()
	if from == to {
		switch {
		case to != stateMet || b.Strength == a.Strength:
			return ""
		case a.Strength < b.Strength:
			return worse
		}
		return better
	}
	x, judgedBefore := rank(from)
	y, judgedAfter := rank(to)
	switch {
	case to == stateUnmet:
		return worse
	case !judgedBefore && to == stateMet:
		return better
	case !judgedBefore || !judgedAfter:
		return changed
	case y < x:
		return worse
	case y > x:
		return better
	}
	return changed
}

// rank orders the states that are judged. Not assessed and inconclusive are alike: neither says anything.
func rank(s state) (n int, judged bool) {
	switch s {
	case stateUnmet:
		return 0, true
	case stateWaived:
		return 1, true
	case stateInconclusive, stateUnassessed:
		return 2, true
	case stateDeclared:
		return 3, true
	case stateMet:
		return 4, true
	}
	return 0, false
}

// findingChanges compares by fingerprint, so that moved code is no change.
func findingChanges(before, after *saved) []findingChange {
	old, now := findingsBy(before), findingsBy(after)
	var out []findingChange
	for _, f := range after.Findings {
		was, known := old[f.Fingerprint]
		switch {
		case !known && (f.Accepted != "" || !f.Counts()):
			out = append(out, findingChange{What: "new", Direction: changed, Finding: f})
		case !known:
			out = append(out, findingChange{What: "new", Direction: worse, Finding: f})
		case was.Accepted != "" && f.Accepted == "":
			out = append(out, findingChange{What: "acceptance ended", Direction: worse, Finding: f})
		case was.Accepted == "" && f.Accepted != "":
			out = append(out, findingChange{What: "accepted", Direction: changed, Finding: f})
		case was.Severity != f.Severity:
			d := better
			if f.Severity > was.Severity {
				d = worse
			}
			out = append(out, findingChange{What: "severity", Direction: d, Finding: f, Before: was.Severity.String()})
		}
	}
	for _, f := range before.Findings {
		if _, still := now[f.Fingerprint]; !still {
			out = append(out, findingChange{What: "gone", Direction: better, Finding: f})
		}
	}
	slices.SortStableFunc(out, func(a, b findingChange) int {
		return cmp.Or(-cmp.Compare(a.Finding.Severity, b.Finding.Severity), cmp.Compare(a.Finding.Path, b.Finding.Path),
			cmp.Compare(a.Finding.Line, b.Finding.Line), cmp.Compare(a.Finding.ID, b.Finding.ID), cmp.Compare(a.Finding.Fingerprint, b.Finding.Fingerprint))
	})
	for i := range out {
		out[i].Finding.Clauses = some(out[i].Finding.Clauses)
	}
	return out
}

func findingsBy(s *saved) map[string]lodemark.Finding {
	out := map[string]lodemark.Finding{}
	for _, f := range s.Findings {
		out[f.Fingerprint] = f
	}
	return out
}

func decisionChanges(before, after *saved) []decisionChange {
	now := map[string]lodemark.DecisionState{}
	for _, d := range after.Decisions {
		now[d.ID] = d
	}
	var out []decisionChange
	for _, d := range before.Decisions {
		if d.Standing != lodemark.Current {
			continue
		}
		a, there := now[d.ID]
		switch {
		case !there:
			out = append(out, decisionChange{d.ID, string(d.Kind), d.By, "removed", "the file is not there any more"})
		case a.Standing != lodemark.Current:
			out = append(out, decisionChange{d.ID, string(d.Kind), d.By, string(a.Standing), a.Why})
		}
	}
	slices.SortFunc(out, func(a, b decisionChange) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// gapChanges: what is no longer read may be why a finding is gone, so it is worse.
func gapChanges(before, after *saved) []gapChange {
	type key struct{ path, reason string }
	set := func(gaps []lodemark.Gap) map[key]bool {
		out := map[key]bool{}
		for _, g := range gaps {
			out[key{g.Path, g.Reason}] = true
		}
		return out
	}
	old, now := set(before.Gaps), set(after.Gaps)
	var out []gapChange
	for _, g := range after.Gaps {
		if !old[key{g.Path, g.Reason}] {
			out = append(out, gapChange{worse, g})
		}
	}
	for _, g := range before.Gaps {
		if !now[key{g.Path, g.Reason}] {
			out = append(out, gapChange{better, g})
		}
	}
	return out
}

// WriteJSON writes the change for programs, by the schema "lodemark.diff/1".
func (c *Change) WriteJSON(w io.Writer) error {
	return encode(w, struct {
		Schema    string           `json:"schema"`
		Tool      lodemark.Tool    `json:"tool"` // that made the report after
		Before    side             `json:"before"`
		After     side             `json:"after"`
		Worse     bool             `json:"worse"`
		Clauses   []clauseChange   `json:"clauses"`
		Findings  []findingChange  `json:"findings"`
		Decisions []decisionChange `json:"decisions"`
		Gaps      []gapChange      `json:"gaps"`
	}{diffSchema, c.after.Tool, c.before, c.after, c.Worse(), some(c.clauses), some(c.findings), some(c.decisions), some(c.gaps)})
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
