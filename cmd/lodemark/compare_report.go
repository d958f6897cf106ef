package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/design/compare"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/report"
)

// choiceOf turns a comparison into what reports draw. Text of candidates that looks like a secret is hidden here.
func choiceOf(c *compare.Comparison) *report.Choice {
	out := &report.Choice{Tool: toolOf(), At: c.At, Need: c.Need.String()}
	for i, k := range c.Candidates {
		out.Candidates = append(out.Candidates, report.ChoiceCandidate{Name: k.Name, Kind: string(k.Kind), Path: k.Path, Reference: k.Reference, Provider: k.Provider, Model: k.Model,
			Revision: k.Revision.Value, Disqualified: c.Disqualified(i)})
	}
	for _, k := range compare.Criteria() {
		row := report.ChoiceCriterion{ID: k.ID, Title: k.Title, Asks: k.Asks}
		for _, j := range c.Judgements[k.ID] {
			cell := report.ChoiceJudgement{State: report.ChoiceState(j.State.String())}
			for _, s := range j.Signals {
				cell.Signals = append(cell.Signals, report.ChoiceSignal{Name: s.Name, State: report.ChoiceState(s.State.String()), Value: assess.Mask(s.Value), At: s.At, Declared: s.Declared})
			}
			row.Judgements = append(row.Judgements, cell)
		}
		out.Criteria = append(out.Criteria, row)
	}
	out.Threats = choiceThreats(c.Threats)
	return out
}

func choiceThreats(t *compare.Threats) *report.ChoiceThreats {
	if t == nil {
		return nil
	}
	out := &report.ChoiceThreats{Model: t.Model, Component: t.Component, Kind: t.Now, Same: t.Same}
	for _, set := range t.Settings {
		var lines []string
		for _, s := range set {
			line := s.String()
			if s.At != "" {
				line += " (" + s.At + ")"
			}
			lines = append(lines, line)
		}
		out.Settings = append(out.Settings, lines)
	}
	for _, n := range t.Totals {
		out.Totals = append(out.Totals, report.ChoiceTotal{Apply: n.Apply, Open: n.Open})
	}
	for _, r := range t.Rows {
		row := report.ChoiceThreat{ID: r.ID, Title: r.Title, Severity: r.Severity, Now: r.Now}
		for _, k := range r.Cells {
			row.Cells = append(row.Cells, report.ChoiceChange{Change: string(k.Change), Status: k.Status, Why: k.Why, Opens: k.Opens})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// threaten puts the candidates into the system's threat model.
func (f *compareFlags) threaten(c *compare.Comparison, at time.Time) error {
	data, err := readSome(f.threats, 8<<20)
	if err != nil {
		return unknown("lodemark threats init drafts one", "%w", err)
	}
	m, problems := threat.Load(filepath.ToSlash(f.threats), data)
	if len(problems) > 0 {
		return usage("lodemark schema threat-model prints the layout", "%s", plainLines(problems.Error()))
	}
	var own []threat.File
	if f.library != "" {
		if own, err = libraryFiles(f.library); err != nil {
			return err
		}
	}
	lib, problems := threat.LoadLibrary(own...)
	if len(problems) > 0 {
		return usage("mend the library, or leave --library out", "%s", plainLines(problems.Error()))
	}
	if err := c.Threaten(compare.ThreatInput{Model: m, Library: lib, Component: f.component, Now: at}); err != nil {
		return usage("--as names a component of kind model, model_server, hosted_model_api, embedding_model or guard_model", "%w", err)
	}
	return nil
}

// libraryFiles reads the files of a folder of threats.
func libraryFiles(dir string) (all []threat.File, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, usage("name a folder of files in the library's format", "open %q: there is no such folder", dir)
	}
	for _, e := range entries {
		if ext := strings.ToLower(filepath.Ext(e.Name())); e.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		name := filepath.Join(dir, e.Name())
		data, err := readSome(name, 8<<20)
		if err != nil {
			return nil, unknown("is it readable?", "%w", err)
		}
		all = append(all, threat.File{Name: filepath.ToSlash(name), Data: data})
	}
	return all, nil
}

// checkRecord says whether a decision has to be opened again.
func (f *compareFlags) checkRecord(ctx context.Context, r *compareRun, stdout io.Writer) error {
	data, err := readSome(f.check, 4<<20)
	if err != nil {
		return unknown("name a record that lodemark compare --record wrote", "%w", err)
	}
	record, err := compare.ReadRecord(plain(f.check), data)
	if err != nil {
		return usage("lodemark compare --record FILE writes a record that can be checked", "%w", err)
	}
	now := make([]map[string]string, len(record.Candidates))
	for i, k := range record.Candidates {
		c, err := f.reopen(ctx, k)
		var e *exit
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &e) && e.code == exitUnknown: // gone; what that means the record says
		case err != nil:
			return err
		default:
			now[i] = c.candidate.Seen(r.ask)
		}
	}
	return f.tellReopened(record, record.Reopened(now, r.at), stdout)
}

// reopen opens a candidate of a record again, as it was named then.
func (f *compareFlags) reopen(ctx context.Context, k compare.Recorded) (openedCandidate, error) {
	dir := filepath.Dir(f.check)
	if k.Description != "" {
		return openDescription(ctx, inFolder(dir, k.Description), k.Path != "")
	}
	revision := k.Revision
	if k.Reference == "" {
		revision = ""
	}
	return openCopy(ctx, copySource{path: inFolder(dir, k.Path), reference: k.Reference, revision: revision, hash: true})
}

func (f *compareFlags) tellReopened(record *compare.Record, all []compare.Reopening, stdout io.Writer) error {
	reopens, unsure := 0, 0
	for _, o := range all {
		word := "to know "
		switch {
		case o.Reopens:
			reopens++
			word = "re-open "
		case o.Unsure:
			unsure++
			word = "not sure"
		}
		subject := o.What
		if o.Candidate != "" {
			if subject = o.Candidate + ": " + o.What; o.What == "missing" {
				subject = o.Candidate
			}
		}
		if f.quiet {
			continue
		}
		if _, err := fmt.Fprintf(stdout, "%s  %s %s\n", word, plain(subject), plain(o.Why)); err != nil {
			return err
		}
	}
	switch {
	case reopens > 0:
		return &exit{exitGate, fmt.Errorf("decide again: %s for it", count(reopens, "reason")), "lodemark compare shows the candidates as they are now; --record writes the new decision"}
	case unsure > 0:
		return unknown("what is missing is named above", "%s could not be compared", count(unsure, "thing"))
	case !f.quiet:
		stands := "the decision of " + record.Decided + " stands"
		if record.Chosen != "" {
			stands += " (" + record.Chosen + ")"
		}
		compared := 0
		for _, k := range record.Candidates {
			compared += len(k.Seen)
		}
		_, err := fmt.Fprintf(stdout, "%s: %s of %s compared, next review %s\n", plain(stands), count(compared, "digest"), count(len(record.Candidates), "candidate"), record.NextReview)
		return err
	}
	return nil
}
