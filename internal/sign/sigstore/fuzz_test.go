package sigstore

import (
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"testing"
	"time"
)

func FuzzReadTrustedRoot(f *testing.F) {
	data, err := json.Marshal(wireRoot{MediaType: "application/vnd.dev.sigstore.trustedroot.v0.2+json"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1","tlogs":[{"baseUrl":"x","publicKey":{"rawBytes":"AA==","validFor":{"start":"2021-01-12T11:53:27Z","end":null}},"logId":{"keyId":"AA=="}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := ReadTrustedRoot(data); err == nil {
			for _, a := range append(r.authorities, r.stampers...) {
				if a.anchor == nil || a.from.IsZero() {
					t.Error("an authority without anchor or time")
				}
			}
		}
	})
}

func FuzzReadSigningConfig(f *testing.F) {
	f.Add([]byte(`{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json","caUrls":[{"url":"https://ca.example.org","majorApiVersion":1,"validFor":{"start":"2022-04-14T21:38:40Z"},"operator":"example.org"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if e, err := ReadSigningConfig(data, time.Unix(1772366400, 0)); err == nil && e.RekorVersion > 2 {
			t.Errorf("%+v", e)
		}
	})
}

// FuzzEntryBody reads anything as the body of a log entry, of whatever kind it says to be.
func FuzzEntryBody(f *testing.F) {
	w := newWorld(&testing.T{})
	for _, r := range []recipe{{}, {second: true}} {
		f.Add([]byte(e(w.make(r)).Body))
	}
	f.Add([]byte(`{"apiVersion":"0.0.2","kind":"intoto","spec":{"content":{"envelope":{"payloadType":"x","signatures":[{"publicKey":"","sig":""}]}}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var head wireBody
		if json.Unmarshal(body, &head) != nil {
			return
		}
		e := entry{body: body, kind: head.Kind + " " + head.Version}
		if c, err := e.claim(); err == nil && (len(c.signature) == 0 || len(c.digest) != c.algorithm.hash.Size()) {
			t.Errorf("%+v", c)
		}
	})
}

// FuzzLogAnswer reads anything as the answer of a log of version 1; the entry that comes of it has to be one that a bundle can hold.
func FuzzLogAnswer(f *testing.F) {
	f.Add([]byte(`{"24296fb24b8ad77a":{"body":"e30=","integratedTime":1772366400,"logID":"00ff","logIndex":3,"verification":{"inclusionProof":{"checkpoint":"x","hashes":["00"],"logIndex":1,"rootHash":"00","treeSize":2},"signedEntryTimestamp":"AA=="}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		w, err := readFirstAnswer(data)
		if err != nil {
			return
		}
		if _, err := w.entry(); err != nil {
			return
		}
		back, err := json.Marshal(w)
		if err != nil {
			t.Fatal(err)
		}
		var again wireEntry
		if err := json.Unmarshal(back, &again); err != nil {
			t.Error(err)
		}
	})
}

func FuzzCheckpoint(f *testing.F) {
	w := newWorld(&testing.T{})
	for _, l := range []*standInLog{w.first, w.second} {
		f.Add(l.first, string(l.prove(1).Checkpoint.it.Envelope))
	}
	root := w.trust()
	f.Fuzz(func(t *testing.T, first bool, text string) {
		l := &root.logs[1]
		if first {
			l = &root.logs[0]
		}
		if size, _, err := l.openCheckpoint(text); err == nil && size < 1 {
			t.Errorf("a tree of %d", size)
		}
	})
}

// FuzzCertificate reads names and timestamps from the extensions of a certificate.
func FuzzCertificate(f *testing.F) {
	w := newWorld(&testing.T{})
	leaf := w.issue(signerTemplate(), &newKey(&testing.T{}).PublicKey)
	for _, e := range leaf.Extensions {
		f.Add(e.Value)
	}
	f.Fuzz(func(t *testing.T, value []byte) {
		for _, id := range []asn1.ObjectIdentifier{oidStamps, oidNames, oidIssuer, oidIssuerRaw} {
			c := &x509.Certificate{RawTBSCertificate: value}
			c.Extensions = append(c.Extensions, leaf.Extensions[0])
			c.Extensions[0].Id, c.Extensions[0].Value = id, value
			_, _ = readCertStamps(c)
			_, _, _ = identityOf(c)
			_, _ = withoutStamps(value)
		}
	})
}
