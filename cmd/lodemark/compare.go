package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark/design/compare"
	"github.com/lodemark/lodemark/internal/deps/osv"
	"github.com/lodemark/lodemark/internal/durable"
	"github.com/lodemark/lodemark/report"
)

type compareFlags struct {
	formats    []string
	output     string
	needs      []string
	advisories string
	threats    string
	component  string
	system     string
	library    string
	kept       keptFlags
	hub        string
	digest     bool
	record     string
	choose     string
	because    string
	by         string
	review     string
	check      string
	at         string
	quiet      bool
	verbose    bool
}

func compareCommand() *cobra.Command {
	var f compareFlags
	c := &cobra.Command{
		Use:   "compare CANDIDATE...",
		Short: "Set models that could be chosen side by side, by what bears on security",
		Long: "Compare looks at each candidate by 17 criteria: weight format, malicious content, signature, publisher, pinning, licence,\n" +
			"advisories, card, lineage, size, hosting, what it returns, stability, robustness, privacy, operations, fallback. Each has\n" +
			"signals with their places, and a state: good, poor, unknown, disqualifying. There is no total. Nothing of a candidate is\n" +
			"executed, and nobody is contacted.\n\n" +
			"A candidate is\n" +
			"  PATH                   a folder of weights with its card, or one file of weights\n" +
			"  org/name=PATH          the same, of a model of a hub; org/name@COMMIT=PATH says which commit\n" +
			"  org/name               the copy in the cache of the hub's client (--hub)\n" +
			"  FILE.yaml              a description: of a hosted model, or of a copy with what no file shows (lodemark schema candidate)\n\n" +
			"--threats FILE --as COMPONENT puts each candidate into the system's threat model in the place of a component, and shows\n" +
			"which threats each adds and removes. What records of earlier runs show of mitigations counts for the system as it is (--trust), and\n" +
			"what they show of the component counts for no candidate. --system DIR is the system that will load the candidate (default: the folder\n" +
			"of --threats): its lock files say in which version, where neither a description nor the candidate's own folder does.\n\n" +
			"--record FILE writes a decision record with digests of what was seen, the threat model among it; --check FILE says whether that\n" +
			"decision has to be opened again.\n\n" +
			"Exit codes: 0 done; 1 --choose names a disqualified candidate, or --check found a reason to decide again; 2 wrong command\n" +
			"line, or a broken description or record; 3 could not find out (no such candidate, nothing to compare with, a broken threat model).",
		Example: "  lodemark compare models/small models/large hosted.yaml --need memory=16GiB --need data=personal\n" +
			"  lodemark compare BAAI/bge-m3=models/bge-m3 hosted.yaml --threats threats.yaml --as chat-model --format html=choice.html\n" +
			"  lodemark compare models/small hosted.yaml --record docs/model-record.md --choose small --because \"fits, and stays here\" --by \"Platform lead\"\n" +
			"  lodemark compare --check docs/model-record.md --advisories advisories",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case f.check == "" && len(args) == 0:
				return usage("lodemark compare models/a models/b, or a description of a hosted model", "compare needs candidates")
			case f.check != "" && len(args) > 0:
				return usage("the record names its candidates", "--check takes no candidates")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return f.run(c.Context(), args, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	var names []string
	for _, r := range report.ChoiceFormats() {
		names = append(names, r.Name)
	}
	fl := c.Flags()
	fl.StringArrayVarP(&f.formats, "format", "f", nil, "report as NAME or NAME=FILE, repeatable: "+strings.Join(names, ", "))
	fl.StringVarP(&f.output, "output", "o", "", "write the one format to this file")
	fl.StringArrayVar(&f.needs, "need", nil, "what the task needs, repeatable: parameters=8B, memory=16GiB, context=32000, use=commercial, data=personal, region=eu")
	fl.StringVar(&f.advisories, "advisories", "", "a database of advisories (lodemark advisories update), for the packages that load or call a candidate")
	fl.StringVar(&f.threats, "threats", "", "the system's threat model (threats.yaml)")
	fl.StringVar(&f.component, "as", "", "the id of the component in it whose place the candidates take")
	fl.StringVar(&f.system, "system", "", "the folder of the system that will load the candidates, for versions from its lock files (default: that of --threats)")
	f.kept.add(c)
	fl.StringVar(&f.library, "library", "", "a folder of threats of your own, beside the library's")
	fl.StringVar(&f.hub, "hub", hubCache(), "the cache of the hub's client, for candidates named org/name alone")
	fl.BoolVar(&f.digest, "digest", false, "compute the digest of every file of a model, which reads them whole; --record does so too")
	fl.StringVar(&f.record, "record", "", "write a decision record to this file, which must not be there yet")
	fl.StringVar(&f.choose, "choose", "", "the name of the candidate that was chosen, for the record")
	fl.StringVar(&f.because, "because", "", "why, for the record")
	fl.StringVar(&f.by, "by", "", "who decided, for the record: a role or a name")
	fl.StringVar(&f.review, "review", "", "the day of the next review, YYYY-MM-DD (default: in 180 days)")
	fl.StringVar(&f.check, "check", "", "compare a record with what is there now, and say whether to decide again")
	fl.StringVar(&f.at, "at", "", "take this for the time of comparing (RFC 3339 or YYYY-MM-DD), so that two runs give the same bytes")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "no text report")
	fl.BoolVarP(&f.verbose, "verbose", "v", false, "every signal of every criterion, and what was set in the threat model")
	return c
}

// compareRun is one run with its flags understood.
type compareRun struct {
	sinks  []sinkOf[report.ChoiceFormat]
	at     time.Time
	review time.Time
	need   compare.Need
	ask    compare.Advisories
	old    map[string]string // why the database may be too old, by ecosystem
	closed func()
}

func (f *compareFlags) run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	r, err := f.understood(ctx)
	if err != nil {
		return err
	}
	defer r.closed()
	if f.check != "" {
		return f.checkRecord(ctx, r, stdout)
	}
	if err := notOver(args, r.sinks); err != nil {
		return err
	}
	if f.system == "" && f.threats != "" {
		f.system = folderAround(f.threats)
	}
	locks, err := systemLocks(ctx, f.system)
	if err != nil {
		return err
	}
	opened, err := f.candidates(ctx, args, locks)
	if err != nil {
		return err
	}
	candidates := make([]*compare.Candidate, len(opened))
	for i, o := range opened {
		candidates[i] = o.candidate
	}
	if f.choose != "" && !slices.ContainsFunc(candidates, func(c *compare.Candidate) bool { return c.Name == f.choose }) {
		return usage("the names are "+namesOf(candidates), "--choose %s is no candidate", f.choose)
	}
	comparison := compare.Judge(ctx, candidates, compare.Options{Need: r.need, At: r.at, Advisories: r.ask, Old: r.old})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if f.threats != "" {
		if err := f.threaten(ctx, comparison, r.at, stderr); err != nil {
			return err
		}
	}
	drawn := choiceOf(comparison)
	if f.record != "" {
		if err := f.writeRecord(comparison, opened, r); err != nil {
			return err
		}
		drawn.Record = f.record
	}
	name := func(s sinkOf[report.ChoiceFormat]) string { return s.format.Name }
	write := func(s sinkOf[report.ChoiceFormat], w io.Writer, o report.Options) error {
		return s.format.Write(w, drawn, o)
	}
	if err := writeAll(r.sinks, name, stdout, f.verbose, write); err != nil {
		return err
	}
	return f.verdict(comparison)
}

// verdict fails where what was chosen is not to be used as it is.
func (f *compareFlags) verdict(c *compare.Comparison) error {
	for i, k := range c.Candidates {
		if bad := c.Disqualified(i); k.Name == f.choose && len(bad) > 0 {
			return &exit{exitGate, fmt.Errorf("%s was chosen, and is disqualified by: %s", plain(k.Name), strings.ToLower(strings.Join(bad, ", "))), "mend what disqualifies it, or choose another"}
		}
	}
	return nil
}

// understood reads the flags before anything is opened.
func (f *compareFlags) understood(ctx context.Context) (*compareRun, error) {
	r := &compareRun{at: time.Now(), closed: func() {}}
	var err error
	known := namedFormats[report.ChoiceFormat]{"compare", report.ChoiceFormats(), func(r report.ChoiceFormat) string { return r.Name }}
	if r.sinks, err = sinksOf(f.formats, f.output, f.quiet, known); err != nil {
		return nil, err
	}
	if f.at != "" {
		if r.at, err = parseTime(f.at); err != nil {
			return nil, usage("write --at 2026-11-01 or --at 2026-11-01T12:00:00Z", "read --at: %w", err)
		}
	}
	if f.review != "" {
		if r.review, err = time.Parse(time.DateOnly, f.review); err != nil || !r.review.After(r.at) || r.review.After(r.at.AddDate(2, 0, 0)) {
			return nil, usage("write a day within two years, such as --review "+r.at.AddDate(0, 6, 0).Format(time.DateOnly), "--review %s is no day ahead of the decision", f.review)
		}
	}
	for _, n := range f.needs {
		if err := r.need.Add(n); err != nil {
			return nil, usage("lodemark compare --help lists the needs", "%w", err)
		}
	}
	switch {
	case (f.threats == "") != (f.component == ""):
		return nil, usage("--threats threats.yaml --as ID", "--threats and --as go together")
	case f.threats == "" && (len(f.kept.trust.paths) > 0 || f.kept.ledger != "" || f.kept.seen != ""):
		return nil, usage("--threats threats.yaml --as ID", "--trust, --ledger and --seen go with --threats")
	case f.library != "" && f.threats == "":
		return nil, usage("--threats threats.yaml --as ID --library DIR", "--library goes with --threats")
	case f.record == "" && (f.choose != "" || f.because != "" || f.by != "" || f.review != ""):
		return nil, usage("--record FILE", "--choose, --because, --by and --review go with --record")
	case f.check != "" && (f.record != "" || f.threats != "" || f.system != "" || len(f.needs) > 0):
		return nil, usage("--check goes with --advisories and --at", "--check compares a record, and takes none of the other flags")
	}
	if f.advisories != "" {
		db, err := openAdvisories(ctx, f.advisories, osv.CacheFolder())
		if err != nil {
			return nil, err
		}
		r.ask, r.closed, r.old = asking(db), func() { db.Close() }, map[string]string{}
		for ecosystem := range db.Info().Advisories {
			if why := report.OldSince(ecosystem, db.Info().Newest[ecosystem], r.at); why != "" {
				r.old[ecosystem] = why
			}
		}
	}
	return r, nil
}

// asking puts questions of a comparison to a database.
func asking(db *osv.Database) compare.Advisories {
	return func(ecosystem, name, version string) (out []compare.Advisory, known bool, err error) {
		if !db.Covers(ecosystem) {
			return nil, false, nil
		}
		found, err := db.Find(ecosystem, name)
		if err != nil {
			return nil, true, err
		}
		for _, a := range found {
			one := compare.Advisory{ID: a.ID, Title: a.Title, Malicious: a.Malicious}
			if version != "" {
				answer := a.Affects(ecosystem, version)
				if !answer.Affected && answer.Undecided == "" {
					continue
				}
				one.Fixed, one.Undecided = answer.Fixed, answer.Undecided
				if answer.Affected {
					one.Undecided = ""
				}
			}
			out = append(out, one)
		}
		return out, true, nil
	}
}

// writeRecord keeps what was seen and what was decided. It never replaces a record: an earlier decision stays what it was.
func (f *compareFlags) writeRecord(c *compare.Comparison, opened []openedCandidate, r *compareRun) error {
	dir := filepath.Dir(f.record)
	watched, err := f.watched(dir)
	if err != nil {
		return err
	}
	choice := compare.Choice{Chosen: f.choose, Because: f.because, By: f.by, Review: r.review, System: relative(dir, f.system), Threats: watched}
	for _, o := range opened {
		choice.Recorded = append(choice.Recorded, o.recorded(dir, r.ask))
	}
	text, err := c.Write(choice)
	if err != nil {
		return err
	}
	err = durable.CreateNew(f.record, 0o644, func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(text))
		return err
	})
	if errors.Is(err, fs.ErrExist) {
		return usage("write it under another name, or move the old one away", "%s is there already", plain(f.record))
	}
	if err != nil {
		return usage("is the folder there, and writable?", "write the record to %s: %w", plain(f.record), err)
	}
	return nil
}

func namesOf(all []*compare.Candidate) string {
	var names []string
	for _, c := range all {
		names = append(names, plain(c.Name))
	}
	return strings.Join(names, ", ")
}
