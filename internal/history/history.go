// Package history reads who worked on a repository and when, from git's objects, without running git and without following
// anything out of the target.
//
// Commits are walked from HEAD under limits. A history that is not there, shallow, damaged or longer than the limit is told
// as such: "nobody else worked on it" is only ever said of a history that was read to its first commit.
package history

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

// Limits of one reading; zero means the default.
type Limits struct {
	Commits     int           // default 20,000
	CommitBytes int64         // of the largest commit object; default 1 MiB
	Time        time.Duration // default 10 s
}

// Read walks the history of the tree from HEAD. A folder without one is no error: the History says so. The error is that of
// a cancelled context.
func Read(ctx context.Context, tree *bound.Tree, l Limits) (lodemark.History, error) {
	l.Commits = cmp.Or(l.Commits, 20_000)
	l.CommitBytes = cmp.Or(l.CommitBytes, 1<<20)
	l.Time = cmp.Or(l.Time, 10*time.Second)
	info, err := tree.Stat(".git")
	switch {
	case err != nil:
		return lodemark.History{Why: "there is no git history in the folder"}, ctx.Err()
	case !info.IsDir():
		return lodemark.History{Why: ".git names a repository elsewhere, which is not read"}, ctx.Err()
	}
	within, cancel := context.WithTimeout(ctx, l.Time)
	defer cancel()
	w := &walk{limits: l, people: map[string]*lodemark.Contributor{}}
	w.run(within, tree)
	return w.result(), ctx.Err()
}

// walk is one reading; what it holds stays good when a damaged object ends it.
type walk struct {
	limits  Limits
	history lodemark.History
	people  map[string]*lodemark.Contributor // by mail address in lower case
}

func (w *walk) run(ctx context.Context, tree *bound.Tree) {
	// The library has crashed on damaged packs before. A hostile object file must cost this history and not the run.
	defer func() {
		if p := recover(); p != nil {
			w.cut("the history is damaged: %v", p)
		}
	}()
	store := filesystem.NewStorageWithOptions(&gitFolder{tree: tree}, cache.NewObjectLRU(8<<20), filesystem.Options{
		ExclusiveAccess: true, MaxOpenDescriptors: 32, LargeObjectThreshold: w.limits.CommitBytes})
	ref, err := storer.ResolveReference(store, plumbing.HEAD)
	if err != nil {
		w.cut("HEAD names no commit that is there")
		return
	}
	w.history.Head, w.history.Complete = ref.Hash().String(), true
	shallow := map[plumbing.Hash]bool{}
	if list, err := store.Shallow(); err == nil {
		for _, h := range list {
			shallow[h] = true
		}
	}
	seen := map[plumbing.Hash]bool{ref.Hash(): true}
	for queue := []plumbing.Hash{ref.Hash()}; len(queue) > 0; {
		switch {
		case ctx.Err() != nil:
			w.cut("reading the history took longer than %v", w.limits.Time)
			return
		case w.history.Commits == w.limits.Commits:
			w.cut("only %d commits were read", w.limits.Commits)
			return
		}
		at := queue[0]
		queue = queue[1:]
		c, err := w.commit(store, at)
		if err != nil {
			w.cut("commit %.12s cannot be read: %v", at, err)
			continue
		}
		w.count(c.Author)
		if shallow[at] {
			w.cut("the clone is shallow, so older commits are not here")
			continue
		}
		for _, parent := range c.ParentHashes {
			if seen[parent] {
				continue
			}
			if len(seen) > w.limits.Commits { // more than can be read are known: a commit may name thousands of parents
				w.cut("only %d commits were read", w.limits.Commits)
				break
			}
			seen[parent] = true
			queue = append(queue, parent)
		}
	}
}

// commit reads one commit whose size is known to be small before its bytes are asked for.
func (w *walk) commit(store *filesystem.Storage, at plumbing.Hash) (*object.Commit, error) {
	size, err := store.EncodedObjectSize(at)
	if err != nil {
		return nil, err
	}
	if size > w.limits.CommitBytes {
		return nil, fmt.Errorf("it has %d bytes; at most %d are read", size, w.limits.CommitBytes)
	}
	return object.GetCommit(store, at)
}

func (w *walk) count(a object.Signature) {
	w.history.Commits++
	name, mail := short(a.Name), short(a.Email)
	key := cmp.Or(strings.ToLower(mail), strings.ToLower(name))
	when := a.When.UTC()
	p := w.people[key]
	if p == nil {
		p = &lodemark.Contributor{Name: name, Mail: mail, First: when, Last: when}
		w.people[key] = p
	}
	p.Commits++
	if when.Before(p.First) {
		p.First = when
	}
	if when.After(p.Last) {
		p.Last, p.Name = when, cmp.Or(name, p.Name)
	}
}

// nameMost bounds what is kept of a name or address: a commit may hold a megabyte of either, thousands of times.
const nameMost = 320

func short(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > nameMost {
		text = strings.ToValidUTF8(text[:nameMost], "")
	}
	return strings.Clone(text)
}

// cut says why the history is not whole. The first reason stays.
func (w *walk) cut(format string, args ...any) {
	w.history.Complete = false
	w.history.Why = cmp.Or(w.history.Why, fmt.Sprintf(format, args...))
}

// result lists contributors by mail address and name, so that the same objects give the same list.
func (w *walk) result() lodemark.History {
	h := w.history
	for _, p := range w.people {
		h.Contributors = append(h.Contributors, *p)
	}
	slices.SortFunc(h.Contributors, func(a, b lodemark.Contributor) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Mail), strings.ToLower(b.Mail)), strings.Compare(a.Name, b.Name))
	})
	return h
}
