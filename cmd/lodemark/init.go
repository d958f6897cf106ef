package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/discover"
	"github.com/lodemark/lodemark/internal/durable"
	"github.com/lodemark/lodemark/internal/leak"
	"github.com/lodemark/lodemark/internal/secret"
)

func initCommand() *cobra.Command {
	var show bool
	c := &cobra.Command{
		Use:   "init [PATH]",
		Short: "Write a first lodemark.yaml from what is discovered; never over an existing one",
		Args:  atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			draft, err := draftOf(c, target(args))
			if err != nil {
				return err
			}
			if show {
				_, err := c.OutOrStdout().Write(draft)
				return err
			}
			file := filepath.Join(target(args), assess.DeclarationFile)
			err = durable.CreateNew(file, 0o644, func(w io.Writer) error { _, err := w.Write(draft); return err })
			if errors.Is(err, fs.ErrExist) {
				return usage("lodemark init --show prints the draft, to compare", "%s is there already; it is yours and stays as it is", file)
			}
			if err != nil {
				return usage("is the folder writable?", "write %s: %w", file, err)
			}
			fmt.Fprintf(c.OutOrStdout(), "wrote %s: fill in what only people know, then run lodemark assess %s\n", file, target(args))
			return nil
		},
	}
	c.Flags().BoolVar(&show, "show", false, "print the draft instead of writing it")
	return c
}

func draftOf(c *cobra.Command, dir string) ([]byte, error) {
	tree, err := bound.Open(dir, bound.Limits{})
	if err != nil {
		return nil, unknown("name a folder that holds the AI system", "%w", &assess.TargetError{Target: dir, Err: err})
	}
	defer tree.Close()
	sys, err := discover.Discover(c.Context(), tree, lodemark.Declaration{})
	if err != nil {
		return nil, fmt.Errorf("discover the system in %q: %w", dir, err)
	}
	if abs, err := filepath.Abs(dir); sys.Name == "" && err == nil {
		sys.Name = filepath.Base(abs)
	}
	known, err := secret.Load()
	if err != nil {
		return nil, err
	}
	found, err := leak.Tree(c.Context(), tree, known, leak.Options{})
	if err != nil {
		return nil, fmt.Errorf("look for credentials in %q: %w", dir, err)
	}
	assess.Hide(sys, found.Hide)
	return lodemark.DraftDeclaration(sys), nil
}
