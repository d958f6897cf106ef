package threat

import (
	"fmt"
	"slices"
	"time"

	"github.com/lodemark/lodemark"
)

// Status is how a threat stands. Controls, evidence and decisions change it; they never take a threat off the list.
type Status string

// The statuses, worst first as reports order them.
const (
	Applies       Status = "applies"        // the structure says so, and nothing is claimed against it
	Unconfirmed   Status = "unconfirmed"    // an attribute that it turns on is not known
	Stale         Status = "stale"          // there was evidence; it is too old, or what it was bound to has changed
	Claimed       Status = "claimed"        // a mitigation is named, and nothing shows it
	Accepted      Status = "accepted"       // a person accepted or transferred it, until a day
	Evidenced     Status = "evidenced"      // what is claimed is shown by fresh evidence bound to what is in use
	NotApplicable Status = "not-applicable" // the condition does not hold, or a person decided so
)

// Statuses lists them in the order of reports.
func Statuses() []Status {
	return []Status{Applies, Unconfirmed, Stale, Claimed, Accepted, Evidenced, NotApplicable}
}

// Evidence is what was shown of mitigations, and the digests of what is in use now, by path.
type Evidence struct {
	Shown []Shown
	InUse map[string]string
}

// Shown is one piece of evidence for a mitigation.
type Shown struct {
	Mitigation string // LDM-C01
	Component  string // the component it was shown for; empty: the whole system
	By         string // config, scan, probe, ...: one of the ways that the library names for the mitigation
	What       string // in words
	At         time.Time
	Bound      []lodemark.Digest // what it holds for; a digest that is not the one in use makes it stale
}

// Choice is what people decide about a threat.
type Choice string

// The choices.
const (
	Accept  Choice = "accept"         // bear it
	Share   Choice = "transfer"       // somebody else bears it
	Avoid   Choice = "avoid"          // change the system so that it goes away
	Treat   Choice = "mitigate"       // do something by a day
	Dismiss Choice = "not-applicable" // it cannot happen here, for a reason
)

// Decision is what a person decided about a threat, in plain data; whoever hands it in has judged who may decide.
type Decision struct {
	Threat    string // LDM-T12
	Component string // a place of the threat; empty: all
	Choice    Choice
	By        string
	Reason    string
	Date      time.Time
	Until     time.Time // the first moment at which it no longer holds
}

// current says whether a decision holds at a time, and is about a threat at a place.
func (d Decision) current(threat, place string, now time.Time) bool {
	return d.Threat == threat && (d.Component == "" || d.Component == place) && !now.Before(d.Date) && now.Before(d.Until)
}

// Measure is how one mitigation of a threat stands at its places.
type Measure struct {
	ID, Title string
	Status    Status // "" where nobody claims it
	Why       string // "shown by probe on 2026-10-01", "older than 30 days"
	Cost      string
	Proof     []Proof
}

// judge is all that statuses rest on.
type judge struct {
	lib       *Library
	now       time.Time
	evidence  Evidence
	decisions []Decision
}

// measures tells how the mitigations of a rule stand at a place. controls are those claimed there.
func (j *judge) measures(r *Rule, place string, controls []string) []Measure {
	all := make([]Measure, 0, len(r.Mitigations))
	for _, id := range r.Mitigations {
		m := j.lib.mitigation[id]
		s := Measure{ID: id, Title: m.Title, Cost: m.Cost, Proof: m.Evidence}
		s.Status, s.Why = j.shown(m, place)
		if s.Status == "" && slices.Contains(controls, id) {
			s.Status, s.Why = Claimed, "claimed in the threat model; nothing shows it"
		}
		all = append(all, s)
	}
	return all
}

// shown judges the evidence for a mitigation at a place: the best of what there is.
func (j *judge) shown(m *Mitigation, place string) (Status, string) {
	var status Status
	var why string
	for _, e := range j.evidence.Shown {
		if e.Mitigation != m.ID || e.Component != "" && e.Component != place {
			continue
		}
		if stale := j.stale(m, e); stale == "" {
			return Evidenced, fmt.Sprintf("shown by %s on %s", e.By, e.At.UTC().Format(time.DateOnly))
		} else if status == "" {
			status, why = Stale, stale
		}
	}
	return status, why
}

// stale says why evidence no longer counts; "" where it does.
func (j *judge) stale(m *Mitigation, e Shown) string {
	i := slices.IndexFunc(m.Evidence, func(p Proof) bool { return p.By == e.By })
	if i < 0 {
		return fmt.Sprintf("%s is no proof of %s", e.By, m.ID)
	}
	if e.At.After(j.now) {
		return "dated ahead, " + e.At.UTC().Format(time.DateOnly)
	}
	if days := m.Evidence[i].MaxAgeDays; j.now.Sub(e.At) > time.Duration(days)*24*time.Hour {
		return fmt.Sprintf("shown on %s, more than %d days ago", e.At.UTC().Format(time.DateOnly), days)
	}
	for _, b := range e.Bound {
		if j.evidence.InUse[b.Path] != b.SHA256 {
			return fmt.Sprintf("%s is not what it was shown for", b.Path)
		}
	}
	return ""
}

// status joins what is known about a threat at a place. What is claimed and not shown outweighs what is shown: a threat is
// evidenced where everything that is claimed against it is.
func (j *judge) status(r *Rule, place string, confirmed bool, measures []Measure) (Status, *Decision) {
	var decided *Decision
	for i, d := range j.decisions {
		if d.current(r.ID, place, j.now) {
			decided = &j.decisions[i]
			switch d.Choice {
			case Accept, Share:
				return Accepted, decided
			case Dismiss:
				return NotApplicable, decided
			}
		}
	}
	if !confirmed {
		return Unconfirmed, decided
	}
	worst := Applies
	for _, m := range measures {
		switch {
		case m.Status == Stale:
			return Stale, decided
		case m.Status == Claimed:
			worst = Claimed
		case m.Status == Evidenced && worst == Applies:
			worst = Evidenced
		}
	}
	return worst, decided
}
