//go:build unix

package oms

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/sigstore"
)

// reference is a checkout of the reference implementation, whose test data this program must agree with. It is no package that a test could
// fetch; who has a checkout names it.
func reference(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("LODEMARK_OMS")
	if dir == "" {
		t.Skip("LODEMARK_OMS names no checkout of sigstore/model-transparency; bench/RESULTS.md has the figures of the last run with one")
	}
	return dir
}

func TestReferenceSignaturesAreVerified(t *testing.T) {
	tests := filepath.Join(reference(t), "scripts", "tests")
	bundles, err := filepath.Glob(filepath.Join(tests, "v*", "model.sig"))
	if err != nil || len(bundles) == 0 {
		t.Fatalf("no signatures in %s: %v", tests, err)
	}
	key := trustFile(t, filepath.Join(tests, "keys", "certificate", "signing-key-pub.pem"))
	root := trustFile(t, filepath.Join(tests, "keys", "certificate", "ca-cert.pem"))
	stranger := trustOf(t, newKey(t, sign.ECDSAP256))
	identities := referenceIdentity(t)
	verified, refused, keyless := 0, 0, 0
	for _, file := range bundles {
		name := filepath.Base(filepath.Dir(file))
		t.Run(name, func(t *testing.T) {
			bundle := read(t, file)
			m, err := Read(bundle)
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Dir(file)
			if m.Single() { // as its own script does
				path = filepath.Join(path, "signme-1")
			}
			o := VerifyOptions{Signature: file, Ignore: []string{"ignore-me"}, At: then()}
			if m.Single() {
				o.Ignore = nil
			}
			anchors := map[string]*sign.Trust{"key": key}
			switch {
			case strings.HasSuffix(name, "-sigstore"):
				if _, err := Verify(t.Context(), path, bundle, key, o); !errors.Is(err, ErrKeyless) {
					t.Errorf("a bundle of an identity gives %v", err)
				}
				if identities == nil {
					return
				}
				keyless++
				o.Keyless = identities
				anchors = map[string]*sign.Trust{"identity": nil}
			case strings.HasSuffix(name, "-certificate"):
				anchors["root"] = root
			}
			for anchor, trust := range anchors {
				r, err := Verify(t.Context(), path, bundle, trust, o)
				if err != nil || !r.OK() {
					t.Errorf("by the %s: %v %+v", anchor, err, r)
					continue
				}
				verified++
			}
			good := anchors["key"]
			if o.Keyless != nil {
				good = nil
			} else if _, err := Verify(t.Context(), path, bundle, stranger, o); !errors.As(err, new(*sign.UntrustedError)) {
				t.Errorf("with a stranger's key: %v", err)
			}
			// What its script of tampering does: a changed file, a file more, a link more.
			for what, change := range map[string]func(dir, file string) error{
				"changed": func(_, file string) error { return os.WriteFile(file, []byte("signme-X\n"), 0o644) },
				"extra":   func(dir, _ string) error { return os.WriteFile(filepath.Join(dir, "more"), nil, 0o644) },
				"link":    func(dir, file string) error { return os.Symlink(file, filepath.Join(dir, "link")) },
			} {
				if m.Single() && what != "changed" {
					continue
				}
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(filepath.Dir(file))); err != nil {
					t.Fatal(err)
				}
				path := dir
				if m.Single() {
					path = filepath.Join(dir, "signme-1")
				}
				if err := change(dir, filepath.Join(dir, "signme-1")); err != nil {
					t.Fatal(err)
				}
				o := o
				o.Signature = filepath.Join(dir, "model.sig")
				r, err := Verify(t.Context(), path, bundle, good, o)
				if err != nil || r.OK() || r.Differences() != 1 {
					t.Errorf("%s: %v %+v", what, err, r)
					continue
				}
				refused++
			}
		})
	}
	t.Logf("%d signatures: verified %d times by key, root or identity, refused %d times when tampered with; %d by identities", len(bundles), verified, refused, keyless)
}

// referenceIdentity verifies the identity that signed some of the reference's models, where LODEMARK_TRUSTED_ROOT names the trusted_root.json of
// Sigstore's public services; nil otherwise.
func referenceIdentity(t *testing.T) Keyless {
	t.Helper()
	file := os.Getenv("LODEMARK_TRUSTED_ROOT")
	if file == "" {
		return nil
	}
	root, err := sigstore.ReadTrustedRoot(read(t, file))
	if err != nil {
		t.Fatal(err)
	}
	policy := sigstore.Policy{Identity: sigstore.Identity{Issuer: "https://sigstore.verify.ibm.com/oauth2", Pattern: `[a-z]+@us\.ibm\.com`}}
	return func(b *sigstore.Bundle, _ []byte) (sign.Signer, error) {
		v, err := sigstore.Verify(b, sigstore.Artefact{}, root, policy)
		if err != nil {
			return sign.Signer{}, err
		}
		return sign.Signer{Name: v.SAN, Trusted: true}, nil
	}
}

// TestReferencePayloadsAreEqual lets the payloads that the reference keeps as golden files be made here, from models that its fixtures describe.
func TestReferencePayloadsAreEqual(t *testing.T) {
	golden := filepath.Join(reference(t), "tests", "_signing", "testdata", "signing", "TestPayload")
	folders := map[string]map[string]string{
		"sample_model_folder": {}, "deep_model_folder": {}, "model_folder_with_empty_file": {"empty_file": ""},
		"symlink_model_folder": {"symlink_file": "This is a simple model"},
	}
	for i := range 4 {
		folders["sample_model_folder"][fmt.Sprintf("f%d", i)] = fmt.Sprintf("This is file f%d in root.", i)
		folders["deep_model_folder"][fmt.Sprintf("d0/d1/d2/d3/d4/f%d", i)] = fmt.Sprintf("This is file f%d.", i)
	}
	for i := range 2 {
		for j := range 3 {
			folders["sample_model_folder"][fmt.Sprintf("d%d/f%d%d", i, i, j)] = fmt.Sprintf("This is file f%d%d in d%d.", i, j, i)
		}
	}
	compared := 0
	for _, name := range []string{"sample_model_folder", "deep_model_folder", "model_folder_with_empty_file", "symlink_model_folder", "sample_model_file"} {
		for suffix, shard := range map[string]int64{"": 0, "_shard": 1_000_000_000, "_small_shards": 8} {
			want, err := readManifest(read(t, filepath.Join(golden, name+suffix)))
			if name == "model_folder_with_empty_file" && shard > 0 { // nothing of it is signed
				if err == nil {
					t.Errorf("%s%s: a manifest of nothing was accepted", name, suffix)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s%s: %v", name, suffix, err)
				continue
			}
			path := filepath.Join(t.TempDir(), want.Name)
			if name == "sample_model_file" {
				write(t, filepath.Dir(path), map[string]string{want.Name: "This is a simple model"})
			} else {
				write(t, path, folders[name])
			}
			have, err := Take(t.Context(), path, Options{KeepGit: true, ShardSize: shard})
			if err != nil {
				t.Errorf("%s%s: %v", name, suffix, err)
				continue
			}
			if have.Root != want.Root || have.Name != want.Name || asJSON(t, have.Parts) != asJSON(t, want.Parts) {
				t.Errorf("%s%s:\n have %s %s\n want %s %s", name, suffix, have.Root, asJSON(t, have.Parts), want.Root, asJSON(t, want.Parts))
			}
			compared++
		}
	}
	t.Logf("%d payloads: the same parts, digests and root digest", compared)
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestReferenceVerifiesOurs runs the reference's own verifier on what is signed here, by key and by certificate. testdata/stand_ins.py says which
// packages it stands in for.
func TestReferenceVerifiesOurs(t *testing.T) {
	checkout := reference(t)
	const python = "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import cryptography, typing_extensions, google.protobuf, OpenSSL").Run(); err != nil {
		t.Skip("needs python3-cryptography, python3-openssl, python3-typing-extensions and python3-protobuf")
	}
	dir := t.TempDir()
	write(t, dir, map[string]string{"model/config.json": "{}", "model/w/a.safetensors": strings.Repeat("weights", 5000), "model/a.b/c": "x", "model/a/b": "y",
		"model/näme": "z", "model/.git/HEAD": "ref", "model/notes.txt": "left out"})
	verify := func(mode ...string) (string, error) {
		args := append([]string{filepath.Join("testdata", "stand_ins.py"), checkout, filepath.Join(dir, "model"), filepath.Join(dir, "model", "model.sig"), filepath.Join(dir, "anchor.pem")}, mode...)
		out, err := exec.Command(python, args...).CombinedOutput()
		return string(out), err
	}
	checked := 0
	for _, algorithm := range []string{sign.ECDSAP256, sign.ECDSAP384, sign.ECDSAP521} {
		for _, shard := range []int64{0, 1000} {
			for _, mode := range []string{"key", "certificate"} {
				key := newKey(t, algorithm)
				anchor := key.PublicKey.PEM()
				if mode == "certificate" {
					chain, root := authority(t, key, nil)
					certified, err := key.WithChain(chain)
					must(t, err)
					key, anchor = certified, root
				}
				file := filepath.Join(dir, "model", "model.sig")
				bundle, err := Sign(t.Context(), filepath.Join(dir, "model"), Options{Signature: file, Ignore: []string{"notes.txt"}, ShardSize: shard}, key)
				must(t, err)
				write(t, dir, map[string]string{"model/model.sig": string(bundle), "anchor.pem": string(anchor)})
				if out, err := verify(mode); err != nil || !strings.Contains(out, "verified") {
					t.Errorf("%s, shards of %d, by %s: the reference says %v\n%s", algorithm, shard, mode, err, out)
				}
				write(t, dir, map[string]string{"model/a/b": "Y"})
				if out, err := verify(mode); err == nil || !strings.Contains(out, "mismatch") {
					t.Errorf("%s, shards of %d, by %s: the reference says of a changed file %v\n%s", algorithm, shard, mode, err, out)
				}
				write(t, dir, map[string]string{"model/a/b": "y"})
				checked++
			}
		}
	}
	t.Logf("the reference verified %d of our signatures, and refused each after a change", checked)
}
