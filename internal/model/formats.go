package model

import (
	"slices"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/framework"
	"github.com/lodemark/lodemark/internal/model/gguf"
	"github.com/lodemark/lodemark/internal/model/hdf5"
	"github.com/lodemark/lodemark/internal/model/hub"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/keras"
	"github.com/lodemark/lodemark/internal/model/numpy"
	"github.com/lodemark/lodemark/internal/model/onnx"
	"github.com/lodemark/lodemark/internal/model/pickle"
	"github.com/lodemark/lodemark/internal/model/safetensors"
	"github.com/lodemark/lodemark/internal/model/tensorflow"
	"github.com/lodemark/lodemark/internal/model/torch"
)

// Formats lists every format. The first that claims a file gives it its name, so what is more special stands before what is
// more general.
func Formats() []inspect.Format {
	return slices.Concat(
		torch.Formats(),
		[]inspect.Format{safetensors.Format(), numpy.Format()},
		gguf.Formats(),
		[]inspect.Format{onnx.Format()},
		tensorflow.Formats(),
		keras.Formats(),
		[]inspect.Format{hdf5.Format()},
		framework.Formats(),
		hub.Formats(),
		archive.Formats(),
		pickle.Formats(pickle.Options{}),
	)
}
