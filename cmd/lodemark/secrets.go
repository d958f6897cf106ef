package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/leak"
	"github.com/lodemark/lodemark/internal/secret"
	"github.com/lodemark/lodemark/report"
)

type secretsFlags struct {
	formats  []string
	output   string
	rules    string
	severity string
	failOn   string
	tests    bool
	vendored bool
	quiet    bool
	verbose  bool
}

func secretsCommand() *cobra.Command {
	var f secretsFlags
	c := &cobra.Command{
		Use:   "secrets [PATH...]",
		Short: "Look for credentials in every text file: keys of AI providers, clouds and services, passwords, private keys",
		Long: "Secrets looks at every text file under each PATH (default: this folder): code, notebooks and what they printed, settings, scripts,\n" +
			"documents, whatever their names. Nothing is executed, nobody is contacted, and no key is tried. What is found is never shown: of a\n" +
			"long key the first four characters, of a password nothing.\n\n" +
			"Placeholders, samples of documentation, keys of test modes and passwords among tests open nothing of worth: they are counted,\n" +
			"listed with --tests, and fail no gate. Files in vendored folders are counted and not looked at, unless --vendored asks for it;\n" +
			"settings of agents and notebooks are looked at wherever they lie. The history of a repository is not looked at.\n\n" +
			"Exit codes: 0 done, and nothing as severe as --fail-on says; 1 something is; 2 wrong command line or a broken file of rules;\n" +
			"3 could not find out (no such path, no text, a limit reached).",
		Example: "  lodemark secrets\n  lodemark secrets app/ --fail-on low\n  lodemark secrets . --tests --format text --format sarif=secrets.sarif\n  lodemark secrets . --rules ../our-secrets",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"."}
			}
			return f.run(c.Context(), args, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	var names []string
	for _, r := range report.SecretsFormats() {
		names = append(names, r.Name)
	}
	flags := c.Flags()
	flags.StringArrayVarP(&f.formats, "format", "f", nil, "report as NAME or NAME=FILE, repeatable: "+strings.Join(names, ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write the one format to this file")
	flags.StringVar(&f.rules, "rules", "", "a folder with rules of your own for credentials, besides the built-in ones")
	flags.StringVar(&f.severity, "severity", "info", "the lowest severity that is shown")
	flags.StringVar(&f.failOn, "fail-on", "", "exit 1 on credentials of this severity or worse")
	flags.BoolVar(&f.tests, "tests", false, "list what opens nothing of worth too")
	flags.BoolVar(&f.vendored, "vendored", false, "look into vendored folders too")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress and no text report; the gate's verdict alone")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "every file that could not be looked at")
	_ = c.RegisterFlagCompletionFunc("format", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return names, cobra.ShellCompDirectiveNoFileComp
	})
	return c
}

// secretsRun is one run with its flags understood.
type secretsRun struct {
	*secretsFlags
	known    *secret.Rules
	sinks    []sinkOf[report.SecretsFormat]
	lowest   lodemark.Severity
	gate     lodemark.Severity
	progress *progress
}

func (f *secretsFlags) run(ctx context.Context, paths []string, stdout, stderr io.Writer) error {
	r, err := f.check(paths)
	if err != nil {
		return err
	}
	r.progress = newProgress(stderr, f.quiet)
	all := &report.Secrets{Tool: toolOf(), Target: strings.Join(paths, " "), Rules: toldSecretRules(r.known)}
	if len(paths) == 1 && !filepath.IsAbs(paths[0]) {
		all.Folder = folderOf(paths[0])
	}
	var found []report.Secret
	cut := false
	gaps, failed, err := eachPath(ctx, paths, r.progress, stderr, func(target string) error {
		l, err := r.one(ctx, target)
		if err == nil && ctx.Err() == nil {
			cut = cut || l.Cut
			found = append(found, r.gather(all, under(target, len(paths) > 1), l)...)
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
	all.Files.Unread = brokenFiles(all.Gaps)
	name := func(s sinkOf[report.SecretsFormat]) string { return s.format.Name }
	write := func(s sinkOf[report.SecretsFormat], w io.Writer, o report.Options) error {
		return s.format.Write(w, all, o)
	}
	if err := writeAll(r.sinks, name, stdout, f.verbose, write); err != nil {
		return err
	}
	return r.verdict(all, found, failed, cut, stderr)
}

// check reads the flags before anything of the target is opened.
func (f *secretsFlags) check(paths []string) (*secretsRun, error) {
	r := &secretsRun{secretsFlags: f}
	var err error
	if r.lowest, r.gate, err = severities(f.severity, f.failOn); err != nil {
		return nil, err
	}
	if r.sinks, err = sinksOf(f.formats, f.output, f.quiet, namedFormats[report.SecretsFormat]{"secrets", report.SecretsFormats(), func(r report.SecretsFormat) string { return r.Name }}); err != nil {
		return nil, err
	}
	if err := notOver(paths, r.sinks); err != nil {
		return nil, err
	}
	r.known, err = secretRules(f.rules)
	return r, err
}

// secretRules are the built-in rules and those of the operator's folder. Whatever is wrong with one of them is told, and nothing is looked at.
func secretRules(dir string) (*secret.Rules, error) {
	if dir == "" {
		return secret.Load()
	}
	const hint = "name a folder with YAML files of rules; a rule has id, title, severity, confidence, literals and pattern, and at least two bad and two good examples"
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return nil, usage(hint, "read rules: %w", err)
	case !info.IsDir():
		return nil, usage(hint, "read rules: %s is no folder", dir)
	}
	built, err := secret.Load()
	if err != nil {
		return nil, err
	}
	own, err := secret.LoadWith(os.DirFS(dir))
	if err != nil {
		return nil, usage(hint, "read rules: %w", err)
	}
	if len(own.List()) == len(built.List()) && !anyRule(dir) {
		return nil, usage(hint, "there are no rules in %s", dir)
	}
	return own, nil
}

// anyRule says whether a folder holds a file of rules at all.
func anyRule(dir string) bool {
	found := false
	_ = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		ext := strings.ToLower(filepath.Ext(p))
		if err == nil && !d.IsDir() && (ext == ".yaml" || ext == ".yml") {
			found = true
			return fs.SkipAll
		}
		return err
	})
	return found
}

// secretsClause is what a credential in a file bears on, and the weakness that it is.
var (
	secretsClauses = []string{"DEV-2.9"}
	secretsRefs    = []string{"CWE-798"}
)

func toldSecretRules(known *secret.Rules) []lodemark.Rule {
	var all []lodemark.Rule
	for _, r := range known.List() {
		all = append(all, lodemark.Rule{ID: r.ID, Title: r.Title, Severity: r.Severity, Confidence: r.Confidence, Why: "Whoever can read the file can use it.",
			Fix: secretsFix, Refs: secretsRefs, Clauses: secretsClauses})
	}
	return all
}

const secretsFix = "revoke it where it was given out, take it out of the file and of the history, and read the new one from the environment or a store of secrets"

// one looks at one path: a folder, or a single file.
func (r *secretsRun) one(ctx context.Context, target string) (*leak.Looked, error) {
	dir, only := split(target)
	tree, err := openFolder(dir, target)
	if err != nil {
		return nil, err
	}
	defer tree.Close()
	return leak.Tree(ctx, tree, r.known, leak.Options{Only: only, Vendored: r.vendored, Progress: func(done, total int) {
		r.progress.step(assess.Step{Phase: "secrets", Done: done, Total: total})
	}})
}

// gather adds what was found under one path, and returns all of it that the gate is about, whether it is shown or not.
func (r *secretsRun) gather(all *report.Secrets, at func(string) string, l *leak.Looked) (gated []report.Secret) {
	var found []report.Secret
	var findings []lodemark.Finding
	for _, f := range l.Files {
		for i := range f.Found {
			k := &f.Found[i]
			s := toldSecret(k, at(f.Path), l.Hide)
			found = append(found, s)
			findings = append(findings, s.Finding)
		}
	}
	lodemark.Fingerprinted(findings)
	for i, s := range found {
		s.Finding, s.Fingerprint = findings[i], findings[i].Fingerprint
		if s.Test == "" {
			gated = append(gated, s)
		}
		switch {
		case s.Test != "" && !r.tests:
			all.Hidden.Tests++
		case s.Severity < r.lowest:
			all.Hidden.Lesser++
		case s.Test != "":
			all.Tests = append(all.Tests, s)
		default:
			all.Found = append(all.Found, s)
		}
	}
	for _, g := range l.Gaps {
		g.Path, g.Reason = at(g.Path), l.Hide.Text(g.Reason)
		all.Gaps = append(all.Gaps, g)
	}
	all.Files.Read += l.Read
	all.Files.Binary += l.Binary
	all.Files.Vendored += l.Vendored
	return gated
}

// toldSecret is what reports say of a credential. The name that it is assigned to is text of the target, so it goes through the same mask.
func toldSecret(k *secret.Found, path string, hide *secret.Hider) report.Secret {
	name := hide.Text(k.Context)
	masked := *k
	masked.Context = name
	s := report.Secret{ID: k.ID, Kind: k.Title, Provider: k.Provider, Severity: k.Severity, Confidence: k.Confidence, Path: path, Line: k.Line, Column: k.Column, Name: name,
		Shown: k.Shown, Length: k.Length, Test: k.Test}
	s.Finding = lodemark.Finding{ID: k.ID, Severity: k.Severity, Path: path, Line: k.Line, Message: "A credential stands here in clear: " + leak.Describe(&masked) + ".", Fix: secretsFix,
		Clauses: secretsClauses, Refs: secretsRefs, Key: k.ID + " " + k.Digest}
	if k.Test != "" {
		s.Severity, s.Finding.Severity = lodemark.SeverityInfo, lodemark.SeverityInfo
		s.Finding.Message = "What looks like a credential opens nothing of worth (" + k.Test + "): " + leak.Describe(&masked) + "."
	}
	return s
}

// verdict turns what was found into the exit code. What was not seen comes first: a gate over nothing is no gate.
func (r *secretsRun) verdict(all *report.Secrets, found []report.Secret, failed, cut bool, stderr io.Writer) error {
	switch {
	case failed:
		return unknown("name files and folders that are there", "not every path could be looked at")
	case all.Files.Read == 0:
		return unknown("is this the right place?", "no text was found in %s", plain(all.Target))
	case cut:
		return unknown("the report names the limit; look at parts of the tree one after the other", "a limit was reached, and not everything was looked at")
	case r.failOn == "":
		return nil
	}
	why := 0
	for _, s := range found {
		if s.Severity < r.gate {
			continue
		}
		why++
		fmt.Fprintf(stderr, "lodemark: gate: %s %s at %s: %s\n", s.Severity, plain(s.ID), placeOf(s.Finding), plain(s.Finding.Message))
	}
	if why > 0 {
		return &exit{code: exitGate, err: fmt.Errorf("%s of %s or worse", count(why, "credential"), r.gate)}
	}
	return nil
}
