package durable

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

// only fails unless the folder holds exactly these files: nothing half-written may be left behind.
func only(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("folder holds %q, want %q", got, want)
	}
}

func holds(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %q (%v), want %q", filepath.Base(path), got, err, want)
	}
}

func TestWriteFileReplacesTheWholeFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.json")
	for _, content := range []string{"long first version", "second", "", strings.Repeat("x", 300_000)} {
		if err := WriteFile(path, 0o640, text(content)); err != nil {
			t.Fatal(err)
		}
		holds(t, path, content)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("permissions %v (%v), want 0640 whatever the umask", info.Mode().Perm(), err)
	}
	only(t, filepath.Dir(path), "report.json")
}

func TestAFailingWriterLeavesTheOldContent(t *testing.T) {
	boom := errors.New("boom")
	halfway := func(w io.Writer) error {
		w.Write(bytes.Repeat([]byte("new "), 100_000)) // more than the buffer, so that some of it is on the disk
		return boom
	}
	path := filepath.Join(t.TempDir(), "ledger")
	if err := WriteFile(path, 0o600, halfway); !errors.Is(err, boom) {
		t.Fatalf("error %v, want the writer's own", err)
	}
	only(t, filepath.Dir(path)) // nothing at path, no temporary file
	if err := WriteFile(path, 0o600, text("old")); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(path, 0o600, halfway); !errors.Is(err, boom) {
		t.Fatalf("error %v, want the writer's own", err)
	}
	holds(t, path, "old")
	only(t, filepath.Dir(path), "ledger")
}

func TestAPanickingWriterLeavesTheOldContent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger")
	if err := WriteFile(path, 0o600, text("old")); err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		WriteFile(path, 0o600, func(w io.Writer) error { io.WriteString(w, "new"); panic("boom") })
	}()
	holds(t, path, "old")
	only(t, filepath.Dir(path), "ledger")
}

func TestAMissingFolderIsNamed(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "absent")
	for name, write := range map[string]func(string, fs.FileMode, func(io.Writer) error) error{"WriteFile": WriteFile, "CreateNew": CreateNew} {
		err := write(filepath.Join(folder, "report.json"), 0o600, text("x"))
		if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "the folder "+folder+" does not exist") {
			t.Errorf("%s: error %v, want one that names the missing folder", name, err)
		}
	}
}

func TestWriteFileDoesNotReplaceAFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(path, 0o600, text("x")); err == nil {
		t.Error("a folder was replaced by a file")
	}
	only(t, filepath.Dir(path), "report")
}

func TestCreateNewNeverOverwrites(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "lodemark.yaml")
	if err := CreateNew(path, 0o644, text("first")); err != nil {
		t.Fatal(err)
	}
	if err := CreateNew(path, 0o644, text("second")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("error %v, want fs.ErrExist", err)
	}
	holds(t, path, "first")
	dangling := filepath.Join(folder, "zlink")
	if err := os.Symlink("nowhere", dangling); err != nil {
		t.Fatal(err)
	}
	if err := CreateNew(dangling, 0o644, text("x")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("dangling link: error %v, want fs.ErrExist", err)
	}
	only(t, folder, "lodemark.yaml", "zlink")
}

func TestCreateNewLosesAgainstAFileThatAppearsMeanwhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	err := CreateNew(path, 0o600, func(w io.Writer) error { return os.WriteFile(path, []byte("theirs"), 0o600) })
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("error %v, want fs.ErrExist", err)
	}
	holds(t, path, "theirs")
	only(t, filepath.Dir(path), "key")
}

func TestOfManyCreatorsExactlyOneWins(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	var wins atomic.Int32
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			if CreateNew(path, 0o600, text(fmt.Sprint("writer ", i))) == nil {
				wins.Add(1)
			}
		})
	}
	all.Wait()
	if wins.Load() != 1 {
		t.Errorf("%d creators succeeded, want 1", wins.Load())
	}
	only(t, filepath.Dir(path), "key")
}
