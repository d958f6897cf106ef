package sigstore

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
)

// entry is an entry of a transparency log (Rekor), as a bundle tells of it.
type entry struct {
	index   int64
	log     []byte // the log's id
	kind    string // "hashedrekord 0.0.1"
	at      time.Time
	promise []byte // the signed entry timestamp; nil: none
	proof   *proof // nil: none
	body    []byte
}

// proof is the way from an entry to the root of a tree that the log signed.
type proof struct {
	index, size int64
	root        []byte
	hashes      [][]byte
	checkpoint  string
}

type wireEntry struct {
	Index   count                 `json:"logIndex"`
	Log     optional[wireLogID]   `json:"logId"`
	Kind    optional[wireKind]    `json:"kindVersion"`
	At      count                 `json:"integratedTime,omitempty"`
	Promise optional[wirePromise] `json:"inclusionPromise,omitzero"`
	Proof   optional[wireProof]   `json:"inclusionProof,omitzero"`
	Body    octets                `json:"canonicalizedBody"`
}

type wireKind struct {
	Kind    text `json:"kind"`
	Version text `json:"version"`
}

type wirePromise struct {
	Signed octets `json:"signedEntryTimestamp"`
}

type wireProof struct {
	Index      count                    `json:"logIndex"`
	Root       octets                   `json:"rootHash"`
	Size       count                    `json:"treeSize"`
	Hashes     list[octets]             `json:"hashes"`
	Checkpoint optional[wireCheckpoint] `json:"checkpoint"`
}

type wireCheckpoint struct {
	Envelope text `json:"envelope"`
}

func (w *wireEntry) entry() (entry, error) {
	switch {
	case w.Log.it == nil || len(w.Log.it.ID) == 0:
		return entry{}, errors.New("no log id")
	case w.Kind.it == nil || w.Kind.it.Kind == "":
		return entry{}, errors.New("no kind")
	case len(w.Body) == 0:
		return entry{}, errors.New("no body")
	case w.Promise.it == nil && w.Proof.it == nil:
		return entry{}, errors.New("neither a proof nor a promise of inclusion")
	}
	e := entry{index: int64(w.Index), log: w.Log.it.ID, kind: string(w.Kind.it.Kind + " " + w.Kind.it.Version), body: w.Body}
	if w.At != 0 {
		e.at = time.Unix(int64(w.At), 0).UTC()
	}
	if w.Promise.it != nil {
		if e.promise = w.Promise.it.Signed; len(e.promise) == 0 {
			return entry{}, errors.New("an empty promise of inclusion")
		}
	}
	if w.Proof.it == nil {
		return e, nil
	}
	p, err := w.Proof.it.proof()
	e.proof = p
	return e, err
}

func (w *wireProof) proof() (*proof, error) {
	if w.Checkpoint.it == nil || w.Checkpoint.it.Envelope == "" {
		return nil, errors.New("a proof of inclusion without checkpoint")
	}
	if len(w.Hashes) > maxProof {
		return nil, fmt.Errorf("a proof of inclusion of more than %d hashes", maxProof)
	}
	p := &proof{index: int64(w.Index), size: int64(w.Size), root: w.Root, checkpoint: string(w.Checkpoint.it.Envelope)}
	for _, h := range w.Hashes {
		p.hashes = append(p.hashes, h)
	}
	return p, nil
}

// claim is what the body of an entry says: who signed, the signature, and over what.
type claim struct {
	signer    party
	signature []byte
	over      subject
	algorithm algorithm
	digest    []byte
}

// subject is what the digest of an entry is of.
type subject int

const (
	artefact subject = iota // the artefact, or the bytes that a DSSE signature is over
	payload                 // the payload of an envelope
)

type wireBody struct {
	Version string          `json:"apiVersion"`
	Kind    string          `json:"kind"`
	Spec    json.RawMessage `json:"spec"`
}

// The kinds of entries, each with what reads its specification.
var kinds = map[string]func(spec []byte) (claim, error){
	"hashedrekord 0.0.1": hashedRecord1,
	"hashedrekord 0.0.2": hashedRecord2,
	"dsse 0.0.1":         dsse1,
	"dsse 0.0.2":         dsse2,
	"intoto 0.0.2":       intoto2,
}

// claim reads the body. Bodies are what logs hash; they come from writers that know no spelling but one, so they are read strictly too.
func (e *entry) claim() (claim, error) {
	var w wireBody
	if err := readJSON(e.body, &w); err != nil {
		return claim{}, fmt.Errorf("body: %w", err)
	}
	kind := w.Kind + " " + w.Version
	if kind != e.kind {
		return claim{}, fmt.Errorf("the entry says to be of the kind %s, its body %s", shorten(e.kind), shorten(kind))
	}
	read := kinds[kind]
	if read == nil {
		return claim{}, fmt.Errorf("entries of the kind %s are not known", shorten(kind))
	}
	c, err := read(w.Spec)
	if err != nil {
		return claim{}, fmt.Errorf("body: %w", err)
	}
	if len(c.signature) == 0 || len(c.digest) != c.algorithm.hash.Size() {
		return claim{}, errors.New("body: no signature, or no digest of the right length")
	}
	return c, nil
}

// newSchema tells whether the entry is of Rekor 2, which gives no time and no promise of its own.
func (e *entry) newSchema() bool {
	return e.kind == "hashedrekord 0.0.2" || e.kind == "dsse 0.0.2"
}

type oldHash struct {
	Algorithm string      `json:"algorithm"`
	Value     hexadecimal `json:"value"`
}

func (h oldHash) claim(over subject) (claim, error) {
	a, err := hashOf(h.Algorithm)
	return claim{over: over, algorithm: a, digest: h.Value}, err
}

func hashedRecord1(spec []byte) (claim, error) {
	var w struct {
		Data struct {
			Hash oldHash `json:"hash"`
		} `json:"data"`
		Signature struct {
			Content octets `json:"content"`
			Key     struct {
				Content octets `json:"content"`
			} `json:"publicKey"`
		} `json:"signature"`
	}
	if err := readJSON(spec, &w); err != nil {
		return claim{}, err
	}
	c, err := w.Data.Hash.claim(artefact)
	if err != nil {
		return claim{}, err
	}
	c.signature = w.Signature.Content
	c.signer, err = readParty(w.Signature.Key.Content)
	return c, err
}

func dsse1(spec []byte) (claim, error) {
	var w struct {
		Envelope   oldHash `json:"envelopeHash"` // of the envelope as it was sent, in a spelling that a bundle does not keep
		Payload    oldHash `json:"payloadHash"`
		Signatures list[struct {
			Signature octets `json:"signature"`
			Verifier  octets `json:"verifier"`
		}] `json:"signatures"`
	}
	if err := readJSON(spec, &w); err != nil {
		return claim{}, err
	}
	if len(w.Signatures) != 1 {
		return claim{}, fmt.Errorf("%d signatures instead of one", len(w.Signatures))
	}
	c, err := w.Payload.claim(payload)
	if err != nil {
		return claim{}, err
	}
	c.signature = w.Signatures[0].Signature
	c.signer, err = readParty(w.Signatures[0].Verifier)
	return c, err
}

func intoto2(spec []byte) (claim, error) {
	var w struct {
		Content struct {
			Envelope struct {
				Payload    string `json:"payload"`
				Type       string `json:"payloadType"`
				Signatures list[struct {
					Key       string `json:"keyid"`
					PublicKey octets `json:"publicKey"`
					Sig       octets `json:"sig"` // the base64 of the signature, in base64
				}] `json:"signatures"`
			} `json:"envelope"`
			Hash    oldHash `json:"hash"`
			Payload oldHash `json:"payloadHash"`
		} `json:"content"`
	}
	if err := readJSON(spec, &w); err != nil {
		return claim{}, err
	}
	signatures := w.Content.Envelope.Signatures
	if len(signatures) != 1 {
		return claim{}, fmt.Errorf("%d signatures instead of one", len(signatures))
	}
	c, err := w.Content.Payload.claim(payload)
	if err != nil {
		return claim{}, err
	}
	if c.signature, err = decodeBase64(string(signatures[0].Sig)); err != nil {
		return claim{}, fmt.Errorf("signature: %w", err)
	}
	c.signer, err = readParty(signatures[0].PublicKey)
	return c, err
}

// newSignature is a signature with its signer, as Rekor 2 writes it.
type newSignature struct {
	Content  octets `json:"content"`
	Verifier struct {
		Details     choice           `json:"keyDetails"`
		Certificate *wireCertificate `json:"x509Certificate,omitempty"`
		Key         *wireCertificate `json:"publicKey,omitempty"`
	} `json:"verifier"`
}

func (s newSignature) party() (party, error) {
	v := s.Verifier
	switch {
	case v.Certificate != nil && v.Key == nil:
		return party{v.Certificate.Raw, true}, nil
	case v.Key != nil && v.Certificate == nil:
		return party{v.Key.Raw, false}, nil
	}
	return party{}, errors.New("the signer is neither a certificate nor a key")
}

func (d wireDigest) claim(over subject, s newSignature) (claim, error) {
	a, err := hashOf(string(d.Algorithm))
	if err != nil {
		return claim{}, err
	}
	who, err := s.party()
	return claim{over: over, algorithm: a, digest: d.Digest, signer: who, signature: s.Content}, err
}

func hashedRecord2(spec []byte) (claim, error) {
	var w struct {
		Record struct {
			Data      wireDigest   `json:"data"`
			Signature newSignature `json:"signature"`
		} `json:"hashedRekordV002"`
	}
	if err := readJSON(spec, &w); err != nil {
		return claim{}, err
	}
	return w.Record.Data.claim(artefact, w.Record.Signature)
}

func dsse2(spec []byte) (claim, error) {
	var w struct {
		Record struct {
			Payload    wireDigest         `json:"payloadHash"`
			Signatures list[newSignature] `json:"signatures"`
		} `json:"dsseV002"`
	}
	if err := readJSON(spec, &w); err != nil {
		return claim{}, err
	}
	if len(w.Record.Signatures) != 1 {
		return claim{}, fmt.Errorf("%d signatures instead of one", len(w.Record.Signatures))
	}
	return w.Record.Payload.claim(payload, w.Record.Signatures[0])
}

// agrees compares what was logged with what the bundle holds: without it, an entry of anybody's could be shown beside any signature.
func (c claim) agrees(b *Bundle, leaf *x509.Certificate, key crypto.PublicKey, oldKind bool) error {
	if !bytes.Equal(c.signature, b.signature()) {
		return errors.New("the log entry is of another signature")
	}
	if !c.signer.is(leaf, key) {
		return errors.New("the log entry is of another signer")
	}
	var digest []byte
	switch {
	case b.Message != nil && c.over == artefact:
		digest = b.Message.Digest
		if c.algorithm.name != b.Message.Algorithm {
			return fmt.Errorf("the log entry is of a digest of another kind (%s)", c.algorithm.name)
		}
	case b.Envelope != nil && c.over == payload:
		digest = sum(c.algorithm.hash, b.Envelope.Payload)
	case b.Envelope != nil && c.over == artefact && !oldKind: // since Rekor 2, the bytes that were signed are logged like an artefact
		digest = sum(c.algorithm.hash, sign.PAE(b.Envelope.PayloadType, b.Envelope.Payload))
	default:
		return errors.New("the log entry is of another kind of content")
	}
	if !bytes.Equal(digest, c.digest) {
		return errors.New("the log entry is of another content")
	}
	return nil
}
