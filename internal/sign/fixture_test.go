package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"
)

// noon is the time at which everything in these tests was signed.
var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// newKey makes a key that has the same bytes every time: its seed is the letter.
func newKey(t testing.TB, letter string) *PrivateKey {
	t.Helper()
	k, err := privateOf(ed25519.NewKeyFromSeed([]byte(strings.Repeat(letter, 32))))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// newECDSA makes a key over a curve.
func newECDSA(t testing.TB, curve elliptic.Curve) *PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k, err := privateOf(key)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// believing is trust in keys without any limits, by the names "key 1", "key 2" and so on.
func believing(keys ...PublicKey) *Trust {
	t := &Trust{}
	for i, k := range keys {
		t.keys = append(t.keys, TrustedKey{Name: "key " + string(rune('1'+i)), Key: k})
	}
	return t
}

func seal(t testing.TB, payloadType, payload string, k *PrivateKey) Envelope {
	t.Helper()
	e, err := Seal(payloadType, []byte(payload), k)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// wants fails unless the error says so; an empty text wants no error.
func wants(t *testing.T, err error, text string) {
	t.Helper()
	switch {
	case text == "" && err != nil:
		t.Errorf("error %v, want none", err)
	case text != "" && err == nil:
		t.Errorf("no error, want one that says %q", text)
	case text != "" && !strings.Contains(err.Error(), text):
		t.Errorf("error %q, want one that says %q", err, text)
	}
}

// authority is a certificate with its key, and issues others.
type authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

// newRoot makes an authority that nobody vouches for.
func newRoot(t testing.TB, name string) authority {
	t.Helper()
	return issue(t, authority{}, func(c *x509.Certificate) {
		c.Subject.CommonName, c.IsCA, c.KeyUsage, c.ExtKeyUsage = name, true, x509.KeyUsageCertSign, nil
	}, nil)
}

// issue makes a certificate for signing, valid around noon; change makes it another. A nil key is made here.
func issue(t testing.TB, by authority, change func(*x509.Certificate), key crypto.Signer) authority {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "release"},
		NotBefore: noon.Add(-time.Hour), NotAfter: noon.Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
		BasicConstraintsValid: true, EmailAddresses: []string{"release@example.org"},
	}
	if change != nil {
		change(template)
	}
	if key == nil {
		key = newECDSA(t, elliptic.P256()).signer
	}
	parent, signer := template, key
	if by.certificate != nil {
		parent, signer = by.certificate, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority{c, key}
}

func rsaKey(t testing.TB, bits int) *rsa.PrivateKey {
	t.Helper()
	t.Setenv("GODEBUG", "rsa1024min=0") // short keys are what is tried here
	k, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func pemOf(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func certificatePEM(a authority) string { return pemOf("CERTIFICATE", a.certificate.Raw) }

// extension is the one in which Fulcio says who vouched for an identity.
func extension(value []byte) pkix.Extension {
	return pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 8}, Value: value}
}

func p224(t testing.TB) *ecdsa.PublicKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &k.PublicKey
}

// lowOrderPEM is an Ed25519 public key of these bytes, filled up with zeros.
func lowOrderPEM(t testing.TB, text string) string {
	t.Helper()
	point, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(ed25519.PublicKey(append(point, make([]byte, 32-len(point))...)))
	if err != nil {
		t.Fatal(err)
	}
	return pemOf("PUBLIC KEY", der)
}

// keyBytes are those of an Ed25519 key.
func keyBytes(k PublicKey) []byte { return k.Key.(ed25519.PublicKey) }

// endless is a certificate with an RSA key of 100,000 bits. Its own signature does not matter.
func endless(t testing.TB) authority {
	t.Helper()
	n := new(big.Int).Lsh(big.NewInt(1), 100_000)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "endless"}, NotBefore: noon, NotAfter: noon}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &rsa.PublicKey{N: n.Add(n, big.NewInt(1)), E: 65537}, newECDSA(t, elliptic.P256()).signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority{certificate: c}
}
