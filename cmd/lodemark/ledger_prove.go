package main

import (
	"io"

	"github.com/spf13/cobra"
)

func ledgerProveCommand() *cobra.Command {
	var f ledgerFlags
	var output string
	c := &cobra.Command{
		Use:   "prove INDEX [PATH]",
		Short: "Write a proof that an entry is in the ledger, to be verified without it",
		Long: "Prove writes a C2SP tlog-proof: the entry, the hashes that lead from it to the root, and the checkpoint with its signatures. Whoever has it and the\n" +
			"public key can verify it with lodemark ledger verify --proof, with no ledger and no network.\n\n" +
			"Exit codes: 0 written; 1 the ledger is damaged; 2 wrong command line; 3 no such entry.",
		Example: "  lodemark ledger prove 17 -o 17.tlog-proof\n  lodemark ledger verify --proof 17.tlog-proof --trust release.pub",
		Args:    indexArgs,
		RunE: func(c *cobra.Command, args []string) error {
			index, target, err := indexAndPath(args)
			if err != nil {
				return err
			}
			l, err := f.existing(target)
			if err != nil {
				return err
			}
			if err := inLedger(l, index); err != nil {
				return err
			}
			proof, err := l.Prove(index)
			if err != nil {
				return ledgerProblem(err)
			}
			return toFile(output, c.OutOrStdout(), func(w io.Writer) error { _, err := w.Write(proof); return err })
		},
	}
	f.add(c)
	c.Flags().StringVarP(&output, "output", "o", "", "write to this file")
	return c
}
