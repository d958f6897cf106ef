package model

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Policy is what becomes of a part that names something whose effect is not known.
type Policy int8

// The policies.
const (
	Balanced   Policy = iota // unknown stays unknown
	Strict                   // unknown is dangerous
	Permissive               // unknown is clean, and said
)

// Options says how to look.
type Options struct {
	Formats []inspect.Format // empty means Formats()
	Unknown Policy
	Digest  bool // digest every file that has an entry
	Limits  Limits
	Under   string // only what lies under this slash path; empty for everything
	Only    string // only this file, and an entry for it whatever it is
}

// File is what was seen in one file.
type File struct {
	Path   string
	Size   int64
	SHA256 string // hex, "" without Options.Digest
	inspect.Found
}

// Outcome is what was seen in a tree.
type Outcome struct {
	Files []File // sorted by path
	Other int    // files that are neither models nor of what comes with them
	Gaps  []bound.Gap
	Links []string // links that lead out of the tree, sorted; they are not followed
}

// Tree looks at every file of a tree, on all cores.
func Tree(ctx context.Context, tree *bound.Tree, o Options) (*Outcome, error) {
	if len(o.Formats) == 0 {
		o.Formats = Formats()
	}
	w := &walk{ctx: ctx, tree: tree, options: o}
	err := tree.Walk(ctx, w.visit)
	if err != nil {
		return nil, err
	}
	w.links()
	slices.SortFunc(w.out.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	w.out.Gaps = slices.DeleteFunc(tree.Gaps(), func(g bound.Gap) bool { return slices.Contains(w.out.Links, g.Path) })
	return &w.out, nil
}

type walk struct {
	ctx     context.Context
	tree    *bound.Tree
	options Options

	mu     sync.Mutex
	out    Outcome
	linked []bound.File
}

func (w *walk) wanted(name string) bool {
	if w.options.Only != "" {
		return name == w.options.Only
	}
	under := w.options.Under
	return under == "" || under == "." || strings.HasPrefix(name, under+"/")
}

func (w *walk) visit(f bound.File) error {
	if !w.wanted(f.Path) {
		return nil
	}
	if !f.Regular() {
		w.mu.Lock()
		w.linked = append(w.linked, f)
		w.mu.Unlock()
		return nil
	}
	file := w.examine(f.Path, f, f.Size)
	if file.Format == "" {
		w.mu.Lock()
		w.out.Other++
		w.mu.Unlock()
		return nil
	}
	if w.options.Digest {
		w.digest(&file, f.Digest)
	}
	w.keep(file)
	return w.ctx.Err()
}

func (w *walk) keep(f File) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out.Files = append(w.out.Files, f)
}

func (w *walk) digest(file *File, of func() (string, error)) {
	sum, err := of()
	if err != nil {
		file.Verdict = max(file.Verdict, inspect.NotRead)
		file.Reasons = append(file.Reasons, inspect.Reason{Verdict: inspect.NotRead, ID: "not-read", Offset: -1, Message: err.Error()})
		return
	}
	file.SHA256 = strings.TrimPrefix(sum, "sha256:")
}

// bytesOf is what both a file in the tree and an open handle can do.
type bytesOf interface {
	ReadAt(p []byte, off int64) (int, error)
}

func (w *walk) examine(name string, bytes bytesOf, size int64) File {
	beside := neighbours{w.tree, path.Dir(name)}
	found := Examine(w.ctx, Source{Name: name, Bytes: bytes, Size: size, Beside: beside}, w.options.Formats, w.options.Limits)
	if found.Format == "" && w.options.Only == name {
		plain(found, bytes, size)
	}
	w.options.Unknown.apply(found)
	return File{Path: name, Size: size, Found: *found}
}

// neighbours are the files around one of the tree.
type neighbours struct {
	tree *bound.Tree
	dir  string
}

// at says where a relative path leads inside the tree.
func (n neighbours) at(rel string) (string, fs.FileInfo, error) {
	name := path.Join(n.dir, rel)
	if path.IsAbs(rel) || name == ".." || strings.HasPrefix(name, "../") {
		return "", nil, fmt.Errorf("open %s: %w", bound.QuoteName(rel), bound.ErrOutside)
	}
	info, err := n.tree.Stat(name)
	return name, info, err
}

func (n neighbours) Size(rel string) (int64, error) {
	_, info, err := n.at(rel)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (n neighbours) Read(rel string, max int64) ([]byte, error) {
	name, info, err := n.at(rel)
	switch {
	case err != nil:
		return nil, err
	case info.Size() > max:
		return nil, &bound.LimitError{Path: name, Limit: bound.LimitFileBytes, Max: max}
	}
	return n.tree.ReadFile(name)
}

// apply turns what is unknown into what the operator wants it to be.
func (p Policy) apply(f *inspect.Found) {
	if p == Balanced {
		return
	}
	to := inspect.Clean
	if p == Strict {
		to = inspect.Dangerous
	}
	f.Verdict = inspect.Clean
	for i := range f.Reasons {
		if f.Reasons[i].Verdict == inspect.Unknown {
			f.Reasons[i].Verdict = to
		}
		f.Verdict = max(f.Verdict, f.Reasons[i].Verdict)
	}
}

// plain is for a file that the operator named, and that is no model: text is told from what nobody can read.
func plain(f *inspect.Found, bytes bytesOf, size int64) {
	head := make([]byte, min(size, inspect.HeadBytes))
	n, _ := bytes.ReadAt(head, 0)
	if isText(head[:n]) {
		f.Format = "text"
		f.Reasons = append(f.Reasons, inspect.Reason{Verdict: inspect.Clean, ID: "no-model", Offset: -1, Message: "text that no loader of models reads"})
		return
	}
	f.Format, f.Verdict = "unknown", inspect.NotRead
	f.Reasons = append(f.Reasons, inspect.Reason{Verdict: inspect.NotRead, ID: "unknown-format", Offset: 0, Message: "its content is no format that is known"})
}

func isText(b []byte) bool {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 && len(b)-i >= utf8.UTFMax || r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' {
			return false
		}
		i += n
	}
	return true
}

// links looks at what links lead to, under the link's name: in a cache of models the files themselves are named by their
// digest, and only the link says what they are. A file that was reached so is not listed a second time.
func (w *walk) links() {
	reached := map[string]bool{}
	for _, l := range w.linked {
		if l.Outside {
			w.out.Links = append(w.out.Links, l.Path)
			if named(w.options.Formats, l.Path) {
				f := File{Path: l.Path, Found: inspect.Found{Format: "link", Verdict: inspect.Dangerous, Reasons: []inspect.Reason{{Verdict: inspect.Dangerous, ID: "link-escape", Offset: -1,
					Message: fmt.Sprintf("is a link out of what is scanned, to %s: the loader reads what lies there", inspect.Quote(l.Target))}}}}
				w.keep(f)
			}
			continue
		}
		target := path.Join(path.Dir(l.Path), l.Target)
		if path.Ext(l.Path) == path.Ext(target) && w.wanted(target) && path.Base(path.Dir(target)) != "blobs" {
			continue // seen under its own name, which says the same
		}
		h, err := w.tree.OpenFile(l.Path)
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) && named(w.options.Formats, l.Path) {
				w.keep(File{Path: l.Path, Found: inspect.Found{Format: "link", Verdict: inspect.NotRead, Reasons: []inspect.Reason{{Verdict: inspect.NotRead, ID: "link-broken", Offset: -1,
					Message: fmt.Sprintf("is a link to %s, and nothing is there", inspect.Quote(l.Target))}}}})
			}
			continue
		}
		f := w.examine(l.Path, h, h.Size())
		if f.Format != "" {
			if w.options.Digest {
				w.digest(&f, func() (string, error) { return w.tree.Digest(l.Path) })
			}
			w.keep(f)
			reached[target] = true
		}
		h.Close()
	}
	slices.Sort(w.out.Links)
	w.out.Files = slices.DeleteFunc(w.out.Files, func(f File) bool { return reached[f.Path] && path.Base(path.Dir(f.Path)) == "blobs" })
}

// named says whether a name is that of a model, or of a file that loaders read beside one: what a link by such a name leads to
// is read in its place.
func named(formats []inspect.Format, name string) bool {
	lower := strings.ToLower(path.Base(name))
	ending := path.Ext(lower)
	if strings.HasPrefix(lower, "tokenizer") || strings.HasPrefix(lower, "vocab") || lower == "merges.txt" || ending == ".bin" {
		return true
	}
	return slices.ContainsFunc(formats, func(f inspect.Format) bool {
		return slices.Contains(f.Endings, ending) || slices.Contains(f.Names, lower)
	})
}
