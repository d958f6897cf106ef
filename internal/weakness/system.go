package weakness

import (
	"context"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/discover"
)

// SystemCode is what source code and settings show of a system: as an assessment found it, or, where a check is tried by itself, as the look at
// the code shows it. What is there is computed once for a run.
func SystemCode(ctx context.Context, s *lodemark.Subject) []lodemark.Component {
	if s.System.Code != nil {
		return s.System.Code
	}
	return lodemark.Shared(s, "internal/weakness code", func() []lodemark.Component { return discover.Code(s.System, Look(ctx, s).Components()) })
}
