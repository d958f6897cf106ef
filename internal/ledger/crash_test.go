package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/lodemark/lodemark/internal/sign"
)

// Scenes are appends that write all there is to write: a first one, one beside a partial bundle, one that fills a bundle and a tile
// exactly, and one that goes over both.
var scenes = []struct{ size, more int }{{0, 1}, {5, 1}, {250, 6}, {254, 3}, {300, 600}}

// ledgerOf makes a ledger of that many entries, in two batches.
func ledgerOf(t testing.TB, size int, k *sign.PrivateKey) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "ledger")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	l := mustOpen(t, dir)
	mustAppend(t, l, batchOf(0, size/2), k)
	mustAppend(t, l, batchOf(size/2, size), k)
	return dir
}

func copied(t testing.TB, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "ledger")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// stepsOf counts the steps of an append.
func stepsOf(t *testing.T, dir string, batch [][]byte, k *sign.PrivateKey) int {
	t.Helper()
	n := 0
	l := mustOpen(t, copied(t, dir))
	l.before = func(string, string) error { n++; return nil }
	mustAppend(t, l, batch, k)
	if n < 8 {
		t.Fatalf("only %d steps: the hook is not asked", n)
	}
	return n
}

// recovered makes sure that the ledger in dir is whole, with all of the batch or none of it, and that it can go on.
func recovered(t *testing.T, dir, what string, size, more int, k *sign.PrivateKey, trust *sign.Trust) (in bool) {
	t.Helper()
	l := mustOpen(t, dir)
	now := int(l.Size())
	if now != size && now != size+more {
		t.Fatalf("%s: %d entries, want %d or %d", what, now, size, size+more)
	}
	if _, err := l.Verify(trust, noon); err != nil && !(now == 0 && errors.Is(err, fs.ErrNotExist)) {
		t.Fatalf("%s: not whole: %v", what, err)
	}
	mustAppend(t, l, batchOf(now, now+3), k)
	r, err := mustOpen(t, dir).Verify(trust, noon)
	if err != nil || !r.Signer.Trusted || len(r.Foreign) > 0 {
		t.Fatalf("%s: after going on: %+v, %v", what, r, err)
	}
	if want := naive(batchOf(0, now+3)); l.Checkpoint().Root != want {
		t.Fatalf("%s: other entries than those that were appended", what)
	}
	if temp := leftTemp(t, dir); len(temp) > 0 {
		t.Fatalf("%s: temporary files stay for ever: %v", what, temp)
	}
	return now == size+more
}

// leftTemp lists temporary files that the next append did not clear away although it wrote the same name. Those of other names stay, as
// leftover; what is in the root folder is always written again.
func leftTemp(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, ".lodemark-*.tmp"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// An error at any step (the disk is full, say) leaves the ledger as it was or with the whole batch, and the next append works.
func TestAnErrorAtEveryStep(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	trust := trusting(t, k.PublicKey)
	for _, scene := range scenes {
		base := ledgerOf(t, scene.size, k)
		batch := batchOf(scene.size, scene.size+scene.more)
		seenIn, seenOut := false, false
		for n := range stepsOf(t, base, batch, k) {
			dir := copied(t, base)
			l := mustOpen(t, dir)
			at, step := 0, ""
			l.before = func(what, name string) error {
				at++
				if at == n+1 {
					step = what + " " + name
					return syscall.ENOSPC
				}
				return nil
			}
			_, err := l.Append(context.Background(), batch, k)
			in := recovered(t, dir, fmt.Sprintf("%d+%d, step %d (%s)", scene.size, scene.more, n, step), scene.size, scene.more, k, trust)
			if err == nil && !in {
				t.Fatalf("step %d (%s): appended without an error, and not there", n, step)
			}
			if err != nil && !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("step %d (%s): error %v does not say that the disk is full", n, step, err)
			}
			seenIn, seenOut = seenIn || in, seenOut || !in
		}
		if !seenIn || !seenOut {
			t.Errorf("%+v: the steps lie all before or all after the moment at which the entries are in", scene)
		}
	}
}

// A power cut at any step: what was not flushed is lost, name by name, all of it or nothing.
func TestAPowerCutAtEveryStep(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	trust := trusting(t, k.PublicKey)
	for _, scene := range scenes {
		base := ledgerOf(t, scene.size, k)
		batch := batchOf(scene.size, scene.size+scene.more)
		for n := range stepsOf(t, base, batch, k) {
			dir := copied(t, base)
			l := mustOpen(t, dir)
			var unflushed []string // names that were changed since their folder was flushed
			var pending string     // what the step that is under way will change, or flush
			settle := func() {
				if folder, ok := strings.CutPrefix(pending, "fsync "); ok {
					unflushed = slices.DeleteFunc(unflushed, func(name string) bool { return path.Dir(name) == folder })
				} else if pending != "" {
					unflushed = append(unflushed, pending)
				}
				pending = ""
			}
			at := 0
			l.before = func(what, name string) error {
				settle()
				if at++; at == n+1 {
					return errCut
				}
				switch what {
				case "mkdir", "rename", "remove":
					pending = name
				case "fsync":
					pending = "fsync " + name
				}
				return nil
			}
			_, err := l.Append(context.Background(), batch, k)
			for _, name := range unflushed {
				putBack(t, base, dir, name)
			}
			in := recovered(t, dir, fmt.Sprintf("%d+%d, power cut at step %d", scene.size, scene.more, n), scene.size, scene.more, k, trust)
			if err == nil && !in {
				t.Fatalf("power cut at step %d: Append said that the entries are on the disk, and they are not", n)
			}
		}
	}
}

var errCut = errors.New("power cut")

// putBack makes one name what it was before.
func putBack(t *testing.T, from, to, name string) {
	t.Helper()
	old, err := os.ReadFile(filepath.Join(from, name))
	if err == nil {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		err = os.WriteFile(filepath.Join(to, name), old, 0o644)
	} else {
		err = os.RemoveAll(filepath.Join(to, name))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A process that is killed at any step leaves a ledger that is whole. The child is this test again.
func TestAKillAtEveryStep(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	trust := trusting(t, k.PublicKey)
	pem, err := k.Write(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, scene := range []struct{ size, more int }{{0, 1}, {254, 3}} {
		base := ledgerOf(t, scene.size, k)
		steps := stepsOf(t, base, batchOf(scene.size, scene.size+scene.more), k)
		for n := range steps {
			dir := copied(t, base)
			c := child(t, dir, pem, scene.more, n)
			err := c.Run()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
				t.Fatalf("step %d: the child was not killed: %v", n, err)
			}
			recovered(t, dir, fmt.Sprintf("%d+%d, killed at step %d", scene.size, scene.more, n), scene.size, scene.more, k, trust)
		}
	}
}

// child is a process that appends entries, and is killed before step n; n of -1: it is not.
func child(t *testing.T, dir string, key []byte, more, n int) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^TestChild$")
	c.Env = append(os.Environ(), "LEDGER_CHILD="+dir, fmt.Sprint("LEDGER_MORE=", more), fmt.Sprint("LEDGER_KILL=", n))
	c.Stdin = bytes.NewReader(key)
	c.Stderr = os.Stderr
	return c
}

// TestChild is the work of a child process, and nothing in the test itself.
func TestChild(t *testing.T) {
	dir := os.Getenv("LEDGER_CHILD")
	if dir == "" {
		return
	}
	var key bytes.Buffer
	if _, err := key.ReadFrom(os.Stdin); err != nil {
		t.Fatal(err)
	}
	k, err := sign.ReadPrivate(key.Bytes(), nil)
	if err != nil {
		t.Fatal(err)
	}
	more, _ := strconv.Atoi(os.Getenv("LEDGER_MORE"))
	kill, _ := strconv.Atoi(os.Getenv("LEDGER_KILL"))
	l := mustOpen(t, dir)
	if kill < 0 { // one of several writers
		for i := range more {
			mustAppend(t, l, [][]byte{fmt.Appendf(nil, "process %d entry %d", os.Getpid(), i)}, k)
		}
		return
	}
	at := 0
	l.before = func(string, string) error {
		if at == kill {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
		at++
		return nil
	}
	size := int(l.Size())
	mustAppend(t, l, batchOf(size, size+more), k)
}
