package etsi

import (
	"time"

	"github.com/lodemark/lodemark"
)

// schemaName names the layout of the bundle; schema/etsi.schema.json describes it.
const schemaName = "lodemark.etsi/1"

// bundle is a conformance bundle: what is claimed of each provision (ICS), what is left out and why, the information that an
// assessor needs about the system (IXIT), the evidence, and the verdicts that follow from it.
type bundle struct {
	Schema     string        `json:"schema"`
	Tool       lodemark.Tool `json:"tool"`
	At         time.Time     `json:"at"`
	Target     string        `json:"target"`
	Disclaimer string        `json:"disclaimer"`
	Standard   standardJSON  `json:"standard"`
	System     systemJSON    `json:"system"`
	Counts     countsJSON    `json:"counts"`
	ICS        []claimJSON   `json:"ics"`
	Exclusions []exclusion   `json:"exclusions"`
	IXIT       []entry       `json:"ixit"`
	Evidence   []recordJSON  `json:"evidence"`
	Verdicts   []verdictJSON `json:"verdicts"`
	Gaps       []gapJSON     `json:"gaps"`
}

type standardJSON struct {
	Name       string `json:"name"`
	Provisions int    `json:"provisions"`
	Basis      string `json:"basis"`  // where numbers and force come from
	Method     string `json:"method"` // what of the method of assessing is known
}

type systemJSON struct {
	Name        string `json:"name"`
	Owner       string `json:"owner,omitempty"`
	Leader      string `json:"leader,omitempty"`
	Stage       string `json:"stage,omitempty"`
	Criticality string `json:"criticality,omitempty"`
	Declaration string `json:"declaration,omitempty"`

	Users       []string `json:"users"`
	DataClasses []string `json:"data_classes"`
}

// countsJSON counts provisions. Excluded ones have no verdict; the others add up to all.
type countsJSON struct {
	Mandatory   counts `json:"mandatory"`
	Recommended counts `json:"recommended"`
}

type counts struct {
	Pass         int `json:"pass"`
	Fail         int `json:"fail"`
	Inconclusive int `json:"inconclusive"`
	Excluded     int `json:"excluded"`
}

// claimJSON is a row of the implementation conformance statement.
type claimJSON struct {
	Provision string `json:"provision"`
	Principle string `json:"principle"`
	Asks      string `json:"asks"`
	Status    string `json:"status"` // M: shall, R: should
	Condition string `json:"condition,omitempty"`
	// Support is what is claimed: Y, N, N/A, or ? where nobody claims anything.
	Support string `json:"support"`
	// By says on what the claim rests: evidence, a person's word, or a recorded fact.
	By     string `json:"by,omitempty"`
	Detail string `json:"detail"`
}

type exclusion struct {
	Provision string `json:"provision"`
	Reason    string `json:"reason"`
	By        string `json:"by"` // a recorded fact, or who decided it
	Until     string `json:"until,omitempty"`
}

// entry is one piece of information about the system for whoever assesses it.
type entry struct {
	ID      string            `json:"id"`
	Table   string            `json:"table"`
	Kind    string            `json:"kind"`
	Name    string            `json:"name"`
	Where   string            `json:"where"`
	More    int               `json:"more_places"` // places of the same thing beyond that one
	Version string            `json:"version,omitempty"`
	Digest  string            `json:"digest,omitempty"`
	Pin     string            `json:"pin,omitempty"`
	Origin  string            `json:"origin"`
	Facts   map[string]string `json:"facts"`
	Missing []string          `json:"missing"` // what an assessor will ask for and nothing here tells
}

type recordJSON struct {
	ID         string            `json:"id"`
	Check      string            `json:"check"`
	Title      string            `json:"title"`
	Outcome    string            `json:"outcome"`
	Strength   string            `json:"strength"`
	Reason     string            `json:"reason"`
	At         time.Time         `json:"at"`
	Signer     string            `json:"signer,omitempty"`
	SelfSigned bool              `json:"self_signed"` // the target's own word, which counts as declared
	Why        string            `json:"why,omitempty"`
	Provisions []string          `json:"provisions"`
	Examined   []lodemark.Digest `json:"examined"`
	More       int               `json:"more_examined"` // files beyond those listed, which the id binds
}

type verdictJSON struct {
	Provision  string       `json:"provision"`
	Verdict    string       `json:"verdict"` // pass, fail, inconclusive
	Strength   string       `json:"strength"`
	Reason     string       `json:"reason"`
	NotCovered string       `json:"not_covered,omitempty"`
	Clauses    []clauseJSON `json:"clauses"`
	Evidence   []string     `json:"evidence"`
}

type clauseJSON struct {
	ID       string `json:"id"`
	Role     string `json:"role"` // needs, helps
	Why      string `json:"why"`
	Verdict  string `json:"verdict"`
	Strength string `json:"strength"`
	Reason   string `json:"reason"`
	Waived   string `json:"waived,omitempty"`
	Attested string `json:"attested,omitempty"`
}

type gapJSON struct {
	Place  string `json:"place"`
	Reason string `json:"reason"`
	Needed bool   `json:"needed"`
}
