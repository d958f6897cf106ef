package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/schema"
)

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "schema [NAME]",
		Short:   "Print the JSON Schema of a file format, or list the formats",
		Example: "  lodemark schema lodemark > lodemark.schema.json",
		Args:    atMostOne("NAME"),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				for _, name := range schema.Names() {
					fmt.Fprintln(c.OutOrStdout(), name)
				}
				return nil
			}
			data, err := schema.Read(args[0])
			if err != nil {
				return usage("lodemark schema lists the formats", "%w", err)
			}
			_, err = c.OutOrStdout().Write(data)
			return err
		},
		ValidArgs: schema.Names(),
	}
}
