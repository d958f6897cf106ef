package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/durable"
	"github.com/lodemark/lodemark/internal/pattern"
)

type decideFlags struct {
	path, by, requestedBy, reason, until, at string
	files                                    []string
	open                                     bool
	kept                                     keptFlags
	threat                                   threatFlags
}

func decideCommand() *cobra.Command {
	var f decideFlags
	c := &cobra.Command{
		Use:   "decide KIND CLAUSE|GUIDELINE|FINGERPRINT... | decide KIND --threat ID | decide --open",
		Short: "Record what a named person decides: attest, accept, defer, mitigate, avoid and the like",
		Long: "Decide writes a text file under .lodemark/decisions, to be reviewed and committed like code.\n" +
			"Each clause or finding gets a file of its own; a guideline stands for all its clauses. Nothing is written unless all can be.\n" +
			"A decision is bound to the bytes it is about (--file, default lodemark.yaml) or to one finding, and always ends:\n" +
			"accept and defer within 180 days, the others within 365. Who asks for an accept, defer or not-applicable may not\n" +
			"be the one who decides it.\n\n" +
			"With --threat it is about a threat of the library to the system as threats.yaml models it, at one place (--component) or\n" +
			"at all: mitigate (--mitigation, --due), accept, transfer, avoid or not-applicable. Who owns the risk asks (--requested-by),\n" +
			"another approves (--by). It ends when the threat model says something else; comments and spacing do not matter.\n\n" +
			"--open lists the threats of high severity that nobody has decided about: where, why, and the command that decides. With --trust it\n" +
			"leaves out what records of earlier runs show to be dealt with.",
		Example: "  lodemark decide --open\n" +
			"  lodemark decide attest SD-1.1 --by \"Product owner\" --file threats.yaml --until 2027-03-01 \\\n" +
			"      --reason \"Read and agreed the threat model of this release\"\n" +
			"  lodemark decide attest SD-1.2 SD-1.5 SD-1.6 --by \"Team lead\" --file docs/training-record.md --until 2027-03-01 \\\n" +
			"      --reason \"The record is whole and true\"\n" +
			"  lodemark decide accept 3f2a9c0d1e2b4a5c6d7e8f90 --by \"Risk owner\" --requested-by \"ML engineer\" \\\n" +
			"      --until 2027-01-15 --reason \"The base image is rebuilt in the next sprint\"\n" +
			"  lodemark decide mitigate --threat LDM-T12 --component agent --mitigation LDM-C03 --due 2026-12-15 \\\n" +
			"      --by \"Risk owner\" --requested-by \"Product owner\" --until 2027-06-30 --reason \"Tool calls are confirmed by people from December\"",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case f.open && (len(args) > 0 || len(f.threat.ids) > 0 || f.threat.placed()):
				return usage("lodemark decide --open --path DIR", "--open lists what is to be decided, and decides nothing")
			case f.open:
				return nil
			case len(f.kept.trust.paths) > 0 || f.kept.ledger != "":
				return usage("lodemark decide --open --trust FILE", "--trust and --ledger go with --open")
			case len(f.threat.ids) > 0 && len(args) != 1:
				return usage("lodemark decide mitigate --threat LDM-T12 ...", "with --threat, decide takes a kind and nothing else, got %d argument(s)", len(args))
			case len(f.threat.ids) == 0 && f.threat.any():
				return usage("name the threat with --threat", "--component, --mitigation, --due, --model and --library go with --threat")
			}
			if len(args) < 2 && len(f.threat.ids) == 0 {
				return usage("lodemark decide --help shows examples", "decide takes a kind and at least one clause, guideline or fingerprint, got %d argument(s)", len(args))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if f.open {
				return f.listOpen(c.Context(), c.OutOrStdout(), c.ErrOrStderr())
			}
			return f.run(c.OutOrStdout(), args[0], args[1:])
		},
	}
	fl := c.Flags()
	fl.StringVar(&f.path, "path", ".", "the folder that holds the AI system")
	fl.StringVar(&f.by, "by", "", "the named person or role who decides")
	fl.StringVar(&f.requestedBy, "requested-by", "", "who asked for it (accept, defer, not-applicable)")
	fl.StringVar(&f.reason, "reason", "", "why, in a sentence that a reviewer can judge")
	fl.StringVar(&f.until, "until", "", "the day it ends, YYYY-MM-DD")
	fl.StringVar(&f.at, "at", "", "the day it is made (default: today)")
	fl.StringArrayVar(&f.files, "file", nil, "file of the system that it is bound to, repeatable (default lodemark.yaml)")
	fl.BoolVar(&f.open, "open", false, "list the threats of high severity that lack a decision, and decide nothing")
	f.kept.add(c)
	f.threat.add(fl)
	return c
}

func (f *decideFlags) run(stdout io.Writer, kind string, about []string) error {
	template := lodemark.Decision{Kind: lodemark.DecisionKind(kind), By: f.by, RequestedBy: f.requestedBy, Reason: f.reason}
	if !slices.Contains(lodemark.DecisionKinds(), template.Kind) {
		return usage("use attest, accept, defer, not-applicable or trade-off; with --threat, mitigate, accept, transfer, avoid or not-applicable", "there is no kind of decision %q", kind)
	}
	if err := f.times(&template); err != nil {
		return err
	}
	if len(f.threat.ids) > 0 {
		decisions, err := f.ofThreats(template)
		if err != nil {
			return err
		}
		return f.saveAll(stdout, decisions)
	}
	subjects, err := subjectsOf(about)
	if err != nil {
		return err
	}
	decisions := make([]lodemark.Decision, 0, len(subjects))
	for _, s := range subjects {
		d := template
		d.Clause, d.Finding = s.clause, s.finding
		if err := f.bind(&d); err != nil {
			return err
		}
		name := fmt.Sprintf("%s-%s-%s.yaml", d.Date.Format(time.DateOnly), d.Kind, strings.ToLower(s.clause+s.finding))
		d.ID = path.Join(assess.DecisionFolder, name)
		if err := sound(d); err != nil {
			return err
		}
		decisions = append(decisions, d)
	}
	return f.saveAll(stdout, decisions)
}

// sound says what is wrong with a decision. Reading it back applies every rule of a decision file before anything is written.
func sound(d lodemark.Decision) error {
	if _, err := lodemark.ParseDecision(d.ID, d.YAML()); err != nil {
		return usage("lodemark decide --help shows examples", "%s", ruleOnly(err))
	}
	if d.SelfApproved() {
		return usage("let somebody else decide it", "%s asked for it and may not be the one who decides: it would have no effect", d.By)
	}
	return nil
}

// saveAll writes all decisions or none.
func (f *decideFlags) saveAll(stdout io.Writer, decisions []lodemark.Decision) error {
	for _, d := range decisions {
		if _, err := os.Lstat(filepath.Join(f.path, filepath.FromSlash(d.ID))); err == nil {
			return usage("edit it, or remove it first", "%s is there already", filepath.Join(f.path, filepath.FromSlash(d.ID)))
		}
	}
	for _, d := range decisions {
		if err := f.save(stdout, d); err != nil {
			return err
		}
	}
	return nil
}

// subject is what one decision is about: a clause or a finding.
type subject struct{ clause, finding string }

// subjectsOf reads clauses, guidelines (all their clauses) and fingerprints; commas separate as spaces do.
func subjectsOf(about []string) ([]subject, error) {
	var all []subject
	for _, word := range strings.FieldsFunc(strings.Join(about, ","), func(r rune) bool { return r == ',' || r == ' ' }) {
		if c, ok := lodemark.Guidelines().Clause(word); ok {
			all = append(all, subject{clause: c.ID})
			continue
		}
		if g, ok := lodemark.Guidelines().Guideline(word); ok {
			for _, c := range g.Clauses {
				all = append(all, subject{clause: c.ID})
			}
			continue
		}
		if !fingerprint.MatchString(word) {
			return nil, usage("lodemark guide lists clauses and guidelines; fingerprints stand in the JSON and HTML reports", "%q is neither a clause, nor a guideline, nor the fingerprint of a finding", word)
		}
		all = append(all, subject{finding: strings.ToLower(word)})
	}
	return all, nil
}

var fingerprint = pattern.New(`^[0-9a-fA-F]{24}$`)

func (f *decideFlags) save(stdout io.Writer, d lodemark.Decision) error {
	file := filepath.Join(f.path, filepath.FromSlash(d.ID))
	if dir := linked(f.path, filepath.FromSlash(d.ID)); dir != "" { // the target's link could lead out of it
		return usage("put a folder in its place", "%s is no folder, or a link to one, and links are not followed", plain(dir))
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return usage("is the folder writable?", "make the folder of decisions: %w", err)
	}
	err := durable.CreateNew(file, 0o644, func(w io.Writer) error { _, err := w.Write(d.YAML()); return err })
	if err != nil {
		return usage("is the folder writable?", "write %s: %w", file, err)
	}
	fmt.Fprintf(stdout, "wrote %s: have it reviewed and commit it; it ends on %s\n", file, d.Until.Format(time.DateOnly))
	return nil
}

// ruleOnly lists the broken rules without the place in a file that does not exist yet.
func ruleOnly(err error) string {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var parts []string
		for _, e := range joined.Unwrap() {
			parts = append(parts, ruleOnly(e))
		}
		return strings.Join(parts, "; ")
	}
	if fe := (*lodemark.FileError)(nil); errors.As(err, &fe) {
		return fe.Message
	}
	return err.Error()
}

func (f *decideFlags) times(d *lodemark.Decision) error {
	at, err := parseTime(f.at)
	if err != nil {
		return usage("write --at YYYY-MM-DD", "read --at: %w", err)
	}
	if at.IsZero() {
		at = time.Now()
	}
	d.Date = at.UTC().Truncate(24 * time.Hour)
	if f.until == "" {
		latest := d.Date.Add(d.Kind.Ceiling())
		return usage("write --until YYYY-MM-DD, at the latest "+latest.Format(time.DateOnly), "a decision needs an end")
	}
	if d.Until, err = time.Parse(time.DateOnly, f.until); err != nil {
		return usage("write --until YYYY-MM-DD", "read --until: %q is no day", f.until)
	}
	return nil
}

// bind computes the digests of what the decision is about.
func (f *decideFlags) bind(d *lodemark.Decision) error {
	tree, err := bound.Open(f.path, bound.Limits{})
	if err != nil {
		return unknown("name the folder with --path", "%w", &assess.TargetError{Target: f.path, Err: err})
	}
	defer tree.Close()
	files := f.files
	if len(files) == 0 && d.Finding == "" && d.Threat == "" {
		files = []string{assess.DeclarationFile}
	}
	for _, name := range files {
		name = path.Clean(filepath.ToSlash(name))
		sum, err := tree.Digest(name)
		if err != nil {
			return usage("name a file inside the folder with --file, or write a lodemark.yaml with lodemark init", "bind the decision to %s: %w", name, err)
		}
		d.Bound = append(d.Bound, lodemark.Digest{Path: name, SHA256: strings.TrimPrefix(sum, "sha256:")})
	}
	return nil
}
