package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/report"
	"github.com/lodemark/lodemark/report/cdxa"
	"github.com/lodemark/lodemark/report/etsi"
	"github.com/lodemark/lodemark/report/oscal"
)

// exportFormat is one way to hand an assessment to an auditor.
type exportFormat struct {
	name, about string
	fixed       bool // it says nothing of a system, so that none is assessed for it
	write       func(io.Writer, *lodemark.Run) error
}

func exportFormats() []exportFormat {
	return []exportFormat{
		{"oscal-ar", "OSCAL assessment results", false, oscal.WriteResults},
		{"oscal-poam", "OSCAL plan of action and milestones", false, oscal.WritePlan},
		{"cdxa", "CycloneDX attestations", false, cdxa.Write},
		{"etsi", "conformance bundle for ETSI EN 304 223 (JSON)", false, etsi.WriteJSON},
		{"etsi-markdown", "the same for people", false, etsi.WriteMarkdown},
		{"oscal-catalog", "the clauses as an OSCAL catalogue; no system is assessed for it", true, func(w io.Writer, r *lodemark.Run) error {
			return oscal.WriteCatalogue(w, lodemark.Guidelines(), r.Tool)
		}},
	}
}

type exportFlags struct {
	formats  []string
	output   string
	policy   string
	rules    string
	database string
	vex      []string
	at       string
	quiet    bool
	kept     keptFlags
}

func exportCommand() *cobra.Command {
	var f exportFlags
	var lines, names []string
	for _, x := range exportFormats() {
		names = append(names, x.name)
		lines = append(lines, fmt.Sprintf("  %-14s %s", x.name, x.about))
	}
	c := &cobra.Command{
		Use:   "export [PATH] --format NAME",
		Short: "Hand an assessment to an auditor: OSCAL, CycloneDX attestations, ETSI EN 304 223",
		Long: "Export assesses the folder PATH (default: this one) as lodemark assess does, with the records of earlier runs in its ledger,\n" +
			"executes nothing of it and contacts nobody, and writes the result in a form that auditors and their tools read:\n\n" + strings.Join(lines, "\n") + "\n\n" +
			"None of them can say all that lodemark assess --format json says: docs/EXPORTS.md tells what each one loses.\n\n" +
			"Exit codes: 0 done; 2 wrong command line; 3 could not find out (no such folder, nothing assessed, a malformed file that verdicts need).",
		Example: "  lodemark export . --format oscal-ar --output results.json\n  lodemark export . --format oscal-ar=results.json --format oscal-poam=plan.json\n" +
			"  lodemark export . --format cdxa=attestation.cdx.json --format etsi=etsi.json --format etsi-markdown=etsi.md",
		Args: atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c.Context(), target(args), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	flags := c.Flags()
	flags.StringArrayVarP(&f.formats, "format", "f", nil, "write it as NAME or NAME=FILE, repeatable: "+strings.Join(names, ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write the one format to this file")
	flags.StringVar(&f.policy, "policy", "", "your policy file, of which the limits count here")
	flags.StringVar(&f.rules, "rules", "", "a folder with rules of your own for source code and configuration, which become a check")
	flags.StringVar(&f.database, "advisories", "", "your database of advisories (OSV folder or zip), asked offline about locked packages, which becomes a check")
	flags.StringArrayVar(&f.vex, "vex", nil, "a file of your statements about vulnerabilities (OpenVEX, CycloneDX), repeatable; with --advisories")
	flags.StringVar(&f.at, "at", "", "assess as of this time (RFC 3339 or YYYY-MM-DD), so that two runs give the same bytes")
	f.kept.add(c)
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress")
	_ = c.RegisterFlagCompletionFunc("format", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return names, cobra.ShellCompDirectiveNoFileComp
	})
	return c
}

func (f *exportFlags) run(ctx context.Context, target string, stdout, stderr io.Writer) error {
	if len(f.formats) == 0 {
		return usage("lodemark export --help lists the formats", "export needs --format")
	}
	sinks, err := sinksOf(f.formats, f.output, true, namedFormats[exportFormat]{"export", exportFormats(), func(x exportFormat) string { return x.name }})
	if err != nil {
		return err
	}
	r := &lodemark.Run{Tool: toolOf()}
	fixed := !slices.ContainsFunc(sinks, func(s sinkOf[exportFormat]) bool { return !s.format.fixed })
	if !fixed {
		if r, err = f.assess(ctx, target, stderr); err != nil {
			return err
		}
	}
	if err := f.write(sinks, r, stdout, stderr); err != nil || fixed {
		return err
	}
	return verdict(r, &gate{}, stderr)
}

// assess makes the run that is exported, as lodemark assess makes it.
func (f *exportFlags) assess(ctx context.Context, target string, stderr io.Writer) (*lodemark.Run, error) {
	at, err := parseTime(f.at)
	if err != nil {
		return nil, usage("write --at 2026-11-01 or --at 2026-11-01T12:00:00Z", "read --at: %w", err)
	}
	rules, err := (&assessFlags{policy: f.policy}).policyOf()
	if err != nil {
		return nil, err
	}
	kept, err := f.kept.reader(target)
	if err != nil {
		return nil, err
	}
	all, err := withOwn(practices(), f.rules)
	if err != nil {
		return nil, err
	}
	all, closed, err := withAdvisories(ctx, all, f.database, f.vex)
	if err != nil {
		return nil, err
	}
	defer closed()
	progress := newProgress(stderr, f.quiet)
	r, err := assess.Run(ctx, assess.Options{Target: target, Practices: all, At: at, Tool: toolOf(), Progress: progress.step, Limits: rules.Limits.bound(), Kept: kept})
	progress.clear()
	if te := (*assess.TargetError)(nil); errors.As(err, &te) {
		return nil, unknown("name a folder that holds the AI system: lodemark export PATH --format NAME", "%w", err)
	}
	return r, err
}

// write writes all that was asked for. A plan in which nothing is planned cannot be written, which is said and is no failure.
func (f *exportFlags) write(sinks []sinkOf[exportFormat], r *lodemark.Run, stdout, stderr io.Writer) error {
	var whole []sinkOf[exportFormat]
	texts := map[string][]byte{}
	for _, s := range sinks {
		var b bytes.Buffer
		err := s.format.write(&b, r)
		if errors.Is(err, oscal.ErrNothingPlanned) {
			fmt.Fprintf(stderr, "lodemark: %s was not written: %v\n", s.format.name, err)
			continue
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", s.format.name, err)
		}
		texts[s.format.name+"="+s.file] = b.Bytes()
		whole = append(whole, s)
	}
	name := func(s sinkOf[exportFormat]) string { return s.format.name }
	return writeAll(whole, name, stdout, false, func(s sinkOf[exportFormat], w io.Writer, _ report.Options) error {
		_, err := w.Write(texts[s.format.name+"="+s.file])
		return err
	})
}
