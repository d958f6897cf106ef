// Package edge looks at models for phones, edge devices and their processors: TensorFlow Lite, ONNX Runtime's own form,
// OpenVINO, TensorRT, RKNN, ncnn and MNN. What counts is native code that a model needs from elsewhere, files beside it that it
// names, and structure that lies.
package edge

import "github.com/lodemark/lodemark/internal/model/inspect"

// Formats lists the formats of this package.
func Formats() []inspect.Format {
	return []inspect.Format{tfliteFormat(), ortFormat(), openvinoFormat(), tensorrtFormat(), rknnFormat(), ncnnFormat(), mnnFormat()}
}
