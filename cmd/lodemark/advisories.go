package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/deps"
	"github.com/lodemark/lodemark/internal/deps/osv"
	"github.com/lodemark/lodemark/internal/deps/vex"
	"github.com/lodemark/lodemark/report"
)

type advisoriesFlags struct {
	formats  []string
	output   string
	database string
	cache    string
	vex      []string
	products []string
	failOn   string
	at       string
	quiet    bool
	verbose  bool
}

func advisoriesCommand() *cobra.Command {
	var f advisoriesFlags
	c := &cobra.Command{
		Use:   "advisories [PATH]",
		Short: "Compare locked packages with a database of known vulnerabilities, offline",
		Long: "Advisories lists the packages that lock files under PATH (default: this folder) fix, and which of them a database of\n" +
			"advisories in the OSV format knows to be vulnerable or malicious. The database lies on the disk: a folder of advisories (JSON\n" +
			"or YAML) or of zips in any arrangement, or one zip. Nobody is contacted; only \"lodemark advisories update\" fetches, when you\n" +
			"call it.\n\n" +
			"Read are uv.lock, poetry.lock, pdm.lock, pylock.toml, Pipfile.lock, requirements with ==, package-lock.json, yarn.lock,\n" +
			"pnpm-lock.yaml, bun.lock, deno.lock, go.mod and go.sum, Cargo.lock, gradle.lockfile, and POMs with fixed versions.\n\n" +
			"--vex takes statements (OpenVEX, CycloneDX): what somebody with a name states not to be affected, with a reason, or to be\n" +
			"fixed, is shown with both, and fails no gate. Statements that came with the target are shown as its own word.\n\n" +
			"Exit codes: 0 done, and nothing as severe as --fail-on says; 1 something is; 2 wrong command line, or a broken database or\n" +
			"statement; 3 could not find out (no database, no locked package, a lock file that cannot be read, or, with a gate, packages\n" +
			"that the database says nothing about).",
		Example: "  lodemark advisories update --from https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip --to advisories\n" +
			"  lodemark advisories --database advisories --fail-on high\n" +
			"  lodemark advisories app --database advisories/PyPI/all.zip --vex ours.openvex.json --format text --format sarif=out.sarif",
		Args: atMostOne("folder"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c.Context(), target(args), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	var names []string
	for _, r := range report.AdvisoriesFormats() {
		names = append(names, r.Name)
	}
	flags := c.Flags()
	flags.StringVarP(&f.database, "database", "d", "", "the database of advisories: a folder or a zip")
	flags.StringVar(&f.cache, "cache", osv.CacheFolder(), "a folder for the database's index; empty makes it anew each time")
	flags.StringArrayVar(&f.vex, "vex", nil, "a file of statements of yours, repeatable")
	flags.StringArrayVar(&f.products, "product", nil, "an identifier by which statements call the system that is looked at, repeatable")
	flags.StringArrayVarP(&f.formats, "format", "f", nil, "report as NAME or NAME=FILE, repeatable: "+strings.Join(names, ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write the one format to this file")
	flags.StringVar(&f.failOn, "fail-on", "", "exit 1 on advisories of this severity or worse; what nobody rated counts as high")
	flags.StringVar(&f.at, "at", "", "judge the database's age as of this time (RFC 3339 or YYYY-MM-DD), instead of now")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no text report; the gate's verdict alone")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "every place, reference and gap")
	c.AddCommand(advisoriesUpdateCommand())
	return c
}

// advisoriesRun is one run with its flags understood.
type advisoriesRun struct {
	sinks  []sinkOf[report.AdvisoriesFormat]
	gate   lodemark.Severity
	gated  bool
	now    time.Time
	stated []vex.Statement
	db     *osv.Database
}

func (f *advisoriesFlags) run(ctx context.Context, target string, stdout, stderr io.Writer) error {
	r, err := f.check(ctx)
	if err != nil {
		return err
	}
	defer r.db.Close()
	all, result, err := f.look(ctx, r, target)
	if err != nil {
		return err
	}
	name := func(s sinkOf[report.AdvisoriesFormat]) string { return s.format.Name }
	write := func(s sinkOf[report.AdvisoriesFormat], w io.Writer, o report.Options) error {
		return s.format.Write(w, all, o)
	}
	if err := writeAll(r.sinks, name, stdout, f.verbose, write); err != nil {
		return err
	}
	return r.verdict(all, result, stderr)
}

// check reads the flags and the operator's files before the target is looked at.
func (f *advisoriesFlags) check(ctx context.Context) (*advisoriesRun, error) {
	r := &advisoriesRun{now: time.Now()}
	var err error
	if f.failOn != "" {
		if r.gate, err = severityOf("--fail-on", f.failOn); err != nil {
			return nil, err
		}
		r.gated = true
	}
	if f.at != "" {
		if r.now, err = parseTime(f.at); err != nil {
			return nil, usage("write --at 2026-01-31, or 2026-01-31T12:00:00Z", "read --at: %w", err)
		}
	}
	known := namedFormats[report.AdvisoriesFormat]{"advisories", report.AdvisoriesFormats(), func(r report.AdvisoriesFormat) string { return r.Name }}
	if r.sinks, err = sinksOf(f.formats, f.output, f.quiet, known); err != nil {
		return nil, err
	}
	if r.stated, err = statementsOf(f.vex, f.products); err != nil {
		return nil, err
	}
	if f.database == "" {
		return nil, unknown("lodemark advisories update --from URL --to DIR fetches one (lodemark advisories --help shows an address); then give --database DIR",
			"there is no database of advisories to compare with")
	}
	r.db, err = openAdvisories(ctx, f.database, f.cache)
	return r, err
}

// openAdvisories opens a database of the operator's that holds something to compare with.
func openAdvisories(ctx context.Context, name, cache string) (*osv.Database, error) {
	db, err := osv.Open(ctx, osv.Options{Path: name, Cache: cache})
	switch {
	case errors.Is(err, context.Canceled):
		return nil, err
	case osv.IsMissing(err):
		return nil, unknown("lodemark advisories update --from URL --to DIR fetches one", "%w", err)
	case err != nil:
		return nil, usage("fetch it again with lodemark advisories update", "%w", err)
	}
	held := 0
	for _, n := range db.Info().Advisories {
		held += n
	}
	if held == 0 {
		db.Close()
		return nil, usage("name a folder or zip of advisories in the OSV format (JSON or YAML)", "%s holds no advisory for an ecosystem that is looked at; %s of others, %s that are none",
			plain(name), count(db.Info().Others, "file"), count(db.Info().Broken, "file"))
	}
	return db, nil
}

// statementsOf reads the operator's statements about vulnerabilities.
func statementsOf(names, products []string) ([]vex.Statement, error) {
	var all []vex.Statement
	for _, name := range names {
		statements, err := readStatements(name, products)
		if err != nil {
			return nil, err
		}
		all = append(all, statements...)
	}
	return all, nil
}

func readStatements(name string, products []string) ([]vex.Statement, error) {
	tree, err := bound.Open(filepath.Dir(name), bound.Limits{})
	if err != nil {
		return nil, usage("name a readable file", "read the statements %s: %w", name, err)
	}
	defer tree.Close()
	data, err := tree.ReadFile(filepath.Base(name))
	if err != nil {
		return nil, usage("name a readable file", "read the statements: %w", err)
	}
	statements, err := vex.Read(name, data, vex.Options{Products: products})
	if err != nil {
		return nil, usage("OpenVEX 0.2, or CycloneDX with vulnerabilities", "read the statements %s: %w", name, err)
	}
	return statements, nil
}

// lockFileBytes is the largest lock file that is read: those of large workspaces have tens of megabytes.
const lockFileBytes = 64 << 20

func (f *advisoriesFlags) look(ctx context.Context, r *advisoriesRun, target string) (*report.Advisories, *deps.Result, error) {
	info, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, unknown("name a folder that is there", "open %q: there is no such folder", target)
	case err == nil && !info.IsDir():
		return nil, nil, usage("name the folder that it lies in", "%s is a file", plain(target))
	}
	tree, err := bound.Open(target, bound.Limits{FileBytes: lockFileBytes})
	if err != nil {
		return nil, nil, unknown("name a readable folder", "%w", err)
	}
	defer tree.Close()
	declared, more, err := deps.Declared(ctx, tree)
	if err != nil {
		return nil, nil, err
	}
	locks, err := deps.Packages(ctx, tree)
	if err != nil {
		return nil, nil, err
	}
	result, err := deps.Assess(ctx, locks.Packages, r.db, slices.Concat(r.stated, declared))
	switch {
	case osv.IsDamaged(err):
		return nil, nil, unknown("--cache '' does without it; remove the files in "+f.cache+" to have it made anew", "%w", err)
	case err != nil:
		return nil, nil, err
	}
	all := f.told(r, target, result)
	all.Statements, all.Gaps, all.Vendored = len(r.stated)+len(declared), append(more, locks.Gaps...), locks.Vendored
	return all, result, nil
}

// told is what was found in the words of a report.
func (f *advisoriesFlags) told(r *advisoriesRun, target string, result *deps.Result) *report.Advisories {
	info := r.db.Info()
	all := &report.Advisories{Tool: toolOf(), Target: target,
		Database: report.AdvisoryDatabase{Path: f.database, Digest: info.Digest, Advisories: info.Advisories, Withdrawn: info.Withdrawn, Broken: info.Broken}}
	if !filepath.IsAbs(target) {
		all.Folder = folderOf(target)
	}
	for _, g := range info.Gaps {
		all.Database.Unread = append(all.Database.Unread, lodemark.Gap{Path: g.Path, Reason: g.Reason})
	}
	all.Database.Newest = map[string]string{}
	for _, ecosystem := range slices.Sorted(maps.Keys(result.Packages)) { // how old the rest is matters to nobody here
		all.Packages += result.Packages[ecosystem]
		newest := info.Newest[ecosystem]
		if newest.Year() > 1 {
			all.Database.Newest[ecosystem] = newest.Format("2006-01-02")
		}
		if old := report.OldSince(ecosystem, newest, r.now); old != "" {
			all.Database.Old = append(all.Database.Old, old)
		}
	}
	for reason, n := range result.Unjudged {
		all.Unjudged = append(all.Unjudged, report.AdvisoryCount{Reason: reason, Count: n})
	}
	slices.SortFunc(all.Unjudged, func(a, b report.AdvisoryCount) int { return strings.Compare(a.Reason, b.Reason) })
	for i := range result.Vulnerabilities {
		all.Findings = append(all.Findings, toldFinding(&result.Vulnerabilities[i]))
	}
	for _, u := range result.Undecided {
		all.Undecided = append(all.Undecided, report.AdvisoryUndecided{ID: u.ID, Package: u.Package, Version: u.Version, Reason: u.Reason, Path: u.Place.Path, Line: u.Place.Line})
	}
	all.Fingerprint()
	return all
}

func toldFinding(v *deps.Vulnerability) report.AdvisoryFinding {
	out := report.AdvisoryFinding{ID: v.ID, Aliases: v.Aliases, Severity: v.Rating.Severity, Rated: v.Rating.Rated, RatedBy: v.Rating.From, Malicious: v.Malicious,
		Ecosystem: v.Ecosystem, Package: v.Package, Version: v.Version, Fixed: v.Fixed, Summary: v.Title, Changed: v.Modified, Imports: v.Imports, Refs: v.Refs, CWEs: v.CWEs, Counts: v.Counts()}
	for _, p := range v.Places {
		out.Places = append(out.Places, report.AdvisoryPlace{Path: p.Path, Line: p.Line, Asked: string(p.Asked), Test: p.Aside, From: p.From})
	}
	for _, s := range v.Stated {
		day := ""
		if !s.Time.IsZero() {
			day = s.Time.Format("2006-01-02")
		}
		out.Stated = append(out.Stated, report.AdvisoryStatement{Status: string(s.Status), Why: s.Why, Author: s.Author, Day: day, File: s.File, Declared: s.Declared, Clears: s.Clears()})
	}
	return out
}

// verdict turns what was found into the exit code: what fails the gate first, then what nobody could look at.
func (r *advisoriesRun) verdict(all *report.Advisories, result *deps.Result, stderr io.Writer) error {
	shown := slices.ContainsFunc(r.sinks, func(s sinkOf[report.AdvisoriesFormat]) bool { return s.file == "" && s.format.Name == "text" })
	for _, old := range all.Database.Old {
		if !shown {
			fmt.Fprintf(stderr, "lodemark: warning: %s\n", plain(old))
		}
	}
	failing := 0
	for i := range all.Findings {
		v := &all.Findings[i]
		if !r.gated || v.Severity < r.gate {
			continue
		}
		line := fmt.Sprintf("%s %s in %s %s", v.Severity, v.ID, v.Package, v.Version)
		if len(v.Places) > 0 {
			line += fmt.Sprintf(" at %s:%d", v.Places[0].Path, v.Places[0].Line)
		}
		if !v.Counts {
			fmt.Fprintf(stderr, "lodemark: gate: %s is let through by a statement\n", plain(line))
			continue
		}
		failing++
		fmt.Fprintf(stderr, "lodemark: gate: %s\n", plain(line))
	}
	if r.gated && len(all.Undecided) > 0 {
		fmt.Fprintf(stderr, "lodemark: gate: of %s nobody can tell whether it concerns the version that is locked; the report lists them\n", pick(len(all.Undecided) == 1, "1 advisory", fmt.Sprintf("%d advisories", len(all.Undecided))))
	}
	unread := slices.IndexFunc(all.Gaps, func(g lodemark.Gap) bool { return g.Needed })
	switch {
	case failing > 0:
		return &exit{code: exitGate, err: fmt.Errorf("%d of %s or worse", failing, r.gate)}
	case all.Packages == 0 && len(all.Unjudged) > 0:
		return unknown("fetch advisories for the ecosystem as well", "none of the locked packages could be judged: %s", all.Unjudged[0].Reason)
	case all.Packages == 0:
		return unknown("lodemark advisories --help lists the lock files that are read", "no locked package was found in %s", plain(all.Target))
	case unread >= 0:
		return unknown("the report names what was not read", "not every lock file could be read: %s: %s", plain(all.Gaps[unread].Path), plain(all.Gaps[unread].Reason))
	case r.gated && len(result.Uncovered) > 0:
		return unknown("fetch them as well, or leave the gate out", "the database holds no advisories for %s", strings.Join(result.Uncovered, ", "))
	}
	return nil
}
