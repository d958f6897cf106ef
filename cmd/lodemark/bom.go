package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/record"
	"github.com/lodemark/lodemark/report"
)

type bomFlags struct {
	formats  []string
	output   string
	author   string
	version  string
	at       string
	elements bool
	quiet    bool
	verbose  bool
	keep     recordFlags
}

func bomCommand() *cobra.Command {
	var f bomFlags
	c := &cobra.Command{
		Use:   "bom [PATH]",
		Short: "List what an AI system is made of: models, data, prompts, agents, tools, services, packages",
		Long: "Bom reads the folder PATH (default: this one), executes nothing of it and contacts nobody, and lists the parts of the AI\n" +
			"system that it holds: each with the places it was seen at, how firmly it is pinned, and whether it is declared, inferred, or\n" +
			"only a reference that files do not resolve.\n\n" +
			"The same inventory can be had as CycloneDX 1.7 (--format cyclonedx), and is held beside the 50 minimum elements of the G7\n" +
			"working group's \"SBOM for AI\": --elements lists which are there, which are missing, and where to add them.\n\n" +
			"Exit codes: 0 done; 2 wrong command line; 3 could not find out (no such folder, nothing of an AI system there, a limit reached).",
		Example: "  lodemark bom\n  lodemark bom . --elements\n  lodemark bom . --format cyclonedx=bom.cdx.json --author \"Platform team\" --system-version 1.4.0",
		Args:    atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c.Context(), target(args), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	var names []string
	for _, r := range report.BOMFormats() {
		names = append(names, r.Name)
	}
	flags := c.Flags()
	flags.StringArrayVarP(&f.formats, "format", "f", nil, "tell it as NAME or NAME=FILE, repeatable: "+strings.Join(names, ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write the one format to this file")
	flags.BoolVar(&f.elements, "elements", false, "list the minimum elements of an SBOM for AI one by one")
	flags.StringVar(&f.author, "author", "", "who makes this inventory known, for its metadata")
	flags.StringVar(&f.version, "system-version", "", "the version of the system, for its metadata")
	flags.StringVar(&f.at, "at", "", "take this for the time of making (RFC 3339 or YYYY-MM-DD), so that two runs give the same bytes")
	f.keep.add(c)
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress and no text report")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "every place of everything, and every gap")
	_ = c.RegisterFlagCompletionFunc("format", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return names, cobra.ShellCompDirectiveNoFileComp
	})
	return c
}

func (f *bomFlags) run(ctx context.Context, target string, stdout, stderr io.Writer) error {
	at, err := parseTime(f.at)
	if err != nil {
		return usage("write --at 2026-11-01 or --at 2026-11-01T12:00:00Z", "read --at: %w", err)
	}
	sinks, err := sinksOf(f.formats, f.output, f.quiet, namedFormats[report.BOMFormat]{"bom", report.BOMFormats(), func(r report.BOMFormat) string { return r.Name }})
	if err != nil {
		return err
	}
	if err := f.keep.ready(target, stderr); err != nil {
		return err
	}
	progress := newProgress(stderr, f.quiet)
	run, err := assess.Inventory(ctx, assess.Options{Target: target, At: at, Tool: toolOf(), Progress: progress.step, Digests: true})
	progress.clear()
	if err != nil {
		var te *assess.TargetError
		if errors.As(err, &te) {
			return unknown("name a folder that holds the AI system: lodemark bom PATH", "%w", err)
		}
		return err
	}
	maskInventory(run)
	b := &report.BOM{Run: run, Author: f.author, Version: f.version, Elements: f.elements}
	name := func(s sinkOf[report.BOMFormat]) string { return s.format.Name }
	write := func(s sinkOf[report.BOMFormat], w io.Writer, o report.Options) error { return s.format.Write(w, b, o) }
	if err := writeAll(sinks, name, stdout, f.verbose, write); err != nil {
		return err
	}
	if err := bomVerdict(run, stderr); err != nil {
		return err // an inventory that is not whole is not kept
	}
	return f.record(ctx, b, target, stderr)
}

// record keeps the inventory as a statement that other readers of CycloneDX attestations know, about every file of it that has a digest.
func (f *bomFlags) record(ctx context.Context, b *report.BOM, target string, stderr io.Writer) error {
	if !f.keep.record {
		return nil
	}
	var text, short bytes.Buffer
	for _, format := range report.BOMFormats() {
		if format.Name == "cyclonedx" {
			if err := format.Write(&text, b, report.Options{}); err != nil {
				return err
			}
		}
	}
	if err := json.Compact(&short, text.Bytes()); err != nil {
		return fmt.Errorf("write the inventory: %w", err)
	}
	var subjects []lodemark.Digest
	for _, c := range b.Run.System.Components {
		if sum, ok := strings.CutPrefix(c.Digest, "sha256:"); ok && c.Path != "" && c.Line == 0 {
			subjects = append(subjects, lodemark.Digest{Path: c.Path, SHA256: sum})
		}
	}
	s, err := record.BOM(short.Bytes(), subjects)
	if err != nil {
		return unknown("an inventory is kept about files of the tree: models, data, prompts", "keep the inventory: %w", err)
	}
	return f.keep.keepStatement(ctx, target, s, stderr)
}

// bomVerdict turns an inventory into the exit code: one that is not whole, or empty, does not say what there is.
func bomVerdict(run *lodemark.Run, stderr io.Writer) error {
	broken, limits := 0, 0
	for _, g := range run.Gaps {
		switch {
		case g.Needed:
			broken++
			at := plain(g.Path)
			if g.Line > 0 {
				at = fmt.Sprintf("%s:%d", at, g.Line)
			}
			fmt.Fprintf(stderr, "lodemark: error: %s: %s\n", at, plain(g.Reason))
		case strings.HasPrefix(g.Reason, "over the limit of ") && g.Kind != lodemark.TooLarge:
			limits++
		}
	}
	switch {
	case broken > 0:
		return unknown("mend the files named above; the rest of the inventory stands", "%s that the inventory needs could not be read", count(broken, "place"))
	case limits > 0:
		return unknown("the inventory names the limit; look at parts of the tree one after the other", "a limit was reached, and not everything was looked at")
	case !report.SaysAnything(run.System):
		return unknown("is this the right folder?", "nothing of an AI system was found in %s", plain(run.Target))
	}
	return nil
}

// maskInventory hides what looks like a secret in text of the target: commands, addresses and code stand in an inventory.
func maskInventory(run *lodemark.Run) {
	for i := range run.System.Components {
		c := &run.System.Components[i]
		if c.Origin == lodemark.OriginUnresolved {
			c.Name = assess.Mask(c.Name)
		}
		c.Address = assess.Mask(c.Address)
		for k, v := range c.Detail {
			c.Detail[k] = assess.Mask(v)
		}
		if c.Scan != nil {
			for j := range c.Scan.Facts {
				c.Scan.Facts[j].Value = assess.Mask(c.Scan.Facts[j].Value)
			}
		}
	}
	for i := range run.System.Declared.Endpoints {
		e := &run.System.Declared.Endpoints[i]
		e.URL = assess.Mask(e.URL)
	}
	for i := range run.Gaps {
		run.Gaps[i].Reason = assess.Mask(run.Gaps[i].Reason)
	}
}
