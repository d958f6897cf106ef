package report

import (
	"maps"
	"path"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/lodemark/lodemark"
)

func (c *cyclone) edge(from string, to ...string) {
	for _, ref := range to {
		if from == "" || from == ref {
			continue
		}
		if c.edges[from] == nil {
			c.edges[from] = map[string]bool{}
		}
		c.edges[from][ref] = true
	}
}

// graph says what uses what: the system all that is not in tests; agents their tools, models and the agents that they hand over to; jobs
// their models and data; models what they are made from. Names of variables that are borne by more than one thing tie nothing.
func (c *cyclone) graph() {
	excluded := map[string]bool{}
	for _, x := range c.components {
		excluded[x.BOMRef] = x.Scope == cdx.ScopeExcluded
	}
	for ref := range c.refs {
		if !excluded[ref] && !c.aside[ref] {
			c.edge(systemRef, ref)
		}
	}
	for _, p := range c.parts {
		if p.unresolved() {
			continue
		}
		switch p.Kind {
		case lodemark.KindAgent:
			c.tie(p, "tools", lodemark.KindTool, lodemark.KindMCPServer)
			c.tie(p, "handoffs", lodemark.KindAgent)
			c.tie(p, "model", lodemark.KindHostedModel, lodemark.KindModel)
		case lodemark.KindTraining, "finetune_job", lodemark.KindEvaluation, lodemark.KindServer:
			c.tie(p, "model", lodemark.KindModel, lodemark.KindHostedModel)
			c.tie(p, "dataset", lodemark.KindDataset)
		case lodemark.KindModel, lodemark.KindEmbeddingModel:
			from := c.refOf(p)
			for _, name := range p.values(lodemark.Loads) {
				c.edge(from, c.files(name)...)
			}
			for _, name := range trainedOn(p) {
				c.edge(from, c.known(lodemark.KindDataset, name)...)
			}
			for _, base := range []string{p.fact("base model"), p.fact("made from")} {
				c.edge(from, c.known(lodemark.KindModel, base)...)
			}
		}
	}
}

// tie draws an edge to each thing that a detail of a part names.
func (c *cyclone) tie(p part, detail string, kinds ...lodemark.Kind) {
	from := c.refOf(p)
	for _, v := range p.values(detail) {
		for name := range strings.SplitSeq(v, ",") {
			for _, k := range kinds {
				c.edge(from, c.known(k, strings.TrimSpace(name))...)
			}
		}
	}
}

// files are the references of the model file of a path, or of those in a folder.
func (c *cyclone) files(name string) []string {
	var refs []string
	for _, p := range c.parts {
		if p.Kind == lodemark.KindModel && p.Scan != nil && (p.Path == name || path.Dir(p.Path) == name) {
			if ref := c.refOf(p); ref != "" {
				refs = append(refs, ref)
			}
		}
	}
	return refs
}

// refOf finds the reference that a part was given.
func (c *cyclone) refOf(p part) string {
	return c.given[keyOf(p.Component)]
}

func (c *cyclone) dependencies() *[]cdx.Dependency {
	var out []cdx.Dependency
	for _, from := range slices.Sorted(maps.Keys(c.edges)) {
		to := slices.Sorted(maps.Keys(c.edges[from]))
		out = append(out, cdx.Dependency{Ref: from, Dependencies: &to})
	}
	return list(out)
}
