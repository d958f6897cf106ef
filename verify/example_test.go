package verify_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"

	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/oms"
	"github.com/lodemark/lodemark/verify"
)

// A program loads a model that was signed with "lodemark sign models/helpdesk --key release". The original is exchanged afterwards; the program
// goes on reading what was signed, and the next start is refused.
func ExampleOpen() {
	dir, release := signedModel()
	defer os.RemoveAll(filepath.Dir(dir))
	ctx := context.Background()

	m, err := verify.Open(ctx, dir, verify.Options{Trust: []string{release}})
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	for _, f := range m.Files() {
		fmt.Println(f.Path, f.Size, f.Digest[:18])
	}

	if err := os.WriteFile(filepath.Join(dir, "weights.bin"), []byte("poisoned"), 0o644); err != nil {
		log.Fatal(err)
	}
	weights, err := fs.ReadFile(m.FS(), "weights.bin")
	fmt.Println(string(weights), err)

	_, err = verify.Open(ctx, dir, verify.Options{Trust: []string{release}})
	fmt.Println(errors.Is(err, verify.ErrChanged))
	// Output:
	// config.json 2 sha256:44136fa355b
	// weights.bin 7 sha256:9a129038d9a
	// weights <nil>
	// true
}

// signedModel does what lodemark keys and lodemark sign do, and returns the model's folder and the public key's file.
func signedModel() (dir, public string) {
	top, err := os.MkdirTemp("", "example-*")
	if err != nil {
		log.Fatal(err)
	}
	dir, public = filepath.Join(top, "model"), filepath.Join(top, "release.pub")
	key, err := sign.NewKey(sign.Ed25519)
	must(err)
	must(os.Mkdir(dir, 0o755))
	must(os.WriteFile(filepath.Join(dir, "config.json"), []byte("{}"), 0o644))
	must(os.WriteFile(filepath.Join(dir, "weights.bin"), []byte("weights"), 0o644))
	must(os.WriteFile(public, key.PEM(), 0o644))
	signature := filepath.Join(dir, "model.sig")
	bundle, err := oms.Sign(context.Background(), dir, oms.Options{Signature: signature}, key)
	must(err)
	must(os.WriteFile(signature, bundle, 0o644))
	return dir, public
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
