package durable

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"time"
)

// errHeld says that another process, or another part of this one, holds the lock.
var errHeld = errors.New("locked by another process")

// Lock takes the lock that the file name stands for, and waits for it as long as ctx lets it. The system drops a lock when its
// process ends, however it ends, so none is ever left behind. The file stays: removing it would let two writers in.
func (f *Folder) Lock(ctx context.Context, name string) (unlock func() error, err error) {
	wait := time.Millisecond
	for {
		file, err := f.tryLock(name)
		if err == nil {
			return file.Close, nil // closing drops the lock
		}
		if !errors.Is(err, errHeld) {
			return nil, fmt.Errorf("lock %s: %w", path.Join(f.path, name), err)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("lock %s: %w, and waiting for it ended: %w", path.Join(f.path, name), errHeld, ctx.Err())
		case <-time.After(wait):
			wait = min(2*wait, 20*time.Millisecond)
		}
	}
}

func (f *Folder) tryLock(name string) (_ *os.File, err error) {
	if info, err := f.root.Lstat(name); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("it is no regular file, so it is not opened")
	}
	file, err := f.root.OpenFile(name, os.O_RDWR|os.O_CREATE|nonblock, 0o644)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			file.Close()
		}
	}()
	if err := lockFile(file); err != nil {
		return nil, err
	}
	// Whoever removed the file meanwhile lets a second writer lock a new one: only the file that has the name now counts.
	held, err := file.Stat()
	if err != nil {
		return nil, err
	}
	now, err := f.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(held, now) {
		return nil, errHeld
	}
	return file, err
}
