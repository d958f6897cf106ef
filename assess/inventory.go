package assess

import (
	"context"
	"fmt"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/leak"
	"github.com/lodemark/lodemark/internal/lock"
	"github.com/lodemark/lodemark/internal/weakness"
)

// Inventory discovers what the system under o.Target is made of, and judges nothing: files, settings and manifests, what the source code
// shows, and what model files hold. Of o, Practices, CheckTimeout and Canaries are not used.
func Inventory(ctx context.Context, o Options) (*lodemark.Run, error) {
	tree, err := bound.Open(o.Target, o.Limits)
	if err != nil {
		return nil, &TargetError{o.Target, err}
	}
	defer tree.Close()
	return InventoryOf(ctx, tree, o)
}

// InventoryOf is Inventory of a tree that is already open.
func InventoryOf(ctx context.Context, tree *bound.Tree, o Options) (*lodemark.Run, error) {
	start := time.Now()
	l, err := open(ctx, tree, &o, start)
	if err != nil {
		return nil, err
	}
	seen, src, subject, gaps := l.seen, l.src, l.subject, l.gaps
	sys := seen.System
	o.Progress(Step{Phase: "scan"})
	scanModels(ctx, subject, atMost(0))
	code, err := weakness.Assets(ctx, subject)
	if err != nil {
		return nil, fmt.Errorf("look at the source code of %q: %w", o.Target, err)
	}
	seen.Code(code.Components())
	seen.Join()
	addDigests(sys, src)
	if o.Digests {
		digestFiles(sys, src)
	}
	hide := leak.Beside(ctx, subject, code).Hide
	Hide(sys, hide)
	gaps = append(append(gaps, code.Gaps()...), sys.Gaps...)
	hideGaps(gaps, hide)
	run := &lodemark.Run{Tool: o.Tool, At: o.At, Target: o.Target, System: sys, Gaps: sortedGaps(withUnread(gaps, tree), pointedTo(sys.Declared)), Examined: src.reads()}
	run.Elapsed = time.Since(start)
	return run, ctx.Err()
}

// digestFiles reads every file that is a part of the system by itself. What cannot be read whole stays without a digest; the gap is told.
func digestFiles(sys *lodemark.System, src *source) {
	for i := range sys.Components {
		c := &sys.Components[i]
		if c.Digest != "" || !lock.WholeFile(*c) {
			continue
		}
		if sum, err := src.Digest(c.Path); err == nil {
			c.Digest = sum
		}
	}
}
