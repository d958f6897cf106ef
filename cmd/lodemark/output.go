package main

import (
	"bufio"
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

// sink is one report that is to be written; File is empty for standard output.
type sink struct {
	format report.Format
	file   string
}

func (f *outputFlags) check(quiet bool) error {
	_, err := f.sinks(quiet)
	return err
}

// sinks reads the flags: text to standard output unless something else was asked for there.
func (f *outputFlags) sinks(quiet bool) ([]sink, error) {
	var out []sink
	plainly := 0
	for _, spec := range f.formats {
		name, file, named := strings.Cut(spec, "=")
		i := slices.IndexFunc(report.Formats(), func(r report.Format) bool { return r.Name == name })
		if i < 0 {
			return nil, usage("lodemark assess --help lists the formats", "there is no report format %q", name)
		}
		if named && file == "" {
			return nil, usage("write --format "+name+"=FILE", "--format %s names no file", spec)
		}
		if file == "" {
			plainly++
		}
		out = append(out, sink{report.Formats()[i], file})
	}
	switch {
	case plainly > 1:
		return nil, usage("give all but one a file: --format json=FILE", "only one format can go to standard output")
	case f.output != "" && len(out) > 1:
		return nil, usage("with several formats, name each file: --format json=FILE", "--output goes with a single format")
	case f.output != "" && len(out) == 1 && out[0].file != "":
		return nil, usage("drop one of them", "--output %s and --format %s both name a file", f.output, f.formats[0])
	}
	if len(out) == 0 || plainly == 0 && f.output == "" && !quiet {
		if !quiet || f.output != "" {
			out = append(out, sink{report.Formats()[0], ""})
		}
	}
	if f.output != "" {
		out[len(out)-1].file = f.output
	}
	for i, s := range out {
		same := func(other sink) bool { return s.file != "" && filepath.Clean(other.file) == filepath.Clean(s.file) }
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
	for _, s := range sinks {
		if s.file == "" {
			buffered := bufio.NewWriter(stdout)
			if err := s.format.Write(buffered, r, viewOf(stdout, verbose)); err != nil {
				return fmt.Errorf("write the %s report: %w", s.format.Name, err)
			}
			if err := buffered.Flush(); err != nil {
				return fmt.Errorf("write the %s report: %w", s.format.Name, err)
			}
			continue
		}
		view := report.Options{Width: 100, Verbose: verbose}
		err := durable.WriteFile(s.file, 0o644, func(w io.Writer) error { return s.format.Write(w, r, view) })
		if err != nil {
			return usage("is the folder there, and writable?", "write the %s report to %s: %w", s.format.Name, s.file, err)
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
