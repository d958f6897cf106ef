package edge

import (
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/model/trial"
)

// FuzzLook reads anything as whatever claims it, under the names that the formats go by.
func FuzzLook(f *testing.F) {
	names := []string{"m.tflite", "m.ort", "m.xml", "m.engine", "m.rknn", "m.param", "m.mnn"}
	for i := range names {
		for _, format := range Formats() {
			_, data := format.Canary()
			f.Add(uint8(i), data)
		}
		for _, data := range [][]byte{tfliteWith("", nil), []byte(openvinoText)} {
			f.Add(uint8(i), data)
		}
	}
	all := Formats()
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		start := time.Now()
		trial.Fuzz(all, names[int(which)%len(names)], data)
		if d := time.Since(start); d > time.Minute {
			t.Errorf("took %s", d)
		}
	})
}
