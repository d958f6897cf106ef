package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/source/rules"
	"github.com/lodemark/lodemark/internal/weakness"
	"github.com/lodemark/lodemark/report"
)

type codeFlags struct {
	formats  []string
	output   string
	rules    string
	only     []string
	severity string
	failOn   string
	advisory bool
	quiet    bool
	verbose  bool
}

func codeCommand() *cobra.Command {
	var f codeFlags
	c := &cobra.Command{
		Use:   "code [PATH...]",
		Short: "Look for weaknesses of AI systems in source code and configuration",
		Long: "Code runs rules over Python, JavaScript and TypeScript, notebooks, and the settings of agents, MCP servers, workflows,\n" +
			"containers and packages under each PATH (default: this folder). Nothing of it is executed, and nobody is contacted. Values are\n" +
			"followed from where they come in to where they do harm, across functions and files.\n\n" +
			"A comment \"lodemark: ignore LO-01 reason\" at the place mutes a rule there; what is muted is listed. Advisory rules point at\n" +
			"something that is absent, and never fail a gate.\n\n" +
			"Exit codes: 0 done, and nothing as severe as --fail-on says; 1 something is; 2 wrong command line or a broken file of rules;\n" +
			"3 could not find out (no such path, nothing to look at, a limit reached).",
		Example: "  lodemark code\n  lodemark code app/ --severity medium --fail-on high\n  lodemark code . --only LO,PI-01 --advisory\n" +
			"  lodemark code . --rules ../our-rules --format text --format sarif=code.sarif",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"."}
			}
			return f.run(c.Context(), args, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	var names []string
	for _, r := range report.CodeFormats() {
		names = append(names, r.Name)
	}
	flags := c.Flags()
	flags.StringArrayVarP(&f.formats, "format", "f", nil, "report as NAME or NAME=FILE, repeatable: "+strings.Join(names, ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write the one format to this file")
	flags.StringVar(&f.rules, "rules", "", "a folder with rules of your own, besides the built-in ones")
	flags.StringSliceVar(&f.only, "only", nil, "only these rules (LO-01) and families (LO)")
	flags.StringVar(&f.severity, "severity", "info", "the lowest severity that is shown")
	flags.StringVar(&f.failOn, "fail-on", "", "exit 1 on findings of this severity or worse")
	flags.BoolVar(&f.advisory, "advisory", false, "show what points at something absent, or is a hint")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress and no text report; the gate's verdict alone")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "every place that could not be read")
	return c
}

// codeRun is one run with its flags understood.
type codeRun struct {
	engine   *rules.Engine
	rules    []*rules.Rule
	sinks    []sinkOf[report.CodeFormat]
	lowest   lodemark.Severity
	gate     lodemark.Severity
	gated    bool
	advisory bool
	progress *progress
}

func (f *codeFlags) run(ctx context.Context, paths []string, stdout, stderr io.Writer) error {
	r, err := f.check(paths)
	if err != nil {
		return err
	}
	r.progress = newProgress(stderr, f.quiet)
	all := &report.Code{Tool: toolOf(), Target: strings.Join(paths, " ")}
	for _, rule := range r.rules {
		all.Rules = append(all.Rules, weakness.Told(rule))
	}
	if len(paths) == 1 && !filepath.IsAbs(paths[0]) {
		all.Folder = folderOf(paths[0])
	}
	var found []lodemark.Finding
	cut := false
	gaps, failed, err := eachPath(ctx, paths, r.progress, stderr, func(target string) error {
		c, err := r.one(ctx, target)
		if err == nil && ctx.Err() == nil {
			cut = cut || c.Cut
			found = append(found, r.gather(all, under(target, len(paths) > 1), c)...)
		}
		return err
	})
	if err != nil {
		return err
	}
	all.Gaps = append(all.Gaps, gaps...)
	if failed && all.Files.Read == 0 {
		return unknown("name a file or a folder that is there", "nothing was looked at")
	}
	all.Files.Broken = brokenFiles(all.Gaps)
	name := func(s sinkOf[report.CodeFormat]) string { return s.format.Name }
	write := func(s sinkOf[report.CodeFormat], w io.Writer, o report.Options) error {
		return s.format.Write(w, all, o)
	}
	if err := writeAll(r.sinks, name, stdout, f.verbose, write); err != nil {
		return err
	}
	return r.verdict(all, found, failed, cut, stderr)
}

// check reads the flags before anything is opened.
func (f *codeFlags) check(paths []string) (*codeRun, error) {
	r := &codeRun{advisory: f.advisory}
	var err error
	if r.lowest, r.gate, err = severities(f.severity, f.failOn); err != nil {
		return nil, err
	}
	r.gated = f.failOn != ""
	if r.sinks, err = codeSinks(f); err != nil {
		return nil, err
	}
	if err := notOver(paths, r.sinks); err != nil {
		return nil, err
	}
	own, err := readOwnRules(f.rules)
	if err != nil {
		return nil, err
	}
	only, err := chosen(own, f.only)
	if err != nil {
		return nil, err
	}
	if r.rules, err = weakness.Rules(own.rules, only); err != nil {
		return nil, err
	}
	r.engine, err = own.engine(only)
	return r, err
}

// chosen checks what --only names; a name that is no rule and no family would silently switch everything off.
func chosen(own *ownRules, words []string) ([]string, error) {
	all, err := weakness.Rules(own.rules, nil)
	if err != nil {
		return nil, err
	}
	var only []string
	for _, w := range words {
		w = strings.ToUpper(strings.TrimSpace(w))
		if !slices.ContainsFunc(all, func(r *rules.Rule) bool { return r.ID == w || weakness.FamilyOf(r.ID) == w }) {
			return nil, usage("lodemark rules lists them", "--only: there is no rule and no family %q", w)
		}
		only = append(only, w)
	}
	if words != nil && len(only) == 0 { // an unset variable in a pipeline
		return nil, usage("lodemark rules lists them", "--only names nothing")
	}
	return only, nil
}

// one looks at one path: a folder, or a single file.
func (r *codeRun) one(ctx context.Context, target string) (*weakness.Code, error) {
	dir, only := split(target)
	if only != "" && !rules.Reads(only) {
		return nil, fmt.Errorf("look at %s: no rule looks at files of this kind", target)
	}
	tree, err := openFolder(dir, target)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	return weakness.Tree(ctx, tree, r.engine, only, func(done, total int) {
		r.progress.step(assess.Step{Phase: "code", Done: done, Total: total})
	})
}

// gather adds what was found under one path, and returns all of it that the gate is about, whether it is shown or not.
func (r *codeRun) gather(all *report.Code, at func(string) string, c *weakness.Code) []lodemark.Finding {
	var gated []lodemark.Finding
	for _, f := range c.Findings {
		f.Path = at(f.Path)
		f.Message = assess.Mask(f.Message)
		for i := range f.Flow {
			f.Flow[i].Path, f.Flow[i].Code = at(f.Flow[i].Path), assess.Mask(f.Flow[i].Code)
		}
		if !f.Advisory {
			gated = append(gated, f)
		}
		switch {
		case f.Severity < r.lowest:
			all.Hidden.Lesser++
		case f.Advisory && !r.advisory && f.Muted == "":
			all.Hidden.Advisory++
		default:
			all.Findings = append(all.Findings, f)
		}
	}
	for _, g := range c.Gaps {
		g.Path = at(g.Path)
		all.Gaps = append(all.Gaps, g)
	}
	all.Files.Read += c.Read
	all.Files.Vendored += c.Vendored
	return gated
}

// folderOf is the folder that names under a target begin at, with slashes: that of a single file is the one it lies in.
func folderOf(target string) string {
	if info, err := os.Stat(target); err == nil && info.Mode().IsRegular() {
		target = filepath.Dir(target)
	}
	if target = path.Clean(filepath.ToSlash(target)); target == "." {
		return ""
	}
	return target
}

func brokenFiles(gaps []lodemark.Gap) int {
	seen := map[string]bool{}
	for _, g := range gaps {
		seen[g.Path] = true
	}
	return len(seen)
}

// verdict turns what was found into the exit code. What was not seen comes first: a gate over nothing is no gate.
func (r *codeRun) verdict(all *report.Code, found []lodemark.Finding, failed, cut bool, stderr io.Writer) error {
	switch {
	case failed:
		return unknown("name files and folders that are there", "not every path could be looked at")
	case all.Files.Read == 0:
		return unknown("is this the right place?", "no file that a rule looks at was found in %s", plain(all.Target))
	case cut:
		return unknown("the report names the limit; look at parts of the tree one after the other", "a limit was reached, and not everything was looked at")
	case !r.gated:
		return nil
	}
	why := 0
	for _, f := range found {
		if f.Severity < r.gate {
			continue
		}
		line := fmt.Sprintf("%s %s at %s", f.Severity, f.ID, placeOf(f))
		if f.Muted != "" {
			fmt.Fprintf(stderr, "lodemark: gate: %s is let through by %s\n", plain(line), plain(f.Muted))
			continue
		}
		why++
		fmt.Fprintf(stderr, "lodemark: gate: %s: %s\n", plain(line), plain(f.Message))
	}
	if why > 0 {
		return &exit{code: exitGate, err: fmt.Errorf("%s of %s or worse", count(why, "finding"), r.gate)}
	}
	return nil
}
