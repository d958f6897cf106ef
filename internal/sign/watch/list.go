package watch

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// signatureName stands for the signature's file among names; no file of a model can be called so.
const signatureName = "/signature"

// maxFiles is how many files are watched at most.
const maxFiles = 2_000_000

// look is what a file looks like without reading it.
type look struct {
	size     int64
	mode     fs.FileMode
	modified int64 // ns
	changed  int64 // ns; 0 where the system does not tell
	inode    uint64
	device   uint64
	// fresh: it was changed so shortly before the look that a further change may carry the same time.
	fresh bool
}

// How far two changes have to lie apart to carry different times: on file systems that keep parts of a second, as all in use on servers do,
// and on any other (FAT: two seconds).
const (
	fineTick   = 100 * time.Millisecond
	coarseTick = 2100 * time.Millisecond
)

// listing is what the files of a model look like, by their slash paths; "." is a single file.
type listing map[string]look

// list looks at all files below path, and at the signature's file. Links are looked at and not followed.
func list(path, signature string) (listing, error) {
	now := time.Now()
	out := listing{}
	own, err := filepath.Abs(signature)
	if err != nil {
		return nil, fmt.Errorf("look at the signature: %w", err)
	}
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) && p != path:
			return nil // gone while it was listed: the next look shows it
		case err != nil:
			return err
		case d.IsDir():
			return nil
		}
		if at, err := filepath.Abs(p); err == nil && signature != "" && at == own {
			return nil // listed below, under its own name
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		name, err := slash(path, p)
		if err != nil {
			return err
		}
		if out[name] = lookAt(info, now); len(out) > maxFiles {
			return fmt.Errorf("more than %d files", maxFiles)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look at the files: %w", err)
	}
	if signature == "" {
		return out, nil
	}
	if info, err := os.Lstat(signature); err == nil {
		out[signatureName] = lookAt(info, now)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("look at the signature: %w", err)
	}
	return out, nil
}

func lookAt(info fs.FileInfo, now time.Time) look {
	l := look{size: info.Size(), mode: info.Mode(), modified: info.ModTime().UnixNano()}
	l.changed, l.inode, l.device = inode(info)
	last, tick := l.changed, fineTick
	if last == 0 {
		last = l.modified
	}
	if last%int64(time.Second) == 0 {
		tick = coarseTick
	}
	age := time.Duration(now.UnixNano() - last)
	l.fresh = age < tick && age > -tick // a time in the future is that of another machine's clock
	return l
}

// since names what is to be read again: what is not as it was in an earlier listing, and what was fresh then, as it may have been changed again
// within the same tick of the clock. Sorted.
func (l listing) since(before listing) []string {
	out := l.altered(before)
	for name, was := range before {
		if _, there := l[name]; there && was.fresh {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// altered names what is not as it was in an earlier listing, sorted.
func (l listing) altered(before listing) []string {
	var out []string
	for name, now := range l {
		was, there := before[name]
		was.fresh, now.fresh = false, false
		if !there || was != now {
			out = append(out, name)
		}
	}
	for name := range before {
		if _, there := l[name]; !there {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
