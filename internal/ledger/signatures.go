package ledger

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/lodemark/lodemark/internal/sign"
)

// Witness is a cosignature: somebody else saw the ledger at this size, and saw it grow only.
type Witness struct {
	sign.Signer
	As   string    // the name it signed under
	Time time.Time // when, by its own word
}

// signers says who signed a checkpoint. log is whose ledger it is: the best of the signatures under the ledger's own name. unknown counts
// signature lines by keys that the operator does not name. A line that claims a known key and does not fit is an error: the checkpoint was altered.
func (c *Checkpoint) signers(t *sign.Trust, at time.Time) (log sign.Signer, witnesses []Witness, unknown int, err error) {
	log.Why = "the checkpoint is not signed by any key that you name"
	for _, s := range c.signatures {
		raw, err := base64.StdEncoding.DecodeString(s.Base64)
		if err != nil || len(raw) < 5 {
			return log, nil, 0, damaged(checkpointFile, "the signature by %q is too short", clip(s.Name))
		}
		line := signatureLine{s, raw[4:]}
		mine, known, err := line.asLog(c, t, at)
		if err != nil {
			return sign.Signer{Why: "a signature does not fit"}, nil, 0, err
		}
		if known && (log.KeyID == "" || mine.Trusted && !log.Trusted) {
			log = mine
		}
		if !known {
			var w Witness
			if w, known, err = line.asWitness(c, t, at); err != nil {
				return sign.Signer{Why: "a cosignature does not fit"}, nil, 0, err
			}
			if known {
				witnesses = append(witnesses, w)
			}
		}
		if !known {
			unknown++
		}
	}
	// A key that signs the ledger is no witness of it.
	witnesses = slices.DeleteFunc(witnesses, func(w Witness) bool { return w.KeyID == log.KeyID })
	slices.SortFunc(witnesses, func(a, b Witness) int { return cmp.Or(cmp.Compare(a.As, b.As), cmp.Compare(a.KeyID, b.KeyID)) })
	return log, witnesses, unknown, nil
}

type signatureLine struct {
	note.Signature
	bytes []byte
}

// asLog judges a line as one by the ledger's own key.
func (l signatureLine) asLog(c *Checkpoint, t *sign.Trust, at time.Time) (s sign.Signer, known bool, err error) {
	if l.Name != c.Origin {
		return s, false, nil
	}
	for _, k := range t.Keys() {
		if _, id, err := noteKey(k, c.Origin); err != nil || id != l.Hash {
			continue
		}
		if k.Verify(c.body(), l.bytes) != nil {
			return s, true, damaged(checkpointFile, "altered: the signature by %s does not fit", t.Signer(k, at).Name)
		}
		return t.For(sign.UseCheckpoint).Signer(k, at), true, nil
	}
	return s, false, nil
}

// asWitness judges a line as a cosignature: by a witness that the operator names with its verifier key, or by any Ed25519 key that the
// operator names, under whatever name it signed.
func (l signatureLine) asWitness(c *Checkpoint, t *sign.Trust, at time.Time) (w Witness, known bool, err error) {
	for _, named := range t.Witnesses() {
		name, kind, k, err := readVKey(named.VKey)
		if err != nil {
			return w, false, err
		}
		if name != l.Name || ed25519ID(k, name, kind) != l.Hash {
			continue
		}
		s := t.For(sign.UseCheckpoint).Signer(k, at)
		if s.Name == "" { // not among the keys, where it could have been revoked
			s = sign.Signer{Name: named.Name, KeyID: k.ID, Trusted: true}
		}
		return l.cosigned(c, s, k, kind, at)
	}
	for _, k := range t.Keys() {
		if k.Algorithm == sign.Ed25519 && ed25519ID(k, l.Name, typeCosignature) == l.Hash {
			return l.cosigned(c, t.For(sign.UseCheckpoint).Signer(k, at), k, typeCosignature, at)
		}
	}
	return w, false, nil
}

// cosigned checks the line of a known witness.
func (l signatureLine) cosigned(c *Checkpoint, s sign.Signer, k sign.PublicKey, kind byte, at time.Time) (w Witness, known bool, err error) {
	w = Witness{Signer: s, As: l.Name}
	message, signature := c.body(), l.bytes
	if kind == typeCosignature {
		if len(l.bytes) < 8 || binary.BigEndian.Uint64(l.bytes) > 1<<40 {
			return w, true, damaged(checkpointFile, "the cosignature by %q has no time", clip(l.Name))
		}
		seconds := int64(binary.BigEndian.Uint64(l.bytes))
		w.Time = time.Unix(seconds, 0).UTC()
		message, signature = cosigned(c, seconds), l.bytes[8:]
	}
	if k.Verify(message, signature) != nil {
		return w, true, damaged(checkpointFile, "altered: the cosignature by %q does not fit", clip(l.Name))
	}
	if w.Trusted && w.Time.After(at) {
		w.Trusted, w.Why = false, fmt.Sprintf("cosigned at %s, which is still to come", w.Time.Format(time.RFC3339))
	}
	return w, true, nil
}

// cosigned is what a witness signs (https://c2sp.org/tlog-cosignature).
func cosigned(c *Checkpoint, seconds int64) []byte {
	return append(fmt.Appendf(nil, "cosignature/v1\ntime %d\n", seconds), c.body()...)
}
