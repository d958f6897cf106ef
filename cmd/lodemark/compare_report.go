package main

import (
	"context"
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
		out.Totals = append(out.Totals, report.ChoiceTotal{Apply: n.Apply, Open: n.Open, Shown: n.Shown})
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
func (f *compareFlags) threaten(ctx context.Context, c *compare.Comparison, at time.Time, stderr io.Writer) error {
	m, _, err := readModel(f.threats)
	if err != nil {
		return err
	}
	lib, err := threatLibrary(f.library)
	if err != nil {
		return err
	}
	show, err := f.kept.showing(ctx, lib, f.system, at, stderr)
	if err != nil {
		return err
	}
	if err := c.Threaten(compare.ThreatInput{Model: m, Library: lib, Component: f.component, Now: at, Evidence: show}); err != nil {
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
