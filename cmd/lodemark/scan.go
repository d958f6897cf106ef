package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/internal/durable"
	"github.com/lodemark/lodemark/report"
	"github.com/lodemark/lodemark/scan"
)

type scanFlags struct {
	format   string
	output   string
	unknown  string
	digest   bool
	deep     bool
	selfTest bool
	verbose  bool
	quiet    bool
	name     string // of what stands on standard input
	limits   scan.Limits
	keep     recordFlags
	target   string
}

func scanCommand() *cobra.Command {
	var f scanFlags
	c := &cobra.Command{
		Use:   "scan PATH...",
		Short: "Look at model files without loading them, and say what their loaders would do",
		Long: "Scan looks at files, folders, archives and caches of models; - is standard input. Nothing of them is executed, nobody\n" +
			"is contacted, and tensors are not read.\n\n" +
			"malicious  code or an effect that no honest model needs\n" +
			"dangerous  the usual loader would run, import, fetch or read something outside of the files scanned\n" +
			"unknown    a class or operation is named whose effect is not known (--unknown says what becomes of it)\n" +
			"not read   a limit, damage or encryption kept some of it from being looked at\n" +
			"clean      looked at wholly, and none of the above was seen\n\n" +
			"Exit codes: 0 nothing dangerous; 1 dangerous or malicious; 2 wrong command line; 3 could not find out (no such path, a\n" +
			"file that could not be read).",
		Example: "  lodemark scan models/\n  lodemark scan model.pt --format json\n  lodemark scan ~/.cache/huggingface/hub --format sarif --output scan.sarif\n  cat model.gguf | lodemark scan -",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) == 0 && !f.selfTest:
				return usage("lodemark scan models/, or - for standard input", "scan needs a file or a folder")
			case len(args) > 0 && f.selfTest:
				return usage("run them one after the other", "--self-test looks at no file of yours")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c.Context(), args, c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	var names []string
	for _, r := range report.ScanFormats() {
		names = append(names, r.Name)
	}
	flags := c.Flags()
	flags.StringVarP(&f.format, "format", "f", "text", "report as "+strings.Join(names, ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write the report to this file")
	flags.StringVar(&f.unknown, "unknown", "balanced", "what becomes of unknown classes: strict (dangerous), balanced (unknown), permissive (clean)")
	flags.BoolVar(&f.digest, "digest", false, "compute the SHA-256 of every model file; without it a result is no evidence")
	flags.BoolVar(&f.deep, "deep", false, "look at values of the first and last tensors too (information only, with --verbose)")
	flags.BoolVar(&f.selfTest, "self-test", false, "run the detectors on built-in inert samples, and fail if one does not see its own")
	flags.StringVar(&f.name, "name", "-", "name of what stands on standard input: some formats are known by it")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "clean files and information too")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no report; the exit code alone")
	f.keep.add(c)
	flags.StringVar(&f.target, "target", ".", "with --record: the folder of the system in whose ledger the result is kept")
	flags.IntVar(&f.limits.Depth, "max-depth", 0, "archives inside archives (default 8)")
	flags.IntVar(&f.limits.Members, "max-members", 0, "members of archives in one file (default 200000)")
	flags.Int64Var(&f.limits.Unpacked, "max-unpacked", 0, "bytes unpacked from one file (default 512 MiB, or 20 times its size)")
	flags.DurationVar(&f.limits.Time, "max-time", 0, "time for one file (default 2m)")
	return c
}

func (f *scanFlags) run(ctx context.Context, paths []string, stdin io.Reader, stdout, stderr io.Writer) error {
	if f.selfTest {
		return selfTest(ctx, stdout)
	}
	format, options, err := f.check(paths)
	if err != nil {
		return err
	}
	if err := f.keep.ready(f.target, stderr); err != nil {
		return err
	}
	options.Digest = options.Digest || f.keep.record // a record is bound to bytes
	all := &scan.Result{Files: []scan.File{}, Target: strings.Join(paths, " ")}
	failed := error(nil)
	for _, p := range paths {
		r, err := f.one(ctx, p, stdin, options)
		switch {
		case ctx.Err() != nil:
			return cmp.Or(err, ctx.Err())
		case err != nil: // what was seen elsewhere counts all the same
			fmt.Fprintf(stderr, "lodemark: error: %s\n", plain(err.Error()))
			failed = err
			all.Gaps = append(all.Gaps, scan.Gap{Path: p, Reason: err.Error()})
		default:
			f.gather(all, p, r, len(paths) > 1 || f.format == "sarif" && !filepath.IsAbs(p))
		}
	}
	slices.SortStableFunc(all.Files, func(a, b scan.File) int { return strings.Compare(a.Path, b.Path) })
	all.Files = slices.CompactFunc(all.Files, func(a, b scan.File) bool { return a.Path == b.Path })
	if failed != nil && len(all.Files) == 0 {
		return unknown("name a file or a folder that is there", "nothing was looked at")
	}
	if err := f.write(format, all, stdout); err != nil {
		return err
	}
	if err := f.record(ctx, all, stderr); err != nil {
		return err
	}
	return f.verdict(all, stderr)
}

// gather adds what was seen under one path. Where there are several, and for viewers of code, names begin at the working folder.
func (f *scanFlags) gather(all *scan.Result, target string, r *scan.Result, whole bool) {
	at := func(name string) string {
		if whole && r.Folder {
			return path.Join(filepath.ToSlash(target), name)
		}
		return name
	}
	for _, file := range r.Files {
		if file.Path = at(file.Path); whole && !r.Folder {
			file.Path = path.Clean(filepath.ToSlash(file.Path))
		}
		all.Files = append(all.Files, file)
	}
	for _, g := range r.Gaps {
		all.Gaps = append(all.Gaps, scan.Gap{Path: at(g.Path), Reason: g.Reason})
	}
	for _, l := range r.Links {
		all.Links = append(all.Links, at(l))
	}
	all.Other += r.Other
}

// check reads the flags before anything is opened.
func (f *scanFlags) check(paths []string) (report.ScanFormat, scan.Options, error) {
	o := scan.Options{Digest: f.digest, Deep: f.deep, Limits: f.limits}
	i := slices.IndexFunc(report.ScanFormats(), func(r report.ScanFormat) bool { return r.Name == f.format })
	if i < 0 {
		return report.ScanFormat{}, o, usage("lodemark scan --help lists the formats", "there is no report format %q", f.format)
	}
	switch f.unknown {
	case "balanced":
	case "strict":
		o.Unknown = scan.Strict
	case "permissive":
		o.Unknown = scan.Permissive
	default:
		return report.ScanFormat{}, o, usage("strict, balanced or permissive", "--unknown %s is no policy", f.unknown)
	}
	l := f.limits
	if l.Depth < 0 || l.Members < 0 || l.Unpacked < 0 || l.Time < 0 {
		return report.ScanFormat{}, o, usage("leave it out for the default; nothing is unlimited", "a limit cannot be negative")
	}
	inputs := 0
	for _, p := range paths {
		if p == "-" {
			inputs++
		}
		if f.output != "" && filepath.Clean(p) == filepath.Clean(f.output) {
			return report.ScanFormat{}, o, usage("give the report a name of its own", "--output %s is what is to be scanned", f.output)
		}
	}
	if inputs > 1 {
		return report.ScanFormat{}, o, usage("name it once", "standard input can be read only once")
	}
	return report.ScanFormats()[i], o, nil
}

func (f *scanFlags) one(ctx context.Context, name string, stdin io.Reader, o scan.Options) (*scan.Result, error) {
	if name == "-" {
		return scan.Reader(ctx, f.name, stdin, o)
	}
	return scan.Path(ctx, name, o)
}

func (f *scanFlags) write(format report.ScanFormat, all *scan.Result, stdout io.Writer) error {
	r := &report.Scan{Tool: toolOf(), Result: all}
	switch {
	case f.output != "":
		err := durable.WriteFile(f.output, 0o644, func(w io.Writer) error { return format.Write(w, r, report.Options{Width: 100, Verbose: f.verbose}) })
		if err != nil {
			return usage("is the folder there, and writable?", "write the %s report to %s: %w", format.Name, f.output, err)
		}
		return nil
	case f.quiet:
		return nil
	}
	buffered := bufio.NewWriter(stdout)
	if err := cmp.Or(format.Write(buffered, r, viewOf(stdout, f.verbose)), buffered.Flush()); err != nil {
		return fmt.Errorf("write the %s report: %w", format.Name, err)
	}
	return nil
}

// verdict turns what was seen into the exit code: danger first, then what nobody could look at.
func (f *scanFlags) verdict(r *scan.Result, stderr io.Writer) error {
	count := map[scan.Verdict]int{}
	for _, file := range r.Files {
		count[file.Verdict]++
	}
	switch {
	case count[scan.Malicious]+count[scan.Dangerous] > 0:
		return &exit{code: exitGate, err: fmt.Errorf("%d malicious and %d dangerous of %d model files", count[scan.Malicious], count[scan.Dangerous], len(r.Files))}
	case count[scan.NotRead] > 0:
		hint := "the report names them, and says why"
		if limited(r) {
			hint = "--max-unpacked, --max-depth, --max-members and --max-time widen limits"
		}
		return unknown(hint, "%d of %d model files could not be read wholly", count[scan.NotRead], len(r.Files))
	case len(r.Gaps) > 0:
		return unknown("the report names them", "%d places could not be looked at", len(r.Gaps))
	case len(r.Links) > 0:
		return unknown("scan what they lead to as well", "%d links lead out of the folder, and were not followed", len(r.Links))
	case len(r.Files) == 0:
		return unknown("is this the right place?", "no model file was found in %s", plain(r.Target))
	}
	return nil
}

// limited says whether a limit of ours kept anything from being read.
func limited(r *scan.Result) bool {
	return slices.ContainsFunc(r.Files, func(f scan.File) bool {
		return slices.ContainsFunc(f.Reasons, func(r scan.Reason) bool { return r.Verdict == scan.NotRead && strings.HasSuffix(r.ID, "limit") })
	})
}

// selfTest shows that "clean" means "would have noticed".
func selfTest(ctx context.Context, stdout io.Writer) error {
	started := time.Now()
	outcomes, err := scan.SelfTest(ctx)
	if err != nil {
		return err
	}
	failed := 0
	for _, o := range outcomes {
		mark := "ok"
		if !o.Passed {
			mark = "FAILED"
			failed++
		}
		fmt.Fprintf(stdout, "%-8s %-24s %s, wanted %s\n", mark, o.Format, o.Got, o.Want)
	}
	if failed > 0 || len(outcomes) == 0 {
		return unknown("this build is broken: do not rely on it", "%d of %d detectors do not see their own sample", failed, len(outcomes))
	}
	fmt.Fprintf(stdout, "%d detectors see their samples (%d ms)\n", len(outcomes), time.Since(started).Milliseconds())
	return nil
}
