package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/durable"
)

// SeenError says that a ledger did not grow out of what was seen of it before.
type SeenError struct {
	Seen, Now *Checkpoint
	Reason    string
}

func (e *SeenError) Error() string { return e.Reason }

// Remember names a file of the operator's, outside of the target, that holds the last good checkpoint of this ledger. From now on Verify and
// Append make sure that the ledger grew out of that one, and keep the new one there. Without it nobody can tell that a ledger was
// set back to an earlier state: that state is signed, too.
func (l *Ledger) Remember(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen = path
}

func (l *Ledger) seenFile() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.seen
}

// compareSeen checks a tree against what is remembered, if anything is.
func (l *Ledger) compareSeen(v *view) error {
	path := l.seenFile()
	if path == "" {
		return nil
	}
	seen, err := readSeen(path)
	if seen == nil || err != nil {
		return err
	}
	return v.grewFrom(seen)
}

// readSeen reads a remembered checkpoint; nil where there is none yet.
func readSeen(path string) (*Checkpoint, error) {
	tree, err := bound.Open(filepath.Dir(path), bound.Limits{})
	if err != nil {
		return nil, fmt.Errorf("read the remembered checkpoint: %w", err)
	}
	defer tree.Close()
	data, err := tree.ReadHead(filepath.Base(path), maxCheckpoint+1)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the remembered checkpoint: %w", err)
	}
	c, err := ReadCheckpoint(data)
	if err != nil {
		return nil, fmt.Errorf("read the remembered checkpoint %s: %w", path, err)
	}
	return c, nil
}

// grewFrom proves that an earlier tree is the beginning of this one.
func (v *view) grewFrom(seen *Checkpoint) error {
	bad := func(format string, args ...any) error {
		return &SeenError{seen, v.head, fmt.Sprintf(format, args...)}
	}
	switch {
	case seen.Origin != v.head.Origin:
		return bad("another ledger: %s was seen before, and this is %s", seen.Origin, v.head.Origin)
	case seen.Size > v.head.Size:
		return bad("set back: %d entries were seen before, and %d are there now", seen.Size, v.head.Size)
	}
	then, err := tlog.TreeHash(seen.Size, v)
	if err != nil {
		return err
	}
	if then != seen.Root {
		return bad("rewritten: the first %d entries are not the ones that were seen before", seen.Size)
	}
	return nil
}

// seenWait bounds the wait for another process that keeps a checkpoint in the same file.
const seenWait = 10 * time.Second

// remember keeps a checkpoint that was found good, unless a later one is kept already. It must come from the same ledger.
func (l *Ledger) remember(good *Checkpoint) error {
	path := l.seenFile()
	if path == "" {
		return nil
	}
	return keepSeen(path, good, nil)
}

// keepSeen replaces the remembered checkpoint. check sees the one that is there at that moment, while nobody else can replace it.
func keepSeen(path string, good *Checkpoint, check func(*Checkpoint) error) error {
	folder, err := durable.OpenFolder(filepath.Dir(path), ".")
	if err != nil {
		return fmt.Errorf("keep the checkpoint: %w", err)
	}
	defer folder.Close()
	ctx, stop := context.WithTimeout(context.Background(), seenWait)
	defer stop()
	unlock, err := folder.Lock(ctx, "."+filepath.Base(path)+".lock")
	if err != nil {
		return fmt.Errorf("keep the checkpoint: %w", err)
	}
	defer unlock()
	seen, err := readSeen(path)
	if err != nil {
		return err
	}
	if check != nil && seen != nil {
		if err := check(seen); err != nil {
			return err
		}
	}
	if seen != nil && (seen.Origin != good.Origin || seen.Size > good.Size) {
		return nil // somebody else saw more meanwhile
	}
	return durable.WriteFile(path, 0o600, func(w io.Writer) error {
		_, err := w.Write(good.Text())
		return err
	})
}
