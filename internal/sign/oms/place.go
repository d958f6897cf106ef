package oms

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark/internal/bound"
)

// place is where a model lies: a folder, or a file in one.
type place struct {
	tree   *bound.Tree
	name   string // of the folder or file
	single string // the file's name in the tree; empty for a folder
}

// limits are wide: a model is as large as it is, nothing of it is kept in memory, and a digest of a part of it says nothing.
func limits() bound.Limits {
	return bound.Limits{Files: 2_000_000, TotalBytes: 1 << 62, EnterGit: true}
}

// open opens a model. A link is no model: what it leads to can change while the name stays.
func open(path string) (*place, error) {
	path = filepath.Clean(path) // a slash at the end would follow a link
	info, err := os.Lstat(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("open model %q: there is no such file or folder: %w", path, fs.ErrNotExist)
		}
		return nil, fmt.Errorf("open model: %w", err)
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open model: %w", err)
	}
	p := &place{name: filepath.Base(whole)}
	dir := path
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		target, _ := os.Readlink(path)
		return nil, &RefusedError{Model: path, Reasons: []string{fmt.Sprintf("%s is a link to %s; name what it leads to", bound.QuoteName(path), bound.QuoteName(target))}}
	case info.Mode().IsRegular():
		dir, p.single = filepath.Dir(whole), p.name
	case !info.IsDir():
		return nil, &RefusedError{Model: path, Reasons: []string{bound.QuoteName(path) + " is neither a folder nor a regular file"}}
	}
	if p.tree, err = bound.Open(dir, limits()); err != nil {
		return nil, fmt.Errorf("open model: %w", err)
	}
	return p, nil
}

// Link is a symbolic link met in a model's folder.
type Link struct{ Path, Target string }

// found is what lies in a model's folder.
type found struct {
	files   map[string]int64 // by path as in a manifest, with sizes
	ignored []Ignored
	links   []Link
	odd     []bound.Gap // pipes, sockets, devices
	unread  []bound.Gap // what could not be looked at
}

// look lists a model's files. Links and what is no file are told, not opened. What a rule leaves out is listed as well; none leaves out what
// is signed.
func (p *place) look(ctx context.Context, r rules, signed map[string]bool) (*found, error) {
	f := &found{files: map[string]int64{}}
	if p.single != "" {
		h, err := p.tree.OpenFile(p.single)
		if err != nil {
			return nil, fmt.Errorf("open model: %w", err)
		}
		f.files["."] = h.Size()
		return f, h.Close()
	}
	var mu sync.Mutex
	err := p.tree.Walk(ctx, func(file bound.File) error {
		mu.Lock()
		defer mu.Unlock()
		rule, left := r.match(file.Path)
		switch {
		case left && !signed[file.Path]:
			f.ignored = append(f.ignored, Ignored{Path: file.Path, Rule: rule, Signed: r.names[rule], Model: tells(file.Path)})
		case file.Regular():
			f.files[file.Path] = file.Size
		default:
			f.links = append(f.links, Link{file.Path, file.Target})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the model's files: %w", err)
	}
	f.gaps(p.tree, r, signed)
	slices.SortFunc(f.ignored, func(a, b Ignored) int { return strings.Compare(a.Path, b.Path) })
	slices.SortFunc(f.links, func(a, b Link) int { return strings.Compare(a.Path, b.Path) })
	return f, nil
}

// gaps sorts what the walk did not look at: out of what a rule leaves out nothing else was wanted.
func (f *found) gaps(tree *bound.Tree, r rules, signed map[string]bool) {
	link := map[string]bool{}
	for _, l := range f.links {
		link[l.Path] = true
	}
	for _, g := range tree.Gaps() {
		rule, left := r.match(g.Path)
		switch {
		case left && !signed[g.Path]:
			f.ignored = append(f.ignored, Ignored{Path: g.Path, Rule: rule, Signed: r.names[rule]})
		case link[g.Path]: // told as one
		case strings.HasPrefix(g.Reason, bound.ErrIrregular.Error()):
			f.odd = append(f.odd, g)
		default:
			f.unread = append(f.unread, g)
		}
	}
	for _, folder := range tree.Skipped() {
		if rule, left := r.match(folder); left {
			f.ignored = append(f.ignored, Ignored{Path: folder, Rule: rule, Signed: r.names[rule]})
			continue
		}
		f.unread = append(f.unread, bound.Gap{Path: folder, Reason: "objects of a git repository, which are not looked at"})
	}
}

// within says where a file lies in a model's folder, as a slash path; empty: elsewhere.
func within(folder, file string) string {
	if file == "" {
		return ""
	}
	a, errA := filepath.Abs(folder)
	b, errB := filepath.Abs(file)
	if cmp.Or(errA, errB) != nil {
		return ""
	}
	rel, err := filepath.Rel(a, b)
	if err != nil || !filepath.IsLocal(rel) || rel == "." {
		return ""
	}
	return filepath.ToSlash(rel)
}

// path is where in the tree the file of a part lies.
func (p *place) path(name string) string {
	if name == "." && p.single != "" {
		return p.single
	}
	return name
}

// RefusedError says why a model is not signed or not looked at: all reasons at once.
type RefusedError struct {
	Model   string
	Reasons []string
}

// Error lists the reasons, the first twenty of them.
func (e *RefusedError) Error() string {
	shown := e.Reasons
	more := ""
	if len(shown) > 20 {
		more = fmt.Sprintf("; and %d more", len(shown)-20)
		shown = shown[:20]
	}
	return strings.Join(shown, "; ") + more
}
