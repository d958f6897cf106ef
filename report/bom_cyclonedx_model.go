package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/lodemark/lodemark"
)

// model adds to a component what is known of it as a model. What nobody says stays out: an empty card would look like a looked-at one.
func (c *cyclone) model(out *cdx.Component, p part) {
	out.Description = told(cmp.Or(p.fact("description"), p.value("purpose")))
	out.Licenses = licencesOf(p)
	if who, from := producerOf(p); who != "" {
		out.Manufacturer = &cdx.OrganizationalEntity{Name: told(who)}
		*out.Properties = append(*out.Properties, property("producer:from", from))
	}
	if provider := providersOf(p); len(provider) > 0 {
		out.Supplier = &cdx.OrganizationalEntity{Name: told(provider[0])}
	}
	var refs []cdx.ExternalReference
	if address := hubAddress(p); address != "" {
		refs = append(refs, cdx.ExternalReference{Type: cdx.ERTypeWebsite, URL: address})
	}
	if card := c.card(p, lodemark.KindModelCard); card != "" {
		refs = append(refs, cdx.ExternalReference{Type: cdx.ERTypeModelCard, URL: relative(card)})
	}
	if source := webAddress(p.fact("source")); source != "" {
		refs = append(refs, cdx.ExternalReference{Type: cdx.ERTypeWebsite, URL: source, Comment: "from the model's own metadata"})
	}
	out.ExternalReferences = list(refs)
	out.ModelCard = c.modelCard(p)
}

// modelCard holds only what files say; nil where they say nothing.
func (c *cyclone) modelCard(p part) *cdx.MLModelCard {
	m := cdx.MLModelParameters{Task: told(p.fact("task")), ArchitectureFamily: told(p.fact("model type")), ModelArchitecture: told(p.fact("architecture", "class"))}
	var sets []cdx.MLDatasetChoice
	for _, name := range trainedOn(p) {
		refs := c.known(lodemark.KindDataset, name)
		for _, ref := range refs {
			sets = append(sets, cdx.MLDatasetChoice{Ref: ref})
		}
		if len(refs) > 0 {
			continue
		}
		sets = append(sets, cdx.MLDatasetChoice{ComponentData: &cdx.ComponentData{Type: cdx.ComponentDataTypeDataset, Name: told(name)}})
	}
	m.Datasets = list(sets)
	card := cdx.MLModelCard{}
	if m != (cdx.MLModelParameters{}) {
		card.ModelParameters = &m
	}
	if purpose := p.values("purpose"); len(purpose) > 0 {
		uses := make([]string, 0, len(purpose))
		for _, u := range purpose {
			uses = append(uses, told(u))
		}
		card.Considerations = &cdx.MLModelCardConsiderations{UseCases: &uses}
	}
	if card == (cdx.MLModelCard{}) {
		return nil
	}
	return &card
}

// known are the references of what bears a name: of models and datasets all revisions, and of what is called after a variable only one that
// no other is called like.
func (c *cyclone) known(kind lodemark.Kind, name string) []string {
	refs := c.named[string(kind)+"\x00"+name]
	if g, _ := groupOf(kind); len(refs) > 1 && !g.ByReference || len(refs) > manyRevisions {
		return nil
	}
	return slices.Sorted(maps.Keys(refs))
}

// manyRevisions is how many revisions of one model a reference by name may stand for.
const manyRevisions = 20

// licencesOf are those that metadata, a configuration or a card name. Nobody checked them.
func licencesOf(p part) *cdx.Licenses {
	if p.Scan == nil {
		return nil
	}
	var out cdx.Licenses
	var seen []string
	for _, f := range p.Scan.Facts {
		if f.Name != "licence" || f.Value == "" || slices.Contains(seen, f.Value) {
			continue
		}
		seen = append(seen, f.Value)
		l := &cdx.License{Acknowledgement: cdx.LicenseAcknowledgementDeclared}
		if id := spdxIDs[strings.ToLower(strings.TrimSpace(f.Value))]; id != "" {
			l.ID = id
		} else {
			l.Name = told(f.Value)
		}
		out = append(out, cdx.LicenseChoice{License: l})
	}
	if len(out) == 0 {
		return nil
	}
	return &out
}
