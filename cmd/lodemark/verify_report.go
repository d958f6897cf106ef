package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/dossier"
	"github.com/lodemark/lodemark/internal/durable"
	"github.com/lodemark/lodemark/internal/ledger"
	"github.com/lodemark/lodemark/internal/record"
	"github.com/lodemark/lodemark/internal/sign"
)

// writeDossier writes what the verdicts rest on, for somebody else.
func (f *assessFlags) writeDossier(ctx context.Context, r *lodemark.Run, target string) error {
	if f.dossier == "" {
		return nil
	}
	for _, g := range r.Gaps {
		if g.Path == record.Dir && g.Needed {
			return unknown("lodemark ledger verify says what is wrong with it", "no dossier is written, since the ledger could not be read wholly: %s", plain(g.Reason))
		}
	}
	kept, err := keptEntries(ctx, ledgerOf(f.kept.ledger, target), r.Evidence)
	if err != nil {
		return unknown("lodemark ledger verify says what is wrong with it", "read the ledger again: %w", err)
	}
	data, err := dossier.Of(r.Tool, r.Input(), r.Assessment, kept).Seal(f.keep.signer)
	if err != nil {
		return unknown("assess a folder in which something can be examined", "%w", err)
	}
	err = durable.WriteFile(f.dossier, 0o644, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return usage("is the folder writable?", "write %s: %w", f.dossier, err)
	}
	return nil
}

// keptEntries are the signed statements from which the records of earlier runs come, each once, with its proof.
func keptEntries(ctx context.Context, dir string, evidence []lodemark.Evidence) ([]dossier.Entry, error) {
	var wanted []int64
	for _, e := range evidence {
		if e.Kept != nil && !slices.Contains(wanted, e.Kept.Entry) {
			wanted = append(wanted, e.Kept.Entry)
		}
	}
	if len(wanted) == 0 {
		return []dossier.Entry{}, nil
	}
	slices.Sort(wanted)
	l, err := ledger.Open(dir)
	if err != nil {
		return nil, err
	}
	var out []dossier.Entry
	for _, i := range wanted {
		proof, err := l.Prove(i)
		if err != nil {
			return nil, err
		}
		e := dossier.Entry{Index: i, Proof: string(proof)}
		for entry, err := range l.Entries(i, i+1) {
			if err != nil {
				return nil, err
			}
			aside, err := record.AsideOf(dir, entry.Data)
			if err != nil {
				return nil, err
			}
			e.Aside = string(aside)
		}
		out = append(out, e)
	}
	return out, ctx.Err()
}

type verifyReportFlags struct {
	trust  trustFlags
	target string
	format string
	only   bool
	at     string
	ledger string
}

func verifyReportCommand() *cobra.Command {
	var f verifyReportFlags
	c := &cobra.Command{
		Use:   "verify-report FILE",
		Short: "Derive the verdicts of a signed report again, and say where they differ",
		Long: "Verify-report reads a dossier (lodemark assess --dossier FILE), checks who signed it, derives its verdicts again from the evidence in it, and\n" +
			"holds it against the files of the system in --path: their digests, and what the same checks see in them now, at the report's own time.\n" +
			"Records of earlier runs have to be signed by somebody you trust and proven to be in their ledger. Nothing is executed, nobody is contacted.\n\n" +
			"Exit codes: 0 the same verdicts, by somebody you trust; 1 a difference, or signed by nobody you trust; 2 wrong command line or no dossier;\n" +
			"3 could not find out (no such folder).",
		Example: "  lodemark verify-report release.dossier --trust auditor/trust.yaml --path .\n  lodemark verify-report release.dossier --trust release.pem --records-only",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c.Context(), args[0], c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	f.trust.add(c)
	c.Flags().StringVar(&f.target, "path", ".", "the folder that holds the system's files")
	c.Flags().BoolVar(&f.only, "records-only", false, "hold it against no files: derive the verdicts from the evidence in it alone")
	c.Flags().StringVar(&f.ledger, "ledger", "", "the ledger's folder, where --path has one elsewhere (default: "+record.Dir+" in --path)")
	c.Flags().StringVar(&f.at, "at", "", "when the signer's key has to be good (default: now, since whoever signs writes any date into a report)")
	c.Flags().StringVarP(&f.format, "format", "f", "text", "text or json")
	return c
}

// reportChecked is what verify-report found out.
type reportChecked struct {
	Schema      string               `json:"schema"`
	Tool        lodemark.Tool        `json:"tool"`
	File        string               `json:"file"`
	System      string               `json:"system"`
	At          time.Time            `json:"at"`
	MadeBy      lodemark.Tool        `json:"made_by"`
	Signer      string               `json:"signer"`
	Key         string               `json:"key"`
	Trusted     bool                 `json:"trusted"`
	Why         string               `json:"why,omitempty"`
	Kept        int                  `json:"kept"`  // records of earlier runs in it
	Files       int                  `json:"files"` // that its verdicts are bound to
	Compared    bool                 `json:"compared"`
	Same        bool                 `json:"same"`
	Differences []dossier.Difference `json:"differences"`
}

func (f *verifyReportFlags) run(ctx context.Context, file string, stdout, stderr io.Writer) error {
	if f.format != "text" && f.format != "json" {
		return usage("use text or json", "verify-report has no format %q", f.format)
	}
	at, err := timeOf(f.at)
	if err != nil {
		return err
	}
	if !f.only {
		f.trust.apart = append(f.trust.apart, f.target)
	}
	trust, err := f.trust.read()
	if err != nil {
		return err
	}
	data, err := readSome(file, dossier.MaxBytes+1)
	if err != nil {
		return usage("lodemark assess --dossier FILE writes one", "%w", err)
	}
	envelope, said, err := dossier.Read(data)
	if err != nil {
		return usage("lodemark assess --dossier FILE writes one; this is none, or was changed", "%s: %w", file, err)
	}
	out := &reportChecked{Schema: "lodemark.verify-report/1", Tool: toolOf(), File: file, System: said.System.Name, At: said.At, MadeBy: said.Tool, Files: len(said.Current),
		Compared: !f.only, Differences: []dossier.Difference{}}
	signer, err := envelope.Verify(trust, at)
	var untrusted *sign.UntrustedError
	if err != nil && !errors.As(err, &untrusted) {
		return &exit{code: exitGate, err: fmt.Errorf("%s: %w", file, err), hint: "it was changed after it was signed: believe nothing in it"}
	}
	out.Signer, out.Key, out.Trusted, out.Why = signer.Name, signer.KeyID, err == nil && signer.Trusted, signer.Why
	d, kept, unproven := said.Believed(trust)
	out.Kept = len(kept)
	out.Differences = append(append(out.Differences, unproven...), d.Overstated(knownChecks())...)
	out.Differences = append(out.Differences, d.Derive()...)
	if !f.only {
		more, err := f.compare(ctx, d, kept, trust, stderr)
		if err != nil {
			return err
		}
		out.Differences = append(out.Differences, more...)
	}
	out.Differences = once(out.Differences)
	out.Same = len(out.Differences) == 0
	if f.format == "json" {
		err = writeJSON(stdout, out)
	} else {
		err = out.text(stdout)
	}
	switch {
	case err != nil:
		return err
	case !out.Trusted:
		return &exit{code: exitGate, err: errors.New("the report is signed by nobody you trust"), hint: "name the signer's public key, which you have from them: --trust FILE"}
	case !out.Same:
		return &exit{code: exitGate, err: fmt.Errorf("not as the report says: %s", count(len(out.Differences), "difference"))}
	}
	return nil
}

// compare looks at the files of the system, and assesses them again as of the report's time.
func (f *verifyReportFlags) compare(ctx context.Context, d dossier.Dossier, kept []lodemark.Evidence, trust *sign.Trust, stderr io.Writer) ([]dossier.Difference, error) {
	kept, err := f.beside(ctx, d, kept, trust, stderr)
	if err != nil {
		return nil, err
	}
	progress := newProgress(stderr, false)
	r, err := assess.Run(ctx, assess.Options{Target: f.target, Practices: practices(), At: d.At, Tool: toolOf(), Progress: progress.step, Named: d.System.Name,
		Kept: func(context.Context, string, time.Time) ([]lodemark.Evidence, []lodemark.Gap) { return kept, nil }})
	progress.clear()
	if err != nil {
		return nil, unknown("name the folder that holds the system's files: --path DIR, or --records-only", "%w", err)
	}
	return d.Against(r.Current, r), nil
}

// beside adds what the ledger in --path holds and the report does not: a record that was left out counts as much as one that is in it.
func (f *verifyReportFlags) beside(ctx context.Context, d dossier.Dossier, kept []lodemark.Evidence, trust *sign.Trust, stderr io.Writer) ([]lodemark.Evidence, error) {
	l := record.Load(ctx, record.Source{Ledger: record.Ledger{Dir: ledgerOf(f.ledger, f.target)}, Trust: trust, At: d.At, System: d.System.Name})
	for _, g := range l.Gaps {
		fmt.Fprintf(stderr, "lodemark: %s: %s\n", plain(g.Path), plain(g.Reason))
		if g.Needed {
			return nil, unknown("lodemark ledger verify says what is wrong with it", "the ledger of %s cannot be read wholly, so that nobody can tell what the report leaves out", plain(f.target))
		}
	}
	for _, e := range l.Evidence {
		in := slices.ContainsFunc(kept, func(k lodemark.Evidence) bool { return k.ID == e.ID && k.Check == e.Check && k.At.Equal(e.At) })
		if !in && e.Kept.Trusted {
			kept = append(kept, e)
		}
	}
	return kept, nil
}

func (r *reportChecked) text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: the system %q, by its own word assessed on %s by %s %s\n", plain(r.File), r.System, r.At.Format(time.RFC3339), plain(r.MadeBy.Name), plain(r.MadeBy.Version))
	if r.Trusted {
		fmt.Fprintf(&b, "signed by %s, whom you trust (%s)\n", plain(r.Signer), plain(r.Key))
	} else {
		fmt.Fprintf(&b, "NOT TRUSTED: %s\n", plain(r.Why))
	}
	what := "derived again from its evidence"
	if r.Compared {
		what += ", and from the files themselves"
	}
	fmt.Fprintf(&b, "verdicts %s: %s bound to, %s of earlier runs\n", what, count(r.Files, "file"), count(r.Kept, "record"))
	for _, d := range r.Differences {
		fmt.Fprintf(&b, "\n%s %s\n  said  %s\n  now   %s\n", d.What, plain(d.Which), plain(d.Said), plain(d.Now))
	}
	if r.Same {
		if r.Compared {
			b.WriteString("the same verdicts on all clauses, the same records and findings\n")
		} else {
			b.WriteString("the same verdicts on all clauses; whether the records say what is in the files was not looked at\n")
		}
	} else {
		fmt.Fprintf(&b, "\n%s\n", count(len(r.Differences), "difference"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// knownChecks are all checks of this program, made by an assessment or by a command.
func knownChecks() []lodemark.Check {
	var all []lodemark.Check
	for _, p := range practices() {
		all = append(append(all, p.Checks...), p.Kept...)
	}
	return all
}

// once tells each difference once: a verdict may differ from what the records give, and from what the files give.
func once(all []dossier.Difference) []dossier.Difference {
	out := []dossier.Difference{}
	for _, d := range all {
		if !slices.ContainsFunc(out, func(o dossier.Difference) bool { return o.What == d.What && o.Which == d.Which && o.Now == d.Now }) {
			out = append(out, d)
		}
	}
	return out
}
