package bound

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
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
	gaps    map[Gap]bool
	dropped bool // more gaps than are kept
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
	return &Tree{limits: l, top: top, gaps: map[Gap]bool{}, reached: map[LimitError]bool{}, skipped: map[string]bool{}}
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
		if !errors.Is(err, fs.ErrNotExist) {
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
	gaps := sortedGaps(t.gaps)
	if t.dropped {
		gaps = append(gaps, Gap{".", fmt.Sprintf("more than %d gaps: the rest is not listed", maxGaps)})
	}
	return gaps
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

// maxGaps bounds the memory an adversary can take by being unreadable.
const maxGaps = 10_000

func (t *Tree) gap(path string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if limit := (*LimitError)(nil); errors.As(err, &limit) && len(t.reached) < maxGaps {
		t.reached[*limit] = true
	}
	t.gaps[Gap{path, reason(err)}] = true
	if len(t.gaps) > 2*maxGaps { // keep the first in order, not in time: the same target gives the same report
		t.dropped = true
		t.gaps = pruned(t.gaps)
	}
}

func pruned(gaps map[Gap]bool) map[Gap]bool {
	kept := make(map[Gap]bool, 2*maxGaps)
	for _, g := range sortedGaps(gaps)[:maxGaps] {
		kept[g] = true
	}
	return kept
}

func sortedGaps(gaps map[Gap]bool) []Gap {
	return slices.SortedFunc(maps.Keys(gaps), func(a, b Gap) int {
		return 2*strings.Compare(a.Path, b.Path) + strings.Compare(a.Reason, b.Reason)
	})
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

// Handle is one open regular file. All its reads count towards TotalBytes; none of them is trusted with a size.
type Handle struct {
	tree    *Tree
	path    string
	size    int64
	content content
}

// Size is the file's size when it was opened.
func (h *Handle) Size() int64 { return h.size }

// Close closes the file.
func (h *Handle) Close() error { return h.content.Close() }

// Read reads on from where the last Read ended.
func (h *Handle) Read(p []byte) (int, error) {
	n, err := h.content.Read(p)
	return h.counted(n, err)
}

// ReadAt reads at an offset.
func (h *Handle) ReadAt(p []byte, off int64) (int, error) {
	n, err := h.content.ReadAt(p, off)
	return h.counted(n, err)
}

func (h *Handle) counted(n int, err error) (int, error) {
	if err != nil && err != io.EOF {
		h.tree.gap(h.path, err)
	}
	if limit := h.tree.spend(h.path, n); limit != nil {
		return 0, limit
	}
	return n, err
}

// whole reads a file under FileBytes. The size at opening is only a hint: the file may grow while it is read.
func (h *Handle) whole() ([]byte, error) {
	max := h.tree.limits.FileBytes
	if h.size > max {
		return nil, h.tree.limit(h.path, LimitFileBytes, max)
	}
	data := make([]byte, 0, h.size+1) // one more than expected, so that growth shows
	for {
		n, err := h.ReadAt(data[len(data):cap(data)], int64(len(data)))
		data = data[:len(data)+n]
		switch {
		case int64(len(data)) > max:
			return nil, h.tree.limit(h.path, LimitFileBytes, max)
		case err == io.EOF:
			if int64(len(data)) != h.size {
				h.tree.gap(h.path, fmt.Errorf("changed while it was read, from %d to %d bytes", h.size, len(data)))
			}
			return data, nil
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", QuoteName(h.path), err)
		}
		if len(data) == cap(data) {
			room := min(int64(2*cap(data)), max+1) - int64(cap(data))
			data = slices.Grow(data, int(room))[:len(data)]
			data = data[:len(data):min(int64(cap(data)), max+1)]
		}
	}
}

var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

func (h *Handle) head(n int) ([]byte, error) {
	if n < 0 {
		return nil, fmt.Errorf("read head of %s: %d bytes: %w", QuoteName(h.path), n, fs.ErrInvalid)
	}
	n = int(min(int64(n), h.size))
	if n == 0 {
		return nil, nil
	}
	buf := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buf)
	into := buf[:]
	if n > len(into) {
		into = make([]byte, n)
	}
	got, err := h.ReadAt(into[:n], 0)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("read head of %s: %w", QuoteName(h.path), err)
	}
	if n > len(buf) {
		return into[:got], nil
	}
	return slices.Clone(into[:got]), nil // the pooled buffer stays ours
}

func (h *Handle) digest() (string, error) {
	buf := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buf)
	sum, off := sha256.New(), int64(0)
	for {
		n, err := h.ReadAt(buf[:], off)
		off += int64(n)
		sum.Write(buf[:n])
		if err == io.EOF {
			return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
		}
		if err != nil {
			return "", fmt.Errorf("digest %s: %w", QuoteName(h.path), err)
		}
	}
}
