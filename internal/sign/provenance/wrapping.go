package provenance

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/lodemark/lodemark/internal/sign"
)

// fromCloudBuild reads what gcloud tells of an image: the statement stands there twice, once in the envelope and once as text that nobody
// signed. Only the envelope counts.
func fromCloudBuild(o object, from string, depth int) ([]Attestation, error) {
	summary, err := o.object("provenance_summary")
	if err != nil {
		return nil, err
	}
	items, err := summary.list("provenance")
	if err != nil {
		return nil, err
	}
	var envelopes []any
	for i, item := range items {
		occurrence, ok := asObject(item)
		if !ok {
			return nil, fmt.Errorf("provenance %d is no object", i+1)
		}
		if occurrence.has("envelope") {
			envelopes = append(envelopes, occurrence["envelope"])
		}
	}
	return each(envelopes, or(from, "Cloud Build"), depth)
}

func fromEnvelope(o object, from string) Attestation {
	a := Attestation{Wrapping: "DSSE envelope", Source: from}
	payload, err := o.text("payload")
	if err == nil {
		var raw []byte
		if raw, err = decode(payload); err == nil {
			a.take(raw)
		}
	}
	if err != nil {
		a.Problem = fmt.Errorf("payload: %w", err)
		return a
	}
	if a.Problem != nil {
		return a
	}
	if certified(o) {
		a.Problem = errors.New("the envelope holds a certificate, and no log entry or timestamp that would tell when it was used: this older form of " +
			"SLSA builders can only be verified by asking a log on the network. Newer versions of the builder write Sigstore bundles")
		return a
	}
	e, err := sign.ReadEnvelope(rejson(o))
	if err != nil {
		a.Problem = err
		return a
	}
	a.envelope, a.Problem = &e, typed(e.PayloadType)
	return a
}

// certified says whether a signature brings a certificate with it, as envelopes did before there were bundles.
func certified(o object) bool {
	signatures, _ := o.list("signatures")
	for _, v := range signatures {
		if s, ok := asObject(v); ok && s.has("cert") {
			return true
		}
	}
	return false
}

func fromBundle(o object, from string) Attestation {
	a := Attestation{Wrapping: "Sigstore bundle", Source: from, bundle: rejson(o)}
	e, err := o.object("dsseEnvelope")
	if err == nil && e == nil {
		err = errors.New("the bundle signs bytes and states nothing of them")
	}
	if err != nil {
		a.Problem = err
		return a
	}
	payload, err := e.text("payload")
	if err != nil {
		a.Problem = err
		return a
	}
	raw, err := decode(payload)
	if err != nil {
		a.Problem = fmt.Errorf("payload: %w", err)
		return a
	}
	if a.take(raw); a.Problem != nil {
		return a
	}
	kind, err := e.text("payloadType")
	if err == nil {
		err = typed(kind)
	}
	a.Problem = err
	return a
}

// fromPyPI reads an attestation of PEP 740, which is a Sigstore bundle under other names.
func fromPyPI(o object, from string) Attestation {
	bundle, err := bundleOfPyPI(o)
	if err != nil {
		return Attestation{Wrapping: "PyPI attestation", Source: or(from, "PyPI"), Problem: err}
	}
	a := fromBundle(bundle, or(from, "PyPI"))
	a.Wrapping = "PyPI attestation"
	return a
}

func bundleOfPyPI(o object) (object, error) {
	if v, ok := o["version"].(json.Number); !ok || v.String() != "1" {
		return nil, errors.New("a PyPI attestation of a version other than 1")
	}
	material, err := o.object("verification_material")
	if err != nil {
		return nil, err
	}
	envelope, err := o.object("envelope")
	if err != nil {
		return nil, err
	}
	certificate, err := material.text("certificate")
	if err != nil {
		return nil, err
	}
	entries, err := material.list("transparency_entries")
	if err != nil {
		return nil, err
	}
	return object{
		"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
		"verificationMaterial": map[string]any{
			"certificate": map[string]any{"rawBytes": certificate},
			"tlogEntries": entries,
		},
		"dsseEnvelope": map[string]any{
			"payload":     envelope["statement"],
			"payloadType": sign.PayloadType,
			"signatures":  []any{map[string]any{"sig": envelope["signature"]}},
		},
	}, nil
}

func bare(o object, from string) Attestation {
	a := Attestation{Wrapping: "bare statement", Source: from}
	s, err := statementOf(o)
	a.state(s, err)
	if a.Problem == nil {
		a.Problem = errors.New("the statement is not signed: anybody could have written it")
	}
	return a
}

// take reads the payload.
func (a *Attestation) take(payload []byte) {
	s, err := readStatement(payload)
	a.state(s, err)
}

func (a *Attestation) state(s Statement, err error) {
	a.Statement = s
	if err != nil {
		a.Problem = err
		return
	}
	p, ok, err := s.provenance()
	switch {
	case err != nil:
		a.Problem = err
	case ok:
		a.SLSA = &p
	}
}

func typed(payloadType string) error {
	if payloadType != sign.PayloadType {
		return fmt.Errorf("the payload type is %s, which is not that of a statement (%s)", quote(payloadType), sign.PayloadType)
	}
	return nil
}

// decode reads base64 of either alphabet. Verification reads it again, strictly.
func decode(text string) ([]byte, error) {
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(text, "-_") {
		encoding = base64.RawURLEncoding
	}
	data, err := encoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return nil, errors.New("no base64")
	}
	return data, nil
}

// rejson writes a part of a larger value by itself. What is signed is base64 in there, and stays as it was.
func rejson(o object) []byte {
	data, err := json.Marshal(o)
	if err != nil {
		return nil // what was decoded from JSON can be written as JSON; nil is no bundle
	}
	return data
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// changed is the attestation with one bit of the statement changed, and the signature as it was.
func (a Attestation) changed() (Attestation, error) {
	flip := func(payload []byte) []byte {
		out := append([]byte(nil), payload...)
		if len(out) > 0 {
			out[len(out)/2] ^= 1
		}
		return out
	}
	if a.bundle == nil {
		e := *a.envelope
		e.Payload = flip(e.Payload)
		a.envelope = &e
		return a, nil
	}
	o, err := readObject(a.bundle, "the bundle")
	if err != nil {
		return a, err
	}
	envelope, err := o.object("dsseEnvelope")
	if err != nil {
		return a, err
	}
	payload, err := envelope.text("payload")
	if err != nil {
		return a, err
	}
	raw, err := decode(payload)
	if err != nil {
		return a, err
	}
	envelope["payload"] = base64.StdEncoding.EncodeToString(flip(raw))
	a.bundle = rejson(o)
	return a, nil
}
