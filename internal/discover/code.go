package discover

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// Add puts what the source code and settings show beside what was discovered in files by their kinds, in order. What both saw at one line is
// listed once, as discovery has it.
func Add(s *lodemark.System, found []lodemark.Component) {
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
	for _, c := range found {
		if seen[place{c.Path, c.Line, strings.ToLower(c.Name)}] || c.Kind == lodemark.KindPrompt && seen[place{c.Path, 0, string(lodemark.KindPrompt)}] {
			continue
		}
		s.Components = append(s.Components, c)
	}
	slices.SortStableFunc(s.Components, order)
}
