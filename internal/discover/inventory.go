package discover

import (
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
	for i := range s.Components {
		c := &s.Components[i]
		switch {
		case c.Kind == lodemark.KindPackage, at[concluded{c.Path, c.Line, c.Detail["from"]}] && c.Origin != lodemark.OriginUnresolved:
		default:
			one := *c
			if one.Kind == lodemark.KindAgentConfig && (one.Detail["role"] == "command" || strings.Contains("/"+one.Path, "/output-styles/")) {
				one.Name = stemOf(one.Name) // by which people call it
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
