package lodemark

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Verdict on a clause. The zero value is not assessed: nothing is green by default.
type Verdict int

// The five verdicts.
const (
	NotAssessed Verdict = iota
	Met
	NotMet
	Inconclusive
	Inapplicable
)

var verdictNames = [...]string{"not assessed", "met", "not met", "inconclusive", "not applicable"}

func (v Verdict) String() string {
	if v < 0 || int(v) >= len(verdictNames) {
		return fmt.Sprintf("verdict(%d)", int(v))
	}
	return verdictNames[v]
}

// MarshalText writes the verdict's words.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a verdict's words.
func (v *Verdict) UnmarshalText(b []byte) error {
	i := slices.Index(verdictNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("verdict %q is not one of %s", b, strings.Join(verdictNames[:], ", "))
	}
	*v = Verdict(i)
	return nil
}

// Input is all that an assessment is derived from.
type Input struct {
	Catalogue *Catalogue
	System    *System
	Evidence  []Evidence // of this run and of earlier ones
	Findings  []Finding  // of this run, fingerprinted
	Decisions []Decision
	Current   map[string]string // path to sha256 (hex) of what evidence and decisions are bound to, as it is now
	Meanings  map[string]string // path to ModelMeaning (hex) of the threat models that decisions are bound to, as they are now
	At        time.Time
	standing  map[string][]int // by check, the places of the records that count; set by Assess
}

// Assessment is the verdict on every clause and guideline, derived from evidence and nothing else.
type Assessment struct {
	Clauses    []ClauseResult
	Guidelines []GuidelineResult
	Findings   []Finding // as given, with Accepted set
	Decisions  []DecisionState
}

// ClauseResult is the verdict on one clause with everything it rests on.
type ClauseResult struct {
	ID       string
	Verdict  Verdict
	Strength Strength
	Reason   string
	Later    bool // belongs to a stage the system has not reached: listed, not judged, not counted
	// Attested names the decision in which a person vouches for the clause; alone it gives "declared", never "met".
	Attested string
	// Waived is the current accept or defer decision under which a not met clause is borne for a time.
	Waived   string
	Evidence []string  // ids of what bears on it now, in the order of their checks
	At       time.Time // when the newest evidence was made; zero: none
	Until    time.Time // when the verdict falls back by age or end of a decision; zero: never by itself
	// SelfSigned names the kept record on which alone a clause is declared: it says "passed", and nobody whom the operator trusts signed it.
	SelfSigned string
	// AttestationOwed: checks passed on what files show, and only a named person's word on the rest is missing.
	AttestationOwed bool
	Missing         []string // what would help: checks' help lines
}

// GuidelineState is the state of a guideline: met when all its applicable clauses are, not met when any is, else open.
type GuidelineState string

// The states of a guideline.
const (
	GuidelineMet   GuidelineState = "met"
	GuidelineUnmet GuidelineState = "not met"
	GuidelineOpen  GuidelineState = "open"
	GuidelineNA    GuidelineState = "not applicable"
	GuidelineLater GuidelineState = "later"
)

// GuidelineResult is a guideline's state with its counts over all applicable clauses.
type GuidelineResult struct {
	ID     string         `json:"id"`
	State  GuidelineState `json:"state"`
	Counts Counts         `json:"counts"`
}

// Counts of clauses by verdict. Applicable = Met + NotMet + Inconclusive + NotAssessed.
type Counts struct {
	Applicable    int `json:"applicable"`
	Met           int `json:"met"`
	NotMet        int `json:"not_met"`
	Inconclusive  int `json:"inconclusive"`
	NotAssessed   int `json:"not_assessed"`
	NotApplicable int `json:"not_applicable"`
	Later         int `json:"later"`
	Declared      int `json:"declared"` // not assessed or inconclusive, but attested by a named person, or by a record that the target signed itself
	Waived        int `json:"waived"`   // not met, accepted or deferred for a time
}

// Assess derives the assessment. It is pure: the same input gives the same value, wherever and whenever it runs.
func Assess(in Input) Assessment {
	in.standing = standingRecords(in)
	a := Assessment{Findings: slices.Clone(in.Findings), Decisions: states(in)}
	for i := range a.Findings {
		a.Findings[i].Accepted = waiverOf(a.Decisions, a.Findings[i].Fingerprint)
	}
	for _, area := range in.Catalogue.Areas {
		for _, g := range area.Guidelines {
			var results []ClauseResult
			for _, c := range g.Clauses {
				results = append(results, judge(c, in, a))
			}
			a.Clauses = append(a.Clauses, results...)
			a.Guidelines = append(a.Guidelines, summarise(g.ID, results))
		}
	}
	return a
}

// Total adds up the counts of all guidelines.
func (a Assessment) Total() Counts {
	var t Counts
	for _, g := range a.Guidelines {
		c := g.Counts
		t.Applicable += c.Applicable
		t.Met += c.Met
		t.NotMet += c.NotMet
		t.Inconclusive += c.Inconclusive
		t.NotAssessed += c.NotAssessed
		t.NotApplicable += c.NotApplicable
		t.Later += c.Later
		t.Declared += c.Declared
		t.Waived += c.Waived
	}
	return t
}

func waiverOf(decisions []DecisionState, fingerprint string) string {
	for _, d := range decisions {
		if d.Standing == Current && d.Finding == fingerprint && (d.Kind == Accept || d.Kind == Defer) {
			return d.ID
		}
	}
	return ""
}

func summarise(id string, results []ClauseResult) GuidelineResult {
	var c Counts
	for _, r := range results {
		if r.Later {
			c.Later++
			continue
		}
		switch r.Verdict {
		case Met:
			c.Met++
		case NotMet:
			c.NotMet++
		case Inconclusive:
			c.Inconclusive++
		case Inapplicable:
			c.NotApplicable++
		default:
			c.NotAssessed++
		}
		if (r.Attested != "" || r.SelfSigned != "") && (r.Verdict == NotAssessed || r.Verdict == Inconclusive) {
			c.Declared++
		}
		if r.Waived != "" {
			c.Waived++
		}
	}
	c.Applicable = c.Met + c.NotMet + c.Inconclusive + c.NotAssessed
	return GuidelineResult{ID: id, State: stateOf(c), Counts: c}
}

func stateOf(c Counts) GuidelineState {
	switch {
	case c.NotMet > 0:
		return GuidelineUnmet
	case c.Applicable == 0 && c.Later > 0:
		return GuidelineLater
	case c.Applicable == 0:
		return GuidelineNA
	case c.Met == c.Applicable:
		return GuidelineMet
	}
	return GuidelineOpen
}
