package main

import (
	"slices"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/deploy"
	release "github.com/lodemark/lodemark/deploy/gate"
)

// What a command records is a record of the check that the documentation tells.
func TestRecordsAreOfTheChecksThatAreDocumented(t *testing.T) {
	e, c := release.Verdict{Met: true, Asks: true, Reason: "met"}.Evidence(), deploy.ReleaseGate()
	if e.Check != c.ID || e.CheckVersion != c.Version || !slices.Equal(e.Bears, c.Bears) || e.MaxAge != c.MaxAge || e.Strength != c.Strength || e.Outcome != lodemark.Passed {
		t.Errorf("the gate records %+v; the check is %+v", e, c)
	}
}
