package history

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/go-git/go-billy/v5"

	"github.com/lodemark/lodemark/internal/bound"
)

// gitFolder shows the library the target's .git folder, read-only and through the rooted tree: it cannot leave the target,
// open anything but regular files, or read more than the tree's limits.
type gitFolder struct{ tree *bound.Tree }

// entriesMost bounds one listing; git spreads loose objects over 256 folders and repacks long before this.
const entriesMost = 100_000

var errReadOnly = errors.New("the target is never written to")

// inside makes a name of the library one of the tree. Its names begin at the folder's root.
func inside(name string) string {
	return path.Join(".git", path.Clean("/"+strings.ReplaceAll(name, `\`, "/")))
}

func (g *gitFolder) Open(name string) (billy.File, error) {
	h, err := g.tree.OpenFile(inside(name))
	if err != nil {
		return nil, missing(err)
	}
	return &file{Handle: h, name: name, SectionReader: io.NewSectionReader(h, 0, h.Size())}, nil
}

func (g *gitFolder) OpenFile(name string, flag int, _ os.FileMode) (billy.File, error) {
	if flag&(os.O_WRONLY|os.O_RDWR|os.O_CREATE|os.O_TRUNC|os.O_APPEND) != 0 {
		return nil, errReadOnly
	}
	return g.Open(name)
}

func (g *gitFolder) Stat(name string) (os.FileInfo, error) {
	info, err := g.tree.Stat(inside(name))
	return info, missing(err)
}

func (g *gitFolder) Lstat(name string) (os.FileInfo, error) { return g.Stat(name) }

func (g *gitFolder) ReadDir(name string) ([]os.FileInfo, error) {
	list, err := g.tree.List(inside(name), entriesMost)
	return list, missing(err)
}

// missing says "not there" in the one way that the library asks for.
func missing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return os.ErrNotExist
	}
	return err
}

func (g *gitFolder) Join(elem ...string) string               { return path.Join(elem...) }
func (g *gitFolder) Root() string                             { return "/" }
func (g *gitFolder) Chroot(string) (billy.Filesystem, error)  { return nil, billy.ErrNotSupported }
func (g *gitFolder) Readlink(string) (string, error)          { return "", billy.ErrNotSupported }
func (g *gitFolder) Create(string) (billy.File, error)        { return nil, errReadOnly }
func (g *gitFolder) TempFile(_, _ string) (billy.File, error) { return nil, errReadOnly }
func (g *gitFolder) Rename(_, _ string) error                 { return errReadOnly }
func (g *gitFolder) Remove(string) error                      { return errReadOnly }
func (g *gitFolder) MkdirAll(string, os.FileMode) error       { return errReadOnly }
func (g *gitFolder) Symlink(_, _ string) error                { return errReadOnly }
func (g *gitFolder) Capabilities() billy.Capability {
	return billy.ReadCapability | billy.SeekCapability
}

// file is an open file with a position of its own.
type file struct {
	*bound.Handle
	*io.SectionReader
	name string
}

func (f *file) Name() string                            { return f.name }
func (f *file) Read(p []byte) (int, error)              { return f.SectionReader.Read(p) }
func (f *file) ReadAt(p []byte, off int64) (int, error) { return f.SectionReader.ReadAt(p, off) }
func (f *file) Size() int64                             { return f.SectionReader.Size() }
func (f *file) Write([]byte) (int, error)               { return 0, errReadOnly }
func (f *file) Truncate(int64) error                    { return errReadOnly }
func (f *file) Lock() error                             { return nil }
func (f *file) Unlock() error                           { return nil }
