package durable

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"syscall"
)

// ErrLink is wrapped where a link stands in the way of a folder or file that is to be written. No link is ever followed: who
// can put one into a folder would else choose what is written over.
var ErrLink = errors.New("a link, which is not followed")

// Folder is an open folder into which files are put whole. Names are slash paths below it and never lead out of it.
//
// Put makes the content of one file last and lets it appear in one step; only Flush makes the names last, all of them at once. So
// a writer that puts many files and then one that refers to them calls Flush in between, and after the last.
type Folder struct {
	// Before is asked before every step that changes the disk, with what is about to happen and to which name; its error is taken for that
	// of the step. It is for tests that stop a writer at each step, and nil otherwise.
	Before func(step, name string) error

	path  string
	root  *os.Root
	dirty map[string]bool // folders with new or changed names
}

// OpenFolder opens the folder name below the folder base. Neither name nor a folder on the way may be a link; base is the caller's and may be.
func OpenFolder(base, name string) (*Folder, error) { return openFolder(base, name, false, nil) }

// MakeFolder is OpenFolder that makes the folders below base which are missing, and makes their names last. before is the Before of the result.
func MakeFolder(base, name string, before func(step, name string) error) (*Folder, error) {
	return openFolder(base, name, true, before)
}

func openFolder(base, name string, make bool, before func(string, string) error) (*Folder, error) {
	at := path.Join(base, name)
	root, err := os.OpenRoot(base)
	if err != nil {
		return nil, fmt.Errorf("open the folder %s: %w", at, err)
	}
	f := &Folder{Before: before, path: base, root: root, dirty: map[string]bool{}}
	if name == "." {
		return f, nil
	}
	defer root.Close()
	if make {
		err = errors.Join(f.folders(name), f.Flush())
	} else {
		err = f.noLinks(name)
	}
	if err != nil {
		return nil, fmt.Errorf("open the folder %s: %w", at, err)
	}
	below, err := root.OpenRoot(name)
	if err != nil {
		return nil, fmt.Errorf("open the folder %s: %w", at, err)
	}
	return &Folder{Before: before, path: at, root: below, dirty: map[string]bool{}}, nil
}

// Close lets go of the folder. It flushes nothing.
func (f *Folder) Close() error { return f.root.Close() }

func (f *Folder) before(step, name string) error {
	if f.Before == nil {
		return nil
	}
	return f.Before(step, name)
}

// ways are the folders that lead to a name, outermost first: a, a/b for a/b/c.
func ways(name string) []string {
	var out []string
	for i, c := range name {
		if c == '/' {
			out = append(out, name[:i])
		}
	}
	return out
}

// noLinks makes sure that a path exists and that no part of it is a link or anything else that is no folder.
func (f *Folder) noLinks(folder string) error {
	for _, part := range append(ways(folder), folder) {
		if err := f.isFolder(part); err != nil {
			return err
		}
	}
	return nil
}

func (f *Folder) isFolder(name string) error {
	info, err := f.root.Lstat(name)
	switch {
	case err != nil:
		return err
	case info.Mode()&fs.ModeSymlink != 0:
		return fmt.Errorf("%s: %w", name, ErrLink)
	case !info.IsDir():
		return fmt.Errorf("%s: %w", name, syscall.ENOTDIR)
	}
	return nil
}

// folders makes what is missing of a path of folders.
func (f *Folder) folders(name string) error {
	for _, part := range append(ways(name), name) {
		err := f.isFolder(part)
		if errors.Is(err, fs.ErrNotExist) {
			if err = f.before("mkdir", part); err == nil {
				err = f.root.Mkdir(part, 0o755)
			}
			if errors.Is(err, fs.ErrExist) { // another process was as fast
				err = f.isFolder(part)
			}
			f.dirty[path.Dir(part)] = true
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Put puts a file with this content in place of what is there, if anything. The folders on the way are made. The temporary file beside it
// has a fixed name, so that what a crash left of one is overwritten by the next writer; two writers need a Lock.
func (f *Folder) Put(name string, perm fs.FileMode, content []byte) (err error) {
	if dir := path.Dir(name); dir != "." {
		if err := f.folders(dir); err != nil {
			return fmt.Errorf("write %s: %w", path.Join(f.path, name), err)
		}
	}
	temp := TempName(name)
	defer func() {
		if err != nil {
			f.root.Remove(temp)
			err = fmt.Errorf("write %s: %w", path.Join(f.path, name), err)
		}
	}()
	if err := f.fill(temp, perm, content); err != nil {
		return err
	}
	if err := f.before("rename", name); err != nil {
		return err
	}
	f.dirty[path.Dir(name)] = true
	return f.root.Rename(temp, name)
}

// TempName is the name under which Put writes a file before it gets its own.
func TempName(name string) string {
	return path.Join(path.Dir(name), ".lodemark-"+path.Base(name)+".tmp")
}

// fill writes the temporary file. O_EXCL does not follow a link that somebody left under its name.
func (f *Folder) fill(temp string, perm fs.FileMode, content []byte) error {
	if err := f.before("create", temp); err != nil {
		return err
	}
	if err := f.root.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := f.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	defer file.Close()
	for half := range 2 { // in two halves, so that a test can stop in the middle
		if err := f.before("write", temp); err != nil {
			return err
		}
		part := content[:len(content)/2]
		if half == 1 {
			part = content[len(content)/2:]
		}
		if _, err := io.Copy(file, bytes.NewReader(part)); err != nil {
			return err
		}
	}
	if err := f.before("fsync", temp); err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		return err
	}
	return file.Close()
}

// Flush makes the names of all that was put or removed last, deepest folders first.
func (f *Folder) Flush() error {
	var all []string
	for name := range f.dirty {
		all = append(all, name)
	}
	slices.SortFunc(all, func(a, b string) int {
		if d := strings.Count(b, "/") - strings.Count(a, "/"); d != 0 {
			return d
		}
		return strings.Compare(b, a)
	})
	for _, name := range all {
		if err := f.syncFolder(name); err != nil {
			return fmt.Errorf("flush the folder %s: %w", path.Join(f.path, name), err)
		}
		delete(f.dirty, name)
	}
	return nil
}

func (f *Folder) syncFolder(name string) error {
	if err := f.before("fsync", name); err != nil || runtime.GOOS == "windows" { // Windows has no such call, and writes names through
		return err
	}
	dir, err := f.root.Open(name)
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// Remove removes a file or an empty folder; one that is gone already is no error.
func (f *Folder) Remove(name string) error {
	if err := f.before("remove", name); err != nil {
		return err
	}
	if err := f.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f.dirty[path.Dir(name)] = true
	return nil
}

// List gives the names in a folder, at most max of them and in no order; none where there is no such folder.
func (f *Folder) List(name string, max int) ([]string, error) {
	if err := f.isFolder(name); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	dir, err := f.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(max)
	if err == io.EOF {
		err = nil
	}
	return names, err
}
