package gate

import (
	"context"

	"github.com/lodemark/lodemark"
)

// asks says whether a policy asks for anything: over a system of which nothing is known, it must not be met. A gate that passes
// where nothing was evaluated is none, and its word is not kept as evidence that anything was.
func (c *compiled) asks(ctx context.Context, p *Policy, in Input) (bool, error) {
	blank := &lodemark.Run{Tool: in.Run.Tool, At: in.Run.At, System: &lodemark.System{}, Checks: in.Run.Checks, Recorded: in.Run.Recorded}
	blank.Assessment = lodemark.Assess(lodemark.Input{Catalogue: lodemark.Guidelines(), System: blank.System, At: blank.At})
	bare := *p
	bare.Waivers = nil
	v, err := c.judge(ctx, &bare, Input{Run: blank, Kept: []lodemark.Evidence{}, NoThreats: "nothing is known"})
	return !v.Met, err
}
