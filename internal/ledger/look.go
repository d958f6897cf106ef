package ledger

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark/internal/bound"
)

// maxNamed bounds the names of files that a report carries.
const maxNamed = 1000

// look goes through the names in the folder. What no ledger ever writes and what could lead a reader astray is an error: links, pipes, devices. Files
// that are merely no part of the ledger are listed.
func (f *folder) look(size int64, r *Report) error {
	var mu sync.Mutex
	var link string
	err := f.tree.Walk(context.Background(), func(file bound.File) error {
		mu.Lock()
		defer mu.Unlock()
		if !file.Regular() && (link == "" || file.Path < link) {
			link = file.Path
		}
		switch kindOf(file.Path, size) {
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
	slices.Sort(r.Leftover)
	slices.Sort(r.Foreign)
	if link != "" {
		return damaged(bound.QuoteName(link), "a link, which no ledger has and none follows")
	}
	for _, gap := range f.tree.Gaps() {
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
	leftover             // what a ledger writes, and this checkpoint does not need
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
	return leftover
}
