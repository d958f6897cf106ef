package sign

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Use is what a key may sign.
type Use string

// The uses of keys.
const (
	UseEvidence   Use = "evidence"
	UseCheckpoint Use = "checkpoint"
	UseModel      Use = "model"
	UseGate       Use = "gate"
	UseProvenance Use = "provenance"
)

// Uses lists them all.
func Uses() []Use {
	return []Use{UseEvidence, UseCheckpoint, UseModel, UseGate, UseProvenance}
}

// maxTrusted bounds the keys, roots and witnesses of one Trust, each.
const maxTrusted = 1000

// Trust is whom the operator believes. It is never read from the target of an assessment: what a key of the target's says about itself
// is worth nothing. A nil *Trust believes nobody.
type Trust struct {
	keys      []TrustedKey
	roots     []trustedRoot
	witnesses []Witness
	use       Use // asked about; empty: any
	files     []string
}

// TrustedKey is one key as the operator describes it. Times that are zero set no limit.
type TrustedKey struct {
	Name    string
	Key     PublicKey
	From    time.Time // the first moment of a signature
	Until   time.Time // the first moment that is too late
	Retired time.Time // since then another key is used; what was dated before stays good
	Revoked time.Time // since then nothing is good any more
	Reason  string    // of revoking
	Uses    []Use     // empty: all
}

// Witness is somebody who co-signs checkpoints, with the verifier key that C2SP signed notes know them by.
type Witness struct {
	Name string
	VKey string
}

// Signer is who made a signature, and whether the operator believes them.
type Signer struct {
	Name    string // as the operator calls them; empty: unknown
	KeyID   string
	Trusted bool
	Why     string // why not trusted
}

// Signer says whether a key is trusted for a signature that was made at a time. Where the time is only what the signer wrote, it is as good as
// the key: one that was retired or has expired cannot be used any more by its owner, and one that was revoked is believed for no time at
// all, because whoever stole it can write any date.
func (t *Trust) Signer(k PublicKey, at time.Time) Signer {
	s := Signer{KeyID: k.ID}
	switch {
	case t == nil || len(t.keys)+len(t.roots) == 0:
		s.Why = "nobody is trusted: no key was given with --trust"
		return s
	case at.IsZero():
		s.Why = "it is not known when the signature was made"
		return s
	}
	if r := t.revoked(k); r != nil {
		s.Name, s.Why = r.Name, fmt.Sprintf("the key %s of %s was revoked on %s: %s", short(r.Key.ID), r.Name, day(r.Revoked), r.Reason)
		return s
	}
	for _, entry := range t.keys {
		if entry.Key.ID != k.ID {
			continue
		}
		s.Name = entry.Name
		if s.Why = entry.refusal(at, t.use); s.Why == "" {
			s.Trusted = true
			return s
		}
	}
	if s.Name == "" || len(k.Chain) > 0 {
		if root := t.bySomeRoot(k, at); root.Trusted || s.Name == "" {
			return root
		}
	}
	return s
}

// revoked finds the entry that revokes the key, or one of the certificates it comes with.
func (t *Trust) revoked(k PublicKey) *TrustedKey {
	ids := []string{k.ID}
	for _, c := range k.Chain {
		ids = append(ids, certificateKeyID(c))
	}
	return t.revocation(ids...)
}

// revocation finds the entry that revokes one of the keys.
func (t *Trust) revocation(ids ...string) *TrustedKey {
	for i, entry := range t.keys {
		if !entry.Revoked.IsZero() && slices.Contains(ids, entry.Key.ID) {
			return &t.keys[i]
		}
	}
	return nil
}

// refusal says why the key is not trusted for this use at this time; empty: it is.
func (e TrustedKey) refusal(at time.Time, use Use) string {
	name := fmt.Sprintf("the key %s of %s", short(e.Key.ID), e.Name)
	switch {
	case !e.From.IsZero() && at.Before(e.From):
		return fmt.Sprintf("%s is valid from %s, and this is dated %s", name, clock(e.From), clock(at))
	case !e.Until.IsZero() && !at.Before(e.Until):
		return fmt.Sprintf("%s expired on %s, and this is dated %s", name, clock(e.Until), clock(at))
	case !e.Retired.IsZero() && !at.Before(e.Retired):
		return fmt.Sprintf("%s was retired on %s, and this is dated %s", name, clock(e.Retired), clock(at))
	case use != "" && len(e.Uses) > 0 && !slices.Contains(e.Uses, use):
		return fmt.Sprintf("%s is trusted for %s, not for %s", name, list(e.Uses), use)
	}
	for _, c := range e.Key.Chain[:min(len(e.Key.Chain), 1)] {
		if at.Before(c.NotBefore) || at.After(c.NotAfter) {
			return fmt.Sprintf("the certificate of %s is valid from %s to %s, and this is dated %s", e.Name, clock(c.NotBefore), clock(c.NotAfter), clock(at))
		}
	}
	return ""
}

// For is the same trust, asked about one use: a key that the operator gave other uses only is not trusted for this one.
func (t *Trust) For(use Use) *Trust {
	if t == nil {
		return nil
	}
	c := *t
	c.use = use
	return &c
}

// Merge puts what several files say together. Where any of them revokes a key, it is revoked.
func (t *Trust) Merge(other *Trust) *Trust {
	if t == nil {
		return other
	}
	if other == nil {
		return t
	}
	return &Trust{
		keys:      slices.Concat(t.keys, other.keys),
		roots:     slices.Concat(t.roots, other.roots),
		witnesses: slices.Concat(t.witnesses, other.witnesses),
		use:       t.use,
		files:     slices.Concat(t.files, other.files),
	}
}

// ByID finds a key by its id, whether it is trusted at present or not. Keys behind a root are in no list.
func (t *Trust) ByID(keyID string) (PublicKey, bool) {
	if t == nil {
		return PublicKey{}, false
	}
	for _, k := range t.keys {
		if k.Key.ID == keyID {
			return k.Key, true
		}
	}
	return PublicKey{}, false
}

// Keys are all keys that the operator names, trusted at present or not, each once.
func (t *Trust) Keys() []PublicKey {
	if t == nil {
		return nil
	}
	var keys []PublicKey
	for _, k := range t.keys {
		if !slices.ContainsFunc(keys, func(o PublicKey) bool { return o.ID == k.Key.ID }) {
			keys = append(keys, k.Key)
		}
	}
	return keys
}

// Entries are the keys as the operator describes them, in the order of the files.
func (t *Trust) Entries() []TrustedKey {
	if t == nil {
		return nil
	}
	return slices.Clone(t.keys)
}

// Files are the files that it was read from, those among them that others name: whoever can write one of them says whom to trust.
func (t *Trust) Files() []string {
	if t == nil {
		return nil
	}
	return slices.Clone(t.files)
}

// Witnesses are whose co-signatures of checkpoints the operator believes.
func (t *Trust) Witnesses() []Witness {
	if t == nil {
		return nil
	}
	return slices.Clone(t.witnesses)
}

func day(t time.Time) string   { return t.UTC().Format(time.DateOnly) }
func clock(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func list(uses []Use) string {
	var names []string
	for _, u := range uses {
		names = append(names, string(u))
	}
	return strings.Join(names, ", ")
}
