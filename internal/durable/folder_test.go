package durable

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestFolderPutsFilesWhole(t *testing.T) {
	base := t.TempDir()
	var steps []string
	f, err := MakeFolder(base, "a/b", func(step, name string) error { steps = append(steps, step+" "+name); return nil })
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, content := range []string{"first", "second, longer", ""} {
		if err := f.Put("c/file", 0o640, []byte(content)); err != nil {
			t.Fatal(err)
		}
		holds(t, filepath.Join(base, "a/b/c/file"), content)
	}
	if err := f.Flush(); err != nil {
		t.Fatal(err)
	}
	only(t, filepath.Join(base, "a/b/c"), "file")
	once := "create c/.lodemark-file.tmp, write c/.lodemark-file.tmp, write c/.lodemark-file.tmp, fsync c/.lodemark-file.tmp, rename c/file"
	want := "mkdir a, mkdir a/b, fsync a, fsync ., mkdir c, " + once + ", " + once + ", " + once + ", fsync c, fsync ."
	if got := strings.Join(steps, ", "); got != want {
		t.Errorf("steps %s\nwant  %s", got, want)
	}
	steps = nil
	if err := f.Flush(); err != nil || len(steps) > 0 {
		t.Errorf("a second flush flushes %v, %v", steps, err)
	}
	if err := errors.Join(f.Remove("c/file"), f.Remove("c/file"), f.Remove("c")); err != nil {
		t.Error(err)
	}
	only(t, filepath.Join(base, "a/b"))
}

// An error at any step leaves what was there, and no temporary file.
func TestFolderPutFails(t *testing.T) {
	full := errors.New("full")
	for _, step := range []string{"create", "write", "fsync", "rename"} {
		base := t.TempDir()
		f, err := OpenFolder(base, ".")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := f.Put("file", 0o600, []byte("old")); err != nil {
			t.Fatal(err)
		}
		f.Before = func(s, _ string) error {
			if s == step {
				return full
			}
			return nil
		}
		if err := f.Put("file", 0o600, []byte("new")); !errors.Is(err, full) {
			t.Errorf("%s: error %v", step, err)
		}
		only(t, base, "file")
		holds(t, filepath.Join(base, "file"), "old")
	}
}

func TestFolderFollowsNoLinks(t *testing.T) {
	base, outside := t.TempDir(), t.TempDir()
	for link, to := range map[string]string{"out": outside, "in": "real"} {
		if err := os.Symlink(to, filepath.Join(base, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(base, "real"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"out", "in", "out/below", "in/below"} {
		if f, err := MakeFolder(base, name, nil); !errors.Is(err, ErrLink) {
			t.Errorf("%s: %v, error %v", name, f, err)
		}
	}
	f, err := OpenFolder(base, ".")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, name := range []string{"out/file", "in/file", "../file", "/file"} {
		if err := f.Put(name, 0o600, []byte("x")); err == nil {
			t.Errorf("%s was written", name)
		}
	}
	if _, err := f.List("in", 10); !errors.Is(err, ErrLink) {
		t.Errorf("listed: %v", err)
	}
	only(t, outside)
	only(t, filepath.Join(base, "real"))
	// A link under the name of the temporary file is removed, and what it leads to stays.
	precious := filepath.Join(outside, "precious")
	if err := os.WriteFile(precious, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(precious, filepath.Join(base, TempName("file"))); err != nil {
		t.Fatal(err)
	}
	if err := f.Put("file", 0o600, []byte("new")); err != nil {
		t.Error(err)
	}
	holds(t, precious, "old")
	holds(t, filepath.Join(base, "file"), "new")
}

func TestMissingFolderIsNotMade(t *testing.T) {
	base := t.TempDir()
	if _, err := OpenFolder(base, "absent"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	only(t, base)
	if names, err := (&Folder{root: must(t, base)}).List("absent", 10); err != nil || names != nil {
		t.Errorf("%v, %v", names, err)
	}
}

func must(t *testing.T, dir string) *os.Root {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

// Of many who want the lock, one has it at a time, each on its own open folder as different processes would be.
func TestOneHoldsTheLock(t *testing.T) {
	dir := t.TempDir()
	var holders, most int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			f, err := OpenFolder(dir, ".")
			if err != nil {
				t.Error(err)
				return
			}
			defer f.Close()
			unlock, err := f.Lock(context.Background(), ".lock")
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			holders++
			most = max(most, holders)
			mu.Unlock()
			time.Sleep(time.Millisecond)
			mu.Lock()
			holders--
			mu.Unlock()
			if err := unlock(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if most != 1 {
		t.Errorf("%d held the lock at once", most)
	}
}

// Who waits for a lock can stop waiting, and a lock is a file and nothing else.
func TestALockIsWaitedFor(t *testing.T) {
	dir := t.TempDir()
	f, err := OpenFolder(dir, ".")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unlock, err := f.Lock(context.Background(), ".lock")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer stop()
	if _, err := f.Lock(ctx, ".lock"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second lock: error %v", err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
	for i, kind := range []func(string) error{func(p string) error { return os.Mkdir(p, 0o755) }, func(p string) error { return os.Symlink("elsewhere", p) }} {
		name := fmt.Sprint("lock", i)
		if err := kind(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Lock(context.Background(), name); err == nil || !strings.Contains(err.Error(), "no regular file") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
