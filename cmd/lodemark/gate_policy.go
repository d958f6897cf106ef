package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	release "github.com/lodemark/lodemark/deploy/gate"
	"github.com/lodemark/lodemark/internal/bound"
)

// policyFile is what an assessment takes of the operator's own file: gate and limits. It never comes from the target.
type policyFile struct {
	FailOn    []string
	Decisions string         // "count" (the default) or "ignore": whether the target's decisions open the gate
	Stage     lodemark.Stage // how far the system is, whatever the target declares
	Limits    limitsFile
}

// limitsFile sets bounds on untrusted input; what is not given keeps its default.
type limitsFile release.Limits

func (l limitsFile) bound() bound.Limits {
	return bound.Limits{Files: l.Files, Depth: l.Depth, FileBytes: l.FileBytes, TotalBytes: l.TotalBytes}
}

// policyOf reads the policy file, if any; flags on the command line win over it.
func (f *assessFlags) policyOf() (policyFile, error) {
	var p policyFile
	if f.policy != "" {
		read, err := readPolicy(f.policy)
		if err != nil {
			return p, err
		}
		if read.HasRules() || len(read.Waivers) > 0 { // to leave them out in silence would open the gate
			return p, usage("lodemark gate --policy "+f.policy+" judges them", "the policy %s has rules, which lodemark assess does not judge", f.policy)
		}
		p = policyFile{read.FailOn, read.Decisions, read.Stage, limitsFile(read.Limits)}
	}
	if f.failOn != nil {
		if len(f.failOn) == 0 { // an unset variable in a pipeline must not turn the gate off
			return p, usage("use critical, high, medium, low, info, or ids such as DEV-1 and OM-4.3", "--fail-on names nothing")
		}
		p.FailOn = f.failOn
	}
	return p, nil
}

// mostPolicy bounds what is read of a policy; the reader takes less, and says so.
const mostPolicy = 2 << 20

// readPolicy reads the operator's policy file.
func readPolicy(file string) (*release.Policy, error) {
	open, err := os.Open(file)
	if err != nil {
		return nil, usage("name a readable file", "read the policy: %w", err)
	}
	defer open.Close()
	data, err := io.ReadAll(io.LimitReader(open, mostPolicy))
	if err != nil {
		return nil, usage("name a readable file", "read the policy: %w", err)
	}
	p, err := release.Read(filepath.ToSlash(file), data)
	if err != nil {
		return nil, wrongPolicy(file, err)
	}
	return p, nil
}

// wrongPolicy tells all that is wrong with a policy: one thing on one line, more of them below each other.
func wrongPolicy(file string, err error) error {
	const hint = "lodemark schema policy shows its layout, docs/GATE.md what conditions can say"
	var problems release.Problems
	if !errors.As(err, &problems) {
		return usage(hint, "read the policy %s: %w", file, err)
	}
	if p := problems[0]; len(problems) == 1 {
		at := ""
		if p.Line > 0 {
			at = " (" + strings.TrimSuffix(p.String(), ": "+p.Message) + ")"
		}
		return usage(hint, "read the policy %s: %s%s", file, plain(p.Message), at)
	}
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "\n  %s", plain(p.String()))
	}
	return usage(hint, "read the policy %s: %s%s", file, count(len(problems), "problem"), b.String())
}

// namedPolicy is a built-in policy by its name, or the operator's own file.
func namedPolicy(name string) (*release.Policy, error) {
	if slices.Contains(release.Builtins(), name) {
		return release.Builtin(name)
	}
	return readPolicy(name)
}

// trustOf are the files and folders with keys that a policy names, beside those of the command line. A relative one is looked for where
// the policy lies.
func trustOf(p *release.Policy, file string) []string {
	var out []string
	for _, t := range p.Trust {
		if !filepath.IsAbs(t) {
			t = filepath.Join(filepath.Dir(file), t)
		}
		out = append(out, t)
	}
	return out
}
