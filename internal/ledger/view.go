package ledger

import (
	"fmt"
	"sync"

	"golang.org/x/mod/sumdb/tlog"
)

// view is the tree under one checkpoint, read from the top: a hash is handed out only after it is shown to lead to the checkpoint's root.
type view struct {
	*folder
	head *Checkpoint
	edge edge

	mu     sync.Mutex
	inner  map[place][]tlog.Hash // full tiles above the lowest level; 256 times fewer than bundles
	lowest map[place][]tlog.Hash // the one full tile of the lowest level that was asked for last
}

// openView reads the right edge of the tree and makes sure that its root is the checkpoint's.
func openView(f *folder, head *Checkpoint) (*view, error) {
	v := &view{folder: f, head: head, inner: map[place][]tlog.Hash{}}
	for level := range levels(head.Size) {
		var tile []tlog.Hash
		if p := edgeOf(head.Size, level); p.w > 0 {
			var err error
			if tile, err = f.tile(p); err != nil {
				return nil, err
			}
		}
		v.edge = append(v.edge, tile)
	}
	if v.edge.root() != head.Root {
		return nil, errRoot
	}
	return v, nil
}

// view opens the tree under the checkpoint as it was read last.
func (l *Ledger) view() (v *view, done func(), err error) {
	head := l.Checkpoint()
	if head == nil {
		return nil, nil, fmt.Errorf("read the ledger %s: it is empty", l.Dir())
	}
	f, err := l.read()
	if err != nil {
		return nil, nil, err
	}
	if v, err = openView(f, head); err != nil {
		f.close()
		return nil, nil, err
	}
	return v, f.close, nil
}

// errRoot says that checkpoint and tiles contradict each other, which leaves open which of them is wrong.
var errRoot = damaged(checkpointFile, "its root hash is not that of the tiles beside it")

// tile gives the hashes of a tile of this tree, checked up to the root.
func (v *view) hashes(level int, n int64) ([]tlog.Hash, error) {
	p := place{level, n, width}
	if at := edgeOf(v.head.Size, level); n == at.n {
		return v.edge[level], nil
	}
	v.mu.Lock()
	tile, ok := v.inner[p]
	if !ok {
		tile, ok = v.lowest[p]
	}
	v.mu.Unlock()
	if ok {
		return tile, nil
	}
	above, err := v.hashes(level+1, n/width) // a full tile always has its hash in the level above
	if err != nil {
		return nil, err
	}
	if tile, err = v.folder.tile(p); err != nil {
		return nil, err
	}
	if fold(tile) != above[n%width] {
		return nil, &tileError{p, above[n%width]}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if level > 0 {
		v.inner[p] = tile
	} else {
		v.lowest = map[place][]tlog.Hash{p: tile}
	}
	return tile, nil
}

// tileError says that a tile does not fit the checked one above it.
type tileError struct {
	place place
	want  tlog.Hash
}

func (e *tileError) Error() string { return e.damage().Error() }

func (e *tileError) damage() *DamageError {
	return &DamageError{File: e.place.path(), Entry: -1, Offset: -1, Reason: "its hash is not the one in the tile above"}
}

func (e *tileError) Unwrap() error { return e.damage() }

// ReadHashes makes the tree readable for the proofs of the library.
func (v *view) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		t := tlog.TileForIndex(height, index)
		hashes, err := v.hashes(t.L, t.N)
		if err != nil {
			return nil, err
		}
		t.W = len(hashes)
		if out[i], err = tlog.HashFromTile(t, tileOf(hashes), index); err != nil {
			return nil, err
		}
	}
	return out, nil
}
