package oms

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
)

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// write puts files below a folder.
func write(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func newKey(t testing.TB, algorithm string) *sign.PrivateKey {
	t.Helper()
	if curve := map[string]elliptic.Curve{sign.ECDSAP384: elliptic.P384(), sign.ECDSAP521: elliptic.P521()}[algorithm]; curve != nil {
		return brought(t, curve)
	}
	key, err := sign.NewKey(algorithm)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// trustOf is an operator who believes these keys.
func trustOf(t testing.TB, keys ...*sign.PrivateKey) *sign.Trust {
	t.Helper()
	var all []byte
	for _, k := range keys {
		all = append(all, k.PublicKey.PEM()...)
	}
	file := filepath.Join(t.TempDir(), "trusted.pem")
	if err := os.WriteFile(file, all, 0o644); err != nil {
		t.Fatal(err)
	}
	return trustFile(t, file)
}

// brought is a key that was made elsewhere.
func brought(t testing.TB, curve elliptic.Curve) *sign.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	k, err := sign.ReadPrivate(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func modelFiles() map[string]string {
	return map[string]string{"config.json": `{"a": 1}`, "weights/model.safetensors": strings.Repeat("weights ", 100), "weights/other.safetensors": strings.Repeat("other ", 100),
		"empty": "", "code/run.py": "print()", ".git/HEAD": "ref: refs/heads/main"}
}

// signed is a model in a folder of its own, with its signature at model.sig.
func signed(t testing.TB, key *sign.PrivateKey, o Options) (dir string, bundle []byte) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "helpdesk")
	write(t, dir, modelFiles())
	o.Signature = filepath.Join(dir, "model.sig")
	bundle, err := Sign(t.Context(), dir, o, key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, map[string]string{"model.sig": string(bundle)})
	return dir, bundle
}

// told is all that differs, as "what path", sorted.
func told(r *Result) string {
	var out []string
	add := func(what, path string) { out = append(out, what+" "+path) }
	for _, c := range r.Changed {
		add("changed", c.Path)
	}
	for _, m := range r.Missing {
		add("missing", m)
	}
	for _, e := range r.Extra {
		add("extra", e)
	}
	for _, l := range r.Links {
		add("link", l.Path)
	}
	for _, g := range r.Odd {
		add("odd", g.Path)
	}
	for _, g := range r.Unread {
		add("unread", g.Path)
	}
	return strings.Join(out, ", ")
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// then is when the certificates of the reference's test data are valid.
func then() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

func trustFile(t testing.TB, path string) *sign.Trust {
	t.Helper()
	trust, err := sign.ReadTrust(path)
	if err != nil {
		t.Fatal(err)
	}
	return trust
}
