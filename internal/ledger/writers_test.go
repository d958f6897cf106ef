package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
)

// Writers of this process, with one Ledger or several, take turns: no entry is lost, none is there twice, and readers see a whole ledger all the time.
func TestManyGoroutines(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	trust := trusting(t, k.PublicKey)
	dir := filepath.Join(t.TempDir(), "ledger")
	shared := mustOpen(t, dir)
	var writers, readers sync.WaitGroup
	for w := range 8 {
		writers.Go(func() {
			l := shared
			if w%2 == 0 {
				l = mustOpen(t, dir)
			}
			for i := range 20 {
				batch := [][]byte{fmt.Appendf(nil, "writer %d entry %d", w, 2*i), fmt.Appendf(nil, "writer %d entry %d", w, 2*i+1)}
				if _, err := l.Append(context.Background(), batch, k); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	readers.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			if l, err := Open(dir); err != nil {
				t.Error(err)
			} else if l.Size() > 0 {
				for _, err := range l.Entries(max(0, l.Size()-5), l.Size()) {
					if err != nil {
						t.Error(err)
					}
				}
			}
		}
	})
	writers.Wait()
	close(done)
	readers.Wait()
	each(t, dir, trust, 8*40)
}

func TestManyProcesses(t *testing.T) {
	k := newKey(t, sign.ECDSAP256)
	pem, err := k.Write(nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "ledger")
	var all []*exec.Cmd
	for range 4 {
		c := child(t, dir, pem, 25, -1)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	for _, c := range all {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	each(t, dir, trusting(t, k.PublicKey), 100)
}

// each makes sure that there are n entries, all different, in a ledger that is whole.
func each(t *testing.T, dir string, trust *sign.Trust, n int64) {
	t.Helper()
	l := mustOpen(t, dir)
	if r, err := l.Verify(trust, noon); err != nil || r.Size != n {
		t.Fatalf("%+v, %v", r, err)
	}
	seen := map[string]bool{}
	for e, err := range l.Entries(0, n) {
		if err != nil || seen[string(e.Data)] {
			t.Fatalf("entry %d %q: there twice, or %v", e.Index, e.Data, err)
		}
		seen[string(e.Data)] = true
	}
}

// Whoever waits for the lock can stop waiting.
func TestWaitingEnds(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	dir := ledgerOf(t, 2, k)
	holder, err := mustOpen(t, dir).write(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer holder.close()
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer stop()
	_, err = mustOpen(t, dir).Append(ctx, batchOf(2, 3), k)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "locked by another process") {
		t.Errorf("error %v", err)
	}
}

// mounted is a small file system of its own, where the machine allows that.
func mounted(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("this machine does not let the test mount a file system: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("%v %s", err, out)
		}
	})
	return dir
}

// A disk that really is full: what was appended before is whole, and when there is room again it goes on.
func TestAFullDisk(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	trust := trusting(t, k.PublicKey)
	disk := mounted(t, "size=256k")
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 64<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(disk, "ledger")
	l := mustOpen(t, dir)
	var err error
	size := int64(0)
	for range 10_000 {
		if _, err = l.Append(context.Background(), kilobytes(3), k); err != nil {
			break
		}
		size += 3
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("error %v, want that no space is left", err)
	}
	if r, err := mustOpen(t, dir).Verify(trust, noon); err != nil || r.Size != size || size == 0 {
		t.Fatalf("when the disk is full: %+v, %v; %d entries were appended", r, err, size)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, l, kilobytes(3), k)
	if r, err := mustOpen(t, dir).Verify(trust, noon); err != nil || r.Size != size+3 {
		t.Fatalf("when there is room again: %+v, %v", r, err)
	}
}

// What may not be written can be read and verified, and appending says why it cannot.
func TestAReadOnlyFolder(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	trust := trusting(t, k.PublicKey)
	dir := ledgerOf(t, 300, k)
	if os.Geteuid() == 0 { // whom permissions do not stop
		disk := mounted(t, "size=1m")
		to := filepath.Join(disk, "ledger")
		if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("mount", "-o", "remount,ro", disk).CombinedOutput(); err != nil {
			t.Fatalf("%v %s", err, out)
		}
		dir = to
	} else {
		err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			return os.Chmod(p, 0o555)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	l := mustOpen(t, dir)
	if r, err := l.Verify(trust, noon); err != nil || r.Size != 300 {
		t.Errorf("%+v, %v", r, err)
	}
	_, err := l.Append(context.Background(), batchOf(300, 301), k)
	if !errors.Is(err, syscall.EROFS) && !errors.Is(err, os.ErrPermission) {
		t.Errorf("error %v, want one that says read-only", err)
	}
}
