package threat

import "slices"

// roles are derived attributes that say what part a component plays among its neighbours.
type roles struct {
	asked     *reach // what an end user writes comes as a request, and not only by way of stores and tools
	strangers *reach // as untrusted, from the sources themselves and not from the tools through which they are read
	written   [][]int
	outsiders []bool
	informs   []bool
	foreign   []bool
	nameless  []bool
	tunes     []bool
	attended  []bool
	logged    []bool
	rewrites  []bool
	neighbours
}

func (d *derived) findRoles() {
	g := d.g
	n := len(g.Components)
	d.foreign, d.nameless, d.attended, d.logged, d.rewrites = make([]bool, n), make([]bool, n), make([]bool, n), make([]bool, n), make([]bool, n)
	d.asked = g.walk(g.which(func(c *Component) bool { return c.Kind == "end_user" }), func(f int) bool {
		group := GroupOf(g.Components[g.from[f]].Kind)
		return d.passesWords(f) && (group == "people" || group == "application" || group == "model")
	})
	d.strangers = g.walk(g.which(d.isSource), d.passesText)
	weights := func(f int) bool { return g.Flows[f].names("weights") }
	// Who holds weights can ask the model as often as they like.
	d.outsiders = g.back(g.which(func(c *Component) bool {
		return c.text("exposure") == "partner" && answers(c) || abroad(c) && c.text("exposure") == "partner" && c.is("training_job", "finetune_job")
	}), 8, func(f int) bool { return g.Flows[f].names("model_output", "weights") }, func(c *Component) bool { return c.is("model", "model_registry", "artifact_store", "model_server") })
	d.informs = g.back(g.which(decides), 4, d.passesText, func(c *Component) bool {
		return c.is("document_store", "feature_store", "cache", "orchestrator", "gateway", "data_pipeline", "app", "api", "edge_device")
	})
	served := g.which(func(c *Component) bool { return c.bool("generative") && d.asked.at[g.index[c.ID]] })
	d.tunes = g.back(served, 8, weights, func(c *Component) bool { return !c.is("finetune_job", "training_job") })
	for i, c := range g.Components {
		d.outsiders[i] = d.outsiders[i] || d.answersUsers[i] || c.text("exposure") == "partner" && answers(c)
		d.informs[i] = d.informs[i] || decides(c)
		d.tunes[i] = c.Kind == "finetune_job" && (d.tunes[i] || len(served) > 0 && !slices.ContainsFunc(g.out[i], weights))
		d.foreign[i] = !abroad(c) && slices.ContainsFunc(g.in[i], func(f int) bool {
			from := g.Components[g.from[f]]
			how := g.Flows[f].of("executes").Text
			return (how == "code" || how == "shell") && abroad(from) && from.text("boundary") != c.text("boundary")
		})
		d.nameless[i] = d.takesNamesOut(i)
		d.attended[i] = c.Kind == "edge_device" && !d.users.at[i] && slices.ContainsFunc(g.in[i], func(f int) bool {
			return g.Components[g.from[f]].is("operator", "reviewer", "developer")
		})
		d.logged[i] = GroupOf(c.Kind) == "model" && d.isLoggedBefore(i)
		_, said := c.Attributes["writes_own_config"]
		d.rewrites[i] = c.bool("agentic") && !said && (d.sharesItsMachine(i) || d.writesItsPrompts(i))
	}
	d.findNeighbours()
}

// abroad says whether a component is in the hands of somebody else.
func abroad(c *Component) bool {
	return slices.Contains([]string{"vendor", "internet", "tenant", "retrieved-content"}, c.text("boundary"))
}

// isSource says whether untrusted content begins at a component: it is no tool that only fetches what is drawn beside it, or
// that fetches what nobody drew.
func (d *derived) isSource(c *Component) bool {
	if !d.anybodyWrites(c) || GroupOf(c.Kind) != "tools" {
		return d.anybodyWrites(c)
	}
	return isForeign(c) && !d.readsOutside(d.g.index[c.ID])
}

// untrustedReach is the walk that names the sources of what reaches a component: the true ones where there are any.
func (d *derived) untrustedReach(i int) *reach {
	if i >= 0 && d.strangers.at[i] {
		return d.strangers
	}
	return d.untrusted
}

// nearestSources are the sources of untrusted content from which a component is reached past no other source: pages and
// documents before indexes and tools.
func (d *derived) nearestSources(to int) []int {
	g, r := d.g, d.untrustedReach(to)
	isSeed := make(map[int]bool, len(r.seeds))
	for _, s := range r.seeds {
		isSeed[s] = true
	}
	var written, drawn []int
	seen := map[int]bool{to: true}
	open := []int{to}
	for steps := 0; len(open) > 0 && steps < mostCalls; steps++ {
		at := open[0]
		open = open[1:]
		for _, f := range g.in[at] {
			from := g.from[f]
			if seen[from] || !d.passesText(f) || d.isAnswer(f) {
				continue
			}
			seen[from] = true
			switch c := g.Components[from]; {
			case !isSeed[from]:
				open = append(open, from)
			case c.is("vector_store", "cache", "memory_store") || GroupOf(c.Kind) == "tools":
				drawn = append(drawn, from)
			default:
				written = append(written, from)
			}
		}
	}
	return append(written, drawn...)
}

// isAnswer says whether a flow is what a model or gateway gives back to an application that asked it. Gateways have many
// callers, and what one of them read is not what reaches the others.
func (d *derived) isAnswer(f int) bool {
	g := d.g
	from, to := g.Components[g.from[f]], g.Components[g.to[f]]
	return (from.Kind == "gateway" || GroupOf(from.Kind) == "model") && GroupOf(to.Kind) == "application" && to.Kind != "gateway" &&
		slices.ContainsFunc(g.out[g.to[f]], func(ask int) bool { return g.to[ask] == g.from[f] })
}

// takesNamesOut says whether a pipeline is sent personal data and hands on, to a store or a job, data that count as free of it.
func (d *derived) takesNamesOut(i int) bool {
	if d.g.Components[i].Kind != "data_pipeline" || !d.receives(i, "personal") {
		return false
	}
	handsOn := false
	for _, n := range d.g.out[i] {
		f, to := d.g.Flows[n], d.g.Components[d.g.to[n]]
		if f.names("personal") || len(f.Attributes["carries"].List) == 0 {
			return false
		}
		handsOn = handsOn || GroupOf(to.Kind) == "training" || to.is("document_store", "vector_store", "artifact_store")
	}
	return handsOn
}

// isLoggedBefore says whether all that calls a model writes down in full what it sends and gets.
func (d *derived) isLoggedBefore(i int) bool {
	callers := 0
	for _, f := range d.g.in[i] {
		from := d.g.Components[d.g.from[f]]
		if group := GroupOf(from.Kind); group != "application" && group != "people" && group != "tools" || !d.passesText(f) {
			continue
		}
		if from.text("logging") != "full" {
			return false
		}
		callers++
	}
	return callers > 0
}

// sharesItsMachine says whether an agent runs commands, itself or by a tool, on the machine where its own settings lie.
func (d *derived) sharesItsMachine(i int) bool {
	c := d.g.Components[i]
	open := func(t *Component) bool { return slices.Contains([]string{"none", "process"}, t.text("isolation")) }
	if c.text("boundary") != "user-device" && c.text("runs_in") != "desktop" {
		return false
	}
	return c.bool("executes_code") && open(c) || slices.ContainsFunc(d.tools[i], func(t int) bool {
		tool := d.g.Components[t]
		return tool.has("effects", "code") && tool.text("boundary") == c.text("boundary") && open(tool)
	})
}

// writesItsPrompts says whether what an agent writes gets, through tools and stores, to a store of prompts that it reads.
func (d *derived) writesItsPrompts(agent int) bool {
	g := d.g
	seen := map[int]bool{agent: true}
	open := []int{agent}
	for steps := 0; len(open) > 0 && steps < mostCalls; steps++ {
		at := open[0]
		open = open[1:]
		for _, f := range g.out[at] {
			to := g.Components[g.to[f]]
			if seen[g.to[f]] || !d.passesText(f) || d.asks(f, g.Flows[f], to) {
				continue
			}
			if to.Kind == "prompt_store" {
				if slices.ContainsFunc(g.out[g.to[f]], func(back int) bool { return g.to[back] == agent }) {
					return true
				}
				continue
			}
			if GroupOf(to.Kind) == "tools" || to.Kind == "document_store" {
				seen[g.to[f]] = true
				open = append(open, g.to[f])
			}
		}
	}
	return false
}

// storesWritten lists the stores and pipelines into which an agent writes by itself, without a tool drawn between, and what
// that lets it do.
func (d *derived) storesWritten(agent int) (stores []int, effects []string) {
	g := d.g
	for _, n := range g.out[agent] {
		f, to := g.Flows[n], g.Components[g.to[n]]
		if !isWritable(to) || !f.carries("model_output") || d.asks(n, f, to) || slices.Contains(stores, g.to[n]) {
			continue
		}
		stores = append(stores, g.to[n])
		if how := f.of("executes").Text; how == "code" || how == "shell" {
			effects = append(effects, "code")
		} else {
			effects = append(effects, "write")
		}
	}
	return stores, effects
}

// isWritable says whether writing to a component is an act, as with a tool. Memories, caches and training sets are none.
func isWritable(c *Component) bool {
	return c.is("document_store", "prompt_store", "ci_pipeline", "model_registry", "artifact_store")
}
