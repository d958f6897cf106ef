package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/design/threat/survey"
	"github.com/lodemark/lodemark/internal/durable"
)

func threatsInitCommand() *cobra.Command {
	var show, quiet bool
	var at string
	c := &cobra.Command{
		Use:   "init [PATH]",
		Short: "Draft threats.yaml from what is discovered; every guess says why",
		Long: "Init looks at the folder PATH (default: this one) and writes " + threatFile + " there: the agents, tools, models, stores, endpoints and people that\n" +
			"its files show, the flows between them and the trust boundaries. Every part says why it was put there, and where that was seen; what files\n" +
			"do not tell is \"unknown\". A file that is there already is never touched.\n\n" +
			"Exit codes: 0 written; 2 there is one already; 3 could not find out (no such folder, nothing of an AI system there).",
		Example: "  lodemark threats init\n  lodemark threats init . --show",
		Args:    atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			when, err := timeOf(at)
			if err != nil {
				return err
			}
			dir := target(args)
			d, err := lookAt(c.Context(), dir, when, quiet, c.ErrOrStderr())
			if err != nil {
				return err
			}
			defer d.close()
			drawing := survey.Draft(d.subject)
			if len(drawing.Model.Components) == 0 {
				return unknown("is this the right folder?", "no part of an AI system was found in %s", plain(dir))
			}
			text := survey.Write(drawing, when)
			file := filepath.Join(dir, threatFile)
			if _, problems := threat.Load(threatFile, text); len(problems) > 0 { // a draft that cannot be read is a mistake of ours, and no draft
				return fmt.Errorf("the draft of %s cannot be read again: %w", threatFile, problems)
			}
			if show {
				_, err := c.OutOrStdout().Write(text)
				return err
			}
			err = durable.CreateNew(file, 0o644, func(w io.Writer) error { _, err := w.Write(text); return err })
			if errors.Is(err, fs.ErrExist) {
				return usage("lodemark threats init --show prints the draft, to compare; lodemark threats check says what drifted", "%s is there already; it is yours and stays as it is", file)
			}
			if err != nil {
				return usage("is the folder writable?", "write %s: %w", file, err)
			}
			if !quiet {
				fmt.Fprintf(c.OutOrStdout(), "wrote %s: %s and %s, each a guess until you have looked at it; then run lodemark threats %s\n", file,
					count(len(drawing.Model.Components), "component"), count(len(drawing.Model.Flows), "flow"), dir)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&show, "show", false, "print the draft instead of writing it")
	c.Flags().StringVar(&at, "at", "", "take this for now (RFC 3339 or YYYY-MM-DD), so that two runs give the same bytes")
	c.Flags().BoolVarP(&quiet, "quiet", "q", false, "no progress, no word when it is done")
	return c
}
