package copies

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/sign/oms"
)

// taken is a model in a folder, with the manifest that a signature over it would hold.
func taken(t *testing.T, files map[string]string, o oms.Options) (dir string, m *oms.Manifest) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "model")
	for name, content := range files {
		put(t, filepath.Join(dir, name), content)
	}
	inventory, err := oms.Take(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return dir, inventory.Manifest
}

func put(t *testing.T, file, content string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(content), 0o644)); err != nil {
		t.Fatal(err)
	}
}

var files = map[string]string{"config.json": "{}", "a/b/c/weights-1.bin": "first", "a/weights-2.bin": strings.Repeat("second ", 400_000)}

// Models that were hashed in every way are copied and verified.
func TestMake(t *testing.T) {
	for _, row := range []struct {
		name string
		o    oms.Options
	}{
		{"files by SHA-256", oms.Options{}},
		{"files by BLAKE2b", oms.Options{Hash: "blake2b"}},
		{"shards", oms.Options{ShardSize: 1 << 20}},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir, m := taken(t, files, row.o)
			parent := t.TempDir()
			c, err := Make(t.Context(), dir, m, Options{Parent: parent})
			if err != nil {
				t.Fatal(err)
			}
			for name, content := range files {
				data, err := fs.ReadFile(c.FS(), name)
				if err != nil || string(data) != content {
					t.Errorf("%s: %d bytes, %v", name, len(data), err)
				}
			}
			if len(c.Result.Files) != len(files) || c.Bytes != 2_800_007 {
				t.Errorf("%d files, %d bytes", len(c.Result.Files), c.Bytes)
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			empty(t, parent)
		})
	}
}

func empty(t *testing.T, folder string) {
	t.Helper()
	left, err := os.ReadDir(folder)
	if err != nil || len(left) > 0 {
		t.Errorf("left in %s: %v, %v", folder, left, err)
	}
}

// Each of these is refused, says why, and leaves nothing behind.
func TestRefused(t *testing.T) {
	for _, row := range []struct {
		name    string
		tamper  func(t *testing.T, dir string)
		o       Options
		changed bool
		says    string
	}{
		{"a byte of the last shard", func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, "a/weights-2.bin"), strings.Repeat("second ", 399_999)+"secund ")
		}, Options{}, true, "a/weights-2.bin is changed"},
		{"a file that is a folder now", func(t *testing.T, dir string) {
			put(t, filepath.Join(dir, "x"), "")
			if err := errors.Join(os.Remove(filepath.Join(dir, "config.json")), os.Mkdir(filepath.Join(dir, "config.json"), 0o755)); err != nil {
				t.Fatal(err)
			}
		}, Options{Loose: true}, false, "config.json"},
		{"a file that is a link to what it was", func(t *testing.T, dir string) {
			if err := errors.Join(os.Rename(filepath.Join(dir, "config.json"), filepath.Join(dir, "real.json")), os.Symlink("real.json", filepath.Join(dir, "config.json"))); err != nil {
				t.Fatal(err)
			}
		}, Options{}, true, "is a link"},
		{"a file beyond the signature", func(t *testing.T, dir string) { put(t, filepath.Join(dir, "a/x.py"), "import os") }, Options{}, true, "a/x.py is beyond the signature"},
		{"everything gone", func(t *testing.T, dir string) {
			if err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o755)); err != nil {
				t.Fatal(err)
			}
		}, Options{}, true, "a/b/c/weights-1.bin is missing"},
		{"a file in place of the folder", func(t *testing.T, dir string) {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			put(t, dir, "model")
		}, Options{}, false, "the signature is not of what"},
		{"sealed", func(*testing.T, string) {}, Options{Sealed: true}, false, "only a single file can be sealed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			dir, m := taken(t, files, oms.Options{ShardSize: 1 << 20})
			row.tamper(t, dir)
			row.o.Parent = t.TempDir()
			c, err := Make(t.Context(), dir, m, row.o)
			if err == nil || c != nil || errors.Is(err, ErrChanged) != row.changed || !strings.Contains(err.Error(), row.says) {
				t.Errorf("%v, want %q", err, row.says)
			}
			empty(t, row.o.Parent)
		})
	}
}

// Files beyond the signature may be minded or not; they are copied in neither case.
func TestLoose(t *testing.T) {
	dir, m := taken(t, files, oms.Options{})
	put(t, filepath.Join(dir, "notes.txt"), "not signed")
	c, err := Make(t.Context(), dir, m, Options{Parent: t.TempDir(), Loose: true})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := fs.Stat(c.FS(), "notes.txt"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("notes.txt is in the copy: %v", err)
	}
}

func TestInterrupted(t *testing.T) {
	dir, m := taken(t, files, oms.Options{})
	parent := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Make(ctx, dir, m, Options{Parent: parent}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	empty(t, parent)
	// Between verifying and publishing.
	into := filepath.Join(t.TempDir(), "served")
	full := errors.New("the disk is full")
	if _, err := Make(t.Context(), dir, m, Options{Into: into, Ready: func(*oms.Result) error { return full }}); !errors.Is(err, full) {
		t.Error(err)
	}
	empty(t, into)
}

// growing is a file that somebody goes on writing to.
type growing struct{ file *os.File }

func (g growing) Write(p []byte) (int, error) {
	return len(p), errors.Join(g.grow())
}

func (g growing) grow() error {
	_, err := g.file.Write(make([]byte, 3*chunk))
	return err
}

// A file that grows as fast as it is read is not followed for ever.
func TestGrowing(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "log"), strings.Repeat("x", chunk))
	tree, err := bound.Open(dir, bound.Limits{TotalBytes: 1 << 62})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	in, err := tree.OpenFile("log")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	file, err := os.OpenFile(filepath.Join(dir, "log"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if n, err := transfer(t.Context(), growing{file}, in); err == nil || n != chunk || !strings.Contains(err.Error(), "it grew beyond 1048576 bytes") {
		t.Errorf("%d, %v", n, err)
	}
}

// What may lie in the folder that a copy goes to.
func TestPrepare(t *testing.T) {
	_, m := taken(t, files, oms.Options{})
	for _, row := range []struct {
		file string // is there already
		says string // "": it may be
	}{
		{"", ""},
		{"config.json", ""},
		{"a/b/c/weights-1.bin", ""},
		{partial + "17/half", ""},
		{"lost+found/x", ""},
		{"a/other.py", "a/other.py, which is not signed"},
		{"a/" + partial + "17", "which is not signed"},
		{"sitecustomize.py", "sitecustomize.py, which is not signed"},
	} {
		into := filepath.Join(t.TempDir(), "served")
		if row.file != "" {
			put(t, filepath.Join(into, row.file), "")
		}
		_, err := prepare(into, m)
		if row.says == "" && err != nil || row.says != "" && (err == nil || !strings.Contains(err.Error(), row.says)) {
			t.Errorf("%q: %v", row.file, err)
		}
		if _, err := os.Stat(filepath.Join(into, partial+"17")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: what an interrupted copy left is still there", row.file)
		}
	}
}

// Nobody can write to a sealed file or change its size, and it is what was verified.
func TestSealed(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("Linux alone seals memory")
	}
	file := filepath.Join(t.TempDir(), "model.gguf")
	put(t, file, files["a/weights-2.bin"])
	for _, o := range []oms.Options{{}, {Hash: "blake2b"}, {ShardSize: 1 << 20}} {
		inventory, err := oms.Take(t.Context(), file, o)
		if err != nil {
			t.Fatal(err)
		}
		c, err := Make(t.Context(), file, inventory.Manifest, Options{Sealed: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Sealed.WriteAt([]byte("poison"), 0); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("written to: %v", err)
		}
		if err := c.Sealed.Truncate(1); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("cut: %v", err)
		}
		data, err := os.ReadFile(c.Path)
		if err != nil || string(data) != files["a/weights-2.bin"] || c.Result.Files[0].Size != int64(len(data)) {
			t.Errorf("%d bytes, %v", len(data), err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}
