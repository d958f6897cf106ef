package ledger

import (
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// edge is what a tree needs to grow, and all that its root depends on: on each level, the hashes after the last full tile.
type edge [][]tlog.Hash

// add adds a hash to a level, and hands every tile that becomes full to full before its hash goes one level up.
func (e *edge) add(level int, h tlog.Hash, full func(level int, tile []tlog.Hash) error) error {
	for {
		if level == len(*e) {
			*e = append(*e, nil)
		}
		(*e)[level] = append((*e)[level], h)
		tile := (*e)[level]
		if len(tile) < width {
			return nil
		}
		if full != nil {
			if err := full(level, tile); err != nil {
				return err
			}
		}
		(*e)[level] = nil
		h, level = fold(tile), level+1
	}
}

// root is the hash over the whole tree, as RFC 6962 defines it for any size: perfect subtrees from the left, hashed from the right.
func (e edge) root() tlog.Hash {
	var h tlog.Hash
	empty := true
	for _, tile := range e { // the lowest level is the rightmost part
		for end := len(tile); end > 0; {
			n := 1 << bits.TrailingZeros(uint(end)) // the last perfect subtree
			part := fold(tile[end-n : end])
			if empty {
				h, empty = part, false
			} else {
				h = tlog.NodeHash(part, h)
			}
			end -= n
		}
	}
	if empty {
		h, _ = tlog.TreeHash(0, nil)
	}
	return h
}

// fold is the hash over a perfect subtree: a power of two of hashes.
func fold(hashes []tlog.Hash) tlog.Hash {
	if len(hashes) == 1 {
		return hashes[0]
	}
	half := len(hashes) / 2
	return tlog.NodeHash(fold(hashes[:half]), fold(hashes[half:]))
}
