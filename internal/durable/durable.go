// Package durable writes files so that a crash at any moment leaves the old content or the new, never a part of it.
package durable

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// WriteFile puts what write writes at path, with exactly the permissions perm, in place of what was there. The order
// is: a temporary file in the same folder, flush, fsync, rename, fsync of the folder. After an error or a panic of write,
// path is as it was and the temporary file is gone; after a crash at most the temporary file stays. An error in the last
// step alone says that the new content is in place but may not outlast a power cut. A device or pipe ("/dev/null") is written
// to and stays what it is.
func WriteFile(path string, perm fs.FileMode, write func(io.Writer) error) error {
	if info, err := os.Stat(path); err == nil && info.Mode()&(fs.ModeDevice|fs.ModeNamedPipe) != 0 {
		return through(path, write)
	}
	return publish(path, perm, write, os.Rename)
}

// through writes to what keeps nothing, so that there is nothing to keep whole. A rename would put a file in the place of
// /dev/null, where the user may do that.
func through(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer f.Close()
	buffered := bufio.NewWriterSize(f, 64<<10)
	err = write(buffered)
	if err == nil {
		err = buffered.Flush()
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// CreateNew is WriteFile for a path where nothing may be yet: if anything is there, a dangling link included, the error
// wraps fs.ErrExist and it stays untouched, even when two processes try at the same time.
func CreateNew(path string, perm fs.FileMode, write func(io.Writer) error) error {
	if _, err := os.Lstat(path); err == nil { // spares the work; link decides
		return fmt.Errorf("create %s: %w", path, fs.ErrExist)
	}
	return publish(path, perm, write, linkNew)
}

// publish writes a temporary file and hands it to place, which makes it appear at path in one step.
func publish(path string, perm fs.FileMode, write func(io.Writer) error, place func(temp, path string) error) (err error) {
	folder := filepath.Dir(path)
	temp, err := os.CreateTemp(folder, ".lodemark-*.tmp")
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write %s: the folder %s does not exist: %w", path, folder, fs.ErrNotExist)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	// Runs on a panic of write, too. After a rename the name is gone already; after a link it has to go.
	defer os.Remove(temp.Name())
	defer temp.Close()
	if err := fillTemp(temp, perm, write); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := place(temp.Name(), path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := syncFolder(folder); err != nil {
		return fmt.Errorf("write %s: in place, but its folder is not flushed to disk: %w", path, err)
	}
	return nil
}

func fillTemp(temp *os.File, perm fs.FileMode, write func(io.Writer) error) error {
	buffered := bufio.NewWriterSize(temp, 64<<10)
	if err := write(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	if err := temp.Chmod(perm); err != nil { // only now: before, nobody else is to read half of it
		return err
	}
	if err := temp.Sync(); err != nil {
		return err
	}
	return temp.Close()
}

// linkNew makes the file appear under path only if nothing is there. A file system without hard links gets the second
// best: the name is taken with O_EXCL first, so that nothing is overwritten, and a crash in between leaves it empty.
func linkNew(temp, path string) error {
	err := os.Link(temp, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	claim, claimErr := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if claimErr != nil {
		return claimErr
	}
	claim.Close()
	if err := os.Rename(temp, path); err != nil {
		os.Remove(path)
		return err
	}
	return nil
}

// syncFolder makes the new name itself last. Windows has no such call, and writes names through.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
