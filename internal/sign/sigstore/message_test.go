package sigstore

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/sign"
)

// Signatures over an artefact itself, by every kind of key, and by keys of the operator's instead of an identity.
func TestMessageSignatures(t *testing.T) {
	w := newWorld(t)
	p256, p384 := newKey(t), ecKey(t, elliptic.P384())
	p521 := ecKey(t, elliptic.P521())
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	data := []byte("foo")
	digest := func(h crypto.Hash) Artefact {
		a, _ := nameOf(h)
		return Artefact{Algorithm: a.name, Digest: sum(h, data)}
	}
	for _, test := range []struct {
		name     string
		key      crypto.Signer
		hash     crypto.Hash // of the signature; 0: over the bytes
		told     crypto.Hash // the digest that the bundle tells
		artefact Artefact
		reason   string
	}{
		{"P-256", p256, crypto.SHA256, crypto.SHA256, foo, ""},
		{"P-256, by the digest", p256, crypto.SHA256, crypto.SHA256, digest(crypto.SHA256), ""},
		{"P-256, another artefact", p256, crypto.SHA256, crypto.SHA256, Artefact{Data: []byte("bar")}, "signature: the bundle is of another artefact"},
		{"P-256, no artefact", p256, crypto.SHA256, crypto.SHA256, Artefact{}, "signature: the signature is over an artefact, which was not given"},
		{"P-256, a digest of another kind", p256, crypto.SHA256, crypto.SHA256, digest(crypto.SHA512), "signature: the artefact's sha256 was not given"},
		{"P-384", p384, crypto.SHA384, crypto.SHA384, foo, ""},
		{"P-384, by the digest", p384, crypto.SHA384, crypto.SHA384, digest(crypto.SHA384), ""},
		{"P-384 with SHA-256, as clients of old", p384, crypto.SHA256, crypto.SHA256, digest(crypto.SHA256), ""},
		{"P-521", p521, crypto.SHA512, crypto.SHA512, foo, ""},
		{"P-256 with SHA-512, which is no pair", p256, crypto.SHA512, crypto.SHA512, foo, "signature: the signature is wrong"},
		{"RSA", newRSA(t, 2048), crypto.SHA256, crypto.SHA256, digest(crypto.SHA256), ""},
		{"RSA that is too short", newRSA(t, 1024), crypto.SHA256, crypto.SHA256, digest(crypto.SHA256), "signature: the signature is wrong"},
		{"Ed25519ph", ed, crypto.SHA512, crypto.SHA512, digest(crypto.SHA512), ""},
		{"Ed25519", ed, 0, crypto.SHA256, foo, ""},
		{"Ed25519, by the digest", ed, 0, crypto.SHA256, digest(crypto.SHA256), "signature: a signature by an Ed25519 key is over the artefact's SHA-512 or its bytes"},
		{"Ed25519, another artefact's signature", ed, 0, crypto.SHA256, Artefact{Data: []byte("bar")}, "signature: the bundle is of another artefact"},
	} {
		t.Run(test.name, func(t *testing.T) {
			leaf := w.issue(signerTemplate(), test.key.Public())
			signature := signHash(t, test.key, test.hash, data)
			for _, r := range []recipe{{}, {second: true}} {
				b := w.message(test.told, sum(test.told, data), signature, leaf, pemOf(leaf), r.second)
				_, err := Verify(read(t, b), test.artefact, w.trust(), expected)
				if got := fmt.Sprint(err); (err == nil) != (test.reason == "") || !strings.Contains(got, test.reason) {
					t.Errorf("got %s, want %q", got, test.reason)
				}
			}
		})
	}
}

func TestMessageSignaturesByAKey(t *testing.T) {
	w := newWorld(t)
	key := newKey(t)
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	data := []byte("foo")
	b := w.message(crypto.SHA256, sum(crypto.SHA256, data), signHash(t, key, crypto.SHA256, data), nil, text, false)
	for _, test := range []struct {
		name   string
		policy Policy
		reason string
	}{
		{"the key", Policy{Key: &key.PublicKey}, ""},
		{"another key", Policy{Key: &newKey(t).PublicKey}, "signature: the signature is wrong"},
		{"an identity", expected, "identity: it is signed with a key, not by an identity"},
	} {
		_, err := Verify(read(t, b), foo, w.trust(), test.policy)
		if got := fmt.Sprint(err); (err == nil) != (test.reason == "") || !strings.Contains(got, test.reason) {
			t.Errorf("%s: got %s, want %q", test.name, got, test.reason)
		}
	}
	// One signature can be good under two keys that somebody chose so: the log has to name the one that is asked for.
	mine := m(b).Entries
	m(b).Entries = []wireEntry{w.first.add(oldRecord(crypto.SHA256, sum(crypto.SHA256, data), b.Message.it.Signature, pemKey(t, newKey(t))))}
	if _, err := Verify(read(t, b), foo, w.trust(), Policy{Key: &key.PublicKey}); err == nil || !strings.Contains(err.Error(), "log: the log entry is of another signer") {
		t.Error(err)
	}
	m(b).Entries = mine
	if _, err := Verify(read(t, b), foo, w.trust(), Policy{Key: &key.PublicKey}); err != nil {
		t.Error(err)
	}
	m(b).Entries = nil
	if _, err := Verify(read(t, b), foo, w.trust(), Policy{Key: &key.PublicKey}); err == nil {
		t.Error("believed without log, which nobody said to do without")
	}
	if _, err := Verify(read(t, b), foo, w.trust(), Policy{Key: &key.PublicKey, WithoutLog: true}); err != nil {
		t.Error(err)
	}
}

// A signature that the log and the timestamp authority took as it came, and that is of another artefact.
func TestAMessageSignatureOfAnotherArtefact(t *testing.T) {
	w := newWorld(t)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		key  crypto.Signer
		hash crypto.Hash
	}{{newKey(t), crypto.SHA256}, {newRSA(t, 2048), crypto.SHA256}, {ed, 0}, {ed, crypto.SHA512}} {
		leaf := w.issue(signerTemplate(), test.key.Public())
		b := w.message(crypto.SHA256, sum(crypto.SHA256, []byte("foo")), signHash(t, test.key, test.hash, []byte("bar")), leaf, pemOf(leaf), false)
		if _, err := Verify(read(t, b), foo, w.trust(), expected); err == nil || !strings.Contains(err.Error(), "signature: the signature is wrong") {
			t.Errorf("%T: %v", test.key, err)
		}
	}
}

// The log keeps what it took in, which may be an artefact of another's with the same signature claimed: each part has to agree.
func TestEntriesOfArtefacts(t *testing.T) {
	w := newWorld(t)
	key := newKey(t)
	leaf := w.issue(signerTemplate(), &key.PublicKey)
	data := []byte("foo")
	signature := signHash(t, key, crypto.SHA256, data)
	good := sum(crypto.SHA256, data)
	for _, test := range []struct {
		name   string
		body   map[string]any
		reason string
	}{
		{"of another digest", oldRecord(crypto.SHA256, sum(crypto.SHA256, []byte("bar")), signature, pemOf(leaf)), "the log entry is of another content"},
		{"of another kind of digest", oldRecord(crypto.SHA512, sum(crypto.SHA512, data), signature, pemOf(leaf)), "the log entry is of a digest of another kind"},
		{"of another signature", oldRecord(crypto.SHA256, good, signHash(t, key, crypto.SHA256, data), pemOf(leaf)), "the log entry is of another signature"},
		{"of another certificate", oldRecord(crypto.SHA256, good, signature, pemOf(w.issue(signerTemplate(), &key.PublicKey))), "the log entry is of another signer"},
		{"of the bare key", oldRecord(crypto.SHA256, good, signature, pemKey(t, key)), "the log entry is of another signer"},
		{"of an envelope", dsseBody(wireEnvelope{Payload: data, Signatures: []wireSignature{{Sig: signature}}}, leaf), "the log entry is of another kind of content"},
		{"without digest", oldRecord(crypto.SHA256, nil, signature, pemOf(leaf)), "no digest of the right length"},
		{"without PEM", oldRecord(crypto.SHA256, good, signature, leaf.Raw), "the signer is not in PEM"},
	} {
		b := w.message(crypto.SHA256, good, signature, leaf, pemOf(leaf), false)
		m(b).Entries = []wireEntry{w.first.add(test.body)}
		if _, err := Verify(read(t, b), foo, w.trust(), expected); err == nil || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: got %v, want %s", test.name, err, test.reason)
		}
	}
}

// Entries of other kinds about an envelope.
func TestOtherEntriesOfEnvelopes(t *testing.T) {
	w := newWorld(t)
	hash := func(data []byte) map[string]any {
		return map[string]any{"algorithm": "sha256", "value": hex.EncodeToString(sum(crypto.SHA256, data))}
	}
	intoto := func(e wireEnvelope, leaf *x509.Certificate, payload string) map[string]any {
		return map[string]any{"apiVersion": "0.0.2", "kind": "intoto", "spec": map[string]any{"content": map[string]any{
			"envelope": map[string]any{"payloadType": sign.PayloadType, "signatures": []any{map[string]any{
				"publicKey": pemOf(leaf), "sig": []byte(base64Of(e.Signatures[0].Sig))}}},
			"hash": hash([]byte("x")), "payloadHash": hash([]byte(payload))}}}
	}
	dsse := func(e wireEnvelope, leaf *x509.Certificate, payload string) map[string]any {
		record := recordBody(nil, e.Signatures[0].Sig, leaf)["spec"].(map[string]any)["hashedRekordV002"].(map[string]any)
		return map[string]any{"apiVersion": "0.0.2", "kind": "dsse", "spec": map[string]any{"dsseV002": map[string]any{
			"payloadHash": map[string]any{"algorithm": "SHA2_256", "digest": sum(crypto.SHA256, []byte(payload))}, "signatures": []any{record["signature"]}}}}
	}
	for _, test := range []struct {
		name    string
		body    func(wireEnvelope, *x509.Certificate, string) map[string]any
		second  bool
		payload string
		reason  string
	}{
		{"intoto 0.0.2", intoto, false, payloadText, ""},
		{"intoto 0.0.2 of another payload", intoto, false, "x", "the log entry is of another content"},
		{"dsse 0.0.2", dsse, true, payloadText, ""},
		{"dsse 0.0.2 of another payload", dsse, true, "x", "the log entry is of another content"},
		{"an artefact of the old kind", func(e wireEnvelope, leaf *x509.Certificate, _ string) map[string]any {
			return oldRecord(crypto.SHA256, sum(crypto.SHA256, sign.PAE(string(e.Type), e.Payload)), e.Signatures[0].Sig, pemOf(leaf))
		}, false, "", "the log entry is of another kind of content"},
	} {
		b := w.make(recipe{second: test.second})
		leaf, _ := x509.ParseCertificate(m(b).Certificate.it.Raw)
		log := w.first
		if test.second {
			log = w.second
		}
		m(b).Entries = []wireEntry{log.add(test.body(*b.Envelope.it, leaf, test.payload))}
		_, err := Verify(read(t, b), foo, w.trust(), expected)
		if got := fmt.Sprint(err); (err == nil) != (test.reason == "") || !strings.Contains(got, test.reason) {
			t.Errorf("%s: got %s, want %q", test.name, got, test.reason)
		}
	}
}

func ecKey(t *testing.T, c elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func signHash(t *testing.T, key crypto.Signer, h crypto.Hash, data []byte) []byte {
	t.Helper()
	message := data
	if h != 0 {
		message = sum(h, data)
	}
	var opts crypto.SignerOpts = h
	if _, ok := key.(ed25519.PrivateKey); ok {
		opts = &ed25519.Options{Hash: h}
	}
	signature, err := key.Sign(rand.Reader, message, opts)
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

func read(t *testing.T, b *wireBundle) *Bundle {
	t.Helper()
	out, err := ReadBundle(b.json(t))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func oldRecord(h crypto.Hash, digest, signature, signer []byte) map[string]any {
	a, _ := nameOf(h)
	return map[string]any{"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": map[string]any{
		"data":      map[string]any{"hash": map[string]any{"algorithm": a.name, "value": hex.EncodeToString(digest)}},
		"signature": map[string]any{"content": signature, "publicKey": map[string]any{"content": signer}},
	}}
}

func pemKey(t *testing.T, key *ecdsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

// message makes a bundle over an artefact: by a certificate, or where that is nil, by the key that signer tells.
func (w *world) message(told crypto.Hash, digest, signature []byte, leaf *x509.Certificate, signer []byte, second bool) *wireBundle {
	w.t.Helper()
	a, _ := nameOf(told)
	material := wireMaterial{Key: some(wireKey{Hint: "key"})}
	if leaf != nil {
		material = wireMaterial{Certificate: some(wireCertificate{leaf.Raw})}
	}
	material.Stamps = some(wireStamps{[]wireStamp{{w.stamp(sum(crypto.SHA256, signature), crypto.SHA256, true)}}})
	body, log := oldRecord(told, digest, signature, signer), w.first
	if second {
		body, log = recordBody(digest, signature, leaf), w.second
		body["spec"].(map[string]any)["hashedRekordV002"].(map[string]any)["data"].(map[string]any)["algorithm"] = a.wire
	}
	material.Entries = []wireEntry{log.add(body)}
	return &wireBundle{MediaType: mediaTypeNow, Material: some(material),
		Message: some(wireMessage{Digest: some(wireDigest{Algorithm: a.wire, Digest: digest}), Signature: signature})}
}

func base64Of(data []byte) string { return base64.StdEncoding.EncodeToString(data) }
