package bound

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Tree is a target, read-only. Its methods may be called from several goroutines at once.
type Tree struct {
	limits Limits
	top    folder
	spent  atomic.Int64 // bytes handed out so far

	mu      sync.Mutex
	gaps    gapSet
	reached map[LimitError]bool
	skipped map[string]bool
}

// Open opens the folder dir as a target. No path and no link leads out of it.
func Open(dir string, l Limits) (*Tree, error) {
	limits, err := l.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("open target %s: %w", QuoteName(dir), err)
	}
	top, err := openDisk(dir)
	if err != nil {
		return nil, fmt.Errorf("open target %s: %w", QuoteName(dir), err)
	}
	return newTree(top, limits), nil
}

// Memory is a target held in memory, from slash paths to contents. It behaves as the same files under Open do.
func Memory(files map[string]string, l Limits) (*Tree, error) {
	limits, err := l.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("open target in memory: %w", err)
	}
	top, err := newMemory(files)
	if err != nil {
		return nil, fmt.Errorf("open target in memory: %w", err)
	}
	return newTree(top, limits), nil
}

func newTree(top folder, l Limits) *Tree {
	return &Tree{limits: l, top: top, reached: map[LimitError]bool{}, skipped: map[string]bool{}}
}

// Close lets go of the target. Files visited or opened earlier can no longer be read.
func (t *Tree) Close() error { return t.top.close() }

// Limits returns the limits in force, defaults filled in.
func (t *Tree) Limits() Limits { return t.limits }

// ReadFile returns the whole of a regular file, named by a slash path relative to the root. A link is followed as long as
// it stays in the tree. A file over FileBytes is a *LimitError; one that does not exist is fs.ErrNotExist and no gap.
func (t *Tree) ReadFile(name string) ([]byte, error) {
	h, err := t.OpenFile(name)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	return h.whole()
}

// ReadHead returns the first n bytes of a regular file, or all of a shorter one.
func (t *Tree) ReadHead(name string, n int) ([]byte, error) {
	h, err := t.OpenFile(name)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	return h.head(n)
}

// Digest returns "sha256:<hex>" of a regular file of any size. What it reads counts towards TotalBytes.
func (t *Tree) Digest(name string) (string, error) {
	h, err := t.OpenFile(name)
	if err != nil {
		return "", err
	}
	defer h.Close()
	return h.digest()
}

// OpenFile opens a regular file for a parser that reads here and there. Close the handle after use.
func (t *Tree) OpenFile(name string) (*Handle, error) {
	clean, err := t.clean(name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", QuoteName(name), err)
	}
	c, info, err := t.top.open(clean, nil)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) && err != errFolder { // then nothing was left unread
			t.gap(clean, err)
		}
		return nil, fmt.Errorf("open %s: %w", QuoteName(name), err)
	}
	return &Handle{tree: t, path: clean, size: info.Size(), content: c}, nil
}

// clean makes a path canonical by its text alone, so that it means the same on a disk and in memory.
func (t *Tree) clean(name string) (string, error) {
	if name == "" || strings.IndexByte(name, 0) >= 0 {
		return "", fs.ErrInvalid
	}
	if len(name) > t.limits.NameBytes {
		return "", t.limit(name[:64]+"...", LimitNameBytes, int64(t.limits.NameBytes))
	}
	c := path.Clean(name)
	if path.IsAbs(c) || c == ".." || strings.HasPrefix(c, "../") {
		return "", ErrOutside
	}
	return c, nil
}

// Gaps returns, sorted, all that walking and reading could not read so far.
func (t *Tree) Gaps() []Gap {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.gaps.list()
}

// Limited returns, sorted by path, the limits that were reached so far.
func (t *Tree) Limited() []*LimitError {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []*LimitError
	for e := range t.reached {
		all = append(all, &e)
	}
	slices.SortFunc(all, func(a, b *LimitError) int {
		return 2*strings.Compare(a.Path, b.Path) + strings.Compare(a.Limit, b.Limit)
	})
	return all
}

// Skipped returns, sorted, the folders that Walk leaves out on purpose: git's own (".git"), whose history is read as
// objects and not as files. They are no gaps, and a report counts them.
func (t *Tree) Skipped() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Sorted(maps.Keys(t.skipped))
}

func (t *Tree) gap(path string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if limit := (*LimitError)(nil); errors.As(err, &limit) && len(t.reached) < maxGaps {
		t.reached[*limit] = true
	}
	t.gaps.add(path, reason(err))
}

func (t *Tree) skip(path string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.skipped[path] = true
}

// limit makes the error for a reached limit and records it as a gap.
func (t *Tree) limit(path, name string, max int64) error {
	e := &LimitError{Path: path, Limit: name, Max: max}
	t.gap(path, e)
	return e
}

// spend counts bytes before they are handed out.
func (t *Tree) spend(path string, n int) error {
	if t.spent.Add(int64(n)) > t.limits.TotalBytes {
		return t.limit(path, LimitTotalBytes, t.limits.TotalBytes)
	}
	return nil
}
