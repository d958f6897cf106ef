package otm

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/design/threat"
)

// notRated says why there is no likelihood.
const notRated = "not rated: whether it can happen is known, how likely it is nobody here guesses"

// threats writes the threats of a report and how they stand at their places, with the mitigations of the library that deal with them.
func (w *writer) threats(lib *threat.Library, r *threat.Report) {
	at := map[string]int{}
	components := map[string]int{}
	for i, c := range w.d.Components {
		components[c.ID] = i
	}
	used := map[string]bool{}
	for _, t := range r.Threats {
		i, known := at[t.ID]
		if !known {
			i = len(w.d.Threats)
			at[t.ID] = i
			o := threatOf{ID: t.ID, Name: t.Title, Categories: t.STRIDE, Attributes: &attributes{said: map[string]any{mark + "severity": t.Severity}},
				Risk: risk{LikelihoodComment: notRated, Impact: impacts[t.Severity], ImpactComment: "by its severity: " + t.Severity}}
			o.Tags = slices.Concat(t.ATLAS, t.OWASP)
			o.Attributes.said[mark+"status"] = map[string]any{}
			w.d.Threats = append(w.d.Threats, o)
		}
		s := standing{Threat: t.ID, State: stateOf(t.Status)}
		for _, m := range t.Mitigations {
			used[m.ID] = true
			state := "recommended"
			switch m.Status {
			case threat.Evidenced:
				state = "implemented"
			case threat.Claimed, threat.Stale:
				state = "required" // somebody says that it is there; OTM has no word for what nobody has shown
			}
			s.Mitigations = append(s.Mitigations, measure{m.ID, state})
		}
		status := w.d.Threats[i].Attributes.said[mark+"status"].(map[string]any)
		for _, p := range t.Places {
			status[p.At] = string(t.Status)
			if c, ok := components[p.At]; ok {
				w.d.Components[c].Threats = append(w.d.Components[c].Threats, s)
			}
			for _, f := range w.flows[p.At] {
				w.d.Flows[f].Threats = append(w.d.Flows[f].Threats, s)
			}
		}
	}
	for _, m := range lib.Mitigations {
		if used[m.ID] {
			w.d.Mitigations = append(w.d.Mitigations, mitigation{ID: m.ID, Name: m.Title, Description: mitigationText(m)})
		}
	}
}

func mitigationText(m *threat.Mitigation) string {
	parts := []string{}
	for _, s := range []struct{ name, text string }{{"Cost", m.Cost}, {"Trade-off", m.TradeOff}} {
		if s.text != "" {
			parts = append(parts, s.name+": "+strings.TrimSuffix(s.text, ".")+".")
		}
	}
	return strings.Join(append(parts, "By how much it reduces a risk is not estimated; the 0 is no opinion."), " ")
}

// stateOf is how OTM calls how a threat stands. What is not shown to be dealt with is exposed.
func stateOf(s threat.Status) string {
	switch s {
	case threat.Evidenced:
		return "mitigated"
	case threat.Accepted:
		return "accepted"
	case threat.NotApplicable:
		return "not-applicable"
	}
	return "exposed"
}

// noted writes the threats that people wrote down themselves.
func (w *writer) noted() {
	taken := map[string]bool{}
	for _, t := range w.d.Threats {
		taken[t.ID] = true
	}
	components := map[string]int{}
	for i, c := range w.d.Components {
		components[c.ID] = i
	}
	for i, n := range w.m.Noted {
		id := n.ID
		if id == "" || taken[id] {
			id = fmt.Sprintf("noted-%d", i+1)
		}
		taken[id] = true
		a := &attributes{said: map[string]any{mark + "noted": true}}
		for _, s := range []struct{ name, text string }{{"severity", n.Severity}, {"status", n.Status}, {"owner", n.Owner}, {"cause", n.Cause}} {
			if s.text != "" {
				a.said[mark+s.name] = s.text
			}
		}
		keep(a, "components", n.Components)
		keep(a, "mitigations", n.Mitigations)
		if n.ID != "" && n.ID != id {
			a.said[mark+"id"] = n.ID
		}
		if len(n.Impact) > 0 {
			a.said[mark+"impact"] = statements(n.Impact)
		}
		name := n.Title
		if name == "" {
			name = id
		}
		r := risk{LikelihoodComment: notRated, Impact: impacts[strings.ToLower(n.Severity)], ImpactComment: "as people noted it"}
		w.d.Threats = append(w.d.Threats, threatOf{ID: id, Name: name, Risk: r, Attributes: a})
		for _, c := range n.Components {
			if i, ok := components[c]; ok {
				state := n.Status
				if state == "" {
					state = "exposed"
				}
				w.d.Components[i].Threats = append(w.d.Components[i].Threats, standing{Threat: id, State: state})
			}
		}
	}
}
