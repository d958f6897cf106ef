package cdxa

import (
	"fmt"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/inert"
)

// filesMost is how many examined files one record lists; how many more there are is said, and the id of the record binds them all.
const filesMost = 200

// record is one record of one check: what was found out, and the digests of what was examined, as sha256sum writes them. One that
// nobody trusted signed says so first.
func (d *document) record(e lodemark.Evidence) {
	c := d.checks[e.Check]
	outcome := string(e.Outcome)
	if e.Outcome == lodemark.NotRun {
		outcome = "not run"
	}
	out := cdx.DeclarationEvidence{BOMRef: d.ref("evidence", e.Check), PropertyName: "lodemark:evidence:record", Created: d.time(e.At),
		Description: fmt.Sprintf("%s (check %s, version %d): %s, strength %s: %s", inert.Or(c.Title, e.Check), inert.Or(e.Check), e.CheckVersion, outcome, e.Strength, inert.Or(e.Reason, "no reason was given"))}
	if e.Outcome == lodemark.Passed && e.MaxAge > 0 && e.Kept == nil {
		out.Expires = d.time(e.At.Add(e.MaxAge))
	}
	if k := e.Kept; k != nil {
		if k.Trusted {
			out.Author = &cdx.OrganizationalContact{Name: inert.Or(k.Signer, k.Key)}
			out.Description += fmt.Sprintf(" Kept as entry %d of the ledger, signed by %s.", k.Entry, inert.Or(k.Signer, k.Key))
		} else {
			out.PropertyName = "lodemark:evidence:self-signed"
			out.Description = "Self-signed, the target's own word, which counts as declared: " + out.Description + " Why: " + inert.Or(k.Why, "no reason was given") + "."
		}
	}
	for i, g := range e.Gaps {
		if i == filesMost {
			out.Description += fmt.Sprintf(" And %d more gaps.", len(e.Gaps)-i)
			break
		}
		out.Description += " Gap: " + inert.Or(g.Path, "the system as a whole") + ": " + inert.Line(g.Reason) + "."
	}
	data := []cdx.EvidenceData{{Name: "id of the record", Contents: attached(inert.Or(e.ID))}}
	if sums := digests(e.Examined); sums != "" {
		data = append(data, cdx.EvidenceData{Name: "files examined, with their SHA-256", Contents: attached(sums)})
	}
	out.Data = &data
	d.evidence = append(d.evidence, out)
	if _, taken := d.shown[e.ID]; !taken && e.ID != "" {
		d.shown[e.ID] = out.BOMRef
	}
}

func attached(text string) *cdx.EvidenceDataContents {
	return &cdx.EvidenceDataContents{Attachment: &cdx.AttachedText{Content: text, ContentType: "text/plain"}}
}

func digests(examined []lodemark.Digest) string {
	var b strings.Builder
	for i, x := range examined {
		if i == filesMost {
			fmt.Fprintf(&b, "and %d more files, which the id of the record binds\n", len(examined)-i)
			break
		}
		sum := x.SHA256
		if sum == "" {
			sum = "not bound to its bytes"
		}
		fmt.Fprintf(&b, "%s  %s\n", inert.Line(sum), inert.Or(x.Path, "the system as a whole"))
	}
	return b.String()
}

// decision is a decision as evidence: who decided what, why, and until when. It gives the reference; empty for none.
func (d *document) decision(id string) string {
	if ref, ok := d.shown[id]; ok {
		return ref
	}
	s, ok := d.decisions[id]
	if !ok {
		return ""
	}
	about := s.Clause
	if about == "" {
		about = s.Finding
	}
	out := cdx.DeclarationEvidence{BOMRef: d.ref("decision", strings.TrimSuffix(s.ID[strings.LastIndexByte(s.ID, '/')+1:], ".yaml")), PropertyName: "lodemark:evidence:decision",
		Description: fmt.Sprintf("Decision (%s) of %s about %s, until %s: %s", s.Kind, inert.Or(s.By, "somebody unnamed"), inert.Or(about, s.Threat), day(s.Ends), inert.Or(s.Reason, "no reason was given")),
		Created:     d.time(s.Date), Expires: d.time(s.Ends), Data: &[]cdx.EvidenceData{{Name: "the decision, as a file of the target", Contents: &cdx.EvidenceDataContents{URL: inert.Href(s.ID)}}}}
	if who := contact(s.By); len(who) > 0 {
		out.Author = &who[0]
	}
	d.evidence = append(d.evidence, out)
	d.shown[id] = out.BOMRef
	return out.BOMRef
}

// contact is a person with an address, where what is given as the contact is one.
func contact(who string) []cdx.OrganizationalContact {
	p := lodemark.ParsePerson(who)
	c := cdx.OrganizationalContact{Name: inert.Line(p.Name)}
	if inert.Mail(p.Contact) {
		c.Email = p.Contact
	}
	if c.Name == "" && c.Email == "" {
		c.Name = inert.Or(p.Contact, "somebody unnamed")
	}
	return []cdx.OrganizationalContact{c}
}
