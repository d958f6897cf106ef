package secrets

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"strings"
)

// drawer draws what keys are made of. The same seed draws the same.
type drawer struct{ *rand.Rand }

func newDrawer(seed uint64) *drawer { return &drawer{rand.New(rand.NewPCG(seed, 0x10de3a2b))} }

const (
	digits   = "0123456789"
	hexes    = digits + "abcdef"
	lowers   = "abcdefghijklmnopqrstuvwxyz"
	uppers   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	lowerNum = lowers + digits
	upperNum = uppers + digits
	base62   = digits + uppers + lowers
	urlSafe  = base62 + "_-"
	base64s  = base62 + "+/"
	bech32   = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
)

func (d *drawer) of(n int, alphabet string) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[d.IntN(len(alphabet))]
	}
	return string(b)
}

func (d *drawer) pick(all ...string) string { return all[d.IntN(len(all))] }

func (d *drawer) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(d.Uint32())
	}
	return b
}

func (d *drawer) uuid() string {
	h := d.of(32, hexes)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}

// summed adds the checksum that GitHub and npm put at the end of tokens.
func (d *drawer) summed(prefix string) string {
	body := d.of(30, base62)
	sum, n := "", crc32.ChecksumIEEE([]byte(body))
	for range 6 {
		sum, n = string(base62[n%62])+sum, n/62
	}
	return prefix + body + sum
}

// password is one that a manager draws: four kinds of characters, none of which ends a string or an address.
func (d *drawer) password(n int) string {
	for {
		p := d.of(n, base62+"!#*_-+~^")
		if strings.ContainsAny(p, digits) && strings.ContainsAny(p, lowers) && strings.ContainsAny(p, uppers) && strings.ContainsAny(p[1:n-1], "!*_-+~^") && p[0] != '-' && !strings.ContainsRune(p, '#') {
			return p
		}
	}
}

func (d *drawer) webToken(claims string) string {
	b := base64.RawURLEncoding.EncodeToString
	return b([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + b([]byte(claims)) + "." + b(d.bytes(32))
}

// keyPEM is a well-formed private key that opens nothing: its number comes from the seed.
func (d *drawer) keyPEM(kind string) string {
	seed := sha256.Sum256(d.bytes(32))
	switch kind {
	case "PRIVATE KEY":
		der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(seed[:]))
		if err != nil {
			panic(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	case "EC PRIVATE KEY":
		seed[0] &= 0x7f // below the order of the curve
		key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), seed[:])
		if err != nil {
			panic(err)
		}
		der, err := x509.MarshalECPrivateKey(key)
		if err != nil {
			panic(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	case "OPENSSH PRIVATE KEY":
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: append([]byte("openssh-key-v1\x00\x00\x00\x00\x04none\x00\x00\x00\x04none"), d.bytes(180)...)}))
	}
	// The outer shape of an RSA key: a sequence that holds numbers.
	body := append([]byte{0x30, 0x82, 0x02, 0x5c, 0x02, 0x01, 0x00, 0x02, 0x81, 0x81, 0x00}, d.bytes(597)...)
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: body}))
}

func (d *drawer) certificatePEM(kind string) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: append([]byte{0x30, 0x82, 0x01, 0x22}, d.bytes(290)...)}))
}

func percent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(base62, s[i]) >= 0 {
			b.WriteByte(s[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", s[i])
		}
	}
	return b.String()
}
