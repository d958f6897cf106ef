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
		if e.Origin == string(lodemark.OriginUnresolved) {
			e.Missing = append(e.Missing, "name")
		}
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

// thing is what several places may speak of. Of what is called after a variable the file makes it another thing.
type thing struct {
	kind                        lodemark.Kind
	name, version, digest, file string
	pin                         lodemark.Pin
	origin                      lodemark.Origin
}

func thingOf(c lodemark.Component) thing {
	t := thing{kind: c.Kind.Group(), name: c.Name, version: c.Version, digest: c.Digest, pin: c.Pin, origin: c.Origin}
	if !c.Kind.IsModel() && c.Kind != lodemark.KindPackage && c.Kind != lodemark.KindDataset || c.Name == "" {
		t.file = c.Path
	}
	return t
}

// seen is a component with the number of other places at which the same thing was seen.
type seen struct {
	lodemark.Component
	more int
}

// parts are the components of files and of source code, each thing once at its first place, without those of tests. Two
// discoveries may have seen one place.
func parts(s *lodemark.System) []seen {
	all := slices.DeleteFunc(slices.Concat(s.Components, s.Code), func(c lodemark.Component) bool { return c.Test })
	slices.SortStableFunc(all, func(a, b lodemark.Component) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
	})
	type spot struct {
		thing
		path string
		line int
	}
	at, told := map[thing]int{}, map[spot]bool{}
	var out []seen
	for _, c := range all {
		t := thingOf(c)
		if told[spot{t, c.Path, c.Line}] {
			continue
		}
		told[spot{t, c.Path, c.Line}] = true
		if i, ok := at[t]; ok {
			out[i].more++
			continue
		}
		at[t] = len(out)
		out = append(out, seen{c, 0})
	}
	return out
}

func part(c seen) entry {
	e := entry{Kind: string(c.Kind), Name: inert.Or(c.Name, "without a name"), Where: notKnown, More: c.more, Version: inert.Line(c.Version), Digest: inert.Line(c.Digest), Pin: string(c.Pin), Origin: string(c.Origin)}
	if c.Origin == lodemark.OriginUnresolved {
		e.Name = "not resolved: " + e.Name // a reference whose value files do not say is nothing of that name
	}
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
