package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/clipperhouse/displaywidth"
	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/ledger"
	"github.com/lodemark/lodemark/internal/sign"
)

// lastEntries are shown where nothing else is said.
const lastEntries = 50

type ledgerListFlags struct {
	ledgerFlags
	filter ledgerFilter
	last   int
	all    bool
	format string
}

func ledgerListCommand() *cobra.Command {
	var f ledgerListFlags
	c := &cobra.Command{
		Use:   "list [PATH]",
		Short: "List the entries: when, what, about what, by whom",
		Long: "List shows the last entries of a ledger, oldest first. Each is proven to lead to the checkpoint, and its signature is judged by --trust. Times are\n" +
			"those that the statements give themselves.\n\n" +
			"Entries that are no signed statement are shown as what they are. With a filter the whole ledger is looked through.\n\n" +
			"Exit codes: 0 shown; 1 the ledger is damaged; 2 wrong command line; 3 no ledger.",
		Example: "  lodemark ledger list\n  lodemark ledger list --all --format json\n  lodemark ledger list --subject models/helpdesk.gguf --trust release.pub --state trusted",
		Args:    atMostOne("PATH"),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c.OutOrStdout(), target(args))
		},
	}
	f.add(c)
	f.addTrust(c)
	flags := c.Flags()
	flags.IntVarP(&f.last, "last", "n", lastEntries, "how many entries at most, the last ones")
	flags.BoolVar(&f.all, "all", false, "all entries")
	flags.StringVar(&f.filter.kind, "type", "", "only entries whose kind or type contains this")
	flags.StringVar(&f.filter.subject, "subject", "", "only entries about something whose name contains this, or that has this SHA-256")
	flags.StringVar(&f.filter.signer, "signer", "", "only entries signed by this name (of --trust) or key id")
	flags.StringVar(&f.filter.state, "state", "", "only entries in this state: trusted, untrusted, bad, unsigned")
	flags.StringVarP(&f.format, "format", "f", "text", "text or json")
	return c
}

func (f *ledgerListFlags) run(w io.Writer, target string) error {
	if err := formatOf(f.format); err != nil {
		return err
	}
	if f.last < 1 {
		return usage("give --last a number of 1 or more", "--last %d shows nothing", f.last)
	}
	switch f.filter.state {
	case "", stateTrusted, stateUntrusted, stateBad, stateUnsigned:
	default:
		return usage("trusted, untrusted, bad or unsigned", "there is no state %q", f.filter.state)
	}
	t, at, err := f.believed(target)
	if err != nil {
		return err
	}
	l, err := f.existing(target)
	if err != nil {
		return err
	}
	whose, err := l.Judge(t, at)
	if err != nil {
		return ledgerProblem(err)
	}
	rows, err := f.rows(l, t, at)
	if err != nil {
		return ledgerProblem(err)
	}
	if f.format == "json" {
		return f.json(w, whose, rows)
	}
	return f.text(w, whose, rows)
}

// rows reads no more of the ledger than it shows, unless it has to look for something, and judges no more signatures than it has to.
func (f *ledgerListFlags) rows(l *ledger.Ledger, t *sign.Trust, at time.Time) ([]ledgerRow, error) {
	from := int64(0)
	if !f.all && !f.filter.set() {
		from = max(0, l.Size()-int64(f.last))
	}
	rows, batch := []ledgerRow{}, []ledger.Entry{}
	take := func() {
		rows = append(rows, f.chosen(batch, t, at)...)
		batch = batch[:0]
		if !f.all && len(rows) > f.last { // keep little of a long search
			rows = append(rows[:0], rows[len(rows)-f.last:]...)
		}
	}
	for e, err := range l.Entries(from, l.Size()) {
		if err != nil {
			return nil, err
		}
		if batch = append(batch, e); len(batch) == listBatch {
			take()
		}
	}
	take()
	if !f.atOnce() {
		spread(len(rows), func(i int) { rows[i].judge(t, at) })
	}
	return rows, nil
}

// atOnce says whether signatures are judged while entries are read, and not only those of the entries that are left in the end.
func (f *ledgerListFlags) atOnce() bool { return f.all || f.filter.state != "" }

// listBatch is how many entries are looked at together.
const listBatch = 1024

// chosen are the entries of a batch that the filter takes.
func (f *ledgerListFlags) chosen(batch []ledger.Entry, t *sign.Trust, at time.Time) []ledgerRow {
	all := make([]*ledgerRow, len(batch))
	spread(len(batch), func(i int) {
		r := decodedRow(batch[i], t)
		if !f.filter.takes(&r) {
			return
		}
		if f.atOnce() {
			r.judge(t, at)
			r.envelope, r.statement = sign.Envelope{}, sign.Statement{} // a list of all entries does not hold what they say
		}
		if f.filter.state != "" && r.State != f.filter.state {
			return
		}
		all[i] = &r
	})
	var rows []ledgerRow
	for _, r := range all {
		if r != nil {
			rows = append(rows, *r)
		}
	}
	return rows
}

// spread does n pieces of work on all cores.
func spread(n int, do func(i int)) {
	var workers sync.WaitGroup
	var next atomic.Int64
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	workers.Wait()
}

func (f *ledgerListFlags) text(out io.Writer, whose ledger.Report, rows []ledgerRow) error {
	w := bufio.NewWriter(out)
	table := [][]string{{"index", "when", "what", "about", "signed by"}}
	for _, r := range rows {
		when := "-"
		if r.Time != nil {
			when = r.Time.Format(time.RFC3339)
		}
		table = append(table, []string{fmt.Sprint(r.Index), when, plain(r.what()), plain(r.subject()), plain(r.signedBy())})
	}
	columns(w, table)
	switch {
	case len(rows) == 0:
		fmt.Fprintf(w, "no entry of %d is like that\n", whose.Size)
	case int64(len(rows)) == whose.Size:
		fmt.Fprintf(w, "%s\n", entriesOf(whose.Size))
	case f.filter.set():
		fmt.Fprintf(w, "%d of %s\n", len(rows), entriesOf(whose.Size))
	default:
		fmt.Fprintf(w, "the last %d of %s; --all shows all\n", len(rows), entriesOf(whose.Size))
	}
	fmt.Fprintf(w, "checkpoint of %s, %s\n", whose.Origin, signedBy(whose.Signer))
	return w.Flush()
}

func entriesOf(n int64) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

// signedBy tells whose checkpoint it is.
func signedBy(s sign.Signer) string {
	switch {
	case s.Trusted:
		return "signed by " + plain(s.Name) + ", trusted"
	case s.Name != "":
		return "signed by " + plain(s.Name) + ", not trusted: " + plain(s.Why)
	}
	return "not trusted: " + plain(s.Why)
}

// columns writes a table, numbers to the right in its first column.
func columns(w io.Writer, table [][]string) {
	if len(table) == 1 {
		return
	}
	wide := make([]int, len(table[0]))
	for _, row := range table {
		for i, cell := range row {
			wide[i] = min(60, max(wide[i], displaywidth.String(cell)))
		}
	}
	for _, row := range table {
		for i, cell := range row {
			gap := max(0, wide[i]-displaywidth.String(cell))
			switch i {
			case 0:
				fmt.Fprintf(w, "%*s%s", gap, "", cell)
			case len(row) - 1:
				fmt.Fprintf(w, "  %s\n", cell)
			default:
				fmt.Fprintf(w, "  %s%*s", cell, gap, "")
			}
		}
	}
}

func (f *ledgerListFlags) json(w io.Writer, whose ledger.Report, rows []ledgerRow) error {
	return ledgerJSON(w, struct {
		Schema  string        `json:"schema"`
		Tool    lodemark.Tool `json:"tool"`
		Ledger  ledgerHead    `json:"ledger"`
		Entries []ledgerRow   `json:"entries"`
	}{"lodemark.ledger-list/1", toolOf(), headOf(whose), rows})
}

func ledgerJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// ledgerHead is what a report says of the ledger as a whole.
type ledgerHead struct {
	Origin    string           `json:"origin"`
	Size      int64            `json:"size"`
	Root      string           `json:"root"`
	Signer    ledgerSigner     `json:"signer"`
	Witnesses []ledgerCosigned `json:"witnesses,omitempty"`
	Unknown   int              `json:"unknown_signatures,omitempty"`
}

type ledgerCosigned struct {
	ledgerSigner
	As   string     `json:"as"`
	Time *time.Time `json:"time,omitempty"`
}

func headOf(r ledger.Report) ledgerHead {
	h := ledgerHead{Origin: r.Origin, Size: r.Size, Root: r.Root, Unknown: r.Unknown, Signer: signerOf(r.Signer)}
	for _, w := range r.Witnesses {
		c := ledgerCosigned{ledgerSigner: signerOf(w.Signer), As: w.As}
		if !w.Time.IsZero() {
			c.Time = &w.Time
		}
		h.Witnesses = append(h.Witnesses, c)
	}
	return h
}

func signerOf(s sign.Signer) ledgerSigner {
	return ledgerSigner{Name: s.Name, Key: s.KeyID, Trusted: s.Trusted, Why: s.Why}
}
