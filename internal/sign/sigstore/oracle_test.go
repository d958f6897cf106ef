package sigstore

import (
	"crypto"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/sign"
)

// The identity that the bundles of sigstore-conformance are by, unless a folder says otherwise.
const (
	beaconName   = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main"
	beaconIssuer = "https://token.actions.githubusercontent.com"
)

// TestOracleConformance runs over a checkout of github.com/sigstore/sigstore-conformance: every bundle there is accepted or refused as the
// name of its folder says. `make oracle` fetches it; without a checkout there is nothing to compare with.
func TestOracleConformance(t *testing.T) {
	checkout := os.Getenv("LODEMARK_SIGSTORE_CONFORMANCE")
	if checkout == "" {
		t.Skip("LODEMARK_SIGSTORE_CONFORMANCE names no checkout of sigstore-conformance")
	}
	production := os.Getenv("LODEMARK_SIGSTORE_ROOT")
	dir := filepath.Join(checkout, "test/assets/bundle-verify")
	folders, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	good, bad := 0, 0
	for _, f := range folders {
		if !f.IsDir() {
			continue
		}
		t.Run(f.Name(), func(t *testing.T) {
			err := conformance(t, filepath.Join(dir, f.Name()), production)
			if want := strings.HasSuffix(f.Name(), "_fail"); want != (err != nil) {
				t.Errorf("refused: %v, want %v: %v", err != nil, want, err)
			}
			if err != nil {
				bad++
				t.Log(err)
			} else {
				good++
			}
		})
	}
	t.Logf("%d bundles accepted, %d refused", good, bad)
	if good < 15 || bad < 40 {
		t.Error("fewer bundles than there were in August 2026")
	}
}

func conformance(t *testing.T, dir, production string) error {
	t.Helper()
	read := func(name, otherwise string) string {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			return otherwise
		} else if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	file := func(name string) string {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	artefact := read("artifact", "")
	if artefact == "" {
		artefact = file(filepath.Join(dir, "../a.txt"))
	}
	root := read("trusted_root.json", "")
	if root == "" {
		root = file(production)
	}
	policy := Policy{Identity: Identity{Issuer: strings.TrimSpace(read("issuer", beaconIssuer)), SAN: strings.TrimSpace(read("identity", beaconName))}}
	if key := read("key.pub", ""); key != "" {
		block, _ := pem.Decode([]byte(key))
		k, err := readKey(block.Bytes)
		if err != nil {
			return err
		}
		policy = Policy{Key: k}
	}
	return verifyAll([]byte(read("bundle.sigstore.json", "")), Artefact{Data: []byte(artefact)}, []byte(root), policy)
}

func verifyAll(bundle []byte, a Artefact, root []byte, p Policy) error {
	r, err := ReadTrustedRoot(root)
	if err != nil {
		return err
	}
	b, err := ReadBundle(bundle)
	if err != nil {
		return err
	}
	v, err := Verify(b, a, r, p)
	if err != nil {
		return err
	}
	// With the digest alone, the answer is the same: it is what a command has of a file of a hundred gigabytes.
	digest := sum(crypto.SHA256, a.Data)
	if _, err := Verify(b, Artefact{Algorithm: "sha256", Digest: digest}, r, p); err != nil {
		return fmt.Errorf("by its digest: %w", err)
	}
	if v.Certificate != nil && (v.SAN != p.Identity.SAN || len(v.Times) == 0) {
		return errors.New("accepted without a name or a time")
	}
	return nil
}

// TestOracleLibrary reads the bundles that the module github.com/sigstore/sigstore-go carries for its own tests and examples, with what those
// tests expect. `make oracle` downloads the module; it is none that this one needs.
func TestOracleLibrary(t *testing.T) {
	module := os.Getenv("LODEMARK_SIGSTORE_GO")
	if module == "" {
		t.Skip("LODEMARK_SIGSTORE_GO names no folder of the module sigstore-go")
	}
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(module, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	key := func(name string) crypto.PublicKey {
		block, _ := pem.Decode(read(name))
		k, err := readKey(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	digest := func(algorithm, text string) Artefact {
		d, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return Artefact{Algorithm: algorithm, Digest: d}
	}
	const (
		examples, bundles, roots = "examples/", "pkg/testing/data/bundles/", "pkg/testing/data/trusted-roots/"
		good                     = roots + "public-good.json"
	)
	js := digest("sha512", "46d4e2f74c4877316640000a6fdf8a8b59f1e0847667973e9859f774dd31b8f1e0937813b777fb66a2ac67d50540fe34640966eee9fc2ccca387082b4c85cd3c")
	js1 := digest("sha512", "76176ffa33808b54602c7c35de5c6e9a4deb96066dba6533f50ac234f4f1f4c6b3527515dc17c06fbe2860030f410eee69ea20079bd3a2c6f3dcf3b329b10751")
	other := digest("sha256", "bc103b4a84971ef6459b294a2b98568a2bfb72cded09d4acd1e16366a401f95b")
	byJS := Policy{Identity: Identity{Issuer: beaconIssuer, Pattern: "https://github.com/sigstore/sigstore-js/.*"}}
	local := func(name string) Policy {
		return Policy{Identity: Identity{Issuer: "http://oidc.local:8080", SAN: name}, WithoutCertStamp: true}
	}
	for _, test := range []struct {
		bundle, root string
		artefact     Artefact
		policy       Policy
		reason       string // "": accepted
	}{
		{bundles + "sigstore.js@2.0.0-provenance.sigstore.json", good, js, byJS, ""},
		{bundles + "sigstore.js@2.0.0-provenance.sigstore.json", good, js1, byJS, "about another artefact"},
		{bundles + "sigstore.js@2.0.0-provenance.sigstore.json", roots + "scaffolding.json", js, byJS, "in no log that the trusted root names"},
		{examples + "bundle-provenance.json", good, js1, byJS, ""},
		{examples + "bundle-provenance.json", examples + "trusted-root-public-good.json", js1, byJS, ""},
		{examples + "bundle-provenance.json", good, js, byJS, "about another artefact"},
		{examples + "bundle-publish.json", good, js1, Policy{Key: key(examples + "publish_key.pub")}, ""},
		{examples + "bundle-publish.json", good, js1, byJS, "with a key, not by an identity"},
		{bundles + "dsse.sigstore.json", good, Artefact{}, Policy{Identity: Identity{Issuer: "https://github.com/login/oauth", Pattern: ".+@.+"}}, ""},
		{bundles + "dsse-2sigs.sigstore.json", good, Artefact{}, Policy{Identity: Identity{Issuer: beaconIssuer, Pattern: "https://github.com/.*"}}, "one signature, not 2"},
		{bundles + "othername.sigstore.json", roots + "scaffolding.json", other, local("foo!oidc.local"), ""},
		{bundles + "othername.sigstore.json", roots + "scaffolding.json", other, local("foo@oidc.local"), "not by"},
		{bundles + "othername.sigstore.json", roots + "scaffolding.json", js, local("foo!oidc.local"), "sha256 was not given"},
		{bundles + "public-key-validity.sigstore.json", roots + "public-key-validity.json", Artefact{Data: []byte("test content")},
			Policy{Key: key("pkg/testing/data/public-keys/public-key-validity.pem"), WithoutLog: true}, ""},
		{bundles + "public-key-validity.sigstore.json", roots + "public-key-validity.json", Artefact{Data: []byte("test content")},
			Policy{Key: key(examples + "publish_key.pub"), WithoutLog: true}, "signature is wrong"},
	} {
		t.Run(test.bundle+" "+test.reason, func(t *testing.T) {
			r, err := ReadTrustedRoot(read(test.root))
			if err != nil {
				t.Fatal(err)
			}
			b, err := ReadBundle(read(test.bundle))
			if err == nil {
				_, err = Verify(b, test.artefact, r, test.policy)
			}
			if got := fmt.Sprint(err); (test.reason == "") != (err == nil) || !strings.Contains(got, test.reason) {
				t.Errorf("got %s, want %q", got, test.reason)
			}
		})
	}
}

// TestOracleModels reads the models that github.com/sigstore/model-transparency keeps signed by several of its versions. Who signed is
// taken from its own test scripts.
func TestOracleModels(t *testing.T) {
	checkout := os.Getenv("LODEMARK_MODEL_TRANSPARENCY")
	if checkout == "" {
		t.Skip("LODEMARK_MODEL_TRANSPARENCY names no checkout of model-transparency")
	}
	root, err := os.ReadFile(os.Getenv("LODEMARK_SIGSTORE_ROOT"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := ReadTrustedRoot(root)
	if err != nil {
		t.Fatal(err)
	}
	dirs, err := filepath.Glob(filepath.Join(checkout, "scripts/tests/v*-*"))
	if err != nil || len(dirs) < 10 {
		t.Fatal(len(dirs), "signed models:", err)
	}
	keyless := 0
	for _, dir := range dirs {
		data, err := os.ReadFile(filepath.Join(dir, "model.sig"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := ReadBundle(data)
		if err != nil {
			t.Errorf("%s: %v", dir, err)
			continue
		}
		if !strings.HasSuffix(dir, "-sigstore") {
			continue
		}
		keyless++
		script, err := os.ReadFile(filepath.Join(checkout, "scripts/tests/test-verify-"+filepath.Base(dir)+".sh"))
		if err != nil {
			t.Fatal(err)
		}
		argument := func(name string) string {
			m := regexp.MustCompile(`--` + name + ` (\S+)`).FindSubmatch(script)
			if m == nil {
				t.Fatalf("%s: no --%s in its script", dir, name)
			}
			return string(m[1])
		}
		who := Identity{Issuer: argument("identity_provider"), SAN: argument("identity")}
		if v, err := Verify(b, Artefact{}, r, Policy{Identity: who}); err != nil || v.PayloadType != sign.PayloadType {
			t.Errorf("%s: %v", dir, err)
		}
		who.SAN += "x"
		if _, err := Verify(b, Artefact{}, r, Policy{Identity: who}); err == nil {
			t.Errorf("%s: accepted by another identity", dir)
		}
	}
	if keyless < 4 {
		t.Errorf("%d models signed by an identity instead of four", keyless)
	}
}
