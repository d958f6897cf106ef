package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/design/threat/otm"
	"github.com/lodemark/lodemark/internal/durable"
)

func threatsImportCommand() *cobra.Command {
	var show, quiet bool
	c := &cobra.Command{
		Use:   "import FILE [PATH]",
		Short: "Draft threats.yaml from a threat model of another tool (Open Threat Model, JSON or YAML)",
		Long: "Import reads an Open Threat Model (OTM 0.1 or 0.2) and writes " + threatFile + " into the folder PATH (default: this one): components, flows, trust\n" +
			"boundaries, classes of data, and the threats that were written down. What was concluded from a word is marked as a guess, and what could\n" +
			"not be taken over is told, and stands at the top of the draft. A file that is there already is never touched.\n\n" +
			"The other way: lodemark threats --format otm=FILE.\n\n" +
			"Exit codes: 0 written; 2 there is one already; 3 could not find out (no such file, or one that is no OTM).",
		Example: "  lodemark threats import model.otm\n  lodemark threats import model.yaml system --show",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > 2 {
				return usage("lodemark threats import model.otm", "import takes FILE and at most one PATH, got %d arguments", len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return importThreats(args[0], target(args[1:]), show, quiet, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	c.Flags().BoolVar(&show, "show", false, "print the draft instead of writing it")
	c.Flags().BoolVarP(&quiet, "quiet", "q", false, "no word of what was not taken over, and none when it is done")
	return c
}

func importThreats(name, dir string, show, quiet bool, stdout, stderr io.Writer) error {
	data, err := readSome(name, mostThreatFile+1)
	if err != nil {
		return unknown("name a threat model in OTM", "%w", err)
	}
	taken, problems := otm.Read(filepath.Base(name), data)
	if len(problems) > 0 {
		return unknown("docs/OTM.md says what is read; the format is described at https://github.com/iriusrisk/OpenThreatModel", "%s", problemLines("the document has %s", problems))
	}
	if len(taken.Model.Components) == 0 {
		return unknown("is it the right file?", "%s holds no components", plain(name))
	}
	if !quiet {
		for _, l := range taken.Losses {
			fmt.Fprintf(stderr, "lodemark: %s: %s\n", plain(filepath.Base(name)), plain(l.String()))
		}
	}
	if show {
		_, err := stdout.Write(taken.Text)
		return err
	}
	file := filepath.Join(dir, threatFile)
	err = durable.CreateNew(file, 0o644, func(w io.Writer) error { _, err := w.Write(taken.Text); return err })
	if errors.Is(err, fs.ErrExist) {
		return usage("lodemark threats import --show prints the draft, to compare", "%s is there already; it is yours and stays as it is", plain(file))
	}
	if err != nil {
		return usage("is the folder there, and writable?", "write %s: %w", plain(file), err)
	}
	if !quiet {
		fmt.Fprintf(stdout, "wrote %s: %s and %s, a draft until you have looked at it; then run lodemark threats %s\n", plain(file),
			count(len(taken.Model.Components), "component"), count(len(taken.Model.Flows), "flow"), plain(dir))
	}
	return nil
}
