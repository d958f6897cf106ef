package threat

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

// Report is what the library says of a model.
type Report struct {
	System        string
	Path          string // of the model
	Components    int
	Flows         int
	Threats       []Threat // the heaviest first
	NotApplicable []string // ids of the rules whose condition holds nowhere
	Gains         []Gain   // what one mitigation would buy, the most first
	Open          []Open   // attributes that would settle unconfirmed threats, the most first
	Failed        Problems // conditions that could not be evaluated
}

// Threat is one rule at all places where it has the same status.
type Threat struct {
	ID, Title    string
	Status       Status
	Severity     string // critical, high, medium, low, info: the harm, wherever it happens
	Stage        string
	Places       []Place // the heaviest first
	Reason       string  // one sentence that names parts of this system, for the heaviest place
	Rank         int     // impact times exposure; larger is heavier
	Ranked       string  // why it ranks so: "critical; reached from Support mailbox over 1 flow"
	Path         []string
	Mitigations  []Measure
	Settles      []string // attributes that would settle an unconfirmed threat
	Decision     *Decision
	STRIDE, CIA  []string
	ATLAS, OWASP []string
}

// Place is where a threat is: a component by its id, a flow as "from -> to", or "system".
type Place struct {
	At      string
	Line    int // in the model's file
	Reason  string
	Path    []string // from a source to the place and on to what is at stake
	Rank    int
	Ranked  string
	Settles []string
	status  Status
	decided *Decision
	measure []Measure
}

// run is one evaluation.
type run struct {
	d    *derived
	els  *elements
	tell *teller
	judge
	report *Report
}

// Evaluate holds a model against a library. The same input gives the same report.
func Evaluate(m *Model, lib *Library, now time.Time, evidence Evidence, decisions []Decision) *Report {
	d := derive(m)
	r := &run{d: d, els: d.elements(), tell: &teller{d, map[int]string{}}, judge: judge{lib: lib, now: now, evidence: evidence, decisions: decisions},
		report: &Report{System: m.System.Name, Path: m.Path, Components: len(m.Components), Flows: len(m.Flows)}}
	for _, rule := range lib.Rules {
		places := r.places(rule)
		if len(places) == 0 {
			r.report.NotApplicable = append(r.report.NotApplicable, rule.ID)
			continue
		}
		for _, t := range group(rule, places) {
			t.OWASP = r.fitting(t.OWASP)
			r.report.Threats = append(r.report.Threats, t)
		}
	}
	slices.SortStableFunc(r.report.Threats, func(a, b Threat) int {
		return cmp.Or(order(a.Status)-order(b.Status), b.Rank-a.Rank, len(b.Places)-len(a.Places), byID(a.ID, b.ID))
	})
	r.report.Gains = gains(r.report.Threats, lib)
	r.report.Open = open(r.report.Threats)
	return r.report
}

// fitting leaves out the ids of lists about language models and agents where the system has none.
func (r *run) fitting(owasp []string) []string {
	if r.d.anyGenerative {
		return owasp
	}
	return slices.DeleteFunc(slices.Clone(owasp), func(id string) bool { return strings.HasPrefix(id, "LLM") || strings.HasPrefix(id, "ASI") })
}

// order puts what is to be done first: what applies or may apply, then what rests on claims, then what is dealt with.
func order(s Status) int {
	switch s {
	case Applies, Unconfirmed, Stale:
		return 0
	case Claimed:
		return 1
	}
	return 2
}

// places tries a rule everywhere.
func (r *run) places(rule *Rule) []Place {
	var all []Place
	take := func(component, flow int, vars map[string]any, at string, line int, controls []string) {
		vars["s"] = r.els.system
		holds, waits, err := eval(rule.program, vars)
		if err != nil {
			r.report.Failed = append(r.report.Failed, Problem{Path: rule.Path, Line: rule.Line, Message: rule.ID + " at " + at + ": " + err.Error()})
			return
		}
		if !holds && len(waits) == 0 {
			return
		}
		p := Place{At: at, Line: line, Settles: waits}
		p.measure = r.measures(rule, at, controls)
		p.status, p.decided = r.status(rule, at, holds, p.measure)
		way := r.way(rule, component, flow)
		if p.Reason = r.tell.tell(rule, component, flow, way); p.status == Unconfirmed {
			p.Reason = r.tell.maybe(rule, component, flow, way)
		}
		p.Path = r.d.names(r.onwards(rule, component, way))
		p.Rank, p.Ranked = r.rank(rule, component, flow)
		all = append(all, p)
	}
	switch rule.Scope {
	case "component":
		for i, c := range r.d.g.Components {
			take(i, -1, map[string]any{"c": r.els.components[i]}, c.ID, c.Line, c.Controls)
		}
	case "flow":
		seen := map[string]bool{}
		for n, f := range r.d.g.Flows {
			if el := r.els.flows[n]; el != nil && !seen[f.Place()] {
				before := len(all)
				take(-1, n, map[string]any{"f": el}, f.Place(), f.Line, r.controlsOf(n))
				seen[f.Place()] = len(all) > before
			}
		}
	case "system":
		take(-1, -1, map[string]any{}, "system", r.d.g.System.Line, r.allControls())
	}
	return all
}

// controlsOf are the mitigations claimed at a flow or at either of its ends.
func (r *run) controlsOf(n int) []string {
	g := r.d.g
	return slices.Concat(g.Flows[n].Controls, g.Components[g.from[n]].Controls, g.Components[g.to[n]].Controls)
}

func (r *run) allControls() []string {
	var all []string
	for _, c := range r.d.g.Components {
		all = append(all, c.Controls...)
	}
	return all
}

// eval runs a condition: it holds, it does not, or it waits for attributes.
func eval(p cel.Program, vars map[string]any) (holds bool, waits []string, err error) {
	out, _, err := p.Eval(vars)
	if err != nil {
		return false, nil, err
	}
	switch v := out.(type) {
	case types.Bool:
		return bool(v), nil, nil
	case *types.Unknown:
		waits = settles(v)
		slices.Sort(waits)
		return false, slices.Compact(waits), nil
	}
	return false, nil, nil
}

// group joins the places of a rule that have the same status.
func group(rule *Rule, places []Place) []Threat {
	var all []Threat
	for _, s := range Statuses() {
		var here []Place
		for _, p := range places {
			if p.status == s {
				here = append(here, p)
			}
		}
		if len(here) == 0 {
			continue
		}
		slices.SortStableFunc(here, func(a, b Place) int { return b.Rank - a.Rank })
		first := here[0]
		t := Threat{ID: rule.ID, Title: rule.Title, Status: s, Severity: rule.Severity, Stage: rule.Stage, Places: here, Reason: first.Reason, Rank: first.Rank, Ranked: first.Ranked,
			Path: first.Path, Mitigations: joined(here), Decision: first.decided, STRIDE: rule.STRIDE, CIA: rule.CIA, ATLAS: rule.ATLAS, OWASP: rule.OWASP}
		for _, p := range here {
			t.Settles = append(t.Settles, p.Settles...)
		}
		slices.Sort(t.Settles)
		t.Settles = slices.Compact(t.Settles)
		all = append(all, t)
	}
	return all
}

// joined is how the mitigations stand over all places: as at the place where they stand worst.
func joined(places []Place) []Measure {
	all := slices.Clone(places[0].measure)
	for _, p := range places[1:] {
		for i, m := range p.measure {
			if weight(m.Status) < weight(all[i].Status) {
				all[i] = m
			}
		}
	}
	return all
}

func weight(s Status) int {
	return slices.Index([]Status{"", Claimed, Stale, Evidenced}, s)
}
