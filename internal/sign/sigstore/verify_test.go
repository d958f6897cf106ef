package sigstore

import (
	"crypto"
	"crypto/x509"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/sign"
)

func TestGoodBundlesAreBelieved(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		name   string
		recipe recipe
		times  int
		log    string
	}{
		{"a log of version 1 and a timestamp", recipe{}, 2, "https://log1.example.org"},
		{"a log of version 1 alone", recipe{noStamp: true}, 1, "https://log1.example.org"},
		{"a log of version 2 and a timestamp", recipe{second: true}, 1, "https://log2.example.org"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b, err := ReadBundle(w.make(test.recipe).json(t))
			if err != nil {
				t.Fatal(err)
			}
			v, err := Verify(b, foo, w.trust(), expected)
			if err != nil {
				t.Fatal(err)
			}
			if v.SAN != signerName || v.Issuer != signerIssuer || len(v.Times) != test.times || len(v.Logs) != 1 || v.Logs[0] != test.log {
				t.Errorf("%+v", v)
			}
			if string(v.Payload) != payloadText || !v.Times[0].At.Equal(noon) {
				t.Errorf("payload %q, time %v", v.Payload, v.Times)
			}
		})
	}
}

// Witnesses sign a checkpoint as well; their signatures are nobody's that the operator named, before or after the log's own.
func TestCheckpointsThatOthersSignedToo(t *testing.T) {
	w := newWorld(t)
	for _, second := range []bool{false, true} {
		for _, before := range []bool{false, true} {
			b := w.make(recipe{second: second})
			at := &e(b).Proof.it.Checkpoint.it.Envelope
			body, own, _ := strings.Cut(string(*at), "\n\n")
			_, witness, _ := strings.Cut(signNote(t, body+"\n", "witness.example.org", newKey(t)), "\n\n")
			*at = text(body + "\n\n" + own + witness)
			if before {
				*at = text(body + "\n\n" + witness + own)
			}
			if _, err := Verify(read(t, b), foo, w.trust(), expected); err != nil {
				t.Errorf("version 2: %v, the witness first: %v: %v", second, before, err)
			}
		}
	}
}

// A payload that names no artefact can be verified, but not as being about one.
func TestPayloadsThatNameNoArtefact(t *testing.T) {
	w := newWorld(t)
	key := newKey(t)
	leaf := w.issue(signerTemplate(), &key.PublicKey)
	env := wireEnvelope{Type: "application/vnd.example+json", Payload: octets(payloadText)}
	env.Signatures = []wireSignature{{Sig: signSHA256(t, key, sign.PAE(string(env.Type), env.Payload))}}
	b := &wireBundle{MediaType: mediaTypeNow, Envelope: some(env),
		Material: some(wireMaterial{Certificate: some(wireCertificate{leaf.Raw}), Entries: []wireEntry{w.first.add(dsseBody(env, leaf))}})}
	v, err := Verify(read(t, b), Artefact{}, w.trust(), expected)
	if err != nil || v.PayloadType != "application/vnd.example+json" || string(v.Payload) != payloadText {
		t.Errorf("%+v, %v", v, err)
	}
	if _, err := Verify(read(t, b), foo, w.trust(), expected); err == nil || !strings.Contains(err.Error(), "names no artefact") {
		t.Error(err)
	}
}

// What nobody known vouches for is passed over and told, as long as somebody known does.
func TestWhatIsPassedOverIsTold(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	b := w.make(recipe{})
	leaf, err := x509.ParseCertificate(m(b).Certificate.it.Raw)
	if err != nil {
		t.Fatal(err)
	}
	m(b).Entries = append([]wireEntry{other.first.add(dsseBody(*b.Envelope.it, leaf))}, m(b).Entries...)
	m(b).Stamps.it.RFC3161 = append(m(b).Stamps.it.RFC3161, wireStamp{other.stamp(sum(crypto.SHA256, b.Envelope.it.Signatures[0].Sig), crypto.SHA256, true)})
	v, err := Verify(read(t, b), foo, w.trust(), expected)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Passed) != 2 || !strings.Contains(v.Passed[0], "which the trusted root does not name") || !strings.Contains(v.Passed[1], "no timestamp authority of the trusted root") {
		t.Errorf("%q", v.Passed)
	}
}
