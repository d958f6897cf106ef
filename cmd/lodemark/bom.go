package main

import (
	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/report"
)

func bomCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "bom [PATH]",
		Short: "List what an AI system is made of",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			target := "."
			if len(args) > 0 {
				target = args[0]
			}
			run, err := assess.Inventory(c.Context(), assess.Options{Target: target, Tool: toolOf()})
			if err != nil {
				return err
			}
			return report.BOMFormats()[0].Write(c.OutOrStdout(), run)
		},
	}
}
