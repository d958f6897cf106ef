package lodemark

import (
	"fmt"
	"slices"
	"time"
)

// Decision is what a named person declared: a text file under .lodemark/decisions, reviewed like code.
type Decision struct {
	ID          string       `json:"id"` // path of the file, relative to the target
	Kind        DecisionKind `json:"kind"`
	Clause      string       `json:"clause,omitempty"`    // what it is about: a clause ...
	Finding     string       `json:"finding,omitempty"`   // ... or the fingerprint of one finding ...
	Threat      string       `json:"threat,omitempty"`    // ... or a threat of the library to the modelled system: LDM-T12
	Component   string       `json:"component,omitempty"` // where the threat is, as the threat model names it; empty: wherever it is
	By          string       `json:"by"`                  // the named person who decided
	RequestedBy string       `json:"requested_by,omitempty"`
	Reason      string       `json:"reason"`
	Date        time.Time    `json:"date"`
	Until       time.Time    `json:"until"` // the first moment at which it no longer holds
	Bound       []Digest     `json:"bound,omitempty"`
	Model       Revision     `json:"model,omitzero"`        // the threat model in which the threat was seen
	Mitigations []string     `json:"mitigations,omitempty"` // what is to be done about the threat: LDM-C03
	Due         time.Time    `json:"due,omitzero"`          // the day by which it is to be done
}

// DecisionKind is one of the eight.
type DecisionKind string

// The kinds of decision.
const (
	Attest        DecisionKind = "attest"
	Accept        DecisionKind = "accept"
	Defer         DecisionKind = "defer"
	NotApplicable DecisionKind = "not-applicable"
	TradeOff      DecisionKind = "trade-off"
	Mitigate      DecisionKind = "mitigate" // something is done about a threat, by a day
	Transfer      DecisionKind = "transfer" // somebody else bears a threat
	Avoid         DecisionKind = "avoid"    // the system is changed so that a threat goes away
)

// DecisionKinds lists the kinds in the order they are explained.
func DecisionKinds() []DecisionKind {
	return []DecisionKind{Attest, Accept, Defer, NotApplicable, TradeOff, Mitigate, Transfer, Avoid}
}

// ThreatDecisionKinds lists what can be decided about a threat; the first, and the last two, about nothing else.
func ThreatDecisionKinds() []DecisionKind {
	return []DecisionKind{Mitigate, Accept, NotApplicable, Transfer, Avoid}
}

// ofThreatsOnly says whether the kind makes sense of a threat alone.
func (k DecisionKind) ofThreatsOnly() bool { return k == Mitigate || k == Transfer || k == Avoid }

const day = 24 * time.Hour

// Ceiling is the longest a decision of the kind may last.
func (k DecisionKind) Ceiling() time.Duration {
	if k == Accept || k == Defer {
		return 180 * day
	}
	return 365 * day
}

// NeedsSecondPerson says whether the kind lowers what is demanded, so that whoever asks may not be who decides. Of a threat, who
// owns the risk asks, and another approves.
func (k DecisionKind) NeedsSecondPerson() bool {
	return k == Accept || k == Defer || k == NotApplicable || k.ofThreatsOnly()
}

// Standing says whether a decision counts at the assessment's time, and if not, why.
type Standing string

// The standings of a decision; only a current one has an effect.
const (
	Current      Standing = "current"
	Expired      Standing = "expired"
	NotYet       Standing = "not yet in force"
	Orphaned     Standing = "orphaned"      // what it was about is gone, or cannot be read
	Changed      Standing = "changed"       // the bytes it was bound to are others now
	SelfApproved Standing = "self-approved" // asked for and decided by the same person
)

// DecisionState is a decision with its standing in one assessment.
type DecisionState struct {
	Decision
	Standing Standing `json:"standing"`
	Why      string   `json:"why,omitempty"`
	// Renewals counts the earlier acceptances or deferrals that it goes on with, the first of which began at Since.
	Renewals int       `json:"renewals,omitempty"`
	Since    time.Time `json:"since,omitzero"`
	// Ends is when it stops counting: before Until where it renews another for the same reason, which reaches the ceiling first.
	Ends time.Time `json:"ends"`
}

// SelfApproved says whether who asked for the decision also made it, where the kind needs two people.
func (d Decision) SelfApproved() bool {
	return d.Kind.NeedsSecondPerson() && SamePerson(ParsePerson(d.By), ParsePerson(d.RequestedBy))
}

// states judges all decisions against what is there now.
func states(in Input) []DecisionState {
	var all []DecisionState
	going := renewals(in.Decisions)
	for i, d := range in.Decisions {
		r := going[i]
		s := DecisionState{Decision: d, Renewals: r.count, Ends: r.ends}
		if r.count > 0 {
			s.Since = r.since
		}
		s.Standing, s.Why = standing(d, r, in)
		all = append(all, s)
	}
	return all
}

// standing judges one decision. One that is dated ahead has no effect before its day.
func standing(d Decision, r renewal, in Input) (Standing, string) {
	switch {
	case d.SelfApproved():
		return SelfApproved, "requested and decided by " + d.By
	case in.At.Before(d.Date):
		return NotYet, "dated " + d.Date.Format(time.DateOnly)
	case !in.At.Before(r.ends) && r.ends.Before(d.Until):
		return Expired, fmt.Sprintf("renews the decision of %s for the same reason, which bears a risk for %d days, until %s",
			r.term.Format(time.DateOnly), d.Kind.Ceiling()/day, r.ends.Format(time.DateOnly))
	case !in.At.Before(d.Until):
		return Expired, "ended " + d.Until.Format(time.DateOnly)
	}
	if d.Finding != "" && !hasFinding(in.Findings, d.Finding) {
		return Orphaned, "no finding has the fingerprint " + d.Finding + " any more"
	}
	for _, b := range d.Bound {
		switch now, ok := in.Current[b.Path]; {
		case !ok:
			return Orphaned, b.Path + " is gone, or cannot be read"
		case now != b.SHA256:
			return Changed, b.Path + " has changed since"
		}
	}
	return d.Model.standing(in.Meanings)
}

// ThreatDecisions judges the decisions about threats: meanings holds, by path, what the threat models mean now (ModelMeaning).
func ThreatDecisions(all []Decision, meanings map[string]string, at time.Time) []DecisionState {
	return states(Input{Decisions: slices.DeleteFunc(slices.Clone(all), func(d Decision) bool { return d.Threat == "" }), Meanings: meanings, At: at})
}

func hasFinding(findings []Finding, fingerprint string) bool {
	for _, f := range findings {
		if f.Fingerprint == fingerprint {
			return true
		}
	}
	return false
}
