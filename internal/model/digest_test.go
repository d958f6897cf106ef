package model

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// counted counts the bytes that are read of it.
type counted struct {
	r io.ReaderAt
	n int64
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(p, off)
	c.n += int64(n)
	return n, err
}

// Whatever is read before, and in whatever order, the digest is that of the file; and who reads in order has it for nothing.
func TestDigestWhileReading(t *testing.T) {
	data := make([]byte, 9<<20+17)
	for i := range data {
		data[i] = byte(i * i >> 7)
	}
	sum := sha256.Sum256(data)
	want, whole := hex.EncodeToString(sum[:]), int64(len(data))
	const step = 64 << 10
	inOrder := func(read func(off, n int64), from, to int64) {
		for off := from; off < to; off += step {
			read(off, min(step, to-off))
		}
	}
	for _, c := range []struct {
		what  string
		reads func(read func(off, n int64))
		again int64 // bytes that may be read twice
	}{
		{"nothing is read", func(func(off, n int64)) {}, 0},
		{"in order", func(read func(off, n int64)) { inOrder(read, 0, whole) }, 0},
		{"beyond the end", func(read func(off, n int64)) { inOrder(read, 0, whole+3*step) }, 0},
		{"the first half", func(read func(off, n int64)) { inOrder(read, 0, whole/2) }, 0},
		{"in order with small gaps", func(read func(off, n int64)) {
			for off := int64(0); off < whole; off += step {
				read(off, step-100)
			}
		}, 0},
		{"in order with a large gap", func(read func(off, n int64)) {
			inOrder(read, 0, 1<<20)
			inOrder(read, 5<<20, whole)
		}, runOn},
		{"the end first", func(read func(off, n int64)) {
			read(whole-step, step)
			inOrder(read, 0, whole)
		}, step},
		{"backwards", func(read func(off, n int64)) {
			for off := whole - step; off > 0; off -= step {
				read(off, step)
			}
		}, whole},
		{"each piece twice", func(read func(off, n int64)) {
			for off := int64(0); off < whole; off += step {
				read(off, step)
				read(off+7, step/2)
			}
		}, whole},
		{"anywhere", func(read func(off, n int64)) {
			r := rand.New(rand.NewPCG(1, 2))
			for range 100 {
				read(r.Int64N(whole), r.Int64N(2*step))
			}
		}, whole},
	} {
		t.Run(c.what, func(t *testing.T) {
			r := &counted{r: bytes.NewReader(data)}
			d := &digest{r: r}
			d.begin(data[:100])
			c.reads(func(off, n int64) {
				b := make([]byte, n)
				if n, _ := d.ReadAt(b, off); !bytes.Equal(b[:n], data[min(off, whole):][:n]) {
					t.Fatalf("other bytes at %d", off)
				}
			})
			if got, err := d.hex(); got != want || err != nil {
				t.Errorf("the digest is %s, %v", got, err)
			}
			if r.n > whole+c.again {
				t.Errorf("%d bytes of %d were read", r.n, whole)
			}
		})
	}
}

// failing gives no byte behind a place.
type failing struct {
	r  io.ReaderAt
	to int64
}

var errDisk = errors.New("the disk fails")

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) <= f.to {
		return f.r.ReadAt(p, off)
	}
	return 0, errDisk
}

// A file that cannot be read whole has no digest and is not clean, whatever was seen of it.
func TestDigestOfWhatCannotBeRead(t *testing.T) {
	data := []byte(strings.Repeat("x", 3*inspect.HeadBytes))
	formats := []inspect.Format{{
		Name:   "x",
		Claims: func(p *inspect.Part) bool { return p.Head()[0] == 'x' },
		Scan:   func(context.Context, *inspect.Part) error { return nil },
	}}
	src := Source{Name: "x", Bytes: failing{bytes.NewReader(data), inspect.HeadBytes}, Size: int64(len(data))}
	f := entry(context.Background(), src, Options{Formats: formats, Digest: true}, nil)
	if f.SHA256 != "" || f.Verdict != inspect.NotRead || len(f.Reasons) != 1 || !strings.Contains(f.Reasons[0].Message, errDisk.Error()) {
		t.Errorf("got %s, %q, %v", f.Verdict, f.SHA256, f.Reasons)
	}
}

// A file that no format claims is not read whole.
func TestNoDigestWithoutEntry(t *testing.T) {
	r := &counted{r: strings.NewReader(strings.Repeat("x", 9*inspect.HeadBytes))}
	f := entry(context.Background(), Source{Name: "x.txt", Bytes: r, Size: 9 * inspect.HeadBytes}, Options{Formats: Formats(), Digest: true}, func(*inspect.Found) {})
	if f.SHA256 != "" || f.Format != "" || r.n > 3*inspect.HeadBytes {
		t.Errorf("%d bytes were read for %+v", r.n, f)
	}
}
