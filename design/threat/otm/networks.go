package otm

import "strings"

// networks finds the components that are a network around others and to which no data goes: threats.yaml draws trust boundaries, and no
// wires. What lies in one stays, inside of what lies around it.
func (r *reader) networks() {
	if r.own {
		return
	}
	holds := map[string]bool{}
	for _, c := range r.d.Components {
		holds[c.Parent.Component] = true
	}
	for _, f := range r.d.Flows {
		delete(holds, f.Source)
		delete(holds, f.Destination)
	}
	for _, c := range r.d.Components {
		words := c.Type + " " + strings.Join(c.Tags, " ")
		if kind, _ := kindOf(c.Type, ""); holds[c.ID] && kind == "" && wordIn(networkWords, words) != "" {
			r.network[c.ID] = true
			r.lost(c.line, "the component %q (%s) is a network around others, and no part of the system; it is left out", short(c.Name), short(c.Type))
		}
	}
}

// partAround is the nearest part in which a component lies; empty: it lies in none. Circles end at the bound.
func (r *reader) partAround(id string) string {
	around := r.parents[id].Component
	for steps := 0; around != "" && r.network[around]; steps++ {
		if steps == mostDepth {
			return ""
		}
		around = r.parents[around].Component
	}
	return around
}
