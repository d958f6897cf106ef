package verify

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/copies"
	"github.com/lodemark/lodemark/internal/sign/oms"
)

// The reasons for which a model is refused; errors.Is tells which.
var (
	ErrUnsigned  = errors.New("not signed")
	ErrUntrusted = errors.New("not signed by anybody trusted")
	ErrChanged   = copies.ErrChanged
)

// Options say who is believed. Trust is needed; all else may stay empty.
type Options struct {
	// Trust names files and folders of the program's operator: public keys and certificates in PEM, or a trust.yaml of lodemark. None of them may
	// come with the model.
	Trust     []string
	Signature string    // the signature's file; default: model.sig in the folder, or the file's name with .sig
	Ignore    []string  // slash paths below the folder that may be there unsigned; they are not handed out
	At        time.Time // when keys have to be valid; default: now
	Temp      string    // where the private copy is made; default: the system's folder for temporary files
}

// Model is a verified model. Its methods may be called from several goroutines.
type Model struct {
	copy   *copies.Copy
	signer string
	key    string
}

// File is a file of a verified model.
type File struct {
	Path   string // slash path below the model; "." where the model is a single file
	Digest string // as it was signed: "sha256:<hex>"
	Size   int64  // in bytes
}

// Open verifies the model at path, a folder or a single file, and returns a private copy of what was signed. The error wraps ErrUnsigned,
// ErrUntrusted or ErrChanged where it is one of these.
func Open(ctx context.Context, path string, o Options) (*Model, error) {
	trust, err := o.trust()
	if err != nil {
		return nil, err
	}
	bundle, file, err := o.signature(path)
	if err != nil {
		return nil, err
	}
	options := oms.VerifyOptions{Signature: file, Ignore: o.Ignore, At: o.At}
	manifest, signer, err := oms.Signed(bundle, trust, options)
	if err != nil {
		if untrusted := (*sign.UntrustedError)(nil); errors.As(err, &untrusted) {
			err = fmt.Errorf("%w: %w", ErrUntrusted, err)
		}
		return nil, fmt.Errorf("verify %s: %w", bound.QuoteName(path), err)
	}
	made, err := copies.Make(ctx, path, manifest, copies.Options{Parent: o.Temp, Verify: options})
	if err != nil {
		return nil, fmt.Errorf("verify %s: %w", bound.QuoteName(path), err)
	}
	return &Model{copy: made, signer: signer.Name, key: signer.KeyID}, nil
}

func (o Options) trust() (*sign.Trust, error) {
	if len(o.Trust) == 0 {
		return nil, fmt.Errorf("verify: %w: Options.Trust names nobody", ErrUntrusted)
	}
	var all *sign.Trust
	for _, name := range o.Trust {
		t, err := sign.ReadTrust(name)
		if err != nil {
			return nil, fmt.Errorf("verify: %w", err)
		}
		all = all.Merge(t)
	}
	return all, nil
}

// maxSignature is the largest signature that is read.
const maxSignature = 256 << 20

func (o Options) signature(path string) (bundle []byte, file string, err error) {
	if file = o.Signature; file == "" {
		file = filepath.Join(path, "model.sig")
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			file = path + ".sig"
		}
	}
	tree, err := bound.Open(filepath.Dir(file), bound.Limits{FileBytes: maxSignature})
	if err == nil {
		defer tree.Close()
		bundle, err = tree.ReadFile(filepath.Base(file))
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: %w", ErrUnsigned, err)
	}
	if err != nil {
		return nil, "", fmt.Errorf("verify %s: read the signature: %w", bound.QuoteName(path), err)
	}
	return bundle, file, nil
}

// FS is the verified copy, read-only. It holds the signed files and nothing else; a model that is a single file lies in it under its own name.
// After Close nothing can be opened any more.
func (m *Model) FS() fs.FS { return m.copy.FS() }

// Path is where the verified copy lies, for libraries that open a model by its path: a folder, or the single file. Nobody but the user whom
// the program runs as can read or write there, until Close removes it.
func (m *Model) Path() string { return m.copy.Path }

// Signer is who signed the model: the name under which the operator trusts them, and the key ("sha256:<hex>").
func (m *Model) Signer() (name, key string) { return m.signer, m.key }

// Files lists what was signed, sorted by path.
func (m *Model) Files() []File {
	var out []File
	for _, f := range m.copy.Result.Files {
		out = append(out, File(f))
	}
	return slices.Clip(out)
}

// Close removes the copy.
func (m *Model) Close() error { return m.copy.Close() }
