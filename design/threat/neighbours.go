package threat

import "slices"

// neighbours are derived attributes that say what the parts around a component make of it.
type neighbours struct {
	copies  *reach // content of stores that give it to some only, and their rights, on its way into an index
	ownWord *reach // what comes out of the owner's models
	indexed []bool
	kept    []bool
	reasons []bool
	files   []bool
}

func (d *derived) findNeighbours() {
	g := d.g
	n := len(g.Components)
	d.kept = g.back(g.which(func(c *Component) bool { return c.is("vector_store", "document_store", "dataset", "feature_store") }), 5, d.passesText,
		func(c *Component) bool {
			return c.is("crawler", "data_pipeline", "gateway", "guard_model", "web_source")
		})
	d.copies = g.walk(g.which(givesToSome), func(f int) bool {
		from, to := g.Components[g.from[f]], g.Components[g.to[f]]
		return (givesToSome(from) || isIndexing(from)) && (isIndexing(to) || to.Kind == "vector_store") && !d.asks(f, g.Flows[f], to)
	})
	d.ownWord = g.walk(g.which(func(c *Component) bool { return c.bool("serves_own_model") }), d.passesOutput)
	d.indexed = g.back(g.which(func(c *Component) bool { return c.Kind == "vector_store" }), 4, d.passesText, isIndexing)
	d.reasons, d.files = make([]bool, n), make([]bool, n)
	for i := range g.Components {
		d.reasons[i] = d.isExplaining(i)
		d.files[i] = d.opensLocalFiles(i)
	}
}

// givesToSome says whether a store holds what not everybody may read, or says who may.
func givesToSome(c *Component) bool {
	return c.Kind == "identity_provider" || c.Kind == "document_store" && c.has("holds", sensitive...)
}

// isIndexing says whether a component only takes content from its source into an index.
func isIndexing(c *Component) bool {
	return c.is("data_pipeline", "crawler", "embedding_model") || c.Kind == "model_server" && c.has("returns", "embeddings")
}

// isExplaining says whether a component tells how results come about: it says so, or makes further numbers of what a model puts
// out without having asked it (weights of features, distances).
func (d *derived) isExplaining(i int) bool {
	g, c := d.g, d.g.Components[i]
	if c.has("returns", "reasons") && !c.bool("generative") {
		return true
	}
	if !c.is("api", "app", "model_server") || c.bool("generative") || c.bool("serves_own_model") || !c.has("returns", "scores", "logits") || decides(c) {
		return false
	}
	isModel := func(c *Component) bool { return c.is("model", "model_server") && !c.bool("generative") }
	given := slices.ContainsFunc(g.in[i], func(f int) bool { return g.Flows[f].names("model_output") && isModel(g.Components[g.from[f]]) })
	asks := slices.ContainsFunc(g.out[i], func(f int) bool { return isModel(g.Components[g.to[f]]) })
	return given && !asks
}

// opensLocalFiles says whether a tool on a person's machine reads or changes what lies there, and nothing else: it has no key, does
// nothing beyond reading and changing, and nothing is drawn behind it that lies elsewhere.
func (d *derived) opensLocalFiles(i int) bool {
	g, c := d.g, d.g.Components[i]
	if !c.is("tool", "mcp_server") || c.text("boundary") != "user-device" && c.text("runs_in") != "desktop" || c.has("holds", "credential") {
		return false
	}
	if !c.has("effects", "read", "write") || c.has("effects", "send", "network", "spend", "code", "computer_use", "unknown") {
		return false
	}
	isElsewhere := func(n int) bool {
		group := GroupOf(g.Components[n].Kind)
		return group != "people" && group != "application" && group != "supply" && g.Components[n].text("boundary") != "user-device"
	}
	return !slices.ContainsFunc(g.in[i], func(f int) bool { return isElsewhere(g.from[f]) }) && !slices.ContainsFunc(g.out[i], func(f int) bool { return isElsewhere(g.to[f]) })
}
