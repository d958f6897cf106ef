package oscal

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/inert"
)

// The roles that people have in a document. None of them is the program's: it judges nothing in anybody's name.
const (
	roleOwner    = "system-owner"
	roleLeader   = "senior-leader"
	roleAttester = "attester"
	roleApprover = "approver"
)

func (d *document) roles() []role {
	if len(d.parties) == 0 {
		return nil
	}
	return []role{
		{roleOwner, "Owner of the system", "named in the declaration of the system"},
		{roleLeader, "Senior leader accountable for the system", "named in the declaration of the system"},
		{roleAttester, "Attester", "vouches for a clause in a decision of their own"},
		{roleApprover, "Approver", "accepted, put off or set aside something in a decision of their own"},
	}
}

// person gives the UUID of a person, who becomes a party of the document; empty for nobody.
func (d *document) person(who string) string {
	p := lodemark.ParsePerson(who)
	name := inert.Line(p.Name)
	if name == "" {
		name = inert.Line(p.Contact)
	}
	if name == "" {
		return ""
	}
	key := strings.ToLower(name + "\x00" + p.Contact)
	if id, ok := d.people[key]; ok {
		return id
	}
	out := party{UUID: d.uuid("person", key), Type: "person", Name: name}
	if inert.Mail(p.Contact) {
		out.Emails = []string{p.Contact}
	} else if contact := inert.Line(p.Contact); contact != "" && contact != name {
		out.Remarks = "Contact: " + contact
	}
	d.people[key] = out.UUID
	d.parties = append(d.parties, out)
	return out.UUID
}

func (d *document) metadata(title string) metadata {
	r := d.run
	m := metadata{Title: title, LastModified: d.at, Version: day(d.at), OSCALVersion: Version, Remarks: lodemark.Disclaimer}
	m.Props = properties(property("tool", r.Tool.Name+" "+r.Tool.Version), property("target", r.Target))
	if r.System == nil {
		return m
	}
	for _, p := range []struct {
		role string
		who  lodemark.Person
	}{{roleOwner, r.System.Declared.Owner}, {roleLeader, r.System.Declared.Leader}} {
		who := p.who.Name
		if p.who.Contact != "" {
			who += " <" + p.who.Contact + ">"
		}
		if id := d.person(who); id != "" {
			m.Responsible = append(m.Responsible, responsible{Role: p.role, Parties: []string{id}, Remarks: "as " + r.System.Declared.Path + " declares"})
		}
	}
	for i := range m.Responsible {
		m.Responsible[i].Remarks = inert.Line(m.Responsible[i].Remarks)
	}
	return m
}

// importPlan says what stands for the assessment plan, which OSCAL wants and nobody wrote: the checks that were to run, which
// are listed as activities.
func (d *document) importPlan() reference {
	id := d.uuid("plan", d.run.Tool.Name, d.run.Tool.Version)
	d.resources = append(d.resources, resource{UUID: id, Title: "What was to be looked at: the checks of " + inert.Or(d.run.Tool.Name+" "+d.run.Tool.Version, "lodemark"),
		Description: "No assessment plan was written for this system. In its place stand the checks of the program, each an activity of this document with the clauses that it bears on, " +
			"over the clauses of the 17 guidelines.",
		Props: property("checks", fmt.Sprint(len(d.run.Checks)+len(d.run.Recorded))), Base64: &attachment{Filename: "checks.txt", MediaType: "text/plain", Value: d.checkList()}})
	s := lodemark.Guidelines().Source
	d.resources = append(d.resources, resource{UUID: d.uuid("guidelines", s.URL), Title: s.Title + ", " + s.Published,
		Description: "The clauses are ours, in our own words; lodemark export --format oscal-catalog writes them as a catalogue with the ids that are used here.",
		RLinks:      []rlink{{Href: s.URL, MediaType: "application/pdf"}}})
	return reference{Href: "#" + id, Remarks: "No assessment plan was written; the resource says what stands for it."}
}

// checkList is one line for each check: its id, version, the clauses that it bears on, and what holds when it passes.
func (d *document) checkList() []byte {
	var b strings.Builder
	for _, c := range slices.Concat(d.run.Checks, d.run.Recorded) {
		var clauses []string
		for _, x := range c.Bears {
			clauses = append(clauses, x.Clause)
		}
		fmt.Fprintf(&b, "%s, version %d: %s: %s\n", inert.Line(c.ID), c.Version, strings.Join(clauses, " "), inert.Line(c.Title))
	}
	if b.Len() == 0 {
		b.WriteString("no check was to run\n")
	}
	return []byte(b.String())
}

// localActivities are the checks that were to run.
func (d *document) localActivities() *definitions {
	var out []activity
	for _, c := range d.run.Checks {
		out = append(out, d.activity(c, "part of every assessment"))
	}
	for _, c := range d.run.Recorded {
		out = append(out, d.activity(c, "made and recorded by: "+c.Command))
	}
	if len(out) == 0 {
		return nil
	}
	return &definitions{Activities: out}
}

func (d *document) activity(c lodemark.Check, how string) activity {
	a := activity{UUID: d.uuid("check", c.ID, fmt.Sprint(c.Version)), Title: inert.Or(c.Title, c.ID), Description: inert.Or(c.Why, c.Title, c.ID),
		Props: properties([]prop{{Name: "method", Value: methodOf(lodemark.Evidence{Outcome: lodemark.Passed}, c.Strength)}}, property("check", c.ID), property("check-version", fmt.Sprint(c.Version)), property("made", how), property("strength-at-best", c.Strength.String()))}
	var include []byControl
	for _, b := range c.Bears {
		include = append(include, byControl{b.Clause})
		if b.Settles {
			a.Props = append(a.Props, property("settles", b.Clause)...)
		}
	}
	if len(include) > 0 {
		a.Related = &reviewed{Controls: []selection{{Include: include}}}
	}
	return a
}

// local is what the document speaks of: the system itself, and this program as the tool that looked at it.
func (d *document) local() *local {
	r := d.run
	title := inert.Or(r.Tool.Name, "lodemark")
	system := component{UUID: d.uuid("system", d.name), Type: "this-system", Title: d.name, Description: "The AI system that was assessed.", Status: state{State: "other",
		Remarks: "Whether it operates was not looked at."}}
	if r.System != nil {
		system.Props = properties(property("stage", string(r.System.Declared.Stage)), property("criticality", string(r.System.Declared.Criticality)),
			property("files-seen", fmt.Sprint(len(r.System.Files))), property("files-read", fmt.Sprint(r.Examined)), property("components", fmt.Sprint(len(r.System.Components))))
	}
	tool := component{UUID: d.tool, Type: "software", Title: title, Description: "The program that made the observations. It executes nothing of the system and contacts nobody.",
		Props: property("version", r.Tool.Version), Status: state{State: "operational"}}
	return &local{Components: []component{system}, Assets: &assets{Components: []component{tool},
		Platforms: []platform{{UUID: d.uuid("platform", title), Title: title, Uses: []usesComponent{{d.tool}}}}}}
}
