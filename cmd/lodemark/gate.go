package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
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

// policyFile is the operator's own file: gate and limits. It never comes from the target.
type policyFile struct {
	Schema    string         `yaml:"schema"`
	FailOn    []string       `yaml:"fail_on"`
	Decisions string         `yaml:"decisions"` // "count" (the default) or "ignore": whether the target's decisions open the gate
	Stage     lodemark.Stage `yaml:"stage"`     // how far the system is, whatever the target declares
	Limits    limitsFile     `yaml:"limits"`
}

// limitsFile sets bounds on untrusted input; what is not given keeps its default.
type limitsFile struct {
	Files      int   `yaml:"files"`
	Depth      int   `yaml:"depth"`
	FileBytes  int64 `yaml:"file_bytes"`
	TotalBytes int64 `yaml:"total_bytes"`
}

func (l limitsFile) bound() bound.Limits {
	return bound.Limits{Files: l.Files, Depth: l.Depth, FileBytes: l.FileBytes, TotalBytes: l.TotalBytes}
}

// negative names a limit below zero, which has no meaning; empty: there is none.
func (l limitsFile) negative() string {
	switch {
	case l.Files < 0:
		return "files"
	case l.Depth < 0:
		return "depth"
	case l.FileBytes < 0:
		return "file_bytes"
	case l.TotalBytes < 0:
		return "total_bytes"
	}
	return ""
}

const policySchema = "lodemark.policy/1"

// policyOf reads the policy file, if any; flags on the command line win over it.
func (f *assessFlags) policyOf() (policyFile, error) {
	var p policyFile
	if f.policy != "" {
		data, err := os.ReadFile(f.policy)
		if err != nil {
			return p, usage("name a readable file", "read the policy: %w", err)
		}
		dec := yaml.NewDecoder(bytes.NewReader(data))
		dec.KnownFields(true)
		if err := dec.Decode(&p); err != nil {
			return p, usage("lodemark schema policy shows its layout", "read the policy %s: %w", f.policy, flat(err))
		}
		if p.Schema != policySchema {
			return p, usage("begin it with schema: "+policySchema, "read the policy %s: schema is %q", f.policy, p.Schema)
		}
		if p.Decisions != "" && p.Decisions != "count" && p.Decisions != "ignore" {
			return p, usage("write decisions: count or decisions: ignore", "read the policy %s: decisions is %q", f.policy, p.Decisions)
		}
		if p.Stage != "" && !slices.Contains(lodemark.Stages(), p.Stage) {
			return p, usage("write design, develop, deploy or operate", "read the policy %s: stage is %q", f.policy, p.Stage)
		}
		if name := p.Limits.negative(); name != "" {
			return p, usage("leave it out for the default", "read the policy %s: the limit %s is negative", f.policy, name)
		}
	}
	if f.failOn != nil {
		if len(f.failOn) == 0 { // an unset variable in a pipeline must not turn the gate off
			return p, usage("use critical, high, medium, low, info, or ids such as DEV-1 and OM-4.3", "--fail-on names nothing")
		}
		p.FailOn = f.failOn
	}
	return p, nil
}

// flat puts the decoder's several lines on one.
func flat(err error) error {
	return errors.New(strings.Join(strings.Fields(err.Error()), " "))
}
