package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/design/threat/survey"
	"github.com/lodemark/lodemark/internal/bound"
)

// threatTarget is what is to be held against the library: a threat model, written or drawn, and what people decided.
type threatTarget struct {
	target string
	at     time.Time
	quiet  bool
	stderr io.Writer

	file      string // the threat model; empty: it was drawn
	model     *threat.Model
	drawn     bool
	given     bool // a file was named, and no folder with its decisions and its ledger
	evidence  threat.Evidence
	decisions []threat.Decision
}

// open reads the threat model that the target means. A folder without one is looked at, and the model drawn from what is there.
func (t *threatTarget) open(ctx context.Context) error {
	file, given, err := modelFile(t.target)
	if err != nil {
		return err
	}
	if _, err := os.Stat(file); !given && errors.Is(err, fs.ErrNotExist) {
		d, err := lookAt(ctx, t.target, t.at, t.quiet, t.stderr)
		if err != nil {
			return err
		}
		defer d.close()
		t.model, t.drawn = survey.Draft(d.subject).Model, true
		t.model.Path = ""
		if len(t.model.Components) == 0 {
			return unknown("is this the right folder? lodemark threats init --show shows what a model looks like", "no part of an AI system was found in %s, and there is no %s", plain(t.target), threatFile)
		}
		return nil
	}
	m, data, err := readModel(file)
	if err != nil {
		return err
	}
	t.file, t.model, t.given = file, m, given
	if !given {
		m.Path = threatFile // reports name files from the target on
		return t.decided(data)
	}
	return nil
}

// mostDecisions bounds a folder of decisions.
const mostDecisions = 2000

// decided reads what people decided about threats. A decision that does not stand has no effect, and is named.
func (t *threatTarget) decided(model []byte) error {
	dir := filepath.Join(t.target, filepath.FromSlash(assess.DecisionFolder))
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return unknown("is it readable?", "read the decisions: %w", err)
	}
	var all []lodemark.Decision
	for _, e := range entries[:min(len(entries), mostDecisions)] {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		if e.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		name := assess.DecisionFolder + "/" + e.Name()
		data, err := readSome(filepath.Join(dir, e.Name()), 1<<20)
		if err != nil {
			return unknown("is it readable?", "read a decision: %w", err)
		}
		d, err := lodemark.ParseDecision(name, data)
		if err != nil {
			return unknown("mend it; lodemark schema decision prints the layout", "%s", plainLines(err.Error()))
		}
		if d.ID = name; d.Model.Path == threatFile { // others are about another model
			all = append(all, d)
		}
	}
	meanings := map[string]string{}
	if sum, err := lodemark.ModelMeaning(model); err == nil {
		meanings[threatFile] = sum
	}
	for _, s := range lodemark.ThreatDecisions(all, meanings, t.at) {
		if s.Standing != lodemark.Current {
			fmt.Fprintf(t.stderr, "lodemark: %s has no effect: %s (%s)\n", plain(s.ID), s.Standing, plain(s.Why))
			continue
		}
		t.decisions = append(t.decisions, threat.Decision{Threat: s.Threat, Component: s.Component, Choice: threat.Choice(s.Kind), By: s.By, Reason: s.Reason, Date: s.Date, Until: s.Ends})
	}
	slices.SortStableFunc(t.decisions, func(a, b threat.Decision) int { return strings.Compare(a.Threat+a.Component, b.Threat+b.Component) })
	return nil
}

// discovered is a system that was looked at, and what may still be read of it.
type discovered struct {
	tree    *bound.Tree
	run     *lodemark.Run
	subject *lodemark.Subject
}

func (d *discovered) close() { d.tree.Close() }

// lookAt looks at the folder, for a threat model to be drawn from it or held against it.
func lookAt(ctx context.Context, target string, at time.Time, quiet bool, stderr io.Writer) (*discovered, error) {
	tree, err := bound.Open(target, bound.Limits{})
	if err != nil {
		return nil, unknown("name a folder that holds the AI system", "open %q: %w", target, err)
	}
	progress := newProgress(stderr, quiet)
	run, err := assess.InventoryOf(ctx, tree, assess.Options{Target: target, At: at, Tool: toolOf(), Progress: progress.step})
	progress.clear()
	if err != nil {
		tree.Close()
		return nil, err
	}
	return &discovered{tree, run, &lodemark.Subject{System: run.System, At: at, Read: tree.ReadFile}}, nil
}
