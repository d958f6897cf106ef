package main

import (
	"context"
	"slices"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/develop"
	"github.com/lodemark/lodemark/internal/deps/osv"
)

// withAdvisories adds the check made of the operator's database of advisories to DEV-1. Without a database no check is added: nothing is
// claimed about vulnerabilities that nobody looked for. closed gives the database up when the run is over.
func withAdvisories(ctx context.Context, all []lodemark.Practice, database string, statements []string) (_ []lodemark.Practice, closed func(), err error) {
	if database == "" {
		if len(statements) > 0 {
			return nil, nil, usage("name the database as well: --advisories DIR", "--vex alone does nothing: it speaks of what --advisories finds")
		}
		return all, func() {}, nil
	}
	stated, err := statementsOf(statements, nil)
	if err != nil {
		return nil, nil, err
	}
	db, err := openAdvisories(ctx, database, osv.CacheFolder())
	if err != nil {
		return nil, nil, err
	}
	check := develop.KnownVulnerabilities(develop.Advisories{Database: db, Path: database, Statements: stated})
	for i, p := range all {
		if p.Guideline == "DEV-1" {
			all[i].Checks = append(slices.Clip(p.Checks), check)
		}
	}
	return all, func() { db.Close() }, nil
}
