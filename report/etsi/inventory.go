package etsi

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/inert"
)

// tables are the kinds of information that an assessor asks for, with the components that stand in each.
var tables = []struct {
	name, prefix string
	kinds        []lodemark.Kind
	wants        []string // what is asked of each entry
}{
	{"models", "MOD", []lodemark.Kind{lodemark.KindModel, lodemark.KindHostedModel, lodemark.KindEmbeddingModel}, []string{"version", "digest"}},
	{"data", "DAT", []lodemark.Kind{lodemark.KindDataset, lodemark.KindVectorStore}, []string{"digest"}},
	{"prompts", "PRO", []lodemark.Kind{lodemark.KindPrompt}, []string{"digest"}},
	{"interfaces", "INT", []lodemark.Kind{lodemark.KindServer, lodemark.KindMCPServer, lodemark.KindModelCall}, []string{"address"}},
	{"agents and tools", "AGT", []lodemark.Kind{lodemark.KindAgent, lodemark.KindTool, lodemark.KindHandoff, lodemark.KindGuardrail, lodemark.KindAgentConfig}, nil},
	{"training and evaluation", "TRN", []lodemark.Kind{lodemark.KindTraining, lodemark.KindEvaluation, lodemark.KindNotebook, lodemark.KindMonitoring}, nil},
	{"software components", "SWC", []lodemark.Kind{lodemark.KindPackage, lodemark.KindManifest, lodemark.KindLockFile}, []string{"version"}},
	{"infrastructure", "INF", []lodemark.Kind{lodemark.KindContainer, lodemark.KindCompose, lodemark.KindKubernetes, lodemark.KindInfrastructure, lodemark.KindPipeline}, nil},
	{"documents", "DOC", []lodemark.Kind{lodemark.KindModelCard, lodemark.KindDataCard, lodemark.KindDocument, lodemark.KindThreatModel}, []string{"digest"}},
}

// inventory lists what is known of the system: its parts, and what its declaration adds. Parts of tests decide nothing and are
// left out. What an assessor will ask and nothing tells is named with each entry.
func inventory(r *lodemark.Run) []entry {
	out := []entry{}
	if r.System == nil {
		return out
	}
	numbers := map[string]int{}
	add := func(table, prefix string, e entry, wants []string) {
		numbers[prefix]++
		e.ID, e.Table = fmt.Sprintf("IXIT-%s-%d", prefix, numbers[prefix]), table
		have := map[string]bool{"version": e.Version != "", "digest": e.Digest != "", "address": e.Where != "" && e.Where != notKnown}
		e.Missing = []string{}
		for _, w := range wants {
			if !have[w] {
				e.Missing = append(e.Missing, w)
			}
		}
		if e.Facts == nil {
			e.Facts = map[string]string{}
		}
		out = append(out, e)
	}
	parts := parts(r.System)
	d := r.System.Declared
	for _, t := range tables {
		for _, c := range parts {
			if slices.Contains(t.kinds, c.Kind) {
				add(t.name, t.prefix, part(c), t.wants)
			}
		}
		switch t.name {
		case "models":
			for _, m := range d.Models {
				add(t.name, t.prefix, entry{Kind: string(lodemark.KindHostedModel), Name: inert.Or(m.Model, notKnown), Where: inert.Or(m.Provider, notKnown), Version: inert.Line(m.Version),
					Origin: string(lodemark.OriginDeclared), Facts: facts(map[string]string{"purpose": m.Purpose})}, []string{"version"})
			}
		case "interfaces":
			for _, e := range d.Endpoints {
				add(t.name, t.prefix, entry{Kind: "endpoint", Name: inert.Or(e.Name, e.URL), Where: inert.Or(e.URL, notKnown), Origin: string(lodemark.OriginDeclared),
					Facts: facts(map[string]string{"exposure": e.Exposure})}, t.wants)
			}
		case "documents":
			for _, about := range slices.Sorted(maps.Keys(d.Documents)) {
				x := d.Documents[about]
				sum := ""
				if x.SHA256 != "" {
					sum = "sha256:" + inert.Line(x.SHA256)
				}
				add(t.name, t.prefix, entry{Kind: "document", Name: inert.Line(about), Where: inert.Or(x.Path, x.Address, notKnown), Digest: sum, Origin: string(lodemark.OriginDeclared),
					Facts: facts(map[string]string{"date": x.Date})}, nil)
			}
		}
	}
	return out
}

const notKnown = "not known"

// parts are the components of files and of source code, each once, without those of tests.
func parts(s *lodemark.System) []lodemark.Component {
	type key struct {
		kind       lodemark.Kind
		name, path string
		line       int
	}
	seen := map[key]bool{}
	var out []lodemark.Component
	for _, c := range slices.Concat(s.Components, s.Code) {
		k := key{c.Kind.Group(), c.Name, c.Path, c.Line}
		if c.Test || seen[k] {
			continue
		}
		seen[k] = true
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b lodemark.Component) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
	})
	return out
}

func part(c lodemark.Component) entry {
	e := entry{Kind: string(c.Kind), Name: inert.Or(c.Name, "without a name"), Where: notKnown, Version: inert.Line(c.Version), Digest: inert.Line(c.Digest), Pin: string(c.Pin), Origin: string(c.Origin)}
	switch {
	case c.Path != "":
		e.Where = place(c.Path, c.Line)
	case c.Address != "":
		e.Where = inert.Line(c.Address)
	}
	all := map[string]string{"format": c.Format}
	if c.Path != "" {
		all["address"] = c.Address
	}
	if c.Scan != nil {
		all["scan"] = c.Scan.Verdict
	}
	for name, value := range c.Detail {
		all[name] = value
	}
	e.Facts = facts(all)
	return e
}

func facts(all map[string]string) map[string]string {
	out := map[string]string{}
	for name, value := range all {
		if name, value = inert.Line(name), inert.Cut(value, 300); name != "" && value != "" {
			out[name] = value
		}
	}
	return out
}
