package sigstore

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// A trusted root with something wrong in it is refused as a whole: what an operator believes is not to be guessed.
func TestReadTrustedRoot(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		name   string
		change func(*wireRoot)
		reason string
	}{
		{"a media type that is not known", func(r *wireRoot) { r.MediaType = "application/json" }, `"application/json" is none of a trusted root`},
		{"nobody", func(r *wireRoot) { *r = wireRoot{MediaType: r.MediaType} }, "it names nobody"},
		{"an authority without certificates", func(r *wireRoot) { r.Authorities[0].Chain.it = nil }, "certificateAuthorities[0]: no certificates"},
		{"an authority without time", func(r *wireRoot) { r.Authorities[0].Valid.it = nil }, "certificateAuthorities[0]: no start of validity"},
		{"an anchor that is none", func(r *wireRoot) {
			r.Stampers[0].Chain.it.Certificates = []wireCertificate{{w.tsa.Raw}}
		}, "timestampAuthorities[0]: the last certificate is none of an authority"},
		{"a certificate that is none", func(r *wireRoot) { r.Authorities[0].Chain.it.Certificates[0].Raw = octets("x") }, "certificateAuthorities[0]: certificate 1"},
		{"a log without key", func(r *wireRoot) { r.Logs[1].Key.it = nil }, "tlogs[1]: no public key"},
		{"a key that is none", func(r *wireRoot) { r.CertLogs[0].Key.it.Raw = octets("x") }, "ctlogs[0]: public key"},
		{"a key that is too short", func(r *wireRoot) { r.CertLogs[0].Key.it.Raw = shortRSA() }, "ctlogs[0]: an RSA key of 1024 bits is too short"},
	} {
		t.Run(test.name, func(t *testing.T) {
			data := w.rootJSON(test.change)
			r, err := ReadTrustedRoot(data)
			var malformed *RootError
			if r != nil || !errors.As(err, &malformed) || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("got %v, want %s", err, test.reason)
			}
		})
	}
	for _, test := range []struct{ name, old, new, reason string }{
		{"a member twice", `"tlogs":`, `"tlogs":[],"tlogs":`, "stands twice"},
		{"a member that nobody knows", `"tlogs":`, `"trustAll":true,"tlogs":`, "is unknown"},
		{"a time that is none", `"start":"2025`, `"start":"soon 2025`, "a time was expected"},
		{"an end that is null", `"end":"0001-01-01T00:00:00Z"`, `"end":null`, ""},
	} {
		_, err := ReadTrustedRoot([]byte(strings.Replace(string(w.rootJSON(nil)), test.old, test.new, 1)))
		if (err == nil) != (test.reason == "") || err != nil && !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.reason)
		}
	}
}

// rootJSON is the trusted root of the world as text, with a change.
func (w *world) rootJSON(change func(*wireRoot)) (data []byte) {
	w.t.Helper()
	w.trust(func(r *wireRoot) {
		text, err := json.Marshal(r)
		if err != nil {
			w.t.Fatal(err)
		}
		var copied wireRoot
		if err := json.Unmarshal(text, &copied); err != nil {
			w.t.Fatal(err)
		}
		if change != nil {
			change(&copied)
		}
		if data, err = json.Marshal(copied); err != nil {
			w.t.Fatal(err)
		}
	})
	return data
}

// shortRSA is an RSA key of 1024 bits in PKCS #1, as a number that is odd and long enough.
func shortRSA() []byte {
	der, _ := asn1.Marshal(struct {
		N asn1.RawValue
		E int
	}{asn1.RawValue{Tag: asn1.TagInteger, Bytes: append([]byte{0, 0x80}, append(make([]byte, 126), 1)...)}, 65537})
	spki, _ := asn1.Marshal(struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}{pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}, Parameters: asn1.NullRawValue}, asn1.BitString{Bytes: der, BitLength: 8 * len(der)}})
	return spki
}

// Names of a kind of Sigstore's own stand in an extension that crypto/x509 does not understand and that is marked as critical.
func TestNamesInCertificates(t *testing.T) {
	w := newWorld(t)
	other := func(id asn1.ObjectIdentifier, name string) []byte {
		text, _ := asn1.MarshalWithParams(name, "utf8")
		inner, _ := asn1.Marshal(asn1.RawValue{Class: 2, Tag: 0, IsCompound: true, Bytes: text})
		oid, _ := asn1.Marshal(id)
		one, _ := asn1.Marshal(asn1.RawValue{Class: 2, Tag: 0, IsCompound: true, Bytes: append(oid, inner...)})
		return one
	}
	names := func(parts ...[]byte) pkix.Extension {
		all, _ := asn1.Marshal(asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: joined(parts)})
		return pkix.Extension{Id: oidNames, Critical: true, Value: all}
	}
	email, _ := asn1.Marshal(asn1.RawValue{Class: 2, Tag: 1, Bytes: []byte("owner@example.org")})
	for _, test := range []struct {
		name      string
		extension pkix.Extension
		san       string
		reason    string
	}{
		{"a name at a provider", names(other(oidOtherName, "owner!example.org")), "owner!example.org", ""},
		{"an address", names(email), "owner@example.org", ""},
		{"both", names(email, other(oidOtherName, "owner!example.org")), "", "holds 2 names instead of one"},
		{"two of them", names(other(oidOtherName, "a!example.org"), other(oidOtherName, "b!example.org")), "", "holds 2 names instead of one"},
		{"a name of a kind that nobody knows", names(other(asn1.ObjectIdentifier{1, 2, 3}, "x")), "", "x509: unhandled critical extension"},
		{"an empty name", names(other(oidOtherName, "")), "", "instead of one"},
	} {
		t.Run(test.name, func(t *testing.T) {
			template := with(func(c *x509.Certificate) {
				c.URIs = nil
				c.ExtraExtensions = append(c.ExtraExtensions, test.extension)
			})
			b, err := ReadBundle(w.make(recipe{template: template}).json(t))
			if err != nil {
				t.Fatal(err)
			}
			v, err := Verify(b, foo, w.trust(), Policy{Identity: Identity{Issuer: signerIssuer, SAN: test.san, Pattern: map[bool]string{true: ".*"}[test.san == ""]}})
			if (err == nil) != (test.reason == "") || err != nil && !strings.Contains(err.Error(), test.reason) {
				t.Fatalf("got %v, want %q", err, test.reason)
			}
			if err == nil && v.SAN != test.san {
				t.Error(v.SAN)
			}
		})
	}
}

func joined(parts [][]byte) (out []byte) {
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}
