package torch

import (
	"slices"
	"testing"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/hub"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/inspect/inspecttest"
)

const payload = inspecttest.Payload

func scanBytes(name string, b []byte) *inspect.Found {
	return inspecttest.Scan(append(slices.Concat(Formats(), archive.Formats(), hub.Formats()), inspecttest.PayloadFormat()), name, b)
}

// wants checks the verdict and the reasons that must be there.
func wants(t *testing.T, what string, f *inspect.Found, v inspect.Verdict, want ...string) {
	t.Helper()
	inspecttest.Wants(t, what, f, v, want...)
}
