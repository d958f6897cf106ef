package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"net/mail"
)

// PrivateKey signs. It is never printed: its only way out is Write.
type PrivateKey struct {
	PublicKey
	signer crypto.Signer
}

// NewKey makes a key: Ed25519 or ECDSAP256.
func NewKey(algorithm string) (*PrivateKey, error) {
	switch algorithm {
	case Ed25519:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("make an Ed25519 key: %w", err)
		}
		return privateOf(key)
	case ECDSAP256:
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("make an ECDSA key: %w", err)
		}
		return privateOf(key)
	}
	return nil, keyErr("use "+Ed25519+" or "+ECDSAP256, "no key can be made with the algorithm %q", algorithm)
}

// privateOf wraps a key of the standard library, and makes sure that its two halves belong together.
func privateOf(key any) (*PrivateKey, error) {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, keyErr("use Ed25519 or ECDSA P-256", "a key of kind %T cannot sign", key)
	}
	public, err := PublicOf(signer.Public())
	if err != nil {
		return nil, err
	}
	k := &PrivateKey{PublicKey: public, signer: signer}
	probe := []byte("both halves of a key belong together")
	signature, err := k.Sign(probe)
	if err != nil {
		return nil, err
	}
	if err := k.Verify(probe, signature); err != nil {
		return nil, keyErr("", "the private half does not fit the public half in the same file")
	}
	return k, nil
}

// Sign signs the message in the way that PublicKey.Verify checks.
func (k *PrivateKey) Sign(message []byte) ([]byte, error) {
	hash, digest := curveHash(k.Algorithm, message)
	if digest == nil { // Ed25519 hashes by itself
		digest = message
	}
	signature, err := k.signer.Sign(rand.Reader, digest, hash)
	if err != nil {
		return nil, fmt.Errorf("sign with %s: %w", short(k.ID), err)
	}
	return signature, nil
}

// WithChain is the same key, shown to others by its certificates. The first of them must be for this key.
func (k *PrivateKey) WithChain(chain PublicKey) (*PrivateKey, error) {
	if len(chain.Chain) == 0 || chain.ID != k.ID {
		return nil, keyErr("give the chain that was issued for this key, leaf first", "the certificate is for %s, the key is %s", short(chain.ID), short(k.ID))
	}
	return &PrivateKey{PublicKey: chain, signer: k.signer}, nil
}

// Write gives the key as PKCS#8 PEM, inside an age file that the passphrase opens. An empty passphrase leaves it unprotected.
func (k *PrivateKey) Write(passphrase []byte) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.signer)
	if err != nil {
		return nil, fmt.Errorf("write the key %s: %w", short(k.ID), err)
	}
	plain := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if len(passphrase) == 0 {
		return plain, nil
	}
	return lock(plain, passphrase)
}

// ReadPrivate reads a private key: an age file with a passphrase, PKCS#8 PEM (PBES2, too) or SEC1 PEM. passphrase is asked only
// where one is needed; nil means that there is none. What is wrong is a *KeyError, or the error of passphrase.
func ReadPrivate(data []byte, passphrase func() ([]byte, error)) (*PrivateKey, error) {
	if isAge(data) {
		plain, err := unlock(data, passphrase)
		if err != nil {
			return nil, err
		}
		data = plain
	}
	blocks, err := readPEM(data)
	if err != nil {
		return nil, err
	}
	if len(blocks) == 2 && blocks[0].Type == "EC PARAMETERS" { // openssl ecparam -genkey writes the curve before the key that names it again
		blocks = blocks[1:]
	}
	if len(blocks) != 1 {
		return nil, keyErr("keep one private key in a file", "%d PEM blocks are not one private key", len(blocks))
	}
	return privateBlock(blocks[0], passphrase)
}

func privateBlock(b *pem.Block, passphrase func() ([]byte, error)) (*PrivateKey, error) {
	if b.Headers["DEK-Info"] != "" {
		return nil, keyErr("openssl pkey -in OLD -out NEW rewrites it", "the old PEM encryption (DEK-Info) is too weak to be read")
	}
	var key any
	var err error
	switch b.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(b.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(b.Bytes)
	case "ENCRYPTED PRIVATE KEY":
		var der []byte
		if der, err = openPBES2(b.Bytes, passphrase); err != nil {
			return nil, err
		}
		key, err = x509.ParsePKCS8PrivateKey(der)
	case "OPENSSH PRIVATE KEY":
		return nil, keyErr("lodemark keys new NAME makes one; an ECDSA key is rewritten by ssh-keygen -p -m PKCS8 -f FILE", "a private key of SSH is not taken as it is")
	case "PUBLIC KEY", "CERTIFICATE":
		return nil, keyErr("", "the file holds a public half only (%s): it cannot sign", b.Type)
	default:
		return nil, keyErr("use Ed25519 or ECDSA P-256 as PKCS#8 PEM", "a PEM block %q is not taken as a private key", b.Type)
	}
	if err != nil {
		return nil, keyErr("", "the private key cannot be read: %v", err)
	}
	return privateOf(key)
}

// Request asks an authority for a certificate for the key, as PKCS#10 PEM. A subject that is an address of mail is named as one, too.
func (k *PrivateKey) Request(subject string) ([]byte, error) {
	template := x509.CertificateRequest{Subject: pkix.Name{CommonName: subject}}
	if address, err := mail.ParseAddress(subject); err == nil && address.Address == subject {
		template.EmailAddresses = []string{subject}
	}
	der, err := x509.CreateCertificateRequest(rand.Reader, &template, k.signer)
	if err != nil {
		return nil, keyErr("", "the certificate request cannot be written: %v", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der}), nil
}
