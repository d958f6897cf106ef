package threat

import (
	"maps"
	"slices"
)

// reachTools works out for each agentic component which tools it can call: straight or through gateways, guards,
// orchestrators and tool servers; and which lie behind a console at which a person approves.
func (d *derived) reachTools() {
	g := d.g
	n := len(g.Components)
	d.tools, d.approved, d.called, d.written = make([][]int, n), make([][]int, n), make([]bool, n), make([][]int, n)
	d.effects, d.approvedEffects, d.effectsOpen = make([][]string, n), make([][]string, n), make([]string, n)
	for i, c := range g.Components {
		if !c.bool("agentic") {
			continue
		}
		d.tools[i], d.approved[i] = d.callable(i)
		var open string
		d.effects[i], open = d.union(d.tools[i])
		var more []string
		d.written[i], more = d.storesWritten(i)
		d.effects[i] = append(d.effects[i], more...)
		slices.Sort(d.effects[i])
		d.effects[i] = slices.Compact(d.effects[i])
		d.effectsOpen[i] = open
		d.approvedEffects[i], _ = d.union(d.approved[i])
		for _, t := range d.tools[i] {
			tool := g.Components[t]
			d.called[t] = true
			d.credentials[i] = d.credentials[i] || keepsKey(tool)
			switch {
			case returnsExternal(tool) || tool.is("tool", "mcp_server") && d.untrusted.arrived[t] && d.readsOutside(t):
				d.external[i] = true
			case tool.Kind == "mcp_server" && tool.of("origin").Unknown && d.externalOpen[i] == "":
				d.externalOpen[i] = tool.ID + ".origin"
			}
		}
		for _, t := range d.approved[i] {
			d.called[t] = true
		}
	}
}

// readsOutside says whether a tool is fed by a source of untrusted content itself, and not only by the agent's own words.
func (d *derived) readsOutside(tool int) bool {
	return slices.ContainsFunc(d.g.in[tool], func(f int) bool {
		from := d.g.Components[d.g.from[f]]
		return !from.bool("agentic") && d.anybodyWrites(from)
	})
}

// keepsKey says whether a credential lies behind a tool.
func keepsKey(tool *Component) bool {
	return tool.has("holds", "credential") || slices.Contains([]string{"least", "broad"}, tool.text("token_scope"))
}

// mostCalls bounds the walk from one agent; a model that goes beyond it has more tools than a person can name.
const mostCalls = 2000

func (d *derived) callable(agent int) (direct, approved []int) {
	g := d.g
	type step struct {
		at     int
		person bool
	}
	seen := map[step]bool{}
	open := []step{{agent, false}}
	take := func(s step) {
		if s.at == agent || seen[s] {
			return
		}
		seen[s] = true
		c := g.Components[s.at]
		isTool := GroupOf(c.Kind) == "tools" || c.is("api", "app") && len(c.Attributes["effects"].List) > 0
		switch {
		case isTool && s.person:
			approved = append(approved, s.at)
		case isTool:
			direct = append(direct, s.at)
		}
		switch {
		case c.Kind == "hitl_console":
			open = append(open, step{s.at, true})
		case c.is("gateway", "guard_model", "orchestrator", "mcp_server") && !c.bool("agentic"):
			open = append(open, s)
		}
	}
	for steps := 0; len(open) > 0 && steps < mostCalls; steps++ {
		s := open[0]
		open = open[1:]
		for _, f := range g.out[s.at] {
			take(step{g.to[f], s.person})
		}
	}
	for _, f := range g.in[agent] { // a tool drawn only by what it gives back
		if c := g.Components[g.from[f]]; GroupOf(c.Kind) == "tools" {
			take(step{g.from[f], false})
		}
	}
	direct = slices.DeleteFunc(direct, func(t int) bool { return !seen[step{t, false}] })
	approved = slices.DeleteFunc(approved, func(t int) bool { return seen[step{t, false}] })
	slices.Sort(direct)
	slices.Sort(approved)
	return direct, approved
}

// union joins the effects of tools; open names the first attribute that nobody stated.
func (d *derived) union(tools []int) (effects []string, open string) {
	all := map[string]bool{}
	for _, t := range tools {
		c := d.g.Components[t]
		v := c.of("effects")
		if v.Unknown && open == "" {
			open = c.ID + ".effects"
		}
		for _, e := range v.List {
			if e != "unknown" {
				all[e] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all)), open
}
