package osv

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// Bounds on a database: all advisories of all ecosystems are about a million, the zip of one ecosystem a few hundred megabytes.
const (
	maxFiles    = 2_000_000
	maxPacked   = 1 << 30 // bytes of one zip
	maxUnpacked = 4 << 30 // bytes of all advisories
	maxRecord   = 8 << 20 // bytes of one advisory
)

func limits() bound.Limits {
	return bound.Limits{Files: maxFiles, FileBytes: maxRecord, TotalBytes: maxUnpacked, ArchiveMembers: maxFiles, ArchiveBytes: maxUnpacked, ArchiveDepth: 1}
}

// source is where a database lies: a folder with files or zips in any arrangement, or one zip.
type source struct {
	dir  string
	file string // the zip in dir; empty: all of dir
}

func sourceOf(name string) (source, error) {
	info, err := os.Stat(name)
	if err != nil {
		return source{}, fmt.Errorf("open the database of advisories %s: %w", bound.QuoteName(name), bare(err))
	}
	if info.IsDir() {
		return source{dir: name}, nil
	}
	if !info.Mode().IsRegular() {
		return source{}, fmt.Errorf("open the database of advisories %s: %w", bound.QuoteName(name), bound.ErrIrregular)
	}
	return source{dir: filepath.Dir(name), file: filepath.Base(name)}, nil
}

func bare(err error) error {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// holds says whether a file of the folder can be part of a database: an advisory or a zip. What stands in hidden folders is for the tools
// of those who keep the database.
func holds(name string) bool {
	if strings.HasPrefix(name, ".") || strings.Contains(name, "/.") {
		return false
	}
	return strings.HasSuffix(name, ".zip") || isAdvisoryName(name)
}

func isAdvisoryName(name string) bool {
	return (strings.HasSuffix(name, ".json") || isYAML(name)) && !strings.HasSuffix(name, sidecar)
}

// sidecar ends the name of the file in which a fetched zip's origin is noted.
const sidecar = ".origin.json"

// stamp tells whether anything changed since the index was made, by names, sizes and times as git does it for its own: the bytes of
// a large database are not read for each question. newest is the latest of the times.
func (s source) stamp(ctx context.Context) (stamp string, newest int64, err error) {
	var lines []string
	note := func(name string, info fs.FileInfo) {
		lines = append(lines, fmt.Sprintf("%q %d %d", name, info.Size(), info.ModTime().UnixNano()))
		newest = max(newest, info.ModTime().UnixNano())
	}
	if s.file != "" {
		info, err := os.Stat(filepath.Join(s.dir, s.file))
		if err != nil {
			return "", 0, err
		}
		note(s.file, info)
	} else {
		err = filepath.WalkDir(s.dir, func(name string, d fs.DirEntry, err error) error {
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case err != nil:
				return err
			case d.IsDir() && strings.HasPrefix(d.Name(), ".") && name != s.dir:
				return fs.SkipDir
			case !d.Type().IsRegular() || !holds(d.Name()):
				return nil
			case len(lines) >= maxFiles:
				return fmt.Errorf("more than %d files", maxFiles)
			}
			info, err := d.Info()
			if err == nil {
				note(name, info)
			}
			return err
		})
	}
	if err != nil {
		return "", 0, fmt.Errorf("look at the database of advisories %s: %w", bound.QuoteName(s.dir), err)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:]), newest, nil
}

// indexName is the file of the cache for a database at this place, so that the index of what was there before gives way.
func (s source) indexName() (string, error) {
	where, err := filepath.Abs(filepath.Join(s.dir, s.file))
	if err != nil {
		return "", fmt.Errorf("name the index of the database of advisories: %w", err)
	}
	sum := sha256.Sum256([]byte(where))
	return "advisories-" + hex.EncodeToString(sum[:12]) + ".index", nil
}

// read visits every advisory; visit is called from several goroutines at once. digest is over all that was read, and gaps say
// what could not be.
func (s source) read(ctx context.Context, visit func(name string, data []byte)) (digest string, gaps []bound.Gap, err error) {
	tree, err := bound.Open(s.dir, limits())
	if err != nil {
		return "", nil, err
	}
	defer tree.Close()
	var mu sync.Mutex
	var sums []string
	take := func(name, sum string, more []bound.Gap) {
		mu.Lock()
		defer mu.Unlock()
		sums = append(sums, name+" "+sum)
		gaps = append(gaps, more...)
	}
	if s.file != "" {
		sum, more, err := readZip(ctx, tree, s.file, visit)
		if err != nil {
			return "", nil, err
		}
		take(s.file, sum, more)
		return sum, append(gaps, tree.Gaps()...), nil
	}
	err = tree.Walk(ctx, func(f bound.File) error {
		if !f.Regular() || !holds(f.Path) {
			return nil
		}
		if strings.HasSuffix(f.Path, ".zip") {
			sum, more, err := readZip(ctx, tree, f.Path, visit)
			if err == nil {
				take(f.Path, sum, more)
			}
			return err
		}
		data, err := f.Read()
		if err != nil {
			return nil // the tree keeps the gap
		}
		sum := sha256.Sum256(data)
		take(f.Path, hex.EncodeToString(sum[:]), nil)
		visit(f.Path, data)
		return nil
	})
	slices.Sort(sums)
	total := sha256.Sum256([]byte(strings.Join(sums, "\n")))
	return "sha256:" + hex.EncodeToString(total[:]), append(gaps, tree.Gaps()...), err
}

// readZip reads one zip, and holds it to the digest that a fetch left beside it.
func readZip(ctx context.Context, tree *bound.Tree, name string, visit func(string, []byte)) (digest string, gaps []bound.Gap, err error) {
	h, err := tree.OpenFile(name)
	if err != nil {
		return "", nil, err
	}
	defer h.Close()
	if h.Size() > maxPacked {
		return "", nil, &bound.LimitError{Path: name, Limit: bound.LimitArchiveBytes, Max: maxPacked}
	}
	if digest, err = tree.Digest(name); err != nil {
		return "", nil, err
	}
	if noted, err := tree.ReadHead(name+".sha256", 64); err == nil && "sha256:"+string(noted) != digest {
		return "", nil, fmt.Errorf("%s is not what was fetched: its digest is %s, and %s.sha256 says %s", bound.QuoteName(name), digest, bound.QuoteName(name), bound.QuoteName(string(noted)))
	}
	workers := newWorkers(visit)
	gaps, err = bound.ArchiveOnly(ctx, name, h, h.Size(), limits(), isAdvisoryName, func(m bound.Member) error {
		if m.Truncated {
			return nil // a gap tells
		}
		workers.give(m.Path, m.Data)
		return nil
	})
	workers.finish()
	return digest, gaps, err
}
