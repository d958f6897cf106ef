package ledger

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/lodemark/lodemark/internal/durable"
	"github.com/lodemark/lodemark/internal/sign"
)

// originPrefix begins the names of all ledgers; 128 random bits follow, so that no two are ever confused.
const originPrefix = "lodemark.example.org/ledger/"

// EntryError says why something cannot be an entry.
type EntryError struct {
	Which  int // in the call to Append
	Reason string
}

func (e *EntryError) Error() string {
	return fmt.Sprintf("entry %d of the batch: %s", e.Which, e.Reason)
}

// ForeignError says that the head of a ledger is signed, but not by the key that is to go on: signing what follows would vouch for
// entries that somebody else may have forged.
type ForeignError struct{ Origin, KeyID string }

func (e *ForeignError) Error() string {
	return fmt.Sprintf("the checkpoint of %s is not signed by your key %.19s: going on with it would vouch for entries that are not yours", e.Origin, e.KeyID)
}

// Append adds entries, all or none, and gives the index of the first. When it returns without an error they are on the disk; an empty batch
// changes nothing. Several processes and goroutines may append at once: they take turns.
//
// What is on the disk, crash by crash:
//
//  1. The lock is taken, and the checkpoint read. It is the only thing that says where the ledger ends: whatever lies beyond is of a writer that
//     did not get to its end, and is overwritten. It must bear a good signature by the same key, and the tiles at the right edge and the last
//     bundle must lead to its root, because the new root is computed from them: a writer never signs what it did not check.
//  2. New bundles and tiles are written, each to a temporary file, flushed, and renamed. They all have names that the checkpoint does not
//     speak of, since a tile with one more hash is another file (000.p/7, 000.p/8, and 000 when full). A crash here leaves the ledger as it was.
//  3. Their folders are flushed. Without that a checkpoint could outlast a power cut that its tiles do not.
//  4. The new checkpoint is written, flushed and renamed over the old one: this is the moment at which the entries are in. Readers see the old
//     or the new one, and for each all that it speaks of.
//  5. The folder is flushed, after which the entries outlast a power cut, too. A crash between 4 and 5 leaves either checkpoint; both are whole.
//  6. Partial tiles that neither the old nor the new checkpoint needs are removed, to which a reader that is a step behind may still look. A
//     crash here leaves more files than needed, which the next writer removes.
//
// An error after step 4 says that the entries may be in; the next Open tells.
func (l *Ledger) Append(ctx context.Context, entries [][]byte, key *sign.PrivateKey) (first int64, err error) {
	for i, e := range entries {
		if len(e) == 0 || len(e) > MaxEntry {
			return 0, &EntryError{i, fmt.Sprintf("%d bytes long; an entry has 1 to %d", len(e), MaxEntry)}
		}
	}
	if _, _, err := noteKey(key.PublicKey, "x"); err != nil {
		return 0, err
	}
	if len(entries) == 0 {
		return l.Size(), nil
	}
	w, err := l.write(ctx)
	if err != nil {
		return 0, fmt.Errorf("append to the ledger %s: %w", l.Dir(), err)
	}
	defer w.close()
	if first, err = w.append(entries, key); err != nil {
		return 0, fmt.Errorf("append to the ledger %s: %w", l.Dir(), err)
	}
	return first, nil
}

// writer is the one that holds the lock.
type writer struct {
	ledger *Ledger
	out    *durable.Folder
	in     *folder
	unlock func() error
	old    *Checkpoint // nil: a new ledger
}

// write takes the lock and reads the checkpoint anew.
func (l *Ledger) write(ctx context.Context) (*writer, error) {
	out, err := durable.MakeFolder(l.base, l.name, l.before)
	if err != nil {
		return nil, err
	}
	w := &writer{ledger: l, out: out}
	if w.unlock, err = out.Lock(ctx, lockFile); err != nil {
		out.Close()
		return nil, err
	}
	if w.in, err = openFolder(l.Dir()); err == nil {
		if w.old, err = w.in.checkpoint(); err != nil {
			if err = l.gone(w.in.noHead(err)); errors.Is(err, fs.ErrNotExist) {
				err = nil // a new ledger
			}
		}
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *writer) close() {
	if w.in != nil {
		w.in.close()
	}
	w.unlock()
	w.out.Close()
}

func (w *writer) append(entries [][]byte, key *sign.PrivateKey) (first int64, err error) {
	end, err := w.end(key)
	if err != nil {
		return 0, err
	}
	first = end.head.Size
	if first+int64(len(entries)) > maxSize {
		return 0, errors.New("the ledger is full")
	}
	if err := w.grow(end, entries); err != nil {
		return 0, err
	}
	next := &Checkpoint{Origin: end.head.Origin, Size: first + int64(len(entries)), Root: end.edge.root()}
	if next, err = next.signed(key); err != nil {
		return 0, err
	}
	if err := w.publish(next); err != nil {
		return 0, err
	}
	w.tidy(first, next.Size)
	return first, nil
}

// end is where the ledger ends: what is needed to add to it, all of it checked against the checkpoint.
type end struct {
	head   *Checkpoint
	edge   edge
	bundle []byte // the entries after the last full bundle
}

func (w *writer) end(key *sign.PrivateKey) (*end, error) {
	if w.old == nil {
		name := make([]byte, 16)
		rand.Read(name)
		return &end{head: &Checkpoint{Origin: originPrefix + hex.EncodeToString(name)}}, nil
	}
	if err := w.mine(key); err != nil {
		return nil, err
	}
	v, err := openView(w.in, w.old)
	if err != nil {
		return nil, err
	}
	if err := w.ledger.compareSeen(v); err != nil {
		return nil, err
	}
	e := &end{head: w.old, edge: v.edge}
	last := edgeOf(w.old.Size, 0)
	if last.w == 0 {
		return e, nil
	}
	pieces, err := v.bundleEntries(last.n)
	for _, piece := range pieces {
		e.bundle = appendEntry(e.bundle, piece)
	}
	return e, err
}

// mine makes sure that the checkpoint was signed with the key that is to sign the next.
func (w *writer) mine(key *sign.PrivateKey) error {
	_, id, err := noteKey(key.PublicKey, w.old.Origin)
	if err != nil {
		return err
	}
	for _, s := range w.old.signatures {
		if s.Name != w.old.Origin || s.Hash != id {
			continue
		}
		if raw, err := base64.StdEncoding.DecodeString(s.Base64); err == nil && len(raw) > 4 && key.Verify(w.old.body(), raw[4:]) == nil {
			return nil
		}
		return damaged(checkpointFile, "altered: the signature by your own key does not fit")
	}
	return &ForeignError{w.old.Origin, key.ID}
}

// grow writes the bundles and tiles of new entries, and flushes their folders.
func (w *writer) grow(e *end, batch [][]byte) error {
	size := e.head.Size
	put := func(p place, data []byte) error { return w.out.Put(p.path(), 0o644, data) }
	tiles := map[int]int64{} // next full tile of each level
	full := func(level int, tile []tlog.Hash) error {
		n, ok := tiles[level]
		if !ok {
			n = edgeOf(e.head.Size, level).n
		}
		tiles[level] = n + 1
		return put(place{level, n, width}, tileOf(tile))
	}
	for _, entry := range batch {
		e.bundle = appendEntry(e.bundle, entry)
		size++
		if size%width == 0 {
			if err := put(place{entriesLevel, size/width - 1, width}, e.bundle); err != nil {
				return err
			}
			e.bundle = e.bundle[:0]
		}
		if err := e.edge.add(0, tlog.RecordHash(entry), full); err != nil {
			return err
		}
	}
	if p := edgeOf(size, 0); p.w > 0 {
		p.level = entriesLevel
		if err := put(p, e.bundle); err != nil {
			return err
		}
	}
	for level, hashes := range e.edge {
		if p := edgeOf(size, level); p.w > 0 && p != edgeOf(e.head.Size, level) {
			if err := put(p, tileOf(hashes)); err != nil {
				return err
			}
		}
	}
	return w.out.Flush()
}

// publish makes a checkpoint the head of the ledger.
func (w *writer) publish(next *Checkpoint) error {
	if err := w.out.Put(checkpointFile, 0o644, next.Text()); err != nil {
		return err
	}
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("the entries are in, but may not outlast a power cut: %w", err)
	}
	w.ledger.mu.Lock()
	w.ledger.head = next
	w.ledger.mu.Unlock()
	return w.ledger.remember(next)
}

// tidy removes the partial tiles that neither of two sizes needs. What cannot be removed stays: it is in nobody's way.
func (w *writer) tidy(old, size int64) {
	for level := entriesLevel; level < levels(size); level++ {
		folders := map[string]bool{}
		keep := map[string]bool{}
		for _, at := range []int64{old, size} {
			p := edgeOf(at, max(level, 0))
			folder := partialFolder(place{level, p.n, width})
			folders[folder] = true
			if p.n == edgeOf(size, max(level, 0)).n && p.w > 0 {
				keep[folder+"/"+strconv.Itoa(p.w)] = true
			}
		}
		for _, folder := range slices.Sorted(maps.Keys(folders)) {
			names, _ := w.out.List(folder, 2*width)
			slices.Sort(names)
			for _, name := range names {
				if !keep[folder+"/"+name] {
					_ = w.out.Remove(folder + "/" + name)
				}
			}
			if len(names) > 0 && folder != partialFolder(place{level, edgeOf(size, max(level, 0)).n, width}) {
				_ = w.out.Remove(folder)
			}
		}
	}
}

// partialFolder holds the partial tiles of one place.
func partialFolder(p place) string { return p.full().path() + ".p" }
