package oms

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/sign"
)

// TestAnIndependentProgramAgrees lets testdata/independent.py, which was written from the format's description and shares no line with this
// package, verify what is signed here, and verifies what it signs.
func TestAnIndependentProgramAgrees(t *testing.T) {
	const python = "/usr/bin/python3" // the one that Debian's packages are for
	if err := exec.Command(python, "-c", "import cryptography").Run(); err != nil {
		t.Skip("needs python3-cryptography")
	}
	run := func(args ...string) (string, error) {
		out, err := exec.Command(python, append([]string{filepath.Join("testdata", "independent.py")}, args...)...).CombinedOutput()
		return string(out), err
	}
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		for _, shard := range []int64{0, 100} {
			t.Run(fmt.Sprintf("%s/%d", curve.Params().Name, shard), func(t *testing.T) {
				secret, err := ecdsa.GenerateKey(curve, rand.Reader)
				must(t, err)
				der, err := x509.MarshalPKCS8PrivateKey(secret)
				must(t, err)
				private := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
				key, err := sign.ReadPrivate(private, nil)
				must(t, err)
				dir := t.TempDir()
				model, bundle := filepath.Join(dir, "helpdesk"), filepath.Join(dir, "theirs.sig")
				write(t, model, modelFiles())
				write(t, model, map[string]string{"a/b": "1", "a.txt": "2", "a-b": "3", "a/b.c/d": "4", "é/ü": "5", "1": strings.Repeat("x", 100), "2": strings.Repeat("y", 200)})
				write(t, dir, map[string]string{"key.pem": string(private), "pub.pem": string(key.PublicKey.PEM())})

				ours, err := Sign(t.Context(), model, Options{ShardSize: shard, Ignore: []string{"model.sig"}}, key)
				must(t, err)
				must(t, os.WriteFile(filepath.Join(model, "model.sig"), ours, 0o644))
				if out, err := run("verify", model, filepath.Join(dir, "pub.pem"), filepath.Join(model, "model.sig")); err != nil {
					t.Errorf("it does not verify ours: %v\n%s", err, out)
				}
				if out, err := run("sign", model, filepath.Join(dir, "key.pem"), bundle, fmt.Sprint(shard)); err != nil {
					t.Fatalf("it does not sign: %v\n%s", err, out)
				}
				theirs := read(t, bundle)
				if r, err := Verify(t.Context(), model, theirs, trustOf(t, key), VerifyOptions{}); err != nil || !r.OK() {
					t.Errorf("theirs is not verified: %v %+v", err, r)
				}
				a, errA := Read(ours)
				b, errB := Read(theirs)
				if errA != nil || errB != nil || a.Root != b.Root || fmt.Sprintf("%x", a.Parts) != fmt.Sprintf("%x", b.Parts) || fmt.Sprint(a.Ignored) != fmt.Sprint(b.Ignored) {
					t.Errorf("the manifests differ: %v %v\n%+v\n%+v", errA, errB, a, b)
				}
				must(t, os.WriteFile(filepath.Join(model, "1"), []byte("z"), 0o644))
				if _, err := run("verify", model, filepath.Join(dir, "pub.pem"), filepath.Join(model, "model.sig")); err == nil {
					t.Error("it verifies a changed model: it can tell nothing")
				}
			})
		}
	}
}
