//go:build unix

package oms

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/sigstore"
)

func TestWhatIsSignedIsVerified(t *testing.T) {
	for _, algorithm := range []string{sign.Ed25519, sign.ECDSAP256, sign.ECDSAP384, sign.ECDSAP521} {
		key := newKey(t, algorithm)
		for _, o := range []Options{{}, {ShardSize: 1}, {ShardSize: 100}, {ShardSize: 1 << 20}, {Hash: "blake2b"}, {Hash: "blake2b", ShardSize: 7}} {
			dir, bundle := signed(t, key, o)
			r, err := Verify(t.Context(), dir, bundle, trustOf(t, key), VerifyOptions{Signature: filepath.Join(dir, "model.sig")})
			if err != nil || !r.OK() || r.Model != "helpdesk" || r.Signer.KeyID != key.ID {
				t.Fatalf("%s %+v: %v %+v", algorithm, o, err, r)
			}
			want := 5 // config, two weights, code, the empty one
			if o.ShardSize > 0 {
				want = 4
				if !slices.Equal(r.Empty, []string{"empty"}) {
					t.Errorf("%+v: the empty file is not told: %q", o, r.Empty)
				}
			}
			if len(r.Files) != want || len(r.Ignored) != 1 || r.Ignored[0] != (Ignored{Path: ".git/HEAD", Rule: ".git", Signed: true}) {
				t.Errorf("%+v: %+v", o, r)
			}
		}
	}
}

// TestChangedModelsAreNotVerified changes a signed model in the ways that matter. All that differs is told, by name.
func TestChangedModelsAreNotVerified(t *testing.T) {
	w := func(name, data string) func(*testing.T, string) {
		return func(t *testing.T, dir string) { write(t, dir, map[string]string{name: data}) }
	}
	move := func(from, to string) func(*testing.T, string) {
		return func(t *testing.T, dir string) { must(t, os.Rename(filepath.Join(dir, from), filepath.Join(dir, to))) }
	}
	remove := func(name string) func(*testing.T, string) {
		return func(t *testing.T, dir string) { must(t, os.RemoveAll(filepath.Join(dir, name))) }
	}
	link := func(target, name string) func(*testing.T, string) {
		return func(t *testing.T, dir string) { must(t, os.Symlink(target, filepath.Join(dir, name))) }
	}
	weights := strings.Repeat("weights ", 100)
	for _, c := range []struct {
		name, want, shards string // what is told of files, and, where it is another, of shards of 100 bytes
		do                 []func(*testing.T, string)
	}{
		{"nothing", "", "", nil},
		{"a bit flipped", "changed weights/model.safetensors", "", []func(*testing.T, string){w("weights/model.safetensors", "v"+weights[1:])}},
		{"the last byte", "changed weights/model.safetensors", "", []func(*testing.T, string){w("weights/model.safetensors", weights[:799]+"\n")}},
		{"a byte more", "changed weights/model.safetensors", "", []func(*testing.T, string){w("weights/model.safetensors", weights+" ")}},
		{"a shard more", "changed weights/model.safetensors", "", []func(*testing.T, string){w("weights/model.safetensors", weights+strings.Repeat(" ", 100))}},
		{"a byte less", "changed weights/model.safetensors", "", []func(*testing.T, string){w("weights/model.safetensors", weights[:799])}},
		{"a shard less", "changed weights/model.safetensors", "", []func(*testing.T, string){w("weights/model.safetensors", weights[:700])}},
		{"emptied", "changed weights/model.safetensors", "", []func(*testing.T, string){w("weights/model.safetensors", "")}},
		{"shards swapped", "changed code/run.py, changed weights/model.safetensors", "", []func(*testing.T, string){w("weights/model.safetensors", weights[100:200]+"x"), w("code/run.py", "import os")}},
		{"removed", "missing config.json", "", []func(*testing.T, string){remove("config.json")}},
		{"a folder removed", "missing weights/model.safetensors, missing weights/other.safetensors", "", []func(*testing.T, string){remove("weights")}},
		{"added", "extra code/more.py", "", []func(*testing.T, string){w("code/more.py", "x")}},
		{"added, named like git", "extra code/.git/config, extra sub/.gitignore", "", []func(*testing.T, string){w("sub/.gitignore", "x"), w("code/.git/config", "x")}},
		{"renamed", "missing config.json, extra config2.json", "", []func(*testing.T, string){move("config.json", "config2.json")}},
		{"renamed in case", "missing config.json, extra Config.json", "", []func(*testing.T, string){move("config.json", "Config.json")}},
		{"contents swapped", "changed weights/model.safetensors, changed weights/other.safetensors", "", []func(*testing.T, string){
			move("weights/model.safetensors", "x"), move("weights/other.safetensors", "weights/model.safetensors"), move("x", "weights/other.safetensors")}},
		{"a link to the same", "link config.json", "", []func(*testing.T, string){move("config.json", "../kept.json"), link("../kept.json", "config.json")}},
		{"a link within", "link again.json", "", []func(*testing.T, string){link("config.json", "again.json")}},
		{"a folder that is a link", "missing weights/model.safetensors, missing weights/other.safetensors, link weights", "", []func(*testing.T, string){move("weights", "../weights"), link("../weights", "weights")}},
		{"a pipe", "odd fifo", "", []func(*testing.T, string){func(t *testing.T, dir string) { must(t, syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o644)) }}},
		{"a file that is a folder", "missing config.json, extra config.json/x", "", []func(*testing.T, string){remove("config.json"), w("config.json/x", "y")}},
		{"an empty file", "extra code/__init__.py", "nothing", []func(*testing.T, string){w("code/__init__.py", "")}},
		{"several at once", "changed code/run.py, missing config.json, extra b, extra weights/a, link l", "", []func(*testing.T, string){
			w("code/run.py", "x"), remove("config.json"), w("b", "x"), w("weights/a", "x"), link("/etc/passwd", "l")}},
	} {
		for _, shard := range []int64{0, 100} {
			t.Run(fmt.Sprintf("%s/%d", c.name, shard), func(t *testing.T) {
				key := newKey(t, sign.Ed25519)
				dir, bundle := signed(t, key, Options{ShardSize: shard})
				for _, do := range c.do {
					do(t, dir)
				}
				r, err := Verify(t.Context(), dir, bundle, trustOf(t, key), VerifyOptions{Signature: filepath.Join(dir, "model.sig")})
				if err != nil {
					t.Fatal(err)
				}
				want := c.want
				if shard > 0 && c.shards == "nothing" {
					want = ""
				}
				if got := told(r); got != want || r.OK() != (want == "") {
					t.Errorf("verified %v, told\n %q, want\n %q", r.OK(), got, want)
				}
			})
		}
	}
}

// reworked changes a bundle as JSON.
func reworked(t testing.TB, bundle []byte, change func(b, material, envelope map[string]any)) []byte {
	t.Helper()
	var b map[string]any
	must(t, json.Unmarshal(bundle, &b))
	change(b, b["verificationMaterial"].(map[string]any), b["dsseEnvelope"].(map[string]any))
	out, err := json.Marshal(b)
	must(t, err)
	return out
}

// TestForgedBundlesAreRefused has no key that the operator trusts but those who do. Each row is refused, for the reason it names.
func TestForgedBundlesAreRefused(t *testing.T) {
	key, second, stranger := newKey(t, sign.ECDSAP256), newKey(t, sign.ECDSAP384), newKey(t, sign.ECDSAP256)
	trust := trustOf(t, key, second)
	dir, good := signed(t, key, Options{})
	_, strange := signed(t, stranger, Options{})
	_, seconds := signed(t, second, Options{})
	member := func(bundle []byte, name string) any {
		var b struct {
			Envelope map[string]any `json:"dsseEnvelope"`
		}
		must(t, json.Unmarshal(bundle, &b))
		return b.Envelope[name]
	}
	envelope := func(change func(e map[string]any)) []byte {
		return reworked(t, good, func(_, _, e map[string]any) { change(e) })
	}
	text := func(old, new string) []byte {
		out := bytes.Replace(good, []byte(old), []byte(new), 1)
		if bytes.Equal(out, good) {
			t.Fatalf("%q is not in the bundle", old)
		}
		return out
	}
	payload, err := base64.StdEncoding.DecodeString(member(good, "payload").(string))
	must(t, err)
	kind := func(payloadType string, payload []byte) []byte { // signed by the trusted key, as something else
		e, err := sign.Seal(payloadType, payload, key)
		must(t, err)
		return reworked(t, good, func(_, _, env map[string]any) {
			env["payload"], env["payloadType"] = base64.StdEncoding.EncodeToString(e.Payload), payloadType
			env["signatures"].([]any)[0].(map[string]any)["sig"] = base64.StdEncoding.EncodeToString(e.Signatures[0].Sig)
		})
	}
	type bad = *SignatureError
	unknown, notGood, form, content := new(*sign.UntrustedError), new(bad), new(*BundleError), new(*ManifestError)
	for _, c := range []struct {
		name, reason string
		kind         any
		bundle       []byte
	}{
		{"a stranger signed it", "no trusted key made this signature", unknown, strange},
		{"a stranger signed it in the name of a trusted key", "that key did not sign this", notGood, reworked(t, strange, func(_, m, _ map[string]any) {
			m["publicKey"] = map[string]any{"hint": hintOf(key.PublicKey)}
		})},
		{"with a hint in another form", "no trusted key made this signature", unknown, reworked(t, strange, func(_, m, _ map[string]any) { m["publicKey"] = map[string]any{"hint": "release"} })},
		{"with its own key beside it", "is not among the trusted ones", unknown, reworked(t, strange, func(_, m, _ map[string]any) {
			m["publicKey"] = map[string]any{"hint": "", "rawBytes": base64.StdEncoding.EncodeToString(stranger.PublicKey.PEM())}
		})},
		{"with another's key beside it", "neither by the key in the bundle", notGood, reworked(t, strange, func(_, m, _ map[string]any) {
			m["publicKey"] = map[string]any{"rawBytes": base64.StdEncoding.EncodeToString(key.PublicKey.PEM())}
		})},
		{"the hint of another trusted key", "that key did not sign this", notGood, reworked(t, good, func(_, m, _ map[string]any) { m["publicKey"] = map[string]any{"hint": hintOf(second.PublicKey)} })},
		{"another's manifest under this signature", "that key did not sign this", notGood, envelope(func(e map[string]any) { e["payload"] = member(seconds, "payload").(string)[4:] })},
		{"a digest in the manifest", "that key did not sign this", notGood, envelope(func(e map[string]any) {
			e["payload"] = base64.StdEncoding.EncodeToString(bytes.Replace(payload, []byte(`"digest":"`), []byte(`"digest":"00`), 1))
		})},
		{"a space in the manifest", "that key did not sign this", notGood, envelope(func(e map[string]any) { e["payload"] = base64.StdEncoding.EncodeToString(append(payload, ' ')) })},
		{"the signature of the other key", "that key did not sign this", notGood, envelope(func(e map[string]any) { e["signatures"] = member(seconds, "signatures") })},
		{"a signature cut off", "that key did not sign this", notGood, envelope(func(e map[string]any) {
			s := e["signatures"].([]any)[0].(map[string]any)
			s["sig"] = s["sig"].(string)[:40]
		})},
		{"no signature", "one signature", form, envelope(func(e map[string]any) { e["signatures"] = []any{} })},
		{"an empty signature", "empty signature", form, envelope(func(e map[string]any) { e["signatures"].([]any)[0].(map[string]any)["sig"] = "" })},
		{"two signatures", "one signature", form, envelope(func(e map[string]any) { e["signatures"] = append(e["signatures"].([]any), e["signatures"].([]any)[0]) })},
		{"another payload type", "its payload is of type", form, envelope(func(e map[string]any) { e["payloadType"] = "application/json" })},
		{"evidence of ours as a model", "no signature of a model", content, kind(sign.PayloadType, bytes.Replace(payload, []byte(predicateType), []byte("https://lodemark.example.org/evidence/v1"), 1))},
		{"the old predicate in a new envelope", "another version", content, kind(sign.PayloadType, bytes.Replace(payload, []byte(predicateType), []byte(oldPredicateType), 1))},
		{"a message, no manifest", "signs a message", form, reworked(t, good, func(b, _, e map[string]any) {
			delete(b, "dsseEnvelope")
			sum := sha256.Sum256(nil)
			b["messageSignature"] = map[string]any{"messageDigest": map[string]any{"algorithm": "SHA2_256", "digest": base64.StdEncoding.EncodeToString(sum[:])}, "signature": "AAAA"}
		})},
		{"another media type", "media type", form, text("bundle.v0.3", "bundle.v9")},
		{"a member twice", "twice", form, text(`"payloadType":`, `"payloadType":"application/vnd.in-toto+json","payloadType":`)},
		{"a member nobody knows", "unknown", form, text(`"payloadType":`, `"note":"","payloadType":`)},
		{"a member in other letters", "unknown", form, text(`"payloadType":`, `"PayloadType":`)},
		{"text after it", "after", form, append(slices.Clone(good), "{}"...)},
		{"cut off", "", form, good[:len(good)/2]},
		{"nothing", "", form, nil},
		{"no material", "", form, reworked(t, good, func(b, _, _ map[string]any) { delete(b, "verificationMaterial") })},
		{"a key and certificates", "one of", form, reworked(t, good, func(_, m, _ map[string]any) { m["x509CertificateChain"] = map[string]any{"certificates": []any{}} })},
		{"base64 with a line break", "base64", form, envelope(func(e map[string]any) { e["payload"] = "\n" + e["payload"].(string) })},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Verify(t.Context(), dir, c.bundle, trust, VerifyOptions{Signature: filepath.Join(dir, "model.sig")})
			if err == nil || !errors.As(err, c.kind) || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("%v %T: %v, want %T because %q", r, err, err, c.kind, c.reason)
			}
		})
	}
	t.Run("an older signature of the same signer", func(t *testing.T) {
		must(t, os.WriteFile(filepath.Join(dir, "config.json"), []byte(`{"a": 2}`), 0o644))
		r, err := Verify(t.Context(), dir, good, trust, VerifyOptions{Signature: filepath.Join(dir, "model.sig")})
		if err != nil || r.OK() || told(r) != "changed config.json" {
			t.Errorf("%v %+v", err, r)
		}
	})
	t.Run("nobody is trusted", func(t *testing.T) {
		if _, err := Verify(t.Context(), dir, good, nil, VerifyOptions{}); !errors.As(err, unknown) {
			t.Errorf("%v", err)
		}
	})
}

// authority is a chain of certificates for a key: its own, and the root's.
func authority(t testing.TB, key *sign.PrivateKey, change func(leaf *x509.Certificate)) (chain sign.PublicKey, root []byte) {
	t.Helper()
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	from, until := then().AddDate(-1, 0, 0), then().AddDate(1, 0, 0)
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Root"}, NotBefore: from, NotAfter: until, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Release"}, NotBefore: from, NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature}
	if change != nil {
		change(leaf)
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, &rootKey.PublicKey, rootKey)
	must(t, err)
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, ca, key.Key, rootKey)
	must(t, err)
	chain, err = sign.ReadPublic(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leafDER}))
	must(t, err)
	return chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
}

func TestCertificates(t *testing.T) {
	key := newKey(t, sign.ECDSAP256)
	other := newKey(t, sign.ECDSAP256)
	for _, c := range []struct {
		name, reason string // empty: verified
		at           time.Time
		change       func(leaf *x509.Certificate)
		swap         bool // trust another root of the same name
	}{
		{name: "good", at: then()},
		{name: "before it is valid", at: then().AddDate(-2, 0, 0), reason: "is valid from"},
		{name: "after it expired", at: then().AddDate(2, 0, 0), reason: "is valid from"},
		{name: "of another root of the same name", at: then(), swap: true, reason: "does not lead to it"},
		{name: "of a web server", at: then(), reason: "not issued for code signing", change: func(l *x509.Certificate) { l.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }},
		{name: "of no signer", at: then(), reason: "not issued for digital signatures", change: func(l *x509.Certificate) { l.KeyUsage = x509.KeyUsageKeyEncipherment }},
	} {
		t.Run(c.name, func(t *testing.T) {
			chain, root := authority(t, key, c.change)
			if c.swap {
				_, root = authority(t, key, nil)
			}
			certified, err := key.WithChain(chain)
			must(t, err)
			dir, bundle := signed(t, certified, Options{})
			file := filepath.Join(t.TempDir(), "root.pem")
			must(t, os.WriteFile(file, root, 0o644))
			r, err := Verify(t.Context(), dir, bundle, trustFile(t, file), VerifyOptions{Signature: filepath.Join(dir, "model.sig"), At: c.at})
			switch {
			case c.reason == "" && (err != nil || !r.OK()):
				t.Errorf("%v %+v", err, r)
			case c.reason != "" && (!errors.As(err, new(*sign.UntrustedError)) || !strings.Contains(err.Error(), c.reason)):
				t.Errorf("%v, want %q", err, c.reason)
			}
			if r, err := Verify(t.Context(), dir, bundle, trustOf(t, key), VerifyOptions{Signature: filepath.Join(dir, "model.sig"), At: c.at}); err != nil || !r.OK() {
				t.Errorf("by the bare key: %v", err)
			}
			// The certificate of one key over the signature of another.
			_, strange := signed(t, other, Options{})
			forged := reworked(t, strange, func(_, m, _ map[string]any) {
				var b map[string]any
				must(t, json.Unmarshal(bundle, &b))
				clear(m)
				maps.Copy(m, b["verificationMaterial"].(map[string]any))
			})
			if _, err := Verify(t.Context(), dir, forged, trustFile(t, file), VerifyOptions{At: then()}); !errors.As(err, new(*SignatureError)) {
				t.Errorf("another's signature under this certificate: %v", err)
			}
		})
	}
}

// TestIdentitiesAreVerifiedByWhoeverKnowsHow: a certificate that says whom it was issued to goes to VerifyOptions.Keyless, and to nobody else: neither
// its key nor its root being trusted makes up for that.
func TestIdentitiesAreVerifiedByWhoeverKnowsHow(t *testing.T) {
	key := newKey(t, sign.ECDSAP256)
	chain, root := authority(t, key, func(l *x509.Certificate) {
		l.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, 8}, Value: []byte("\x0c\x01x")}}
	})
	certified, err := key.WithChain(chain)
	must(t, err)
	dir, bundle := signed(t, certified, Options{})
	file := filepath.Join(t.TempDir(), "root.pem")
	must(t, os.WriteFile(file, root, 0o644))
	o := VerifyOptions{Signature: filepath.Join(dir, "model.sig"), At: then()}
	for _, trust := range []*sign.Trust{nil, trustOf(t, key), trustFile(t, file)} {
		if _, err := Verify(t.Context(), dir, bundle, trust, o); !errors.Is(err, ErrKeyless) {
			t.Errorf("%v, want ErrKeyless", err)
		}
	}
	refused := errors.New("not they")
	for _, answer := range []error{nil, refused} {
		o.Keyless = func(b *sigstore.Bundle, data []byte) (sign.Signer, error) {
			if !bytes.Equal(data, bundle) || !bytes.Equal(b.Certificates[0].Raw, chain.Chain[0].Raw) {
				t.Error("it is handed another bundle")
			}
			return sign.Signer{Name: "release@example.org", Trusted: answer == nil}, answer
		}
		r, err := Verify(t.Context(), dir, bundle, nil, o)
		if !errors.Is(err, answer) || answer == nil && (!r.OK() || r.Signer.Name != "release@example.org") {
			t.Errorf("%v: %v %+v", answer, err, r)
		}
	}
}
