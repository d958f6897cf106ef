package oms

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"testing"

	"github.com/lodemark/lodemark/internal/sign"
)

// FuzzRead: whatever the bytes, reading a bundle ends with one of two typed errors, or with a manifest that passes its own checks.
func FuzzRead(f *testing.F) {
	key := newKey(f, sign.Ed25519)
	for _, payload := range [][]byte{statement(nil), parts(Method{Hash: "sha256", ShardSize: 10}, "a:0:10", "a:10:13"), []byte("{}"), nil} {
		bundle, err := Seal(payload, key)
		must(f, err)
		f.Add(bundle)
	}
	f.Add([]byte(`{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{}},"dsseEnvelope":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Read(data)
		if err != nil {
			if !errors.As(err, new(*BundleError)) && !errors.As(err, new(*ManifestError)) {
				t.Errorf("an error of another type: %T %v", err, err)
			}
			return
		}
		if err := m.check(); err != nil {
			t.Errorf("accepted and not good: %v", err)
		}
	})
}

// FuzzManifest: a manifest that is accepted says the same after it was written and read again, and never accepts what Files could not list.
func FuzzManifest(f *testing.F) {
	for _, seed := range [][]byte{statement(nil), parts(Method{Hash: "sha256"}, "a/b", "a", "é"), parts(Method{Hash: "sha256", ShardSize: 10}, "a:0:10", "a:10:13", "b:0:1"),
		parts(Method{Hash: "sha256"}, "."), statement(func(_, _, ser map[string]any) { ser["ignore_paths"] = []any{"x", ".git"} }),
		statement(func(s, _, _ map[string]any) { s["predicateType"] = oldPredicateType })} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := readManifest(data)
		if err != nil {
			return
		}
		if len(m.Files()) == 0 {
			t.Error("a manifest without files was accepted")
		}
		for _, file := range m.Files() {
			if file.Path != "." && checkPath(file.Path) != nil {
				t.Errorf("the path %q was accepted", file.Path)
			}
		}
		if m.Method.Old {
			return
		}
		again, err := m.Payload()
		if err != nil { // in-toto asks a subject to have a name
			return
		}
		second, err := readManifest(again)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, again)
		}
		second.Method.Links = m.Method.Links // never written
		a, errA := json.Marshal(m)
		b, errB := json.Marshal(second)
		if errA != nil || errB != nil || string(a) != string(b) {
			t.Errorf("written and read again:\n%s\n%s", a, b)
		}
	})
}

// FuzzOldEncoding: two payloads never have one encoding in the way of model-signing 0.2, which is how a signature could change its meaning.
func FuzzOldEncoding(f *testing.F) {
	f.Add([]byte(`{"a": "b'c"}`), []byte(`{"a": 'b"c'}`))
	f.Add([]byte("\x00\\x00\n"), []byte(`\x00\x00\n`))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if string(a) != string(b) && string(oldPAE("t", a)) == string(oldPAE("t", b)) {
			t.Errorf("%q and %q are one", a, b)
		}
	})
}

func TestTheOldEncodingIsThatOfPython(t *testing.T) {
	for payload, want := range map[string]string{
		`{"a": 1}`:     `DSSEV1 1 t 8 b'{"a": 1}'`,
		`it's`:         `DSSEV1 1 t 4 b"it's"`,
		`'"`:           `DSSEV1 1 t 2 b'\'"'`,
		"\n\t\r\\\x00": `DSSEV1 1 t 5 b'\n\t\r\\\x00'`,
		"é\x7f":        `DSSEV1 1 t 3 b'\xc3\xa9\x7f'`,
	} {
		if have := string(oldPAE("t", []byte(payload))); have != want {
			t.Errorf("%q: %s, want %s", base64.StdEncoding.EncodeToString([]byte(payload)), have, want)
		}
	}
}
