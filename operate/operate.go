// Package operate holds the checks of the fourth area, secure operation and maintenance (OM-1 to OM-4).
package operate

import (
	"fmt"
	"time"

	"github.com/lodemark/lodemark"
)

const (
	day          = 24 * time.Hour
	settingsAge  = 90 * day  // configuration changes often
	documentsAge = 365 * day // a document is read again at least once a year
	declaredFile = "lodemark.yaml"
	laterProbes  = "probes"
	laterPerson  = "a person"
)

// Practices returns the four guidelines of the area in the order of the document.
func Practices() []lodemark.Practice {
	return []lodemark.Practice{behaviour(), inputs(), updates(), lessons()}
}

// aiKinds are the components that make a system one whose behaviour a model decides. Configuration of a developer's
// assistant and documents about models do not.
var aiKinds = []lodemark.Kind{lodemark.KindModel, lodemark.KindHostedModel, lodemark.KindPackage, lodemark.KindPrompt,
	lodemark.KindMCPServer, lodemark.KindServer, lodemark.KindVectorStore}

// own returns the components of the kinds that are part of the system itself.
func own(s *lodemark.Subject, kinds ...lodemark.Kind) []lodemark.Component {
	var out []lodemark.Component
	for c := range s.System.Of(kinds...) {
		if !c.Test {
			out = append(out, c)
		}
	}
	return out
}

func isAI(s *lodemark.Subject) bool { return len(own(s, aiKinds...)) > 0 }

// notRunning says that a system which is declared not to be in operation owes nothing that only operation can have.
func notRunning(s *lodemark.Subject) (lodemark.Result, bool) {
	stage := s.System.Declared.Stage
	if stage.Reaches("OM") {
		return lodemark.Result{}, false
	}
	return nothing(fmt.Sprintf("the system is declared to be in the %s stage and not in operation", stage)), true
}

func nothing(reason string) lodemark.Result {
	return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: reason}
}

func undecided(examined []string, format string, args ...any) lodemark.Result {
	return lodemark.Result{Outcome: lodemark.Undecided, Reason: fmt.Sprintf(format, args...), Examined: examined}
}

func passed(examined []string, format string, args ...any) lodemark.Result {
	return lodemark.Result{Outcome: lodemark.Passed, Reason: fmt.Sprintf(format, args...), Examined: examined}
}

// failed concludes from findings, of which there is at least one.
func failed(examined []string, findings []lodemark.Finding) lodemark.Result {
	return lodemark.Result{Outcome: lodemark.Failed, Reason: findings[0].Message, Findings: findings, Examined: examined}
}

func paths(components []lodemark.Component) []string {
	var out []string
	for _, c := range components {
		if c.Path != "" && (len(out) == 0 || out[len(out)-1] != c.Path) {
			out = append(out, c.Path)
		}
	}
	return out
}
