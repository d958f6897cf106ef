package sigstore

import (
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/lodemark/lodemark/internal/sign"
)

// MaxBundle is the largest bundle that is read.
const MaxBundle = 64 << 20

// The most of each that a bundle may hold; real ones hold one or two.
const (
	maxEntries      = 32
	maxStamps       = 32
	maxCertificates = 16
	maxProof        = 64 // a tree of 2^63 entries
)

// A Bundle is a Sigstore bundle as read: well formed, and nothing in it verified.
type Bundle struct {
	Version string // "0.1", "0.2" or "0.3"

	// Who says to have signed: certificates, leaf first, or a key by a hint (some writers put the key itself there, in PEM). The other is empty.
	Certificates []*x509.Certificate
	Key          *KeyHint

	// What was signed; one is nil.
	Message  *Message
	Envelope *sign.Envelope

	single  bool // one certificate on its own, not a chain
	entries []entry
	stamps  [][]byte
}

// A KeyHint names the key that signed. Neither the hint nor a key beside it is anything to trust.
type KeyHint struct {
	Hint string
	PEM  []byte
}

// A Message is a signature over the bytes of an artefact.
type Message struct {
	Algorithm string // of the digest: "sha256", "sha384" or "sha512"
	Digest    []byte // what the signer says that the artefact's digest is
	Signature []byte
}

// A BundleError tells what is wrong with the form of a bundle.
type BundleError struct{ Reason string }

func (e *BundleError) Error() string { return "read sigstore bundle: " + e.Reason }

// The media types of a bundle, each spelt as its version was published.
var mediaTypes = map[string]string{
	"application/vnd.dev.sigstore.bundle+json;version=0.1": "0.1",
	"application/vnd.dev.sigstore.bundle+json;version=0.2": "0.2",
	"application/vnd.dev.sigstore.bundle+json;version=0.3": "0.3",
	mediaTypeNow: "0.3",
}

// mediaTypeNow is the one that is written.
const mediaTypeNow = "application/vnd.dev.sigstore.bundle.v0.3+json"

type wireBundle struct {
	MediaType text                   `json:"mediaType"`
	Material  optional[wireMaterial] `json:"verificationMaterial"`
	Message   optional[wireMessage]  `json:"messageSignature,omitzero"`
	Envelope  optional[wireEnvelope] `json:"dsseEnvelope,omitzero"`
}

type wireMaterial struct {
	Chain       optional[wireChain]       `json:"x509CertificateChain,omitzero"`
	Certificate optional[wireCertificate] `json:"certificate,omitzero"`
	Key         optional[wireKey]         `json:"publicKey,omitzero"`
	Entries     list[wireEntry]           `json:"tlogEntries,omitempty"`
	Stamps      optional[wireStamps]      `json:"timestampVerificationData,omitzero"`
}

type wireChain struct {
	Certificates list[wireCertificate] `json:"certificates"`
}

type wireCertificate struct {
	Raw octets `json:"rawBytes"`
}

type wireKey struct {
	Hint    text   `json:"hint"`
	Raw     octets `json:"rawBytes"`
	Details choice `json:"keyDetails"`
}

type wireStamps struct {
	RFC3161 list[wireStamp] `json:"rfc3161Timestamps,omitempty"`
}

type wireStamp struct {
	Signed octets `json:"signedTimestamp"`
}

type wireMessage struct {
	Digest    optional[wireDigest] `json:"messageDigest"`
	Signature octets               `json:"signature"`
}

type wireDigest struct {
	Algorithm choice `json:"algorithm"`
	Digest    octets `json:"digest"`
}

type wireEnvelope struct {
	Payload    octets              `json:"payload"`
	Type       text                `json:"payloadType"`
	Signatures list[wireSignature] `json:"signatures"`
}

type wireSignature struct {
	Sig octets `json:"sig"`
	Key text   `json:"keyid,omitempty"`
}

// ReadBundle reads a bundle, strictly: no member twice, none unknown, one kind of signer and one kind of content. What it holds is for
// Verify to believe or not.
func ReadBundle(data []byte) (*Bundle, error) {
	if len(data) > MaxBundle {
		return nil, &BundleError{fmt.Sprintf("longer than %d bytes", MaxBundle)}
	}
	var w wireBundle
	if err := readJSON(data, &w); err != nil {
		return nil, &BundleError{err.Error()}
	}
	b, err := w.bundle()
	if err != nil {
		return nil, &BundleError{err.Error()}
	}
	return b, nil
}

func (w *wireBundle) bundle() (*Bundle, error) {
	b := &Bundle{Version: mediaTypes[string(w.MediaType)]}
	switch {
	case b.Version == "":
		return nil, fmt.Errorf("the media type %s is none of a bundle that is known here", shorten(w.MediaType))
	case w.Material.it == nil:
		return nil, errors.New("no verification material")
	case (w.Message.it == nil) == (w.Envelope.it == nil):
		return nil, errors.New("either a message signature or a DSSE envelope was expected")
	}
	if err := w.Material.it.signer(b); err != nil {
		return nil, err
	}
	if err := w.content(b); err != nil {
		return nil, err
	}
	return b, w.Material.it.witnesses(b)
}

func (w *wireMaterial) signer(b *Bundle) error {
	var chain list[wireCertificate]
	kinds := 0
	if c := w.Chain.it; c != nil {
		kinds, chain = kinds+1, c.Certificates
	}
	if c := w.Certificate.it; c != nil {
		kinds, chain, b.single = kinds+1, []wireCertificate{*c}, true
	}
	if k := w.Key.it; k != nil {
		kinds, b.Key = kinds+1, &KeyHint{Hint: string(k.Hint), PEM: k.Raw}
	}
	switch {
	case kinds != 1:
		return errors.New("one of a certificate, a certificate chain and a public key was expected")
	case b.Key == nil && len(chain) == 0:
		return errors.New("the certificate chain is empty")
	case len(chain) > maxCertificates:
		return fmt.Errorf("more than %d certificates", maxCertificates)
	}
	for i, c := range chain {
		parsed, err := x509.ParseCertificate(c.Raw)
		if err != nil {
			return fmt.Errorf("certificate %d: %w", i+1, err)
		}
		b.Certificates = append(b.Certificates, parsed)
	}
	return nil
}

func (w *wireBundle) content(b *Bundle) error {
	if m := w.Message.it; m != nil {
		if m.Digest.it == nil || len(m.Signature) == 0 {
			return errors.New("a message signature without digest or signature")
		}
		h, err := hashOf(string(m.Digest.it.Algorithm))
		if err != nil {
			return err
		}
		if len(m.Digest.it.Digest) != h.hash.Size() {
			return fmt.Errorf("a digest of %d bytes is no %s", len(m.Digest.it.Digest), h.name)
		}
		b.Message = &Message{Algorithm: h.name, Digest: m.Digest.it.Digest, Signature: m.Signature}
		return nil
	}
	from := w.Envelope.it
	e := &sign.Envelope{PayloadType: string(from.Type), Payload: from.Payload}
	for _, s := range from.Signatures {
		e.Signatures = append(e.Signatures, sign.Signature{KeyID: string(s.Key), Sig: s.Sig})
	}
	switch {
	case len(e.Signatures) != 1: // the specification of bundles: exactly one, else it is open whom the certificate speaks for
		return fmt.Errorf("an envelope of a bundle has one signature, not %d", len(e.Signatures))
	case len(e.Signatures[0].Sig) == 0:
		return errors.New("an empty signature")
	case e.PayloadType == "":
		return errors.New("an envelope without payload type")
	}
	b.Envelope = e
	return nil
}

// witnesses reads what others say of the signature: entries of logs, and timestamps.
func (w *wireMaterial) witnesses(b *Bundle) error {
	if len(w.Entries) > maxEntries {
		return fmt.Errorf("more than %d log entries", maxEntries)
	}
	for i, e := range w.Entries {
		entry, err := e.entry()
		if err != nil {
			return fmt.Errorf("log entry %d: %w", i+1, err)
		}
		b.entries = append(b.entries, entry)
	}
	if w.Stamps.it == nil {
		return nil
	}
	if len(w.Stamps.it.RFC3161) > maxStamps {
		return fmt.Errorf("more than %d timestamps", maxStamps)
	}
	for _, s := range w.Stamps.it.RFC3161 {
		if len(s.Signed) == 0 {
			return errors.New("an empty timestamp")
		}
		b.stamps = append(b.stamps, s.Signed)
	}
	return nil
}

// signature is the one signature of the bundle, which timestamps and log entries are about.
func (b *Bundle) signature() []byte {
	if b.Message != nil {
		return b.Message.Signature
	}
	return b.Envelope.Signatures[0].Sig
}
