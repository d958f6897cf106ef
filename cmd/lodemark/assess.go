package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/report"
)

type assessFlags struct {
	output   outputFlags
	failOn   []string
	baseline string
	policy   string
	rules    string
	database string
	vex      []string
	at       string
	quiet    bool
	verbose  bool
	dossier  string
	keep     recordFlags
	kept     keptFlags
}

func assessCommand() *cobra.Command {
	var f assessFlags
	c := &cobra.Command{
		Use:   "assess [PATH]",
		Short: "Say where an AI system stands against the 17 guidelines, with evidence and the next steps",
		Long: "Assess reads the folder PATH (default: this one), executes nothing of it and contacts nobody.\n\n" +
			"Exit codes: 0 done, and the gate met if one was asked for; 1 the gate is not met; 2 wrong command line or a broken\n" +
			"file of yours; 3 could not find out (no such folder, nothing assessed, a malformed file that verdicts need).",
		Example: "  lodemark assess .\n  lodemark assess . --format html=report.html --format sarif=report.sarif\n" +
			"  lodemark assess . --fail-on high --baseline main.json\n  lodemark assess . --fail-on DEV-1,OM-4.3\n" +
			"  lodemark assess . --advisories advisories --vex ours.openvex.json",
		Args: atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c.Context(), target(args), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	f.output.add(c)
	c.Flags().StringSliceVar(&f.failOn, "fail-on", nil, "exit 1 on findings of this severity or worse, and on clauses or guidelines that are not met")
	c.Flags().StringVar(&f.baseline, "baseline", "", "an earlier JSON report: only what is new since fails the gate")
	c.Flags().StringVar(&f.policy, "policy", "", "your policy file (gate and limits), never taken from the target")
	c.Flags().StringVar(&f.rules, "rules", "", "a folder with rules of your own for source code and configuration, which become a check")
	c.Flags().StringVar(&f.database, "advisories", "", "your database of advisories (OSV folder or zip), asked offline about locked packages, which becomes a check")
	c.Flags().StringArrayVar(&f.vex, "vex", nil, "a file of your statements about vulnerabilities (OpenVEX, CycloneDX), repeatable; with --advisories")
	c.Flags().StringVar(&f.at, "at", "", "assess as of this time (RFC 3339 or YYYY-MM-DD), so that ages and dates are fixed")
	c.Flags().StringVar(&f.dossier, "dossier", "", "write the verdicts with all that they rest on to this file, signed with --key: lodemark verify-report derives them again")
	f.keep.add(c)
	f.kept.trust.add(c)
	c.Flags().BoolVarP(&f.quiet, "quiet", "q", false, "no progress and no text report; the gate's verdict alone")
	c.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "every clause with its reason, every finding with its lines")
	return c
}

func (f *assessFlags) run(ctx context.Context, target string, stdout, stderr io.Writer) error {
	at, err := parseTime(f.at)
	if err != nil {
		return usage("write --at 2026-11-01 or --at 2026-11-01T12:00:00Z", "read --at: %w", err)
	}
	rules, err := f.policyOf()
	if err != nil {
		return err
	}
	gate, err := newGate(rules.FailOn, f.baseline)
	if err != nil {
		return err
	}
	gate.strict, gate.stage = rules.Decisions == "ignore", rules.Stage
	if f.baseline != "" && !gate.findings && len(gate.ids) == 0 {
		return usage("say what fails: --fail-on high, for example", "--baseline alone does nothing: it only takes away from what --fail-on fails")
	}
	if err := f.output.check(f.quiet); err != nil {
		return err
	}
	if f.dossier != "" {
		f.keep.signs = "--dossier"
	}
	if err := f.keep.ready(target, stderr); err != nil {
		return err
	}
	f.kept.ledger, f.kept.seen = f.keep.ledger, f.keep.seen
	kept, err := f.kept.reader(target)
	if err != nil {
		return err
	}
	all, err := withOwn(practices(), f.rules)
	if err != nil {
		return err
	}
	all, closed, err := withAdvisories(ctx, all, f.database, f.vex)
	if err != nil {
		return err
	}
	defer closed()
	progress := newProgress(stderr, f.quiet)
	r, err := assess.Run(ctx, assess.Options{
		Target: target, Practices: all, At: at, Tool: toolOf(), Progress: progress.step, Limits: rules.Limits.bound(), Kept: kept,
	})
	progress.clear()
	if err != nil {
		var te *assess.TargetError
		if errors.As(err, &te) {
			return unknown("name a folder that holds the AI system: lodemark assess PATH", "%w", err)
		}
		return err
	}
	f.output.threats = func() *report.Threats { return threatsOf(ctx, target, r) }
	if err := f.output.write(r, stdout, f.quiet, f.verbose); err != nil {
		return err
	}
	if err := f.keep.keep(ctx, target, "assess", r.At, r.Evidence[:len(r.Checks)], stderr); err != nil {
		return err
	}
	if err := f.writeDossier(ctx, r, target); err != nil {
		return err
	}
	return verdict(r, gate, stderr)
}

// verdict turns a run into the command's exit code. Not having found out comes first: a gate over nothing is no gate.
func verdict(r *lodemark.Run, g *gate, stderr io.Writer) error {
	if !assessed(r) {
		for _, gap := range r.Gaps[:min(len(r.Gaps), 5)] {
			fmt.Fprintf(stderr, "lodemark: error: %s: %s\n", plain(gap.Path), plain(gap.Reason))
		}
		return unknown("is this the right folder? lodemark guide lists what is looked for", "nothing in %q could be assessed", r.Target)
	}
	for _, gap := range r.Gaps {
		if !gap.Needed {
			continue
		}
		place := gap.Path
		if gap.Line > 0 {
			place = fmt.Sprintf("%s:%d", gap.Path, gap.Line)
		}
		fmt.Fprintf(stderr, "lodemark: error: %s: %s\n", plain(place), plain(gap.Reason))
	}
	if n := needed(r); n > 0 {
		return unknown("mend the files named above; the rest of the report stands", "%s that verdicts rest on could not be read", count(n, "place"))
	}
	for _, w := range g.borne(r) {
		fmt.Fprintf(stderr, "lodemark: gate: %s\n", plain(w))
	}
	if why := g.fails(r); len(why) > 0 {
		for _, w := range why {
			fmt.Fprintf(stderr, "lodemark: gate: %s\n", plain(w))
		}
		return &exit{code: exitGate, err: fmt.Errorf("the gate is not met: %d reason(s)", len(why))}
	}
	return nil
}

func needed(r *lodemark.Run) int {
	n := 0
	for _, gap := range r.Gaps {
		if gap.Needed {
			n++
		}
	}
	return n
}

// assessed says whether any check looked at anything at all, and any clause was judged for it: a target that declares itself
// out of every clause has not been assessed.
func assessed(r *lodemark.Run) bool {
	if c := r.Assessment.Total(); c.Met+c.NotMet+c.Inconclusive == 0 {
		return false
	}
	for _, e := range r.Evidence {
		if e.Outcome == lodemark.Failed || e.Outcome == lodemark.Passed || e.Outcome == lodemark.Undecided && len(e.Examined) > 0 {
			return true
		}
	}
	return false
}

func parseTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, fmt.Errorf("%q is neither a day (YYYY-MM-DD) nor a time (RFC 3339)", s)
	}
	return t, nil
}

// viewOf asks the terminal how a report is to be drawn.
func viewOf(w io.Writer, verbose bool) report.Options {
	o := report.Options{Width: 80, Verbose: verbose, ASCII: !utf8Locale()}
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		o.ASCII = false
		return o
	}
	if width, _, err := term.GetSize(int(file.Fd())); err == nil && width > 0 {
		o.Width = width
	}
	o.Color = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	return o
}

func utf8Locale() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := os.Getenv(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return os.Getenv("TERM") != "linux"
}
