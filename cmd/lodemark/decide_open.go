package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

// undecided is a threat of high severity at places about which nobody has decided.
type undecided struct {
	threat.Threat
	places []openPlace
	some   bool // at others somebody has
}

// openPlace is a place with how the threat stands there.
type openPlace struct {
	threat.Place
	status threat.Status
}

// listOpen lists the threats of high severity that lack a decision: where, why, and the command to decide.
func (f *decideFlags) listOpen(ctx context.Context, stdout, stderr io.Writer) error {
	at, err := timeOf(f.at)
	if err != nil {
		return err
	}
	lib, err := threatLibrary(f.threat.library)
	if err != nil {
		return err
	}
	file, given, err := modelFile(f.path)
	if err != nil {
		return err
	}
	if _, err := os.Stat(file); given || errors.Is(err, fs.ErrNotExist) {
		return usage("lodemark threats init drafts one", "there is no %s in %s whose threats could be decided on", threatFile, plain(f.path))
	}
	t := &threatTarget{target: f.path, at: at, quiet: true, stderr: stderr}
	if err := t.open(ctx); err != nil {
		return err
	}
	if err := claimsKnown(lib, t.model); err != nil {
		return err
	}
	if t.evidence, err = f.kept.shown(ctx, lib, t.model, f.path, at, stderr); err != nil {
		return err
	}
	open, waiting, settled := sortOut(threat.Evaluate(t.model, lib, at, t.evidence, t.decisions), t.decisions)
	return f.tellOpen(stdout, at, open, waiting, settled)
}

// sortOut parts the threats of high severity: without a decision at some place, waiting for an attribute, and dealt with. A threat that
// stands differently at its places is one.
func sortOut(r *threat.Report, decisions []threat.Decision) (open []undecided, waiting []threat.Threat, settled int) {
	dealt := map[string]bool{} // threats with which somebody has dealt at some place
	for _, t := range r.Threats {
		if severityOfThreat(t) < lodemark.SeverityHigh || t.Status == threat.NotApplicable {
			continue
		}
		switch t.Status {
		case threat.Unconfirmed:
			waiting = append(waiting, t)
			continue
		case threat.Accepted, threat.Evidenced:
			dealt[t.ID] = true
			continue
		}
		u := undecided{Threat: t}
		for _, p := range t.Places {
			if slices.ContainsFunc(decisions, func(d threat.Decision) bool { return d.Threat == t.ID && (d.Component == "" || d.Component == p.At) }) {
				dealt[t.ID] = true
			} else {
				u.places = append(u.places, openPlace{p, t.Status})
			}
		}
		if i := slices.IndexFunc(open, func(o undecided) bool { return o.ID == t.ID }); i >= 0 {
			open[i].places = append(open[i].places, u.places...)
		} else if len(u.places) > 0 {
			open = append(open, u)
		}
	}
	settled = len(dealt)
	for i := range open {
		if dealt[open[i].ID] {
			open[i].some = true
			settled--
		}
	}
	return open, waiting, settled
}

func (f *decideFlags) tellOpen(w io.Writer, at time.Time, open []undecided, waiting []threat.Threat, settled int) error {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	switch {
	case len(open) == 0 && len(waiting) == 0:
		line("every threat of high severity has a decision or is dealt with: %d", settled)
	case len(open) == 0:
		line("no threat of high severity waits for a decision; %d have one or are dealt with", settled)
	default:
		line("%s of high severity without a decision; %d have one or are dealt with", count(len(open), "threat"), settled)
	}
	for _, u := range open {
		var places []string
		for _, p := range u.places {
			places = append(places, fmt.Sprintf("%s (%s)", p.At, p.status))
		}
		line("\n%-8s  %s %s", u.Severity, plain(u.ID), plain(u.Title))
		line("          at %s", plain(strings.Join(places, ", ")))
		line("          %s", plain(u.places[0].Reason))
		if !u.some {
			line("  %s", f.command(u.Threat, "", at))
			continue
		}
		for _, p := range u.places { // others are decided on, so that one decision about all would stand against theirs
			line("  %s", f.command(u.Threat, p.At, at))
		}
	}
	if len(open) > 0 {
		line("\nInstead of mitigate: accept, transfer, avoid, or not-applicable with a reason. Who owns the risk asks, and another approves.")
	}
	if len(waiting) > 0 {
		attributes := []string{}
		for _, t := range waiting {
			for _, s := range t.Settles {
				if !slices.Contains(attributes, s) {
					attributes = append(attributes, s)
				}
			}
		}
		line("\n%s more cannot be confirmed. Say first in %s: %s", count(len(waiting), "threat"), threatFile, plain(strings.Join(attributes, ", ")))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// command is what decides about a threat. What only people know stands in angle brackets, which lodemark decide refuses.
func (f *decideFlags) command(t threat.Threat, place string, at time.Time) string {
	first := "lodemark decide mitigate --threat " + t.ID
	if place != "" {
		first += " --component " + quotedWord(place)
	}
	if f.path != "." {
		first += " --path " + quotedWord(f.path)
	}
	if f.threat.library != "" {
		first += " --library " + quotedWord(f.threat.library)
	}
	what := ""
	if len(t.Mitigations) > 0 {
		best := t.Mitigations[0]
		for _, m := range t.Mitigations {
			if m.Status == threat.Claimed {
				best = m
				break
			}
		}
		what = "--mitigation " + best.ID + " "
	}
	what += fmt.Sprintf("--due %s --until %s", at.AddDate(0, 1, 0).Format(time.DateOnly), at.AddDate(0, 6, 0).Format(time.DateOnly))
	return strings.Join([]string{first, what, `--requested-by "<who owns the risk>" --by "<who approves>" --reason "<why, in a sentence>"`}, " \\\n      ")
}

// quotedWord is a word as a shell takes it.
func quotedWord(s string) string {
	s = plain(s)
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
