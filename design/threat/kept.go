package threat

import (
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// Kept turns records of earlier runs into what they show of mitigations: where a proof names checks, each of them has to have passed, by
// the newest record that the operator trusts. What signatures show, they show of the components whose files they are about; what a
// check of the whole tree shows holds for the system. current is what is there now of what the records are bound to, by path.
func (l *Library) Kept(m *Model, kept []lodemark.Evidence, current map[string]string) Evidence {
	newest := map[string]lodemark.Evidence{}
	for _, e := range kept {
		if e.Kept != nil && !e.Kept.Trusted {
			continue
		}
		if old, ok := newest[e.Check]; !ok || !e.At.Before(old.At) {
			newest[e.Check] = e
		}
	}
	out := Evidence{InUse: current}
	for _, mitigation := range l.Mitigations {
		for _, p := range mitigation.Evidence {
			records, ok := passed(p.Checks, newest)
			if !ok {
				continue
			}
			s := shownBy(mitigation, p, records)
			for _, s.Component = range m.claims(mitigation.ID, func(c *Component) bool {
				return p.By != "sign" || slices.ContainsFunc(s.Bound, func(d lodemark.Digest) bool { return c.holds(d.Path) })
			}) {
				out.Shown = append(out.Shown, s)
			}
		}
	}
	return out
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

// passed are the records of all checks that a proof names; ok is false where one did not pass, or missed its canary.
func passed(checks []string, newest map[string]lodemark.Evidence) (records []lodemark.Evidence, ok bool) {
	for _, id := range checks {
		e, there := newest[id]
		if !there || e.Outcome != lodemark.Passed || !e.Canary {
			return nil, false
		}
		records = append(records, e)
	}
	return records, len(records) > 0
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
	return slices.ContainsFunc(c.Paths, func(want string) bool {
		want = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(want, "**"), "./"), "/")
		if want == "" || want == "." {
			return false
		}
		ok, _ := path.Match(want, file)
		return ok || want == file || strings.HasPrefix(file, want+"/")
	})
}
