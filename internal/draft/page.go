package draft

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// rowsMost is how many things of one kind a draft lists. What is left out is counted in a row of its own.
const rowsMost = 60

// The files whose digest is given: computing it must not make people wait.
const (
	digestBytes = 64 << 20
	digestTotal = 512 << 20
)

// page is what the templates are filled in with. All strings are safe in a cell of Markdown.
type page struct {
	Name, Mark                                                                     string
	Owner, OwnerContact, Leader, LeaderContact                                     string
	DataClasses                                                                    string
	Authors                                                                        int
	AuthorRows                                                                     []struct{} // a row for each, at least one
	Agentic, Any, Supplied                                                         bool
	Models, Hosted, Datasets, Prompts, Stores, Tools, Servers, Packages, Pipelines []*part
	Endpoints, Settings                                                            []*part
	Providers                                                                      []string
	// Groups of the above, by what a document is about.
	Parts, Assets, Serving, Guarded, Evaluated, Chosen []*part
}

// part is one thing of the system.
type part struct {
	What, Name, Path, Where, Format, Version, Provider string
	file                                               string // in the tree, as it is called there; empty: it is none
	none                                               string // what stands in place of the digest of what is no file
	digests                                            *digests
}

// Digest is the SHA-256 of a file as it lies in the tree, or the slot for it.
func (p *part) Digest() string {
	if sum := p.digests.of(p.file); sum != "" {
		return sum
	}
	return cmp.Or(p.none, "<64 digits, from sha256sum>")
}

// Short is the beginning of the digest, by which a person sees which file is meant.
func (p *part) Short() string {
	if sum := p.digests.of(p.file); sum != "" {
		return sum[:12] + "…"
	}
	return "<12 digits>"
}

// digests computes the digests that a template asks for, within bounds.
type digests struct {
	compute func(string) (string, error)
	sizes   map[string]int64
	left    int64
	done    map[string]string
}

func (d *digests) of(file string) string {
	size, known := d.sizes[file]
	sum, done := d.done[file]
	if done || file == "" || !known || d.compute == nil || size > digestBytes || size > d.left {
		return sum
	}
	d.left -= size
	if full, err := d.compute(file); err == nil {
		sum = strings.TrimPrefix(full, "sha256:")
	}
	if len(sum) != 64 {
		sum = ""
	}
	d.done[file] = sum
	return sum
}

func pageOf(known Known) *page {
	s := known.System
	d := s.Declared
	p := &page{Name: cmp.Or(cell(s.Name), "<name of the system>"), Authors: known.Authors, Agentic: s.Fact("agentic").Answer != lodemark.No,
		AuthorRows: make([]struct{}, min(max(known.Authors, 1), rowsMost))}
	p.Mark = "> **" + mark(known.At) + ".** Not evidence as it stands. Put what is true in place of each \"fill in\", correct what was found for you, " +
		"take out what does not apply, then take out this line. One \"fill in\" that is left keeps it a draft."
	p.Owner, p.OwnerContact = cmp.Or(cell(d.Owner.Name), "<name or role>"), cmp.Or(cell(d.Owner.Contact), "<mail, phone or channel>")
	p.Leader, p.LeaderContact = cmp.Or(cell(d.Leader.Name), "<name or role>"), cmp.Or(cell(d.Leader.Contact), "<mail, phone or channel>")
	p.DataClasses = cmp.Or(cell(strings.Join(d.DataClasses, ", ")), "<classes>")

	g := gatherer{system: s, digests: &digests{compute: known.Digest, sizes: map[string]int64{}, left: digestTotal, done: map[string]string{}}}
	for _, f := range s.Files {
		if f.Link == "" {
			g.digests.sizes[f.Path] = f.Size
		}
	}
	p.Models = g.all("Model", lodemark.KindModel)
	p.Hosted = g.all("Hosted model", lodemark.KindHostedModel)
	p.Datasets = g.all("Dataset", lodemark.KindDataset)
	p.Prompts = g.all("Prompt", lodemark.KindPrompt)
	p.Stores = g.all("Vector store", lodemark.KindVectorStore)
	p.Tools = g.all("Tool server", lodemark.KindMCPServer)
	p.Servers = g.all("Model server", lodemark.KindServer)
	p.Packages = g.all("Package", lodemark.KindPackage)
	p.Pipelines = g.all("Pipeline", lodemark.KindPipeline)
	p.Settings = g.all("", lodemark.KindContainer, lodemark.KindCompose, lodemark.KindKubernetes, lodemark.KindInfrastructure)
	for _, e := range d.Endpoints {
		p.Endpoints = append(p.Endpoints, &part{Name: cmp.Or(cell(e.Name), "endpoint"), Where: cmp.Or(code(e.URL, pathMost), "<address>"), digests: g.digests})
	}
	p.Providers = providers(s)

	p.Parts = slices.Concat(p.Hosted, p.Models, p.Servers, p.Prompts, p.Stores, p.Tools)
	p.Assets = slices.Concat(p.Models, p.Datasets, p.Prompts, p.Stores, p.Tools, p.Pipelines)
	p.Serving = slices.Concat(p.Hosted, p.Models, p.Servers)
	p.Guarded = slices.Concat(p.Models, p.Datasets, p.Prompts, p.Stores, p.Pipelines)
	p.Evaluated = slices.Concat(p.Hosted, p.Models, p.Prompts)
	p.Chosen = slices.Concat(p.Hosted, p.Models)
	p.Any = len(p.Chosen) > 0
	p.Supplied = p.Any || len(p.Packages) > 0 || len(p.Tools) > 0
	return p
}

// gatherer turns components into parts.
type gatherer struct {
	system  *lodemark.System
	digests *digests
}

// all lists the components of the kinds that are the system's own: nothing from tests and vendored folders, and a package once.
func (g gatherer) all(what string, kinds ...lodemark.Kind) []*part {
	var parts []*part
	seen := map[string]bool{}
	more := 0
	for c := range g.system.Of(kinds...) {
		key := c.Path + "\x00" + c.Name
		if c.Kind == lodemark.KindPackage || c.Kind == lodemark.KindHostedModel {
			key = c.Name
		}
		if c.Test || seen[key] || c.Origin == lodemark.OriginUnresolved {
			continue
		}
		seen[key] = true
		if len(parts) >= rowsMost {
			more++
			continue
		}
		parts = append(parts, g.part(what, c))
	}
	if more > 0 {
		slot := fmt.Sprintf("<%d more were found; list them>", more)
		parts = append(parts, &part{What: what, Name: slot, Path: "<path>", Where: "<place>", Format: "<format>", Version: "<version>", Provider: "<provider>", digests: g.digests})
	}
	return parts
}

var settingsOf = map[lodemark.Kind]string{lodemark.KindContainer: "container image", lodemark.KindCompose: "compose file", lodemark.KindKubernetes: "cluster settings",
	lodemark.KindInfrastructure: "infrastructure"}

func (g gatherer) part(what string, c lodemark.Component) *part {
	p := &part{What: cmp.Or(what, settingsOf[c.Kind]), Name: cmp.Or(cell(c.Name), code(c.Path, pathMost), "<name>"), Path: cmp.Or(code(c.Path, pathMost), "<path>"),
		Format: cmp.Or(cell(c.Format), "<format>"), Version: cmp.Or(cell(c.Version), "<version>"), Provider: cmp.Or(cell(c.Detail["provider"]), "<provider>"), digests: g.digests}
	place := c.Path
	if c.Line > 0 {
		place = fmt.Sprintf("%s:%d", c.Path, c.Line)
	}
	p.Where = cmp.Or(code(place, pathMost), code(c.Address, pathMost), "<place>")
	switch {
	case c.Kind == lodemark.KindHostedModel:
		p.none = "<dated version>"
	case c.Line > 0:
		p.none = "no file of its own"
	case c.Detail["lfs_pointer"] != "true":
		p.file = c.Path
	}
	return p
}

// providers names the providers of hosted models once each.
func providers(s *lodemark.System) []string {
	var names []string
	for c := range s.Of(lodemark.KindHostedModel) {
		name := cell(c.Detail["provider"])
		if c.Test || name == "" || len(names) >= rowsMost || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
			continue
		}
		names = append(names, name)
	}
	return names
}
