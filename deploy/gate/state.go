package gate

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/common/types/ref"

	"github.com/lodemark/lodemark"
)

// Input is what a policy is asked about.
type Input struct {
	Run *lodemark.Run
	// Kept are all records of earlier runs, of all signers; Run.Evidence holds the newest of each check alone. Nil: those.
	Kept []lodemark.Evidence
	// Current is what is there now of what kept records are bound to: path to sha256 (hex).
	Current map[string]string
	// Threats is what the threat model comes to. Where it is nil, NoThreats says why.
	Threats   []Threat
	NoThreats string
	Rates     map[string][]Rate // what a record measured, by its id
}

// Threat is one threat to the system, as the threat model has it.
type Threat struct {
	ID, Title string
	Severity  lodemark.Severity
	Status    string // applies, unconfirmed, stale, claimed, accepted, evidenced, not-applicable
	Places    []string
}

// open says whether nobody has dealt with the threat. That a person accepted it counts where decisions do.
func (t Threat) open(strict bool) bool {
	return t.Status == "applies" || t.Status == "unconfirmed" || t.Status == "stale" || strict && t.Status == "accepted"
}

var stringsType = reflect.TypeFor[[]string]()

// state is all that conditions can ask, at one time: what was made after it does not exist.
type state struct {
	in        Input
	at        time.Time
	strict    bool // decisions of the target open nothing
	clauses   map[string]lodemark.ClauseResult
	checks    map[string]lodemark.Check
	evidence  []lodemark.Evidence // of this run and kept, the newest of each check
	kept      []lodemark.Evidence // all kept records
	decisions []lodemark.DecisionState
	calls     []call
}

// call is one question that was asked while a condition was evaluated, in a loop perhaps.
type call struct {
	name  string
	parts []Part
}

func newState(in Input, p *Policy) *state {
	s := &state{in: in, at: in.Run.At, strict: p.strict(), clauses: map[string]lodemark.ClauseResult{}, checks: map[string]lodemark.Check{}}
	for _, c := range slices.Concat(in.Run.Recorded, in.Run.Checks) { // one that this run makes stands before its namesake
		s.checks[c.ID] = c
	}
	for _, c := range in.Run.Assessment.Clauses {
		s.clauses[c.ID] = c
	}
	exists := func(e lodemark.Evidence) bool { return !e.At.After(s.at) && e.Check != RecordedAs }
	for _, e := range in.Run.Evidence {
		if exists(e) {
			s.evidence = append(s.evidence, e)
		}
	}
	kept := in.Kept
	if kept == nil {
		kept = in.Run.Evidence
	}
	for _, e := range kept {
		if c, known := s.checks[e.Check]; exists(e) && e.Kept != nil && known && (c.Version == 0 || c.Version == e.CheckVersion) {
			s.kept = append(s.kept, e)
		}
	}
	for _, d := range in.Run.Assessment.Decisions {
		if !d.Date.After(s.at) {
			s.decisions = append(s.decisions, d)
		}
	}
	return s
}

// stale says why a record no longer speaks of what is there now. One that was made in this run does.
func (s *state) stale(e lodemark.Evidence) string {
	if e.Kept == nil {
		return ""
	}
	return lodemark.Stale(e, s.in.Current, s.at)
}

// trusted says whether a record is more than the target's own word.
func trusted(e lodemark.Evidence) bool { return e.Kept == nil || e.Kept.Trusted }

// speaking are the records that speak for a check now: the newest that is more than the target's own word. Where that was kept, so
// are others that were, each as the newest about a file that is still there: a command that looks at one model of two says nothing of the
// other, and a pass of the second must not write a failure of the first away.
func (s *state) speaking(check string) []lodemark.Evidence {
	var newest lodemark.Evidence
	found := false
	for _, e := range s.evidence {
		if e.Check == check && trusted(e) && e.Outcome != lodemark.NotRun && (!found || e.At.After(newest.At)) {
			newest, found = e, true
		}
	}
	if !found {
		return nil
	}
	out := []lodemark.Evidence{newest}
	if newest.Kept == nil {
		return out
	}
	about := map[string]lodemark.Evidence{} // path to the newest about it
	for _, e := range s.kept {
		if e.Check != check || !e.Kept.Trusted || e.Outcome == lodemark.NotRun {
			continue
		}
		for _, d := range e.Examined {
			if old, ok := about[d.Path]; !ok || !e.At.Before(old.At) {
				about[d.Path] = e
			}
		}
	}
	for _, path := range keys(about) {
		e := about[path]
		_, there := s.in.Current[path]
		if there && !slices.ContainsFunc(out, func(o lodemark.Evidence) bool { return o.Kept.Entry == e.Kept.Entry && o.ID == e.ID }) {
			out = append(out, e)
		}
	}
	return out
}

// rest is a record as the verdict names it.
func (s *state) rest(e lodemark.Evidence) Rest {
	r := Rest{Evidence: e.ID, Check: e.Check, Outcome: outcome(e), Date: e.At.UTC().Format(time.DateOnly), AgeDays: int(s.at.Sub(e.At) / (24 * time.Hour)),
		Kept: e.Kept != nil, Stale: s.stale(e)}
	if e.Kept != nil && e.Kept.Trusted {
		r.Signer = e.Kept.Signer
	}
	return r
}

func outcome(e lodemark.Evidence) string {
	if e.Outcome == lodemark.NotRun {
		return "not-run"
	}
	return string(e.Outcome)
}

// vars are the variables of conditions.
func (s *state) vars() map[string]any {
	a := s.in.Run.Assessment
	clauses, guidelines := map[string]any{}, map[string]any{}
	for _, c := range a.Clauses {
		clauses[c.ID] = recordOf(clauseTable, c.ID+" is "+c.Verdict.String(), c.ID, c.Verdict.String(), int(c.Strength), c.Reason, c.At.UTC(), endless(c.Until), c.Attested, c.Waived,
			c.SelfSigned != "", c.Later, nonNil(c.Evidence))
	}
	for _, g := range a.Guidelines {
		c := g.Counts
		guidelines[g.ID] = recordOf(guidelineTable, g.ID+" is "+string(g.State), g.ID, string(g.State), c.Applicable, c.Met, c.NotMet, c.Inconclusive, c.NotAssessed, c.Waived)
	}
	t := a.Total()
	facts := map[string]any{}
	for _, name := range factNames() {
		facts[name] = cmp.Or(string(s.in.Run.System.Fact(name).Answer), "unknown")
	}
	sys := s.in.Run.System
	out := map[string]any{
		"clauses": clauses, "guidelines": guidelines, "facts": facts, "now": s.at,
		"counts": recordOf(countsTable, "", t.Applicable, t.Met, t.NotMet, t.Inconclusive, t.NotAssessed, t.NotApplicable, t.Later, t.Declared, t.Waived),
		"system": recordOf(systemTable, "", sys.Name, string(sys.Declared.Stage), string(sys.Declared.Criticality), nonNil(sys.Declared.Users), nonNil(sys.Declared.DataClasses)),
	}
	s.lists(out)
	return out
}

// lists are the variables that hold many records.
func (s *state) lists(out map[string]any) {
	var findings, decisions, evidence, threats, gaps []ref.Val
	for _, f := range s.in.Run.Findings {
		findings = append(findings, recordOf(findingTable, told(f), f.ID, int(f.Severity), f.Path, f.Line, f.Message, s.open(f), f.Accepted, f.Muted, f.Advisory, nonNil(f.Clauses), f.Fingerprint))
	}
	for _, d := range s.decisions {
		decisions = append(decisions, recordOf(decisionTable, d.ID+" ("+string(d.Kind)+" by "+d.By+")", d.ID, string(d.Kind), d.Clause, d.Finding, d.Threat, d.By, d.RequestedBy, d.Reason, string(d.Standing),
			d.Date.UTC(), d.Since.UTC(), endless(d.Ends), d.Renewals))
	}
	for _, e := range s.evidence {
		signer := ""
		if e.Kept != nil && e.Kept.Trusted {
			signer = e.Kept.Signer
		}
		var examined, bears []string
		for _, d := range e.Examined {
			examined = append(examined, d.Path)
		}
		for _, b := range e.Bears {
			bears = append(bears, b.Clause)
		}
		rates := []ref.Val{}
		for _, r := range s.in.Rates[e.ID] {
			rates = append(rates, recordOf(rateTable, r.String(), r.Probe, r.Successes, r.Attempts, r.Upper()))
		}
		stale := s.stale(e)
		evidence = append(evidence, recordOf(evidenceTable, s.rest(e).String(), e.ID, e.Check, outcome(e), int(e.Strength), e.Reason, e.At.UTC(), s.at.Sub(e.At),
			e.Kept != nil, signer, trusted(e), stale == "", stale, nonNil(examined), nonNil(bears), rates))
	}
	for _, t := range s.in.Threats {
		threats = append(threats, recordOf(threatTable, t.ID+" "+t.Status+": "+t.Title, t.ID, t.Title, int(t.Severity), t.Status, nonNil(t.Places)))
	}
	for _, g := range s.in.Run.Gaps {
		gaps = append(gaps, recordOf(gapTable, g.Path+": "+g.Reason, g.Path, g.Line, g.Reason, g.Needed))
	}
	out["findings"], out["decisions"], out["evidence"], out["gaps"] = some(findings), some(decisions), some(evidence), some(gaps)
	if s.in.Threats != nil {
		out["threats"] = some(threats)
	}
}

func some(all []ref.Val) []ref.Val {
	if all == nil {
		return []ref.Val{}
	}
	return all
}

func nonNil(all []string) []string {
	if all == nil {
		return []string{}
	}
	return all
}

// endless is an end, the last year that there is for none.
func endless(t time.Time) time.Time {
	if t.IsZero() {
		return time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return t.UTC()
}

// open says whether a finding counts. Whether what a person decided about it opens the gate is for the policy to say.
func (s *state) open(f lodemark.Finding) bool {
	return !f.Advisory && (s.strict || f.Accepted == "" && f.Muted == "")
}

// told is a finding on one line.
func told(f lodemark.Finding) string {
	return strings.TrimSuffix(f.Severity.String()+" "+f.ID+" at "+where(f)+": "+f.Message, ".")
}

func where(f lodemark.Finding) string {
	switch {
	case f.Path == "":
		return "the system as a whole"
	case f.Line > 0:
		return f.Path + ":" + itoa(f.Line)
	}
	return f.Path
}
