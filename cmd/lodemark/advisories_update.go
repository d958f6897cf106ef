package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/internal/deps/fetch"
)

func advisoriesUpdateCommand() *cobra.Command {
	var from []string
	o := fetch.Options{Agent: "lodemark/" + toolOf().Version}
	c := &cobra.Command{
		Use:   "update --from URL --to DIR",
		Short: "Fetch a database of advisories, check it, and put it in place",
		Long: "Update is the one command that fetches something, and only from the addresses that you give. OSV offers one zip for each\n" +
			"ecosystem. What arrives must be a zip within the size limit in which every advisory can be read, and no older than what is in\n" +
			"place; then it takes its place in one step, with its SHA-256 and its origin beside it. Whatever fails, what was there stays.\n\n" +
			"Exit codes: 0 in place, or unchanged; 2 wrong command line; 3 could not be fetched, or what came was refused.",
		Example: "  lodemark advisories update --from https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip --to advisories",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return updateAdvisories(c.Context(), from, o, c.OutOrStdout())
		},
	}
	flags := c.Flags()
	flags.StringArrayVar(&from, "from", nil, "the address of a zip of advisories in the OSV format, repeatable")
	flags.StringVar(&o.To, "to", "", "the folder of the database")
	flags.Int64Var(&o.MaxBytes, "max-bytes", 0, "the largest zip that is taken (default 1 GiB)")
	flags.StringVar(&o.SHA256, "sha256", "", "the SHA-256 that the zip must have")
	flags.DurationVar(&o.Timeout, "timeout", 15*time.Minute, "time for one zip")
	flags.BoolVar(&o.OtherHosts, "follow-hosts", false, "follow redirects to other hosts")
	flags.BoolVar(&o.PlainHTTP, "plain-http", false, "fetch over plain http from other machines")
	flags.BoolVar(&o.Older, "allow-older", false, "take a database that is older or much smaller than the one in place")
	return c
}

func updateAdvisories(ctx context.Context, from []string, o fetch.Options, stdout io.Writer) error {
	switch {
	case len(from) == 0:
		return usage("lodemark advisories update --help shows an address", "--from names no address")
	case o.To == "":
		return usage("name a folder of yours", "--to names no folder")
	case o.SHA256 != "" && len(from) > 1:
		return usage("fetch them one after the other", "--sha256 goes with one --from")
	case o.MaxBytes < 0 || o.Timeout < 0:
		return usage("leave it out for the default; nothing is unlimited", "a limit cannot be negative")
	}
	for _, address := range from {
		o.From = address
		done, err := fetch.Update(ctx, o)
		switch {
		case errors.Is(err, context.Canceled):
			return err
		case errors.Is(err, fetch.ErrRefused):
			return unknown("what was there is still in place; lodemark advisories update --help lists what can be allowed", "%w", err)
		case err != nil:
			return unknown("what was there is still in place", "%w", err)
		case done.Unchanged:
			fmt.Fprintf(stdout, "%s is unchanged\n", plain(done.File))
			continue
		}
		var held []string
		for ecosystem, n := range done.Info.Advisories {
			held = append(held, fmt.Sprintf("%d for %s", n, ecosystem))
		}
		slices.Sort(held)
		fmt.Fprintf(stdout, "%s: %s advisories, %d withdrawn left out, %s\n", plain(done.File), strings.Join(held, ", "), done.Info.Withdrawn, done.Info.Digest)
	}
	return nil
}
