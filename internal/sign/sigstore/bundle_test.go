package sigstore

import (
	"errors"
	"strings"
	"testing"
)

// Each row changes the text of a good bundle; a reader that passes over it reads something else than the next one does.
func TestBundlesHaveOneReading(t *testing.T) {
	w := newWorld(t)
	good := string(w.make(recipe{}).json(t))
	if _, err := ReadBundle([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, old, new, reason string }{
		{"a media type that is not known", "bundle.v0.3+json", "bundle.v0.4+json", `bundle.v0.4+json" is none of a bundle`},
		{"a media type with words after it", "bundle.v0.3+json", "bundle.v0.3+json; charset=utf-8", "is none of a bundle"},
		{"no media type", `"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json",`, ``, `"" is none of a bundle`},
		{"the media type twice", `"mediaType":`, `"mediaType":"application/vnd.dev.sigstore.bundle+json;version=0.1","mediaType":`, "stands twice"},
		{"a member twice, deep within", `"kind":"dsse"`, `"kind":"dsse","kind":"dsse"`, "stands twice"},
		{"a member in capital letters", `"payloadType":`, `"PAYLOADTYPE":`, "is unknown"},
		{"a member with underscores", `"payloadType":`, `"payload_type":`, "is unknown"},
		{"a member that nobody knows", `"dsseEnvelope":{`, `"dsseEnvelope":{"note":1,`, "is unknown"},
		{"two contents", `"dsseEnvelope":`, `"messageSignature":{"messageDigest":{"algorithm":"SHA2_256","digest":"` + strings.Repeat("A", 43) + `="},"signature":"AAAA"},"dsseEnvelope":`,
			"either a message signature or a DSSE envelope"},
		{"no content", `"dsseEnvelope":`, `"dsseEnvelope":null,"x":`, "is unknown"},
		{"two signers", `"certificate":{`, `"publicKey":{"hint":"x"},"certificate":{`, "one of a certificate, a certificate chain and a public key"},
		{"an empty chain", `"certificate":{`, `"x509CertificateChain":{"certificates":[]},"certificate":{`, "one of a certificate, a certificate chain and a public key"},
		{"a signature with a line break", `"sig":"`, `"sig":"\n`, "a line break within base64"},
		{"a signature with blanks", `"sig":"`, `"sig":" `, "base64"},
		{"a payload in two alphabets", `"payload":"`, `"payload":"+_+_`, "not base64"},
		{"a signature with too much padding", `"signatures":[{"sig":"`, `"signatures":[{"sig":"AA=="},{"sig":"`, "one signature, not 2"},
		{"a number below zero", `"integratedTime":"`, `"integratedTime":"-`, "below zero"},
		{"a number with a fraction", `"integratedTime":"1772366400"`, `"integratedTime":1772366400.5`, "a whole number was expected"},
		{"a number with an exponent", `"integratedTime":"1772366400"`, `"integratedTime":1e9`, "a whole number was expected"},
		{"more after the end", `{"mediaType"`, `{}{"mediaType"`, "after top-level value"},
		{"bytes that are no text", `"kind":"dsse"`, "\"kind\":\"ds\xffse\"", "invalid UTF-8"},
		{"a checkpoint that is missing", `"checkpoint":{`, `"checkpoint":null,"x":{`, "is unknown"},
		{"no kind", `"kind":"dsse","version":"0.0.1"`, `"kind":"","version":""`, "no kind"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(good, test.old) {
				t.Fatalf("a good bundle does not hold %s", test.old)
			}
			b, err := ReadBundle([]byte(strings.Replace(good, test.old, test.new, 1)))
			var malformed *BundleError
			if b != nil || !errors.As(err, &malformed) || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("got %v, want %s", err, test.reason)
			}
		})
	}
}

// What some writers do and the format allows.
func TestOtherSpellingsOfTheSameBundle(t *testing.T) {
	w := newWorld(t)
	good := string(w.make(recipe{}).json(t))
	for _, test := range []struct{ name, old, new string }{
		{"numbers as numbers", `"integratedTime":"1772366400"`, `"integratedTime":1772366400`},
		{"a missing thing as null", `"dsseEnvelope":`, `"messageSignature":null,"dsseEnvelope":`},
		{"no key id, as null", `"signatures":[{`, `"signatures":[{"keyid":null,`},
		{"no key id, as nothing", `"signatures":[{`, `"signatures":[{"keyid":"",`},
		{"an older media type", "bundle.v0.3+json", "bundle+json;version=0.3"},
		{"an older version, which holds the same", "bundle.v0.3+json", "bundle+json;version=0.2"},
		{"escapes in text", `"application/vnd.in-toto+json"`, `"application\/vnd.in-toto\u002bjson"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			b, err := ReadBundle([]byte(strings.Replace(good, test.old, test.new, 1)))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Verify(b, foo, w.trust(), expected); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestBase64(t *testing.T) {
	for _, test := range []struct {
		in, out string
		good    bool
	}{
		{"", "", true},
		{"Zm9v", "foo", true},
		{"Zm8=", "fo", true},
		{"Zm8", "fo", true}, // without padding
		{"_-__", "\xff\xef\xff", true},
		{"/+//", "\xff\xef\xff", true},
		{"/-//", "", false}, // two alphabets
		{"Zm9=", "", false}, // stray bits
		{"Zm8==", "", false},
		{"Zm9v=", "", false},
		{"====", "", false},
		{"Zm\n9v", "", false},
		{"Zm9v\r\n", "", false},
		{"Z", "", false},
	} {
		out, err := decodeBase64(test.in)
		if (err == nil) != test.good || string(out) != test.out && test.good {
			t.Errorf("%q: %q, %v", test.in, out, err)
		}
	}
}

func TestBundlesOfKeysAreReadForOthers(t *testing.T) {
	w := newWorld(t)
	made := w.make(recipe{})
	m(made).Certificate.it, m(made).Key, m(made).Entries, m(made).Stamps.it = nil, some(wireKey{Hint: "sha256:abc"}), nil, nil
	b, err := ReadBundle(made.json(t))
	if err != nil || b.Key == nil || b.Key.Hint != "sha256:abc" || len(b.Certificates) != 0 || string(b.Envelope.Payload) != payloadText {
		t.Errorf("%+v, %v", b, err)
	}
}

func TestWhatIsTooMuchIsRefused(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		name   string
		change func(b *wireBundle)
		reason string
	}{
		{"entries", func(b *wireBundle) {
			for range maxEntries {
				m(b).Entries = append(m(b).Entries, m(b).Entries[0])
			}
		}, "more than 32 log entries"},
		{"timestamps", func(b *wireBundle) {
			for range maxStamps {
				m(b).Stamps.it.RFC3161 = append(m(b).Stamps.it.RFC3161, m(b).Stamps.it.RFC3161[0])
			}
		}, "more than 32 timestamps"},
		{"certificates", func(b *wireBundle) {
			m(b).Chain = some(wireChain{make([]wireCertificate, maxCertificates+1)})
			m(b).Certificate.it = nil
		}, "more than 16 certificates"},
		{"hashes", func(b *wireBundle) { e(b).Proof.it.Hashes = make([]octets, maxProof+1) }, "more than 64 hashes"},
	} {
		b := w.make(recipe{})
		test.change(b)
		if _, err := ReadBundle(b.json(t)); err == nil || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	if _, err := ReadBundle(make([]byte, MaxBundle+1)); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Error(err)
	}
}

// FuzzReadBundle reads anything as a bundle; what is read is then verified against a world that it is not from.
func FuzzReadBundle(f *testing.F) {
	w := newWorld(&testing.T{})
	root := w.trust()
	other := newWorld(&testing.T{})
	for _, r := range []recipe{{}, {second: true}, {noStamp: true}} {
		f.Add(other.make(r).json(&testing.T{}))
	}
	f.Add([]byte(`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"x"}},"dsseEnvelope":{"payload":"","payloadType":"x","signatures":[{"sig":"AAAA"}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := ReadBundle(data)
		if err != nil {
			return
		}
		if _, err := Verify(b, Artefact{}, root, expected); err == nil {
			t.Errorf("a bundle is believed that nobody made: %s", data)
		}
	})
}

// FuzzTamperedBundle writes bytes over a part of a good bundle. Where it is believed all the same, it says the same.
func FuzzTamperedBundle(f *testing.F) {
	w := newWorld(&testing.T{})
	root := w.trust()
	var good [][]byte
	for _, r := range []recipe{{}, {second: true}, {noStamp: true}} {
		good = append(good, w.make(r).json(&testing.T{}))
	}
	f.Add(uint8(0), uint16(0), uint8(0), []byte(nil))
	f.Add(uint8(1), uint16(3000), uint8(1), []byte("A"))
	f.Add(uint8(2), uint16(200), uint8(0), []byte(` `))
	f.Fuzz(func(t *testing.T, which uint8, at uint16, cut uint8, in []byte) {
		data := good[int(which)%len(good)]
		from := int(at) % len(data)
		to := min(from+int(cut), len(data))
		changed := append(append(append([]byte(nil), data[:from]...), in...), data[to:]...)
		b, err := ReadBundle(changed)
		if err != nil {
			return
		}
		v, err := Verify(b, foo, root, expected)
		if err == nil && (v.SAN != signerName || string(v.Payload) != payloadText || !v.Times[0].At.Equal(noon)) {
			t.Errorf("believed with another content: %+v", v)
		}
	})
}
