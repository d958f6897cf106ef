package verify_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/internal/sign/oms"
	"github.com/lodemark/lodemark/verify"
)

// model is a signed model in a folder of its own, with the public key beside it.
type model struct {
	t                *testing.T
	dir, sig, public string
}

func signed(t *testing.T, files map[string]string) model {
	t.Helper()
	top := t.TempDir()
	m := model{t, filepath.Join(top, "model"), filepath.Join(top, "model", "model.sig"), filepath.Join(top, "release.pub")}
	for name, content := range files {
		m.write(name, content)
	}
	key := newKey(t)
	bundle, err := oms.Sign(t.Context(), m.dir, oms.Options{Signature: m.sig}, key)
	fatal(t, err)
	fatal(t, os.WriteFile(m.sig, bundle, 0o644))
	fatal(t, os.WriteFile(m.public, key.PEM(), 0o644))
	return m
}

func newKey(t *testing.T) *sign.PrivateKey {
	t.Helper()
	key, err := sign.NewKey(sign.ECDSAP256)
	fatal(t, err)
	return key
}

func (m model) write(name, content string) {
	m.t.Helper()
	file := filepath.Join(m.dir, name)
	fatal(m.t, os.MkdirAll(filepath.Dir(file), 0o755))
	fatal(m.t, os.WriteFile(file, []byte(content), 0o644))
}

func (m model) open(o verify.Options) (*verify.Model, error) {
	if o.Trust == nil {
		o.Trust = []string{m.public}
	}
	if o.Temp == "" {
		o.Temp = m.t.TempDir()
	}
	return verify.Open(context.Background(), m.dir, o)
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var small = map[string]string{"config.json": "{}", "weights/a.bin": "first", "weights/b.bin": "second"}

func TestRefused(t *testing.T) {
	for _, row := range []struct {
		name   string
		tamper func(m model) verify.Options
		is     error
		says   string
	}{
		{"a byte changed", func(m model) verify.Options { m.write("weights/a.bin", "firsT"); return verify.Options{} }, verify.ErrChanged, "weights/a.bin is changed"},
		{"a file longer", func(m model) verify.Options { m.write("weights/a.bin", "first!"); return verify.Options{} }, verify.ErrChanged, "weights/a.bin is changed"},
		{"a file gone", func(m model) verify.Options {
			fatal(m.t, os.Remove(filepath.Join(m.dir, "config.json")))
			return verify.Options{}
		}, verify.ErrChanged, "config.json is missing"},
		{"a file more", func(m model) verify.Options { m.write("weights/c.py", "import os"); return verify.Options{} }, verify.ErrChanged, "weights/c.py is beyond the signature"},
		{"a link more", func(m model) verify.Options {
			fatal(m.t, os.Symlink("config.json", filepath.Join(m.dir, "tokenizer.json")))
			return verify.Options{}
		}, verify.ErrChanged, "tokenizer.json is a link"},
		{"two files exchanged", func(m model) verify.Options {
			m.write("weights/a.bin", "second")
			m.write("weights/b.bin", "first")
			return verify.Options{}
		}, verify.ErrChanged, "weights/a.bin is changed; weights/b.bin is changed"},
		{"no signature", func(m model) verify.Options { fatal(m.t, os.Remove(m.sig)); return verify.Options{} }, verify.ErrUnsigned, "model.sig"},
		{"nobody trusted", func(m model) verify.Options { return verify.Options{Trust: []string{}} }, verify.ErrUntrusted, "names nobody"},
		{"signed by somebody else", func(m model) verify.Options {
			other := filepath.Join(m.t.TempDir(), "other.pub")
			fatal(m.t, os.WriteFile(other, newKey(m.t).PEM(), 0o644))
			return verify.Options{Trust: []string{other}}
		}, verify.ErrUntrusted, "not signed by anybody trusted"},
		{"signed again by an intruder", func(m model) verify.Options {
			m.write("weights/a.bin", "poison")
			bundle, err := oms.Sign(context.Background(), m.dir, oms.Options{Signature: m.sig}, newKey(m.t))
			fatal(m.t, err)
			fatal(m.t, os.WriteFile(m.sig, bundle, 0o644))
			return verify.Options{}
		}, verify.ErrUntrusted, "not signed by anybody trusted"},
		{"the signature of another model", func(m model) verify.Options {
			other := signed(m.t, map[string]string{"config.json": "[]"})
			return verify.Options{Signature: other.sig, Trust: []string{other.public}}
		}, verify.ErrChanged, "weights/a.bin is beyond the signature"},
		{"a damaged signature", func(m model) verify.Options {
			data, err := os.ReadFile(m.sig)
			fatal(m.t, err)
			fatal(m.t, os.WriteFile(m.sig, data[:len(data)/2], 0o644))
			return verify.Options{}
		}, nil, "read the signature"},
	} {
		t.Run(row.name, func(t *testing.T) {
			m := signed(t, small)
			if ok, err := m.open(verify.Options{}); err != nil {
				t.Fatalf("untouched: %v", err)
			} else {
				fatal(t, ok.Close())
			}
			o := row.tamper(m)
			if o.Trust == nil {
				o.Trust = []string{m.public}
			}
			o.Temp = t.TempDir()
			opened, err := verify.Open(t.Context(), m.dir, o)
			if err == nil {
				opened.Close()
				t.Fatal("opened")
			}
			if row.is != nil && !errors.Is(err, row.is) || !strings.Contains(err.Error(), row.says) {
				t.Errorf("%v\nwant %v, and %q in it", err, row.is, row.says)
			}
			if left, _ := os.ReadDir(o.Temp); len(left) > 0 {
				t.Errorf("%s is left of the copy", left[0].Name())
			}
		})
	}
}

// The copy is private and read-only, holds what was signed and nothing else, and is gone after Close.
func TestCopy(t *testing.T) {
	m := signed(t, small)
	m.write("notes.txt", "not signed")
	opened, err := m.open(verify.Options{Ignore: []string{"notes.txt"}})
	fatal(t, err)
	var names []string
	fatal(t, fs.WalkDir(opened.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		info, statErr := d.Info()
		fatal(t, errors.Join(err, statErr))
		if info.Mode().Perm()&0o277 != 0 {
			t.Errorf("%s has the permissions %v", p, info.Mode().Perm())
		}
		if !d.IsDir() {
			names = append(names, p)
		}
		return nil
	}))
	if got := strings.Join(names, " "); got != "config.json weights/a.bin weights/b.bin" {
		t.Errorf("the copy holds %s", got)
	}
	if name, key := opened.Signer(); name == "" || !strings.HasPrefix(key, "sha256:") {
		t.Errorf("signed by %q, key %q", name, key)
	}
	path := opened.Path()
	fatal(t, opened.Close())
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the copy is still there: %v", err)
	}
}

func TestSingleFile(t *testing.T) {
	dir := t.TempDir()
	file, public := filepath.Join(dir, "model.gguf"), filepath.Join(dir, "release.pub")
	fatal(t, os.WriteFile(file, []byte("GGUF"), 0o644))
	key := newKey(t)
	bundle, err := oms.Sign(t.Context(), file, oms.Options{}, key)
	fatal(t, err)
	fatal(t, os.WriteFile(file+".sig", bundle, 0o644))
	fatal(t, os.WriteFile(public, key.PEM(), 0o644))
	m, err := verify.Open(t.Context(), file, verify.Options{Trust: []string{public}})
	fatal(t, err)
	defer m.Close()
	data, err := fs.ReadFile(m.FS(), "model.gguf")
	if string(data) != "GGUF" || err != nil {
		t.Errorf("%q, %v", data, err)
	}
	if filepath.Base(m.Path()) != "model.gguf" || len(m.Files()) != 1 {
		t.Errorf("%s, %v", m.Path(), m.Files())
	}
}

// Somebody exchanges a file all the time while models are opened. Each opening is refused, or hands out what was signed; never a mixture.
func TestExchangedWhileOpened(t *testing.T) {
	good := bytes.Repeat([]byte("signed. "), 1<<18) // 2 MiB
	bad := bytes.Repeat([]byte("poison! "), 1<<18)
	m := signed(t, map[string]string{"config.json": "{}", "weights.bin": string(good)})
	file := filepath.Join(m.dir, "weights.bin")
	var stop atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; !stop.Load(); i++ {
			f, err := os.OpenFile(file, os.O_WRONLY, 0)
			if err != nil {
				continue
			}
			switch content := [][]byte{bad, good}[i%2]; i % 4 {
			case 0, 1:
				_, _ = f.WriteAt(content, 0) // in place: whoever has it open reads it
			default:
				_, _ = f.WriteAt(content[:len(content)/2], int64(len(content)/2))
			}
			f.Close()
		}
	}()
	served, refused := 0, 0
	for range 60 {
		opened, err := m.open(verify.Options{})
		if err != nil {
			if !errors.Is(err, verify.ErrChanged) {
				t.Fatal(err)
			}
			refused++
			continue
		}
		served++
		data, err := fs.ReadFile(opened.FS(), "weights.bin")
		fatal(t, err)
		if !bytes.Equal(data, good) {
			t.Fatal("bytes were handed out that nobody signed")
		}
		fatal(t, opened.Close())
	}
	stop.Store(true)
	<-done
	t.Logf("%d served, %d refused", served, refused)
	fatal(t, os.WriteFile(file, good, 0o644))
	opened, err := m.open(verify.Options{})
	if err != nil {
		t.Fatalf("restored, and still refused: %v", err)
	}
	fatal(t, opened.Close())
	if refused == 0 {
		t.Error("no opening met an exchanged file: the race was none")
	}
}
