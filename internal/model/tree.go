package model

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
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
	Deep    bool // look at values of weights too
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
	w.out.Gaps = slices.DeleteFunc(tree.Gaps(), func(g bound.Gap) bool { return slices.Contains(w.out.Links, g.Path) || !w.wanted(g.Path) })
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
	w.keep(file)
	return w.ctx.Err()
}

func (w *walk) keep(f File) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out.Files = append(w.out.Files, f)
}

// examine looks at a file of the tree.
func (w *walk) examine(name string, bytes io.ReaderAt, size int64) File {
	src := Source{Name: name, Bytes: bytes, Size: size, Beside: neighbours{w.tree, path.Dir(name)}, Deep: w.options.Deep}
	return entry(w.ctx, src, w.options, func(found *inspect.Found) {
		if w.options.Only == name {
			plain(found, bytes, size, false)
		}
	})
}

// entry looks at a file, and digests it if it has an entry. other is asked about files that no format claims.
func entry(ctx context.Context, src Source, o Options, other func(*inspect.Found)) File {
	if o.Digest {
		src.digest = &digest{r: src.Bytes}
		src.Bytes = src.digest
	}
	found := Examine(ctx, src, o.Formats, o.Limits)
	if found.Format == "" {
		other(found)
	}
	o.Unknown.apply(found)
	f := File{Path: src.Name, Size: src.Size, Found: *found}
	if o.Digest && f.Format != "" {
		sum, err := src.digest.hex()
		if err != nil {
			f.Verdict = max(f.Verdict, inspect.NotRead)
			f.Reasons = append(f.Reasons, inspect.Reason{Verdict: inspect.NotRead, ID: "not-read", Offset: -1, Message: err.Error()})
		}
		f.SHA256 = sum
	}
	return f
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
	tidy(f)
}

// plain is for a file that the operator named, and that is no model: text is told from what nobody can read.
// nameless bytes may be any text, whose loader goes by the name.
func plain(f *inspect.Found, bytes io.ReaderAt, size int64, nameless bool) {
	head := make([]byte, min(size, inspect.HeadBytes))
	n, _ := bytes.ReadAt(head, 0)
	if isText(head[:n]) && !nameless {
		f.Format = "text"
		f.Reasons = append(f.Reasons, inspect.Reason{Verdict: inspect.Clean, ID: "no-model", Offset: -1, Message: "text that no loader of models reads"})
		return
	}
	if isText(head[:n]) {
		f.Format, f.Verdict = "text", inspect.NotRead
		f.Reasons = append(f.Reasons, inspect.Reason{Verdict: inspect.NotRead, ID: "nameless", Offset: -1, Message: "a text without a name, by which its loader would know what it is"})
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
// digest, and only the link says what they are. A blob that was looked at so is not listed a second time.
func (w *walk) links() {
	entries := map[string]int{} // of the walk
	for i, f := range w.out.Files {
		entries[f.Path] = i
	}
	drop := map[string]bool{}
	for _, l := range w.linked {
		target := path.Join(path.Dir(l.Path), l.Target)
		switch at, seen := entries[target]; {
		case l.Outside:
			w.out.Links = append(w.out.Links, l.Path)
			if named(w.options.Formats, l.Path) {
				w.keep(noted(l, inspect.Dangerous, "link-escape", "is a link out of what is scanned, to %s: the loader reads what lies there"))
			}
		case seen && path.Base(l.Path) == path.Base(target) && w.same(l.Path, target):
			// looked at under the same name
		default:
			f, ok := w.follow(l)
			if ok && seen && f.Verdict >= w.out.Files[at].Verdict && blobOf(l.Path, target) && w.same(l.Path, target) {
				drop[target] = true
			}
		}
	}
	slices.Sort(w.out.Links)
	w.out.Files = slices.DeleteFunc(w.out.Files, func(f File) bool { return drop[f.Path] })
}

// same says whether two names lead to one file. What stands in a link is text, and folders on the way may be links themselves.
func (w *walk) same(a, b string) bool {
	x, err1 := w.tree.Stat(a)
	y, err2 := w.tree.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// blobOf says whether a link is one of a snapshot to a blob of the same repository of a cache.
func blobOf(link, target string) bool {
	repository := path.Dir(path.Dir(target))
	return path.Base(path.Dir(target)) == "blobs" && strings.Trim(path.Base(target), "0123456789abcdef") == "" &&
		strings.HasPrefix(link, strings.TrimPrefix(repository+"/", "./")+"snapshots/")
}

// follow looks at what a link leads to. A link to a folder is followed by nobody: what lies in the folder is met there, unless
// the walk leaves it out.
func (w *walk) follow(l bound.File) (File, bool) {
	info, err := w.tree.Stat(l.Path)
	switch {
	case err != nil:
		if named(w.options.Formats, l.Path) {
			w.keep(noted(l, inspect.NotRead, "link-broken", "is a link to %s, which cannot be followed"))
		}
		return File{}, false
	case info.IsDir():
		if strings.Contains("/"+path.Join(path.Dir(l.Path), l.Target)+"/", "/.git/objects/") {
			w.out.Links = append(w.out.Links, l.Path)
		}
		return File{}, false
	}
	h, err := w.tree.OpenFile(l.Path)
	if err != nil {
		return File{}, false // a gap says why
	}
	defer h.Close()
	f := w.examine(l.Path, h, h.Size())
	if f.Format == "" {
		return f, false
	}
	w.keep(f)
	return f, true
}

// noted is the entry of a link that leads nowhere to look at.
func noted(l bound.File, v inspect.Verdict, id, message string) File {
	return File{Path: l.Path, Found: inspect.Found{Format: "link", Verdict: v, Reasons: []inspect.Reason{{Verdict: v, ID: id, Offset: -1, Message: fmt.Sprintf(message, inspect.Quote(l.Target))}}}}
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
