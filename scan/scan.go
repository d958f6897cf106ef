// Package scan looks at model files without loading them, and says what their usual loaders would do: run code, import,
// fetch or read something, or nothing at all.
//
// It executes nothing, contacts nobody, and reads no tensors. Memory and time are bounded whatever the files claim.
//
//	result, err := scan.Path(ctx, "models", scan.Options{})
//	for _, f := range result.Files {
//		fmt.Println(f.Verdict, f.Path)
//	}
package scan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/model"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Verdict is clean, unknown, not read, dangerous or malicious, in the order of what is worse.
type Verdict = inspect.Verdict

// The verdicts.
const (
	Clean     = inspect.Clean     // looked at wholly, and nothing below was seen
	Unknown   = inspect.Unknown   // a named class or operation whose effect is not known
	NotRead   = inspect.NotRead   // a limit, damage or encryption kept some of it from being looked at
	Dangerous = inspect.Dangerous // the usual loader would run, import, fetch or read something outside the files scanned
	Malicious = inspect.Malicious // code or an effect that no honest model needs
)

// Reason is one thing that was seen, with its place.
type Reason = inspect.Reason

// Limits bounds what one file may cost.
type Limits = model.Limits

// Policy says what becomes of classes and operations whose effect is not known.
type Policy = model.Policy

// The policies.
const (
	Balanced   = model.Balanced   // they stay unknown
	Strict     = model.Strict     // they are dangerous
	Permissive = model.Permissive // they are clean, and named
)

// Options says how to look. The zero value is what `lodemark scan` does without flags.
type Options struct {
	Unknown Policy
	Digest  bool // compute the SHA-256 of every file that has an entry: it reads them whole
	Deep    bool // look at values of the first and last tensors too, for information
	Limits  Limits
}

// File is what was seen in one file.
type File struct {
	Path    string            `json:"path"`    // as given, or with slashes relative to the folder that was given
	Verdict Verdict           `json:"verdict"` // that of its worst part
	Format  string            `json:"format"`  // of the file itself, what is inside it not counted
	SHA256  *string           `json:"sha256"`  // hex; nil without Options.Digest
	Size    int64             `json:"size"`    // in bytes
	Reasons []Reason          `json:"reasons"` // the worst first; those of verdict clean are information
	Dropped int               `json:"dropped,omitempty"`
	Facts   map[string]string `json:"facts,omitempty"` // what the file says of the model: tensors, parameters, architecture ...
	Parts   int               `json:"parts"`           // the file and all members that were looked at
}

// Gap is something that was not looked at, and why.
type Gap struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

// Result is what was seen under one path.
type Result struct {
	Target string `json:"target"`
	Files  []File `json:"files"` // sorted by path; files that have nothing to do with models have no entry
	Other  int    `json:"other"` // how many those are
	Gaps   []Gap  `json:"gaps"`
	// Links are those that lead out of the folder; they are not followed. One that is named like a model has an entry as well.
	Links []string `json:"links"`
	// Folder says that a folder was asked for, and that paths are relative to it.
	Folder bool `json:"-"`
}

// Worst is the worst verdict of the files.
func (r *Result) Worst() Verdict {
	worst := Clean
	for _, f := range r.Files {
		worst = max(worst, f.Verdict)
	}
	return worst
}

// Path looks at a file, or at all files of a folder on all cores. No link leads out of the folder; in a cache of the hub's
// layout, where links lead from snapshots to blobs, a snapshot is looked at within its repository. The error is that of a
// target that is not there or cannot be opened, or of ctx.
func Path(ctx context.Context, name string, o Options) (*Result, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("scan %s: %w", bound.QuoteName(name), bare(err))
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("scan %s: %w", bound.QuoteName(name), bound.ErrIrregular)
	}
	at := model.Options{Unknown: o.Unknown, Digest: o.Digest, Deep: o.Deep, Limits: o.Limits}
	if !info.IsDir() {
		return single(ctx, name, at)
	}
	real, err := filepath.EvalSymlinks(name) // the operator named it: where it leads is what is meant
	if err != nil {
		return nil, fmt.Errorf("scan %s: %w", bound.QuoteName(name), bare(err))
	}
	root, under := repositoryOf(real)
	at.Under = under
	tree, err := open(root)
	if err != nil {
		return nil, fmt.Errorf("scan %s: %w", bound.QuoteName(name), err)
	}
	defer tree.Close()
	out, err := model.Tree(ctx, tree, at)
	if err != nil {
		return nil, err
	}
	r := result(name, at.Under, out)
	r.Folder = true
	r.hide(readSmall(tree, func(name string) string { return path.Join(at.Under, name) }))
	return r, nil
}

// single looks at one file, under the name it was given by. A file of a snapshot of a cache is a link, and what belongs to it
// lies beside the link; of other links, beside what they lead to.
func single(ctx context.Context, name string, at model.Options) (*Result, error) {
	root, under := repositoryOf(filepath.Dir(name))
	inside := path.Join(under, filepath.Base(name))
	if under == "" {
		real, err := filepath.EvalSymlinks(name)
		if err != nil {
			return nil, fmt.Errorf("scan %s: %w", bound.QuoteName(name), bare(err))
		}
		root, inside = filepath.Dir(real), filepath.Base(real)
	}
	tree, err := open(root)
	if err != nil {
		return nil, fmt.Errorf("scan %s: %w", bound.QuoteName(name), err)
	}
	defer tree.Close()
	f, err := model.One(ctx, tree, inside, filepath.Base(name), at)
	if err != nil {
		return nil, fmt.Errorf("scan %s: %w", bound.QuoteName(name), err)
	}
	out := result(name, "", &model.Outcome{Files: []model.File{f}, Gaps: tree.Gaps()})
	out.Files[0].Path = name
	out.hide(readSmall(tree, func(string) string { return inside }))
	return out, nil
}

// maxInput bounds what is read of a stream before it is looked at, in bytes.
const maxInput = 64 << 30

// Reader looks at what r gives, as a file of that name; "-" stands for a file whose name is not known. It is kept in memory or
// in a temporary file while it is looked at. A read of r that does not come back is left alone when ctx ends.
func Reader(ctx context.Context, name string, r io.Reader, o Options) (*Result, error) {
	type taken struct {
		spool *bound.Spool
		err   error
	}
	done := make(chan taken, 1)
	go func() {
		spool, err := bound.NewSpool(r, 8<<20, maxInput)
		done <- taken{spool, err}
	}()
	var in taken
	select {
	case in = <-done:
	case <-ctx.Done():
		return nil, fmt.Errorf("read %s: %w", bound.QuoteName(name), ctx.Err())
	}
	defer in.spool.Close()
	if in.err != nil {
		return nil, fmt.Errorf("read %s: %w", bound.QuoteName(name), in.err)
	}
	f, err := model.Bytes(ctx, name, in.spool, in.spool.Size(), model.Options{Unknown: o.Unknown, Digest: o.Digest, Deep: o.Deep, Limits: o.Limits})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", bound.QuoteName(name), err)
	}
	out := result(name, "", &model.Outcome{Files: []model.File{f}})
	out.hide(func(string) []byte {
		text := make([]byte, min(in.spool.Size(), textBytes))
		n, _ := in.spool.ReadAt(text, 0)
		return text[:n]
	})
	return out, nil
}

// open opens a folder with limits that suit models: what is read of each file is bounded by its scan.
func open(dir string) (*bound.Tree, error) {
	return bound.Open(dir, bound.Limits{TotalBytes: 1 << 60, FileBytes: 64 << 20, EnterGit: true})
}

// repositoryOf finds the repository around a snapshot of a cache, whose files are links to blobs beside it.
func repositoryOf(dir string) (root, under string) {
	whole, err := filepath.Abs(dir)
	if err != nil {
		return dir, ""
	}
	for at := whole; ; at = filepath.Dir(at) {
		parent := filepath.Dir(at)
		if parent == at {
			return dir, ""
		}
		if filepath.Base(at) == "snapshots" {
			if info, err := os.Stat(filepath.Join(parent, "blobs")); err == nil && info.IsDir() {
				rel, _ := filepath.Rel(parent, whole)
				return parent, filepath.ToSlash(rel)
			}
		}
	}
}

func result(target, under string, out *model.Outcome) *Result {
	shown := func(name string) string {
		if under == "" {
			return name
		}
		return strings.TrimPrefix(name, under+"/")
	}
	r := &Result{Target: target, Files: []File{}, Gaps: []Gap{}, Links: []string{}, Other: out.Other}
	for _, f := range out.Files {
		file := File{Path: shown(f.Path), Verdict: f.Verdict, Format: f.Format, Size: f.Size, Reasons: f.Reasons, Dropped: f.Dropped, Facts: f.Facts, Parts: f.Parts}
		if file.Reasons == nil {
			file.Reasons = []Reason{}
		}
		if f.SHA256 != "" {
			file.SHA256 = &f.SHA256
		}
		r.Files = append(r.Files, file)
	}
	for _, g := range out.Gaps {
		r.Gaps = append(r.Gaps, Gap{Path: shown(g.Path), Reason: g.Reason})
	}
	for _, l := range out.Links {
		r.Links = append(r.Links, shown(l))
	}
	return r
}

// bare takes the operation and the path off an error of package os, since the caller says both.
func bare(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
