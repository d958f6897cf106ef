package examples_test

import "github.com/lodemark/lodemark"

// Verdicts and outcomes by short names, so that the table reads in columns.
const (
	notMet   = lodemark.NotMet
	unclear  = lodemark.Inconclusive
	unlooked = lodemark.NotAssessed
	silent   = lodemark.NothingToSee
)

type turned = map[string]lodemark.Verdict

// mutations lists every control of the sound example, each taken away on its own.
func mutations() []mutation {
	m := designControls()
	m = append(m, developControls()...)
	m = append(m, deployControls()...)
	m = append(m, operateControls()...)
	return append(m, codeControls()...)
}
