package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report"
)

// gate decides whether a run passes. Without conditions it always does: a gate has to be asked for.
type gate struct {
	severity lodemark.Severity
	findings bool     // findings of severity or worse fail
	ids      []string // clauses and guidelines that have to be met
	baseline *report.Baseline
	// What the target says of itself. Decisions count unless the policy says otherwise; a stage that the target declares does
	// not make clauses later that the policy's stage reaches.
	strict bool
	stage  lodemark.Stage
}

func newGate(failOn []string, baselineFile string) (*gate, error) {
	g := &gate{}
	for _, word := range failOn {
		word = strings.TrimSpace(word)
		if s, err := lodemark.ParseSeverity(strings.ToLower(word)); err == nil {
			if !g.findings || s < g.severity {
				g.severity = s
			}
			g.findings = true
			continue
		}
		id := strings.ToUpper(word)
		_, isGuideline := lodemark.Guidelines().Guideline(id)
		_, isClause := lodemark.Guidelines().Clause(id)
		if !isGuideline && !isClause || strings.HasPrefix(id, "FND-") {
			return nil, usage("use critical, high, medium, low, info, or ids such as DEV-1 and OM-4.3 (lodemark guide lists them)",
				"--fail-on %q is neither a severity nor a clause or guideline", word)
		}
		g.ids = append(g.ids, id)
	}
	if baselineFile == "" {
		return g, nil
	}
	data, err := os.ReadFile(baselineFile)
	if err != nil {
		return nil, usage("make one with lodemark assess --format json="+baselineFile, "read the baseline: %w", err)
	}
	if g.baseline, err = report.ReadBaseline(data); err != nil {
		return nil, usage("make one with lodemark assess --format json="+baselineFile, "read the baseline %s: %w", baselineFile, err)
	}
	return g, nil
}

// fails lists the reasons why the gate is not met. What is accepted for a time, or was there in the baseline, is no reason.
func (g *gate) fails(r *lodemark.Run) []string {
	var why []string
	for _, f := range r.Findings {
		if g.counts(f) && (f.Accepted == "" && f.Muted == "" || g.strict) {
			why = append(why, fmt.Sprintf("%s %s at %s: %s", f.Severity, f.ID, placeOf(f), f.Message))
		}
	}
	for _, c := range r.Assessment.Clauses {
		if !slices.Contains(g.ids, c.ID) && !slices.Contains(g.ids, lodemark.GuidelineOf(c.ID)) {
			continue
		}
		if c.Later && g.stage != "" && g.stage.Reaches(lodemark.AreaOf(c.ID)) {
			why = append(why, fmt.Sprintf("%s is later by the target's own word (%s), and the policy says that the system is in the %s stage", c.ID, c.Reason, g.stage))
			continue
		}
		if c.Later || c.Verdict == lodemark.Met || c.Verdict == lodemark.Inapplicable || c.Waived != "" && !g.strict {
			continue
		}
		if g.baseline.Verdict(c.ID) == c.Verdict.String() {
			continue
		}
		why = append(why, fmt.Sprintf("%s is %s: %s", c.ID, c.Verdict, c.Reason))
	}
	return why
}

// counts says whether a finding is one that the gate is about.
func (g *gate) counts(f lodemark.Finding) bool {
	return g.findings && f.Severity >= g.severity && !f.Advisory && !g.baseline.HasFinding(f.Fingerprint)
}

// borne lists what the gate lets through because of files of the target: whoever can change those can open the gate, so they
// are named each time.
func (g *gate) borne(r *lodemark.Run) []string {
	var why []string
	for _, f := range r.Findings {
		if by := cmp.Or(f.Accepted, f.Muted); g.counts(f) && by != "" && !g.strict {
			why = append(why, fmt.Sprintf("%s %s at %s is let through by %s", f.Severity, f.ID, placeOf(f), by))
		}
	}
	later := 0
	for _, c := range r.Assessment.Clauses {
		if !slices.Contains(g.ids, c.ID) && !slices.Contains(g.ids, lodemark.GuidelineOf(c.ID)) {
			continue
		}
		switch {
		case c.Waived != "" && !g.strict:
			why = append(why, fmt.Sprintf("%s is not met and let through by %s", c.ID, c.Waived))
		case c.Later && (g.stage == "" || !g.stage.Reaches(lodemark.AreaOf(c.ID))):
			later++
		}
	}
	if later > 0 {
		why = append(why, fmt.Sprintf("%s not judged, because %s says that the system is in the %s stage", count(later, "clause")+pick(later == 1, " is", " are"),
			r.System.Declared.Path, r.System.Declared.Stage))
	}
	return why
}

// placeOf is where a finding lies, with the line where there is one.
func placeOf(f lodemark.Finding) string {
	if f.Line > 0 {
		return fmt.Sprintf("%s:%d", f.Path, f.Line)
	}
	return f.Path
}
