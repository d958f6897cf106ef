package ledger

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
)

// noon is when all tests take place.
var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// TestMain keeps the ledgers of the tests in memory where the system has such a folder: they count steps and need no disk. Benchmarks do.
func TestMain(m *testing.M) {
	flag.Parse()
	measured, fuzzed := flag.Lookup("test.bench").Value.String(), flag.Lookup("test.fuzz").Value.String()
	if measured == "" && fuzzed == "" && os.Getenv("LEDGER_CHILD") == "" { // a child that is killed could not clear away its own
		if dir, err := os.MkdirTemp("/dev/shm", "ledger-test-"); err == nil {
			os.Setenv("TMPDIR", dir)
			code := m.Run()
			os.RemoveAll(dir)
			os.Exit(code)
		}
	}
	os.Exit(m.Run())
}

func newKey(t testing.TB, algorithm string) *sign.PrivateKey {
	t.Helper()
	k, err := sign.NewKey(algorithm)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// trusting is the trust of an operator who names these keys, key0, key1 and so on.
func trusting(t testing.TB, keys ...sign.PublicKey) *sign.Trust {
	t.Helper()
	dir := t.TempDir()
	for i, k := range keys {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("key%d.pem", i)), k.PEM(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	trust, err := sign.ReadTrust(dir)
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

// batchOf makes entries that tell which they are.
func batchOf(from, to int) [][]byte {
	var out [][]byte
	for i := from; i < to; i++ {
		out = append(out, fmt.Appendf(nil, "entry number %d", i))
	}
	return out
}

func mustOpen(t testing.TB, dir string) *Ledger {
	t.Helper()
	l, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func mustAppend(t testing.TB, l *Ledger, entries [][]byte, k *sign.PrivateKey) {
	t.Helper()
	if _, err := l.Append(context.Background(), entries, k); err != nil {
		t.Fatal(err)
	}
}

// A ledger of any size holds what was appended, in batches of any size, and its root is that of RFC 6962.
func TestAppendAndVerify(t *testing.T) {
	for _, algorithm := range []string{sign.Ed25519, sign.ECDSAP256} {
		k := newKey(t, algorithm)
		trust := trusting(t, k.PublicKey)
		dir := filepath.Join(t.TempDir(), ".lodemark", "ledger")
		l := mustOpen(t, dir)
		size := 0
		batches := []int{1, 1, 3, 250, 1, 1, 255, 256, 300}
		if algorithm == sign.Ed25519 {
			batches = append(batches, 65536-1068, 1, 1) // where the third level begins
		}
		for _, n := range batches {
			mustAppend(t, l, batchOf(size, size+n), k)
			size += n
			if l.Size() != int64(size) {
				t.Fatalf("size %d, want %d", l.Size(), size)
			}
			r, err := mustOpen(t, dir).Verify(trust, noon)
			if err != nil || !r.Signer.Trusted || r.Signer.Name != "key0" || r.Size != int64(size) {
				t.Fatalf("%d entries: %+v, %v", size, r, err)
			}
			if len(r.Leftover)+len(r.Foreign) > 2*levels(int64(size))+2 {
				t.Errorf("%d entries: leftover %v, foreign %v", size, r.Leftover, r.Foreign)
			}
			if want := naive(batchOf(0, size)); l.Checkpoint().Root != want {
				t.Fatalf("%d entries: root %v, want %v", size, l.Checkpoint().Root, want)
			}
		}
		i := int64(0)
		for e, err := range l.Entries(0, int64(size)) {
			if err != nil || e.Index != i || string(e.Data) != fmt.Sprint("entry number ", i) {
				t.Fatalf("entry %d: %d %q %v", i, e.Index, e.Data, err)
			}
			i++
		}
		if i != int64(size) {
			t.Errorf("%d entries came out, want %d", i, size)
		}
	}
}
