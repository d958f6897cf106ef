package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/design/compare"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/pattern"
)

// openedCandidate is a candidate with where it was opened, for the record.
type openedCandidate struct {
	candidate         *compare.Candidate
	path, description string // on the disk; empty: there is none
	reference         string
	revision          string
}

// recorded is what the record keeps of it; paths are relative to the record.
func (o openedCandidate) recorded(dir string, ask compare.Advisories) compare.Recorded {
	c := o.candidate
	return compare.Recorded{Name: c.Name, Kind: c.Kind, Path: relative(dir, o.path), Description: relative(dir, o.description), Reference: cmp.Or(o.reference, c.Reference),
		Revision: cmp.Or(o.revision, c.Revision.Value), Seen: c.Seen(ask)}
}

func relative(dir, name string) string {
	if name == "" {
		return ""
	}
	from, err := filepath.Abs(dir)
	if err != nil {
		return filepath.ToSlash(name)
	}
	to, err := filepath.Abs(name)
	if err != nil {
		return filepath.ToSlash(name)
	}
	rel, err := filepath.Rel(from, to)
	if err != nil {
		return filepath.ToSlash(to)
	}
	return filepath.ToSlash(rel)
}

// candidates opens all that the command line names. Names that would be the same are told apart.
func (f *compareFlags) candidates(ctx context.Context, args []string, system *compare.Locks) ([]openedCandidate, error) {
	var out []openedCandidate
	seen := map[string]int{}
	for _, arg := range args {
		o, err := f.open(ctx, arg, system)
		if err != nil {
			return nil, err
		}
		if seen[o.candidate.Name]++; seen[o.candidate.Name] > 1 {
			o.candidate.Name = fmt.Sprintf("%s (%d)", o.candidate.Name, seen[o.candidate.Name])
		}
		out = append(out, o)
	}
	return out, nil
}

var hubName = pattern.New(`^[^/\\=\s]+/[^/\\=\s@]+(@[^\s=]+)?$`)

func (f *compareFlags) open(ctx context.Context, arg string, system *compare.Locks) (openedCandidate, error) {
	hash := f.digest || f.record != ""
	if name, where, ok := strings.Cut(arg, "="); ok && hubName.MatchString(name) {
		reference, revision, _ := strings.Cut(name, "@")
		return openCopy(ctx, copySource{path: where, reference: reference, revision: revision, hash: hash, system: system})
	}
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.Mode().IsRegular() && slices.Contains([]string{".yaml", ".yml"}, strings.ToLower(filepath.Ext(arg))):
		return openDescription(ctx, arg, hash, system)
	case err == nil:
		return openCopy(ctx, copySource{path: arg, hash: hash, system: system})
	case hubName.MatchString(arg):
		reference, revision, _ := strings.Cut(arg, "@")
		cached := filepath.Join(f.hub, "models--"+strings.ReplaceAll(reference, "/", "--"))
		if _, err := os.Stat(cached); f.hub != "" && err == nil {
			return openCopy(ctx, copySource{path: cached, reference: reference, revision: revision, hash: hash, system: system})
		}
		return openedCandidate{}, unknown("name a local copy: "+plain(reference)+"=PATH, or the cache with --hub DIR", "no copy of %s is in %s; nothing is fetched", plain(reference), plain(cmp.Or(f.hub, "a cache")))
	}
	return openedCandidate{}, unknown("name a folder, a file of weights, org/name=PATH, or a description", "open %q: there is no such candidate", arg)
}

// openDescription opens a description, and the copy that it may point to.
func openDescription(ctx context.Context, name string, hash bool, system *compare.Locks) (openedCandidate, error) {
	data, err := readSome(name, 1<<20)
	if err != nil {
		return openedCandidate{}, unknown("name the description of a candidate", "%w", err)
	}
	d, err := compare.Describe(filepath.Base(name), data)
	if err != nil {
		return openedCandidate{}, usage("lodemark schema candidate prints the layout; docs/COMPARE.md has an example", "%s", plainLines(err.Error()))
	}
	beside := func(p string) ([]byte, error) { return readSome(inFolder(filepath.Dir(name), p), 1<<20) }
	if folder := d.Folder(); folder != "" {
		o, err := openCopy(ctx, copySource{path: inFolder(filepath.Dir(name), folder), hash: hash, described: d, beside: beside, system: system})
		o.description = name
		return o, err
	}
	c, err := compare.Open(ctx, compare.Source{Path: filepath.ToSlash(name), Described: d, Beside: beside, System: system})
	return openedCandidate{candidate: c, description: name}, err
}

// plainLines is plain for a message of several lines.
func plainLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = plain(l)
	}
	return strings.Join(lines, "\n")
}

func inFolder(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

// readSome reads a file of the operator's up to a bound.
func readSome(name string, most int64) ([]byte, error) {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() { // opening a pipe would wait for whoever writes to it
		return nil, fmt.Errorf("open %q: it is no file", name)
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open %q: there is no such file", name)
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("open %q: it is no file", name)
	}
	return io.ReadAll(io.LimitReader(f, most))
}

// copySource is a local copy that is to be opened.
type copySource struct {
	path, reference, revision string
	hash                      bool
	system                    *compare.Locks
	described                 *compare.Description
	beside                    func(string) ([]byte, error)
}

func openCopy(ctx context.Context, s copySource) (openedCandidate, error) {
	o := openedCandidate{path: s.path, reference: s.reference, revision: s.revision}
	info, err := os.Stat(s.path)
	if err != nil {
		return o, unknown("name a folder or a file that is there", "open %q: there is no such file or folder", s.path)
	}
	dir, only := s.path, ""
	if !info.IsDir() {
		dir, only = filepath.Dir(s.path), filepath.Base(s.path)
	}
	place, err := copyAt(dir, s.revision)
	if err != nil {
		return o, err
	}
	tree, err := bound.Open(place.root, bound.Limits{TotalBytes: 1 << 60, FileBytes: 64 << 20})
	if err != nil {
		return o, unknown("is it readable?", "open %s: %w", plain(s.path), err)
	}
	defer tree.Close()
	source := compare.Source{Path: filepath.ToSlash(s.path), Reference: cmp.Or(s.reference, place.reference), Revision: cmp.Or(place.commit, s.revision), Tree: tree, Under: place.under, Only: only,
		Hash: s.hash, Described: s.described, Beside: s.beside, System: s.system}
	if source.Revision != "" {
		source.RevisionAt = cmp.Or(place.at, "as named")
	}
	if only != "" {
		source.Name = only
	}
	if o.candidate, err = compare.Open(ctx, source); err == nil && o.candidate.Empty() {
		err = unknown("name the folder of a model, or org/name=FOLDER", "there are no weights and no card in %s", plain(s.path))
	}
	return o, err
}

// copyPlace is where a copy lies: in a cache of the hub's client, links lead from a snapshot to files beside it.
type copyPlace struct{ root, under, reference, commit, at string }

// copyAt finds the repository of a cache around a folder, and the snapshot that is meant.
func copyAt(dir, revision string) (copyPlace, error) {
	whole, err := filepath.EvalSymlinks(dir)
	if err == nil {
		whole, err = filepath.Abs(whole)
	}
	if err != nil {
		return copyPlace{}, fmt.Errorf("open %s: %w", plain(dir), err)
	}
	if _, err := os.Stat(filepath.Join(whole, "snapshots")); err == nil && cacheName(whole) != "" {
		commit, at, err := snapshotOf(whole, revision)
		return copyPlace{whole, path.Join("snapshots", commit), cacheName(whole), commit, at}, err
	}
	for at := whole; at != filepath.Dir(at); at = filepath.Dir(at) {
		repository := filepath.Dir(at)
		if filepath.Base(at) != "snapshots" || cacheName(repository) == "" {
			continue
		}
		rel, err := filepath.Rel(repository, whole)
		if err != nil {
			break
		}
		parts := strings.Split(filepath.ToSlash(rel), "/")
		if len(parts) < 2 {
			break
		}
		return copyPlace{repository, filepath.ToSlash(rel), cacheName(repository), parts[1], filepath.ToSlash(rel)}, nil
	}
	return copyPlace{root: whole}, nil
}

// cacheName is the reference of a repository of a cache; empty: it is none.
func cacheName(dir string) string {
	name, ok := strings.CutPrefix(filepath.Base(dir), "models--")
	if !ok {
		return ""
	}
	return strings.Replace(name, "--", "/", 1)
}

// snapshotOf picks the snapshot that is meant: the one of a commit or a name, that of main, or the only one.
func snapshotOf(repository, revision string) (commit, at string, err error) {
	entries, err := os.ReadDir(filepath.Join(repository, "snapshots"))
	if err != nil {
		return "", "", err
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	if slices.Contains(all, revision) {
		return revision, "snapshots/" + revision, nil
	}
	name := cmp.Or(revision, "main")
	if data, err := readSome(filepath.Join(repository, "refs", filepath.Base(name)), 100); err == nil {
		if commit := strings.TrimSpace(string(data)); slices.Contains(all, commit) {
			return commit, "refs/" + name, nil
		}
	}
	if revision == "" && len(all) == 1 {
		return all[0], "snapshots/" + all[0], nil
	}
	return "", "", unknown("name one of them: org/name@COMMIT", "%s holds %s, and which is meant is not known", plain(repository), count(len(all), "snapshot"))
}

// hubCache is where the hub's client keeps what it fetched, unless it was told otherwise.
func hubCache() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".cache", "huggingface", "hub")
}
