package ledger

import (
	"errors"

	"golang.org/x/mod/sumdb/tlog"
)

// blame finds out what exactly is wrong, once something is: hashes that contradict each other do not tell by themselves which of them was
// changed. Each hash stands in two places and can be computed from a third, so that two against one decide.
func (f *folder) blame(head *Checkpoint, found error) error {
	var tile *tileError
	switch {
	case errors.As(found, &tile):
		return f.blameTile(tile)
	case found == errRoot:
		return f.blameRoot(head)
	}
	return found
}

// blameTile looks at what lies under a tile that does not fit the checked one above.
func (f *folder) blameTile(e *tileError) error {
	stored, err := f.tile(e.place)
	if err != nil {
		return err
	}
	below, err := f.below(e.place)
	if err != nil {
		return err
	}
	d := e.damage()
	if fold(below) != e.want {
		d.Reason = "altered, and so is what lies under it: neither leads to the hash in the tile above"
		return d
	}
	d.Offset, d.Reason = firstDifference(stored, below), "altered: it is not the hash of what lies under it, which leads to the checkpoint"
	return d
}

// below computes the hashes of a full tile from the files one level down.
func (f *folder) below(p place) ([]tlog.Hash, error) {
	if p.level == 0 {
		pieces, err := f.bundle(place{entriesLevel, p.n, p.w})
		return leavesOf(pieces), err
	}
	var out []tlog.Hash
	for i := range int64(p.w) {
		tile, err := f.tile(place{p.level - 1, p.n*width + i, width})
		if err != nil {
			return nil, err
		}
		out = append(out, fold(tile))
	}
	return out, nil
}

// firstDifference is the byte at which two tiles begin to differ; -1: nowhere.
func firstDifference(a, b []tlog.Hash) int64 {
	for i := range min(len(a), len(b)) {
		for j := range a[i] {
			if a[i][j] != b[i][j] {
				return int64(i*tlog.HashSize + j)
			}
		}
	}
	return -1
}

// blameRoot is for a checkpoint that contradicts the tiles at the right edge: the whole tree is computed anew from the entries.
func (f *folder) blameRoot(head *Checkpoint) error {
	var computed edge
	var wrong *DamageError // the first tile that is not what the entries hash to
	differs := func(p place, want []tlog.Hash) error {
		stored, err := f.tile(p)
		if at := firstDifference(stored, want); err == nil && at >= 0 && wrong == nil {
			wrong = &DamageError{File: p.path(), Entry: -1, Offset: at}
		}
		return err
	}
	next := map[int]int64{}
	full := func(level int, tile []tlog.Hash) error {
		n := next[level]
		next[level]++
		return differs(place{level, n, width}, tile)
	}
	for n := int64(0); n*width < head.Size; n++ {
		p := place{entriesLevel, n, int(min(width, head.Size-n*width))}
		pieces, err := f.bundle(p)
		if err != nil {
			return err
		}
		for _, leaf := range leavesOf(pieces) {
			if err := computed.add(0, leaf, full); err != nil {
				return err
			}
		}
	}
	for level, hashes := range computed {
		if p := edgeOf(head.Size, level); p.w > 0 {
			if err := differs(p, hashes); err != nil {
				return err
			}
		}
	}
	root := computed.root()
	switch {
	case wrong == nil:
		return damaged(checkpointFile, "its root hash is not that of the %d entries, which the tiles fit: either it was altered, or entries and tiles were replaced together", head.Size)
	case root == head.Root:
		wrong.Reason = "altered: it is not the hash of what lies under it, which leads to the checkpoint"
	default:
		wrong.Reason = "it is not the hash of what lies under it, and neither of the two leads to the checkpoint: more than one thing was altered"
	}
	return wrong
}
