package sigstore

import (
	"bytes"
	"crypto"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/digitorus/timestamp"
)

// tokenRecipe makes timestamps that no honest program makes. The zero value makes a good one.
type tokenRecipe struct {
	at       string // GeneralizedTime; "": noon
	imprint  []byte
	hash     asn1.ObjectIdentifier // of the imprint
	digest   asn1.ObjectIdentifier // of the content
	unsigned bool                  // without attributes
	content  asn1.ObjectIdentifier // what the attributes say that the content is
	bound    []byte                // the digest of the certificate
	old      bool                  // the certificate by SHA-1
	twice    bool                  // the digest twice
	keyID    []byte                // the signer by its key's id
	other    []byte                // the content, other than what was signed
	version  int
	critical bool
}

var oidSHA1 = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}

func (w *world) token(r tokenRecipe, signature []byte) []byte {
	w.t.Helper()
	marshal := func(v any, params ...string) []byte {
		p := append(params, "")[0]
		der, err := asn1.MarshalWithParams(v, p)
		if err != nil {
			w.t.Fatal(err)
		}
		return der
	}
	raw := func(class, tag int, inner ...[]byte) []byte {
		return marshal(asn1.RawValue{Class: class, Tag: tag, IsCompound: true, Bytes: bytes.Join(inner, nil)})
	}
	pick := func(a, b asn1.ObjectIdentifier) asn1.ObjectIdentifier {
		if a != nil {
			return a
		}
		return b
	}
	algorithm := func(id asn1.ObjectIdentifier) []byte { return marshal(pkix.AlgorithmIdentifier{Algorithm: id}) }
	if r.at == "" {
		r.at = noon.Format("20060102150405Z")
	}
	if r.imprint == nil {
		r.imprint = sum(crypto.SHA256, signature)
	}
	if r.version == 0 {
		r.version = 1
	}
	fields := [][]byte{marshal(r.version), marshal(asn1.ObjectIdentifier{1, 2, 3}),
		raw(0, 16, algorithm(pick(r.hash, oidSHA256)), marshal(r.imprint)), marshal(big.NewInt(7)),
		marshal(asn1.RawValue{Tag: asn1.TagGeneralizedTime, Bytes: []byte(r.at)})}
	if r.critical {
		fields = append(fields, raw(2, 1, marshal(pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}})))
	}
	content := raw(0, 16, fields...)

	attribute := func(id asn1.ObjectIdentifier, value []byte) []byte { return raw(0, 16, marshal(id), raw(0, 17, value)) }
	digest := attribute(oidMessageDigest, marshal(sum(crypto.SHA256, content)))
	cert := r.bound
	id := oidSigningCertV2
	if cert == nil {
		cert = sum(crypto.SHA256, w.tsa.Raw)
	}
	if r.old {
		d := sha1.Sum(w.tsa.Raw)
		cert, id = d[:], oidSigningCert
	}
	attributes := [][]byte{attribute(oidContentType, marshal(pick(r.content, oidTimestampInfo))), digest,
		attribute(id, raw(0, 16, raw(0, 16, raw(0, 16, marshal(cert)))))}
	if r.twice {
		attributes = append(attributes, digest)
	}
	signer := raw(0, 16, w.tsa.RawIssuer, marshal(w.tsa.SerialNumber))
	if r.keyID != nil {
		signer = marshal(asn1.RawValue{Class: 2, Tag: 0, Bytes: r.keyID})
	}
	info := [][]byte{marshal(1), signer, algorithm(pick(r.digest, oidSHA256)), raw(2, 0, attributes...),
		algorithm(asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}), marshal(signSHA256(w.t, w.tsaKey, raw(0, 17, attributes...)))}
	if r.unsigned {
		info = append(info[:3], info[4:]...)
	}
	if r.other != nil {
		content = r.other
	}
	data := raw(0, 16, marshal(3), raw(0, 17, algorithm(oidSHA256)), raw(0, 16, marshal(oidTimestampInfo), raw(2, 0, marshal(content))),
		raw(0, 17, raw(0, 16, info...)))
	return raw(0, 16, raw(0, 16, marshal(0)), raw(0, 16, marshal(oidSignedData), raw(2, 0, data)))
}

func TestTimestamps(t *testing.T) {
	w := newWorld(t)
	signature := []byte("a signature")
	for _, test := range []struct {
		name   string
		recipe tokenRecipe
		reason string // "": believed
	}{
		{"a good one", tokenRecipe{}, ""},
		{"with a fraction of a second", tokenRecipe{at: "20260301120000.25Z"}, ""},
		{"naming its certificate by SHA-1, as of old", tokenRecipe{old: true}, ""},
		{"over another signature", tokenRecipe{imprint: sum(crypto.SHA256, []byte("another"))}, "over another signature"},
		{"over SHA-1", tokenRecipe{hash: oidSHA1, imprint: make([]byte, 20)}, "a hash that is not one of SHA-256"},
		{"over a digest of another length", tokenRecipe{imprint: make([]byte, 20)}, "a hash that is not one of SHA-256"},
		{"signed with SHA-1", tokenRecipe{digest: oidSHA1}, "an algorithm that is not known or not safe"},
		{"a local time", tokenRecipe{at: "20260301120000"}, "malformed"},
		{"a time with an offset", tokenRecipe{at: "20260301120000+0100"}, "malformed"},
		{"no time", tokenRecipe{at: "20261301120000Z"}, "malformed"},
		{"a long time", tokenRecipe{at: "20260301120000." + strings.Repeat("1", 40) + "Z"}, "malformed"},
		{"of version 2", tokenRecipe{version: 2}, "malformed"},
		{"an extension that has to be understood", tokenRecipe{critical: true}, "a critical extension"},
		{"without attributes", tokenRecipe{unsigned: true}, "no signed attributes"},
		{"signed as something else", tokenRecipe{content: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}}, "malformed"},
		{"bound to another certificate", tokenRecipe{bound: sum(crypto.SHA256, []byte("x"))}, "bound to another certificate"},
		{"an attribute twice", tokenRecipe{twice: true}, "an attribute twice"},
		{"a content that was put in later", tokenRecipe{other: []byte("x")}, "malformed"},
		{"before the authority's certificate", tokenRecipe{at: "20200301120000Z"}, "trusted for another time"},
		{"signed by the id of another key", tokenRecipe{keyID: []byte("x")}, "no timestamp authority of the trusted root"},
	} {
		t.Run(test.name, func(t *testing.T) {
			at, _, err := w.trust().verifyStamp(w.token(test.recipe, signature), signature)
			if got := fmt.Sprint(err); (err == nil) != (test.reason == "") || !strings.Contains(got, test.reason) {
				t.Errorf("got %s, want %q", got, test.reason)
			}
			if err == nil && at.At.Truncate(time.Second) != noon {
				t.Error(at)
			}
		})
	}
}

// The time information of one timestamp does not go with the signature of another.
func TestATimestampCannotTakeTheTimeOfAnother(t *testing.T) {
	w := newWorld(t)
	signature := []byte("a signature")
	good := w.token(tokenRecipe{}, signature)
	later := bytes.Replace(good, []byte("20260301120000Z"), []byte("20260301120001Z"), 1)
	if bytes.Equal(good, later) {
		t.Fatal("there is no time to change")
	}
	if _, _, err := w.trust().verifyStamp(later, signature); err == nil || !strings.Contains(err.Error(), "over another time information") {
		t.Error(err)
	}
}

// Timestamps as a program of other people's writes them, with every hash and key.
func TestTimestampsOfAnotherProgram(t *testing.T) {
	for _, test := range []struct {
		name   string
		key    crypto.Signer
		hash   crypto.Hash // of the imprint
		signed crypto.Hash
		change func(*x509.Certificate)
		embed  bool
		reason string
	}{
		{"P-256, SHA-256", newKey(t), crypto.SHA256, crypto.SHA256, nil, false, ""},
		{"P-256, SHA-512 within", newKey(t), crypto.SHA512, crypto.SHA256, nil, true, ""},
		{"P-384, SHA-384", ecKey(t, elliptic.P384()), crypto.SHA384, crypto.SHA384, nil, true, ""},
		{"RSA, SHA-256", newRSA(t, 2048), crypto.SHA256, crypto.SHA256, nil, true, ""},
		{"RSA, SHA-1", newRSA(t, 2048), crypto.SHA256, crypto.SHA1, nil, true, "an algorithm that is not known or not safe"},
		{"a certificate for servers", newKey(t), crypto.SHA256, crypto.SHA256, func(c *x509.Certificate) {
			c.ExtraExtensions, c.ExtKeyUsage = nil, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		}, true, "not one for timestamps only"},
		{"a certificate for servers and timestamps", newKey(t), crypto.SHA256, crypto.SHA256, func(c *x509.Certificate) {
			c.ExtraExtensions, c.ExtKeyUsage = nil, []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping, x509.ExtKeyUsageServerAuth}
		}, true, "not one for timestamps only"},
		{"a certificate that has ended", newKey(t), crypto.SHA256, crypto.SHA256, func(c *x509.Certificate) { c.NotAfter = noon.Add(-time.Second) }, true, "has expired"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			template := stamperTemplate()
			if test.change != nil {
				test.change(template)
			}
			rootKey := newKey(t)
			w.tsaRoot = w.authorityCert("another tsa root", nil, nil, rootKey)
			w.tsa = w.certify(template, w.tsaRoot, test.key.Public(), rootKey)
			signature := []byte("a signature")
			s := timestamp.Timestamp{HashAlgorithm: test.hash, HashedMessage: sum(test.hash, signature), Time: noon, Policy: asn1.ObjectIdentifier{1, 2}, AddTSACertificate: test.embed}
			der, err := s.CreateResponseWithOpts(w.tsa, test.key, test.signed)
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = w.trust().verifyStamp(der, signature)
			if got := fmt.Sprint(err); (err == nil) != (test.reason == "") || !strings.Contains(got, test.reason) {
				t.Errorf("got %s, want %q", got, test.reason)
			}
		})
	}
}

// What we ask, another program understands.
func TestTimestampQuery(t *testing.T) {
	query, err := stampQuery([]byte("a signature"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := timestamp.ParseRequest(query)
	if err != nil {
		t.Fatal(err)
	}
	if r.HashAlgorithm != crypto.SHA256 || !bytes.Equal(r.HashedMessage, sum(crypto.SHA256, []byte("a signature"))) || !r.Certificates {
		t.Errorf("%+v", r)
	}
}

func newRSA(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// FuzzTimestamp writes bytes over a part of a good timestamp, or reads them alone. No other time than the good one's is believed.
func FuzzTimestamp(f *testing.F) {
	w := newWorld(&testing.T{})
	root := w.trust()
	signature := []byte("a signature")
	good := [][]byte{w.token(tokenRecipe{}, signature), w.token(tokenRecipe{old: true}, signature), w.stamp(sum(crypto.SHA256, signature), crypto.SHA256, true), nil}
	f.Add(uint8(0), uint16(0), uint8(0), []byte(nil))
	f.Add(uint8(1), uint16(100), uint8(1), []byte{0x30})
	f.Add(uint8(3), uint16(0), uint8(0), good[0])
	f.Fuzz(func(t *testing.T, which uint8, at uint16, cut uint8, in []byte) {
		data := good[int(which)%len(good)]
		from := int(at) % (len(data) + 1)
		to := min(from+int(cut), len(data))
		changed := append(append(append([]byte(nil), data[:from]...), in...), data[to:]...)
		if got, _, err := root.verifyStamp(changed, signature); err == nil && !got.At.Equal(noon) {
			t.Errorf("another time is believed: %v", got)
		}
	})
}
