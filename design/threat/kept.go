package threat

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// Kept turns records of earlier runs into what they show of mitigations: where a proof names checks, each of them has to have passed, by
// the newest record that the operator trusts. What signatures show, they show of the components whose files they are about; what a
// check of the whole tree shows holds for the system. current is what is there now of what the records are bound to, by path.
func (l *Library) Kept(m *Model, kept []lodemark.Evidence, current map[string]string) Evidence {
	standing := standing(kept)
	out := Evidence{InUse: current}
	for _, mitigation := range l.Mitigations {
		for _, p := range mitigation.Evidence {
			for _, records := range passed(p.Checks, standing) {
				s := shownBy(mitigation, p, records)
				for _, s.Component = range m.claims(mitigation.ID, func(c *Component) bool {
					return p.By != "sign" || slices.ContainsFunc(s.Bound, func(d lodemark.Digest) bool { return c.holds(d.Path) })
				}) {
					out.Shown = append(out.Shown, s)
				}
			}
		}
	}
	return out
}

// standing are by check the records that count: the newest, and of a check that is made of one part of the system at a time every pass of which no
// newer record is about one of its files.
func standing(kept []lodemark.Evidence) map[string][]lodemark.Evidence {
	newest := slices.DeleteFunc(slices.Clone(kept), func(e lodemark.Evidence) bool { return e.Kept != nil && !e.Kept.Trusted })
	slices.SortStableFunc(newest, func(a, b lodemark.Evidence) int {
		return cmp.Or(cmp.Compare(entryOf(b), entryOf(a)), b.At.Compare(a.At)) // the log's order; a date anybody can write
	})
	out, about := map[string][]lodemark.Evidence{}, map[string]map[string]bool{}
	for _, e := range newest {
		first := about[e.Check] == nil
		if first {
			about[e.Check] = map[string]bool{}
		}
		again := slices.ContainsFunc(e.Examined, func(d lodemark.Digest) bool { return about[e.Check][d.Path] })
		if first || e.Each && !again {
			out[e.Check] = append(out[e.Check], e)
		}
		for _, d := range e.Examined {
			about[e.Check][d.Path] = true
		}
	}
	return out
}

func entryOf(e lodemark.Evidence) int64 {
	if e.Kept == nil {
		return 0
	}
	return e.Kept.Entry
}

// claims lists the places at which the model claims a mitigation: components that fit, flows from or to one of them, and the system.
func (m *Model) claims(mitigation string, fits func(*Component) bool) []string {
	var places []string
	claiming := map[string]bool{}
	for _, c := range m.Components {
		if slices.Contains(c.Controls, mitigation) && fits(c) {
			claiming[c.ID] = true
			places = append(places, c.ID)
		}
	}
	for _, f := range m.Flows {
		if claiming[f.From] || claiming[f.To] {
			places = append(places, f.Place())
		}
	}
	if len(places) > 0 {
		places = append(places, "system")
	}
	return places
}

// passed are the records by which all checks that a proof names passed: one set of them, or one for each part where the check is made of one
// at a time. There is none where a check did not pass, or missed its canary.
func passed(checks []string, standing map[string][]lodemark.Evidence) [][]lodemark.Evidence {
	sets := [][]lodemark.Evidence{nil}
	for _, id := range checks {
		var next [][]lodemark.Evidence
		for _, e := range standing[id] {
			if e.Outcome != lodemark.Passed || !e.Canary || len(next) > 1000 {
				continue
			}
			for _, set := range sets {
				next = append(next, append(slices.Clone(set), e))
			}
		}
		sets = next
	}
	if len(checks) == 0 {
		return nil
	}
	return sets
}

func shownBy(m *Mitigation, p Proof, records []lodemark.Evidence) Shown {
	s := Shown{Mitigation: m.ID, By: p.By, At: records[0].At}
	var reasons []string
	for _, e := range records {
		if e.At.Before(s.At) {
			s.At = e.At // as old as the oldest part of it
		}
		reasons = append(reasons, e.Reason)
		s.Bound = append(s.Bound, e.Examined...)
	}
	s.What = strings.Join(reasons, "; ")
	return s
}

// holds says whether a file is one of the component's.
func (c *Component) holds(file string) bool {
	return slices.ContainsFunc(c.Paths, func(want string) bool { return Covers(want, file) })
}

// Covers says whether a path of a threat model takes in a path of the tree: the file, a folder above it, or a pattern. One that means
// the whole tree takes in nothing.
func Covers(want, p string) bool {
	want = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(want, "**"), "./"), "/")
	if want == "" || want == "." {
		return false
	}
	if want == p || strings.HasPrefix(p, want+"/") {
		return true
	}
	ok, _ := path.Match(want, p)
	return ok
}
