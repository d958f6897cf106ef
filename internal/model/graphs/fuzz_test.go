package graphs

import (
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/model/trial"
)

// FuzzLook reads anything as whatever claims it, under the names that the formats go by.
func FuzzLook(f *testing.F) {
	names := []string{"m.mlmodel", "m.pdmodel", "m.pdiparams", "m.caffemodel", "m.prototxt", "m.dnn", "m.json"}
	for i := range names {
		for _, format := range Formats() {
			_, data := format.Canary()
			f.Add(uint8(i), data)
		}
		for _, data := range [][]byte{paddleSample("relu", map[string]string{"a": "b"}), coremlModel(coremlNetwork, nil, map[string]string{"a": "b"}), cntkSample(map[string]string{"version": "1"})} {
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
