package torch

import (
	"testing"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/inspect/inspecttest"
)

const payload = inspecttest.Payload

func scanBytes(name string, b []byte) *inspect.Found {
	return inspecttest.Scan(append(append(Formats(), archive.Formats()...), inspecttest.PayloadFormat()), name, b)
}

// ids lists what was said, but for information.
func ids(f *inspect.Found) map[string]bool {
	out := map[string]bool{}
	for _, r := range f.Reasons {
		if r.Verdict > inspect.Clean {
			out[r.ID] = true
		}
	}
	return out
}

// wants checks the verdict and the reasons that must be there.
func wants(t *testing.T, what string, f *inspect.Found, v inspect.Verdict, want ...string) {
	t.Helper()
	if f.Verdict != v {
		t.Errorf("%s: verdict %v, want %v; said %+v", what, f.Verdict, v, f.Reasons)
	}
	got := ids(f)
	for _, id := range want {
		if !got[id] {
			t.Errorf("%s: no reason %s; said %+v", what, id, f.Reasons)
		}
	}
}
