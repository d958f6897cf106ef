package threat

import "slices"

var sensitive = []string{"confidential", "personal", "special"}

// derived is what follows from a model's flows. Numbers are those of graph.
type derived struct {
	g                     *graph
	users, untrusted      *reach // text and data of end users; content that anybody may have written
	generated, models     *reach // what generative models write; what any model puts out
	generative            []bool
	exposed               []bool
	tools, approved       [][]int // of an agent: what it can call by itself, and behind a person
	called                []bool
	effects               [][]string // of tools and approved: sorted unions
	approvedEffects       [][]string
	effectsOpen           []string // the attribute that would settle the union; "" where it is known
	external              []bool   // a tool gives back what third parties wrote
	externalOpen          []string
	credentials           []bool
	feedsGenerative       []bool
	feedsTraining         []bool
	feedsDecision         []bool
	feedsModel            []bool
	answersUsers          []bool
	instructed            []bool
	weights, sees, shares []bool
	roles
	sensitive      bool
	agents, hosted int
	packages       int
	anyGenerative  bool
}

// derive works out what reaches what. Every walk looks at each flow a bounded number of times.
func derive(m *Model) *derived {
	g := newGraph(m)
	n := len(m.Components)
	d := &derived{g: g, generative: make([]bool, n), exposed: make([]bool, n), credentials: make([]bool, n), weights: make([]bool, n),
		sees: make([]bool, n), shares: make([]bool, n), external: make([]bool, n), externalOpen: make([]string, n), instructed: make([]bool, n)}
	for i, c := range m.Components {
		d.generative[i] = c.bool("generative")
		d.anyGenerative = d.anyGenerative || d.generative[i]
		d.instructed[i] = c.bool("has_system_prompt") || d.receives(i, "hidden_context") && !denies(c, "has_system_prompt")
		if c.bool("agentic") {
			d.agents++
		}
		if c.Kind == "package_source" && !slices.ContainsFunc(g.out[i], func(f int) bool { return m.Flows[f].names("weights") }) {
			d.packages++
		}
		if c.Kind == "hosted_model_api" || c.is("embedding_model", "guard_model", "model") && c.text("hosting") == "vendor" {
			d.hosted++
		}
	}
	d.users = g.walk(g.which(func(c *Component) bool { return c.Kind == "end_user" }), d.passesWords)
	d.untrusted = g.walk(g.which(d.anybodyWrites), d.passesText)
	d.generated = g.walk(g.which(func(c *Component) bool { return c.bool("generative") }), d.passesOutput)
	d.models = g.walk(g.which(putsOut), d.passesOutput)
	d.reachTools()
	for i, c := range m.Components {
		d.exposed[i] = d.isExposed(i, c)
		d.sees[i] = anyOf(c.of("holds").List, sensitive) || anyOf(c.of("trained_on").List, sensitive) || d.receives(i, sensitive...)
		d.weights[i] = slices.ContainsFunc(g.out[i], func(f int) bool { return m.Flows[f].names("weights") })
		d.shares[i] = d.writesShared(i)
		d.sensitive = d.sensitive || c.has("holds", append(sensitive, "credential")...)
	}
	for _, f := range m.Flows {
		d.sensitive = d.sensitive || f.names(append(sensitive, "credential")...)
	}
	d.feeds()
	d.findRoles()
	return d
}

// which lists the components for which something holds.
func (g *graph) which(holds func(*Component) bool) []int {
	var all []int
	for i, c := range g.Components {
		if holds(c) {
			all = append(all, i)
		}
	}
	return all
}

// anybodyWrites says whether a component is a source of content that anybody may have written.
func (d *derived) anybodyWrites(c *Component) bool {
	users := d.g.System.of("users")
	outside := slices.Contains([]string{"internet", "vendor", "retrieved-content"}, c.text("boundary"))
	switch c.Kind {
	case "web_source", "crawler":
		return true
	case "document_store", "vector_store", "memory_store", "dataset", "feature_store", "cache":
		return c.has("writers", "public", "third_party", "crawler") || c.has("writers", "user") && c.Kind != "memory_store" && (users.Unknown || users.Number > 1) ||
			c.text("boundary") == "retrieved-content"
	case "tool", "mcp_server":
		return returnsExternal(c)
	case "app", "api", "agent":
		return outside
	}
	return c.text("boundary") == "retrieved-content" && GroupOf(c.Kind) != "people"
}

// returnsExternal says whether a tool gives back what third parties wrote.
func returnsExternal(c *Component) bool {
	return isForeign(c) || c.has("effects", "network", "computer_use")
}

// isForeign says whether a tool is made or run by others.
func isForeign(c *Component) bool {
	return c.text("origin") == "third_party" || c.text("origin") == "hub" ||
		slices.Contains([]string{"internet", "vendor", "retrieved-content"}, c.text("boundary"))
}

// denies says whether a feature is declared not to be there.
func denies(c *Component, name string) bool {
	v, said := c.Attributes[name]
	return said && !v.Unknown && !v.Bool
}

func putsOut(c *Component) bool {
	return c.bool("generative") || c.is("model", "model_server", "hosted_model_api", "embedding_model", "guard_model") || len(c.of("returns").List) > 0 ||
		c.bool("serves_own_model")
}

// passesText says whether a flow takes content on. People do not pass it on but by writing, which is their own; what only
// judges or measures text gives back no text; what is asked of a store does not stay in it.
func (d *derived) passesText(n int) bool {
	f, from, to := d.g.Flows[n], d.g.Components[d.g.from[n]], d.g.Components[d.g.to[n]]
	switch {
	case GroupOf(from.Kind) == "people":
		return from.Kind == "end_user" || from.Kind == "labeller"
	case from.is("guard_model", "embedding_model", "model", "identity_provider", "secret_store", "monitoring", "package_source", "ci_pipeline", "model_registry", "artifact_store", "gpu_node") && !from.bool("generative"):
		return f.names("prompt", "model_output") && from.is("guard_model")
	case d.asks(n, f, to):
		return false
	case len(f.Attributes["carries"].List) == 0:
		return true
	case from.Kind == "edge_device" && f.names("telemetry"):
		return true
	}
	return f.names("public", "internal", "confidential", "personal", "special", "copyright", "prompt", "hidden_context", "training", "labels", "feedback", "model_output")
}

// passesWords says whether a flow takes on what a user wrote: content, and not only what the system says about itself.
func (d *derived) passesWords(n int) bool {
	f := d.g.Flows[n]
	carried := f.Attributes["carries"].List
	return d.passesText(n) && (len(carried) == 0 || f.names("public", "confidential", "personal", "special", "copyright", "prompt", "training", "labels", "feedback", "model_output", "telemetry"))
}

// asks says whether a flow is a question to a store: only a prompt goes in, and an answer comes back.
func (d *derived) asks(n int, f *Flow, to *Component) bool {
	if !to.is("vector_store", "document_store", "feature_store", "cache", "web_source") {
		return false
	}
	carried := f.Attributes["carries"].List
	if len(carried) > 1 || len(carried) == 1 && carried[0] != "prompt" {
		return false
	}
	return slices.ContainsFunc(d.g.out[d.g.to[n]], func(back int) bool { return d.g.to[back] == d.g.from[n] })
}

func (d *derived) passesOutput(n int) bool {
	f, from, to := d.g.Flows[n], d.g.Components[d.g.from[n]], d.g.Components[d.g.to[n]]
	if GroupOf(from.Kind) == "people" || d.asks(n, f, to) {
		return false
	}
	return f.carries("model_output") && !(from.is("embedding_model", "guard_model") && !f.names("model_output"))
}

func (d *derived) receives(i int, classes ...string) bool {
	return slices.ContainsFunc(d.g.in[i], func(f int) bool { return d.g.Flows[f].names(classes...) })
}

// isExposed: what says it is on the internet, and what says nothing and is sent to by a stranger or a stranger's client.
func (d *derived) isExposed(i int, c *Component) bool {
	if v, said := c.Attributes["exposure"]; said {
		return v.Text == "internet"
	}
	if GroupOf(c.Kind) == "people" {
		return false
	}
	return slices.ContainsFunc(d.g.in[i], func(f int) bool {
		from := d.g.Components[d.g.from[f]]
		return from.is("end_user", "browser_client") && (slices.Contains([]string{"internet", "user-device", "tenant"}, from.text("boundary")) || from.text("exposure") == "internet")
	})
}

// writesShared says whether a component writes to a store that others read. A store of one user is none of these.
func (d *derived) writesShared(i int) bool {
	users := d.g.System.of("users")
	return slices.ContainsFunc(d.g.out[i], func(n int) bool {
		to := d.g.Components[d.g.to[n]]
		if !to.is("vector_store", "document_store", "memory_store", "cache", "prompt_store", "dataset") || d.asks(n, d.g.Flows[n], to) {
			return false
		}
		if v, said := to.Attributes["shared"]; said {
			return v.Bool
		}
		return to.text("memory") == "shared" || to.Kind != "memory_store" && (users.Unknown || users.Number > 1)
	})
}

// feeds goes against the flows: whose content ends in a generative component, in training, in a decision.
func (d *derived) feeds() {
	g := d.g
	text := func(f int) bool { return d.passesText(f) }
	d.feedsGenerative = g.back(g.which(func(c *Component) bool { return c.bool("generative") }), 5, text,
		func(c *Component) bool {
			return c.is("gateway", "guard_model", "orchestrator", "app", "api", "data_pipeline", "vector_store", "document_store")
		})
	d.feedsTraining = g.back(g.which(func(c *Component) bool { return c.is("training_job", "finetune_job") }), 6,
		func(f int) bool { return !g.Flows[f].names("weights") },
		func(c *Component) bool {
			return c.is("data_pipeline", "dataset", "feature_store", "document_store", "artifact_store", "app")
		})
	d.feedsDecision = g.back(g.which(decides), 4, func(f int) bool { return g.Flows[f].names("model_output") },
		func(c *Component) bool { return !c.is("hitl_console") && GroupOf(c.Kind) != "people" })
	d.feedsModel = g.back(g.which(func(c *Component) bool {
		return c.bool("generative") || c.is("model_server", "embedding_model", "guard_model", "hosted_model_api")
	}), 5, text, func(c *Component) bool { return c.is("gateway", "orchestrator", "app", "api", "agent") })
	d.answersUsers = g.back(g.which(func(c *Component) bool {
		return c.is("end_user", "browser_client") || c.Kind != "artifact_store" && c.text("exposure") == "internet" && answers(c)
	}), 8,
		func(f int) bool { return g.Flows[f].names("model_output", "weights") }, func(c *Component) bool { return GroupOf(c.Kind) != "people" })
	for i, c := range g.Components {
		d.answersUsers[i] = d.answersUsers[i] || c.text("exposure") == "internet" && answers(c)
		d.feedsDecision[i] = d.feedsDecision[i] || decides(c)
	}
}

// answers says whether a component gives out what a model says.
func answers(c *Component) bool {
	return len(c.of("returns").List) > 0 || c.bool("serves_own_model") || c.bool("generative")
}

func decides(c *Component) bool {
	t := c.text("decides")
	return t != "" && t != "none"
}
