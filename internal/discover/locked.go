package discover

import (
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// A manifest says what is wanted, a lock file beside it or above it what is taken. Which lock file covers which manifest is
// known only when all files were seen.

// placed is a manifest or lock file with where it stands.
type placed struct {
	*manifest
	path, dir string
	aside     bool
	lockedBy  *placed
}

// lockManifests finds the lock file of each manifest, notes it on the manifest's component, and returns the packages with
// what the lock files fix about them.
func lockManifests(components []lodemark.Component, seen []sighting) []lodemark.Component {
	all := placedManifests(seen)
	byPath := coverAll(all)
	for i, c := range components {
		if p := byPath[c.Path]; c.Kind == lodemark.KindManifest && p != nil && p.lockedBy != nil {
			components[i].Detail["locked_by"] = p.lockedBy.path
		}
	}
	return append(components, packages(all, byPath)...)
}

// coverAll finds the lock file of each manifest, and returns all by path.
func coverAll(all []placed) (byPath map[string]*placed) {
	byPath = map[string]*placed{}
	for i := range all {
		byPath[all[i].path] = &all[i]
	}
	byDir := map[string][]*placed{}
	for i := range all {
		byDir[all[i].dir] = append(byDir[all[i].dir], &all[i])
	}
	for i := range all {
		if all[i].locks {
			cover(&all[i], all, byPath, byDir)
		}
	}
	adopt(all)
	return byPath
}

func placedManifests(seen []sighting) []placed {
	var all []placed
	for i := range seen {
		if m := seen[i].hints.manifest; m != nil {
			f := &seen[i].file
			all = append(all, placed{manifest: m, path: f.Path, dir: path.Dir(f.Path), aside: f.Test || f.Vendored})
		}
	}
	return all
}

// cover hands a lock file to the manifests it covers: those of the folders it lists, and below its own folder those of the
// projects or workspace patterns that it or the manifest beside it names.
func cover(lock *placed, all []placed, byPath map[string]*placed, byDir map[string][]*placed) {
	if lock.format == "requirements" {
		coverSources(lock, byPath)
		return
	}
	for _, f := range lock.folders {
		dir := path.Join(lock.dir, f)
		if !within(lock.dir, dir) {
			continue // a project elsewhere that this one builds on; its lock file is its own
		}
		for _, m := range byDir[dir] {
			m.lockWith(lock)
		}
	}
	projects := map[string]bool{}
	for _, p := range lock.projects {
		projects[p] = true
	}
	patterns := workspacePatterns(lock, byDir[lock.dir])
	if len(projects) == 0 && len(patterns) == 0 {
		return
	}
	for i := firstBelow(all, lock.dir); i < len(all) && within(lock.dir, all[i].dir); i++ {
		if m := &all[i]; projects[m.self] || matchesAny(patterns, lock.dir, m.dir) {
			m.lockWith(lock)
		}
	}
}

// firstBelow finds where the files of a folder begin in a list sorted by path.
func firstBelow(all []placed, dir string) int {
	if dir == "." {
		return 0
	}
	i, _ := slices.BinarySearchFunc(all, dir+"/", func(p placed, prefix string) int { return strings.Compare(p.path, prefix) })
	return i
}

// lockWith notes the lock file of a manifest. The nearest wins: one of the folder itself over one of a workspace above.
func (m *placed) lockWith(lock *placed) {
	if !m.names || m.ecosystem != lock.ecosystem || m == lock || !fitsLock(m, lock) {
		return
	}
	if m.lockedBy == nil || len(m.lockedBy.dir) < len(lock.dir) {
		m.lockedBy = lock
	}
}

// coverSources: a compiled requirements file covers what it was made from.
func coverSources(lock *placed, byPath map[string]*placed) {
	sources := slices.Clone(lock.sources)
	if stem, ok := strings.CutSuffix(lock.path, ".txt"); ok {
		sources = append(sources, path.Base(stem)+".in")
	}
	for _, s := range sources {
		for _, at := range []string{path.Join(lock.dir, s), path.Clean(s), path.Join(path.Dir(lock.dir), s)} {
			if m := byPath[at]; m != nil && m.names && m != lock && m.lockedBy == nil {
				m.lockedBy = lock
				break
			}
		}
	}
}

// fitsLock says whether a tool that writes the lock file reads the manifest.
func fitsLock(m, lock *placed) bool {
	switch lock.format {
	case "uv", "pdm", "pylock", "poetry":
		return m.format == "pyproject" || m.format == "poetry" || lock.format != "poetry" && (m.format == "setup.cfg" || m.format == "setup.py")
	case "pipfile":
		return m.format == "pipfile"
	case "conda-lock":
		return m.format == "conda"
	case "gradle":
		return m.format == "gradle" || m.format == "version-catalogue"
	case "requirements":
		return false
	}
	return true
}

// maxPatterns is how many patterns of a workspace are looked at.
const maxPatterns = 200

// workspacePatterns gathers which folders the manifests beside a lock file call members.
func workspacePatterns(lock *placed, beside []*placed) []string {
	switch lock.format {
	case "uv", "npm", "yarn", "pnpm", "bun", "deno", "cargo":
	default:
		return nil // no workspaces, or the lock file lists their folders
	}
	var patterns []string
	for _, m := range beside {
		if m.ecosystem == lock.ecosystem && len(patterns) < maxPatterns {
			patterns = append(patterns, m.members[:min(len(m.members), maxPatterns)]...)
		}
	}
	return patterns
}

func within(outer, inner string) bool {
	return outer == "." || inner == outer || strings.HasPrefix(inner, outer+"/")
}

// matchesAny says whether a folder below root is named by a pattern such as "packages/*", "apps/**" or "web"; patterns that
// begin with "!" take folders out again.
func matchesAny(patterns []string, root, dir string) bool {
	rel := dir
	if root != "." {
		rel = strings.TrimPrefix(strings.TrimPrefix(dir, root), "/")
	}
	matched := false
	for _, p := range patterns {
		p, negated := strings.CutPrefix(p, "!")
		p = strings.TrimSuffix(strings.TrimPrefix(p, "./"), "/")
		if matchesFolder(p, rel) {
			matched = !negated
		}
	}
	return matched
}

// matchesFolder matches part by part; "**" stands for any number of parts.
func matchesFolder(pattern, dir string) bool {
	head, tail, deep := strings.Cut(pattern, "**")
	if !deep {
		ok, err := path.Match(pattern, dir)
		return err == nil && ok
	}
	head = strings.TrimSuffix(head, "/")
	tail = strings.TrimPrefix(tail, "/")
	rest := dir
	if head != "" {
		parts := strings.SplitN(dir, "/", strings.Count(head, "/")+2)
		n := strings.Count(head, "/") + 1
		if len(parts) < n {
			return false
		}
		if ok, err := path.Match(head, strings.Join(parts[:n], "/")); err != nil || !ok {
			return false
		}
		rest = strings.Join(parts[n:], "/")
	}
	if tail == "" {
		return true
	}
	for { // at every depth
		if ok, err := path.Match(tail, rest); err == nil && ok {
			return true
		}
		_, after, more := strings.Cut(rest, "/")
		if !more {
			return false
		}
		rest = after
	}
}

// adopt lets files that belong to a locked project share its lock: a requirements file whose every requirement another file
// fixes (-c), and setup.py beside a locked pyproject.
func adopt(all []placed) {
	locked := map[string]*placed{}
	for i := range all {
		if m := &all[i]; m.lockedBy != nil && (m.format == "pyproject" || m.format == "poetry") {
			locked[m.dir] = m.lockedBy
		}
	}
	for i := range all {
		if m := &all[i]; m.lockedBy == nil && (m.format == "setup.py" || m.format == "setup.cfg") {
			m.lockedBy = locked[m.dir]
		}
	}
}

// packages lists the dependencies on AI packages: those that manifests name, with what their lock file fixes, and those of
// lock files that stand alone. What is only there because another package wants it is left to the bill of materials.
func packages(all []placed, byPath map[string]*placed) []lodemark.Component {
	var out []lodemark.Component
	fixers := fixers{}
	owned := map[*placed]bool{}
	for i := range all {
		if all[i].lockedBy != nil {
			owned[all[i].lockedBy] = true
		}
	}
	for i := range all {
		m := &all[i]
		switch {
		case m.names && !(m.locks && owned[m]):
			fixed := fixers.of(m, byPath)
			for _, d := range m.wants {
				if !d.through {
					out = append(out, packageComponent(m, d, fixed))
				}
			}
		case m.locks && !m.names && !owned[m]:
			for _, d := range m.fixes {
				if !d.through && (m.direct == nil || m.direct[d.name]) {
					out = append(out, packageComponent(m, d, nil))
				}
			}
		}
	}
	return out
}

// fixers keeps what lock and constraints files fix, by name, so that each is gone through once.
type fixers map[*placed]map[string]*dependency

// maxBinds is how many constraints files of one requirements file are looked at.
const maxBinds = 20

// of gathers what the lock file or the constraints of a manifest fix; the lock file weighs more.
func (f fixers) of(m *placed, byPath map[string]*placed) (fixed []map[string]*dependency) {
	if m.lockedBy != nil {
		fixed = append(fixed, f.table(m.lockedBy, m.lockedBy.fixes))
	}
	for _, c := range m.binds[:min(len(m.binds), maxBinds)] {
		if p := byPath[path.Join(m.dir, c)]; p != nil && p != m {
			fixed = append(fixed, f.table(p, p.wants))
		}
	}
	return fixed
}

func (f fixers) table(p *placed, list []dependency) map[string]*dependency {
	if known, ok := f[p]; ok {
		return known
	}
	fixed := map[string]*dependency{}
	for i := range list {
		if _, known := fixed[list[i].name]; !known && list[i].pin != lodemark.PinNone {
			fixed[list[i].name] = &list[i]
		}
	}
	f[p] = fixed
	return fixed
}

func packageComponent(m *placed, d dependency, fixed []map[string]*dependency) lodemark.Component {
	known, _ := packageOf(m.ecosystem, d.name)
	detail := map[string]string{"role": known.role, "ecosystem": m.ecosystem}
	put := func(key, value string) {
		if value != "" {
			detail[key] = value
		}
	}
	put("of", known.of)
	put("range", d.written)
	put("group", d.group)
	c := lodemark.Component{Kind: lodemark.KindPackage, Name: d.name, Path: m.path, Line: d.line, Version: d.version, Pin: d.pin, Digest: d.digest,
		Address: d.address, Format: m.format, Origin: lodemark.OriginInferred, Detail: detail, Test: m.aside}
	for i, table := range fixed {
		f := table[d.name]
		if f == nil {
			continue
		}
		c.Version, c.Pin = f.version, f.pin
		c.Digest = firstNonEmpty(f.digest, c.Digest)
		if m.lockedBy != nil && i == 0 {
			put("locked_by", m.lockedBy.path)
		}
		break
	}
	return c
}
