package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"sync"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
)

// Report is what is known of a ledger that was verified.
type Report struct {
	Origin    string
	Size      int64
	Root      string      // the root hash in base64
	Signer    sign.Signer // whose ledger it is: by whom the checkpoint is signed
	Witnesses []Witness   // who cosigned it, trusted or not, of those whom the operator names
	Unknown   int         // signature lines by keys that the operator does not name
	Seen      int64       // entries that were seen before, and are the beginning of these; -1: nothing is remembered
	Leftover  []string    // files of writers that did not get to their end, which are no part of the ledger
	Foreign   []string    // files that no ledger writes

	older []string
}

// Verify reads the whole ledger: every entry is hashed, every tile is checked against those above and below, and their root against the
// checkpoint; the signatures of the checkpoint are judged at the time at. An error says that something is wrong, and is a *DamageError or
// a *SeenError where it is known what; a folder in which there is no ledger is fs.ErrNotExist. A checkpoint that is signed by nobody trusted is no
// error: Report.Signer says so, and whoever cares must ask it. What is remembered (see Remember) is replaced only where it is trusted.
func (l *Ledger) Verify(t *sign.Trust, at time.Time) (Report, error) {
	r, head, err := l.verify(t, at)
	if err != nil {
		return r, err
	}
	l.mu.Lock()
	l.head = head // what Entries and Prove give from now on is what was verified, whatever is put in its place meanwhile
	l.mu.Unlock()
	if r.Signer.Trusted {
		err = l.remember(head)
	}
	return r, err
}

// verify is Verify that remembers nothing.
func (l *Ledger) verify(t *sign.Trust, at time.Time) (r Report, head *Checkpoint, err error) {
	r.Seen = -1
	f, err := l.read()
	if err != nil {
		return r, nil, l.gone(err)
	}
	defer f.close()
	if head, err = f.checkpoint(); err != nil {
		return r, nil, l.gone(f.noHead(err))
	}
	r.Origin, r.Size, r.Root = head.Origin, head.Size, head.Root.String()
	if r.Signer, r.Witnesses, r.Unknown, err = head.signers(t, at); err != nil {
		return r, head, err
	}
	if err := f.look(head.Size, &r); err != nil {
		return r, head, err
	}
	if err := f.whole(head, &r); err != nil {
		return r, head, err
	}
	return r, head, l.seenBefore(f, head, &r)
}

// noHead tells a folder in which nothing was ever published from one whose checkpoint is gone. The first full tile stays for ever, so with it
// there was a checkpoint once.
func (f *folder) noHead(err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, e := f.tree.ReadHead(place{0, 0, width}.path(), 1); e == nil {
		return damaged(checkpointFile, "missing, though the tiles of a ledger are there")
	}
	return err
}

// gone makes a ledger that is not there the loss it is where one is remembered.
func (l *Ledger) gone(err error) error {
	if !errors.Is(err, fs.ErrNotExist) || l.seenFile() == "" {
		return err
	}
	seen, unread := readSeen(l.seenFile())
	if unread != nil {
		return unread
	}
	if seen == nil || seen.Size == 0 {
		return err
	}
	return &SeenError{seen, nil, fmt.Sprintf("gone: %d entries of %s were seen before, and there is no ledger now", seen.Size, seen.Origin)}
}

func (l *Ledger) seenBefore(f *folder, head *Checkpoint, r *Report) error {
	if l.seenFile() == "" {
		return nil
	}
	seen, err := readSeen(l.seenFile())
	if err != nil || seen == nil {
		return err
	}
	v, err := openView(f, head)
	if err != nil {
		return err
	}
	r.Seen = seen.Size
	return v.grewFrom(seen)
}

// whole checks every entry and every tile.
func (f *folder) whole(head *Checkpoint, r *Report) error {
	v, err := openView(f, head)
	if err == nil {
		err = v.all()
	}
	if err == nil {
		err = v.outdated(r)
	}
	if err == nil {
		return nil
	}
	return f.blame(head, err)
}

// all checks every bundle against the tiles, and with that every tile. Bundles are read on all cores, in order; the first that is wrong counts,
// and nothing much beyond it is read, however long the ledger claims to be.
func (v *view) all() error {
	bundles := (v.head.Size + width - 1) / width
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var mu sync.Mutex
	next, firstBad, bad := int64(0), bundles, error(nil)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for ctx.Err() == nil {
				mu.Lock()
				n := next
				next++
				mu.Unlock()
				if n >= bundles {
					return
				}
				if _, err := v.bundleEntries(n); err != nil {
					mu.Lock()
					if n < firstBad {
						firstBad, bad = n, err
					}
					mu.Unlock()
					stop() // those that are read already are earlier or hardly later
				}
			}
		})
	}
	workers.Wait()
	return bad
}

// Judge says whose ledger it is by the signatures of the checkpoint as it was read last, and looks at nothing else.
func (l *Ledger) Judge(t *sign.Trust, at time.Time) (r Report, err error) {
	r.Seen = -1
	head := l.Checkpoint()
	if head == nil {
		return r, fmt.Errorf("the ledger %s is empty: %w", l.Dir(), fs.ErrNotExist)
	}
	r.Origin, r.Size, r.Root = head.Origin, head.Size, head.Root.String()
	r.Signer, r.Witnesses, r.Unknown, err = head.signers(t, at)
	return r, err
}
