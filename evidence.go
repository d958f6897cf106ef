package lodemark

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Strength says how good the evidence for a met clause is. The zero value is none.
type Strength int

// The strengths, weakest first. A person's word is Declared; a file that says so is Present; a setting that a machine
// enforces is Enforced; a test that ran with its negative twin is Exercised; records from operation are Observed.
const (
	NoStrength Strength = iota
	Declared
	Present
	Enforced
	Exercised
	Observed
)

var strengthNames = [...]string{"none", "declared", "present", "enforced", "exercised", "observed"}

func (s Strength) String() string {
	if s < 0 || int(s) >= len(strengthNames) {
		return fmt.Sprintf("strength(%d)", int(s))
	}
	return strengthNames[s]
}

// MarshalText writes the strength's word.
func (s Strength) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a strength's word.
func (s *Strength) UnmarshalText(b []byte) error {
	for i, name := range strengthNames {
		if string(b) == name {
			*s = Strength(i)
			return nil
		}
	}
	return fmt.Errorf("strength %q is not known", b)
}

// Evidence is the record of one check having looked at something: what, when, with what outcome and gaps.
type Evidence struct {
	ID           string    `json:"id"` // "sha256:<hex>" of the record without id, time and where it was kept
	Check        string    `json:"check"`
	CheckVersion int       `json:"check_version"`
	Bears        []Bearing `json:"bears"`
	Outcome      Outcome   `json:"outcome"`
	Strength     Strength  `json:"strength"`
	Reason       string    `json:"reason"`
	Examined     []Digest  `json:"examined"`
	Findings     []string  `json:"findings,omitempty"` // fingerprints
	Gaps         []Gap     `json:"gaps,omitempty"`
	Canary       bool      `json:"canary"` // the planted defect was noticed in this run
	// Apart: the check is made of rules that know nothing of each other, so that a failure says nothing against clauses that no finding of it
	// touches: there it holds as a pass does.
	Apart bool `json:"apart,omitempty"`
	// Each: the record is of one part of the system; those of the same check about other parts stand beside it.
	Each bool      `json:"each,omitempty"`
	At   time.Time `json:"at"`
	// MaxAge is how long a pass stays fresh; zero: it never ages by itself. JSON: nanoseconds.
	MaxAge time.Duration `json:"max_age"`
	// Kept says where a record of an earlier run comes from; nil: it was made in this run.
	Kept *Kept `json:"kept,omitempty"`
}

// Kept is the origin of a record that was kept: who signed it, whether the operator trusts them, and its place in the ledger.
type Kept struct {
	Signer string `json:"signer"` // the name under which the operator trusts the key; empty: nobody does
	Key    string `json:"key"`    // "sha256:<hex>" of the public key's PKIX DER
	// Trusted: by the operator. A record signed by a key that only the target names is its own word: it counts as declared.
	Trusted bool   `json:"trusted"`
	Why     string `json:"why,omitempty"` // why it is not trusted
	Entry   int64  `json:"entry"`         // its place in the ledger, from 0
}

// OfTheLedger says whether a file of a target is one of those in which evidence is kept. They are looked at like all others, and no record is bound
// to them or counts them: each that is kept changes them.
func OfTheLedger(path string) bool {
	return strings.HasPrefix(path, ".lodemark/ledger/") || strings.HasPrefix(path, ".lodemark/records/")
}

// Digest binds evidence or a decision to the bytes it is about.
type Digest struct {
	Path   string `json:"path" yaml:"path"`
	SHA256 string `json:"sha256" yaml:"sha256"` // 64 hex digits
}

// Sealed returns e with its content address set.
func (e Evidence) Sealed() Evidence {
	bare := e
	bare.ID, bare.At, bare.Kept = "", time.Time{}, nil
	data, err := json.Marshal(bare)
	if err != nil {
		panic("evidence cannot be written as JSON: " + err.Error()) // only our own plain values are in it
	}
	sum := sha256.Sum256(data)
	e.ID = "sha256:" + hex.EncodeToString(sum[:])
	return e
}
