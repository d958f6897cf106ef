package graphs

import (
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect/inspecttest"
)

// FuzzLook reads anything as whatever claims it, under the names that the formats go by.
func FuzzLook(f *testing.F) {
	inspecttest.Fuzz(f, Formats(), []string{"m.mlmodel", "m.pdmodel", "m.pdiparams", "m.caffemodel", "m.prototxt", "m.dnn", "m.json"},
		paddleSample("relu", map[string]string{"a": "b"}), coremlModel(coremlNetwork, nil, map[string]string{"a": "b"}), cntkSample(map[string]string{"version": "1"}))
}
