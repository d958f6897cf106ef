package osv

import (
	"slices"
	"strings"
	"time"
)

// Advisory is what a database says about one package.
type Advisory struct {
	ID        string
	Aliases   []string
	Title     string // one line, cut; text of whoever wrote the advisory
	Rating    Rating
	Malicious bool
	Modified  time.Time
	Published time.Time
	Refs      []string // addresses, at most eight
	CWEs      []string
	Imports   []string // Go: packages of the module that hold the weakness; empty: not said

	known    string // "<= 1.2.3": ranges without an end are known to reach so far, and nobody said more since
	spans    []span
	versions []string // keys of listed versions that no span holds
	commits  bool     // it names commits only, which a version says nothing about
}

// span is one range of versions that can be compared.
type span struct{ events []mark }

type mark struct {
	kind    kind
	version string // "0" before all others
}

type kind byte

const (
	introduced kind = iota
	fixed
	lastAffected
	limited
)

// Answer says whether a version is affected.
type Answer struct {
	Affected  bool
	Fixed     []string // versions that end the ranges it lies in; empty: none is known
	Undecided string   // why nobody can tell; empty: Affected holds
}

// Affects compares a version with the advisory, as the format says: one that is listed is affected, and so is one in a range.
func (a *Advisory) Affects(ecosystem, v string) Answer {
	if slices.Contains(a.versions, versionKey(ecosystem, v)) {
		return Answer{Affected: true, Fixed: a.fixes(ecosystem, v)}
	}
	if a.commits {
		return Answer{Undecided: "the advisory names commits and no versions"}
	}
	if len(a.spans) == 0 {
		return Answer{}
	}
	at, ok := parseVersion(ecosystem, v)
	if !ok {
		return Answer{Undecided: "its version is none that " + ecosystem + " can order"}
	}
	var out Answer
	for _, s := range a.spans {
		in, fix, decided := s.holds(ecosystem, at)
		switch {
		case in && a.beyond(ecosystem, s, at):
			out.Undecided = "the advisory is known to concern versions " + a.known + " and says nothing of later ones"
		case in:
			out.Affected = true
			if fix != "" && !slices.Contains(out.Fixed, fix) {
				out.Fixed = append(out.Fixed, fix)
			}
		case !decided && out.Undecided == "":
			out.Undecided = "a range of the advisory names a version that " + ecosystem + " cannot order"
		}
	}
	if out.Affected {
		out.Undecided = ""
	}
	return out
}

// beyond says whether a version lies in a range without an end, and further than the advisory is known to reach.
func (a *Advisory) beyond(ecosystem string, s span, at version) bool {
	return a.known != "" && s.endless() && !within(ecosystem, at, a.known)
}

// endless says whether nothing ends the range.
func (s span) endless() bool {
	return !slices.ContainsFunc(s.events, func(m mark) bool { return m.kind != introduced && m.version != "*" })
}

// within reads "<= 1.2.3" and "< 1.2.3". What is neither holds everything: then the range alone counts.
func within(ecosystem string, at version, known string) bool {
	bound, inclusive := strings.CutPrefix(known, "<=")
	if !inclusive {
		var ok bool
		if bound, ok = strings.CutPrefix(known, "<"); !ok {
			return true
		}
	}
	end, ok := parseVersion(ecosystem, bound)
	return !ok || at.compare(end) < 0 || inclusive && at.compare(end) == 0
}

// fixes are the versions above a listed one that ranges name as fixed.
func (a *Advisory) fixes(ecosystem, v string) (all []string) {
	at, ok := parseVersion(ecosystem, v)
	for _, s := range a.spans {
		best, found := "", version{}
		for _, m := range s.events {
			fix, readable := parseVersion(ecosystem, m.version)
			if ok && m.kind == fixed && readable && fix.compare(at) > 0 && (best == "" || fix.compare(found) < 0) {
				best, found = m.version, fix
			}
		}
		if best != "" && !slices.Contains(all, best) {
			all = append(all, best)
		}
	}
	return all
}

// ordered is a mark with its version read; low stands before every version.
type ordered struct {
	mark
	at  version
	low bool
}

// holds walks the events in the order of their versions. fix is the version that ends the piece in which at lies.
func (s span) holds(ecosystem string, at version) (in bool, fix string, decided bool) {
	events := make([]ordered, 0, len(s.events))
	limits, below := false, false
	for _, m := range s.events {
		o := ordered{mark: m, low: m.kind == introduced && m.version == "0"}
		if m.kind == limited && m.version == "*" {
			continue // the default: no limit
		}
		if !o.low {
			var ok bool
			if o.at, ok = parseVersion(ecosystem, m.version); !ok {
				return false, "", false
			}
		}
		if m.kind == limited {
			limits, below = true, below || at.compare(o.at) < 0
			continue
		}
		events = append(events, o)
	}
	slices.SortStableFunc(events, func(a, b ordered) int {
		switch {
		case a.low && b.low:
			return 0
		case a.low:
			return -1
		case b.low:
			return 1
		}
		return a.at.compare(b.at)
	})
	for _, e := range events {
		switch {
		case e.kind == introduced && (e.low || at.compare(e.at) >= 0):
			in = true
		case e.kind == fixed && at.compare(e.at) >= 0, e.kind == lastAffected && at.compare(e.at) > 0:
			in = false
		}
	}
	if limits && !below {
		in = false
	}
	if in {
		for _, e := range events {
			if e.kind == fixed && at.compare(e.at) < 0 {
				return true, e.version, true
			}
		}
	}
	return in, "", true
}

// spansOf turns the ranges of a record into those that can be compared. commits tells of ranges that cannot.
func spansOf(a *affected) (spans []span, commits bool) {
	for _, r := range a.Ranges {
		switch r.Type {
		case "SEMVER", "ECOSYSTEM":
			var s span
			for _, e := range r.Events {
				for _, m := range []mark{{introduced, e.Introduced}, {fixed, e.Fixed}, {lastAffected, e.LastAffected}, {limited, e.Limit}} {
					if m.version != "" {
						s.events = append(s.events, m)
					}
				}
			}
			if len(s.events) > 0 {
				spans = append(spans, s)
			}
		case "GIT":
			commits = true
		}
	}
	return spans, commits && len(spans) == 0 && len(a.Versions) == 0
}
