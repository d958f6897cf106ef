package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/lodemark/lodemark/internal/ledger"
	"github.com/lodemark/lodemark/internal/sign"
)

// ledgerRow is an entry as list and show tell it.
type ledgerRow struct {
	Index    int64          `json:"index"`
	LeafHash string         `json:"leaf_hash"`
	Bytes    int            `json:"bytes"`
	Kind     string         `json:"kind"` // "statement", "envelope" of something else, or "unknown"
	Type     string         `json:"type,omitempty"`
	Time     *time.Time     `json:"time,omitempty"` // by its own word
	Subjects []sign.Subject `json:"subjects,omitempty"`
	Signers  []ledgerSigner `json:"signers,omitempty"`
	State    string         `json:"state"` // "trusted", "untrusted", "bad" or "unsigned"
	Why      string         `json:"why,omitempty"`

	envelope  sign.Envelope
	statement sign.Statement
}

// ledgerSigner is one signature of an entry.
type ledgerSigner struct {
	Name    string `json:"name,omitempty"`
	Key     string `json:"key"`
	Trusted bool   `json:"trusted"`
	Why     string `json:"why,omitempty"`
}

// The states of an entry.
const (
	stateTrusted   = "trusted"
	stateUntrusted = "untrusted"
	stateBad       = "bad"
	stateUnsigned  = "unsigned"
)

// rowOf reads an entry and judges it. Whatever it is, there is a row for it.
func rowOf(e ledger.Entry, t *sign.Trust, at time.Time) ledgerRow {
	r := decodedRow(e, t)
	r.judge(t, at)
	return r
}

// decodedRow reads an entry, and checks no signature.
func decodedRow(e ledger.Entry, t *sign.Trust) ledgerRow {
	r := ledgerRow{Index: e.Index, Bytes: len(e.Data), LeafHash: tlog.RecordHash(e.Data).String(), Kind: "unknown", State: stateUnsigned}
	envelope, err := sign.ReadEnvelope(e.Data)
	if err != nil {
		r.Why = err.Error()
		return r
	}
	r.Kind, r.Type, r.envelope = "envelope", envelope.PayloadType, envelope
	if envelope.PayloadType == sign.PayloadType {
		if r.statement, err = sign.ReadStatement(envelope.Payload); err != nil {
			r.Why = err.Error()
		} else {
			r.Kind, r.Type, r.Subjects, r.Time = "statement", r.statement.PredicateType, r.statement.Subject, dated(r.statement.Predicate)
		}
	}
	for _, s := range envelope.Signatures {
		one := ledgerSigner{Key: s.KeyID}
		if key, ok := t.ByID(s.KeyID); ok {
			for _, named := range t.Entries() {
				if named.Key.ID == key.ID {
					one.Name = named.Name
				}
			}
		}
		r.Signers = append(r.Signers, one)
	}
	return r
}

// judge says who signed, and what that is worth.
func (r *ledgerRow) judge(t *sign.Trust, at time.Time) {
	if r.Kind == "unknown" {
		return
	}
	if r.Time != nil && r.Time.Before(at) { // a key that has ended is good for what it signed before
		at = *r.Time
	}
	t = t.For(sign.UseEvidence)
	signer, err := r.envelope.Verify(t, at)
	var untrusted *sign.UntrustedError
	switch {
	case err == nil:
		r.State = stateTrusted
	case errors.As(err, &untrusted):
		r.State, r.Why, signer = stateUntrusted, cmp.Or(r.Why, untrusted.Signer.Why), untrusted.Signer
	default:
		r.State, r.Why = stateBad, err.Error()
	}
	if len(r.Signers) == 1 && r.State != stateBad { // then it is the one that was judged
		r.Signers[0] = ledgerSigner{Name: signer.Name, Key: cmp.Or(signer.KeyID, r.Signers[0].Key), Trusted: r.State == stateTrusted, Why: signer.Why}
		return
	}
	for i, s := range r.envelope.Signatures {
		key, ok := t.ByID(s.KeyID)
		if !ok {
			continue
		}
		of := t.Signer(key, at)
		r.Signers[i].Trusted, r.Signers[i].Why = of.Trusted, of.Why
		if key.Verify(sign.PAE(r.envelope.PayloadType, r.envelope.Payload), s.Sig) != nil {
			r.Signers[i].Trusted, r.Signers[i].Why = false, sign.ErrBadSignature.Error()
		}
	}
}

// dated finds when a statement says that it was made, in the places where the kinds of statements that are in use say it.
func dated(predicate json.RawMessage) *time.Time {
	var p struct {
		At           string `json:"at"`
		TimeVerified string `json:"timeVerified"`
		TimeCreated  string `json:"timeCreated"`
		RunDetails   struct {
			Metadata struct {
				FinishedOn string `json:"finishedOn"`
				StartedOn  string `json:"startedOn"`
			} `json:"metadata"`
		} `json:"runDetails"`
	}
	if json.Unmarshal(predicate, &p) != nil {
		return nil
	}
	when, err := time.Parse(time.RFC3339, cmp.Or(p.At, p.TimeVerified, p.TimeCreated, p.RunDetails.Metadata.FinishedOn, p.RunDetails.Metadata.StartedOn))
	if err != nil {
		return nil
	}
	if when = when.UTC(); when.Year() > 9999 {
		return nil
	}
	return &when
}

// what names the kind of an entry in few words: the type of a statement of ours without the address that all of them share.
func (r *ledgerRow) what() string {
	if r.Kind == "unknown" {
		return "unknown"
	}
	short := strings.TrimPrefix(strings.TrimPrefix(r.Type, "https://"), "http://")
	return strings.TrimPrefix(short, "lodemark.example.org/")
}

// subject names what an entry is about.
func (r *ledgerRow) subject() string {
	switch len(r.Subjects) {
	case 0:
		return "-"
	case 1:
		return r.Subjects[0].Name
	}
	return r.Subjects[0].Name + " and " + count(len(r.Subjects)-1, "more thing")
}

// signedBy names who signed, and says where that is worth nothing.
func (r *ledgerRow) signedBy() string {
	if len(r.Signers) == 0 {
		return "nobody"
	}
	i := max(0, slices.IndexFunc(r.Signers, func(s ledgerSigner) bool { return s.Trusted }))
	name := cmp.Or(r.Signers[i].Name, shortKey(r.Signers[i].Key), "a key without a name")
	switch r.State {
	case stateTrusted:
		return name
	case stateBad:
		return name + " (the signature is bad)"
	}
	return name + " (not trusted)"
}

// shortKey is as much of a key's id as a person compares.
func shortKey(id string) string { return id[:min(len(id), 19)] }

// ledgerFilter chooses entries.
type ledgerFilter struct {
	kind, subject, signer, state string
}

func (f ledgerFilter) set() bool { return f != ledgerFilter{} }

// takes says whether an entry is chosen by what it says; its state, which costs more to know, is asked apart.
func (f ledgerFilter) takes(r *ledgerRow) bool {
	if f.kind != "" && !strings.Contains(r.Kind+" "+r.Type, f.kind) {
		return false
	}
	if f.signer != "" && !slices.ContainsFunc(r.Signers, func(s ledgerSigner) bool { return s.Name == f.signer || strings.HasPrefix(s.Key, f.signer) }) {
		return false
	}
	return f.subject == "" || slices.ContainsFunc(r.Subjects, func(s sign.Subject) bool {
		for _, digest := range s.Digest {
			if digest == strings.TrimPrefix(f.subject, "sha256:") {
				return true
			}
		}
		return strings.Contains(s.Name, f.subject)
	})
}
