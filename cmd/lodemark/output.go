package main

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/durable"
	"github.com/lodemark/lodemark/report"
)

// outputFlags say which reports are written, and where to.
type outputFlags struct {
	formats []string // NAME or NAME=FILE
	output  string
	threats func() *report.Threats // how the threats stand, asked when a report shows them; nil: nobody knows
}

func (f *outputFlags) add(c *cobra.Command) {
	var names []string
	for _, format := range report.Formats() {
		names = append(names, format.Name)
	}
	c.Flags().StringArrayVarP(&f.formats, "format", "f", nil, "report as NAME or NAME=FILE, repeatable: "+strings.Join(names, ", "))
	c.Flags().StringVarP(&f.output, "output", "o", "", "write the one format to this file")
	_ = c.RegisterFlagCompletionFunc("format", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return names, cobra.ShellCompDirectiveNoFileComp
	})
}

// sinkOf is one report that is to be written; file is empty for standard output.
type sinkOf[F any] struct {
	format F
	file   string
}

// namedFormats are the formats of a command, text first, and how each is called.
type namedFormats[F any] struct {
	command string
	all     []F
	name    func(F) string
}

func (f *outputFlags) check(quiet bool) error {
	_, err := f.sinks(quiet)
	return err
}

func (f *outputFlags) sinks(quiet bool) ([]sinkOf[report.Format], error) {
	return sinksOf(f.formats, f.output, quiet, namedFormats[report.Format]{"assess", report.Formats(), func(r report.Format) string { return r.Name }})
}

func codeSinks(f *codeFlags) ([]sinkOf[report.CodeFormat], error) {
	return sinksOf(f.formats, f.output, f.quiet, namedFormats[report.CodeFormat]{"code", report.CodeFormats(), func(r report.CodeFormat) string { return r.Name }})
}

// sinksOf reads the flags: text to standard output unless something else was asked for there.
func sinksOf[F any](specs []string, output string, quiet bool, known namedFormats[F]) ([]sinkOf[F], error) {
	var out []sinkOf[F]
	plainly := 0
	for _, spec := range specs {
		name, file, named := strings.Cut(spec, "=")
		i := slices.IndexFunc(known.all, func(r F) bool { return known.name(r) == name })
		if i < 0 {
			return nil, usage("lodemark "+known.command+" --help lists the formats", "there is no report format %q", name)
		}
		if named && file == "" {
			return nil, usage("write --format "+name+"=FILE", "--format %s names no file", spec)
		}
		if file == "" {
			plainly++
		}
		out = append(out, sinkOf[F]{known.all[i], file})
	}
	switch {
	case plainly > 1:
		return nil, usage("give all but one a file: --format json=FILE", "only one format can go to standard output")
	case output != "" && len(out) > 1:
		return nil, usage("with several formats, name each file: --format json=FILE", "--output goes with a single format")
	case output != "" && len(out) == 1 && out[0].file != "":
		return nil, usage("drop one of them", "--output %s and --format %s both name a file", output, specs[0])
	}
	if len(out) == 0 || plainly == 0 && output == "" && !quiet {
		if !quiet || output != "" {
			out = append(out, sinkOf[F]{known.all[0], ""})
		}
	}
	if output != "" {
		out[len(out)-1].file = output
	}
	for i, s := range out {
		same := func(other sinkOf[F]) bool {
			return s.file != "" && filepath.Clean(other.file) == filepath.Clean(s.file)
		}
		if slices.ContainsFunc(out[:i], same) {
			return nil, usage("give each format a file of its own", "two formats name the file %s, and one report would replace the other", s.file)
		}
	}
	return out, nil
}

// write writes all reports; a file appears whole or not at all.
func (f *outputFlags) write(r *lodemark.Run, stdout io.Writer, quiet, verbose bool) error {
	sinks, err := f.sinks(quiet)
	if err != nil {
		return err
	}
	name := func(s sinkOf[report.Format]) string { return s.format.Name }
	return writeAll(sinks, name, stdout, verbose, func(s sinkOf[report.Format], w io.Writer, o report.Options) error {
		if f.threats != nil && s.format.Name == "html" {
			o.Threats = f.threats()
		}
		return s.format.Write(w, r, o)
	})
}

func writeAll[F any](sinks []sinkOf[F], name func(sinkOf[F]) string, stdout io.Writer, verbose bool, write func(sinkOf[F], io.Writer, report.Options) error) error {
	for _, s := range sinks {
		if s.file == "" {
			buffered := bufio.NewWriter(stdout)
			if err := cmp.Or(write(s, buffered, viewOf(stdout, verbose)), buffered.Flush()); err != nil {
				return fmt.Errorf("write the %s report: %w", name(s), err)
			}
			continue
		}
		view := report.Options{Width: 100, Verbose: verbose}
		if err := durable.WriteFile(s.file, 0o644, func(w io.Writer) error { return write(s, w, view) }); err != nil {
			return usage("is the folder there, and writable?", "write the %s report to %s: %w", name(s), s.file, err)
		}
	}
	return nil
}

// plain makes text of the target harmless on a terminal.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return '\uFFFD'
		}
		return r
	}, s)
}
