package sigstore

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
)

// Every row is one thing that somebody did to a good bundle, or to what stands behind it, and the reason that the refusal has to give.
// Each is refused by the step that is named before the reason.
var tampered = []struct {
	name   string
	recipe recipe
	change func(w *world, b *wireBundle)
	reason string
}{
	{"the certificate is one of another key", recipe{}, func(w *world, b *wireBundle) {
		m(b).Certificate = m(w.make(recipe{})).Certificate
	}, "signature: the signature is wrong"},
	{"the certificate is another one of the same key", recipe{}, func(w *world, b *wireBundle) {
		m(b).Certificate = some(wireCertificate{w.issue(signerTemplate(), &w.key.PublicKey).Raw})
	}, "log: the log entry is of another signer"},
	{"the certificate is another one of the same key, in a log of version 2", recipe{second: true}, func(w *world, b *wireBundle) {
		m(b).Certificate = some(wireCertificate{w.issue(signerTemplate(), &w.key.PublicKey).Raw})
	}, "log: the log entry is of another signer"},
	{"the payload is another", recipe{}, func(_ *world, b *wireBundle) {
		b.Envelope.it.Payload = octets(strings.Replace(payloadText, "2c26", "2c27", 1))
	}, "signature: the signature is wrong"},
	{"the payload is shown as something else", recipe{}, func(_ *world, b *wireBundle) {
		b.Envelope.it.Type = "application/vnd.example+json"
	}, "signature: the signature is wrong"},
	{"the signature is one that was made once more", recipe{}, func(w *world, b *wireBundle) {
		b.Envelope.it.Signatures[0].Sig = signSHA256(w.t, w.key, sign.PAE(string(b.Envelope.it.Type), b.Envelope.it.Payload))
	}, "log: the log entry is of another signature"},
	{"the signature is one that was made once more, in a log of version 2", recipe{second: true}, func(w *world, b *wireBundle) {
		b.Envelope.it.Signatures[0].Sig = signSHA256(w.t, w.key, sign.PAE(string(b.Envelope.it.Type), b.Envelope.it.Payload))
	}, "log: the log entry is of another signature"},
	{"a bit of the signature is flipped, in the log as well", recipe{}, func(w *world, b *wireBundle) {
		s := b.Envelope.it.Signatures[0].Sig
		s[len(s)-1] ^= 1
		c, _ := x509.ParseCertificate(m(b).Certificate.it.Raw)
		m(b).Entries = []wireEntry{w.first.add(dsseBody(*b.Envelope.it, c))}
		m(b).Stamps.it = nil
	}, "signature: the signature is wrong"},

	{"no log entry", recipe{}, func(_ *world, b *wireBundle) { m(b).Entries = nil }, "log: it is in no log"},
	{"the log entry of another bundle", recipe{}, func(w *world, b *wireBundle) {
		m(b).Entries = m(w.make(recipe{})).Entries
	}, "log: the log entry is of another signature"},
	{"the log entry twice", recipe{}, func(_ *world, b *wireBundle) {
		m(b).Entries = append(m(b).Entries, m(b).Entries[0])
	}, "log: the bundle holds one log entry twice"},
	{"the log took in another content", recipe{body: func(body map[string]any) {
		body["spec"].(map[string]any)["payloadHash"].(map[string]any)["value"] = strings.Repeat("ab", 32)
	}}, nil, "log: the log entry is of another content"},
	{"the log took in another content, in a log of version 2", recipe{second: true, body: func(body map[string]any) {
		body["spec"].(map[string]any)["hashedRekordV002"].(map[string]any)["data"].(map[string]any)["digest"] = make([]byte, 32)
	}}, nil, "log: the log entry is of another content"},
	{"the log took in two signatures", recipe{body: func(body map[string]any) {
		spec := body["spec"].(map[string]any)
		spec["signatures"] = append(spec["signatures"].([]any), spec["signatures"].([]any)[0])
	}}, nil, "log: body: 2 signatures instead of one"},
	{"a kind of entry that nobody knows", recipe{body: func(body map[string]any) { body["kind"] = "rpm" }}, nil, `log: entries of the kind "rpm 0.0.1" are not known`},
	{"the entry is said to be of another kind", recipe{}, func(_ *world, b *wireBundle) { e(b).Kind.it.Kind = "hashedrekord" },
		`log: the entry says to be of the kind "hashedrekord 0.0.1", its body "dsse 0.0.1"`},
	{"a log that the operator does not trust", recipe{}, func(w *world, b *wireBundle) {
		other := newLog(w.t, "log1.example.org", newKey(w.t), true)
		m(b).Entries = []wireEntry{other.add(dsseBody(*b.Envelope.it, w.root))}
	}, "log: it is in no log that the trusted root names"},
	{"an entry of an untrusted log under the name of a trusted one", recipe{}, func(w *world, b *wireBundle) {
		c, _ := x509.ParseCertificate(m(b).Certificate.it.Raw)
		other := newLog(w.t, "log1.example.org", newKey(w.t), true)
		m(b).Entries = []wireEntry{other.add(dsseBody(*b.Envelope.it, c))}
		e(b).Log = some(wireLogID{w.first.id()})
	}, "log: the log's promise of inclusion is not over this entry"},

	{"a promise of inclusion of another entry", recipe{}, func(w *world, b *wireBundle) {
		e(b).Promise = m(w.make(recipe{})).Entries[0].Promise
	}, "log: the log's promise of inclusion is not over this entry"},
	{"the time of a promise is another", recipe{}, func(_ *world, b *wireBundle) { e(b).At++ }, "log: the log's promise of inclusion is not over this entry"},
	{"the number of an entry is another", recipe{}, func(_ *world, b *wireBundle) { e(b).Index++ }, "log: the log's promise of inclusion is not over this entry"},
	{"a promise, replayed for a later certificate", recipe{template: later()}, nil, "log: the log took it in at 2026-03-01T12:00:00Z, when the certificate was not valid"},
	{"a promise in a log of version 2", recipe{second: true}, func(_ *world, b *wireBundle) { e(b).Promise = some(wirePromise{octets("x")}) },
		"log: an entry of this kind has a proof of inclusion and no promise"},

	{"a proof of inclusion of another entry", recipe{second: true}, func(w *world, b *wireBundle) {
		e(b).Proof, e(b).Index = some(w.second.prove(3)), 3
	}, "log: the proof of inclusion does not lead from this entry to the root"},
	{"the proof is of another number than the entry", recipe{second: true}, func(_ *world, b *wireBundle) { e(b).Index++ }, "log: the proof of inclusion is of another entry"},
	{"a hash of the proof is another", recipe{}, func(_ *world, b *wireBundle) { e(b).Proof.it.Hashes[0][0] ^= 1 },
		"log: the proof of inclusion does not lead from this entry to the root"},
	{"a hash of the proof is missing", recipe{}, func(_ *world, b *wireBundle) { e(b).Proof.it.Hashes = e(b).Proof.it.Hashes[1:] },
		"log: the proof of inclusion does not lead from this entry to the root"},
	{"a hash of the proof is short", recipe{}, func(_ *world, b *wireBundle) { e(b).Proof.it.Hashes[0] = e(b).Proof.it.Hashes[0][1:] },
		"log: a proof of inclusion with a hash of the wrong length"},
	{"the number in the proof lies beyond the tree", recipe{}, func(_ *world, b *wireBundle) { e(b).Proof.it.Index = e(b).Proof.it.Size }, "in a tree of"},
	{"a checkpoint of another size", recipe{}, func(w *world, b *wireBundle) {
		w.first.append([]byte("more"))
		e(b).Proof.it.Checkpoint = w.first.prove(1).Checkpoint
	}, "log: the checkpoint is of another tree than the proof"},
	{"the size of the proof is another", recipe{}, func(_ *world, b *wireBundle) { e(b).Proof.it.Size++ }, "log: the checkpoint is of another tree than the proof"},
	{"the root of the proof is another", recipe{}, func(_ *world, b *wireBundle) { e(b).Proof.it.Root[0] ^= 1 }, "log: the checkpoint is of another tree than the proof"},
	{"the size in a checkpoint is written over", recipe{}, func(_ *world, b *wireBundle) {
		p := e(b).Proof.it
		p.Checkpoint.it.Envelope = text(strings.Replace(string(p.Checkpoint.it.Envelope), fmt.Sprint("\n", p.Size, "\n"), fmt.Sprint("\n", p.Size+1, "\n"), 1))
	}, "log: checkpoint: invalid signature"},
	{"a checkpoint that another key signed", recipe{second: true}, func(w *world, b *wireBundle) {
		p := e(b).Proof.it
		body := fmt.Sprintf("%s\n%d\n%s\n", w.second.name, p.Size, base64.StdEncoding.EncodeToString(p.Root))
		p.Checkpoint.it.Envelope = text(signNote(w.t, body, w.second.name, newKey(w.t)))
	}, "log: the checkpoint has no signature of this log"},
	{"a checkpoint of another log by the same key", recipe{second: true}, func(w *world, b *wireBundle) {
		p := e(b).Proof.it
		body := fmt.Sprintf("log3.example.org\n%d\n%s\n", p.Size, base64.StdEncoding.EncodeToString(p.Root))
		p.Checkpoint.it.Envelope = text(signNote(w.t, body, w.second.name, w.second.key))
	}, "log: the checkpoint has no signature of this log"},
	{"a checkpoint without root", recipe{second: true}, func(w *world, b *wireBundle) {
		e(b).Proof.it.Checkpoint.it.Envelope = text(signNote(w.t, w.second.name+"\n12\n", w.second.name, w.second.key))
	}, "log: checkpoint: an origin, a size and a root hash were expected"},
	{"a checkpoint with a size in two spellings", recipe{second: true}, func(w *world, b *wireBundle) {
		p := e(b).Proof.it
		body := fmt.Sprintf("%s\n0%d\n%s\n", w.second.name, p.Size, base64.StdEncoding.EncodeToString(p.Root))
		p.Checkpoint.it.Envelope = text(signNote(w.t, body, w.second.name, w.second.key))
	}, "is no size of a tree"},

	{"a timestamp over another signature", recipe{}, func(w *world, b *wireBundle) {
		m(b).Stamps = m(w.make(recipe{})).Stamps
	}, "time: the timestamp is over another signature"},
	{"a timestamp whose signature is wrong", recipe{}, func(_ *world, b *wireBundle) { flip(m(b).Stamps.it.RFC3161[0].Signed, -1) }, "time: the timestamp's signature is wrong"},
	{"a timestamp of an authority that is not trusted", recipe{second: true}, func(w *world, b *wireBundle) {
		other := newWorld(w.t)
		m(b).Stamps = some(wireStamps{[]wireStamp{{other.stamp(sum(crypto.SHA256, b.Envelope.it.Signatures[0].Sig), crypto.SHA256, true)}}})
	}, "time: nobody who is trusted vouches for the time of signing: no timestamp authority of the trusted root has signed the timestamp"},
	{"no timestamp, in a log that tells no time", recipe{second: true, noStamp: true}, nil, "time: nobody who is trusted vouches for the time"},
	{"a timestamp, after the certificate has ended", recipe{second: true}, func(w *world, b *wireBundle) {
		w.stampAt = noon.Add(time.Hour)
		m(b).Stamps = some(wireStamps{[]wireStamp{{w.stamp(sum(crypto.SHA256, b.Envelope.it.Signatures[0].Sig), crypto.SHA256, true)}}})
		w.stampAt = noon
	}, "certificate: it was signed at 2026-03-01T13:00:00Z"},
	{"a timestamp twice", recipe{}, func(_ *world, b *wireBundle) {
		m(b).Stamps.it.RFC3161 = append(m(b).Stamps.it.RFC3161, m(b).Stamps.it.RFC3161[0])
	}, "time: the bundle holds one timestamp twice"},
	{"an answer of an authority that refused", recipe{}, func(_ *world, b *wireBundle) {
		m(b).Stamps.it.RFC3161[0].Signed = octets{0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02}
	}, "time: the timestamp authority did not grant the timestamp (status 2)"},
	{"something else than a timestamp", recipe{}, func(_ *world, b *wireBundle) { m(b).Stamps.it.RFC3161[0].Signed = octets("hello") }, "time: the timestamp is malformed"},

	{"a certificate of another authority", recipe{leaf: func(w *world, key *ecdsa.PrivateKey) *x509.Certificate {
		return newWorld(w.t).issue(signerTemplate(), &key.PublicKey)
	}}, nil, "certificate: no authority of the trusted root has issued the certificate"},
	{"a certificate that signed itself", recipe{leaf: func(w *world, key *ecdsa.PrivateKey) *x509.Certificate {
		return w.certify(signerTemplate(), signerTemplate(), &key.PublicKey, key)
	}}, nil, "certificate: no authority of the trusted root has issued the certificate"},
	{"a certificate for another use", recipe{template: with(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })}, nil,
		"certificate: no authority of the trusted root has issued the certificate: x509: certificate specifies an incompatible key usage"},
	{"a certificate of an authority", recipe{template: with(func(c *x509.Certificate) { c.IsCA, c.BasicConstraintsValid = true, true })}, nil,
		"certificate: the certificate is one of an authority"},
	{"a certificate that has ended", recipe{template: with(func(c *x509.Certificate) { c.NotAfter = noon.Add(-time.Second) })}, nil,
		"log: the log took it in at 2026-03-01T12:00:00Z, when the certificate was not valid"},
	{"a certificate without timestamp", recipe{leaf: func(w *world, key *ecdsa.PrivateKey) *x509.Certificate {
		return w.certify(signerTemplate(), w.intermediate, &key.PublicKey, w.caKey)
	}}, nil, "certificate timestamp: the certificate holds no certificate timestamp"},
	{"a certificate timestamp of another log", recipe{leaf: func(w *world, key *ecdsa.PrivateKey) *x509.Certificate {
		t := with(func(c *x509.Certificate) { c.SerialNumber = serial() })
		before := w.certify(t, w.intermediate, &key.PublicKey, w.caKey)
		return w.certifyWith(t, &key.PublicKey, w.certStamp(before, newKey(w.t), noon))
	}}, nil, "certificate timestamp: the certificate timestamp is of a log that the trusted root does not name"},
	{"a certificate timestamp of another certificate", recipe{leaf: func(w *world, key *ecdsa.PrivateKey) *x509.Certificate {
		other := w.certify(signerTemplate(), w.intermediate, &newKey(w.t).PublicKey, w.caKey)
		return w.certifyWith(signerTemplate(), &key.PublicKey, w.certStamp(other, w.certLog, noon))
	}}, nil, "certificate timestamp: the certificate timestamp is not over this certificate"},
	{"a certificate timestamp from before the log's key", recipe{leaf: func(w *world, key *ecdsa.PrivateKey) *x509.Certificate {
		t := with(func(c *x509.Certificate) { c.SerialNumber = serial() })
		before := w.certify(t, w.intermediate, &key.PublicKey, w.caKey)
		return w.certifyWith(t, &key.PublicKey, w.certStamp(before, w.certLog, noon.AddDate(-2, 0, 0)))
	}}, nil, "certificate timestamp: the key of the log of certificates was not valid at 2024-03-01T12:00:00Z"},
	{"certificate timestamps that are cut off", recipe{leaf: func(w *world, key *ecdsa.PrivateKey) *x509.Certificate {
		return w.certifyWith(signerTemplate(), &key.PublicKey, []byte{0, 1, 2})
	}}, nil, "certificate timestamp: the certificate timestamps are malformed"},

	{"another identity", recipe{template: with(func(c *x509.Certificate) {
		c.URIs = []*url.URL{{Scheme: "https", Host: "ci.example.org", Path: "/other"}}
	})}, nil,
		`identity: it was signed by "https://ci.example.org/other", not by`},
	{"two names in the certificate", recipe{template: with(func(c *x509.Certificate) { c.EmailAddresses = []string{"owner@example.org"} })}, nil,
		"identity: the certificate holds 2 names instead of one"},
	{"another issuer", recipe{template: with(func(c *x509.Certificate) {
		c.ExtraExtensions = c.ExtraExtensions[:1]
		c.ExtraExtensions[0].Value = []byte("https://evil.example.org")
	})}, nil,
		`identity: the certificate was issued on the word of "https://evil.example.org", not of`},
	{"two issuers", recipe{template: with(func(c *x509.Certificate) { c.ExtraExtensions[0].Value = []byte("https://evil.example.org") })}, nil,
		"identity: the certificate names two issuers"},
	{"no issuer", recipe{template: with(func(c *x509.Certificate) { c.ExtraExtensions = nil })}, nil, "identity: the certificate names no issuer"},
	{"a statement about another artefact", recipe{payload: strings.Replace(payloadText, "2c26", "2c27", 1)}, nil, "artefact: the statement is about another artefact"},
	{"a payload that is no statement", recipe{payload: `{"_type":"https://example.org/other"}`}, nil, `artefact: the payload is a "https://example.org/other", not a statement`},
	{"a statement with its subject twice", recipe{payload: strings.Replace(payloadText, `"subject"`, `"subject":[],"subject"`, 1)}, nil, `stands twice`},

	{"a bundle of version 0.1 without the promise", recipe{second: true}, func(_ *world, b *wireBundle) {
		b.MediaType = "application/vnd.dev.sigstore.bundle+json;version=0.1"
	}, "log: a bundle of version 0.1 holds the log's promise of inclusion"},
	{"a bundle of version 0.2 without proof", recipe{}, func(_ *world, b *wireBundle) {
		b.MediaType, e(b).Proof.it = "application/vnd.dev.sigstore.bundle+json;version=0.2", nil
	}, "log: a bundle of version 0.2 holds a proof of inclusion"},
	{"a bundle of version 0.3 with a chain", recipe{}, func(w *world, b *wireBundle) {
		m(b).Chain = some(wireChain{[]wireCertificate{*m(b).Certificate.it, {w.intermediate.Raw}}})
		m(b).Certificate.it = nil
	}, "identity: a bundle of version 0.3 by an identity holds one certificate, not a chain"},
	{"a key instead of a certificate", recipe{}, func(_ *world, b *wireBundle) {
		m(b).Certificate.it, m(b).Key = nil, some(wireKey{Hint: "mine"})
	}, "identity: it is signed with a key, not by an identity"},
}

func TestTamperedBundlesAreRefused(t *testing.T) {
	w := newWorld(t)
	root := w.trust()
	for _, test := range tampered {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			made := w.make(test.recipe)
			if test.change != nil {
				test.change(w, made)
			}
			b, err := ReadBundle(made.json(t))
			if err != nil {
				t.Fatal("not read: ", err)
			}
			v, err := Verify(b, foo, root, expected)
			var refused *VerifyError
			if !errors.As(err, &refused) || v != nil {
				t.Fatalf("believed, or not refused by a step: %v", err)
			}
			if !strings.Contains(err.Error(), test.reason) {
				t.Errorf("got  %v\nwant %s", err, test.reason)
			}
		})
	}
}

func TestWhatTheOperatorTrustsDecides(t *testing.T) {
	w := newWorld(t)
	other := newWorld(t)
	good := w.make(recipe{second: true}).json(t)
	first := w.make(recipe{}).json(t)
	ended := func(p *wirePeriod) { p.End = instant{noon.Add(-time.Hour)} }
	for _, test := range []struct {
		name   string
		data   []byte
		root   *TrustedRoot
		policy Policy
		reason string // "": believed
	}{
		{"another world's root", good, other.trust(), expected, "log: it is in no log that the trusted root names"},
		{"no root at all", good, nil, expected, "identity: no trusted root was given"},
		{"an authority that was trusted only until an hour before", good, w.trust(func(r *wireRoot) { ended(r.Authorities[0].Valid.it) }), expected,
			"certificate: no authority of the trusted root has issued the certificate: the authority \"https://ca.example.org\" is trusted for another time"},
		{"a log that was trusted only until an hour before", good, w.trust(func(r *wireRoot) { ended(r.Logs[1].Key.it.Valid.it) }), expected, "time: the key of the log was not valid at"},
		{"a log of version 1, the same", first, w.trust(func(r *wireRoot) { ended(r.Logs[0].Key.it.Valid.it) }), expected, "log: the log's key was not valid when the entry was made"},
		{"a log whose time nobody wrote down", good, w.trust(func(r *wireRoot) { r.Logs[1].Key.it.Valid.it = nil }), expected, "log: the trusted root gives no start of validity for this log"},
		{"a timestamp authority that was trusted only until an hour before", good, w.trust(func(r *wireRoot) { ended(r.Stampers[0].Valid.it) }), expected,
			"time: the authority \"https://tsa.example.org\" is trusted for another time"},
		{"a period that ends in that second", good, w.trust(func(r *wireRoot) { r.Stampers[0].Valid.it.End = instant{noon} }), expected, ""},
		{"a timestamp authority by its root alone", good, w.trust(func(r *wireRoot) { c := r.Stampers[0].Chain.it; c.Certificates = c.Certificates[1:] }), expected, ""},
		{"a log without name, in which a checkpoint of version 2 cannot be told", good, w.trust(func(r *wireRoot) { r.Logs[1].BaseURL = "" }), expected,
			"log: the checkpoint has no signature of this log"},
		{"a pattern", good, w.trust(), byPattern(`https://ci\.example\.org/models/.*`), ""},
		{"a pattern that only a part of the name matches", good, w.trust(), byPattern(`https://ci\.example\.org/models/`), "identity: it was signed by"},
		{"a pattern with an alternative", good, w.trust(), byPattern(`x|https://ci\.example\.org/models/`), "identity: it was signed by"},
		{"a pattern whose alternative is a part of the name", good, w.trust(), byPattern(`https://ci\.example\.org/models/|x`), "identity: it was signed by"},
		{"a pattern that is none", good, w.trust(), byPattern(`(`), "identity: pattern of identities"},
		{"an identity without issuer", good, w.trust(), Policy{Identity: Identity{SAN: signerName}}, "identity: an issuer and either an identity or a pattern"},
		{"an issuer without identity", good, w.trust(), Policy{Identity: Identity{Issuer: signerIssuer}}, "identity: an issuer and either an identity or a pattern"},
		{"the zero policy", good, w.trust(), Policy{}, "identity: an issuer and either an identity or a pattern"},
		{"a key where an identity signed", good, w.trust(), Policy{Key: &newKey(t).PublicKey}, "identity: it is signed with a certificate, not with a key"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b, err := ReadBundle(test.data)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Verify(b, foo, test.root, test.policy)
			if got := fmt.Sprint(err); (err == nil) != (test.reason == "") || !strings.Contains(got, test.reason) {
				t.Errorf("got  %s\nwant %s", got, test.reason)
			}
		})
	}
}

func byPattern(p string) Policy { return Policy{Identity: Identity{Issuer: signerIssuer, Pattern: p}} }

func with(change func(*x509.Certificate)) *x509.Certificate {
	c := signerTemplate()
	change(c)
	return c
}

// later is a certificate of an hour later.
func later() *x509.Certificate {
	return with(func(c *x509.Certificate) { c.NotBefore, c.NotAfter = noon.Add(time.Hour), noon.Add(70*time.Minute) })
}

func m(b *wireBundle) *wireMaterial { return b.Material.it }
func e(b *wireBundle) *wireEntry    { return &b.Material.it.Entries[0] }

func flip(data []byte, at int) { data[(at+len(data))%len(data)] ^= 1 }
