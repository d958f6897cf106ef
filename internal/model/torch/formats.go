package torch

import (
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Formats lists the formats, the special before the general.
func Formats() []inspect.Format {
	return []inspect.Format{
		llamafileFormat(),
		executableFormat(),
		marFormat(),
		skopsFormat(),
		zipFormat(),
		nemoFormat(),
		tarFormat(),
		executorchFormat(),
		weightsFormat(),
		pathFileFormat(),
	}
}
