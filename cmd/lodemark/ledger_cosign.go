package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/internal/ledger"
)

type ledgerCosignFlags struct {
	ledgerFlags
	key   keyFlags
	name  string
	print bool
	line  string
}

func ledgerCosignCommand() *cobra.Command {
	var f ledgerCosignFlags
	c := &cobra.Command{
		Use:   "cosign [PATH]",
		Short: "Act as a witness: sign that the ledger only grew since you saw it last",
		Long: "Cosign verifies the ledger, makes sure that it grew out of what --seen remembers, keeps what it is now, and signs that with --key (Ed25519). A witness is\n" +
			"somebody else than the owner of the ledger, with a key and a memory of their own: whoever sees their cosignature knows that the owner did\n" +
			"not show them another history. Others name a witness in their trust.yaml by the verifier key that is printed.\n\n" +
			"The cosignature is added to the checkpoint; the next entry needs a new one. A witness who may not write there gives --print, and the\n" +
			"owner adds the line with --add.\n\n" +
			"Exit codes: 0 cosigned; 1 the ledger is damaged, was set back, or is by nobody you trust; 2 wrong command line or key; 3 no ledger.",
		Example: "  lodemark ledger cosign --name audit.example.org --key audit --seen ~/seen/helpdesk --trust release.pub\n" +
			"  lodemark ledger cosign --name audit.example.org --key audit --seen ~/seen/helpdesk --trust release.pub --print > line\n" +
			"  lodemark ledger cosign --add line --trust trust.yaml",
		Args: atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			if f.line != "" {
				return f.addLine(c, target(args))
			}
			return f.sign(c, target(args))
		},
	}
	f.ledgerFlags.add(c)
	f.addTrust(c)
	f.addSeen(c)
	f.key.add(c)
	c.Flags().StringVar(&f.name, "name", "", "your name as a witness, like audit.example.org")
	c.Flags().BoolVar(&f.print, "print", false, "print the cosignature, and leave the ledger as it is")
	c.Flags().StringVar(&f.line, "add", "", "add the cosignature in this file, by a witness of --trust")
	return c
}

func (f *ledgerCosignFlags) sign(c *cobra.Command, target string) error {
	switch {
	case f.name == "":
		return usage("give the name by which others know you: --name audit.example.org", "cosign needs --name")
	case f.seen == "":
		return usage("give it a file of yours: --seen FILE", "cosign needs --seen: a witness without a memory vouches for nothing")
	}
	t, at, err := f.believed(target)
	if err != nil {
		return err
	}
	f.key.apart = append(f.key.apart, f.apart(target)...)
	key, err := f.key.private(c.ErrOrStderr())
	if err != nil {
		return err
	}
	vkey, err := ledger.VKey(f.name, key.PublicKey)
	if err != nil {
		return ledgerProblem(err)
	}
	l, err := f.existing(target)
	if err != nil {
		return err
	}
	if f.print {
		line, err := l.CosignLine(f.name, key, t, at)
		if err != nil {
			return ledgerProblem(err)
		}
		fmt.Fprint(c.OutOrStdout(), line)
		return nil
	}
	if err := l.Cosign(c.Context(), f.name, key, t, at); err != nil {
		return ledgerProblem(err)
	}
	fmt.Fprintf(c.OutOrStdout(), "cosigned %s of %s\nverifier key %s\n", entriesOf(l.Size()), l.Checkpoint().Origin, vkey)
	return nil
}

// addLine adds the cosignature of somebody else.
func (f *ledgerCosignFlags) addLine(c *cobra.Command, target string) error {
	t, at, err := f.believed(target)
	if err != nil {
		return err
	}
	l, err := f.existing(target)
	if err != nil {
		return err
	}
	line, err := readLine(f.line)
	if err != nil {
		return err
	}
	w, err := l.AddCosignature(c.Context(), line, t, at)
	if err != nil {
		return ledgerProblem(err)
	}
	fmt.Fprintf(c.OutOrStdout(), "added the cosignature of %s, %s\n", plain(w.As), signedBy(w.Signer))
	return nil
}

// readLine reads a short file that somebody else wrote.
func readLine(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", usage("lodemark ledger cosign --print writes one", "read the cosignature: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, 64<<10))
	if err != nil {
		return "", usage("lodemark ledger cosign --print writes one", "read the cosignature: %w", err)
	}
	return string(data), nil
}

func ledgerHandoverCommand() *cobra.Command {
	var f ledgerFlags
	var key keyFlags
	var size int64
	c := &cobra.Command{
		Use:   "handover [PATH]",
		Short: "Let another key go on with the ledger, as after a rotation",
		Long: "Handover verifies the ledger, whose checkpoint must be by a key you trust (one that was retired or has expired counts, a revoked one does not),\n" +
			"and signs that with the new key, beside the old signature. From then on the new key appends. Whoever has the old key can have added to the\n" +
			"ledger until now, with any date: say how many entries it has to hold (--size, from a list that you looked at), or keep what you saw (--seen).\n\n" +
			"Exit codes: 0 handed over; 1 the ledger is damaged or was set back; 2 wrong command line or key; 3 no ledger, or by nobody you trust.",
		Example: "  lodemark keys rotate release\n  lodemark ledger handover --size 412 --key release --trust ~/.config/lodemark/keys/trust.yaml",
		Args:    atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			t, at, err := f.believed(target(args))
			if err != nil {
				return err
			}
			key.apart = append(key.apart, f.apart(target(args))...)
			private, err := key.private(c.ErrOrStderr())
			if err != nil {
				return err
			}
			l, err := f.existing(target(args))
			if err != nil {
				return err
			}
			switch {
			case size < 0 && f.seen == "":
				return usage("lodemark ledger list shows them; then --size "+fmt.Sprint(l.Size()), "say how many entries you saw: the old key can have signed more, with any date")
			case size >= 0 && size != l.Size():
				return &exit{exitGate, fmt.Errorf("the ledger has %s, and not %d", entriesOf(l.Size()), size), "look at what was added: lodemark ledger list"}
			}
			if err := l.HandOver(c.Context(), private, t, at); err != nil {
				return ledgerProblem(err)
			}
			fmt.Fprintf(c.OutOrStdout(), "%s of %s, now signed by %s, too\n", entriesOf(l.Size()), l.Checkpoint().Origin, shortKey(private.ID))
			return nil
		},
	}
	c.Flags().Int64Var(&size, "size", -1, "how many entries the ledger has to hold, as you saw it")
	f.add(c)
	f.addTrust(c)
	f.addSeen(c)
	key.add(c)
	return c
}
