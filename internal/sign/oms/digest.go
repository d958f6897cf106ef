package oms

import (
	"context"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/crypto/blake2b"

	"github.com/lodemark/lodemark/internal/bound"
)

// digestSize is the length in bytes of a digest, and says which methods are known.
func digestSize(name string) (int, error) {
	switch name {
	case "sha256":
		return 32, nil
	case "blake2b":
		return 64, nil
	}
	return 0, &MethodError{name}
}

// MethodError says that a model was signed by a method that is not known here: nothing is known of the model then, neither good nor bad.
type MethodError struct{ Name string }

func (e *MethodError) Error() string {
	return fmt.Sprintf("digests by %q are not known here: sha256 and blake2b are", e.Name)
}

func newHash(name string) hash.Hash {
	if name == "blake2b" {
		h, err := blake2b.New512(nil)
		if err != nil {
			panic(err) // only a key can be wrong, and there is none
		}
		return h
	}
	return sha256.New()
}

// piece is what one digest is made of: a file, or the bytes from start to end of it.
type piece struct {
	path       string
	start, end int64 // end 0: to where the file ends
	size       int64 // about, to begin with the largest
	last       bool  // the file has to end here

	digest []byte
	read   int64
	err    error
}

// bufferSize is what is read at once. Larger ones gain nothing, and every worker has one.
const bufferSize = 1 << 20

// digestAll fills in the digests of pieces, as many at a time as there are cores, the largest first: what is left at the end is small, and
// no core waits for long. The error is that of a context that ended; one of a single piece stays with it.
func digestAll(ctx context.Context, tree *bound.Tree, method string, pieces []*piece, step func(done, total int64)) error {
	pieces = slices.Clone(pieces)
	slices.SortStableFunc(pieces, func(a, b *piece) int {
		switch {
		case a.size > b.size:
			return -1
		case a.size < b.size:
			return 1
		}
		return 0
	})
	total := int64(0)
	for _, p := range pieces {
		total += p.size
	}
	var next, done atomic.Int64
	var running sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(pieces)) {
		running.Go(func() {
			d := digester{ctx: ctx, tree: tree, sum: newHash(method), buffer: make([]byte, bufferSize)}
			for ctx.Err() == nil {
				at := int(next.Add(1)) - 1
				if at >= len(pieces) {
					return
				}
				pieces[at].err = d.piece(pieces[at])
				if step != nil {
					step(done.Add(pieces[at].read), total)
				}
			}
		})
	}
	running.Wait()
	return ctx.Err()
}

// digester digests one piece after the other.
type digester struct {
	ctx    context.Context
	tree   *bound.Tree
	sum    hash.Hash
	buffer []byte
}

func (d *digester) piece(p *piece) error {
	h, err := d.tree.OpenFile(p.path)
	if err != nil {
		return err
	}
	defer h.Close()
	d.sum.Reset()
	at, end := p.start, p.end
	if end == 0 {
		end = h.Size() + 1 // a byte more than there was: a file that grows while it is read differs, and does not keep us for ever
	}
	for at < end {
		want := d.buffer[:min(int64(len(d.buffer)), end-at)]
		n, err := h.ReadAt(want, at)
		d.sum.Write(want[:n])
		at += int64(n)
		if err == io.EOF {
			break
		}
		if err != nil {
			return fmt.Errorf("digest %s: %w", bound.QuoteName(p.path), err)
		}
		if d.ctx.Err() != nil {
			return d.ctx.Err()
		}
	}
	if p.last && p.end > 0 {
		if n, _ := h.ReadAt(d.buffer[:1], at); n > 0 {
			at++ // longer than what was signed, and that is a difference like any other
		}
	}
	p.read, p.digest = at-p.start, d.sum.Sum(nil)
	return nil
}
