package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/ledger"
	"github.com/lodemark/lodemark/internal/record"
	"github.com/lodemark/lodemark/internal/sign"
)

// recordFlags keep what a command found, signed, in the ledger of the system that it looked at.
type recordFlags struct {
	record bool
	ledger string
	seen   string
	key    keyFlags
	signer *sign.PrivateKey
	signs  string // a flag of the command that --key signs something for, too; empty: none, or it is not given
}

func (f *recordFlags) add(c *cobra.Command) {
	c.Flags().BoolVar(&f.record, "record", false, "keep the result, signed with --key, in the ledger")
	c.Flags().StringVar(&f.ledger, "ledger", "", "the ledger's folder (default: "+record.Dir+" in the target)")
	c.Flags().StringVar(&f.seen, "seen", "", "a file of yours that remembers what was seen of the ledger; one that was set back is not believed, nor written on")
	f.key.add(c)
}

// ready refuses what would be kept without a signature, or signed without being kept, and opens the key, before any work is done.
// The key must not lie in the target.
func (f *recordFlags) ready(target string, stderr io.Writer) error {
	switch {
	case f.record && !f.key.set():
		return usage("name one: --key NAME; lodemark keys new NAME makes it", "--record needs a key: what nobody signed is no evidence")
	case f.signs != "" && !f.key.set():
		return usage("name one: --key NAME; lodemark keys new NAME makes it", "%s needs a key: what nobody signed is no evidence", f.signs)
	case !f.record && f.signs == "" && f.key.set():
		return usage("add --record, or leave --key out", "--key signs what is kept, and nothing is to be kept")
	case !f.key.set():
		return nil
	}
	f.key.apart = append(f.key.apart, target)
	if err := seenApart(f.seen, target, f.dir(target)); err != nil {
		return err
	}
	var err error
	f.signer, err = f.key.private(stderr)
	return err
}

// seenApart refuses a memory of the ledger that lies in what it is the memory of.
func seenApart(seen, target, ledger string) error {
	for _, tree := range []string{target, ledger} {
		if seen != "" && inside(settled(seen), settled(tree)) {
			return usage("keep it where the target cannot change it", "--seen %s lies in %s: who sets the ledger back would set it back, too", plain(seen), plain(tree))
		}
	}
	return nil
}

// dir is the folder of the target's ledger.
func (f *recordFlags) dir(target string) string { return ledgerOf(f.ledger, target) }

func (f *recordFlags) place(target string) record.Ledger {
	return record.Ledger{Dir: f.dir(target), Seen: f.seen}
}

func ledgerOf(given, target string) string {
	if given != "" {
		return given
	}
	return filepath.Join(target, filepath.FromSlash(record.Dir))
}

// keep signs the records and appends them. It says where they are: a record that nobody finds again is of no use.
func (f *recordFlags) keep(ctx context.Context, target, command string, at time.Time, records []lodemark.Evidence, stderr io.Writer) error {
	if !f.record {
		return nil
	}
	name, err := assess.SystemName(target, bound.Limits{})
	if err != nil {
		return unknown("name a folder that holds the AI system", "%w", err)
	}
	index, n, err := record.Append(ctx, f.place(target), f.signer, record.Run{Tool: toolOf(), Command: command, System: name, At: at, Records: records})
	if err != nil {
		return notKept(err)
	}
	which := fmt.Sprintf("entry %d", index)
	if n > 1 {
		which = fmt.Sprintf("entries %d to %d", index, index+n-1)
	}
	fmt.Fprintf(stderr, "lodemark: kept as %s of %s\n", which, plain(f.dir(target)))
	return nil
}

// notKept says why the ledger took nothing.
func notKept(err error) error {
	hint := "lodemark ledger verify says what is wrong with it"
	if foreign := (*ledger.ForeignError)(nil); errors.As(err, &foreign) {
		hint = "another key signed the ledger so far; lodemark ledger handover lets yours go on, once you have looked at what is in it"
	}
	return unknown(hint, "keep the record: %w", err)
}

// keepStatement signs a statement of another type and appends it, beside the evidence or instead of it. One that is too long is told, and left.
func (f *recordFlags) keepStatement(ctx context.Context, target string, s sign.Statement, stderr io.Writer) error {
	if !f.record {
		return nil
	}
	index, err := record.AppendStatements(ctx, f.place(target), f.signer, s)
	if long := (*record.TooLongError)(nil); errors.As(err, &long) {
		fmt.Fprintf(stderr, "lodemark: not kept: %v\n", long)
		return nil
	}
	if err != nil {
		return notKept(err)
	}
	fmt.Fprintf(stderr, "lodemark: kept as entry %d of %s\n", index, plain(f.dir(target)))
	return nil
}

// keptFlags read what was kept earlier.
type keptFlags struct {
	trust  trustFlags
	ledger string // these two where recordFlags has none of its own
	seen   string
}

func (f *keptFlags) add(c *cobra.Command) {
	f.trust.add(c)
	c.Flags().StringVar(&f.ledger, "ledger", "", "the ledger's folder (default: "+record.Dir+" in the target)")
	c.Flags().StringVar(&f.seen, "seen", "", "a file of yours that remembers what was seen of the ledger; one that was set back is not believed")
}

// again is what a command that is to see the same is called with.
func (f *keptFlags) again() string {
	var b strings.Builder
	for _, p := range f.trust.paths {
		b.WriteString(" --trust " + quotedWord(p))
	}
	if f.ledger != "" {
		b.WriteString(" --ledger " + quotedWord(f.ledger))
	}
	return b.String()
}

// shown reads for a threat model what records of earlier runs show of its mitigations. What is wrong with the ledger is told.
func (f *keptFlags) shown(ctx context.Context, lib *threat.Library, m *threat.Model, target string, at time.Time, stderr io.Writer) (threat.Evidence, error) {
	show, err := f.showing(ctx, lib, target, at, stderr)
	if err != nil {
		return threat.Evidence{}, err
	}
	return show(m), nil
}

// showing is shown for several models of one target, whose records are read once.
func (f *keptFlags) showing(ctx context.Context, lib *threat.Library, target string, at time.Time, stderr io.Writer) (func(*threat.Model) threat.Evidence, error) {
	kept, err := f.reader(target)
	if err != nil {
		return nil, err
	}
	past, err := assess.Earlier(ctx, assess.Options{Target: target, Practices: practices(), At: at, Kept: kept})
	if err != nil {
		return nil, unknown("name a folder that holds the AI system", "%w", err)
	}
	for _, gap := range past.Gaps {
		fmt.Fprintf(stderr, "lodemark: %s: %s\n", plain(gap.Path), plain(gap.Reason))
	}
	return func(m *threat.Model) threat.Evidence { return lib.Kept(m, past.Evidence, past.Current) }, nil
}

// reader gives an assessment what is in the ledger of a target, judged by whom the operator trusts.
func (f *keptFlags) reader(target string) (func(context.Context, string, time.Time) ([]lodemark.Evidence, []lodemark.Gap), error) {
	f.trust.apart = append(f.trust.apart, target)
	if err := seenApart(f.seen, target, ledgerOf(f.ledger, target)); err != nil {
		return nil, err
	}
	trust, err := f.trust.read()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, system string, at time.Time) ([]lodemark.Evidence, []lodemark.Gap) {
		l := record.Load(ctx, record.Source{Ledger: record.Ledger{Dir: ledgerOf(f.ledger, target), Seen: f.seen}, Trust: trust, At: at, System: system})
		return l.Evidence, l.Gaps
	}, nil
}
