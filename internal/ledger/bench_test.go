package ledger

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/lodemark/lodemark/internal/sign"
)

// benchEntries is the size of the ledger that is measured: LEDGER_ENTRIES, or 100,000.
func benchEntries(b *testing.B) int {
	if n, err := strconv.Atoi(os.Getenv("LEDGER_ENTRIES")); err == nil {
		return n
	}
	return 100_000
}

// kilobytes makes entries of about 1 KB that do not compress.
func kilobytes(n int) [][]byte {
	random := rand.NewChaCha8([32]byte{1})
	var out [][]byte
	for i := range n {
		e := make([]byte, 900+i%200)
		random.Read(e)
		out = append(out, e)
	}
	return out
}

// big makes the ledger that the other benchmarks read.
func big(b *testing.B) (*Ledger, *sign.PrivateKey, int) {
	b.Helper()
	n := benchEntries(b)
	k := newKey(b, sign.Ed25519)
	l := mustOpen(b, filepath.Join(b.TempDir(), "ledger"))
	mustAppend(b, l, kilobytes(n), k)
	return l, k, n
}

// BenchmarkAppend appends entries of 1 KB in batches; each batch is on the disk before the next begins.
func BenchmarkAppend(b *testing.B) {
	for _, batch := range []int{1, 16, 256, 4096, 100_000} {
		b.Run(fmt.Sprint("batch=", batch), func(b *testing.B) {
			k := newKey(b, sign.Ed25519)
			all := kilobytes(batch)
			l := mustOpen(b, filepath.Join(b.TempDir(), "ledger"))
			for b.Loop() {
				if _, err := l.Append(context.Background(), all, k); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(batch*b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	l, k, n := big(b)
	trust := trusting(b, k.PublicKey)
	for b.Loop() {
		if r, err := l.Verify(trust, noon); err != nil || r.Size != int64(n) || !r.Signer.Trusted {
			b.Fatal(r, err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "entries/s")
}

// BenchmarkLast opens the ledger and reads its last 50 entries, each proven to lead to the checkpoint: what a list shows.
func BenchmarkLast(b *testing.B) {
	old, _, n := big(b)
	for b.Loop() {
		l := mustOpen(b, old.Dir())
		for _, err := range l.Entries(int64(n-50), int64(n)) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkAll(b *testing.B) {
	l, _, n := big(b)
	for b.Loop() {
		for _, err := range l.Entries(0, int64(n)) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
