package bound

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// List returns at most n entries of one folder, sorted by name, links unresolved. It is for readers that look into what Walk
// leaves out, such as git's objects. A folder that is not there is fs.ErrNotExist and no gap; more than n entries are a
// *LimitError together with those that were read.
func (t *Tree) List(dir string, n int) ([]fs.FileInfo, error) {
	clean, err := t.clean(dir)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", QuoteName(dir), err)
	}
	info, err := t.top.stat(clean)
	if err == nil && !info.IsDir() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", QuoteName(dir), err)
	}
	in, err := t.top.sub(clean)
	if err != nil {
		t.gap(clean, err)
		return nil, fmt.Errorf("list %s: %w", QuoteName(dir), err)
	}
	defer in.close()
	var all []fs.FileInfo
	for {
		names, err := in.list(batch)
		for _, name := range names {
			if len(all) == n {
				return all, t.limit(clean, LimitFiles, int64(n))
			}
			if info, err := in.lstat(name); err == nil { // one that is gone by now was never an entry for us
				all = append(all, info)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.gap(clean, err)
			return all, fmt.Errorf("list %s: %w", QuoteName(dir), err)
		}
	}
	slices.SortFunc(all, func(a, b fs.FileInfo) int { return strings.Compare(a.Name(), b.Name()) })
	return all, nil
}

// Stat tells about one entry. Links that stay in the tree are followed.
func (t *Tree) Stat(name string) (fs.FileInfo, error) {
	clean, err := t.clean(name)
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", QuoteName(name), err)
	}
	info, err := t.top.stat(clean)
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", QuoteName(name), err)
	}
	return info, nil
}
