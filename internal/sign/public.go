// Package sign makes and checks signatures: keys, the operator's trust in them, envelopes and the statements inside.
package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// The algorithms of keys. The first two can be made here; the others are only checked, and used where somebody brings such a key.
const (
	Ed25519   = "ed25519"
	ECDSAP256 = "ecdsa-p256"
	ECDSAP384 = "ecdsa-p384"
	ECDSAP521 = "ecdsa-p521"
)

// maxKeyFile bounds every file that holds keys or certificates.
const maxKeyFile = 1 << 20

// maxChain bounds the certificates of one chain.
const maxChain = 10

// ErrBadSignature is wrapped by what Verify says of a signature that was not made by this key over this message.
var ErrBadSignature = errors.New("the signature does not fit the content and the key")

// KeyError says why a key or a certificate is not taken.
type KeyError struct {
	Reason string
	Hint   string // how to make one that is; may be empty
}

func (e *KeyError) Error() string { return e.Reason }

func keyErr(hint, format string, args ...any) error {
	return &KeyError{Reason: fmt.Sprintf(format, args...), Hint: hint}
}

// PublicKey is the half of a key that everybody may know.
type PublicKey struct {
	ID        string              // "sha256:" and the hex digest of the key's PKIX DER
	Algorithm string              // Ed25519, ECDSAP256, ECDSAP384 or ECDSAP521
	Key       crypto.PublicKey    // ed25519.PublicKey or *ecdsa.PublicKey
	Chain     []*x509.Certificate // leaf first; nil for a bare key
}

// PublicOf wraps a key of the standard library. Anything but Ed25519 and ECDSA over P-256, P-384 and P-521 is a *KeyError.
func PublicOf(key crypto.PublicKey) (PublicKey, error) {
	k := PublicKey{Key: key}
	switch key := key.(type) {
	case ed25519.PublicKey:
		if len(key) != ed25519.PublicKeySize {
			return PublicKey{}, keyErr("", "an Ed25519 key has %d bytes, not %d", ed25519.PublicKeySize, len(key))
		}
		if lowOrder(key) {
			return PublicKey{}, keyErr("", "an Ed25519 key of low order: anybody could sign for it")
		}
		k.Algorithm = Ed25519
	case *ecdsa.PublicKey:
		switch key.Curve {
		case elliptic.P256():
			k.Algorithm = ECDSAP256
		case elliptic.P384():
			k.Algorithm = ECDSAP384
		case elliptic.P521():
			k.Algorithm = ECDSAP521
		default:
			return PublicKey{}, keyErr("use Ed25519 or ECDSA P-256", "ECDSA over the curve %s is not taken", key.Params().Name)
		}
	default:
		return PublicKey{}, keyErr("use Ed25519 or ECDSA P-256", "a key of kind %s is not taken", strings.TrimPrefix(fmt.Sprintf("%T", key), "*"))
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return PublicKey{}, keyErr("", "the key cannot be written as PKIX: %v", err)
	}
	sum := sha256.Sum256(der)
	k.ID = "sha256:" + hex.EncodeToString(sum[:])
	return k, nil
}

// Verify checks a signature over the message: Ed25519 as it is, ECDSA as ASN.1 DER over the hash that belongs to the curve (P-256
// SHA-256, P-384 SHA-384, P-521 SHA-512). The algorithm is the key's; nothing that comes with the signature can choose another.
func (k PublicKey) Verify(message, signature []byte) error {
	good := false
	switch key := k.Key.(type) {
	case ed25519.PublicKey:
		good = len(key) == ed25519.PublicKeySize && ed25519.Verify(key, message, signature)
	case *ecdsa.PublicKey:
		_, digest := curveHash(k.Algorithm, message)
		good = digest != nil && ecdsa.VerifyASN1(key, digest, signature)
	}
	if !good {
		return fmt.Errorf("%w (%s key %s)", ErrBadSignature, k.Algorithm, short(k.ID))
	}
	return nil
}

// curveHash hashes a message as the algorithm wants it; nil for what is no ECDSA.
func curveHash(algorithm string, message []byte) (crypto.Hash, []byte) {
	switch algorithm {
	case ECDSAP256:
		d := sha256.Sum256(message)
		return crypto.SHA256, d[:]
	case ECDSAP384:
		d := sha512.Sum384(message)
		return crypto.SHA384, d[:]
	case ECDSAP521:
		d := sha512.Sum512(message)
		return crypto.SHA512, d[:]
	}
	return 0, nil
}

// short is as much of a key's id as a person compares.
func short(id string) string {
	if len(id) > 19 {
		return id[:19]
	}
	return id
}

// PEM gives the key, or its chain of certificates where it has one.
func (k PublicKey) PEM() []byte {
	var out []byte
	for _, c := range k.Chain {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	if out != nil {
		return out
	}
	der, err := x509.MarshalPKIXPublicKey(k.Key)
	if err != nil {
		panic("a key that was read cannot be written: " + err.Error())
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

// ReadPublic reads PEM: one public key (PKIX), or the certificates of one chain, leaf first. What is wrong is a *KeyError.
func ReadPublic(data []byte) (PublicKey, error) {
	blocks, err := readPEM(data)
	if err != nil {
		return PublicKey{}, err
	}
	if len(blocks) == 1 && blocks[0].Type == "PUBLIC KEY" {
		return publicDER(blocks[0].Bytes)
	}
	var chain []*x509.Certificate
	for _, b := range blocks {
		if b.Type != "CERTIFICATE" {
			return PublicKey{}, keyErr("keep one public key or one chain in a file", "%d PEM blocks, %q among them, are neither one key nor one chain", len(blocks), b.Type)
		}
		c, err := x509.ParseCertificate(b.Bytes)
		if err != nil {
			return PublicKey{}, keyErr("", "a certificate cannot be read: %v", err)
		}
		chain = append(chain, c)
	}
	return OfChain(chain)
}

// OfChain is the key of the first certificate, with its chain. Whether the chain leads anywhere is for Trust to say.
func OfChain(chain []*x509.Certificate) (PublicKey, error) {
	if len(chain) == 0 || len(chain) > maxChain {
		return PublicKey{}, keyErr("", "a chain has 1 to %d certificates, not %d", maxChain, len(chain))
	}
	for _, c := range chain {
		if key, ok := c.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() > maxRSA {
			return PublicKey{}, keyErr("", "the RSA key of %s has %d bits, and checking it could take for ever", nameOf(c), key.N.BitLen())
		}
	}
	k, err := PublicOf(chain[0].PublicKey)
	if err != nil {
		return PublicKey{}, fmt.Errorf("the certificate of %s: %w", nameOf(chain[0]), err)
	}
	k.Chain = chain
	return k, nil
}

func publicDER(der []byte) (PublicKey, error) {
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return PublicKey{}, keyErr("", "a public key cannot be read: %v", err)
	}
	return PublicOf(key)
}
