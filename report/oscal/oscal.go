// Package oscal writes a run in the Open Security Controls Assessment Language of NIST: assessment results, a plan of action and
// milestones, and the guidelines as a catalogue. OSCAL knows two states where Lodemark knows five verdicts, so that only "met"
// becomes "satisfied"; docs/EXPORTS.md says what else is lost.
package oscal

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/inert"
)

// Version is the version of OSCAL that is written. Documents also hold to the schemas of 1.2.
const Version = "1.1.3"

// space is the namespace of our own properties. docs/EXPORTS.md explains each of them.
const space = "https://lodemark.example.org/ns/oscal"

// ErrNothingPlanned says that no clause is not met and that nothing is accepted, deferred or planned. OSCAL has no empty plan.
var ErrNothingPlanned = errors.New("nothing is there to plan: no clause is not met, and nothing is accepted, deferred or to be mitigated")

// WriteResults writes the assessment results of a run.
func WriteResults(w io.Writer, r *lodemark.Run) error {
	d := newDocument(r)
	out := &results{Metadata: d.metadata("Assessment results of " + d.name), ImportAP: d.importPlan(), Definitions: d.localActivities(), Results: []result{d.result()}}
	out.Metadata.Parties, out.Metadata.Roles = d.parties, d.roles()
	out.BackMatter = &backMatter{Resources: d.resources}
	if err := identify(&out.UUID, out); err != nil {
		return err
	}
	return inert.JSON(w, map[string]any{"assessment-results": out})
}

// WritePlan writes the plan of action and milestones: what is not met, and what people accepted, put off or set out to do. It
// returns ErrNothingPlanned where there is nothing of the kind.
func WritePlan(w io.Writer, r *lodemark.Run) error {
	d := newDocument(r)
	p := d.plan()
	if len(p.Items) == 0 {
		return ErrNothingPlanned
	}
	p.Metadata.Parties, p.Metadata.Roles = d.parties, d.roles()
	if err := identify(&p.UUID, p); err != nil {
		return err
	}
	return inert.JSON(w, map[string]any{"plan-of-action-and-milestones": p})
}

// WriteCatalogue writes the clauses of the 17 guidelines as a catalogue of controls, to which the other documents refer.
func WriteCatalogue(w io.Writer, c *lodemark.Catalogue, tool lodemark.Tool) error {
	out, err := catalogueOf(c, tool)
	if err != nil {
		return err
	}
	if err := identify(&out.UUID, out); err != nil {
		return err
	}
	return inert.JSON(w, map[string]any{"catalog": out})
}

// document is one OSCAL document in the making. People and resources are collected as they are named.
type document struct {
	run       *lodemark.Run
	name      string    // of the system
	at        time.Time // of the assessment
	ids       map[string]bool
	parties   []party
	resources []resource
	people    map[string]string // name to the UUID of the party
	clauses   map[string]lodemark.ClauseResult
	checks    map[string]lodemark.Check // by id; those of rules stand under the rules' ids as well
	decisions map[string]lodemark.DecisionState
	tool      string              // UUID of this program as a component
	observed  map[string]string   // id of evidence or decision to the UUID of the observation
	behind    map[string][]string // fingerprint to the UUIDs of the observations that report it
	risks     map[string]string   // fingerprint to the UUID of the risk
}

func newDocument(r *lodemark.Run) *document {
	d := &document{run: r, name: "the system", ids: map[string]bool{}, people: map[string]string{}, clauses: map[string]lodemark.ClauseResult{}, checks: map[string]lodemark.Check{},
		decisions: map[string]lodemark.DecisionState{}, observed: map[string]string{}, behind: map[string][]string{}, risks: map[string]string{}}
	if d.at = moment(r.At); d.at.IsZero() {
		d.at = time.Unix(0, 0).UTC() // OSCAL wants some time
	}
	if r.System != nil {
		d.name = inert.Or(r.System.Name, d.name)
	}
	for _, c := range r.Assessment.Clauses {
		d.clauses[c.ID] = c
	}
	for _, all := range [][]lodemark.Check{r.Checks, r.Recorded} {
		for _, c := range all {
			d.checks[c.ID] = c
			if c.Rules == nil {
				continue
			}
			for _, rule := range c.Rules() {
				if _, taken := d.checks[rule.ID]; !taken {
					d.checks[rule.ID] = lodemark.Check{ID: rule.ID, Title: rule.Title, Why: rule.Why, Fix: rule.Fix}
				}
			}
		}
	}
	for _, s := range r.Assessment.Decisions {
		d.decisions[s.ID] = s
	}
	d.tool = d.uuid("tool", r.Tool.Name, r.Tool.Version)
	return d
}

// inScope lists the catalogue's clauses with their results, in its order, and whether they are judged: one of a stage that the
// system has not reached is not, nor is one that does not apply.
func (d *document) inScope() (judged, left []clause) {
	for _, c := range lodemark.Guidelines().Clauses() {
		r, ok := d.clauses[c.ID]
		if !ok {
			r = lodemark.ClauseResult{ID: c.ID, Reason: "nothing was derived for this clause"}
		}
		if r.Later || r.Verdict == lodemark.Inapplicable {
			left = append(left, clause{c, r})
		} else {
			judged = append(judged, clause{c, r})
		}
	}
	return judged, left
}

// clause is a clause of the catalogue with its result.
type clause struct {
	lodemark.Clause
	result lodemark.ClauseResult
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
