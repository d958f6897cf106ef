package framework

import (
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/rdata"
)

// Formats lists the formats of this package.
func Formats() []inspect.Format {
	return append([]inspect.Format{
		tfliteFormat(),
	}, rdata.Formats()...)
}
