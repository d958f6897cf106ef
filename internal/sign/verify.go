package sign

import (
	"fmt"
	"strings"
	"time"
)

// UntrustedError says that an envelope has no signature by anybody trusted. That is not the same as a bad signature, for which
// Verify gives an error that wraps ErrBadSignature.
type UntrustedError struct {
	Signer  Signer // of the first signature
	Checked bool   // the signature was checked with the operator's copy of the key, and fits; false: the key is unknown here
}

func (e *UntrustedError) Error() string { return "not signed by anybody trusted: " + e.Signer.Why }

// Verify checks the envelope. The error is nil only where one signature is good and by a key that is trusted at that time, and no other is
// bad: a signature in the name of a known key that does not fit is a forgery or damage, whatever stands beside it. Signatures by unknown keys are passed over.
func (e Envelope) Verify(t *Trust, at time.Time) (Signer, error) {
	if len(e.Signatures) == 0 {
		return Signer{}, envelopeErr("no signatures")
	}
	var trusted *Signer
	var untrusted *UntrustedError
	message, seen := PAE(e.PayloadType, e.Payload), map[string]bool{}
	for i, s := range e.Signatures {
		key, known, err := t.keyOf(s, message)
		if err != nil {
			return Signer{KeyID: s.KeyID}, fmt.Errorf("signature %d: %w", i+1, err)
		}
		if known && seen[key.ID] {
			return Signer{KeyID: key.ID}, envelopeErr("two signatures by the same key %s", short(key.ID))
		}
		seen[key.ID] = true
		signer := t.Signer(key, at)
		switch {
		case known && signer.Trusted && trusted == nil:
			trusted = &signer
		case untrusted == nil || known && !untrusted.Checked:
			untrusted = &UntrustedError{Signer: signer, Checked: known}
		}
	}
	if trusted != nil {
		return *trusted, nil
	}
	return untrusted.Signer, untrusted
}

// keyOf finds the key that made a signature, and checks it. An id of our own form says which key it must be; any other is somebody else's way of
// naming keys, so that all are tried. What no key here made is by an unknown one.
func (t *Trust) keyOf(s Signature, message []byte) (key PublicKey, known bool, err error) {
	if ownID(s.KeyID) {
		if key, known = t.ByID(s.KeyID); !known {
			return PublicKey{ID: s.KeyID}, false, nil
		}
		return key, true, key.Verify(message, s.Sig)
	}
	for _, k := range t.Keys() {
		if k.Verify(message, s.Sig) == nil {
			return k, true, nil
		}
	}
	return PublicKey{ID: s.KeyID}, false, nil
}

// ownID says whether a key's id is of the form of PublicKey.ID.
func ownID(id string) bool {
	digest, ok := strings.CutPrefix(id, "sha256:")
	return ok && len(digest) == 64 && strings.Trim(digest, "0123456789abcdef") == ""
}

// VerifyKey checks that this key made one of the signatures, whoever it belongs to: that the content is whole, not that anybody believes it.
func (e Envelope) VerifyKey(k PublicKey) error {
	message := PAE(e.PayloadType, e.Payload)
	err := error(envelopeErr("no signature by the key %s", short(k.ID)))
	for i, s := range e.Signatures {
		if ownID(s.KeyID) && s.KeyID != k.ID {
			continue
		}
		bad := k.Verify(message, s.Sig)
		if bad == nil {
			return nil
		}
		err = fmt.Errorf("signature %d: %w", i+1, bad)
	}
	return err
}
