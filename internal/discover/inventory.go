package discover

import (
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// An inventory lists things where they stand; checks ask what holds in the end. So a package is listed here once for each manifest and
// each lock file, with what that place says of it, and what was only concluded from a package is left out: the package is listed. A client
// behind which nobody can see stays: that there is a service, and which is not known, is worth knowing.

// Join makes the list of an inventory: what files show, what locks fix, and what code shows.
func (d *Discovery) Join() {
	s := d.System
	at := map[concluded]bool{}
	var all []lodemark.Component
	for i := range s.Components {
		if c := &s.Components[i]; c.Kind == lodemark.KindPackage {
			at[concluded{c.Path, c.Line, c.Name}] = true
		}
	}
	known := namesModels(s)
	for i := range s.Components {
		c := &s.Components[i]
		switch {
		case known && c.Kind == lodemark.KindHostedModel && c.Detail["model"] == "" && c.Origin == lodemark.OriginInferred: // a provider's key, beside models that are known
		case c.Kind == lodemark.KindPackage, at[concluded{c.Path, c.Line, c.Detail["from"]}] && c.Origin != lodemark.OriginUnresolved:
		default:
			one := *c
			if one.Kind == lodemark.KindAgentConfig && (one.Detail["role"] == "command" || strings.Contains("/"+one.Path, "/output-styles/")) {
				one.Name = stemOf(one.Name) // by which people call it
			} else if one.Kind == lodemark.KindAgentConfig && one.Detail["role"] == "skill" && path.Dir(one.Path) != "." && path.Base(path.Dir(one.Path))[0] != '.' {
				one.Name = path.Base(path.Dir(one.Path)) // a skill bears the name of its folder
			}
			all = append(all, one)
		}
	}
	for i := range d.seen {
		all = append(all, d.seen[i].hints.listed...)
	}
	all = append(all, everyPackage(d.seen)...)
	all = append(all, s.Code...)
	slices.SortStableFunc(all, order)
	s.Components = all
}

// namesModels says whether files or code name a model behind an API outside of tests. What only says that there is a key for some provider
// tells nothing then that the list of models does not.
func namesModels(s *lodemark.System) bool {
	for _, all := range [][]lodemark.Component{s.Components, s.Code} {
		for i := range all {
			if c := &all[i]; c.Kind == lodemark.KindHostedModel && !c.Test && c.Origin != lodemark.OriginUnresolved && (c.Detail["model"] != "" || c.Detail["provider"] == "" || !strings.EqualFold(c.Name, c.Detail["provider"])) {
				return true
			}
		}
	}
	return false
}

// concluded is the package that a component was concluded from.
type concluded struct {
	path string
	line int
	from string
}

// everyPackage lists the packages for AI of every manifest and of every lock file.
func everyPackage(seen []sighting) []lodemark.Component {
	all := placedManifests(seen)
	byPath := coverAll(all)
	fixers := fixers{}
	var out []lodemark.Component
	for i := range all {
		m := &all[i]
		if m.names {
			fixed := fixers.of(m, byPath)
			for _, d := range m.wants {
				c := packageComponent(m, d, fixed)
				c.Pin = d.asked()
				out = append(out, spelled(c, d))
			}
			continue
		}
		if !m.locks || m.format == "go.sum" { // the sums name what was looked at as well
			continue
		}
		for _, d := range m.fixes {
			if d.version == "" && d.address == "" {
				continue // a link to a folder of this tree
			}
			out = append(out, spelled(packageComponent(m, d, nil), d))
		}
	}
	return out
}

// asked is how firmly a manifest itself asks for a package. What is part of this tree is not fetched, and what is taken from wherever a
// repository stands is not pinned.
func (d *dependency) asked() lodemark.Pin {
	switch {
	case d.pin == lodemark.PinCommit && d.version == "", d.pin == lodemark.PinBranch && d.version == "":
		return lodemark.PinNone
	}
	return d.pin
}

// spelled adds the name as the file writes it.
func spelled(c lodemark.Component, d dependency) lodemark.Component {
	if d.spelled != "" && d.spelled != d.name {
		c.Detail["written"] = d.spelled
	}
	return c
}
