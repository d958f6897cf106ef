package compare

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/deps"
)

// Locks are the versions of packages that lock files of a folder fix, and that requirements name exactly.
type Locks struct {
	folder string // as it is named before the places of the packages; empty: they are the candidate's own
	locks  *deps.Locks
}

// ReadLocks reads the lock files of a folder. named is how places in it are called; empty: as they are. under narrows it down.
func ReadLocks(ctx context.Context, tree *bound.Tree, named, under string) (*Locks, error) {
	all, err := deps.Packages(ctx, tree)
	if err != nil {
		return nil, fmt.Errorf("read lock files: %w", err)
	}
	l := &Locks{folder: named, locks: &deps.Locks{}}
	if under = strings.TrimSuffix(under, "/"); under == "." {
		under = ""
	}
	for _, p := range all.Packages {
		if under != "" {
			inside, ok := strings.CutPrefix(p.Path, under+"/")
			if !ok {
				continue
			}
			p.Path = inside
		}
		if !p.Aside && p.Address == "" { // what tests install, or what comes from a repository, is not what a registry calls so
			l.locks.Packages = append(l.locks.Packages, p)
		}
	}
	return l, nil
}

// of lists the versions of a package, each at the first place that fixes it.
func (l *Locks) of(ecosystem, name string) (versions []string, at []string) {
	if l == nil {
		return nil, nil
	}
	if ecosystem == "PyPI" { // names that differ by case and by these marks are one
		name = strings.NewReplacer("_", "-", ".", "-").Replace(strings.ToLower(name))
	}
	for _, p := range l.locks.Packages {
		if p.Ecosystem == ecosystem && p.Name == name && p.Version != "" && !slices.Contains(versions, p.Version) {
			versions = append(versions, p.Version)
			at = append(at, place(path.Join(l.folder, p.Path), p.Line))
		}
	}
	return versions, at
}

// locked gives loaders whose version nobody states the one that is locked: beside the candidate, or else in the system that is to load it.
// Where several are, none is taken, and all are told.
func (c *Candidate) locked(all []loader) []loader {
	for i := range all {
		l := &all[i]
		if l.version != "" {
			continue
		}
		for _, from := range []*Locks{c.ownLocks, c.systemLocks} {
			versions, at := from.of(l.ecosystem, l.name)
			if len(versions) == 1 {
				l.version, l.at, l.declared = versions[0], at[0], false
			}
			if len(versions) > 1 {
				l.several = versions
			}
			if len(versions) > 0 {
				break
			}
		}
	}
	return all
}
