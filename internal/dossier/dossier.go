// Package dossier holds a report together with all that its verdicts rest on, signed, so that somebody else can derive them again.
//
// A dossier is an in-toto statement in a DSSE envelope: its subjects are the files of the system that evidence and decisions are bound to, its
// predicate is what lodemark.Assess was given and what it gave. Records of earlier runs are in it as they were signed, each with the proof
// that it stands in the ledger.
package dossier

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/sign"
)

// Type is the predicate of a dossier; schema/dossier.schema.json describes it.
const Type = "https://lodemark.example.org/dossier/v1"

// MaxBytes is the largest dossier that is read.
const MaxBytes = 64 << 20

// Dossier is what a set of verdicts was derived from, and the verdicts.
type Dossier struct {
	Tool      lodemark.Tool       `json:"tool"`
	At        time.Time           `json:"at"`
	System    System              `json:"system"`
	Evidence  []lodemark.Evidence `json:"evidence"` // of the run, and of earlier ones with who signed them
	Kept      []Entry             `json:"kept"`     // the statements that records of earlier runs come from
	Findings  []lodemark.Finding  `json:"findings"`
	Decisions []lodemark.Decision `json:"decisions"`
	Current   map[string]string   `json:"current"`  // path to SHA-256 (hex) of what evidence and decisions are bound to, as it was
	Meanings  map[string]string   `json:"meanings"` // of the threat models that decisions are bound to
	Clauses   []Clause            `json:"clauses"`  // the verdicts
}

// System is what verdicts need to know of the system.
type System struct {
	Name        string          `json:"name"`
	Declaration string          `json:"declaration"` // path of lodemark.yaml; empty: there was none
	Stage       lodemark.Stage  `json:"stage"`
	Facts       []lodemark.Fact `json:"facts"`
}

// Entry is an entry of the ledger: the signed statement in the proof that it is in the log, as lodemark ledger prove writes it.
type Entry struct {
	Index int64  `json:"index"`
	Proof string `json:"proof"`
	Aside string `json:"aside,omitempty"` // the records that lie beside the ledger, for one that names them
}

// Clause is the verdict on one clause.
type Clause struct {
	ID         string            `json:"id"`
	Verdict    lodemark.Verdict  `json:"verdict"`
	Strength   lodemark.Strength `json:"strength"`
	Reason     string            `json:"reason"`
	Later      bool              `json:"later"`
	Attested   string            `json:"attested,omitempty"`
	Waived     string            `json:"waived,omitempty"`
	SelfSigned string            `json:"self_signed,omitempty"`
}

// Of gathers what an assessment was derived from. in is what lodemark.Assess was given, a what it gave.
func Of(tool lodemark.Tool, in lodemark.Input, a lodemark.Assessment, kept []Entry) Dossier {
	d := Dossier{Tool: tool, At: in.At, Evidence: slices.Clone(in.Evidence), Kept: slices.Clone(kept), Findings: slices.Clone(in.Findings),
		Decisions: slices.Clone(in.Decisions), Current: maps.Clone(in.Current), Meanings: maps.Clone(in.Meanings), Clauses: clausesOf(a),
		System: System{Name: in.System.Name, Declaration: in.System.Declared.Path, Stage: in.System.Declared.Stage, Facts: slices.Clone(in.System.Facts)}}
	for i := range d.Findings {
		f := &d.Findings[i]
		f.Excerpt, f.ExcerptLine, f.Flow, f.Accepted = "", 0, nil, "" // no source text leaves in a dossier, and no verdict needs it
	}
	if d.Current == nil {
		d.Current = map[string]string{}
	}
	return d
}

func clausesOf(a lodemark.Assessment) []Clause {
	var out []Clause
	for _, c := range a.Clauses {
		out = append(out, Clause{ID: c.ID, Verdict: c.Verdict, Strength: c.Strength, Reason: c.Reason, Later: c.Later, Attested: c.Attested,
			Waived: c.Waived, SelfSigned: c.SelfSigned})
	}
	return out
}

// Input is what the verdicts are to be derived from again; current replaces what was there then by what is there now.
func (d Dossier) Input(current map[string]string) lodemark.Input {
	return lodemark.Input{Catalogue: lodemark.Guidelines(), Evidence: d.Evidence, Findings: d.Findings, Decisions: d.Decisions, Current: current,
		Meanings: d.Meanings, At: d.At, System: &lodemark.System{Name: d.System.Name, Facts: d.System.Facts,
			Declared: lodemark.Declaration{Name: d.System.Name, Path: d.System.Declaration, Stage: d.System.Stage}}}
}

// Seal writes the dossier, signed.
func (d Dossier) Seal(key *sign.PrivateKey) ([]byte, error) {
	predicate, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("write the dossier: %w", err)
	}
	s := sign.Statement{PredicateType: Type, Predicate: predicate}
	for _, path := range slices.Sorted(maps.Keys(d.Current)) {
		s.Subject = append(s.Subject, sign.Subject{Name: path, Digest: map[string]string{"sha256": d.Current[path]}})
	}
	if len(s.Subject) == 0 {
		return nil, errors.New("write the dossier: its verdicts are bound to no file, so nobody could check them")
	}
	payload, err := s.JSON()
	if err != nil {
		return nil, fmt.Errorf("write the dossier: %w", err)
	}
	e, err := sign.Seal(sign.PayloadType, payload, key)
	if err != nil {
		return nil, fmt.Errorf("sign the dossier: %w", err)
	}
	return append(e.JSON(), '\n'), nil
}

// Read takes a dossier apart; nothing of it is verified yet.
func Read(data []byte) (sign.Envelope, Dossier, error) {
	var d Dossier
	if len(data) > MaxBytes {
		return sign.Envelope{}, d, fmt.Errorf("read a dossier: it is larger than %d MiB", MaxBytes>>20)
	}
	e, err := sign.ReadEnvelope(data)
	if err != nil {
		return e, d, fmt.Errorf("read a dossier: %w", err)
	}
	if e.PayloadType != sign.PayloadType {
		return e, d, fmt.Errorf("read a dossier: its payload is %q, and no in-toto statement", e.PayloadType)
	}
	s, err := sign.ReadStatement(e.Payload)
	if err != nil {
		return e, d, fmt.Errorf("read a dossier: %w", err)
	}
	if s.PredicateType != Type {
		return e, d, fmt.Errorf("read a dossier: it is a statement of type %q", s.PredicateType)
	}
	if err := sign.StrictJSON(s.Predicate, &d); err != nil {
		return e, d, fmt.Errorf("read a dossier: %w", err)
	}
	return e, d, d.agrees(s)
}

// agrees says where the dossier contradicts itself.
func (d Dossier) agrees(s sign.Statement) error {
	if len(s.Subject) != len(d.Current) {
		return errors.New("read a dossier: its subjects are not the files that it says it is bound to")
	}
	for _, x := range s.Subject {
		if d.Current[x.Name] != x.Digest["sha256"] || len(x.Digest) != 1 {
			return fmt.Errorf("read a dossier: its subject %q is not the file that it says it is bound to", x.Name)
		}
	}
	for _, e := range d.Evidence {
		if e.Kept != nil {
			continue // held against the signed statement: see Believed
		}
		if e.Sealed().ID != e.ID {
			return fmt.Errorf("read a dossier: the record of %q is not the one that its id names", e.Check)
		}
	}
	return nil
}
