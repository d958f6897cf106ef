package copies

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/sign/oms"
)

// Options say how a copy is made. The zero value copies to a new private folder below the system's folder for temporary files.
type Options struct {
	Parent string // make the private folder here instead
	Into   string // copy to this folder, for others to read, and keep it; it may hold an earlier copy, and nothing else
	Sealed bool   // a single file to memory that nobody can write to, not even this process (Linux)
	Loose  bool   // do not mind files beyond the signature: they are not copied in any case
	Verify oms.VerifyOptions
	// Ready is told of what was verified before the copy is published; its error keeps that from happening. Nil: nobody asks.
	Ready func(*oms.Result) error
}

// Copy is a verified copy of a model.
type Copy struct {
	Path   string      // of the folder or file to load
	Result *oms.Result // what was verified; Signer is for the caller to fill in
	Sealed *os.File    // the file in memory; nil: the copy lies in a folder
	Bytes  int64

	folder string // to be removed
	root   *os.Root
}

// ErrChanged is wrapped when a copy is not what was signed: the original was not either, or was exchanged while it was copied.
var ErrChanged = errors.New("not as it was signed")

// ChangedError lists what differs.
type ChangedError struct {
	Path   string
	Result *oms.Result
}

// Error names the first of the differences.
func (e *ChangedError) Error() string {
	r := e.Result
	var names []string
	for _, c := range r.Changed {
		names = append(names, bound.QuoteName(c.Path)+" is changed")
	}
	for _, list := range []struct {
		paths []string
		word  string
	}{{r.Missing, " is missing"}, {r.Extra, " is beyond the signature"}} {
		for _, p := range list.paths {
			names = append(names, bound.QuoteName(p)+list.word)
		}
	}
	for _, l := range r.Links {
		names = append(names, bound.QuoteName(l.Path)+" is a link")
	}
	for _, g := range slices.Concat(r.Odd, r.Unread) {
		names = append(names, bound.QuoteName(g.Path)+": "+g.Reason)
	}
	const shown = 5
	text := strings.Join(names[:min(len(names), shown)], "; ")
	if more := len(names) - shown; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return fmt.Sprintf("%s is %v: %s", bound.QuoteName(e.Path), ErrChanged, text)
}

func (e *ChangedError) Unwrap() error { return ErrChanged }

// Make copies the signed files of the model at path, and verifies the copy against the manifest, whose signature the caller has verified. What
// differs is a *ChangedError, and then nothing is left of the copy.
func Make(ctx context.Context, path string, m *oms.Manifest, o Options) (c *Copy, err error) {
	switch {
	case o.Sealed && !m.Single():
		return nil, errors.New("only a single file can be sealed in memory; a model of several files is copied to a folder")
	case o.Sealed && o.Into != "":
		return nil, errors.New("a file sealed in memory lies in no folder")
	}
	source, err := open(path, m)
	if err != nil {
		return nil, err
	}
	defer source.tree.Close()
	if err := source.beyond(ctx, path, m, o); err != nil {
		return nil, err
	}
	c = &Copy{}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
			c = nil
		}
	}()
	switch {
	case o.Sealed:
		err = c.seal(ctx, source)
	default:
		err = c.fill(ctx, source, m, o)
	}
	if err != nil {
		return c, err
	}
	if err := c.verify(ctx, path, m, o); err != nil {
		return c, err
	}
	if o.Ready != nil {
		if err := o.Ready(c.Result); err != nil {
			return c, err
		}
	}
	return c, c.publish(m, o)
}

// original is the model that is copied.
type original struct {
	tree *bound.Tree
	base string // name of a single file in the tree; "" for a folder
}

func open(path string, m *oms.Manifest) (*original, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, fmt.Errorf("copy model: %w", err)
	}
	if single := info.Mode().IsRegular(); single != m.Single() || !single && !info.IsDir() {
		return nil, fmt.Errorf("copy model: the signature is not of what %s is", bound.QuoteName(path))
	}
	o := &original{}
	dir := path
	if m.Single() {
		dir, o.base = filepath.Dir(path), filepath.Base(path)
	}
	if o.tree, err = bound.Open(dir, bound.Limits{Files: 2_000_000, TotalBytes: 1 << 62, EnterGit: true}); err != nil {
		return nil, fmt.Errorf("copy model: %w", err)
	}
	return o, nil
}

// beyond refuses a folder that holds more than was signed: somebody put it there, though nobody would load it from the copy.
func (s *original) beyond(ctx context.Context, path string, m *oms.Manifest, o Options) error {
	if o.Loose || m.Single() {
		return nil
	}
	names := *m
	names.Parts = nil // nothing is to be read, and so everything is extra
	r, err := oms.Compare(ctx, path, &names, o.Verify)
	if err != nil {
		return err
	}
	signed := map[string]bool{}
	for _, f := range m.Files() {
		signed[f.Path] = true
	}
	r.Extra = slices.DeleteFunc(r.Extra, func(p string) bool { return signed[p] })
	if r.Differences() > 0 || len(r.Unread) > 0 {
		return &ChangedError{path, r}
	}
	return nil
}

// fill copies the signed files to a new folder.
func (c *Copy) fill(ctx context.Context, s *original, m *oms.Manifest, o Options) (err error) {
	parent := o.Parent
	if o.Into != "" {
		if parent, err = prepare(o.Into, m); err != nil {
			return err
		}
	}
	if c.folder, err = os.MkdirTemp(parent, partial+"*"); err != nil { // 0700
		return fmt.Errorf("make a private folder: %w", err)
	}
	if c.root, err = os.OpenRoot(c.folder); err != nil {
		return fmt.Errorf("open the private folder: %w", err)
	}
	c.Path = c.folder
	if s.base != "" {
		c.Path = filepath.Join(c.folder, s.base)
	}
	return c.each(ctx, m.Files(), func(ctx context.Context, f oms.File) (int64, error) {
		name := f.Path
		if s.base != "" {
			name = s.base
		}
		return c.one(ctx, s.tree, name)
	})
}

// each runs over the files, several at a time.
func (c *Copy) each(ctx context.Context, files []oms.File, run func(context.Context, oms.File) (int64, error)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan oms.File)
	var (
		wg sync.WaitGroup
		mu sync.Mutex
	)
	for range min(len(files), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for f := range next {
				n, err := run(ctx, f)
				if err != nil {
					cancel(err)
				}
				mu.Lock()
				c.Bytes += n
				mu.Unlock()
			}
		})
	}
	for _, f := range files {
		select {
		case next <- f:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(next)
	wg.Wait()
	return context.Cause(ctx)
}

// one copies a file. What is not there is left out: comparing the copy will tell. A file that grows under the copying ends it.
func (c *Copy) one(ctx context.Context, tree *bound.Tree, name string) (int64, error) {
	if ctx.Err() != nil {
		return 0, nil
	}
	in, err := tree.OpenFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("copy %s: %w", bound.QuoteName(name), err)
	}
	defer in.Close()
	if dir := filepath.Dir(filepath.FromSlash(name)); dir != "." {
		if err := c.root.MkdirAll(dir, 0o700); err != nil {
			return 0, fmt.Errorf("copy %s: %w", bound.QuoteName(name), err)
		}
	}
	out, err := c.root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o400)
	if err != nil {
		return 0, fmt.Errorf("copy %s: %w", bound.QuoteName(name), err)
	}
	n, err := transfer(ctx, out, in)
	if err = cmp.Or(err, out.Close()); err != nil {
		return n, fmt.Errorf("copy %s: %w", bound.QuoteName(name), err)
	}
	return n, nil
}

// verify holds the copy against the manifest.
func (c *Copy) verify(ctx context.Context, path string, m *oms.Manifest, o Options) error {
	var r *oms.Result
	var err error
	if c.Sealed != nil {
		r, err = c.compareSealed(ctx, m)
	} else {
		r, err = oms.Compare(ctx, c.Path, m, oms.VerifyOptions{At: o.Verify.At, Step: o.Verify.Step}) // nothing is left out of a copy
	}
	if err != nil {
		return err
	}
	if r.Differences() > 0 || len(r.Unread) > 0 || len(r.Files) == 0 {
		return &ChangedError{path, r}
	}
	c.Result = r
	return nil
}

// FS is the copy as a file system, read-only.
func (c *Copy) FS() fs.FS { return c.root.FS() }

// Close removes the copy, unless it was made for others to read.
func (c *Copy) Close() error {
	var errs []error
	if c.Sealed != nil {
		errs = append(errs, c.Sealed.Close())
	}
	if c.root != nil {
		errs = append(errs, c.root.Close())
	}
	if c.folder != "" {
		errs = append(errs, unlock(c.folder), os.RemoveAll(c.folder))
	}
	*c = Copy{Result: c.Result}
	return errors.Join(errs...)
}
