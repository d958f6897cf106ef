// Package graphs looks at graphs that are protocol buffers, in binary or as text: those of Core ML, PaddlePaddle, Caffe and
// CNTK. What counts is code that an operator needs from elsewhere, and files that it reads and writes.
package graphs

import (
	"slices"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Bounds of what is looked at.
const (
	maxName        = 512 // bytes of a hostile name
	maxLinkedFiles = 1000
)

// Formats lists the formats of this package.
func Formats() []inspect.Format {
	return slices.Concat([]inspect.Format{coremlFormat()}, paddleFormats(), caffeFormats(), []inspect.Format{cntkFormat()})
}
