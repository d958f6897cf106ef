package model

import (
	"slices"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/onnx"
	"github.com/lodemark/lodemark/internal/model/tensorflow"
)

// Formats lists every format. The first that claims a file gives it its name, so what is more special stands before what is
// more general.
func Formats() []inspect.Format {
	return slices.Concat(
		[]inspect.Format{onnx.Format()},
		tensorflow.Formats(),
	)
}
