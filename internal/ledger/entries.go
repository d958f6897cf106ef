package ledger

import (
	"fmt"
	"iter"

	"golang.org/x/mod/sumdb/tlog"
)

// Entry is one entry as it was appended.
type Entry struct {
	Index int64
	Data  []byte
}

// Entries yields the entries from (included) to (excluded) of the ledger as its checkpoint was read last, each only after it was shown to lead to
// the root in that checkpoint. An error ends it. Whether anybody trusted signed the checkpoint is for Verify to say.
func (l *Ledger) Entries(from, to int64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if from < 0 || to < from || to > l.Size() {
			yield(Entry{}, fmt.Errorf("there are no entries %d to %d in a ledger of %d", from, to, l.Size()))
			return
		}
		if from == to {
			return
		}
		v, done, err := l.view()
		if err != nil {
			yield(Entry{}, err)
			return
		}
		defer done()
		for n := from / width; n*width < to; n++ {
			pieces, err := v.bundleEntries(n)
			if err != nil {
				yield(Entry{}, err)
				return
			}
			for i, piece := range pieces {
				if at := n*width + int64(i); at >= from && at < to && !yield(Entry{at, piece}, nil) {
					return
				}
			}
		}
	}
}

// bundleEntries gives the entries of the n-th bundle of this tree, checked against its hashes.
func (v *view) bundleEntries(n int64) ([][]byte, error) {
	p := place{entriesLevel, n, width}
	if at := edgeOf(v.head.Size, 0); n == at.n {
		p.w = at.w
	}
	want, err := v.hashes(0, n)
	if err != nil {
		return nil, err
	}
	pieces, broken := v.folder.bundle(p)
	if err := compareLeaves(p, pieces, want[:min(len(want), len(pieces))]); err != nil {
		return nil, err // of a bundle that breaks off further on, the cause
	}
	if broken != nil {
		return nil, broken
	}
	return pieces, nil
}

// compareLeaves names the first entry that is not the one its hash is of, and says what happened where the neighbours tell.
func compareLeaves(p place, pieces [][]byte, want []tlog.Hash) error {
	got := leavesOf(pieces)
	offset := int64(0)
	for i := range want {
		if got[i] == want[i] {
			offset += 2 + int64(len(pieces[i]))
			continue
		}
		return &DamageError{File: p.path(), Entry: p.start() + int64(i), Offset: offset, Reason: moved(got, want, i)}
	}
	return nil
}

// moved tells what was done to entries from where their hashes are found again. i is the first that is wrong.
func moved(got, want []tlog.Hash, i int) string {
	at := func(hashes []tlog.Hash, j int) tlog.Hash {
		if j < 0 || j >= len(hashes) {
			return tlog.Hash{}
		}
		return hashes[j]
	}
	switch {
	case at(got, i) == at(want, i+1) && at(got, i+1) == at(want, i):
		return "changed places with the next entry"
	case at(got, i) == at(want, i+1):
		return "removed: the entry after it stands in its place"
	case i > 0 && at(got, i) == at(want, i-1):
		return "the entry before it stands in its place, too: duplicated"
	case at(got, i+1) == at(want, i):
		return "inserted: what belongs here comes after it"
	}
	for j, h := range want {
		if at(got, i) == h {
			return fmt.Sprintf("it holds what entry %d of the bundle is: entries were re-ordered", j)
		}
	}
	return "altered: its hash is not the one in the tree"
}
