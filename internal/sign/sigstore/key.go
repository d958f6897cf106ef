package sigstore

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	_ "crypto/sha512" // SHA-384 and SHA-512 for crypto.Hash
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// algorithm is a hash by the names that the formats give it.
type algorithm struct {
	hash crypto.Hash
	name string // in a statement and in entries of version 0.0.1
	wire choice // in protocol buffers
}

var algorithms = []algorithm{
	{crypto.SHA256, "sha256", "SHA2_256"},
	{crypto.SHA384, "sha384", "SHA2_384"},
	{crypto.SHA512, "sha512", "SHA2_512"},
}

func hashOf(name string) (algorithm, error) {
	for _, a := range algorithms {
		if a.name == name || string(a.wire) == name {
			return a, nil
		}
	}
	return algorithm{}, fmt.Errorf("the hash %s is not one of SHA-256, SHA-384 and SHA-512", shorten(name))
}

func sum(h crypto.Hash, data []byte) []byte {
	w := h.New()
	w.Write(data)
	return w.Sum(nil)
}

// hashesOf lists what a key signs over, the usual one first. Sigstore clients of old hashed with SHA-256 whatever the curve.
func hashesOf(key crypto.PublicKey) []crypto.Hash {
	k, ok := key.(*ecdsa.PublicKey)
	switch {
	case ok && k.Curve == elliptic.P384():
		return []crypto.Hash{crypto.SHA384, crypto.SHA256}
	case ok && k.Curve == elliptic.P521():
		return []crypto.Hash{crypto.SHA512, crypto.SHA256}
	}
	return []crypto.Hash{crypto.SHA256}
}

// verifyDigest verifies a signature over a message of which only the digest is at hand.
func verifyDigest(key crypto.PublicKey, h crypto.Hash, digest, signature []byte) bool {
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(k, digest, signature)
	case *rsa.PublicKey:
		return k.N.BitLen() >= 2048 && rsa.VerifyPKCS1v15(k, h, digest, signature) == nil
	case ed25519.PublicKey: // Ed25519ph
		return h == crypto.SHA512 && ed25519.VerifyWithOptions(k, digest, signature, &ed25519.Options{Hash: crypto.SHA512}) == nil
	}
	return false
}

// verifyMessage verifies a signature over a message by a key, over one of the hashes.
func verifyMessage(key crypto.PublicKey, message, signature []byte, hashes ...crypto.Hash) bool {
	if k, ok := key.(ed25519.PublicKey); ok {
		return ed25519.Verify(k, message, signature)
	}
	for _, h := range hashes {
		if verifyDigest(key, h, sum(h, message), signature) {
			return true
		}
	}
	return false
}

// readKey reads a public key in DER. RSA keys are sometimes given as PKCS #1.
func readKey(der []byte) (crypto.PublicKey, error) {
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		if k, e := x509.ParsePKCS1PublicKey(der); e == nil {
			return k, nil
		}
		return nil, fmt.Errorf("public key: %w", err)
	}
	switch k := key.(type) {
	case *ecdsa.PublicKey, ed25519.PublicKey:
		return key, nil
	case *rsa.PublicKey:
		if k.N.BitLen() < 2048 {
			return nil, fmt.Errorf("an RSA key of %d bits is too short", k.N.BitLen())
		}
		return key, nil
	}
	return nil, fmt.Errorf("public key of the kind %T", key)
}

// party is who a log says has signed: a certificate or a bare key, in DER.
type party struct {
	der         []byte
	certificate bool
}

// readParty reads the one PEM block that an entry of version 0.0.1 or 0.0.2 of Rekor 1 holds.
func readParty(text []byte) (party, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return party{}, errors.New("the signer is not in PEM")
	}
	switch block.Type {
	case "CERTIFICATE":
		return party{block.Bytes, true}, nil
	case "PUBLIC KEY":
		return party{block.Bytes, false}, nil
	}
	return party{}, fmt.Errorf("the signer is a PEM block %s", shorten(block.Type))
}

// is tells whether the party is the one that holds the certificate or, where that is nil, the key.
func (p party) is(leaf *x509.Certificate, key crypto.PublicKey) bool {
	if leaf != nil {
		return p.certificate && string(p.der) == string(leaf.Raw)
	}
	k, err := x509.ParsePKIXPublicKey(p.der)
	same, ok := k.(interface{ Equal(crypto.PublicKey) bool })
	return err == nil && !p.certificate && ok && same.Equal(key)
}

// keyID is how logs are named: SHA-256 of the key as PKIX.
func keyID(key crypto.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, err
	}
	id := sha256.Sum256(der)
	return id[:], nil
}
