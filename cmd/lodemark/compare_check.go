package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/compare"
	"github.com/lodemark/lodemark/internal/bound"
)

// systemLocks are the versions that the lock files of a system fix; nil where no folder is named.
func systemLocks(ctx context.Context, dir string) (*compare.Locks, error) {
	if dir == "" {
		return nil, nil
	}
	tree, err := bound.Open(dir, bound.Limits{})
	if err != nil {
		return nil, unknown("name the folder of the system with --system", "open %q: %w", dir, err)
	}
	defer tree.Close()
	return compare.ReadLocks(ctx, tree, filepath.ToSlash(filepath.Clean(dir)), "")
}

// watched is the threat model that a record binds a decision to: the one that was named, or that of the system's folder.
func (f *compareFlags) watched(dir string) (*compare.Watched, error) {
	file := f.threats
	if at := filepath.Join(f.system, threatFile); file == "" && f.system != "" && isThere(at) {
		file = at
	}
	if file == "" {
		return nil, nil
	}
	data, err := readSome(file, mostThreatFile)
	if err != nil {
		return nil, unknown("lodemark threats init drafts one", "%w", err)
	}
	meaning, err := lodemark.ModelMeaning(data)
	if err != nil {
		return nil, unknown("write the threat model out plainly", "read %s: %w", plain(file), err)
	}
	return &compare.Watched{Path: relative(dir, file), As: f.component, Meaning: meaning}, nil
}

func isThere(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// meaningNow is what the threat model of a record says by now; empty where nobody can tell.
func meaningNow(dir string, w *compare.Watched) string {
	if w == nil {
		return ""
	}
	data, err := readSome(inFolder(dir, w.Path), mostThreatFile)
	if err != nil {
		return ""
	}
	meaning, err := lodemark.ModelMeaning(data)
	if err != nil {
		return ""
	}
	return meaning
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
	dir := filepath.Dir(f.check)
	var locks *compare.Locks
	if record.System != "" && isThere(inFolder(dir, record.System)) {
		if locks, err = systemLocks(ctx, inFolder(dir, record.System)); err != nil {
			return err
		}
	}
	now := make([]map[string]string, len(record.Candidates))
	for i, k := range record.Candidates {
		c, err := f.reopen(ctx, k, locks)
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
	return f.tellReopened(record, record.Reopened(now, meaningNow(dir, record.Threats), r.at), stdout)
}

// reopen opens a candidate of a record again, as it was named then.
func (f *compareFlags) reopen(ctx context.Context, k compare.Recorded, system *compare.Locks) (openedCandidate, error) {
	dir := filepath.Dir(f.check)
	if k.Description != "" {
		return openDescription(ctx, inFolder(dir, k.Description), k.Path != "", system)
	}
	revision := k.Revision
	if k.Reference == "" {
		revision = ""
	}
	return openCopy(ctx, copySource{path: inFolder(dir, k.Path), reference: k.Reference, revision: revision, hash: true, system: system})
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
