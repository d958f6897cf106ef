package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/report"
)

func diffCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:     "diff BEFORE.json AFTER.json",
		Short:   "Say what got better and what got worse between two JSON reports (exit 1 when anything got worse)",
		Example: "  lodemark diff main.json branch.json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage("make them with lodemark assess --format json=FILE", "diff takes two JSON reports, got %d", len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			var data [2][]byte
			for i, name := range args {
				var err error
				if data[i], err = os.ReadFile(name); err != nil {
					return usage("make it with lodemark assess --format json="+name, "read the report: %w", err)
				}
			}
			change, err := report.Compare(data[0], data[1])
			if err != nil {
				return usage("make them with lodemark assess --format json=FILE", "compare %s with %s: %w", args[0], args[1], err)
			}
			switch format {
			case "text":
				err = change.WriteText(c.OutOrStdout(), viewOf(c.OutOrStdout(), false))
			case "json":
				err = change.WriteJSON(c.OutOrStdout())
			default:
				return usage("use text or json", "diff has no format %q", format)
			}
			if err == nil && change.Worse() {
				return &exit{code: exitGate, err: errWorse{}}
			}
			return err
		},
	}
	c.Flags().StringVarP(&format, "format", "f", "text", "text or json")
	return c
}

// errWorse is the exit without words: the comparison itself has said it.
type errWorse struct{}

func (errWorse) Error() string { return "" }
