package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/ledger"
)

type ledgerVerifyFlags struct {
	ledgerFlags
	proof     string
	witnesses int
	format    string
}

func ledgerVerifyCommand() *cobra.Command {
	var f ledgerVerifyFlags
	c := &cobra.Command{
		Use:   "verify [PATH]",
		Short: "Verify every entry, every hash and the checkpoint, or one proof",
		Long: "Verify reads the whole ledger: every entry is hashed, every hash is checked against those above and below, and the checkpoint must be signed by\n" +
			"somebody you trust. What is wrong is named: the entry, the file and the byte.\n\n" +
			"With --seen the ledger must also have grown out of what was seen of it the last time, which the file remembers: a ledger that was set back or\n" +
			"rewritten by whoever has its key is found by nothing else but witnesses. With --witnesses N at least N witnesses you trust must have\n" +
			"cosigned the checkpoint.\n\n" +
			"With --proof FILE no ledger is needed: the file holds one entry and shows that it is in the ledger.\n\n" +
			"Exit codes: 0 whole, and by somebody you trust; 1 anything else; 2 wrong command line; 3 no ledger.",
		Example: "  lodemark ledger verify --trust release.pub --seen ~/seen/helpdesk\n  lodemark ledger verify --trust trust.yaml --witnesses 2\n" +
			"  lodemark ledger verify --proof 17.tlog-proof --trust release.pub",
		Args: atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			if f.proof != "" && (len(args) > 0 || f.seen != "" || f.dir != "") {
				return usage("leave PATH, --ledger and --seen out", "--proof needs no ledger")
			}
			return f.run(c.OutOrStdout(), target(args))
		},
	}
	f.add(c)
	f.addTrust(c)
	f.addSeen(c)
	c.Flags().StringVar(&f.proof, "proof", "", "verify this proof of one entry instead of a ledger")
	c.Flags().IntVar(&f.witnesses, "witnesses", 0, "how many witnesses you trust must have cosigned")
	c.Flags().StringVarP(&f.format, "format", "f", "text", "text or json")
	return c
}

// ledgerVerified is the outcome.
type ledgerVerified struct {
	Schema   string        `json:"schema"`
	Tool     lodemark.Tool `json:"tool"`
	At       time.Time     `json:"at"`
	Good     bool          `json:"good"`
	Problem  string        `json:"problem,omitempty"`
	File     string        `json:"file,omitempty"` // of the ledger, where the problem is
	Entry    *int64        `json:"entry,omitempty"`
	Offset   *int64        `json:"offset,omitempty"`
	Ledger   ledgerHead    `json:"ledger"`
	Seen     *int64        `json:"seen,omitempty"` // entries seen before, which these begin with
	Leftover []string      `json:"leftover,omitempty"`
	Foreign  []string      `json:"foreign,omitempty"`
	Proven   *ledgerRow    `json:"proven,omitempty"`
}

func (f *ledgerVerifyFlags) run(w io.Writer, target string) error {
	if err := formatOf(f.format); err != nil {
		return err
	}
	if f.proof != "" {
		return f.verifyProof(w)
	}
	t, at, err := f.believed(target)
	if err != nil {
		return err
	}
	l, err := f.existing(target)
	if err != nil && code(err) != exitGate {
		return err
	}
	r := ledger.Report{Seen: -1}
	if err == nil {
		r, err = l.Verify(t, at)
	}
	if code(ledgerProblem(err)) == exitUnknown {
		return ledgerProblem(err)
	}
	return f.tell(w, r, nil, at, err)
}

// code is the exit code that an error stands for.
func code(err error) int {
	var e *exit
	if errors.As(err, &e) {
		return e.code
	}
	return exitOK
}

func (f *ledgerVerifyFlags) verifyProof(w io.Writer) error {
	at, err := timeOf(f.at)
	if err != nil {
		return err
	}
	t, err := f.trust.read()
	if err != nil {
		return err
	}
	p, err := readProof(f.proof)
	if err != nil {
		return err
	}
	r, err := p.Verify(t, at)
	row := rowOf(p.Entry, t, at)
	return f.tell(w, r, &row, at, err)
}

// readProof reads a file that may be somebody else's, no further than a proof can be long.
func readProof(name string) (*ledger.Proof, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, usage("lodemark ledger prove INDEX -o FILE writes one", "read the proof: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, ledger.MaxProof+1))
	if err != nil {
		return nil, usage("lodemark ledger prove INDEX -o FILE writes one", "read the proof: %w", err)
	}
	p, err := ledger.ReadProof(data)
	if err != nil {
		return nil, &exit{exitGate, fmt.Errorf("%s: %w", plain(name), err), "lodemark ledger prove INDEX -o FILE writes one"}
	}
	return p, nil
}

// problem is what keeps a whole ledger from being good.
func (f *ledgerVerifyFlags) problem(r ledger.Report) string {
	good := 0
	for _, w := range r.Witnesses {
		if w.Trusted {
			good++
		}
	}
	switch {
	case !r.Signer.Trusted:
		return r.Signer.Why
	case good < f.witnesses:
		return fmt.Sprintf("witnesses that you trust: %d, and --witnesses asks for %d", good, f.witnesses)
	}
	return ""
}

func (f *ledgerVerifyFlags) tell(w io.Writer, r ledger.Report, proven *ledgerRow, at time.Time, found error) error {
	out := ledgerVerified{Schema: "lodemark.ledger-verify/1", Tool: toolOf(), At: at, Ledger: headOf(r), Leftover: r.Leftover, Foreign: r.Foreign, Proven: proven}
	var damage *ledger.DamageError
	switch {
	case errors.As(found, &damage):
		out.Problem, out.File = damage.Error(), damage.File
		if damage.Entry >= 0 {
			out.Entry = &damage.Entry
		}
		if damage.Offset >= 0 {
			out.Offset = &damage.Offset
		}
	case found != nil:
		out.Problem = found.Error()
	default:
		out.Problem = f.problem(r)
	}
	if r.Seen >= 0 {
		out.Seen = &r.Seen
	}
	out.Good = out.Problem == ""
	if f.format == "json" {
		if err := ledgerJSON(w, out); err != nil {
			return err
		}
	} else {
		out.text(w, r)
	}
	switch {
	case found != nil:
		return ledgerProblem(found)
	case !out.Good:
		return &exit{exitGate, errors.New(out.Problem), f.hint()}
	}
	return nil
}

func (f *ledgerVerifyFlags) hint() string {
	if len(f.trust.paths) == 0 {
		return "say whom you believe: --trust FILE, a public key that you got from them"
	}
	return "whose signatures count is what --trust says; --at gives another time"
}

func (v *ledgerVerified) text(w io.Writer, r ledger.Report) {
	if v.Ledger.Origin != "" {
		fmt.Fprintf(w, "ledger     %s\nentries    %d\nroot       %s\n", v.Ledger.Origin, v.Ledger.Size, v.Ledger.Root)
		fmt.Fprintf(w, "signature  %s\n", signedBy(r.Signer))
	}
	for _, c := range r.Witnesses {
		when := ""
		if !c.Time.IsZero() {
			when = " at " + c.Time.Format(time.RFC3339)
		}
		fmt.Fprintf(w, "witness    %s%s, %s\n", plain(c.As), when, signedBy(c.Signer))
	}
	if r.Unknown > 0 {
		fmt.Fprintf(w, "unknown    %s by keys that you do not name\n", count(r.Unknown, "signature"))
	}
	if v.Seen != nil {
		fmt.Fprintf(w, "seen       %s before, and these begin with them\n", entriesOf(*v.Seen))
	}
	few := func(what string, names []string) {
		for i, name := range names {
			if i == 5 {
				fmt.Fprintf(w, "%-9s  and %d more\n", what, len(names)-i)
				return
			}
			fmt.Fprintf(w, "%-9s  %s\n", what, plain(name))
		}
	}
	few("left over", v.Leftover)
	few("foreign", v.Foreign)
	if v.Proven != nil {
		fmt.Fprintf(w, "entry      %d: %s about %s, signed by %s\n", v.Proven.Index, plain(v.Proven.what()), plain(v.Proven.subject()), plain(v.Proven.signedBy()))
	}
	if v.Good {
		fmt.Fprintln(w, pick(v.Proven == nil, "good: every entry and every hash leads to the checkpoint, which is by somebody you trust",
			"good: the entry leads to the checkpoint, which is by somebody you trust"))
	} else {
		fmt.Fprintf(w, "not good: %s\n", plain(v.Problem))
	}
}
