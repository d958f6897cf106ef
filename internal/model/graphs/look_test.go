package graphs

import (
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/inspect/inspecttest"
)

// sample is a file and what must come of it.
type sample struct {
	what string // in words
	name string
	data []byte
	want inspect.Verdict
	says string // in the reason that decides
}

func check(t *testing.T, format string, samples []sample) {
	t.Helper()
	for _, s := range samples {
		t.Run(s.what, func(t *testing.T) { inspecttest.Check(t, Formats(), format, s.name, s.data, s.want, s.says) })
	}
}

func TestCanaries(t *testing.T) { inspecttest.Canaries(t, Formats()) }
