package compare

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark/design/threat"
)

// Threats is what each candidate would change in a system's threat model.
type Threats struct {
	Model     string // path of the threat model
	Component string // the id whose place the candidates take
	Now       string // its kind, and what it is called, as the model has it
	Settings  [][]Setting
	Totals    []Total // of the model as it is, then of each candidate
	Rows      []ThreatRow
	Same      int // threats that no candidate changes
}

// Total counts threats by rule: those that apply, those that an unknown attribute leaves open, and those that records show to be dealt with.
type Total struct{ Apply, Open, Shown int }

// ThreatRow is one threat on which at least one candidate differs from the system as it is.
type ThreatRow struct {
	ID, Title, Severity string
	Now                 string // "applies", "unconfirmed", "evidenced", "no"; of what the system has at the component and elsewhere
	Cells               []ThreatCell
}

// ThreatCell is what one candidate does to one threat.
type ThreatCell struct {
	Change Change
	Status string // with the candidate
	Why    string // in one sentence of the library, where the threat is there
	Opens  []string
}

// Change is one of the ways in which a candidate changes a threat.
type Change string

// The changes.
const (
	Adds    Change = "adds"    // it was not there
	Removes Change = "removes" // it is there no more
	More    Change = "more"    // at more places than before
	Less    Change = "fewer"   // at fewer
	Settles Change = "settles" // it was open, and applies
	Opens   Change = "opens"   // it applied, and whether it does with the candidate is not known
	Unshown Change = "unshown" // records show that it is dealt with as it is, and show nothing of the candidate
	Keeps   Change = "keeps"
)

// ThreatInput is the model that candidates are put into, and what else decides how threats stand.
type ThreatInput struct {
	Model     *threat.Model
	Library   *threat.Library
	Component string
	Now       time.Time
	// Evidence is what records show of the mitigations that a model claims; nil: there are none. What they show of the component counts for
	// what is there, and for no candidate.
	Evidence func(*threat.Model) threat.Evidence
}

// evidence is what counts for a model. Without the component that the candidate takes the place of, what was shown of it is gone.
func (in ThreatInput) evidence(m *threat.Model, candidate bool) threat.Evidence {
	if in.Evidence == nil {
		return threat.Evidence{}
	}
	e := in.Evidence(m)
	if !candidate {
		return e
	}
	own := func(place string) bool {
		from, to, _ := strings.Cut(place, " -> ")
		return slices.ContainsFunc([]string{from, to}, func(id string) bool { return id == in.Component || id == in.Component+weightsSuffix })
	}
	e.Shown = slices.DeleteFunc(slices.Clone(e.Shown), func(s threat.Shown) bool { return own(s.Component) })
	return e
}

// weightsSuffix names the component that stands for the weights of a candidate which the system had called at a provider.
const weightsSuffix = "-weights"

// Threaten runs the library once for the system as it is and once for each candidate in the place of the component.
func (c *Comparison) Threaten(in ThreatInput) error {
	old := in.Model.Component(in.Component)
	if old == nil {
		return fmt.Errorf("the threat model has no component %q; there are %s", in.Component, fewOf(modelsOf(in.Model), 12))
	}
	if threat.GroupOf(old.Kind) != "model" && old.Kind != "guard_model" {
		return fmt.Errorf("%q is of kind %s, which no model takes the place of; there are %s", in.Component, old.Kind, fewOf(modelsOf(in.Model), 12))
	}
	before := standings(threat.Evaluate(in.Model, in.Library, in.Now, in.evidence(in.Model, false), nil), in.Component)
	out := &Threats{Model: in.Model.Path, Component: in.Component, Now: old.Kind, Totals: []Total{before.total()}}
	var after []standing
	for _, candidate := range c.Candidates {
		m, set, err := replaced(in.Model, old, candidate)
		if err != nil {
			return fmt.Errorf("put %s into the threat model: %w", candidate.Name, err)
		}
		s := standings(threat.Evaluate(m, in.Library, in.Now, in.evidence(m, true), nil), in.Component)
		after = append(after, s)
		out.Settings = append(out.Settings, set)
		out.Totals = append(out.Totals, s.total())
	}
	for _, rule := range in.Library.Rules {
		row := ThreatRow{ID: rule.ID, Title: rule.Title, Severity: rule.Severity, Now: before[rule.ID].status()}
		changed := false
		for _, a := range after {
			cell := change(before[rule.ID], a[rule.ID])
			changed = changed || cell.Change != Keeps
			row.Cells = append(row.Cells, cell)
		}
		if changed {
			out.Rows = append(out.Rows, row)
		} else if len(before[rule.ID]) > 0 {
			out.Same++
		}
	}
	slices.SortStableFunc(out.Rows, func(a, b ThreatRow) int {
		return cmp.Or(severity(a.Severity)-severity(b.Severity), strings.Compare(a.ID, b.ID))
	})
	c.Threats = out
	return nil
}

func severity(s string) int {
	return slices.Index([]string{"critical", "high", "medium", "low", "info"}, s)
}

// modelsOf are the components whose place a model can take.
func modelsOf(m *threat.Model) (ids []string) {
	for _, c := range m.Components {
		if threat.GroupOf(c.Kind) == "model" || c.Kind == "guard_model" {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) == 0 {
		ids = []string{"no models in it"}
	}
	return ids
}

// replaced is the model with the candidate in the place of a component. A model that was called at a provider and is now served here
// brings its weights as a component; one that is now called takes them away.
func replaced(m *threat.Model, old *threat.Component, c *Candidate) (*threat.Model, []Setting, error) {
	m = renamed(m, old.ID, c)
	if c.Kind == Hosted {
		return hostedInstead(m, old, c)
	}
	serving := c.servingAttributes()
	if old.Kind != "model_server" && old.Kind != "hosted_model_api" { // weights, with no server of their own
		set := slices.Concat(serving[:1], c.modelAttributes(), c.stated())
		m, err := with(m, old.ID, set)
		return m, unique(set), err
	}
	own := append([]Setting{{"kind", "model_server", c.Path}}, serving...)
	weights := fedBy(m, old.ID)
	if weights == "" {
		weights = old.ID + weightsSuffix
		m = withWeights(m, old.ID, weights)
	}
	m, err := with(m, old.ID, append(own, c.stated()...))
	if err != nil {
		return nil, nil, err
	}
	m, err = with(m, weights, c.modelAttributes())
	return m, unique(slices.Concat(own, c.modelAttributes(), c.stated())), err
}

func hostedInstead(m *threat.Model, old *threat.Component, c *Candidate) (*threat.Model, []Setting, error) {
	set := append([]Setting{{"kind", "hosted_model_api", c.Path}}, c.servingAttributes()...)
	set = unique(append(set, c.stated()...))
	if feeds := fedBy(m, old.ID); feeds != "" {
		m = without(m, feeds)
	}
	m, err := with(m, old.ID, set)
	return m, set, err
}

// renamed is the model with the component called as the candidate, so that sentences speak of it.
func renamed(m *threat.Model, id string, c *Candidate) *threat.Model {
	other := *m
	other.Components = slices.Clone(m.Components)
	for i, k := range other.Components {
		if k.ID == id {
			copied := *k
			copied.Name, copied.Technology, copied.Paths = clipped(c.Name, 80), nil, nil
			other.Components[i] = &copied
		}
	}
	return &other
}

// with sets attributes; the last of a name counts.
func with(m *threat.Model, id string, set []Setting) (*threat.Model, error) {
	attributes := map[string]any{}
	for _, s := range set {
		attributes[s.Name] = s.Value
	}
	return m.With(id, attributes)
}

func unique(set []Setting) (out []Setting) {
	for i, s := range set {
		if !slices.ContainsFunc(set[i+1:], func(o Setting) bool { return o.Name == s.Name }) {
			out = append(out, s)
		}
	}
	return out
}

// fedBy is the model that only this component takes its weights from; empty: there is none.
func fedBy(m *threat.Model, id string) string {
	for _, f := range m.Flows {
		from := m.Component(f.From)
		if f.To != id || from == nil || from.Kind != "model" && from.Kind != "embedding_model" {
			continue
		}
		if !slices.ContainsFunc(m.Flows, func(o *threat.Flow) bool { return o.From == f.From && o.To != id }) {
			return f.From
		}
	}
	return ""
}

func withWeights(m *threat.Model, server, id string) *threat.Model {
	other := *m
	other.Components = append(slices.Clone(m.Components), &threat.Component{ID: id, Kind: "model", Name: "weights of " + m.Component(server).Called(), Attributes: threat.Attributes{}})
	flow := &threat.Flow{From: id, To: server, Attributes: threat.Attributes{"carries": {List: []string{"weights"}}}}
	other.Flows = append(slices.Clone(m.Flows), flow)
	return &other
}

func without(m *threat.Model, id string) *threat.Model {
	other := *m
	other.Components = slices.DeleteFunc(slices.Clone(m.Components), func(c *threat.Component) bool { return c.ID == id })
	other.Flows = slices.DeleteFunc(slices.Clone(m.Flows), func(f *threat.Flow) bool { return f.From == id || f.To == id })
	return &other
}

// standing is how threats stand, by rule and by place. Of the places a candidate brings along each counts as the component's own.
type standing map[string]places

type places map[string]spot

type spot struct {
	open   bool
	shown  bool // records show that it is dealt with
	reason string
	waits  []string
}

func standings(r *threat.Report, component string) standing {
	all := standing{}
	for _, t := range r.Threats {
		for _, p := range t.Places {
			at := strings.ReplaceAll(p.At, component+weightsSuffix, component)
			if all[t.ID] == nil {
				all[t.ID] = places{}
			}
			if old, ok := all[t.ID][at]; ok && !old.open && !old.shown {
				continue
			}
			all[t.ID][at] = spot{t.Status == threat.Unconfirmed, t.Status == threat.Evidenced, p.Reason, p.Settles}
		}
	}
	return all
}

func (s standing) total() (t Total) {
	for _, p := range s {
		switch p.status() {
		case "unconfirmed":
			t.Open++
		case "evidenced":
			t.Shown++
		default:
			t.Apply++
		}
	}
	return t
}

// status is that of the worst place.
func (p places) status() string {
	if len(p) == 0 {
		return "no"
	}
	word := "evidenced"
	for _, s := range p {
		switch {
		case s.open:
			word = "unconfirmed"
		case !s.shown:
			return "applies"
		}
	}
	return word
}

func change(before, after places) ThreatCell {
	cell := ThreatCell{Change: Keeps, Status: after.status()}
	var fresh, settled, opened, unshown []string
	gone := 0
	for at, is := range after {
		switch was, there := before[at]; {
		case !there:
			fresh = append(fresh, at)
		case was.open && !is.open:
			settled = append(settled, at)
		case !was.open && is.open:
			opened = append(opened, at)
		case was.shown && !is.shown:
			unshown = append(unshown, at)
		}
	}
	for at := range before {
		if _, ok := after[at]; !ok {
			gone++
		}
	}
	switch {
	case len(before) == 0 && len(fresh) > 0:
		cell.Change = Adds
	case len(after) == 0 && gone > 0:
		cell.Change = Removes
	case len(fresh) > gone:
		cell.Change = More
	case len(fresh) < gone:
		cell.Change = Less
	case len(settled) > 0:
		cell.Change = Settles
	case len(opened) > 0:
		cell.Change = Opens
	case len(unshown) > 0:
		cell.Change = Unshown
	}
	if cell.Change == Keeps {
		return cell
	}
	changed := slices.Concat(fresh, settled, opened, unshown)
	slices.Sort(changed)
	for _, at := range append(changed, slices.Sorted(maps.Keys(after))...) {
		if s := after[at]; s.reason != "" {
			cell.Why, cell.Opens = s.reason, s.waits
			break
		}
	}
	return cell
}
