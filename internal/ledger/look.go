package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/lodemark/lodemark/internal/bound"
)

// maxNamed bounds the names of files that a report carries.
const maxNamed = 1000

// look goes through the names in the folder. What no ledger ever writes and what could lead a reader astray is an error: links, pipes, devices. Files
// that are merely no part of the ledger are listed.
func (f *folder) look(size int64, r *Report) error {
	fresh, err := openFolder(f.dir) // whose gaps are those of this look alone
	if err != nil {
		return err
	}
	defer fresh.close()
	var mu sync.Mutex
	var link string
	err = fresh.tree.Walk(context.Background(), func(file bound.File) error {
		mu.Lock()
		defer mu.Unlock()
		if !file.Regular() && (link == "" || file.Path < link) {
			link = file.Path
		}
		switch kindOf(file.Path, size) {
		case older:
			r.older = named(r.older, file.Path)
		case leftover:
			r.Leftover = named(r.Leftover, file.Path)
		case foreign:
			r.Foreign = named(r.Foreign, file.Path)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look through the ledger: %w", err)
	}
	for _, name := range fresh.tree.Skipped() {
		r.Foreign = named(r.Foreign, name)
	}
	slices.Sort(r.Leftover)
	slices.Sort(r.Foreign)
	if link != "" {
		return damaged(bound.QuoteName(link), "a link, which no ledger has and none follows")
	}
	for _, gap := range fresh.tree.Gaps() {
		if _, err := os.Lstat(filepath.Join(f.dir, filepath.FromSlash(gap.Path))); errors.Is(err, fs.ErrNotExist) {
			continue // a writer removed it between listing and looking
		}
		return damaged(bound.QuoteName(gap.Path), "%s", gap.Reason)
	}
	return nil
}

func named(list []string, name string) []string {
	if len(list) < maxNamed {
		return append(list, name)
	}
	return list
}

type kind int

const (
	part     kind = iota // what the checkpoint speaks of
	older                // a partial tile of an earlier checkpoint
	leftover             // what a ledger writes, and no checkpoint up to this one needs
	foreign
)

func kindOf(name string, size int64) kind {
	base := path.Base(name)
	if name == checkpointFile || name == lockFile {
		return part
	}
	if temp, ok := strings.CutPrefix(base, ".lodemark-"); ok && strings.HasSuffix(temp, ".tmp") {
		return leftover
	}
	p, ok := parsePath(name)
	if !ok {
		return foreign
	}
	at := edgeOf(size, max(p.level, 0))
	if p.w == width && p.n < at.n || p.n == at.n && p.w == at.w {
		return part
	}
	if p.w < width && (p.n < at.n || p.n == at.n && p.w < at.w) {
		return older
	}
	return leftover
}

// outdated looks at the partial tiles of earlier checkpoints, to which readers that are a step behind may still look: those that are no
// beginning of what has taken their place were left by a writer that did not get to its end, or altered.
func (v *view) outdated(r *Report) error {
	for _, name := range r.older {
		p, _ := parsePath(name)
		hashes, err := v.hashes(max(p.level, 0), p.n)
		if err != nil {
			return err
		}
		var is []tlog.Hash
		if data, err := v.tree.ReadFile(name); errors.Is(err, fs.ErrNotExist) {
			continue // a writer tidied up
		} else if p.level == entriesLevel {
			pieces, _ := splitBundle(data, p.w)
			is = leavesOf(pieces)
		} else {
			is = hashesOf(data)
		}
		if len(is) != p.w || !slices.Equal(is, hashes[:p.w]) {
			r.Leftover = named(r.Leftover, name)
		}
	}
	slices.Sort(r.Leftover)
	return nil
}
