package discover

import (
	"slices"

	"github.com/lodemark/lodemark"
)

// factNames are the names that clauses of the catalogue ask about.
func factNames() []string {
	var names []string
	for _, c := range lodemark.Guidelines().Clauses() {
		if c.AppliesWhen != "" {
			names = append(names, c.AppliesWhen)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func facts(s *lodemark.System) []lodemark.Fact {
	var all []lodemark.Fact
	for _, name := range factNames() {
		all = append(all, lodemark.Fact{Name: name, Reason: "not looked into yet"})
	}
	return all
}
