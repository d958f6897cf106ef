package framework

import (
	"slices"

	"github.com/lodemark/lodemark/internal/model/boosting"
	"github.com/lodemark/lodemark/internal/model/edge"
	"github.com/lodemark/lodemark/internal/model/graphs"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/rdata"
	"github.com/lodemark/lodemark/internal/model/torch7"
)

// Formats lists the formats of this package and of the packages for other frameworks beside it: edge, boosting, graphs, torch7
// and rdata.
func Formats() []inspect.Format {
	all := slices.Concat(edge.Formats(), boosting.Formats(), graphs.Formats(), mxnetFormats(), []inspect.Format{torch7.Format(), msgpackFormat(), orbaxFormat(), zarrFormat()}, carrierFormats(), []inspect.Format{javaFormat()}, rdata.Formats())
	for i := range all {
		all[i].Scan = searched(all[i].Scan)
	}
	return append(all, misnamedFormat(all))
}
