package sign

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// MaxEnvelope is the largest envelope that is read, in bytes.
const MaxEnvelope = 64 << 20

// maxSignatures bounds the signatures of one envelope; each is tried with every trusted key at worst.
const maxSignatures = 16

// Envelope is a payload with its type and the signatures over both, as DSSE v1 defines it.
type Envelope struct {
	PayloadType string
	Payload     []byte
	Signatures  []Signature
}

// Signature is one signature over the PAE of an envelope. KeyID is a hint that nobody signed; it may be empty.
type Signature struct {
	KeyID string
	Sig   []byte
}

// PAE is what a signature of an envelope is over: the pre-authentication encoding of DSSE v1. The type is part of it, so that
// bytes signed as one thing cannot be shown as another.
func PAE(payloadType string, payload []byte) []byte {
	out := make([]byte, 0, len("DSSEv1    ")+40+len(payloadType)+len(payload))
	out = append(out, "DSSEv1 "...)
	out = strconv.AppendInt(out, int64(len(payloadType)), 10)
	out = append(append(append(out, ' '), payloadType...), ' ')
	out = strconv.AppendInt(out, int64(len(payload)), 10)
	return append(append(out, ' '), payload...)
}

// Seal signs a payload of a type.
func Seal(payloadType string, payload []byte, k *PrivateKey) (Envelope, error) {
	if err := checkType(payloadType); err != nil {
		return Envelope{}, err
	}
	signature, err := k.Sign(PAE(payloadType, payload))
	if err != nil {
		return Envelope{}, err
	}
	return Envelope{PayloadType: payloadType, Payload: payload, Signatures: []Signature{{KeyID: k.ID, Sig: signature}}}, nil
}

// EnvelopeError says why bytes are no envelope.
type EnvelopeError struct{ Reason string }

func (e *EnvelopeError) Error() string { return "not an envelope: " + e.Reason }

func envelopeErr(format string, args ...any) error {
	return &EnvelopeError{Reason: fmt.Sprintf(format, args...)}
}

// envelopeJSON is an envelope as it stands in a file. Pointers tell what is missing from what is empty.
type envelopeJSON struct {
	PayloadType *string         `json:"payloadType"`
	Payload     *string         `json:"payload"`
	Signatures  []signatureJSON `json:"signatures"`
}

type signatureJSON struct {
	KeyID string  `json:"keyid"`
	Sig   *string `json:"sig"`
}

// ReadEnvelope reads an envelope in its one canonical reading: no unknown, missing or repeated members, base64 that a decoder gives back
// as it was, at least one signature and none twice. What is wrong is an *EnvelopeError. No signature is checked yet.
func ReadEnvelope(data []byte) (Envelope, error) {
	if len(data) > MaxEnvelope {
		return Envelope{}, envelopeErr("larger than %d bytes", MaxEnvelope)
	}
	var raw envelopeJSON
	if err := StrictJSON(data, &raw); err != nil {
		return Envelope{}, envelopeErr("%v", err)
	}
	if raw.PayloadType == nil || raw.Payload == nil {
		return Envelope{}, envelopeErr("payloadType or payload is missing")
	}
	if err := checkType(*raw.PayloadType); err != nil {
		return Envelope{}, err
	}
	e := Envelope{PayloadType: *raw.PayloadType}
	var err error
	if e.Payload, err = canonicalBase64(*raw.Payload); err != nil {
		return Envelope{}, envelopeErr("payload: %v", err)
	}
	return e, e.addSignatures(raw.Signatures)
}

func (e *Envelope) addSignatures(raw []signatureJSON) error {
	if len(raw) == 0 {
		return envelopeErr("no signatures")
	}
	if len(raw) > maxSignatures {
		return envelopeErr("more than %d signatures", maxSignatures)
	}
	ids := map[string]bool{}
	for i, s := range raw {
		if s.Sig == nil {
			return envelopeErr("signature %d has no sig", i+1)
		}
		sig, err := canonicalBase64(*s.Sig)
		if err != nil {
			return envelopeErr("signature %d: %v", i+1, err)
		}
		if len(sig) == 0 || len(sig) > 1024 {
			return envelopeErr("signature %d has %d bytes", i+1, len(sig))
		}
		if len(s.KeyID) > 1024 {
			return envelopeErr("signature %d has a key id of %d bytes", i+1, len(s.KeyID))
		}
		if ids[s.KeyID] && s.KeyID != "" {
			return envelopeErr("two signatures by the same key")
		}
		ids[s.KeyID] = true
		for _, earlier := range e.Signatures {
			if bytes.Equal(earlier.Sig, sig) {
				return envelopeErr("the same signature twice")
			}
		}
		e.Signatures = append(e.Signatures, Signature{KeyID: s.KeyID, Sig: sig})
	}
	return nil
}

// checkType wants a media type or a URI: printable, no spaces.
func checkType(payloadType string) error {
	switch {
	case payloadType == "":
		return envelopeErr("the payload type is empty")
	case len(payloadType) > 256:
		return envelopeErr("the payload type has %d bytes", len(payloadType))
	case strings.ContainsFunc(payloadType, func(r rune) bool { return r <= ' ' || r > '~' }):
		return envelopeErr("the payload type %q holds what no media type does", payloadType)
	}
	return nil
}

// canonicalBase64 takes standard or URL-safe base64, as DSSE allows both, but only in the one way of writing each: padded, no line
// breaks, no stray bits in the last character.
func canonicalBase64(s string) ([]byte, error) {
	alphabet := base64.StdEncoding
	if strings.ContainsAny(s, "-_") {
		alphabet = base64.URLEncoding
	}
	data, err := alphabet.Strict().DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("broken base64: %v", err)
	}
	if alphabet.EncodedLen(len(data)) != len(s) { // the decoder skips line breaks
		return nil, fmt.Errorf("base64 that is not canonical")
	}
	return data, nil
}

// JSON writes the envelope on one line, always in the same way.
func (e Envelope) JSON() []byte {
	encode := base64.StdEncoding.EncodeToString
	payload := encode(e.Payload)
	raw := envelopeJSON{PayloadType: &e.PayloadType, Payload: &payload, Signatures: []signatureJSON{}}
	for _, s := range e.Signatures {
		sig := encode(s.Sig)
		raw.Signatures = append(raw.Signatures, signatureJSON{KeyID: s.KeyID, Sig: &sig})
	}
	data, err := json.Marshal(raw)
	if err != nil {
		panic("an envelope of strings cannot be written: " + err.Error())
	}
	return data
}
