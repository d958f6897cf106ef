package main

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/internal/ledger"
	"github.com/lodemark/lodemark/internal/sign"
)

func ledgerCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "ledger",
		Short: "List, verify, prove, export and cosign the kept evidence of an AI system",
		Long: "The ledger of an AI system is an append-only log of signed statements, in " + ledger.DefaultDir + " of its tree or where --ledger says. Commands\n" +
			"add to it with --record. Its files are those of C2SP tlog-tiles; its checkpoint says how many entries there are and what they hash\n" +
			"to, and is signed with a key of yours. Whoever has the public key can verify all of it, and needs no network.\n\n" +
			"Without --seen nobody can tell that a ledger was set back to an earlier state, which was signed as well: keep the file that --seen\n" +
			"writes outside of the system, or have witnesses cosign.",
		Example: "  lodemark ledger list\n  lodemark ledger verify --trust release.pub --seen ~/seen/helpdesk\n  lodemark ledger prove 17 -o 17.tlog-proof\n" +
			"  lodemark ledger verify --proof 17.tlog-proof --trust release.pub",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(ledgerListCommand(), ledgerShowCommand(), ledgerVerifyCommand(), ledgerProveCommand(), ledgerExportCommand(), ledgerCosignCommand(), ledgerHandoverCommand())
	return c
}

// ledgerFlags say which ledger, and whom to believe about it.
type ledgerFlags struct {
	dir   string
	trust trustFlags
	at    string
	seen  string
}

func (f *ledgerFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.dir, "ledger", "", "the ledger's folder (default: "+ledger.DefaultDir+" in PATH)")
}

func (f *ledgerFlags) addTrust(c *cobra.Command) {
	f.trust.add(c)
	c.Flags().StringVar(&f.at, "at", "", "when keys have to be valid (RFC 3339 or YYYY-MM-DD; default: now)")
}

func (f *ledgerFlags) addSeen(c *cobra.Command) {
	c.Flags().StringVar(&f.seen, "seen", "", "a file of yours that remembers what was seen of this ledger; it must have grown out of that")
}

// apart are the folders that may hold no key, no trust and no memory of ours.
func (f *ledgerFlags) apart(target string) []string {
	if f.dir != "" { // no target is looked at; the working folder happens to be one
		return []string{f.dir}
	}
	return []string{target, f.folder(target)}
}

func (f *ledgerFlags) folder(target string) string {
	if f.dir != "" {
		return f.dir
	}
	return filepath.Join(target, filepath.FromSlash(ledger.DefaultDir))
}

// open opens the ledger, which may be empty.
func (f *ledgerFlags) open(target string) (*ledger.Ledger, error) {
	l, err := ledger.Open(f.folder(target))
	if err != nil {
		return nil, ledgerProblem(err)
	}
	if f.seen != "" {
		for _, tree := range f.apart(target) {
			if inside(settled(f.seen), settled(tree)) {
				return nil, usage("keep it where the target cannot change it", "--seen %s lies in %s: who sets the ledger back would set it back, too", plain(f.seen), plain(tree))
			}
		}
		l.Remember(f.seen)
	}
	return l, nil
}

// existing opens a ledger that must have entries.
func (f *ledgerFlags) existing(target string) (*ledger.Ledger, error) {
	l, err := f.open(target)
	if err == nil && l.Checkpoint() == nil && f.seen == "" { // with a memory, Verify knows better what that means
		return nil, unknown("commands add to it with --record --key NAME", "there is no ledger in %s", plain(l.Dir()))
	}
	return l, err
}

// believed is whom the operator trusts, and the time that counts.
func (f *ledgerFlags) believed(target string) (*sign.Trust, time.Time, error) {
	at, err := timeOf(f.at)
	if err != nil {
		return nil, at, err
	}
	f.trust.apart = append(f.trust.apart, f.apart(target)...)
	t, err := f.trust.read()
	return t, at, err
}

// ledgerProblem gives what package ledger says the exit code that belongs to it: what is damaged or was set back fails the gate that verifying is.
func ledgerProblem(err error) error {
	var known *exit
	var damage *ledger.DamageError
	var seen *ledger.SeenError
	var foreign *ledger.ForeignError
	var key *ledger.KeyError
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.As(err, &damage):
		return &exit{exitGate, err, "take the ledger from where it was whole last; docs/LEDGER.md says what can be learned from a damaged one"}
	case errors.As(err, &seen):
		return &exit{exitGate, err, "ask who had the ledger since; if it is meant to be so, remove the file of --seen"}
	case errors.As(err, &foreign):
		return usage("sign with the key that signed so far, or let it go over with lodemark ledger handover", "%w", err)
	case errors.As(err, &key):
		return usage("lodemark keys new NAME makes one", "%w", err)
	case errors.Is(err, fs.ErrNotExist):
		return unknown("commands add to it with --record --key NAME", "%w", err)
	}
	return unknown("is the folder readable?", "%w", err)
}

// indexAndPath are the arguments of show and prove.
func indexAndPath(args []string) (index int64, target string, err error) {
	index, err = strconv.ParseInt(args[0], 10, 64)
	if err != nil || index < 0 {
		return 0, "", usage("lodemark ledger list shows them", "%q is no index of an entry", args[0])
	}
	target = "."
	if len(args) == 2 {
		target = args[1]
	}
	return index, target, nil
}

// indexArgs wants an INDEX and perhaps a PATH.
func indexArgs(c *cobra.Command, args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return usage("lodemark ledger list shows the indexes", "ledger %s takes an INDEX and perhaps a PATH", c.Name())
	}
	return nil
}

// inLedger makes sure that an index is one of an entry.
func inLedger(l *ledger.Ledger, index int64) error {
	if index >= l.Size() {
		return unknown("lodemark ledger list shows them", "there is no entry %d: the ledger has %s", index, entriesOf(l.Size()))
	}
	return nil
}

// formatOf wants text or json.
func formatOf(format string) error {
	if format != "text" && format != "json" {
		return usage("use text or json", "ledger has no format %q", format)
	}
	return nil
}
