// Package ledger keeps entries in an append-only Merkle log: a folder of files that anybody can verify with a public key and nothing else.
//
// The layout is that of C2SP tlog-tiles (https://c2sp.org/tlog-tiles), so that other programs read it as well:
//
//	checkpoint                  how many entries there are and the root hash over them, as a signed note
//	tile/entries/NNN[.p/W]      256 entries each, or the last W, with their lengths
//	tile/L/NNN[.p/W]            the hashes over them, level by level
//
// and one more file, .lock, that writers of several processes take turns with.
//
// The folder often lies in the tree of a system that is assessed, so it is untrusted input: it is read through internal/bound, nothing in it
// is believed that the checkpoint does not vouch for, and the checkpoint is believed for its signature by a key that the operator names.
package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/durable"
)

// DefaultDir is where the ledger of a system lies, relative to its tree.
const DefaultDir = ".lodemark/ledger"

// MaxEntry is the largest entry in bytes: the format gives its length two bytes.
const MaxEntry = 1<<16 - 1

// maxSize bounds what a checkpoint may claim, so that no arithmetic over it overflows.
const maxSize = 1 << 40

// Ledger is a ledger in a folder. Its methods may be called from several goroutines at once.
type Ledger struct {
	base, name string // the folder is name below base; no part of name may be a link
	before     func(step, name string) error

	mu   sync.Mutex
	head *Checkpoint // nil: nothing was ever appended
	seen string      // the operator's file that Remember named
}

// Open opens the ledger in a folder. A folder that is missing or holds no checkpoint is an empty ledger, which the first Append makes; Verify
// tells the difference. Where dir ends with DefaultDir, both of these folders come from the target, and neither may be a link;
// otherwise that holds for the last one.
func Open(dir string) (*Ledger, error) {
	l := &Ledger{}
	l.base, l.name = filepath.Dir(filepath.Clean(dir)), filepath.Base(filepath.Clean(dir))
	switch {
	case filepath.Clean(dir) == filepath.FromSlash(DefaultDir):
		l.base, l.name = ".", DefaultDir
	case l.name == "ledger" && filepath.Base(l.base) == ".lodemark":
		l.base, l.name = filepath.Dir(l.base), DefaultDir
	case l.name == ".." || l.name == string(filepath.Separator) || l.name == ".":
		l.base, l.name = dir, "."
	}
	return l, l.Refresh()
}

// Dir is the folder.
func (l *Ledger) Dir() string { return filepath.Join(l.base, filepath.FromSlash(l.name)) }

// Size is how many entries there were when the ledger was opened, last appended to, or refreshed.
func (l *Ledger) Size() int64 {
	if head := l.Checkpoint(); head != nil {
		return head.Size
	}
	return 0
}

// Checkpoint is the head of the ledger as it was read last; nil where nothing was ever appended. Nothing of it is checked but its form.
func (l *Ledger) Checkpoint() *Checkpoint {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.head
}

// Refresh reads the checkpoint anew, to see what others appended.
func (l *Ledger) Refresh() error {
	head, err := l.readHead()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.head = head
	return nil
}

// readHead reads the checkpoint; that there is none is fs.ErrNotExist.
func (l *Ledger) readHead() (*Checkpoint, error) {
	f, err := l.read()
	if err != nil {
		return nil, err
	}
	defer f.close()
	return f.checkpoint()
}

// read opens the folder for reading.
func (l *Ledger) read() (*folder, error) {
	if _, err := os.Lstat(l.Dir()); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open the ledger %s: %w", bound.QuoteName(l.Dir()), fs.ErrNotExist)
	}
	guard, err := durable.OpenFolder(l.base, l.name)
	if err != nil {
		return nil, fmt.Errorf("open the ledger: %w", err)
	}
	guard.Close()
	return openFolder(l.Dir())
}
