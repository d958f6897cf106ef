// Package design holds the practices of the first area, secure design: awareness, threat modelling, system design and
// the choice of the model (SD-1 to SD-4).
package design

import (
	"errors"
	"fmt"
	"io/fs"
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

// The engines that will bear on further clauses.
const (
	laterThreats = "threat model"
	laterScan    = "model scan"
	laterProbes  = "probes"
	laterGateway = "gateway"
)

func supports(clauses ...string) []lodemark.Bearing {
	var all []lodemark.Bearing
	for _, c := range clauses {
		all = append(all, lodemark.Bearing{Clause: c})
	}
	return all
}

// concluded is lodemark.Conclude, except that what could not be read keeps a check from saying that all is well.
func concluded(looked []lodemark.Component, findings []lodemark.Finding, gaps []lodemark.Gap, noun string) lodemark.Result {
	r := lodemark.Conclude(looked, findings, noun)
	r.Gaps = gaps
	for _, g := range gaps {
		if g.Needed && r.Outcome != lodemark.Failed {
			r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%s could not be read: %s", g.Path, g.Reason)
			break
		}
	}
	return r
}

// unread makes the gap for a file that a check needs. What stands in tests or vendored folders is told and decides nothing.
func unread(path string, line int, err error, aside bool) lodemark.Gap {
	reason := strings.TrimPrefix(err.Error(), fmt.Sprintf("line %d: ", line))
	if errors.Is(err, fs.ErrNotExist) {
		reason = "the file is gone"
	}
	return lodemark.Gap{Path: path, Line: line, Reason: reason, Needed: !aside}
}

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
