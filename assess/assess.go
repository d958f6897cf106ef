// Package assess opens a target, discovers the system in it, runs the practices it is handed, and derives the assessment.
package assess

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/discover"
	"github.com/lodemark/lodemark/internal/document"
)

// DeclarationFile and DecisionFolder are where a target keeps what its people declare.
const (
	DeclarationFile = "lodemark.yaml"
	DecisionFolder  = ".lodemark/decisions"
)

// Options of a run. The zero value of every field but Target and Practices works.
type Options struct {
	Target       string
	Practices    []lodemark.Practice
	Limits       bound.Limits
	At           time.Time // the assessment's clock; zero: now
	Tool         lodemark.Tool
	CheckTimeout time.Duration // of one check; zero: one minute
	Canaries     *Canaries     // shared by many runs of one process; nil: all are tried in this run
	Digests      bool          // Inventory digests every model, dataset, prompt and rules file, and not only what is read anyway
	// Kept reads the records of earlier runs of the system of this name that were made by a time, judged by whom the operator trusts.
	// Nil: there are none.
	Kept     func(ctx context.Context, system string, at time.Time) ([]lodemark.Evidence, []lodemark.Gap)
	Named    string     // the system's name where lodemark.yaml declares none; empty: the folder's
	Progress func(Step) // called from one goroutine at a time; nil: silence
}

// Step is a sign of life: what is being done, and how far it is. Total is 0 where it cannot be known.
type Step struct {
	Phase       string // "discover", "scan", "check", "derive"
	Name        string
	Done, Total int
}

// TargetError says that the target cannot be assessed at all.
type TargetError struct {
	Target string
	Err    error
}

func (e *TargetError) Error() string {
	if errors.Is(e.Err, fs.ErrNotExist) {
		return fmt.Sprintf("open target %q: there is no such folder", e.Target)
	}
	return fmt.Sprintf("open target %q: %v", e.Target, e.Err)
}

// Unwrap gives the cause.
func (e *TargetError) Unwrap() error { return e.Err }

// Run assesses the folder named by o.Target. What a check cannot do is part of the result; only a target that cannot be
// opened, or a cancelled context, is an error.
func Run(ctx context.Context, o Options) (*lodemark.Run, error) {
	tree, err := bound.Open(o.Target, o.Limits)
	if err != nil {
		return nil, &TargetError{o.Target, err}
	}
	defer tree.Close()
	return Tree(ctx, tree, o)
}

// Tree assesses a tree that is already open; examples and tests hold theirs in memory.
func Tree(ctx context.Context, tree *bound.Tree, o Options) (*lodemark.Run, error) {
	start := time.Now()
	l, err := open(ctx, tree, &o, start)
	if err != nil {
		return nil, err
	}
	seen, src, subject, gaps, report := l.seen, l.src, l.subject, l.gaps, o.Progress
	sys := seen.System
	decisions, more := readDecisions(sys, src)
	gaps = append(gaps, more...)

	run := &lodemark.Run{Tool: o.Tool, At: o.At, Target: o.Target, System: sys}
	for _, p := range o.Practices {
		run.Checks = append(run.Checks, p.Checks...)
		run.Recorded = append(run.Recorded, p.Kept...)
	}
	subject.Decisions = decisions
	kept, more := keptOf(ctx, o, sys.Name)
	gaps = append(gaps, more...)
	subject.Kept, subject.Current = kept, current(kept, nil, src)
	run.Kept, run.KeptNow = subject.Kept, subject.Current
	report(Step{Phase: "scan"})
	scanModels(ctx, subject, o.CheckTimeout)
	report(Step{Phase: "code"})
	hide := readCode(ctx, seen, subject, o.CheckTimeout)
	Hide(sys, hide)
	hideDecisions(decisions, hide)
	results, err := runChecks(ctx, run.Checks, subject, o, report)
	if err != nil {
		return nil, err
	}

	report(Step{Phase: "derive"})
	hideResults(results, hide)
	findings, owned := collect(run.Checks, results, src)
	hideExcerpts(findings, hide)
	run.Findings = findings
	run.Evidence = append(records(run.Checks, results, owned, src, o.At), beside(run.Checks, kept, hide)...)
	wholly(run.Evidence[len(run.Checks):], run.Recorded, sys, subject.Current, o.At)
	run.Current, run.Meanings = current(run.Evidence, decisions, src), meanings(decisions, src)
	run.Assessment = lodemark.Assess(lodemark.Input{
		Catalogue: lodemark.Guidelines(), System: sys, Evidence: run.Evidence, Findings: run.Findings,
		Decisions: decisions, Current: run.Current, Meanings: run.Meanings, At: o.At,
	})
	run.Findings = run.Assessment.Findings
	fillMissing(run)
	addDigests(sys, src)
	for _, r := range results {
		gaps = append(gaps, r.Gaps...)
	}
	gaps = append(gaps, document.Beyond(subject)...)
	hideGaps(gaps, hide)
	run.Gaps = sortedGaps(withUnread(append(gaps, sys.Gaps...), tree), pointedTo(sys.Declared)) // now that nothing more is read
	run.Examined = src.reads()
	run.Elapsed = time.Since(start)
	return run, ctx.Err()
}

// opened is a tree in which the system has been discovered.
type opened struct {
	seen    *discover.Discovery
	src     *source
	subject *lodemark.Subject
	gaps    []lodemark.Gap // of the declaration
}

// open discovers the system, and fills in what of the options is left to the run: its clock, and silence where nobody listens.
func open(ctx context.Context, tree *bound.Tree, o *Options, start time.Time) (*opened, error) {
	if o.At.IsZero() {
		o.At = start
	}
	o.At = o.At.UTC().Truncate(time.Second)
	if o.Progress == nil {
		o.Progress = func(Step) {}
	}
	o.Progress(Step{Phase: "discover"})
	src := newSource(tree)
	declared, gaps := readDeclaration(src)
	seen, err := discover.Observe(ctx, tree, declared)
	if err != nil {
		return nil, fmt.Errorf("discover the system in %q: %w", o.Target, err)
	}
	sys := seen.System
	if sys.Name == "" {
		sys.Name = cmp.Or(o.Named, nameOf(o.Target))
	}
	src.sizes = map[string]int64{}
	for _, f := range sys.Files {
		src.sizes[f.Path] = f.Size
	}
	return &opened{seen, src, subjectOf(ctx, sys, src, o.At), gaps}, nil
}

// readDeclaration reads lodemark.yaml. A broken one is said, and what could be read of it counts. One of which nothing could
// be read, or in which nobody has filled in anything, leaves nothing out: its silence counts as little as that of no file.
func readDeclaration(src *source) (lodemark.Declaration, []lodemark.Gap) {
	data, err := src.Read(DeclarationFile)
	if errors.Is(err, fs.ErrNotExist) {
		return lodemark.Declaration{}, nil
	}
	if err != nil {
		return lodemark.Declaration{}, []lodemark.Gap{{Path: DeclarationFile, Reason: err.Error(), Needed: true}}
	}
	d, err := lodemark.ParseDeclaration(DeclarationFile, data)
	gaps := fileErrors(DeclarationFile, err)
	if n := len(d.Unfilled); n > 0 {
		gaps = append(gaps, lodemark.Gap{Path: DeclarationFile, Reason: unfilledReason(n)})
	}
	if d.Untouched() {
		d.Path = ""
	}
	return d, gaps
}

func unfilledReason(n int) string {
	if n == 1 {
		return "1 entry is not filled in yet"
	}
	return fmt.Sprintf("%d entries are not filled in yet", n)
}

func readDecisions(sys *lodemark.System, src *source) ([]lodemark.Decision, []lodemark.Gap) {
	var decisions []lodemark.Decision
	var gaps []lodemark.Gap
	for _, f := range sys.Files {
		if !isDecision(f.Path) {
			if ext := strings.ToLower(path.Ext(f.Path)); strings.HasPrefix(f.Path, DecisionFolder+"/") && (ext == ".yaml" || ext == ".yml") {
				gaps = append(gaps, lodemark.Gap{Path: f.Path, Reason: "is not read as a decision: those lie directly in " + DecisionFolder + " and end in .yaml or .yml"})
			}
			continue
		}
		data, err := src.Read(f.Path)
		if err != nil {
			gaps = append(gaps, lodemark.Gap{Path: f.Path, Reason: err.Error(), Needed: true})
			continue
		}
		d, err := lodemark.ParseDecision(f.Path, data)
		if err != nil {
			gaps = append(gaps, fileErrors(f.Path, err)...)
			continue
		}
		d.ID = f.Path
		decisions = append(decisions, d)
	}
	return decisions, gaps
}

func isDecision(path string) bool {
	rest, ok := strings.CutPrefix(path, DecisionFolder+"/")
	return ok && !strings.Contains(rest, "/") && (strings.HasSuffix(rest, ".yaml") || strings.HasSuffix(rest, ".yml"))
}

// fileErrors turns the problems of one of our own files into gaps that keep the exit code from saying "fine".
func fileErrors(path string, err error) []lodemark.Gap {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var gaps []lodemark.Gap
		for _, e := range joined.Unwrap() {
			gaps = append(gaps, fileErrors(path, e)...)
		}
		return gaps
	}
	if fe := (*lodemark.FileError)(nil); errors.As(err, &fe) {
		return []lodemark.Gap{{Path: fe.Path, Line: fe.Line, Reason: fe.Message, Needed: true}}
	}
	return []lodemark.Gap{{Path: path, Reason: err.Error(), Needed: true}}
}

// pointedTo are the files that lodemark.yaml names as evidence.
func pointedTo(d lodemark.Declaration) map[string]bool {
	paths := map[string]bool{}
	for _, p := range d.Documents {
		paths[p.Path] = true
	}
	return paths
}

// oversizeManifest says whether a gap is a YAML file over the limit of bytes: people write manifests of kilobytes, and what
// generates megabytes stays below the limit.
func oversizeManifest(g lodemark.Gap) bool {
	ext := strings.ToLower(path.Ext(g.Path))
	return g.Kind == lodemark.TooLarge && (ext == ".yaml" || ext == ".yml")
}

// same says whether two gaps tell of one problem: discovery says "malformed: " before what a check says plainly.
func same(a, b string) bool {
	return strings.TrimPrefix(a, "malformed: ") == strings.TrimPrefix(b, "malformed: ")
}

// sortedGaps puts the gaps in order. Discovery and several checks may have stumbled over the same place of the same file, which
// two readers of YAML may count by a line's difference: that is one gap, needed where any of them needs it.
func sortedGaps(gaps []lodemark.Gap, pointed map[string]bool) []lodemark.Gap {
	for i := range gaps {
		// A sample holds blanks for readers to fill in, and no verdict rests on it alone: that it cannot be read is told and is
		// no reason to say "could not find out".
		// What lodemark.yaml points to is no sample, wherever it lies; and a manifest that was padded beyond what is read must
		// not be passed over in silence.
		g := &gaps[i]
		g.Needed = (g.Needed || oversizeManifest(*g)) && (!lodemark.Sample(g.Path) || pointed[g.Path])
	}
	slices.SortStableFunc(gaps, func(a, b lodemark.Gap) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason))
	})
	var out []lodemark.Gap
	for _, g := range gaps {
		if n := len(out); n > 0 && out[n-1].Path == g.Path && same(out[n-1].Reason, g.Reason) && g.Line-out[n-1].Line <= 1 {
			out[n-1].Needed, out[n-1].Kind = out[n-1].Needed || g.Needed, cmp.Or(out[n-1].Kind, g.Kind)
			continue
		}
		out = append(out, g)
	}
	return out
}

// withUnread adds what the tree could not read once discovery was over, where nobody told of the file: a check may pass over
// an error, and a limit that is reached while digests are computed belongs to no check.
func withUnread(gaps []lodemark.Gap, tree *bound.Tree) []lodemark.Gap {
	told := map[string]bool{}
	for _, g := range gaps {
		told[g.Path] = true
	}
	for _, g := range discover.Unread(tree) {
		if !told[g.Path] {
			gaps = append(gaps, g)
		}
	}
	return gaps
}

// SystemName is the name of the system under a target: as lodemark.yaml declares it, else the folder's. A target that cannot be
// opened is a *TargetError.
func SystemName(target string, limits bound.Limits) (string, error) {
	tree, err := bound.Open(target, limits)
	if err != nil {
		return "", &TargetError{target, err}
	}
	defer tree.Close()
	declared, _ := readDeclaration(newSource(tree))
	return Mask(cmp.Or(declared.Name, nameOf(target))), nil // it goes into what is signed
}

func nameOf(target string) string {
	abs, err := filepath.Abs(target)
	if err != nil {
		return target
	}
	return filepath.Base(abs)
}
