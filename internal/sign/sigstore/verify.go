package sigstore

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
)

// Policy is what the operator asks of a bundle. The zero value asks for an identity, which it does not have, and so believes nobody.
type Policy struct {
	Identity Identity
	Key      crypto.PublicKey // instead of an identity: the bundle is signed by this key

	// What the operator does without. By default there is one entry of a trusted log at least, and a certificate timestamp.
	WithoutLog       bool
	WithoutCertStamp bool
}

// An Artefact is what is thought to be signed: its bytes, or the digest of them. The zero value is for envelopes whose payload the caller
// compares.
type Artefact struct {
	Data      []byte
	Algorithm string // of Digest: "sha256", "sha384" or "sha512"
	Digest    []byte
}

// digest gives the digest of the artefact by a hash, and whether it is known.
func (a Artefact) digest(h algorithm) ([]byte, bool) {
	switch {
	case a.Data != nil:
		return sum(h.hash, a.Data), true
	case a.Algorithm == h.name && len(a.Digest) == h.hash.Size():
		return a.Digest, true
	}
	return nil, false
}

func (a Artefact) given() bool { return a.Data != nil || a.Digest != nil }

// Verified is what a bundle proves.
type Verified struct {
	Issuer, SAN string // who signed; empty for a key
	Certificate *x509.Certificate
	Times       []Time   // when, by everybody who is trusted to say so
	Logs        []string // the logs that hold it
	Payload     []byte   // of an envelope
	PayloadType string   // of an envelope
	Passed      []string // what was passed over as nobody known vouches for it, in words
}

// Time is a time that somebody else than the signer vouches for.
type Time struct {
	At   time.Time
	By   string // the address of who vouches
	Kind TimeKind
}

// TimeKind tells how a time is vouched for.
type TimeKind string

// The kinds of times.
const (
	Timestamp  TimeKind = "timestamp" // by a timestamp authority
	Integrated TimeKind = "log"       // by a log, which signed when it took the entry in
)

// A VerifyError tells why a bundle is not believed.
type VerifyError struct {
	Step   string // "log", "time", "certificate", "certificate timestamp", "signature", "artefact" or "identity"
	Reason error
}

func (e *VerifyError) Error() string {
	return "verify sigstore bundle: " + e.Step + ": " + e.Reason.Error()
}
func (e *VerifyError) Unwrap() error { return e.Reason }

// Verify verifies a bundle: that the artefact, or the payload, was signed by whom the policy asks for, as the authorities and logs of the
// trusted root say. It needs no network and no clock.
func Verify(b *Bundle, a Artefact, root *TrustedRoot, p Policy) (*Verified, error) {
	v := &verification{b: b, artefact: a, root: root, policy: p}
	if root == nil {
		return nil, &VerifyError{"identity", errors.New("no trusted root was given")}
	}
	for _, step := range []struct {
		name string
		run  func() error
	}{
		{"identity", v.signer},
		{"signature", v.signature}, // before who logged it, as a changed payload is what most want to be told of
		{"log", v.logs},
		{"time", v.times},
		{"certificate", v.certificate},
		{"certificate timestamp", v.certStamps},
		{"identity", v.identity},
		{"artefact", v.subject},
	} {
		if err := step.run(); err != nil {
			return nil, &VerifyError{step.name, err}
		}
	}
	return &v.out, nil
}

type verification struct {
	b        *Bundle
	artefact Artefact
	root     *TrustedRoot
	policy   Policy
	leaf     *x509.Certificate // nil: a key
	key      crypto.PublicKey
	chains   [][]*x509.Certificate
	out      Verified
}

// signer tells what kind of signer there is to be, before anything is computed.
func (v *verification) signer() error {
	b := v.b
	if v.policy.Key != nil {
		if b.Key == nil {
			return errors.New("it is signed with a certificate, not with a key of the operator's")
		}
		v.key = v.policy.Key
		return nil
	}
	if _, err := v.policy.Identity.check(); err != nil {
		return err
	}
	if len(b.Certificates) == 0 {
		return errors.New("it is signed with a key, not by an identity")
	}
	if b.Version == "0.3" && !b.single {
		return errors.New("a bundle of version 0.3 by an identity holds one certificate, not a chain")
	}
	// What comes along after the leaf is passed over, as the specification allows: the chain is built from the trusted root alone.
	v.leaf = b.Certificates[0]
	v.key = v.leaf.PublicKey
	v.out.Certificate = v.leaf
	return nil
}

// logs verifies every entry of a log that is trusted, and passes over those of others.
func (v *verification) logs() error {
	b := v.b
	for i := range b.entries {
		e := &b.entries[i]
		for _, other := range b.entries[:i] {
			if bytes.Equal(other.log, e.log) && other.index == e.index {
				return errors.New("the bundle holds one log entry twice")
			}
		}
		if err := v.shape(e); err != nil {
			return err
		}
		if err := v.entry(e); err != nil {
			return err
		}
	}
	switch {
	case len(v.out.Logs) > 0 || v.policy.WithoutLog:
		return nil
	case len(b.entries) == 0:
		return errors.New("it is in no log")
	}
	return errors.New("it is in no log that the trusted root names: " + strings.Join(v.out.Passed, "; "))
}

// shape is what the version of the bundle asks of an entry.
func (v *verification) shape(e *entry) error {
	switch {
	case v.b.Version == "0.1" && e.promise == nil:
		return errors.New("a bundle of version 0.1 holds the log's promise of inclusion")
	case v.b.Version != "0.1" && e.proof == nil:
		return fmt.Errorf("a bundle of version %s holds a proof of inclusion", v.b.Version)
	}
	return nil
}

func (v *verification) entry(e *entry) error {
	for i := range v.root.logs {
		l := &v.root.logs[i]
		if !bytes.Equal(l.id, e.log) {
			continue
		}
		at, err := e.verify(l)
		if err != nil {
			return err
		}
		c, err := e.claim()
		if err != nil {
			return err
		}
		if err := c.agrees(v.b, v.leaf, v.key, !e.newSchema()); err != nil {
			return err
		}
		if v.leaf != nil && !e.at.IsZero() && (e.at.Before(v.leaf.NotBefore) || e.at.After(v.leaf.NotAfter)) {
			return fmt.Errorf("the log took it in at %s, when the certificate was not valid", e.at.Format(time.RFC3339))
		}
		if !at.IsZero() {
			v.out.Times = append(v.out.Times, Time{at, l.baseURL, Integrated})
		}
		v.out.Logs = append(v.out.Logs, l.baseURL)
		return nil
	}
	v.out.Passed = append(v.out.Passed, "an entry of the log "+hex.EncodeToString(e.log)+", which the trusted root does not name")
	return nil
}

// times verifies the timestamps. One of an authority that is not trusted is passed over; one that is wrong is not.
func (v *verification) times() error {
	for i, der := range v.b.stamps {
		for _, other := range v.b.stamps[:i] {
			if bytes.Equal(der, other) {
				return errors.New("the bundle holds one timestamp twice")
			}
		}
		t, known, err := v.root.verifyStamp(der, v.b.signature())
		switch {
		case err == nil:
			v.out.Times = append(v.out.Times, t)
		case known:
			return err
		default:
			v.out.Passed = append(v.out.Passed, err.Error())
		}
	}
	if len(v.out.Times) == 0 && v.leaf != nil {
		reason := "nobody who is trusted vouches for the time of signing"
		if len(v.out.Passed) > 0 {
			reason += ": " + strings.Join(v.out.Passed, "; ")
		}
		return errors.New(reason)
	}
	for _, e := range v.b.entries {
		if err := v.logWasValid(&e); err != nil {
			return err
		}
	}
	return nil
}

// logWasValid checks the time of a log's key for entries that bring no time of their own.
func (v *verification) logWasValid(e *entry) error {
	if e.promise != nil {
		return nil
	}
	for _, l := range v.root.logs {
		if !bytes.Equal(l.id, e.log) {
			continue
		}
		for _, t := range v.out.Times {
			if !l.covers(t.At) {
				return fmt.Errorf("the key of the log was not valid at %s", t.At.Format(time.RFC3339))
			}
		}
		return nil
	}
	return nil
}

func (v *verification) certificate() (err error) {
	if v.leaf != nil {
		v.chains, err = v.root.verifyCertificate(v.leaf, v.out.Times)
	}
	return err
}

func (v *verification) certStamps() error {
	if v.leaf == nil || v.policy.WithoutCertStamp {
		return nil
	}
	return v.root.verifyCertStamps(v.leaf, v.chains)
}

func (v *verification) signature() error {
	wrong := errors.New("the signature is wrong")
	if e := v.b.Envelope; e != nil {
		if !verifyMessage(v.key, sign.PAE(e.PayloadType, e.Payload), v.b.signature(), hashesOf(v.key)...) {
			return wrong
		}
		v.out.Payload, v.out.PayloadType = e.Payload, e.PayloadType
		return nil
	}
	m := v.b.Message
	if !v.artefact.given() {
		return errors.New("the signature is over an artefact, which was not given")
	}
	h, err := hashOf(m.Algorithm)
	if err != nil {
		return err
	}
	digest, ok := v.artefact.digest(h)
	if !ok {
		return fmt.Errorf("the artefact's %s was not given", h.name)
	}
	if !bytes.Equal(digest, m.Digest) {
		return errors.New("the bundle is of another artefact")
	}
	if _, ok := v.key.(ed25519.PublicKey); ok {
		return v.edwards(wrong)
	}
	for _, hash := range hashesOf(v.key) {
		if a, ok := nameOf(hash); ok {
			if d, ok := v.artefact.digest(a); ok && verifyDigest(v.key, hash, d, m.Signature) {
				return nil
			}
		}
	}
	return wrong
}

// edwards verifies a message signature by an Ed25519 key: over the artefact's SHA-512 (Ed25519ph, which logs ask for), or over its bytes.
func (v *verification) edwards(wrong error) error {
	a, _ := nameOf(crypto.SHA512)
	if d, ok := v.artefact.digest(a); ok && verifyDigest(v.key, crypto.SHA512, d, v.b.Message.Signature) {
		return nil
	}
	if v.artefact.Data == nil {
		return errors.New("a signature by an Ed25519 key is over the artefact's SHA-512 or its bytes, which were not given")
	}
	if !verifyMessage(v.key, v.artefact.Data, v.b.Message.Signature) {
		return wrong
	}
	return nil
}

func nameOf(h crypto.Hash) (algorithm, bool) {
	for _, a := range algorithms {
		if a.hash == h {
			return a, true
		}
	}
	return algorithm{}, false
}

// subject compares the artefact with the subjects of the statement in an envelope.
func (v *verification) subject() error {
	if v.b.Envelope == nil || !v.artefact.given() {
		return nil
	}
	if v.b.Envelope.PayloadType != sign.PayloadType {
		return fmt.Errorf("the envelope holds %s, which names no artefact", shorten(v.b.Envelope.PayloadType))
	}
	subjects, err := subjectsOf(v.b.Envelope.Payload)
	if err != nil {
		return err
	}
	for _, digests := range subjects {
		for _, a := range algorithms {
			got, known := v.artefact.digest(a)
			if known && digests[a.name] == hex.EncodeToString(got) {
				return nil
			}
		}
	}
	return errors.New("the statement is about another artefact")
}

func (v *verification) identity() (err error) {
	if v.leaf == nil {
		return nil
	}
	v.out.Issuer, v.out.SAN, err = identityOf(v.leaf)
	if err != nil {
		return err
	}
	return v.policy.Identity.matches(v.out.Issuer, v.out.SAN)
}

// oneLine joins the messages of joined errors.
func oneLine(err error) error {
	return errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
}
