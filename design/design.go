// Package design holds the practices of the first area, secure design: awareness, threat modelling, system design and
// the choice of the model (SD-1 to SD-4).
package design

import (
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// Practices lists the guidelines of secure design with their checks.
func Practices() []lodemark.Practice {
	return []lodemark.Practice{awareness(), threats(), systemDesign(), modelChoice()}
}

// How long a pass stays fresh: settings change with any commit, documents are due for review once a year.
const (
	settingsAge  = 90 * 24 * time.Hour
	documentsAge = 365 * 24 * time.Hour
)

func undecided(path, reason string) lodemark.Result {
	r := lodemark.Result{Outcome: lodemark.Undecided, Reason: reason}
	if path != "" {
		r.Examined = []string{path}
	}
	return r
}

// holds says whether text has one of the words, in any case.
func holds(text string, words ...string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}
