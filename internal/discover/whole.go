package discover

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/semver"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

// Discovery keeps the packages of AI. Whoever compares with advisories needs every package, through the same readers.

// Locked is one package in one version, where a file of the tree fixes it.
type Locked struct {
	Ecosystem string // pypi, npm, go, cargo, maven, conda
	Name      string // in the form that the ecosystem compares by
	Version   string
	Path      string
	Line      int
	Format    string // of the file: uv, npm, requirements ...
	Asked     Asked
	Address   string // a repository or folder that it comes from instead of the ecosystem's registry
	Aside     bool   // in a folder of tests
}

// Asked says who asks for a package: the project itself, or only other packages.
type Asked string

// Who asks for a package; the empty one: the files do not tell.
const (
	AskedDirect  Asked = "direct"
	AskedThrough Asked = "through"
)

// Locks is what a tree locks.
type Locks struct {
	Packages []Locked
	Gaps     []lodemark.Gap // what could not be read; Needed where nobody knows without it what is installed
	Vendored int            // lock files in vendored folders: what stands there was taken with its own build
}

// LockedPackages lists every package that lock files of the tree fix, and those that requirements, POMs, build scripts and
// go.mod files name with one exact version, by path, line and name. The error is that of the walk or of a cancelled context.
func LockedPackages(ctx context.Context, tree *bound.Tree) (*Locks, error) {
	var mu sync.Mutex
	var seen []sighting
	vendored := 0
	err := tree.Walk(ctx, func(f bound.File) error {
		s, manifest, aside := lookForPackages(f)
		mu.Lock()
		defer mu.Unlock()
		if aside {
			vendored++
		} else if manifest {
			seen = append(seen, s)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list locked packages: %w", err)
	}
	var gaps []lodemark.Gap
	slices.SortFunc(seen, func(a, b sighting) int { return strings.Compare(a.file.Path, b.file.Path) })
	for i := range seen {
		gaps = append(gaps, seen[i].gaps...)
	}
	gaps = withUnread(append(gaps, unreadBun(seen)...), tree)
	limited := map[string]bool{}
	for _, l := range tree.Limited() {
		limited[l.Path] = !l.TooLarge()
	}
	for i := range gaps {
		p := placeOf(gaps[i].Path)
		gaps[i].Needed = limited[gaps[i].Path] || lockNames[p.lower] && !p.aside()
	}
	return &Locks{everyLocked(seen), gaps, vendored}, nil
}

// lockNames are the files without which nobody knows what is installed.
var lockNames = set("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "pipfile.lock", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml",
	"bun.lock", "bun.lockb", "deno.lock", "go.mod", "go.sum", "cargo.lock", "gradle.lockfile", "buildscript-gradle.lockfile")

// unreadBun says of older lock files of Bun that they are binary, where the text that replaced them does not stand beside.
func unreadBun(seen []sighting) (gaps []lodemark.Gap) {
	texts := map[string]bool{}
	for i := range seen {
		texts[seen[i].file.Path] = true
	}
	for i := range seen {
		if p := seen[i].file.Path; strings.HasSuffix(p, "bun.lockb") && !texts[strings.TrimSuffix(p, "b")] {
			gaps = append(gaps, lodemark.Gap{Path: p, Reason: "the binary lock file of Bun is not read; bun install --save-text-lockfile writes bun.lock"})
		}
	}
	return gaps
}

func lookForPackages(f bound.File) (s sighting, manifest, vendored bool) {
	v := visit{place: placeOf(f.Path), size: f.Size, file: f, every: true}
	if !f.Regular() || !v.isManifest() || v.vendored {
		return s, false, f.Regular() && v.vendored && lockNames[v.lower]
	}
	s = sighting{file: lodemark.File{Path: f.Path, Size: f.Size, Test: v.test}}
	v.out = &s
	head, err := f.Head(headBytes)
	if err != nil {
		return s, true, false // the tree keeps the gap
	}
	v.head = head
	v.readWith(&reader{name: "manifests and lock files", read: (*visit).readManifest})
	return s, true, false
}

// everyLocked lists what files fix, each package of a file once per version.
func everyLocked(seen []sighting) (out []Locked) {
	all := placedManifests(seen)
	coverAll(all)
	wanted := wantedBy(all)
	complete, summed := map[string]bool{}, map[string]bool{}
	for i := range all {
		complete[all[i].dir] = complete[all[i].dir] || all[i].complete
		summed[all[i].dir] = summed[all[i].dir] || all[i].format == "go.sum"
	}
	for i := range all {
		m := &all[i]
		switch {
		case m.format == "go.sum" && !complete[m.dir]:
			out = append(out, m.locked(newestOf(m.fixes), wanted[m])...)
		case m.format == "go.sum": // go.mod names what is built; the sums are also of what was only looked at
		case m.format == "go.mod" && !m.complete && summed[m.dir]: // the sums name what is built as well, and newer where others want it
		case m.locks:
			out = append(out, m.locked(m.fixes, wanted[m])...)
		case m.names && m.lockedBy == nil && fixesByItself[m.format]:
			out = append(out, m.locked(exactly(m.wants), nil)...)
		case m.format == "go.mod":
			out = append(out, m.locked(m.wants, nil)...)
		}
	}
	slices.SortStableFunc(out, func(a, b Locked) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version))
	})
	return out
}

// fixesByItself are the manifests whose exact versions are what is installed, where no lock file says otherwise.
var fixesByItself = map[string]bool{"requirements": true, "maven": true, "gradle": true, "version-catalogue": true, "conda": true}

func exactly(wants []dependency) (fixed []dependency) {
	for _, d := range wants {
		if d.version != "" {
			fixed = append(fixed, d)
		}
	}
	return fixed
}

// wantedBy gathers what the manifests under each lock file ask for themselves.
func wantedBy(all []placed) map[*placed]map[string]bool {
	wanted := map[*placed]map[string]bool{}
	for i := range all {
		m := &all[i]
		if m.lockedBy == nil {
			continue
		}
		names := wanted[m.lockedBy]
		if names == nil {
			names = map[string]bool{}
			wanted[m.lockedBy] = names
		}
		for _, d := range m.wants {
			if !d.through {
				names[d.name] = true
			}
		}
	}
	return wanted
}

// locked turns the entries of one file into packages. wanted are the names that manifests under it ask for; nil: nobody knows.
func (m *placed) locked(list []dependency, wanted map[string]bool) []Locked {
	out := make([]Locked, 0, len(list))
	known := make(map[[2]string]bool, len(list))
	for _, d := range list {
		key := [2]string{d.name, d.version}
		if d.name == "" || d.version == "" || known[key] {
			continue
		}
		known[key] = true
		l := Locked{Ecosystem: m.ecosystem, Name: d.name, Version: d.version, Path: m.path, Line: d.line, Format: m.format, Address: d.address, Aside: m.aside}
		if m.ecosystem == "conda" && d.group == "pip" {
			l.Ecosystem = "pypi"
		}
		switch {
		case d.through:
			l.Asked = AskedThrough
		case m.direct[d.name] || wanted[d.name] || m.names:
			l.Asked = AskedDirect
		case m.direct != nil || wanted != nil:
			l.Asked = AskedThrough
		}
		out = append(out, l)
	}
	return out
}

// newestOf keeps the newest version of each module: before Go 1.17 a go.mod leaves out what others want, and of all versions in
// the sums the newest is the one that is built.
func newestOf(sums []dependency) (out []dependency) {
	at := map[string]int{}
	for _, d := range sums {
		i, seen := at[d.name]
		switch {
		case !seen:
			at[d.name] = len(out)
			out = append(out, d)
		case semver.Compare(d.version, out[i].version) > 0:
			out[i] = d
		}
	}
	return out
}
