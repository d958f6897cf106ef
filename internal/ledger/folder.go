package ledger

import (
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/lodemark/lodemark/internal/bound"
)

const (
	checkpointFile = "checkpoint"
	lockFile       = ".lock"
)

// DamageError names what is wrong in a ledger, and where.
type DamageError struct {
	File   string // of the ledger; empty: the ledger as a whole
	Entry  int64  // index of the entry concerned; -1: none alone
	Offset int64  // byte in File; -1: none alone
	Reason string
}

func (e *DamageError) Error() string {
	where := e.File
	if e.Offset >= 0 {
		where += fmt.Sprintf(", byte %d", e.Offset)
	}
	if e.Entry >= 0 {
		if where != "" {
			where += ": "
		}
		where += fmt.Sprintf("entry %d", e.Entry)
	}
	if where == "" {
		return e.Reason
	}
	return where + ": " + e.Reason
}

func damaged(file string, format string, args ...any) error {
	return &DamageError{File: file, Entry: -1, Offset: -1, Reason: fmt.Sprintf(format, args...)}
}

// folder reads the files of a ledger. It believes none of them.
type folder struct {
	dir  string
	tree *bound.Tree
}

func openFolder(dir string) (*folder, error) {
	// A ledger is as long as it is: what bounds the reading is that each file has a greatest length, and that files are read in the order of the
	// entries, up to the first that is missing.
	tree, err := bound.Open(dir, bound.Limits{Files: 50_000_000, FileBytes: maxBundle, TotalBytes: 1 << 50})
	if err != nil {
		return nil, fmt.Errorf("open the ledger: %w", err)
	}
	return &folder{dir, tree}, nil
}

func (f *folder) close() { f.tree.Close() }

func (f *folder) checkpoint() (*Checkpoint, error) {
	var data []byte
	var err error
	for range 20 { // a writer that renames a new one over it at this moment makes the reader start again
		if data, err = f.tree.ReadHead(checkpointFile, maxCheckpoint+1); err == nil || errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s is missing: %w", checkpointFile, fs.ErrNotExist)
	case err != nil:
		return nil, damaged(checkpointFile, "%v", err)
	}
	c, err := ReadCheckpoint(data)
	if err != nil {
		return nil, damaged(checkpointFile, "%v", err)
	}
	return c, nil
}

// missing makes a missing file of a ledger, which the checkpoint says must be there, the damage it is.
func missing(p place, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return damaged(p.path(), "missing, though the checkpoint speaks of it")
	}
	if err != nil {
		return damaged(p.path(), "%v", err)
	}
	return nil
}

// wide reads a file, or where it is gone a wider one that begins with the same: since the checkpoint was read, somebody may have appended,
// and a partial file that no checkpoint needs any more is removed.
func (f *folder) wide(p place) (data []byte, got place, err error) {
	data, err = f.tree.ReadFile(p.path())
	for range 5 { // each time there was one more append in between
		if p.w == width || !errors.Is(err, fs.ErrNotExist) {
			break
		}
		now, bad := f.checkpoint()
		if bad != nil {
			break
		}
		if got = edgeOf(now.Size, max(p.level, 0)); got.n > p.n {
			got.w = width
		}
		if got.level, got.n = p.level, p.n; got.w <= p.w {
			break
		}
		var again error
		if data, again = f.tree.ReadFile(got.path()); again == nil {
			return data, got, nil
		}
	}
	return data, p, missing(p, err)
}

// tile reads the hashes of a tile.
func (f *folder) tile(p place) ([]tlog.Hash, error) {
	data, got, err := f.wide(p)
	if err != nil {
		return nil, err
	}
	if len(data) != got.w*tlog.HashSize {
		return nil, damaged(got.path(), "%d bytes long instead of %d", len(data), got.w*tlog.HashSize)
	}
	return hashesOf(data)[:p.w], nil
}

// bundle reads entries.
func (f *folder) bundle(p place) ([][]byte, error) {
	data, got, err := f.wide(p)
	if err != nil {
		return nil, err
	}
	pieces, err := splitBundle(data, got.w)
	var broken *bundleError
	if errors.As(err, &broken) {
		return pieces, &DamageError{File: got.path(), Entry: p.start() + int64(broken.entry), Offset: int64(broken.offset), Reason: broken.reason}
	}
	return pieces[:p.w], nil
}
