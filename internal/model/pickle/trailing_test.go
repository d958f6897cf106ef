package pickle

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// What stands behind the last pickle is not looked at, and said; padding is told and does not matter.
func TestWhatFollowsThePickle(t *testing.T) {
	for tail, want := range map[string]inspect.Verdict{
		"":                              inspect.Clean,
		"\n":                            inspect.Clean,
		strings.Repeat("\x00", 512):     inspect.Clean,
		"something else":                inspect.NotRead,
		"\x00\x00\x7fELF\x02\x01\x01":   inspect.NotRead,
		strings.Repeat("\x00", 100<<10): inspect.NotRead,
		"\x80\x02K\x01.":                inspect.Clean, // one more pickle
		"cos\nsystem\n(S'echo'\ntR.":    inspect.Malicious,
		"\x00\x00\x00\x80\x02cos\nsystem\nU\x04echo\x85R.": inspect.Malicious, // behind padding
	} {
		found := scanned(t, "a.pkl", []byte("\x80\x02]q\x00."+tail))
		if found.Verdict != want {
			t.Errorf("%.20q: %s %v, want %s", tail, found.Verdict, found.Reasons, want)
		}
	}
}
