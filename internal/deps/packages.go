package deps

import (
	"context"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/deps/osv"
	"github.com/lodemark/lodemark/internal/discover"
)

// Package is one package in one version, at one place of the tree.
type Package struct {
	Ecosystem string // as databases of advisories call it; "conda" for those that no database knows
	Name      string // in the form that the ecosystem compares by
	Version   string
	Path      string
	Line      int
	Asked     discover.Asked
	Address   string // where it comes from, if not from the ecosystem's registry
	Aside     bool   // in a folder of tests
}

// Locks is what a tree locks.
type Locks struct {
	Packages []Package      // by path and line
	Gaps     []lodemark.Gap // what could not be read; Needed where nobody knows without it what is installed
	Vendored int            // lock files in vendored folders, which are left out
}

// Packages lists what the lock files of a tree fix, and what is named with one exact version where there is no lock file. The error is
// that of the walk or of a cancelled context.
func Packages(ctx context.Context, tree *bound.Tree) (*Locks, error) {
	locks, err := discover.LockedPackages(ctx, tree)
	if err != nil {
		return nil, err
	}
	out := &Locks{Gaps: locks.Gaps, Vendored: locks.Vendored, Packages: make([]Package, 0, len(locks.Packages))}
	for _, l := range locks.Packages {
		out.Packages = append(out.Packages, Package{Ecosystem: ecosystemOf(l.Ecosystem), Name: l.Name, Version: l.Version, Path: l.Path, Line: l.Line, Asked: l.Asked, Address: l.Address, Aside: l.Aside})
	}
	return out, nil
}

func ecosystemOf(ours string) string {
	switch ours {
	case "pypi":
		return osv.PyPI
	case "npm":
		return osv.NPM
	case "go":
		return osv.Go
	case "cargo":
		return osv.Cargo
	case "maven":
		return osv.Maven
	}
	return ours
}
