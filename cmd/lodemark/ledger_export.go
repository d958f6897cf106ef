package main

import (
	"bufio"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

type ledgerExportFlags struct {
	ledgerFlags
	from, to int64
	output   string
	copy     string
}

func ledgerExportCommand() *cobra.Command {
	var f ledgerExportFlags
	c := &cobra.Command{
		Use:   "export [PATH]",
		Short: "Write the entries as JSON lines, or the ledger as a copy that other programs read",
		Long: "Export writes one JSON object a line: index, leaf_hash, and the entry as envelope (JSON, byte for byte as it was signed) or data (base64).\n\n" +
			"With --copy it makes a new folder with the checkpoint and just the files that it speaks of, as C2SP tlog-tiles describes them: any\n" +
			"web server can publish it, and other programs for such logs read it. Everything is checked before it is written.\n\n" +
			"Exit codes: 0 written; 1 the ledger is damaged; 2 wrong command line; 3 no ledger.",
		Example: "  lodemark ledger export -o ledger.jsonl\n  lodemark ledger export --from 100 --to 200\n  lodemark ledger export --copy public/ledger",
		Args:    atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c, target(args))
		},
	}
	f.add(c)
	c.Flags().Int64Var(&f.from, "from", 0, "the first entry")
	c.Flags().Int64Var(&f.to, "to", -1, "the first entry that is left out (default: none)")
	c.Flags().StringVarP(&f.output, "output", "o", "", "write the lines to this file")
	c.Flags().StringVar(&f.copy, "copy", "", "make a copy of the whole ledger in this new folder")
	return c
}

func (f *ledgerExportFlags) run(c *cobra.Command, target string) error {
	l, err := f.existing(target)
	if err != nil {
		return err
	}
	if f.copy != "" {
		if f.output != "" || f.from != 0 || f.to >= 0 {
			return usage("leave --output, --from and --to out", "--copy copies the whole ledger into a folder")
		}
		if err := l.ExportCopy(c.Context(), f.copy); err != nil {
			return ledgerProblem(err)
		}
		fmt.Fprintf(c.OutOrStdout(), "wrote %s: %s\n", plain(f.copy), entriesOf(l.Size()))
		return nil
	}
	if f.to < 0 {
		f.to = l.Size()
	}
	if f.from < 0 || f.from > f.to || f.to > l.Size() {
		return usage(fmt.Sprintf("the ledger has the entries 0 to %d", l.Size()-1), "there are no entries from %d to %d", f.from, f.to)
	}
	if f.output == "" {
		w := bufio.NewWriterSize(c.OutOrStdout(), 64<<10)
		err := l.ExportLines(w, f.from, f.to)
		if flushed := w.Flush(); err == nil {
			err = flushed
		}
		return ledgerProblem(err)
	}
	return toFile(f.output, nil, func(w io.Writer) error { return ledgerProblem(l.ExportLines(w, f.from, f.to)) })
}
