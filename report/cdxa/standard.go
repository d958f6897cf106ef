package cdxa

import (
	"fmt"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/lodemark/lodemark"
)

// standard writes the guidelines as a standard: areas and guidelines by their official titles, and under each guideline its
// clauses, in our own words.
func standard(c *lodemark.Catalogue) cdx.StandardDefinition {
	out := cdx.StandardDefinition{BOMRef: "standard/guidelines", Name: c.Source.Title, Version: c.Source.Published, Owner: "NCSC, CISA and their partners",
		Description:        "Areas, guidelines and their titles are those of the document; the clauses are paraphrases, each the smallest statement that one piece of evidence can settle.",
		ExternalReferences: &[]cdx.ExternalReference{{Type: cdx.ERTypeDocumentation, URL: c.Source.URL, Comment: "Licence: " + c.Source.Licence}}}
	var all []cdx.StandardRequirement
	for _, a := range c.Areas {
		all = append(all, cdx.StandardRequirement{BOMRef: requirement(a.ID), Identifier: a.ID, Title: a.Title})
		for _, g := range a.Guidelines {
			all = append(all, cdx.StandardRequirement{BOMRef: requirement(g.ID), Identifier: g.ID, Title: g.Title, Parent: requirement(a.ID),
				Properties: &[]cdx.Property{property("page", fmt.Sprint(g.Page))}})
			for _, x := range g.Clauses {
				all = append(all, requirementOf(x, g.ID))
			}
		}
	}
	out.Requirements = list(all)
	return out
}

// requirement is the reference of a clause, guideline or area.
func requirement(id string) string { return "requirement/" + id }

func requirementOf(c lodemark.Clause, guideline string) cdx.StandardRequirement {
	out := cdx.StandardRequirement{BOMRef: requirement(c.ID), Identifier: c.ID, Text: c.Statement, Parent: requirement(guideline)}
	var about []string
	if len(c.Evidence) > 0 {
		about = append(about, "Evidence: "+strings.Join(c.Evidence, "; ")+".")
	}
	if c.NotEnough != "" {
		about = append(about, "Not enough: "+c.NotEnough+".")
	}
	out.Descriptions = list(about)
	props := []cdx.Property{property("machine", string(c.Machine))}
	for _, v := range c.Verify {
		props = append(props, property("verify", string(v)))
	}
	if c.AppliesWhen != "" {
		props = append(props, property("applies-when", c.AppliesWhen))
	}
	if c.Implied {
		props = append(props, property("implied", "yes"))
	}
	for _, x := range c.Crosswalk {
		props = append(props, property("see-also", x.Scheme+" "+x.ID))
	}
	out.Properties = list(props)
	return out
}
