package threat

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Gain is what one mitigation would buy if it were in place and shown wherever it helps.
type Gain struct {
	Mitigation, Title, Cost string
	Threats                 []string // ids of the threats that would change their status
	Places                  int
	Rank                    int // the sum of the ranks of these threats
}

// Open is an attribute that somebody should look up.
type Open struct {
	Attribute string   // "log-sandbox.isolation"
	Threats   []string // ids of the threats that wait for it
}

func gains(threats []Threat, lib *Library) []Gain {
	by := map[string]*Gain{}
	var all []*Gain
	for _, t := range threats {
		if t.Status != Applies && t.Status != Unconfirmed && t.Status != Stale && t.Status != Claimed {
			continue
		}
		for _, m := range t.Mitigations {
			if m.Status == Evidenced {
				continue
			}
			g := by[m.ID]
			if g == nil {
				g = &Gain{Mitigation: m.ID, Title: m.Title, Cost: m.Cost}
				by[m.ID], all = g, append(all, g)
			}
			if !slices.Contains(g.Threats, t.ID) {
				g.Threats = append(g.Threats, t.ID)
			}
			g.Places += len(t.Places)
			g.Rank += t.Rank
		}
	}
	out := make([]Gain, 0, len(all))
	for _, g := range all {
		slices.SortFunc(g.Threats, byID)
		out = append(out, *g)
	}
	cost := []string{"low", "medium", "high"}
	slices.SortStableFunc(out, func(a, b Gain) int {
		return cmp.Or(b.Rank-a.Rank, slices.Index(cost, a.Cost)-slices.Index(cost, b.Cost), byID(a.Mitigation, b.Mitigation))
	})
	return out
}

func open(threats []Threat) []Open {
	by := map[string][]string{}
	for _, t := range threats {
		if t.Status == Unconfirmed {
			for _, a := range t.Settles {
				by[a] = append(by[a], t.ID)
			}
		}
	}
	out := make([]Open, 0, len(by))
	for a, ids := range by {
		slices.SortFunc(ids, byID)
		out = append(out, Open{a, slices.Compact(ids)})
	}
	slices.SortFunc(out, func(a, b Open) int {
		return cmp.Or(len(b.Threats)-len(a.Threats), strings.Compare(a.Attribute, b.Attribute))
	})
	return out
}

// way is how what a rule speaks of gets to its place: untrusted content, text of users, or output of models, as the
// condition reads it.
func (r *run) way(rule *Rule, component, flow int) []int {
	if flow >= 0 {
		component = r.d.g.from[flow]
	}
	if component < 0 {
		return nil
	}
	var walks []*reach
	reads := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(rule.When, w) })
	}
	if reads("untrusted_in", "tools_return_external", "writers") {
		walks = append(walks, r.d.untrustedReach(component))
	}
	if reads("asked_by_user") {
		walks = append(walks, r.d.asked)
	}
	if reads("user_in", "exposed") {
		walks = append(walks, r.d.users)
	}
	if reads("generated_in", "generative_path") {
		walks = append(walks, r.d.untrustedReach(component), r.d.users, r.d.generated)
	}
	if reads("model_in") {
		walks = append(walks, r.d.models)
	}
	for _, w := range walks {
		if p := w.path(component); len(p) > 1 {
			if flow >= 0 {
				p = append(p, r.d.g.to[flow])
			}
			return p
		}
	}
	if flow >= 0 {
		return []int{r.d.g.from[flow], r.d.g.to[flow]}
	}
	return nil
}

// onwards draws the way on to what is at stake: the tool with the heaviest effect, or the store with sensitive data.
func (r *run) onwards(rule *Rule, component int, way []int) []int {
	if component < 0 || len(way) == 0 || !strings.Contains(rule.When, "tool_effects") {
		return way
	}
	if tools := r.d.heaviest(component); len(tools) > 0 {
		return append(slices.Clone(way), tools[0])
	}
	return way
}

// heaviest lists the tools of a component by what they can do, the worst first.
func (d *derived) heaviest(component int) []int {
	tools := slices.Concat(d.tools[component], d.written[component])
	score := func(t int) int {
		for i, e := range effectVerbs {
			if d.g.Components[t].has("effects", e.effect) {
				return i
			}
		}
		return len(effectVerbs)
	}
	slices.SortStableFunc(tools, func(a, b int) int { return score(a) - score(b) })
	return tools
}

// assets are the parts beside a component that hold what is worth taking.
func (d *derived) assets(component int) []int {
	var all []int
	for _, f := range slices.Concat(d.g.in[component], d.g.out[component]) {
		for _, c := range []int{d.g.from[f], d.g.to[f]} {
			if c != component && anyOf(d.g.Components[c].of("holds").List, append([]string{"credential", "weights"}, sensitive...)) && !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	slices.Sort(all)
	return all
}

var severities = []string{"info", "low", "medium", "high", "critical"}

// rank weighs impact and exposure, and says so. Impact is the severity, raised where much hangs on the place; exposure is who
// can begin the attack: strangers, users, or those inside only.
func (r *run) rank(rule *Rule, component, flow int) (int, string) {
	ends := []int{component}
	if flow >= 0 {
		ends = []int{r.d.g.from[flow], r.d.g.to[flow]}
	}
	if component < 0 && flow < 0 {
		ends = nil
	}
	impact, stake := 2*slices.Index(severities, rule.Severity), ""
	for _, i := range ends {
		if s := r.stake(rule, i); s != "" && stake == "" {
			impact, stake = impact+1, s
		}
	}
	exposure, hops, begins := 1, 9, "begins inside"
	for _, i := range ends {
		if e, h, b := r.exposure(i); e > exposure {
			exposure, hops, begins = e, h, b
		}
	}
	why := rule.Severity
	if stake != "" {
		why += ", " + stake
	}
	return 10*impact*(2+exposure) - min(hops, 9), why + "; " + begins
}

// stake says what hangs on a place beyond what the severity knows.
func (r *run) stake(rule *Rule, i int) string {
	c := r.d.g.Components[i]
	switch {
	case decides(c):
		return named(c) + " decides on " + c.text("decides")
	case anyOf(r.d.effects[i], []string{"spend", "irreversible", "code"}):
		return named(c) + " can " + verbs(r.d.effects[i])
	case r.d.sees[i] && slices.Contains(rule.CIA, "confidentiality"):
		return named(c) + " sees sensitive data"
	}
	return ""
}

// exposure says who can begin an attack on a component, 3 for strangers, 2 for users, 1 for those inside; over how many flows;
// and in words.
func (r *run) exposure(i int) (int, int, string) {
	d, c := r.d, r.d.g.Components[i]
	over := func(w []int) string {
		if len(w) < 2 {
			return "others may write to " + named(c)
		}
		return fmt.Sprintf("reached from %s over %s", named(d.g.Components[w[0]]), flows(len(w)-1))
	}
	switch {
	case d.untrusted.at[i]:
		return 3, d.untrustedReach(i).hops[i], over(d.untrustedReach(i).path(i))
	case d.exposed[i]:
		return 3, 0, named(c) + " is open to the internet"
	case c.text("boundary") == "internet" || c.text("boundary") == "physical":
		return 3, 0, named(c) + " is within reach of strangers"
	case d.users.at[i]:
		return 2, d.users.hops[i], over(d.users.path(i))
	}
	return 1, 9, ""
}

func flows(n int) string {
	if n == 1 {
		return "1 flow"
	}
	return fmt.Sprintf("%d flows", n)
}
