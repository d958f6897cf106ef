package edge

import (
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect/inspecttest"
)

// FuzzLook reads anything as whatever claims it, under the names that the formats go by.
func FuzzLook(f *testing.F) {
	inspecttest.Fuzz(f, Formats(), []string{"m.tflite", "m.ort", "m.xml", "m.engine", "m.rknn", "m.param", "m.mnn"},
		tfliteWith("", nil), []byte(openvinoText))
}
