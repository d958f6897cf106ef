package bound

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// folder is one open folder of a target: on a disk, or in memory. Names may be slash paths below it.
type folder interface {
	list(n int) ([]string, error)                                     // the next n names, unordered; io.EOF after the last
	lstat(name string) (fs.FileInfo, error)                           // of the entry itself
	stat(name string) (fs.FileInfo, error)                            // of what a link leads to; ErrOutside when that is not in the tree
	readlink(name string) (string, error)                             // the text of a link
	sub(name string) (folder, error)                                  // "." gives another handle on the same folder
	open(name string, seen fs.FileInfo) (content, fs.FileInfo, error) // regular files only; seen: what it must still be, or nil
	close() error
}

// content is an open regular file.
type content interface {
	io.Reader
	io.ReaderAt
	io.Closer
}

var errFolder = fmt.Errorf("%w: folder", ErrIrregular)

// disk is a folder held open by os.Root, so that names are resolved below it by the kernel and never above it.
type disk struct {
	root    *os.Root
	listing *os.File // opened by the first list
}

func openDisk(dir string) (*disk, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, bare(err)
	}
	if !info.IsDir() {
		return nil, errors.New("not a folder")
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, bare(err)
	}
	return &disk{root: root}, nil
}

func (d *disk) list(n int) ([]string, error) {
	if d.listing == nil {
		f, err := d.root.OpenFile(".", os.O_RDONLY|syscall.O_NONBLOCK, 0)
		if err != nil {
			return nil, bare(err)
		}
		d.listing = f
	}
	names, err := d.listing.Readdirnames(n)
	return names, bare(err)
}

func (d *disk) lstat(name string) (fs.FileInfo, error) {
	info, err := d.root.Lstat(name)
	return info, bare(err)
}

func (d *disk) stat(name string) (fs.FileInfo, error) {
	info, err := d.root.Stat(name)
	if errors.Is(err, syscall.ENOTDIR) || errors.Is(err, fs.ErrNotExist) { // below a file there is nothing, either
		return nil, fs.ErrNotExist
	}
	return info, bare(err)
}

func (d *disk) readlink(name string) (string, error) {
	target, err := d.root.Readlink(name)
	return target, bare(err)
}

// sub opens a folder below. The trailing dot makes os.Root open the name with O_DIRECTORY: were the folder replaced by a
// pipe in the meantime, a plain open would wait for a writer for ever.
func (d *disk) sub(name string) (folder, error) {
	root, err := d.root.OpenRoot(name + "/.")
	if err != nil {
		return nil, bare(err)
	}
	return &disk{root: root}, nil
}

// open looks before it opens, because opening a device can already do something, and looks again afterwards, because the
// name may lead elsewhere by then. O_NONBLOCK keeps a pipe put there in between from stopping us.
func (d *disk) open(name string, seen fs.FileInfo) (content, fs.FileInfo, error) {
	if seen == nil {
		info, err := d.stat(name)
		if err != nil {
			return nil, nil, err
		}
		seen = info
	}
	if seen.IsDir() {
		return nil, nil, errFolder
	}
	if !seen.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("%w: %s", ErrIrregular, kind(seen.Mode()))
	}
	f, err := d.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, bare(err)
	}
	info, err := f.Stat()
	if err == nil && (!info.Mode().IsRegular() || !os.SameFile(seen, info)) {
		err = errors.New("replaced by something else while it was opened")
	}
	if err != nil {
		f.Close()
		return nil, nil, bare(err)
	}
	return f, info, nil
}

func (d *disk) close() error {
	if d.listing != nil {
		d.listing.Close()
	}
	return d.root.Close()
}

// bare takes the path off an error, for the caller to add the one a reader knows, and names an escape as ours.
func bare(err error) error {
	p := (*fs.PathError)(nil)
	if err == nil || !errors.As(err, &p) {
		return err
	}
	if p.Err.Error() == "path escapes from parent" { // package os has no exported value for it
		return ErrOutside
	}
	return p.Err
}

// kind names what an entry is when it is not a regular file.
func kind(m fs.FileMode) string {
	switch {
	case m.IsDir():
		return "folder"
	case m&fs.ModeSymlink != 0:
		return "link"
	case m&fs.ModeNamedPipe != 0:
		return "named pipe"
	case m&fs.ModeSocket != 0:
		return "socket"
	case m&fs.ModeDevice != 0:
		return "device"
	}
	return "of an unknown type"
}
