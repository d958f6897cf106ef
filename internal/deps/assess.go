package deps

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/deps/osv"
	"github.com/lodemark/lodemark/internal/deps/vex"
	"github.com/lodemark/lodemark/internal/discover"
)

// Vulnerability is one advisory, whatever number of databases and names it has, about one version of one package.
type Vulnerability struct {
	ID        string   // the best known of its names
	Aliases   []string // the others
	Title     string   // text of whoever wrote the advisory
	Rating    osv.Rating
	Malicious bool
	Ecosystem string
	Package   string
	Version   string
	Fixed     []string // versions in which it is gone, the lowest of each line first
	Places    []Place
	Imports   []string // Go: packages of the module that hold it; empty: not said
	Refs      []string
	CWEs      []string
	Modified  string // day of the last change, empty: not said
	Stated    []vex.Applied
}

// Place is where a version is fixed.
type Place struct {
	Path  string
	Line  int
	Asked discover.Asked
	Aside bool
	From  string // an address that it comes from instead of the registry: that code can differ from the release of its version
}

// Counts says whether a gate is about it: what the operator states not to be affected is shown and fails nothing. A statement that
// came with the target does not count: whoever wrote the system does not judge it.
func (v *Vulnerability) Counts() bool {
	return !slices.ContainsFunc(v.Stated, func(s vex.Applied) bool { return !s.Declared && s.Clears() })
}

// Result is what a database says about the packages of a tree.
type Result struct {
	Vulnerabilities []Vulnerability // the worst first
	Packages        map[string]int  // versions judged, by ecosystem, each counted once
	Unjudged        map[string]int  // by reason: "npm: the database holds no advisory for it"
	Uncovered       []string        // ecosystems of locked packages that the database says nothing about
	Undecided       []Undecided
}

// Undecided is an advisory about a package of the tree of which nobody can tell whether it concerns the version.
type Undecided struct {
	ID, Package, Version, Reason string
	Place                        Place
}

// one is a version of a package with all its places.
type one struct {
	Package
	places []Place
}

// Assess asks the database about each package once.
func Assess(ctx context.Context, packages []Package, db *osv.Database, statements []vex.Statement) (*Result, error) {
	r := &Result{Packages: map[string]int{}, Unjudged: map[string]int{}}
	uncovered := map[string]bool{}
	for _, p := range gathered(packages) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		switch {
		case !slices.Contains(osv.Ecosystems(), p.Ecosystem):
			r.Unjudged[p.Ecosystem+": no database of advisories knows these packages"]++
			continue
		case p.Address != "" && isLocal(p.Address):
			r.Unjudged[p.Ecosystem+": part of this tree, or of the disk beside it"]++
			continue
		case !db.Covers(p.Ecosystem):
			uncovered[p.Ecosystem] = true
			r.Unjudged[p.Ecosystem+": the database holds no advisory for this ecosystem"]++
			continue
		}
		r.Packages[p.Ecosystem]++
		found, err := db.Find(p.Ecosystem, p.Name)
		if err != nil {
			return nil, err
		}
		r.judge(p, found, statements)
	}
	for e := range uncovered {
		r.Uncovered = append(r.Uncovered, e)
	}
	slices.Sort(r.Uncovered)
	slices.SortStableFunc(r.Vulnerabilities, worstFirst)
	return r, nil
}

// isLocal tells a folder from an address on the net: a repository's code is as vulnerable as the release it was made from.
func isLocal(address string) bool {
	return !strings.Contains(address, "://") && !strings.HasPrefix(address, "git") && !strings.Contains(address, "@")
}

// gathered puts the places of each version together, in the order of the first.
func gathered(packages []Package) []one {
	at := make(map[[3]string]int, len(packages))
	var all []one
	for _, p := range packages {
		key := [3]string{p.Ecosystem, p.Name, p.Version}
		i, seen := at[key]
		if !seen {
			i = len(all)
			at[key] = i
			all = append(all, one{Package: p})
		}
		all[i].places = append(all[i].places, Place{p.Path, p.Line, p.Asked, p.Aside, p.Address})
	}
	return all
}

// hit is an advisory that concerns a version, with the versions that end it.
type hit struct {
	*osv.Advisory
	fixed []string
}

func (r *Result) judge(p one, found []*osv.Advisory, statements []vex.Statement) {
	var hits []hit
	var open []Undecided
	for _, a := range found {
		switch answer := a.Affects(p.Ecosystem, p.Version); {
		case answer.Affected:
			hits = append(hits, hit{a, answer.Fixed})
		case answer.Undecided != "":
			open = append(open, Undecided{a.ID, p.Name, p.Version, answer.Undecided, p.places[0]})
		}
	}
	for _, group := range folded(hits) {
		v := fold(p, group)
		v.Stated = vex.Apply(statements, vex.Subject{IDs: append([]string{v.ID}, v.Aliases...), Ecosystem: p.Ecosystem, Name: p.Name, Version: p.Version})
		r.Vulnerabilities = append(r.Vulnerabilities, v)
	}
	for _, u := range open { // another name of it may have answered
		if !slices.ContainsFunc(hits, func(h hit) bool { return slices.Contains(h.Aliases, u.ID) }) {
			r.Undecided = append(r.Undecided, u)
		}
	}
}

// folded groups what is one advisory under several names: records that share an id or an alias.
func folded(hits []hit) [][]hit {
	owner := map[string]int{} // a name to its group
	parent := make([]int, len(hits))
	find := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i, h := range hits {
		parent[i] = i
		for _, name := range append([]string{h.ID}, h.Aliases...) {
			if j, known := owner[name]; known {
				parent[find(i)] = find(j)
			} else {
				owner[name] = i
			}
		}
	}
	groups := map[int][]hit{}
	var order []int
	for i, h := range hits {
		root := find(i)
		if groups[root] == nil {
			order = append(order, root)
		}
		groups[root] = append(groups[root], h)
	}
	out := make([][]hit, 0, len(order))
	for _, root := range order {
		out = append(out, groups[root])
	}
	return out
}

// fold makes one of a group: the worst rating, every name, and the fixes that any of them knows.
func fold(p one, group []hit) Vulnerability {
	v := Vulnerability{Ecosystem: p.Ecosystem, Package: p.Name, Version: p.Version, Places: p.places}
	var names []string
	for _, h := range group {
		names = append(append(names, h.ID), h.Aliases...)
		v.Fixed, v.Refs, v.CWEs, v.Imports = append(v.Fixed, h.fixed...), append(v.Refs, h.Refs...), append(v.CWEs, h.CWEs...), append(v.Imports, h.Imports...)
		v.Malicious = v.Malicious || h.Malicious
		if worse(h.Rating, v.Rating) {
			v.Rating = h.Rating
		}
		if day := h.Modified.Format("2006-01-02"); h.Modified.Year() > 1 && day > v.Modified {
			v.Modified = day
		}
	}
	slices.SortFunc(names, byRank)
	names = slices.Compact(names)
	v.ID, v.Aliases = names[0], names[1:]
	// The title of the record that names it, or of the first that has one.
	for _, h := range slices.SortedFunc(slices.Values(group), func(a, b hit) int { return byRank(a.ID, b.ID) }) {
		v.Title = cmp.Or(v.Title, h.Title)
	}
	v.Fixed = osv.SortVersions(p.Ecosystem, v.Fixed)
	v.Refs, v.CWEs, v.Imports = unique(v.Refs), unique(v.CWEs), unique(v.Imports)
	return v
}

// worse prefers a rating that somebody gave over none, then the higher one.
func worse(a, b osv.Rating) bool {
	switch {
	case b == (osv.Rating{}):
		return true
	case a.Rated != b.Rated:
		return a.Rated
	}
	return a.Severity > b.Severity
}

// byRank puts the names of an advisory in an order: what is malicious first, then the names that most databases and people use.
func byRank(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b)) }

func rank(id string) int {
	for i, prefix := range []string{"MAL-", "GHSA-", "CVE-", "PYSEC-", "GO-", "RUSTSEC-"} {
		if strings.HasPrefix(id, prefix) {
			return i
		}
	}
	return 9
}

func unique(all []string) (out []string) {
	for _, s := range all {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func worstFirst(a, b Vulnerability) int {
	return cmp.Or(-cmp.Compare(a.Rating.Severity, b.Rating.Severity), cmp.Compare(a.Package, b.Package), cmp.Compare(a.Version, b.Version), byRank(a.ID, b.ID))
}

// Worst is the highest severity that a gate is about; ok is false when there is nothing of the kind.
func (r *Result) Worst() (worst lodemark.Severity, ok bool) {
	for i := range r.Vulnerabilities {
		if v := &r.Vulnerabilities[i]; v.Counts() {
			worst, ok = max(worst, v.Rating.Severity), true
		}
	}
	return worst, ok
}
