package oms

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/sigstore"
)

// MaxBundle is the largest signature that is read, in bytes.
const MaxBundle = sigstore.MaxBundle

// BundleError says that a file is no signature of a model.
type BundleError struct{ err error }

func (e *BundleError) Error() string { return "read the signature: " + e.err.Error() }
func (e *BundleError) Unwrap() error { return e.err }

// SignatureError says that a signature is not good: what was signed is not what the bundle holds, or it is nobody's.
type SignatureError struct{ Reason string }

func (e *SignatureError) Error() string { return "the signature is not good: " + e.Reason }

// ManifestError says that a manifest is refused, whoever signed it.
type ManifestError struct{ err error }

func (e *ManifestError) Error() string { return "the signed manifest is refused: " + e.err.Error() }
func (e *ManifestError) Unwrap() error { return e.err }

func readBundle(data []byte) (*sigstore.Bundle, error) {
	b, err := sigstore.ReadBundle(data)
	switch {
	case err != nil:
		return nil, &BundleError{err}
	case b.Envelope == nil:
		return nil, &BundleError{errors.New("it signs a message, not a manifest in an envelope")}
	case b.Envelope.PayloadType != sign.PayloadType:
		return nil, &BundleError{fmt.Errorf("its payload is of type %q, and not %q", b.Envelope.PayloadType, sign.PayloadType)}
	}
	return b, nil
}

// whose verifies the signature of a bundle and says by whom it is. old says that only the encoding of model-signing 0.2 made it good.
func whose(b *sigstore.Bundle, data []byte, trust *sign.Trust, o VerifyOptions) (signer sign.Signer, old bool, err error) {
	switch {
	case b.Key != nil:
		return byKey(b, trust, o)
	case issued(b.Certificates[0]):
		if o.Keyless == nil {
			return sign.Signer{}, false, ErrKeyless
		}
		signer, err = o.Keyless(b, data)
		return signer, false, err
	}
	return byCertificate(b, trust, o)
}

// ErrKeyless says that a model was signed by an identity and not by a key, and nobody said which identities and which authority to believe.
var ErrKeyless = errors.New("the model was signed by an identity, through Sigstore: say which identity, and which authority, you believe")

// issued says whether a certificate was issued to an identity for a moment: Fulcio writes into it who vouched for that.
func issued(c *x509.Certificate) bool {
	for _, e := range c.Extensions {
		if strings.HasPrefix(e.Id.String(), "1.3.6.1.4.1.57264.1.") {
			return true
		}
	}
	return false
}

// byKey looks for the operator's key that made a signature. The bundle's hint says which it could be, and proves nothing.
func byKey(b *sigstore.Bundle, trust *sign.Trust, o VerifyOptions) (sign.Signer, bool, error) {
	keys, named := candidates(b.Key.Hint, trust.Keys())
	for _, k := range keys {
		if ok, old := good(b.Envelope, k, false); ok {
			return judged(trust, k, o, old)
		}
	}
	if len(b.Key.PEM) > 0 { // as model-signing wrote it before 1.1: then a good signature by a stranger can be told from a bad one
		if k, err := sign.ReadPublic(b.Key.PEM); err == nil {
			if ok, old := good(b.Envelope, k, false); ok {
				return judged(trust, k, o, old)
			}
			return sign.Signer{}, false, &SignatureError{"it is neither by the key in the bundle nor by one that is trusted"}
		}
	}
	if named {
		return sign.Signer{}, false, &SignatureError{"the bundle names a key that is trusted, and that key did not sign this"}
	}
	s := sign.Signer{KeyID: b.Key.Hint, Why: "no trusted key made this signature"}
	return s, false, &sign.UntrustedError{Signer: s}
}

// candidates are the keys that a hint may mean. In the form of a digest it means one key or none; in any other, all are tried.
func candidates(hint string, keys []sign.PublicKey) (out []sign.PublicKey, named bool) {
	for _, k := range keys {
		if hint == k.ID || hint == hintOf(k) || hint == derHint(k) {
			return []sign.PublicKey{k}, true
		}
	}
	if len(strings.TrimPrefix(hint, "sha256:")) == 64 {
		return nil, false
	}
	return keys, false
}

// hintOf is how the reference names a key in a bundle: the SHA-256 of its PEM.
func hintOf(k sign.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(k.Key)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	return hexOf(sum[:])
}

// derHint is how other signers name one: the SHA-256 of its DER in base64.
func derHint(k sign.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(k.Key)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(der)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// byCertificate verifies a signature by a certificate whose chain is in the bundle; the root of it is the operator's.
func byCertificate(b *sigstore.Bundle, trust *sign.Trust, o VerifyOptions) (sign.Signer, bool, error) {
	k, err := sign.OfChain(b.Certificates)
	if err != nil {
		return sign.Signer{}, false, &SignatureError{err.Error()}
	}
	ok, old := good(b.Envelope, k, true)
	if !ok {
		return sign.Signer{}, false, &SignatureError{"the certificate's key did not sign this"}
	}
	if known, ok := trust.ByID(k.ID); ok { // the bare key is trusted, whoever certifies it
		return judged(trust, known, o, old)
	}
	return judged(trust, k, o, old)
}

func judged(trust *sign.Trust, k sign.PublicKey, o VerifyOptions, old bool) (sign.Signer, bool, error) {
	s := trust.For(sign.UseModel).Signer(k, o.At)
	if !s.Trusted {
		return s, old, &sign.UntrustedError{Signer: s, Checked: true}
	}
	return s, old, nil
}

// good says whether a key signed an envelope; old, that it did in the way of model-signing 0.2.
func good(e *sign.Envelope, k sign.PublicKey, certificate bool) (ok, old bool) {
	sig := e.Signatures[0].Sig
	if k.Verify(sign.PAE(e.PayloadType, e.Payload), sig) == nil {
		return true, false
	}
	if !bytes.Contains(e.Payload, []byte(oldPredicateType)) {
		return false, false
	}
	message := oldPAE(e.PayloadType, e.Payload)
	if ec, is := k.Key.(*ecdsa.PublicKey); is && certificate { // 0.2 hashed with SHA-256, whatever the curve
		sum := sha256.Sum256(message)
		return ecdsa.VerifyASN1(ec, sum[:], sig), true
	}
	return k.Verify(message, sig) == nil, true
}

// oldPAE is what model-signing 0.2 signed by mistake: the payload as Python prints bytes, and another prefix.
func oldPAE(kind string, payload []byte) []byte {
	out := fmt.Appendf(nil, "DSSEV1 %d %s %d b", len(kind), kind, len(payload))
	quote := byte('\'')
	if bytes.IndexByte(payload, '\'') >= 0 && bytes.IndexByte(payload, '"') < 0 {
		quote = '"'
	}
	out = append(out, quote)
	for _, c := range payload {
		switch {
		case c == quote || c == '\\':
			out = append(out, '\\', c)
		case c == '\t':
			out = append(out, `\t`...)
		case c == '\n':
			out = append(out, `\n`...)
		case c == '\r':
			out = append(out, `\r`...)
		case c < ' ' || c >= 0x7f:
			out = fmt.Appendf(out, `\x%02x`, c)
		default:
			out = append(out, c)
		}
	}
	return append(out, quote)
}
