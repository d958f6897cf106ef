package assess

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/discover"
	"github.com/lodemark/lodemark/internal/history"
	"github.com/lodemark/lodemark/internal/leak"
	"github.com/lodemark/lodemark/internal/secret"
	"github.com/lodemark/lodemark/internal/weakness"
)

// ExampleTime is the clock under which checks' examples are written and canaries run: fixed, so that a date in a planted
// defect is expired or not whatever --at says.
func ExampleTime() time.Time { return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC) }

// checked is the result of one check together with whether it noticed its canary.
type checked struct {
	lodemark.Result
	canary bool
}

// runChecks runs all checks and their canaries on all cores; the results stand in the order of the checks.
func runChecks(ctx context.Context, checks []lodemark.Check, s *lodemark.Subject, o Options, report func(Step)) ([]checked, error) {
	timeout := atMost(o.CheckTimeout)
	results := make([]checked, len(checks))
	var mu sync.Mutex
	done := 0
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), max(1, len(checks))) {
		wg.Go(func() {
			for i := range next {
				c := checks[i]
				results[i] = checked{Result: runOne(ctx, c, s, timeout), canary: o.Canaries.noticed(ctx, c, timeout)}
				mu.Lock()
				done++
				report(Step{Phase: "check", Name: c.ID, Done: done, Total: len(checks)})
				mu.Unlock()
			}
		})
	}
	for i := range checks {
		next <- i
	}
	close(next)
	wg.Wait()
	return results, ctx.Err()
}

// atMost is the time that one check may take, and the scan of model files.
func atMost(timeout time.Duration) time.Duration {
	if timeout <= 0 {
		return time.Minute
	}
	return timeout
}

// scanModels looks into the model files before any check runs, so that all of them see in the components what is in the files.
// The check that judges what was seen gets the same scans.
func scanModels(ctx context.Context, s *lodemark.Subject, timeout time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, atMost(timeout))
	defer cancel()
	discover.Describe(s.System, discover.Scans(ctx, s))
}

// readCode runs the rules once for all checks, and lists what the code shows of the system. A look that does not end in time shows nothing; the
// checks that rest on it say so. What it gives hides the credentials of all files.
func readCode(ctx context.Context, seen *discover.Discovery, s *lodemark.Subject, timeout time.Duration) *secret.Hider {
	ctx, cancel := context.WithTimeout(ctx, atMost(timeout))
	defer cancel()
	seen.Code(weakness.Look(ctx, s).Components())
	return leak.Look(ctx, s).Hide
}

// runOne runs a check under its deadline. A check that crashes or overruns is inconclusive, and the run goes on: a crash
// here is a fault of ours that a hostile file must not turn into silence about everything else.
func runOne(ctx context.Context, c lodemark.Check, s *lodemark.Subject, timeout time.Duration) lodemark.Result {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	result := make(chan lodemark.Result, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				result <- broken("the check crashed: %v", p)
			}
		}()
		result <- c.Run(ctx, s)
	}()
	select {
	case r := <-result:
		return settled(c, r)
	case <-ctx.Done():
		return broken("the check did not end within %v", timeout)
	}
}

// settled mends what a check may have left out, so that nothing empty passes for an answer.
func settled(c lodemark.Check, r lodemark.Result) lodemark.Result {
	r.Findings = slices.Clone(r.Findings) // what checks share stays as it is
	for i := range r.Findings {
		r.Findings[i].ID = cmp.Or(r.Findings[i].ID, c.ID)
		r.Findings[i].Severity = min(r.Findings[i].Severity, c.Severity)
	}
	if r.Outcome == lodemark.NotRun {
		return broken("the check gave no outcome")
	}
	if r.Reason == "" {
		r.Reason = "the check gave no reason"
	}
	return r
}

func broken(format string, args ...any) lodemark.Result {
	reason := fmt.Sprintf(format, args...)
	return lodemark.Result{Outcome: lodemark.Undecided, Reason: reason, Gaps: []lodemark.Gap{{Reason: reason}}}
}

// Canaries remembers which checks noticed their planted defects, so that many runs of one process try each once: neither the
// check nor its defect changes while the process lives. A nil Canaries remembers nothing, and every run tries all.
type Canaries struct{ tried sync.Map }

func (k *Canaries) noticed(ctx context.Context, c lodemark.Check, timeout time.Duration) bool {
	if k == nil {
		return noticesCanary(ctx, c, timeout)
	}
	key := fmt.Sprintf("%s %d", c.ID, c.Version)
	if noticed, ok := k.tried.Load(key); ok {
		return noticed.(bool)
	}
	noticed := noticesCanary(ctx, c, timeout)
	if ctx.Err() == nil { // a cancelled try says nothing
		k.tried.Store(key, noticed)
	}
	return noticed
}

// noticesCanary tries a check on the defect planted for it.
func noticesCanary(ctx context.Context, c lodemark.Check, timeout time.Duration) bool {
	if len(c.Bad) == 0 {
		return false
	}
	r, err := Try(ctx, c, c.Bad[0], timeout)
	return err == nil && r.Outcome == lodemark.Failed && len(r.Findings) > 0
}

// Try runs one check on one of its examples.
func Try(ctx context.Context, c lodemark.Check, e lodemark.Example, timeout time.Duration) (lodemark.Result, error) {
	tree, err := bound.Memory(e.Files, bound.Limits{})
	if err != nil {
		return lodemark.Result{}, fmt.Errorf("open example %q of %s: %w", e.Name, c.ID, err)
	}
	defer tree.Close()
	src := newSource(tree)
	declared, _ := readDeclaration(src)
	sys, err := discover.Discover(ctx, tree, declared)
	if err != nil {
		return lodemark.Result{}, fmt.Errorf("discover example %q of %s: %w", e.Name, c.ID, err)
	}
	subject := subjectOf(ctx, sys, src, ExampleTime())
	subject.Decisions, _ = readDecisions(sys, src)
	scanModels(ctx, subject, timeout)
	return runOne(ctx, c, subject, timeout), nil
}

func subjectOf(ctx context.Context, sys *lodemark.System, src *source, at time.Time) *lodemark.Subject {
	return &lodemark.Subject{System: sys, At: at, Read: src.Read, Head: src.Head, Open: src.Open, Digest: src.Digest, Memo: &sync.Map{},
		History: sync.OnceValue(func() lodemark.History {
			h, err := history.Read(ctx, src.tree, history.Limits{})
			if err != nil {
				h.Complete, h.Why = false, err.Error()
			}
			return h
		})}
}
