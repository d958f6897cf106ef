package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/durable"
	"github.com/lodemark/lodemark/internal/ledger"
)

type ledgerShowFlags struct {
	ledgerFlags
	format string
	raw    bool
	output string
}

func ledgerShowCommand() *cobra.Command {
	var f ledgerShowFlags
	c := &cobra.Command{
		Use:   "show INDEX [PATH]",
		Short: "Show one entry: its signatures, judged, and what it says",
		Long: "Show decodes an entry. It is proven to lead to the checkpoint, and its signatures are judged by --trust.\n\n" +
			"Exit codes: 0 shown; 1 the ledger is damaged; 2 wrong command line; 3 no such entry.",
		Example: "  lodemark ledger show 17 --trust release.pub\n  lodemark ledger show 17 --raw -o 17.dsse.json",
		Args:    indexArgs,
		RunE: func(c *cobra.Command, args []string) error {
			index, target, err := indexAndPath(args)
			if err != nil {
				return err
			}
			return f.run(c.OutOrStdout(), target, index)
		},
	}
	f.add(c)
	f.addTrust(c)
	c.Flags().StringVarP(&f.format, "format", "f", "text", "text or json")
	c.Flags().BoolVar(&f.raw, "raw", false, "the bytes of the entry, and nothing else")
	c.Flags().StringVarP(&f.output, "output", "o", "", "write to this file")
	return c
}

func (f *ledgerShowFlags) run(stdout io.Writer, target string, index int64) error {
	if err := formatOf(f.format); err != nil {
		return err
	}
	t, at, err := f.believed(target)
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
	for e, err := range l.Entries(index, index+1) {
		if err != nil {
			return ledgerProblem(err)
		}
		row := rowOf(e, t, at)
		return toFile(f.output, stdout, func(w io.Writer) error {
			switch {
			case f.raw:
				_, err := w.Write(e.Data)
				return err
			case f.format == "json":
				return f.json(w, e, row)
			}
			return row.text(w)
		})
	}
	return nil
}

// toFile writes to a file, whole or not at all, or to standard output where none is named.
func toFile(name string, stdout io.Writer, write func(io.Writer) error) error {
	if name == "" {
		w := bufio.NewWriter(stdout)
		return cmp.Or(write(w), w.Flush())
	}
	if err := durable.WriteFile(name, 0o644, write); err != nil {
		return usage("is the folder there, and writable?", "write %s: %w", plain(name), err)
	}
	return nil
}

func (r *ledgerRow) text(w io.Writer) error {
	fmt.Fprintf(w, "entry      %d (%d bytes, leaf hash %s)\n", r.Index, r.Bytes, r.LeafHash)
	fmt.Fprintf(w, "kind       %s\n", plain(strings.TrimSpace(r.Kind+" "+r.Type)))
	if r.Time != nil {
		fmt.Fprintf(w, "when       %s, by its own word\n", r.Time.Format(time.RFC3339))
	}
	for _, s := range r.Subjects {
		for _, algorithm := range slices.Sorted(maps.Keys(s.Digest)) {
			fmt.Fprintf(w, "about      %s %s:%s\n", plain(s.Name), plain(algorithm), plain(s.Digest[algorithm]))
		}
	}
	for _, s := range r.Signers {
		judged := "trusted"
		if !s.Trusted {
			judged = "not trusted: " + cmp.Or(s.Why, "you name no such key")
		}
		fmt.Fprintf(w, "signed by  %s, %s\n", plain(strings.TrimSpace(s.Name+" "+s.Key)), plain(judged))
	}
	fmt.Fprintf(w, "state      %s\n", plain(strings.TrimSuffix(r.State+": "+r.Why, ": ")))
	body := r.statement.Predicate
	if r.Kind == "envelope" {
		body = r.envelope.Payload
	}
	var pretty bytes.Buffer
	if body != nil && json.Indent(&pretty, body, "", "  ") == nil {
		fmt.Fprintln(w)
		for line := range strings.SplitSeq(pretty.String(), "\n") {
			fmt.Fprintln(w, plain(line))
		}
	}
	return nil
}

func (f *ledgerShowFlags) json(w io.Writer, e ledger.Entry, row ledgerRow) error {
	out := struct {
		Schema    string          `json:"schema"`
		Tool      lodemark.Tool   `json:"tool"`
		Entry     ledgerRow       `json:"entry"`
		Predicate json.RawMessage `json:"predicate,omitempty"` // of a statement
		Payload   []byte          `json:"payload,omitempty"`   // of another envelope
		Data      []byte          `json:"data,omitempty"`      // of what is neither
	}{Schema: "lodemark.ledger-entry/1", Tool: toolOf(), Entry: row}
	switch row.Kind {
	case "statement":
		out.Predicate = row.statement.Predicate
	case "envelope":
		out.Payload = row.envelope.Payload
	default:
		out.Data = e.Data
	}
	return ledgerJSON(w, out)
}
