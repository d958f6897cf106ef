package main

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// aPerson is what a clause waits for that no engine will ever look at.
const aPerson = "a person"

// coverage says of one clause what looks at it today, and what it waits for.
type coverage struct {
	Clause   string   `json:"clause"`
	Settled  []string `json:"settled_by"`
	Supports []string `json:"supported_by"`
	Waiting  string   `json:"waiting_for,omitempty"` // the engine; empty: a check is there, or only a person can say
	Person   bool     `json:"person_only,omitempty"`
}

func (g guide) coverage() []coverage {
	var all []coverage
	for _, c := range g.catalogue.Clauses() {
		row := coverage{Clause: c.ID, Settled: []string{}, Supports: []string{}}
		for _, k := range g.checks(c.ID) {
			i := slices.IndexFunc(k.Bears, func(b lodemark.Bearing) bool { return b.Clause == c.ID })
			if k.Bears[i].Settles {
				row.Settled = append(row.Settled, k.ID)
			} else {
				row.Supports = append(row.Supports, k.ID)
			}
		}
		engine := g.later(c.ID)
		row.Person = engine == aPerson
		if !row.Person {
			row.Waiting = engine
		}
		all = append(all, row)
	}
	return all
}

// looked says whether any check bears on the clause today.
func (c coverage) looked() bool { return len(c.Settled)+len(c.Supports) > 0 }

// waiting lists the clauses that no check looks at, under what they wait for.
func (g guide) waiting(format string) error {
	rows := g.coverage()
	if format == "json" {
		return writeJSON(g.w, map[string]any{"schema": "lodemark.coverage/1", "tool": toolOf(), "clauses": rows})
	}
	by := map[string][]string{}
	looked := 0
	for _, r := range rows {
		switch {
		case r.looked():
			looked++
		case r.Person:
			by[aPerson] = append(by[aPerson], r.Clause)
		default:
			by[r.Waiting] = append(by[r.Waiting], r.Clause)
		}
	}
	g.paragraph(0, "", count(looked, "clause")+" of "+count(len(rows), "clause")+" are looked at by at least one check today. The others wait:")
	engines := make([]string, 0, len(by))
	for engine := range by {
		engines = append(engines, engine)
	}
	slices.SortFunc(engines, func(a, b string) int {
		if n := len(by[b]) - len(by[a]); n != 0 {
			return n
		}
		return strings.Compare(a, b)
	})
	for _, engine := range engines {
		g.printf("\n%s (%s)\n", engine, count(len(by[engine]), "clause"))
		for _, id := range by[engine] {
			c, _ := g.catalogue.Clause(id)
			g.paragraph(2, c.ID+"  ", c.Statement)
		}
	}
	return nil
}
