package bound

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
)

// File is a regular file or a link met by Walk. Its folder's handle is open during the visit, and so is the file once it
// was read: looking at the head and then at the whole costs one open.
type File struct {
	Path    string // slash path relative to the root, exactly as on disk; print it with QuoteName
	Size    int64  // when it was met
	Mode    fs.FileMode
	Target  string // where a link says it leads, as text; links are reported and never followed
	Outside bool   // a link that leads out of the tree
	meeting *meeting
}

// Head returns the first n bytes, or all of a shorter file. What cannot be read is recorded as a gap.
func (f File) Head(n int) (data []byte, err error) {
	err = f.with(func(h *Handle) error { data, err = h.head(n); return err })
	return data, err
}

// Read returns the whole file. A file over FileBytes is a *LimitError. What cannot be read is recorded as a gap.
func (f File) Read() (data []byte, err error) {
	err = f.with(func(h *Handle) error { data, err = h.whole(); return err })
	return data, err
}

// Digest returns "sha256:<hex>" of the whole file, of any size.
func (f File) Digest() (sum string, err error) {
	err = f.with(func(h *Handle) error { sum, err = h.digest(); return err })
	return sum, err
}

// ReadAt reads at an offset, for parsers of large files.
func (f File) ReadAt(p []byte, off int64) (n int, err error) {
	err = f.with(func(h *Handle) error { n, err = h.ReadAt(p, off); return err })
	return n, err
}

// Regular tells a regular file from a link.
func (f File) Regular() bool { return f.Mode.IsRegular() }

// meeting is what File methods need to know about a visit, and the handle they share.
type meeting struct {
	tree *Tree
	path string
	name string
	info fs.FileInfo

	mu     sync.Mutex
	in     *openFolder // nil once the visit is over
	handle *Handle
}

func (f File) with(use func(*Handle) error) error {
	m := f.meeting
	if m == nil || !f.Regular() {
		return fmt.Errorf("read %s: %w: %s", QuoteName(f.Path), ErrIrregular, kind(f.Mode))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.in == nil { // after the visit: nothing is kept open
		h, err := m.open(m.tree.top, m.path)
		if err != nil {
			return err
		}
		defer h.Close()
		return use(h)
	}
	if m.handle == nil {
		h, err := m.open(m.in.folder, m.name)
		if err != nil {
			return err
		}
		m.handle = h
	}
	return use(m.handle)
}

// open opens what was met. That it is gone by now is a gap, unlike with a file nobody ever saw.
func (m *meeting) open(in folder, name string) (*Handle, error) {
	c, info, err := in.open(name, m.info)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("gone before it could be read: %w", err)
		}
		m.tree.gap(m.path, err)
		return nil, fmt.Errorf("open %s: %w", QuoteName(m.path), err)
	}
	return &Handle{tree: m.tree, path: m.path, size: info.Size(), content: c}, nil
}

func (m *meeting) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.in = nil
	if m.handle != nil {
		m.handle.Close()
		m.handle = nil
	}
}

// Walk visits every regular file and link, in no order and from as many goroutines as GOMAXPROCS allows. Folders, links
// and files are counted against Files; what is not visited or entered is a gap. The first error of visit ends the walk
// and is returned, as is that of a cancelled context. A limit ends it without an error: what was visited stays good, and
// Gaps and Limited tell.
func (t *Tree) Walk(ctx context.Context, visit func(File) error) error {
	w := &walk{tree: t, ctx: ctx, visit: visit, spare: make(chan struct{}, runtime.GOMAXPROCS(0)-1)}
	top, err := t.top.sub(".")
	if err != nil {
		t.gap(".", err)
		return fmt.Errorf("walk the target: %w", err)
	}
	w.enter(newOpenFolder(top, "", 0))
	w.running.Wait()
	return w.err
}

type walk struct {
	tree    *Tree
	ctx     context.Context
	visit   func(File) error
	entries atomic.Int64

	spare   chan struct{} // one place per goroutine that may run beside the first
	running sync.WaitGroup
	stopped atomic.Bool
	failed  sync.Once
	err     error
}

// share runs do beside the caller if a goroutine is to spare, and in place if not: no queue, hence nothing that grows.
func (w *walk) share(do func()) {
	select {
	case w.spare <- struct{}{}:
		w.running.Go(func() {
			defer func() { <-w.spare }()
			do()
		})
	default:
		do()
	}
}

func (w *walk) stop(err error) {
	w.failed.Do(func() {
		w.err = err
		w.stopped.Store(true)
	})
}

func (w *walk) done() bool {
	if err := w.ctx.Err(); err != nil {
		w.stop(fmt.Errorf("walk the target: %w", err))
	}
	return w.stopped.Load()
}

// openFolder is a folder kept open until its entries are done.
type openFolder struct {
	folder folder
	prefix string // path and slash, empty for the root
	depth  int
	users  atomic.Int32
}

func newOpenFolder(f folder, prefix string, depth int) *openFolder {
	o := &openFolder{folder: f, prefix: prefix, depth: depth}
	o.users.Store(1)
	return o
}

func (o *openFolder) release() {
	if o.users.Add(-1) == 0 {
		o.folder.close()
	}
}

// batch is how many names are listed at once; a larger folder is shared between goroutines by the batch.
const batch = 256

// enter goes through a folder and gives it up.
func (w *walk) enter(in *openFolder) {
	defer in.release()
	for !w.done() {
		names, err := in.folder.list(batch)
		switch {
		case len(names) == batch:
			in.users.Add(1)
			w.share(func() {
				defer in.release()
				w.entriesOf(in, names)
			})
		case len(names) > 0:
			w.entriesOf(in, names)
		}
		if err == nil {
			continue
		}
		if err != io.EOF {
			w.tree.gap(in.path(), fmt.Errorf("folder not listed: %w", err))
		}
		return
	}
}

func (o *openFolder) path() string {
	if o.prefix == "" {
		return "."
	}
	return o.prefix[:len(o.prefix)-1]
}

func (w *walk) entriesOf(in *openFolder, names []string) {
	limits := &w.tree.limits
	for _, name := range names {
		if w.done() {
			return
		}
		if w.entries.Add(1) > int64(limits.Files) {
			w.tree.limit(".", LimitFiles, int64(limits.Files))
			w.stop(nil)
			return
		}
		if len(in.prefix)+len(name) > limits.NameBytes {
			w.tree.limit(in.path(), LimitNameBytes, int64(limits.NameBytes))
			continue
		}
		w.entry(in, name)
	}
}

func (w *walk) entry(in *openFolder, name string) {
	path := in.prefix + name
	info, err := in.folder.lstat(name)
	if err != nil {
		w.tree.gap(path, err)
		return
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		w.descend(in, name, path)
	case mode&fs.ModeSymlink != 0:
		w.link(in, name, path, info)
	case mode.IsRegular():
		m := &meeting{tree: w.tree, path: path, name: name, info: info, in: in}
		defer m.end()
		w.show(File{Path: path, Size: info.Size(), Mode: mode, meeting: m})
	default:
		w.tree.gap(path, fmt.Errorf("%w: %s, never opened", ErrIrregular, kind(mode)))
	}
}

func (w *walk) show(f File) {
	if err := w.visit(f); err != nil {
		w.stop(err)
	}
}

func (w *walk) descend(in *openFolder, name, path string) {
	if name == ".git" && !w.tree.limits.EnterGit || name == "objects" && (in.path() == ".git" || strings.HasSuffix(in.path(), "/.git")) {
		w.tree.skip(path)
		return
	}
	if in.depth+1 > w.tree.limits.Depth {
		w.tree.limit(path, LimitDepth, int64(w.tree.limits.Depth))
		return
	}
	sub, err := in.folder.sub(name)
	if err != nil {
		w.tree.gap(path, fmt.Errorf("folder not entered: %w", err))
		return
	}
	w.share(func() { w.enter(newOpenFolder(sub, path+"/", in.depth+1)) })
}

// link reports a link. What a link inside the tree leads to is met under its own name; what lies outside is never read.
func (w *walk) link(in *openFolder, name, path string, info fs.FileInfo) {
	target, err := in.folder.readlink(name)
	if err != nil {
		w.tree.gap(path, err)
		return
	}
	_, err = w.tree.top.stat(path)
	outside := errors.Is(err, ErrOutside)
	if outside {
		w.tree.gap(path, fmt.Errorf("link to %s: %w", QuoteName(target), ErrOutside))
	}
	w.show(File{Path: path, Size: info.Size(), Mode: info.Mode(), Target: target, Outside: outside})
}
