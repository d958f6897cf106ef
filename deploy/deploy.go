// Package deploy holds the practices of the third area, secure deployment: infrastructure, protection of the model, incident
// plans, release and what users are told (DEP-1 to DEP-5).
package deploy

import (
	"fmt"
	"time"

	"github.com/lodemark/lodemark"
)

// Practices lists the guidelines of secure deployment with their checks.
func Practices() []lodemark.Practice {
	return []lodemark.Practice{infrastructure(), modelProtection(), incidents(), release(), guidance()}
}

// How long a pass stays fresh: settings change with any commit, documents are due for review once a year.
const (
	settingsAge  = 90 * 24 * time.Hour
	documentsAge = 365 * 24 * time.Hour
)

// The engines that will bear on further clauses.
const (
	laterProbes  = "probes"
	laterGateway = "gateway"
)

// notDeployed says that a system which is declared not to be deployed yet owes no document that only deployment asks for.
func notDeployed(s *lodemark.Subject) (lodemark.Result, bool) {
	stage := s.System.Declared.Stage
	if stage.Reaches("DEP") {
		return lodemark.Result{}, false
	}
	return nothing("the system is declared to be in the %s stage and not to be deployed yet", stage), true
}

func nothing(format string, args ...any) lodemark.Result {
	return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: fmt.Sprintf(format, args...)}
}

func undecided(examined []string, format string, args ...any) lodemark.Result {
	return lodemark.Result{Outcome: lodemark.Undecided, Reason: fmt.Sprintf(format, args...), Examined: examined}
}

func passed(examined []string, format string, args ...any) lodemark.Result {
	return lodemark.Result{Outcome: lodemark.Passed, Reason: fmt.Sprintf(format, args...), Examined: examined}
}
