package main

import (
	"context"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat/survey"
	"github.com/lodemark/lodemark/report"
)

type threatsCheckFlags struct {
	library string
	formats []string
	output  string
	failOn  string
	model   string
	at      string
	quiet   bool
}

func threatsCheckCommand() *cobra.Command {
	var f threatsCheckFlags
	c := &cobra.Command{
		Use:   "check [PATH]",
		Short: "Say what is wrong with threats.yaml, and where it and the system have drifted apart",
		Long: "Check reads " + threatFile + " in the folder PATH (default: this one) and tells all that is wrong with it at once, each with its line. Then it\n" +
			"holds the model against what is discovered in the folder: what is declared and not there (gone), and what is there and not declared (new).\n\n" +
			"Exit codes: 0 done; 1 drift of the kind of --fail-on; 2 wrong command line; 3 could not find out (no such folder, no threat model, a\n" +
			"broken one).",
		Example: "  lodemark threats check\n  lodemark threats check . --fail-on any --format sarif=drift.sarif",
		Args:    atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c.Context(), target(args), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	flags := c.Flags()
	flags.StringArrayVarP(&f.formats, "format", "f", nil, "tell it as NAME or NAME=FILE, repeatable: text, json, sarif")
	flags.StringVarP(&f.output, "output", "o", "", "write the one format to this file")
	flags.StringVar(&f.failOn, "fail-on", "", "exit 1 on drift: gone, new, any")
	flags.StringVar(&f.library, "library", "", "a folder of threats and mitigations of your own, beside the library's")
	flags.StringVar(&f.model, "model", "", "the threat model's file (default: "+threatFile+" in PATH)")
	flags.StringVar(&f.at, "at", "", "take this for now (RFC 3339 or YYYY-MM-DD), so that two runs give the same bytes")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress and no text report")
	return c
}

func (f *threatsCheckFlags) run(ctx context.Context, dir string, stdout, stderr io.Writer) error {
	sinks, err := sinksOf(f.formats, f.output, f.quiet, namedFormats[report.DriftFormat]{"threats check", report.DriftFormats(), func(r report.DriftFormat) string { return r.Name }})
	if err != nil {
		return err
	}
	if f.failOn != "" && !slices.Contains([]string{"gone", "new", "any"}, f.failOn) {
		return usage("gone, new or any", "--fail-on %q is no kind of drift", f.failOn)
	}
	at, err := timeOf(f.at)
	if err != nil {
		return err
	}
	file := f.model
	if file == "" {
		var given bool
		if file, given, err = modelFile(dir); err != nil {
			return err
		}
		if given {
			dir = filepath.Dir(file)
		}
	}
	m, _, err := readModel(file)
	if err != nil {
		return err
	}
	lib, err := threatLibrary(f.library)
	if err != nil {
		return err
	}
	if err := claimsKnown(lib, m); err != nil {
		return err
	}
	if rel, err := filepath.Rel(dir, file); err == nil && filepath.IsLocal(rel) {
		m.Path = filepath.ToSlash(rel) // reports name files from the target on
	}
	if err := notOver([]string{file}, sinks); err != nil {
		return err
	}
	d, err := lookAt(ctx, dir, at, f.quiet, stderr)
	if err != nil {
		return err
	}
	defer d.close()
	drawing := survey.Draft(d.subject)
	told := &report.Drift{Tool: toolOf(), At: at, Target: dir, Model: m.Path, Components: len(m.Components), Flows: len(m.Flows), Discovered: len(drawing.Model.Components), Guesses: report.Guesses(m)}
	for _, x := range survey.Drift(m, drawing, inTree(d.run.System)) {
		told.Apart = append(told.Apart, report.DriftedPart(x))
	}
	name := func(s sinkOf[report.DriftFormat]) string { return s.format.Name }
	write := func(s sinkOf[report.DriftFormat], w io.Writer, o report.Options) error {
		return s.format.Write(w, told, o)
	}
	if err := writeAll(sinks, name, stdout, false, write); err != nil {
		return err
	}
	n := len(told.Apart)
	if f.failOn != "any" {
		n = told.Count(f.failOn)
	}
	if f.failOn != "" && n > 0 {
		return &exit{code: exitGate, err: fmt.Errorf("the threat model has drifted from the system: %s", count(n, "part"))}
	}
	return nil
}

// inTree says whether a path of a threat model is in the tree: a file, a folder, or a pattern of them.
func inTree(sys *lodemark.System) func(string) bool {
	there := map[string]bool{"": true, ".": true}
	var all []string
	for _, f := range sys.Files {
		for p := f.Path; p != "." && p != "/" && !there[p]; p = path.Dir(p) {
			there[p] = true
			all = append(all, p)
		}
	}
	return func(want string) bool {
		want = strings.TrimPrefix(strings.TrimSpace(want), "./")
		want = strings.TrimSuffix(strings.TrimSuffix(want, "**"), "/")
		if there[want] {
			return true
		}
		if !strings.ContainsAny(want, "*?[") {
			return false
		}
		return slices.ContainsFunc(all, func(p string) bool { return matches(want, p) })
	}
}

// matches compares a path with a pattern whose "**" stands for any number of folders.
func matches(pattern, name string) bool {
	before, after, deep := strings.Cut(pattern, "**/")
	if !deep {
		ok, err := path.Match(pattern, name)
		return ok && err == nil
	}
	head := strings.Split(strings.TrimSuffix(before, "/"), "/")
	parts := strings.Split(name, "/")
	if before == "" {
		head = nil
	}
	if len(parts) <= len(head) {
		return false
	}
	if ok, err := path.Match(strings.Join(head, "/"), strings.Join(parts[:len(head)], "/")); !ok || err != nil {
		return false
	}
	tail := strings.Split(after, "/") // a second "**" stands for one folder
	if len(parts)-len(head) < len(tail) {
		return false
	}
	ok, err := path.Match(after, strings.Join(parts[len(parts)-len(tail):], "/"))
	return ok && err == nil
}
