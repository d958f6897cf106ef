package provenance

import (
	"time"
)

// State is what became of one step of verifying.
type State string

// The states of a step.
const (
	Held   State = "held"
	Failed State = "failed"
	Open   State = "open" // nobody said what to expect, or the statement does not tell
)

// Verdict is what became of the whole.
type Verdict string

// The verdicts over an attestation.
const (
	Verified  Verdict = "verified"  // signed by whom the operator trusts, about this artefact, by the builder and from the source that were expected
	Refused   Verdict = "refused"   // something is not as it has to be
	Undecided Verdict = "undecided" // nothing is wrong, and builder or source were not asked for: anybody's build of anything would have passed
)

// Step is one thing that was looked at.
type Step struct {
	Name   string
	State  State
	Said   string // what was found, in words
	Proves string // what it shows where it held, and what not
}

// Signer is who signed an attestation.
type Signer struct {
	By     string // "key" or "identity"
	Name   string // the operator's name for the key, or the identity in the certificate
	Key    string // the key's id; empty for an identity
	Issuer string // who vouched for the identity
	Time   time.Time
}

// Examined is what was found about one attestation.
type Examined struct {
	Attestation Attestation
	Verdict     Verdict
	Steps       []Step
	Signer      Signer // of a good signature; zero: there is none
	Source      Source
	Level       int    // the SLSA build level that this can show at most; 0: none
	LevelWhy    string // why not more
	Canary      bool   // the same with one bit changed, in the artefact and in the statement, was refused
}

// Why is the first thing that is wrong or open, in words; empty where it is verified.
func (e Examined) Why() string {
	for _, state := range []State{Failed, Open} {
		for _, s := range e.Steps {
			if s.State == state && (state == Failed || s.Name == stepBuilder || s.Name == stepSource) {
				return s.Name + ": " + s.Said
			}
		}
	}
	return ""
}

// held counts the steps that held, to find the attestation to speak of among several.
func (e Examined) held() int {
	n := 0
	for _, s := range e.Steps {
		if s.State == Held {
			n++
		}
	}
	return n
}

// Result is what was found about an artefact.
type Result struct {
	Artefact Artefact
	Best     *Examined  // the attestation to speak of; nil: none of them is provenance
	All      []Examined // those that are provenance, in the order of the file
	Other    []Attestation
	At       time.Time
}

// Verdict is that of the best attestation: one good one is enough.
func (r *Result) Verdict() Verdict {
	if r.Best == nil {
		return Undecided
	}
	return r.Best.Verdict
}
