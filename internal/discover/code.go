package discover

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// Code gives what source code and settings show, in order, without what discovery saw at the same place already.
func Code(s *lodemark.System, found []lodemark.Component) []lodemark.Component {
	type place struct {
		path string
		line int
		name string
	}
	seen := map[place]bool{}
	for _, c := range s.Components {
		seen[place{c.Path, c.Line, strings.ToLower(c.Name)}] = true
		if m := c.Detail["model"]; m != "" {
			seen[place{c.Path, c.Line, strings.ToLower(m)}] = true
		}
		if c.Kind == lodemark.KindPrompt {
			seen[place{c.Path, 0, string(lodemark.KindPrompt)}] = true
		}
	}
	var all []lodemark.Component
	for _, c := range found {
		if seen[place{c.Path, c.Line, strings.ToLower(c.Name)}] || c.Kind == lodemark.KindPrompt && seen[place{c.Path, 0, string(lodemark.KindPrompt)}] {
			continue
		}
		all = append(all, c)
	}
	slices.SortStableFunc(all, order)
	return all
}
