package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	release "github.com/lodemark/lodemark/deploy/gate"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/record"
	"github.com/lodemark/lodemark/report"
)

type gateFlags struct {
	policy   string
	show     string
	formats  []string
	output   string
	rules    string
	database string
	vex      []string
	library  string
	at       string
	quiet    bool
	keep     recordFlags
	kept     keptFlags
}

func gateCommand() *cobra.Command {
	var f gateFlags
	c := &cobra.Command{
		Use:   "gate [PATH]",
		Short: "Decide over a release: hold the system and the evidence kept of it against a policy, and say of each line what it rests on",
		Long: "Gate assesses the folder PATH (default: this one) as lodemark assess does, reads what earlier runs kept in its ledger, and asks a policy\n" +
			"about both: one of the built-in ones (starter, standard, critical), or a file of yours with conditions in CEL. Nothing that is missing\n" +
			"counts as met. docs/GATE.md tells what a policy can say; --show NAME prints a built-in one.\n\n" +
			"Exit codes: 0 the gate is met; 1 it is not; 2 wrong command line, or a broken policy; 3 could not find out (no such folder, nothing\n" +
			"assessed, a malformed file that verdicts need).",
		Example: "  lodemark gate --policy starter\n  lodemark gate . --policy release.yaml --trust keys/ --record --key release\n  lodemark gate . --policy standard --at 2026-11-01 --format markdown=gate.md\n  lodemark gate --show standard > release.yaml",
		Args:    atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c.Context(), target(args), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	var names []string
	for _, r := range release.Formats() {
		names = append(names, r.Name)
	}
	flags := c.Flags()
	flags.StringVar(&f.policy, "policy", "", "your policy file, never taken from the target, or one of "+strings.Join(release.Builtins(), ", "))
	flags.StringVar(&f.show, "show", "", "print a built-in policy: "+strings.Join(release.Builtins(), ", "))
	flags.StringArrayVarP(&f.formats, "format", "f", nil, "tell it as NAME or NAME=FILE, repeatable: "+strings.Join(names, ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write the one format to this file")
	flags.StringVar(&f.rules, "rules", "", "a folder with rules of your own for source code and configuration, which become a check")
	flags.StringVar(&f.database, "advisories", "", "your database of advisories (OSV folder or zip), asked offline about locked packages, which becomes a check")
	flags.StringArrayVar(&f.vex, "vex", nil, "a file of your statements about vulnerabilities (OpenVEX, CycloneDX), repeatable; with --advisories")
	flags.StringVar(&f.library, "library", "", "a folder with threats and mitigations of your own, in the library's format")
	flags.StringVar(&f.at, "at", "", "decide as of this time (RFC 3339 or YYYY-MM-DD): what was made later does not exist")
	f.keep.add(c)
	f.kept.trust.add(c)
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress and no text; the exit code alone")
	_ = c.RegisterFlagCompletionFunc("policy", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return release.Builtins(), cobra.ShellCompDirectiveDefault
	})
	return c
}

func (f *gateFlags) run(ctx context.Context, target string, stdout, stderr io.Writer) error {
	if f.show != "" {
		text, err := release.BuiltinText(f.show)
		if err != nil {
			return usage("lodemark gate --show standard, say", "%w", err)
		}
		_, err = stdout.Write(text)
		return err
	}
	if f.policy == "" {
		return usage("--policy starter is a beginning; --policy FILE takes yours", "--policy names nothing to decide by")
	}
	sinks, err := sinksOf(f.formats, f.output, f.quiet, namedFormats[release.Format]{"gate", release.Formats(), func(r release.Format) string { return r.Name }})
	if err != nil {
		return err
	}
	at, err := timeOf(f.at)
	if err != nil {
		return err
	}
	if f.keep.record && f.at != "" {
		return usage("leave --at out to decide now, or --record out to look back", "--record keeps a verdict at the time at which it is made, and --at names another")
	}
	if err := f.keep.ready(target, stderr); err != nil {
		return err
	}
	policy, err := namedPolicy(f.policy)
	if err != nil {
		return err
	}
	all, err := withOwn(practices(), f.rules)
	if err != nil {
		return err
	}
	if err := policy.Check(release.Known{Checks: checksOf(all)}); err != nil { // before the work, not after it
		return wrongPolicy(f.policy, err)
	}
	all, closed, err := withAdvisories(ctx, all, f.database, f.vex)
	if err != nil {
		return err
	}
	defer closed()
	in, err := f.input(ctx, target, policy, all, at, stderr)
	if err != nil {
		return err
	}
	v, err := release.Judge(ctx, policy, in)
	if err != nil {
		return cmp.Or(ctx.Err(), wrongPolicy(f.policy, err))
	}
	if !slices.Contains(release.Builtins(), f.policy) && inside(settled(f.policy), settled(target)) {
		v.Borne = append(v.Borne, "the policy lies in the target: who can change the system can change what is asked of it")
	}
	if err := f.write(sinks, v, stdout); err != nil {
		return err
	}
	// Not having found out comes first: a gate over nothing is no gate, and no verdict of it is kept.
	if err := verdict(in.Run, &gate{}, stderr); err != nil {
		return err
	}
	if err := f.keepVerdict(ctx, target, v, stderr); err != nil {
		return err
	}
	if !v.Met {
		return &exit{code: exitGate, err: fmt.Errorf("the gate is not met: %s", plain(v.Reason))}
	}
	return nil
}

func (f *gateFlags) write(sinks []sinkOf[release.Format], v release.Verdict, stdout io.Writer) error {
	name := func(s sinkOf[release.Format]) string { return s.format.Name }
	return writeAll(sinks, name, stdout, false, func(s sinkOf[release.Format], w io.Writer, o report.Options) error {
		return s.format.Write(w, v, release.View{Width: o.Width, ASCII: o.ASCII, Color: o.Color})
	})
}

// checksOf are all checks that a policy can name: those that an assessment makes, and those that other commands record.
func checksOf(all []lodemark.Practice) []lodemark.Check {
	var out []lodemark.Check
	for _, p := range all {
		out = slices.Concat(out, p.Checks, p.Kept)
	}
	return out
}

// input assesses the target and reads what was kept of it.
func (f *gateFlags) input(ctx context.Context, target string, policy *release.Policy, all []lodemark.Practice, at time.Time, stderr io.Writer) (release.Input, error) {
	f.kept.ledger, f.kept.seen = f.keep.ledger, f.keep.seen
	f.kept.trust.paths = append(f.kept.trust.paths, trustOf(policy, f.policy)...)
	kept, err := f.kept.reader(target)
	if err != nil {
		return release.Input{}, err
	}
	// What the gate itself decided earlier is no evidence for what it decides now.
	others := func(ctx context.Context, system string, at time.Time) ([]lodemark.Evidence, []lodemark.Gap) {
		records, gaps := kept(ctx, system, at)
		return slices.DeleteFunc(records, func(e lodemark.Evidence) bool { return e.Check == release.RecordedAs }), gaps
	}
	progress := newProgress(stderr, f.quiet)
	o := assess.Options{Target: target, Practices: all, At: at, Tool: toolOf(), Progress: progress.step, Limits: limitsFile(policy.Bounds()).bound(), Kept: others}
	run, err := assess.Run(ctx, o)
	progress.clear()
	if err == nil {
		in := release.Input{Run: run, Kept: run.Kept, Current: run.KeptNow}
		return in, f.threats(ctx, target, at, &in)
	}
	var te *assess.TargetError
	if errors.As(err, &te) {
		return release.Input{}, unknown("name a folder that holds the AI system: lodemark gate PATH --policy starter", "%w", err)
	}
	return release.Input{}, err
}

// threats holds the threat model of the target against the library. One that is not there, or cannot be read, is said to whoever asks.
func (f *gateFlags) threats(ctx context.Context, target string, at time.Time, in *release.Input) error {
	if _, err := os.Stat(filepath.Join(target, threatFile)); errors.Is(err, fs.ErrNotExist) {
		in.NoThreats = "there is no " + threatFile
		return nil
	}
	lib, err := threatLibrary(f.library)
	if err != nil {
		return err
	}
	t := &threatTarget{target: target, at: at, quiet: true, stderr: io.Discard}
	if err := t.open(ctx); err != nil {
		in.NoThreats = threatFile + " cannot be read: " + strings.Join(strings.Fields(err.Error()), " ")
		return nil
	}
	if err := claimsKnown(lib, t.model); err != nil {
		in.NoThreats = strings.Join(strings.Fields(err.Error()), " ")
		return nil
	}
	r := threat.Evaluate(t.model, lib, at, lib.Kept(t.model, in.Kept, in.Current), t.decisions)
	if len(r.Failed) > 0 {
		in.NoThreats = fmt.Sprintf("%s of the threat library could not be evaluated", count(len(r.Failed), "condition"))
		return nil
	}
	in.Threats = []release.Threat{}
	for _, x := range r.Threats {
		told := release.Threat{ID: x.ID, Title: x.Title, Severity: severityOfThreat(x), Status: string(x.Status)}
		for _, p := range x.Places {
			told.Places = append(told.Places, p.At)
		}
		in.Threats = append(in.Threats, told)
	}
	return nil
}

// keepVerdict keeps the verdict as evidence, and one that is met as a Simple Verification Result beside it, which others read too.
func (f *gateFlags) keepVerdict(ctx context.Context, target string, v release.Verdict, stderr io.Writer) error {
	if err := f.keep.keep(ctx, target, "gate", v.At, []lodemark.Evidence{v.Evidence()}, stderr); err != nil || !f.keep.record || !v.Met || len(v.Examined) == 0 {
		return err
	}
	s, err := record.Verified{Tool: toolOf(), At: v.At, Properties: []string{"LODEMARK_RELEASE_GATE_MET"},
		Policy: &record.Resource{Name: v.Policy.Name, Digest: map[string]string{"sha256": v.Policy.SHA256}}}.Statement(v.Examined)
	if err != nil {
		return unknown("", "write what the gate decided: %w", err)
	}
	return f.keep.keepStatement(ctx, target, s, stderr)
}
