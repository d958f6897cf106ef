package main

import (
	"bufio"
	"cmp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/report"
)

func threatsExplainCommand() *cobra.Command {
	var library, format string
	c := &cobra.Command{
		Use:     "explain [LDM-T12|LDM-C03]",
		Short:   "Tell about one threat or mitigation of the library, or list them all",
		Example: "  lodemark threats explain\n  lodemark threats explain LDM-T11\n  lodemark threats explain C03",
		Args:    atMostOne("id"),
		RunE: func(c *cobra.Command, args []string) error {
			lib, err := threatLibrary(library)
			if err != nil {
				return err
			}
			id := ""
			if len(args) == 1 {
				if id = explainedID(args[0]); lib.Rule(id) == nil && lib.Mitigation(id) == nil {
					return usage("lodemark threats explain lists the ids", "the library has neither a threat nor a mitigation %q", args[0])
				}
			}
			out := bufio.NewWriter(c.OutOrStdout())
			switch format {
			case "text":
				err = report.ExplainThreats(out, lib, id, viewOf(c.OutOrStdout(), false))
			case "json":
				err = report.ExplainThreatsJSON(out, toolOf(), lib, id)
			default:
				return usage("use text or json", "explain has no format %q", format)
			}
			return cmp.Or(err, out.Flush())
		},
	}
	c.Flags().StringVar(&library, "library", "", "a folder with threats and mitigations of your own, in the library's format")
	c.Flags().StringVarP(&format, "format", "f", "text", "text or json")
	return c
}

// explainedID takes what people type: T12, C3 and ldm-t12 too.
func explainedID(word string) string {
	id := strings.ToUpper(strings.TrimSpace(word))
	if len(id) > 1 && (id[0] == 'T' || id[0] == 'C') && strings.Trim(id[1:], "0123456789") == "" {
		if len(id) == 2 {
			id = id[:1] + "0" + id[1:]
		}
		return "LDM-" + id
	}
	if strings.HasPrefix(id, "LDM-") {
		return id
	}
	return strings.TrimSpace(word) // an organisation's own
}
