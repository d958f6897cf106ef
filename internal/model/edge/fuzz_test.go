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

func FuzzFlexDefinition(f *testing.F) {
	f.Add([]byte("\x03Add\x00\x05\x0a\x03abc\x00\x02\x0b\x07\x14\x14\x04\x28\x01"))
	f.Add([]byte("\xff\xff\xff\xff\x28\x08"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if got := flexDefinition(data); len(got) > len(data) {
			t.Errorf("%d bytes of %d", len(got), len(data))
		}
	})
}
