package main

import (
	"bytes"
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
		if g.findings && f.Severity >= g.severity && f.Accepted == "" && !g.baseline.HasFinding(f.Fingerprint) {
			why = append(why, fmt.Sprintf("%s %s at %s:%d: %s", f.Severity, f.ID, f.Path, f.Line, f.Message))
		}
	}
	for _, c := range r.Assessment.Clauses {
		if !slices.Contains(g.ids, c.ID) && !slices.Contains(g.ids, lodemark.GuidelineOf(c.ID)) {
			continue
		}
		if c.Later || c.Verdict == lodemark.Met || c.Verdict == lodemark.Inapplicable || c.Waived != "" {
			continue
		}
		if g.baseline.Verdict(c.ID) == c.Verdict.String() {
			continue
		}
		why = append(why, fmt.Sprintf("%s is %s: %s", c.ID, c.Verdict, c.Reason))
	}
	return why
}

// policyFile is the operator's own file: gate and limits. It never comes from the target.
type policyFile struct {
	Schema string     `yaml:"schema"`
	FailOn []string   `yaml:"fail_on"`
	Limits limitsFile `yaml:"limits"`
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
