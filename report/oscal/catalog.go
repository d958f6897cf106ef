package oscal

import (
	"fmt"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// catalogueOf writes the guidelines as controls: a group for each area and guideline, a control for each clause, with the
// statement as its objective, and what is not enough as guidance. Ids are the clauses' own, which are never renamed.
func catalogueOf(c *lodemark.Catalogue, tool lodemark.Tool) (*catalogue, error) {
	published, err := time.Parse(time.DateOnly, c.Source.Published)
	if err != nil {
		return nil, fmt.Errorf("read the day on which the guidelines were published: %w", err)
	}
	source := resource{UUID: uuidOf("guidelines", c.Source.URL), Title: c.Source.Title + ", " + c.Source.Published, Description: "The document that the clauses are drawn from.",
		RLinks: []rlink{{Href: c.Source.URL, MediaType: "application/pdf"}}}
	out := &catalogue{BackMatter: &backMatter{Resources: []resource{source}},
		Metadata: metadata{Title: "Clauses of: " + c.Source.Title, LastModified: published.UTC(), Version: c.Source.Published, OSCALVersion: Version,
			Props: properties(property("tool", strings.TrimSpace(tool.Name+" "+tool.Version)), property("licence", c.Source.Licence)),
			Remarks: "Areas, guidelines and their titles are those of the document; the clauses are paraphrases, each the smallest statement that one piece of evidence can settle. " +
				lodemark.Disclaimer}}
	for _, a := range c.Areas {
		area := group{ID: a.ID, Class: "area", Title: a.Title, Props: []prop{{Name: "label", Value: a.ID}}}
		for _, g := range a.Guidelines {
			one := group{ID: g.ID, Class: "guideline", Title: g.Title, Props: append([]prop{{Name: "label", Value: g.ID}}, property("page", fmt.Sprint(g.Page))...)}
			for _, x := range g.Clauses {
				one.Controls = append(one.Controls, controlOf(x, source.UUID))
			}
			area.Groups = append(area.Groups, one)
		}
		out.Groups = append(out.Groups, area)
	}
	return out, nil
}

func controlOf(c lodemark.Clause, source string) control {
	out := control{ID: c.ID, Class: "clause", Title: c.ID, Props: append([]prop{{Name: "label", Value: c.ID}}, property("machine", string(c.Machine))...),
		Links: []link{{Href: "#" + source, Rel: "reference"}}}
	out.Props = append(out.Props, property("applies-when", c.AppliesWhen)...)
	if c.Implied {
		out.Props = append(out.Props, property("implied", "yes")...)
	}
	for _, x := range c.Crosswalk {
		out.Props = append(out.Props, property("see-also", x.Scheme+" "+x.ID)...)
	}
	out.Parts = []part{{ID: statementOf(c.ID), Name: "statement", Prose: c.Statement}, {ID: objectiveOf(c.ID), Name: "assessment-objective", Prose: c.Statement}}
	for _, v := range c.Verify {
		if m := methods[v]; m != "" {
			out.Parts = append(out.Parts, part{ID: c.ID + "_" + string(v), Name: "assessment-method", Props: append([]prop{{Name: "method", NS: rmf, Value: m}}, property("verify", string(v))...),
				Prose: kinds[v]})
		}
	}
	if len(c.Evidence) > 0 {
		out.Parts = append(out.Parts, part{ID: c.ID + "_evd", Name: "guidance", Class: "evidence", Title: "Evidence", Prose: "Evidence: " + strings.Join(c.Evidence, "; ") + "."})
	}
	if c.NotEnough != "" {
		out.Parts = append(out.Parts, part{ID: c.ID + "_not", Name: "guidance", Class: "not-enough", Title: "Not enough", Prose: "Not enough: " + c.NotEnough + "."})
	}
	return out
}

// rmf is the namespace under which NIST defines the property for the method of an assessment.
const rmf = "http://csrc.nist.gov/ns/rmf"

var methods = map[lodemark.VerifyKind]string{lodemark.VerifyRepo: examine, lodemark.VerifyArtefact: examine, lodemark.VerifyEndpoint: test, lodemark.VerifyOperation: examine, lodemark.VerifyAttest: interview}

var kinds = map[lodemark.VerifyKind]string{
	lodemark.VerifyRepo:      "Read from files in version control: code, configuration, infrastructure as code, threat model and decision records as code.",
	lodemark.VerifyArtefact:  "Read from models, datasets, bills of materials, signatures, reports and published documents.",
	lodemark.VerifyEndpoint:  "Shown by exercising a running endpoint or a fresh installation.",
	lodemark.VerifyOperation: "Shown by records made over time: telemetry, logs, drills, tickets.",
	lodemark.VerifyAttest:    "Rests on a statement by a named person, with date, scope and expiry.",
}
