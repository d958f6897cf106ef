package sigstore

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/json"
	"math/big"
	"net/url"
	"testing"
	"time"

	"github.com/digitorus/timestamp"
	"github.com/lodemark/lodemark/internal/sign"
)

// The people and places of the tests.
const (
	signerName   = "https://ci.example.org/models/.workflows/release.yml@refs/heads/main"
	signerIssuer = "https://id.example.org"
	payloadText  = `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"model.safetensors","digest":{"sha256":"2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"}}],"predicateType":"https://example.org/p/v1","predicate":{}}`
)

var (
	noon     = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) // when everything in the tests happens
	expected = Policy{Identity: Identity{Issuer: signerIssuer, SAN: signerName}}
	foo      = Artefact{Data: []byte("foo")} // the artefact that payloadText is about
)

// world holds what a trusted root names, with the private keys: an authority, a log of certificates, two logs and a timestamp authority.
type world struct {
	t                  *testing.T
	root, intermediate *x509.Certificate
	caKey              *ecdsa.PrivateKey // the intermediate's
	certLog            *ecdsa.PrivateKey
	first, second      *standInLog // of Rekor 1 and 2
	tsaRoot, tsa       *x509.Certificate
	tsaKey             *ecdsa.PrivateKey
	key                *ecdsa.PrivateKey // the one of the last bundle
	stampAt            time.Time         // what the timestamp authority's clock shows
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, certLog: newKey(t), caKey: newKey(t), tsaKey: newKey(t), stampAt: noon}
	w.first = newLog(t, "log1.example.org", newKey(t), true)
	_, second, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w.second = newLog(t, "log2.example.org", second, false)

	rootKey, tsaRootKey := newKey(t), newKey(t)
	w.root = w.authorityCert("root", nil, nil, rootKey)
	w.intermediate = w.certify(&x509.Certificate{
		Subject: pkix.Name{CommonName: "intermediate"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}, NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.AddDate(5, 0, 0),
	}, w.root, &w.caKey.PublicKey, rootKey)
	w.tsaRoot = w.authorityCert("tsa root", nil, nil, tsaRootKey)
	w.tsa = w.certify(stamperTemplate(), w.tsaRoot, &w.tsaKey.PublicKey, tsaRootKey)
	return w
}

func stamperTemplate() *x509.Certificate {
	usage, _ := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: "tsa"}, KeyUsage: x509.KeyUsageDigitalSignature, NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.AddDate(5, 0, 0),
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: usage}},
	}
}

func (w *world) authorityCert(name string, parent *x509.Certificate, parentKey, key *ecdsa.PrivateKey) *x509.Certificate {
	template := &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.AddDate(10, 0, 0),
	}
	if parent == nil {
		parent, parentKey = template, key
	}
	return w.certify(template, parent, &key.PublicKey, parentKey)
}

var serial = func() func() *big.Int {
	return func() *big.Int {
		n, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
		return n.Add(n, big.NewInt(1))
	}
}()

func (w *world) certify(template, parent *x509.Certificate, key crypto.PublicKey, by crypto.Signer) *x509.Certificate {
	w.t.Helper()
	if template.SerialNumber == nil {
		template.SerialNumber = serial()
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key, by)
	if err != nil {
		w.t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// signerTemplate is the certificate that the authority issues: ten minutes, one name, the issuer in both forms.
func signerTemplate() *x509.Certificate {
	name, _ := url.Parse(signerName)
	issuer, _ := asn1.MarshalWithParams(signerIssuer, "utf8")
	return &x509.Certificate{
		NotBefore: noon.Add(-time.Minute), NotAfter: noon.Add(9 * time.Minute), KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}, URIs: []*url.URL{name},
		ExtraExtensions: []pkix.Extension{{Id: oidIssuerRaw, Value: []byte(signerIssuer)}, {Id: oidIssuer, Value: issuer}},
	}
}

// issue issues a certificate with a timestamp of the log of certificates in it: first without, which is what the log signs over.
func (w *world) issue(template *x509.Certificate, key crypto.PublicKey) *x509.Certificate {
	w.t.Helper()
	before := w.certify(template, w.intermediate, key, w.caKey)
	return w.certifyWith(template, key, w.certStamp(before, w.certLog, noon))
}

// certifyWith issues a certificate with these timestamps in it.
func (w *world) certifyWith(template *x509.Certificate, key crypto.PublicKey, stamp []byte) *x509.Certificate {
	w.t.Helper()
	list, err := asn1.Marshal(vectorOf(vectorOf(stamp)))
	if err != nil {
		w.t.Fatal(err)
	}
	with := *template
	with.ExtraExtensions = append(append([]pkix.Extension(nil), template.ExtraExtensions...), pkix.Extension{Id: oidStamps, Value: list})
	return w.certify(&with, w.intermediate, key, w.caKey)
}

func vectorOf(data []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(data))), data...)
}

func (w *world) certStamp(c *x509.Certificate, key *ecdsa.PrivateKey, at time.Time) []byte {
	w.t.Helper()
	id, err := keyID(&key.PublicKey)
	if err != nil {
		w.t.Fatal(err)
	}
	issuer := sha256.Sum256(w.intermediate.RawSubjectPublicKeyInfo)
	tbs := c.RawTBSCertificate
	message := binary.BigEndian.AppendUint64([]byte{0, 0}, uint64(at.UnixMilli()))
	message = append(append(message, 0, 1), issuer[:]...)
	message = append(append(message, byte(len(tbs)>>16), byte(len(tbs)>>8), byte(len(tbs))), tbs...)
	message = append(message, 0, 0)
	out := binary.BigEndian.AppendUint64(append([]byte{0}, id...), uint64(at.UnixMilli()))
	return append(append(out, 0, 0, 4, 3), vectorOf(signSHA256(w.t, key, message))...)
}

func signSHA256(t *testing.T, key crypto.Signer, message []byte) []byte {
	t.Helper()
	digest := sha256.Sum256(message)
	var signature []byte
	var err error
	if _, ok := key.(ed25519.PrivateKey); ok {
		signature, err = key.Sign(rand.Reader, message, crypto.Hash(0))
	} else {
		signature, err = key.Sign(rand.Reader, digest[:], crypto.SHA256)
	}
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

// stamp answers as the timestamp authority does, by a program of other people's.
func (w *world) stamp(imprint []byte, hash crypto.Hash, embed bool) []byte {
	w.t.Helper()
	s := timestamp.Timestamp{
		HashAlgorithm: hash, HashedMessage: imprint, Time: w.stampAt, Policy: asn1.ObjectIdentifier{1, 2, 3, 4}, AddTSACertificate: embed,
		Accuracy: time.Second,
	}
	der, err := s.CreateResponseWithOpts(w.tsa, w.tsaKey, crypto.SHA256)
	if err != nil {
		w.t.Fatal(err)
	}
	return der
}

// trust is the trusted root of this world, as the JSON that an operator has.
func (w *world) trust(change ...func(*wireRoot)) *TrustedRoot {
	w.t.Helper()
	log := func(base string, key crypto.PublicKey) wireLog {
		der, err := x509.MarshalPKIXPublicKey(key)
		if err != nil {
			w.t.Fatal(err)
		}
		id, _ := keyID(key)
		return wireLog{BaseURL: text("https://" + base), Hash: "SHA2_256", Key: some(wireLogKey{Raw: der, Valid: some(always())}), ID: some(wireLogID{id})}
	}
	authority := func(uri string, certs ...*x509.Certificate) wireAuthority {
		var chain wireChain
		for _, c := range certs {
			chain.Certificates = append(chain.Certificates, wireCertificate{c.Raw})
		}
		return wireAuthority{URI: text(uri), Chain: some(chain), Valid: some(always())}
	}
	r := wireRoot{
		MediaType:   "application/vnd.dev.sigstore.trustedroot.v0.2+json",
		Logs:        []wireLog{log(w.first.name, w.first.key.Public()), log(w.second.name, w.second.key.Public())},
		CertLogs:    []wireLog{log("ct.example.org", &w.certLog.PublicKey)},
		Authorities: []wireAuthority{authority("https://ca.example.org", w.intermediate, w.root)},
		Stampers:    []wireAuthority{authority("https://tsa.example.org", w.tsa, w.tsaRoot)},
	}
	for _, c := range change {
		c(&r)
	}
	data, err := json.Marshal(r)
	if err != nil {
		w.t.Fatal(err)
	}
	root, err := ReadTrustedRoot(data)
	if err != nil {
		w.t.Fatal(err)
	}
	return root
}

func some[T any](v T) optional[T] { return optional[T]{&v} }

func always() wirePeriod { return wirePeriod{Start: instant{noon.AddDate(-1, 0, 0)}} }

// recipe says how a bundle is made. The zero value makes a good one, in a log of version 1, with a timestamp.
type recipe struct {
	template *x509.Certificate                                       // nil: signerTemplate
	leaf     func(w *world, key *ecdsa.PrivateKey) *x509.Certificate // nil: as the authority issues it
	payload  string                                                  // "": payloadText
	second   bool                                                    // in the log of version 2
	noStamp  bool
	body     func(body map[string]any) // what the log takes in instead
}

func (w *world) make(r recipe) *wireBundle {
	w.t.Helper()
	key := newKey(w.t)
	w.key = key
	if r.template == nil {
		r.template = signerTemplate()
	}
	leaf := func(w *world, key *ecdsa.PrivateKey) *x509.Certificate { return w.issue(r.template, &key.PublicKey) }
	if r.leaf != nil {
		leaf = r.leaf
	}
	c := leaf(w, key)
	if r.payload == "" {
		r.payload = payloadText
	}
	signature := signSHA256(w.t, key, sign.PAE(sign.PayloadType, []byte(r.payload)))
	e := wireEnvelope{Payload: octets(r.payload), Type: sign.PayloadType, Signatures: []wireSignature{{Sig: signature}}}
	m := wireMaterial{Certificate: some(wireCertificate{c.Raw})}
	if !r.noStamp {
		m.Stamps = some(wireStamps{[]wireStamp{{w.stamp(sum(crypto.SHA256, signature), crypto.SHA256, true)}}})
	}
	body := dsseBody(e, c)
	log := w.first
	if r.second {
		body, log = recordBody(sum(crypto.SHA256, sign.PAE(sign.PayloadType, []byte(r.payload))), signature, c), w.second
	}
	if r.body != nil {
		r.body(body)
	}
	m.Entries = []wireEntry{log.add(body)}
	return &wireBundle{MediaType: mediaTypeNow, Material: some(m), Envelope: some(e)}
}

func (b *wireBundle) json(t *testing.T) []byte {
	t.Helper()
	data, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
