// Package develop holds the practices of the second area, secure development: supply chain, assets, documentation and
// technical debt (DEV-1 to DEV-4).
package develop

import (
	"context"
	"time"

	"github.com/lodemark/lodemark"
)

// Practices lists the guidelines of secure development with their checks.
func Practices() []lodemark.Practice {
	practices := []lodemark.Practice{supplyChain(), assets(), documentation(), technicalDebt()}
	for _, p := range practices {
		for i, c := range p.Checks {
			p.Checks[i].Run = func(ctx context.Context, s *lodemark.Subject) lodemark.Result { return agreed(s, c.Run(ctx, s)) }
		}
	}
	return practices
}

// agreed puts discovery's word for a file that it could not make sense of in the place of a check's: two readers stop at
// different lines of the same broken file, and whoever mends it needs one.
func agreed(s *lodemark.Subject, r lodemark.Result) lodemark.Result {
	if len(r.Gaps) == 0 {
		return r
	}
	first := map[string]lodemark.Gap{}
	for _, g := range s.System.Gaps {
		if _, had := first[g.Path]; !had && g.Path != "" && g.Line > 0 {
			first[g.Path] = g
		}
	}
	for i, g := range r.Gaps {
		if d, ok := first[g.Path]; ok {
			r.Gaps[i].Line, r.Gaps[i].Reason = d.Line, d.Reason
		}
	}
	r.Gaps = compactGaps(r.Gaps)
	return r
}

// How long a pass stays fresh: settings change with any commit, documents are due for review once a year.
const (
	settingsAge  = 90 * 24 * time.Hour
	documentsAge = 365 * 24 * time.Hour
)

// The engines that will bear on further clauses.
const (
	laterGateway = "gateway"
)

// scriptBytes is the largest script or configuration file that is read as text here: bundles of generated manifests reach
// several megabytes.
const scriptBytes = 8 << 20
