package ledger

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
)

// VKey is how others name a witness (https://c2sp.org/signed-note): its name, and the key with which it cosigns.
func VKey(name string, k sign.PublicKey) (string, error) {
	public, ok := k.Key.(ed25519.PublicKey)
	switch {
	case !ok:
		return "", &KeyError{"a witness cosigns with Ed25519, not with " + k.Algorithm}
	case !validName(name):
		return "", &KeyError{fmt.Sprintf("%q is no name of a witness: it has spaces, plus signs or more than 255 bytes", clip(name))}
	}
	material := append([]byte{typeCosignature}, public...)
	return fmt.Sprintf("%s+%08x+%s", name, ed25519ID(k, name, typeCosignature), base64.StdEncoding.EncodeToString(material)), nil
}

// readVKey reads a verifier key of a log or a witness, whose form sign.Trust has checked.
func readVKey(vkey string) (name string, kind byte, k sign.PublicKey, err error) {
	name, rest, _ := strings.Cut(vkey, "+")
	_, key64, _ := strings.Cut(rest, "+")
	material, err := base64.StdEncoding.DecodeString(key64)
	if err != nil || len(material) != 1+ed25519.PublicKeySize {
		return "", 0, k, &KeyError{fmt.Sprintf("%q is no verifier key of Ed25519", clip(vkey))}
	}
	k, err = sign.PublicOf(ed25519.PublicKey(material[1:]))
	return name, material[0], k, err
}

// Cosign acts as a witness: it verifies the whole ledger, makes sure that it grew out of what this witness saw of it before (Remember says
// where that is kept, and must have been called), keeps what it sees now, and only then signs that. The cosignature is put into the
// checkpoint, which must be signed by somebody trusted.
func (l *Ledger) Cosign(ctx context.Context, name string, key *sign.PrivateKey, t *sign.Trust, at time.Time) error {
	line, err := l.CosignLine(name, key, t, at)
	if err != nil {
		return err
	}
	return l.addLine(ctx, line, func(alone *Checkpoint, s signatureLine) error {
		_, _, err := s.cosigned(alone, sign.Signer{}, key.PublicKey, typeCosignature, at)
		return err
	})
}

// CosignLine is Cosign that leaves the ledger as it is, and returns the cosignature as the line of a signed note, for AddCosignature.
func (l *Ledger) CosignLine(name string, key *sign.PrivateKey, t *sign.Trust, at time.Time) (line string, err error) {
	if _, err := VKey(name, key.PublicKey); err != nil {
		return "", err
	}
	if l.seenFile() == "" {
		return "", errors.New("a witness without a memory vouches for nothing: no file to remember the checkpoint in")
	}
	r, head, err := l.verify(t, at)
	if err != nil {
		return "", err
	}
	switch {
	case !r.Signer.Trusted:
		return "", fmt.Errorf("the ledger is not cosigned, because its checkpoint is by nobody trusted: %s", r.Signer.Why)
	case r.Signer.KeyID == key.ID:
		return "", &KeyError{"the key that signs the ledger cannot be its witness"}
	case name == head.Origin:
		return "", &KeyError{"the name of the ledger cannot be that of its witness"}
	}
	f, err := l.read()
	if err != nil {
		return "", err
	}
	defer f.close()
	v, err := openView(f, head)
	if err != nil {
		return "", err
	}
	// What is signed is kept first, and compared while nobody else can replace it: two runs at the same time could otherwise sign two
	// histories, one after the other.
	if err := keepSeen(l.seenFile(), head, v.grewFrom); err != nil {
		return "", err
	}
	signature, err := key.Sign(cosigned(head, at.Unix()))
	if err != nil {
		return "", err
	}
	raw := binary.BigEndian.AppendUint32(nil, ed25519ID(key.PublicKey, name, typeCosignature))
	raw = append(binary.BigEndian.AppendUint64(raw, uint64(at.Unix())), signature...)
	return fmt.Sprintf("\u2014 %s %s\n", name, base64.StdEncoding.EncodeToString(raw)), nil
}

// AddCosignature puts the line of a witness into the checkpoint, in place of an earlier one by the same key. It must fit the checkpoint that is
// there now, and be by a witness that the operator names.
func (l *Ledger) AddCosignature(ctx context.Context, line string, t *sign.Trust, at time.Time) (w Witness, err error) {
	return w, l.addLine(ctx, line, func(alone *Checkpoint, s signatureLine) (err error) {
		known := false
		if w, known, err = s.asWitness(alone, t, at); err == nil && !known {
			err = errors.New("the cosignature is not by a witness that you name")
		}
		return err
	})
}

// addLine adds a signature line that check has found good for the checkpoint that is there at that moment.
func (l *Ledger) addLine(ctx context.Context, line string, check func(*Checkpoint, signatureLine) error) error {
	w, err := l.write(ctx)
	if err != nil {
		return fmt.Errorf("cosign the ledger %s: %w", l.Dir(), err)
	}
	defer w.close()
	if w.old == nil {
		return fmt.Errorf("cosign the ledger %s: it is empty", l.Dir())
	}
	alone, err := ReadCheckpoint(append(append(w.old.body(), '\n'), line...))
	if err != nil || len(alone.signatures) != 1 {
		return errors.New("that is not one signature line of a note")
	}
	added := alone.signatures[0]
	raw, err := base64.StdEncoding.DecodeString(added.Base64)
	if err != nil {
		return err
	}
	if err := check(alone, signatureLine{added, raw[4:]}); err != nil {
		return fmt.Errorf("the cosignature is not for the checkpoint that is there now: %w", err)
	}
	next := *w.old
	next.signatures = nil
	for _, s := range w.old.signatures {
		if s.Name != added.Name || s.Hash != added.Hash {
			next.signatures = append(next.signatures, s)
		}
	}
	next.signatures = append(next.signatures, added)
	return w.publish(&next)
}

// HandOver lets another key go on with the ledger, as when a key is rotated: the whole ledger is verified, its checkpoint must be signed by
// somebody trusted, and the new key signs it beside the old one. A key that was retired or has expired counts, as long as it was not
// revoked: that is why it is replaced.
func (l *Ledger) HandOver(ctx context.Context, key *sign.PrivateKey, t *sign.Trust, at time.Time) error {
	r, head, err := l.verify(t, at)
	if err != nil {
		return err
	}
	if !r.Signer.Trusted && !lately(r.Signer, head, t) {
		return fmt.Errorf("the ledger is not handed over, because its checkpoint is by nobody trusted: %s", r.Signer.Why)
	}
	w, err := l.write(ctx)
	if err != nil {
		return err
	}
	defer w.close()
	if w.old == nil || string(w.old.body()) != string(head.body()) {
		return errors.New("the ledger was appended to meanwhile: try again")
	}
	next, err := w.old.signed(key)
	if err != nil {
		return err
	}
	return w.publish(next)
}

// lately says whether the key that signed was trusted until its end.
func lately(s sign.Signer, head *Checkpoint, t *sign.Trust) bool {
	for _, e := range t.Entries() {
		if e.Key.ID != s.KeyID || !e.Revoked.IsZero() {
			continue
		}
		for _, end := range []time.Time{e.Retired, e.Until} {
			if end.IsZero() {
				continue
			}
			if s, _, _, err := head.signers(t, end.Add(-time.Second)); err == nil && s.Trusted {
				return true
			}
		}
	}
	return false
}
