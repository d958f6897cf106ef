package gate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lodemark/lodemark"
)

// Verdict is what a policy comes to over one state of a system.
type Verdict struct {
	Schema string        `json:"schema"`
	Tool   lodemark.Tool `json:"tool"`
	Policy Source        `json:"policy"`
	// Extends is the built-in policy whose rules come first.
	Extends *Source   `json:"extends,omitempty"`
	System  string    `json:"system"`
	Target  string    `json:"target"` // as the operator named it
	At      time.Time `json:"at"`
	Met     bool      `json:"met"`
	Reason  string    `json:"reason"` // in one sentence
	// Asks: over a system of which nothing is known, the policy is not met. Where it is, a verdict of it shows nothing.
	Asks   bool   `json:"asks"`
	Counts Counts `json:"counts"`
	Lines  []Line `json:"lines"` // one for each rule, in the order of the policy
	// Borne is what the gate lets through because of files of the target: whoever can change those can open the gate.
	Borne    []string          `json:"borne"`
	Examined []lodemark.Digest `json:"examined"` // what the evidence behind the verdict is bound to, sorted by path
}

// Source is a policy by its bytes.
type Source struct {
	Name   string `json:"name"`
	Title  string `json:"title,omitempty"`
	SHA256 string `json:"sha256"`
}

// Counts of rules by result.
type Counts struct {
	Rules     int `json:"rules"`
	Met       int `json:"met"`
	NotMet    int `json:"not_met"`
	Waived    int `json:"waived"`     // not met, and borne by a waiver of the policy for a time
	NotJudged int `json:"not_judged"` // not about this system
}

// Result of one rule. The zero value is none.
type Result string

// The results of a rule.
const (
	RuleMet       Result = "met"
	RuleNotMet    Result = "not met"
	RuleWaived    Result = "waived"
	RuleNotJudged Result = "not judged"
)

// Line is what one rule comes to.
type Line struct {
	Rule    string `json:"rule"`
	Title   string `json:"title"`
	Result  Result `json:"result"`
	Require string `json:"require"`
	When    string `json:"when,omitempty"`
	Place   string `json:"place,omitempty"` // of the rule, file:line
	Parts   []Part `json:"parts,omitempty"` // what does not hold, of a rule that is not met
	Waiver  string `json:"waiver,omitempty"`
	Why     string `json:"why,omitempty"`
	Fix     string `json:"fix,omitempty"`
}

// Part is one reason why a rule is not met.
type Part struct {
	Failed  string   `json:"failed"`            // in one sentence
	Place   string   `json:"place,omitempty"`   // of the condition that does not hold, file:line:column
	Rests   []Rest   `json:"rests,omitempty"`   // on which evidence
	Satisfy []string `json:"satisfy,omitempty"` // what would help
}

// Rest is a record of evidence that a reason rests on.
type Rest struct {
	Evidence string `json:"evidence"` // its id
	Check    string `json:"check"`
	Outcome  string `json:"outcome"`
	Date     string `json:"date"` // the day on which it was made
	AgeDays  int    `json:"age_days"`
	Signer   string `json:"signer,omitempty"` // of a kept record; empty: made in this run, or signed by nobody whom the operator trusts
	Kept     bool   `json:"kept,omitempty"`
	Stale    string `json:"stale,omitempty"` // why it no longer speaks of what is there now: "model.bin has changed since 2026-11-20"
}

// String tells of the record in words.
func (r Rest) String() string {
	id := r.Evidence
	if len(id) > 19 {
		id = id[:19]
	}
	s := fmt.Sprintf("%s, %s, %s", r.Check, r.Outcome, id)
	switch {
	case !r.Kept:
		return s + ", made in this run"
	default:
		s += ", " + age(r.AgeDays)
	}
	switch {
	case r.Signer != "":
		s += ", signed by " + r.Signer
	default:
		s += ", signed by nobody whom you trust"
	}
	if r.Stale != "" {
		s += "; " + r.Stale
	}
	return s
}

func age(days int) string {
	switch days {
	case 0:
		return "less than a day old"
	case 1:
		return "1 day old"
	}
	return fmt.Sprintf("%d days old", days)
}

// VerdictSchema is what the JSON of a verdict says of itself.
const VerdictSchema = "lodemark.gate/1"

// JSON writes the verdict; the same verdict gives the same bytes.
func (v Verdict) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("write the verdict: %w", err)
	}
	return b.Bytes(), nil
}

// RecordedAs is the check under which a verdict is kept.
const RecordedAs = "dep-4-release-gate"

// Evidence is the verdict as a record of the check dep-4-release-gate, which settles DEP-4.1: a release only after evaluation. It is
// bound to all that the evidence behind it was bound to. Its canary is Asks: a gate that would pass where nothing was evaluated is not believed.
func (v Verdict) Evidence() lodemark.Evidence {
	e := lodemark.Evidence{
		Check: RecordedAs, CheckVersion: 1, Bears: []lodemark.Bearing{{Clause: "DEP-4.1", Settles: true}},
		Outcome: lodemark.Failed, Reason: v.Reason, Examined: v.Examined, Canary: v.Asks, At: v.At, MaxAge: recordedAge,
	}
	if v.Met {
		e.Outcome, e.Strength = lodemark.Passed, lodemark.Exercised
	}
	return e.Sealed()
}

// recordedAge is how long a verdict speaks for what was released.
const recordedAge = 90 * 24 * time.Hour
