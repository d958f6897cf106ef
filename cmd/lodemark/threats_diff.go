package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/history"
	"github.com/lodemark/lodemark/report"
)

type threatsDiffFlags struct {
	revisions string
	formats   []string
	output    string
	library   string
	at        string
	quiet     bool
	verbose   bool
	kept      keptFlags
}

func threatsDiffCommand() *cobra.Command {
	var f threatsDiffFlags
	c := &cobra.Command{
		Use:   "diff OLD NEW | diff --rev A..B [PATH]",
		Short: "Say which threats a change brings, takes away, or lets stand otherwise (exit 1 when it gets worse)",
		Long: "Diff holds two threat models against the library and tells what changed: files or folders, or two revisions of the git repository\n" +
			"around PATH (git itself is not run). A revision is a branch, a tag, HEAD, a commit or its first digits, each with ~N behind it; without\n" +
			"one after the dots, it is the file as it lies there. PATH is the threat model or its folder (default: this one).\n\n" +
			"What records of earlier runs show counts on both sides alike, as in lodemark threats: those of the folder of the newer model (or of\n" +
			"the older one, where only that has any), by whom --trust names. Decisions do not count here: what is compared is what the models say.\n\n" +
			"Exit codes: 0 nothing got worse; 1 threats were added or fell back, or the model was taken away; 2 wrong command line; 3 could not find out.",
		Example: "  lodemark threats diff old/threats.yaml threats.yaml\n  lodemark threats diff --rev main..HEAD --format markdown\n  lodemark threats diff --rev HEAD~1..",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case f.revisions != "" && len(args) > 1:
				return usage("lodemark threats diff --rev A..B PATH", "diff --rev takes one PATH, got %d", len(args))
			case f.revisions == "" && len(args) != 2:
				return usage("name two threat models, or two revisions: lodemark threats diff --rev main..HEAD", "diff takes OLD and NEW, got %d", len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c.Context(), args, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.revisions, "rev", "", "compare two revisions, as A..B")
	flags.StringArrayVarP(&f.formats, "format", "f", nil, "tell it as NAME or NAME=FILE, repeatable: text, json, markdown")
	flags.StringVarP(&f.output, "output", "o", "", "write the one format to this file")
	flags.StringVar(&f.library, "library", "", "a folder with threats and mitigations of your own, in the library's format")
	flags.StringVar(&f.at, "at", "", "take this for now (RFC 3339 or YYYY-MM-DD), so that two runs give the same bytes")
	f.kept.add(c)
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no text report; the exit code alone")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "every change")
	return c
}

func (f *threatsDiffFlags) run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	sinks, err := sinksOf(f.formats, f.output, f.quiet, namedFormats[report.ThreatDiffFormat]{"threats diff", report.ThreatDiffFormats(), func(r report.ThreatDiffFormat) string { return r.Name }})
	if err != nil {
		return err
	}
	at, err := timeOf(f.at)
	if err != nil {
		return err
	}
	lib, err := threatLibrary(f.library)
	if err != nil {
		return err
	}
	d := &report.ThreatDiff{Tool: toolOf(), At: at}
	if f.revisions != "" {
		err = f.fromHistory(ctx, target(args), d)
	} else {
		err = fromFiles(args, d)
	}
	if err != nil {
		return err
	}
	show := func(*threat.Model) threat.Evidence { return threat.Evidence{} }
	if dir := recordsOf(args); isThere(dir) { // a folder of an earlier revision may be gone
		if show, err = f.kept.showing(ctx, lib, dir, at, stderr); err != nil {
			return err
		}
	}
	for _, s := range []*report.ThreatSide{&d.Before, &d.After} {
		m := s.Model
		if m == nil {
			m = &threat.Model{}
		}
		if s.Report = threat.Evaluate(m, lib, at, show(m), nil); len(s.Report.Failed) > 0 {
			return unknown("it is the first of them", "%s could not be evaluated: %s", count(len(s.Report.Failed), "condition"), plain(s.Report.Failed[0].String()))
		}
		if s.Model == nil {
			s.Report.Threats = nil
		}
	}
	d.Difference = threat.Compare(d.Before.Report, d.After.Report)
	name := func(s sinkOf[report.ThreatDiffFormat]) string { return s.format.Name }
	write := func(s sinkOf[report.ThreatDiffFormat], w io.Writer, o report.Options) error {
		return s.format.Write(w, d, o)
	}
	if err := writeAll(sinks, name, stdout, f.verbose, write); err != nil {
		return err
	}
	if d.Worse() {
		return &exit{code: exitGate, err: errWorse{}}
	}
	return nil
}

// recordsOf is the folder whose records count for both sides: that of the newer model, or of the older one where only that has any.
func recordsOf(args []string) string {
	for i := range args {
		dir := folderAround(args[len(args)-1-i])
		if isThere(ledgerOf("", dir)) {
			return dir
		}
	}
	return folderAround(target(args[max(len(args)-1, 0):]))
}

// folderAround is the folder that a path means: itself, or the one of the file, which may be gone.
func folderAround(name string) string {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return name
	}
	return filepath.Dir(name)
}

func fromFiles(args []string, d *report.ThreatDiff) error {
	for i, side := range []*report.ThreatSide{&d.Before, &d.After} {
		file, _, err := modelFile(args[i])
		if err != nil {
			return err
		}
		m, _, err := readModel(file)
		if err != nil {
			return err
		}
		*side = report.ThreatSide{Name: filepath.ToSlash(file), Model: m}
	}
	return nil
}

// fromHistory reads both sides from the repository around a path. A side that has no model is one: the first commit of a model
// has nothing before it.
func (f *threatsDiffFlags) fromHistory(ctx context.Context, target string, d *report.ThreatDiff) error {
	old, now, two := strings.Cut(f.revisions, "..")
	if !two || strings.HasPrefix(now, ".") {
		return usage("write --rev main..HEAD; --rev main.. compares with the file as it lies there", "--rev %q does not name two revisions as A..B", f.revisions)
	}
	file := target
	if info, err := os.Stat(target); err != nil || info.IsDir() {
		if err != nil && !strings.HasSuffix(target, ".yaml") && !strings.HasSuffix(target, ".yml") {
			return unknown("name the folder of the threat model, or its file", "open %q: there is no such file or folder", target)
		}
		if err == nil {
			file = filepath.Join(target, threatFile)
		}
	}
	top, name, err := repositoryOf(file)
	if err != nil {
		return err
	}
	tree, err := bound.Open(top, bound.Limits{})
	if err != nil {
		return unknown("is it readable?", "open the repository: %w", err)
	}
	defer tree.Close()
	if d.Before, err = sideOf(ctx, tree, old, name); err != nil {
		return err
	}
	if now == "" {
		d.After = report.ThreatSide{Name: filepath.ToSlash(file)}
		if _, err := os.Stat(file); err != nil {
			return nil // taken away
		}
		d.After.Model, _, err = readModel(file)
		return err
	}
	d.After, err = sideOf(ctx, tree, now, name)
	return err
}

func sideOf(ctx context.Context, tree *bound.Tree, revision, name string) (report.ThreatSide, error) {
	side := report.ThreatSide{Name: revision}
	if revision == "" {
		side.Name = "HEAD"
	}
	data, commit, err := history.File(ctx, tree, revision, name, mostThreatFile)
	side.Commit = commit
	switch {
	case errors.Is(err, history.ErrNoFile):
		return side, nil
	case err != nil:
		return side, unknown("git log --oneline lists commits; a clone for CI may hold one commit alone (fetch-depth: 0)", "%w", err)
	}
	side.Model, err = modelOf(revision+":"+name, data)
	return side, err
}

// repositoryOf finds the folder above a file that holds .git, and the file's name from there on.
func repositoryOf(file string) (top, name string, err error) {
	full, err := filepath.Abs(file)
	if err != nil {
		return "", "", unknown("name the threat model", "%w", err)
	}
	if real, err := filepath.EvalSymlinks(filepath.Dir(full)); err == nil {
		full = filepath.Join(real, filepath.Base(full))
	}
	for dir := filepath.Dir(full); ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			rel, err := filepath.Rel(dir, full)
			return dir, filepath.ToSlash(rel), err
		}
		if dir == filepath.Dir(dir) {
			return "", "", unknown("name two files instead: lodemark threats diff OLD NEW", "no git repository is around %q", file)
		}
	}
}
