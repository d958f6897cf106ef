package history

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"github.com/lodemark/lodemark/internal/bound"
)

// The bounds of reading one file of a revision.
const (
	treeBytes = 8 << 20 // of one folder's listing
	mostBack  = 10_000  // steps of HEAD~N
	pathParts = 64
)

// ErrNoFile says that a revision does not hold a file.
var ErrNoFile = errors.New("there is no such file")

// A RevisionError says that a revision cannot be found.
type RevisionError struct{ Name, Why string }

func (e *RevisionError) Error() string { return fmt.Sprintf("revision %q: %s", e.Name, e.Why) }

// File reads a file of a revision from git's objects: a branch, a tag, HEAD, a commit (its first digits do), each with ~N or ^
// behind it. The tree is the repository's top folder; name is relative to it. At most so many bytes are read. The commit's full
// name is given too.
func File(ctx context.Context, tree *bound.Tree, revision, name string, most int64) (data []byte, commit string, err error) {
	defer func() {
		if p := recover(); p != nil { // the library has crashed on damaged packs before
			data, err = nil, fmt.Errorf("revision %q: the history is damaged: %v", revision, p)
		}
	}()
	info, err := tree.Stat(".git")
	if err != nil || !info.IsDir() {
		return nil, "", &RevisionError{revision, "there is no git repository in the folder"}
	}
	within, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	v := &view{ctx: within, asked: revision, store: filesystem.NewStorageWithOptions(&gitFolder{tree: tree}, cache.NewObjectLRU(8<<20), filesystem.Options{
		ExclusiveAccess: true, MaxOpenDescriptors: 32, LargeObjectThreshold: treeBytes})}
	c, err := v.find(revision)
	if err != nil {
		return nil, "", err
	}
	data, err = v.read(c, name, most)
	return data, c.Hash.String(), err
}

// view is one look at the objects of a repository.
type view struct {
	ctx   context.Context
	asked string
	store *filesystem.Storage
}

func (v *view) fail(format string, args ...any) error {
	return &RevisionError{v.asked, fmt.Sprintf(format, args...)}
}

// find finds the commit of a revision, and goes back as many steps as its end says.
func (v *view) find(revision string) (*object.Commit, error) {
	name, back, err := v.steps(revision)
	if err != nil {
		return nil, err
	}
	at, err := v.named(name)
	if err != nil {
		return nil, err
	}
	c, err := v.commit(at, 8)
	for ; err == nil && back > 0; back-- {
		switch {
		case v.ctx.Err() != nil:
			return nil, v.fail("going back took too long")
		case len(c.ParentHashes) == 0:
			return nil, v.fail("%s is the first commit; there is none before it", short12(c.Hash))
		}
		c, err = v.commit(c.ParentHashes[0], 0)
	}
	return c, err
}

// steps takes ~N and ^ from the end of a revision: how far back from what is before them.
func (v *view) steps(revision string) (name string, back int, err error) {
	end := strings.IndexAny(revision, "~^")
	if end < 0 {
		return revision, 0, nil
	}
	name = revision[:end]
	for rest := revision[end:]; rest != ""; {
		sign := rest[0]
		digits := 1
		for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
			digits++
		}
		n := 1
		if digits > 1 {
			if n, err = strconv.Atoi(rest[1:digits]); err != nil {
				return "", 0, v.fail("%s is no number of steps", rest[1:digits])
			}
		}
		if sign != '~' && (sign != '^' || n != 1) {
			return "", 0, v.fail("only ~N and ^ can follow a name")
		}
		if back += n; back > mostBack {
			return "", 0, v.fail("more than %d steps back", mostBack)
		}
		rest = rest[digits:]
	}
	return name, back, nil
}

// named finds what a name stands for: HEAD, a tag, a branch, a branch of a remote, or the first digits of a commit.
func (v *view) named(name string) (plumbing.Hash, error) {
	name = cmp.Or(name, "HEAD")
	if name == "@" {
		name = "HEAD"
	}
	for _, form := range []string{"%s", "refs/%s", "refs/tags/%s", "refs/heads/%s", "refs/remotes/%s", "refs/remotes/%s/HEAD"} {
		full := fmt.Sprintf(form, name)
		if form == "%s" && full != "HEAD" && !strings.HasPrefix(full, "refs/") { // a bare name is never a file of .git
			continue
		}
		if ref, err := storer.ResolveReference(v.store, plumbing.ReferenceName(full)); err == nil {
			return ref.Hash(), nil
		}
	}
	return v.abbreviated(name)
}

// abbreviated finds the one object whose name begins so.
func (v *view) abbreviated(name string) (plumbing.Hash, error) {
	low := strings.ToLower(name)
	if len(low) == 40 && plumbing.IsHash(low) {
		return plumbing.NewHash(low), nil
	}
	prefix, err := hex.DecodeString(low[:len(low)&^1])
	if len(low) < 4 || len(low) > 40 || err != nil || strings.Trim(low, "0123456789abcdef") != "" {
		return plumbing.ZeroHash, v.fail("there is no branch, tag or commit of this name")
	}
	all, err := v.store.HashesWithPrefix(prefix)
	if err != nil {
		return plumbing.ZeroHash, v.fail("it cannot be looked up: %v", err)
	}
	var found []plumbing.Hash
	for _, h := range all {
		if strings.HasPrefix(h.String(), low) && v.isCommit(h) {
			found = append(found, h)
		}
	}
	switch len(found) {
	case 0:
		return plumbing.ZeroHash, v.fail("there is no branch, tag or commit of this name")
	case 1:
		return found[0], nil
	}
	return plumbing.ZeroHash, v.fail("%d commits begin so; write more digits", len(found))
}

func (v *view) isCommit(h plumbing.Hash) bool {
	_, err := v.commit(h, 1)
	return err == nil
}

// commit reads a commit, or the one that a tag is put on.
func (v *view) commit(at plumbing.Hash, tags int) (*object.Commit, error) {
	size, err := v.store.EncodedObjectSize(at)
	switch {
	case err != nil:
		return nil, v.fail("commit %s is not here (a shallow clone does not hold all)", short12(at))
	case size > 1<<20:
		return nil, v.fail("%s has %d bytes, more than any commit needs", short12(at), size)
	}
	c, err := object.GetCommit(v.store, at)
	if err == nil {
		return c, nil
	}
	if tag, tagErr := object.GetTag(v.store, at); tagErr == nil && tags > 0 {
		return v.commit(tag.Target, tags-1)
	}
	return nil, v.fail("%s is no commit", short12(at))
}

// read follows the folders of a commit to a file.
func (v *view) read(c *object.Commit, name string, most int64) ([]byte, error) {
	parts := strings.Split(name, "/")
	if len(parts) > pathParts {
		return nil, v.fail("the path has %d parts", len(parts))
	}
	at := c.TreeHash
	for i, part := range parts {
		if size, err := v.store.EncodedObjectSize(at); err != nil || size > treeBytes {
			return nil, v.fail("the folder of %s cannot be read", part)
		}
		folder, err := object.GetTree(v.store, at)
		if err != nil {
			return nil, v.fail("the folder of %s cannot be read: %v", part, err)
		}
		mode, found := filemode.Empty, false
		for _, e := range folder.Entries {
			if e.Name == part {
				at, mode, found = e.Hash, e.Mode, true
				break
			}
		}
		last := i == len(parts)-1
		if !found || last && mode != filemode.Regular && mode != filemode.Executable && mode != filemode.Deprecated || !last && mode != filemode.Dir {
			return nil, fmt.Errorf("%s in %s: %w", name, short12(c.Hash), ErrNoFile)
		}
	}
	size, err := v.store.EncodedObjectSize(at)
	if err != nil {
		return nil, v.fail("%s is not here", name)
	}
	if size > most {
		return nil, v.fail("%s has %d bytes; at most %d are read", name, size, most)
	}
	blob, err := object.GetBlob(v.store, at)
	if err != nil {
		return nil, v.fail("%s cannot be read: %v", name, err)
	}
	r, err := blob.Reader()
	if err != nil {
		return nil, v.fail("%s cannot be read: %v", name, err)
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, most))
}

func short12(h plumbing.Hash) string { return h.String()[:12] }
