package ledger

import (
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8           // of a tile, in levels of the tree
	width  = 1 << height // hashes of a full tile, and entries of a full bundle
)

// entriesLevel is the level of the bundles of entries, beside the levels 0 and up of the hashes over them.
const entriesLevel = -1

// maxBundle is the largest a bundle can be.
const maxBundle = width * (2 + MaxEntry)

// place is one file of a ledger: the n-th tile (or bundle) of a level, and how many hashes (or entries) it holds.
type place struct {
	level int
	n     int64
	w     int
}

func (p place) full() place { p.w = width; return p }

// path is the name of the file: tile/0/x001/x234/067 or tile/entries/000.p/12.
func (p place) path() string {
	// The library writes the height, which the format leaves out, and calls entries data.
	rest := strings.TrimPrefix(tlog.Tile{H: height, L: p.level, N: p.n, W: p.w}.Path(), "tile/8/")
	if p.level == entriesLevel {
		rest = "entries" + strings.TrimPrefix(rest, "data")
	}
	return "tile/" + rest
}

// parsePath is the reverse of path, for the one way of writing each.
func parsePath(name string) (place, bool) {
	rest, ok := strings.CutPrefix(name, "tile/")
	if !ok || len(name) > 64 {
		return place{}, false
	}
	if after, is := strings.CutPrefix(rest, "entries/"); is {
		rest = "data/" + after
	}
	t, err := tlog.ParseTilePath("tile/8/" + rest)
	if err != nil || t.L > 5 || t.N > count(maxSize, t.L)/width {
		return place{}, false
	}
	p := place{t.L, t.N, t.W}
	return p, p.path() == name
}

// start is the index of the first entry that lies under a place.
func (p place) start() int64 { return p.n << (height * (max(p.level, 0) + 1)) }

// count is how many hashes a tree of that size has on a level of tiles; of entries there are as many as on level 0.
func count(size int64, level int) int64 { return size >> (height * max(level, 0)) }

// levels is how many levels of tiles a tree of that size has.
func levels(size int64) int {
	n := 0
	for ; size > 0; size >>= height {
		n++
	}
	return n
}

// edge is the partial tile of a level; its w is 0 where the level ends with a full one.
func edgeOf(size int64, level int) place {
	c := count(size, level)
	return place{level, c / width, int(c % width)}
}

// appendEntry adds an entry to a bundle.
func appendEntry(bundle, entry []byte) []byte {
	return append(binary.BigEndian.AppendUint16(bundle, uint16(len(entry))), entry...)
}

// splitBundle takes a bundle of w entries apart, and refuses what is left over. The pieces share its memory.
func splitBundle(data []byte, w int) ([][]byte, error) {
	pieces, at := make([][]byte, 0, w), 0
	for len(pieces) < w {
		if len(data)-at < 2 {
			return pieces, &bundleError{at, len(pieces), fmt.Sprintf("it ends after %d of %d entries", len(pieces), w)}
		}
		n := int(binary.BigEndian.Uint16(data[at:]))
		if len(data)-at-2 < n {
			return pieces, &bundleError{at, len(pieces), fmt.Sprintf("an entry claims %d bytes, and %d are left", n, len(data)-at-2)}
		}
		pieces = append(pieces, data[at+2:at+2+n:at+2+n])
		at += 2 + n
	}
	if at != len(data) {
		return pieces, &bundleError{at, w, fmt.Sprintf("%d bytes follow the last entry", len(data)-at)}
	}
	return pieces, nil
}

// bundleError says where a bundle is broken.
type bundleError struct {
	offset, entry int
	reason        string
}

func (e *bundleError) Error() string { return e.reason }

// hashesOf takes a tile apart.
func hashesOf(data []byte) []tlog.Hash {
	out := make([]tlog.Hash, len(data)/tlog.HashSize)
	for i := range out {
		copy(out[i][:], data[i*tlog.HashSize:])
	}
	return out
}

// tileOf is the reverse.
func tileOf(hashes []tlog.Hash) []byte {
	out := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		out = append(out, h[:]...)
	}
	return out
}

// leavesOf hashes entries.
func leavesOf(entries [][]byte) []tlog.Hash {
	out := make([]tlog.Hash, len(entries))
	for i, e := range entries {
		out[i] = tlog.RecordHash(e)
	}
	return out
}
