package pickle

import (
	"bytes"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Protocol 0 is text, and text is not protocol 0: what begins with letters that are opcodes is told from what a pickle says.
func TestTextIsNoPickle(t *testing.T) {
	for text, want := range map[string]bool{
		"Format: https://example.org/format\nUpstream-Name: x\nFiles: *\nCopyright: R\n": false,
		"(other-models)=\n# Other models\n":                                              false,
		"CI:\n- changed-files:\n  - any-glob-to-any-file: ci\n":                          false,
		"I am a text. Really.\n":                                                         false,
		"# A heading\n\nSome words.\n":                                                   false,
		"(in some cases\nthis is so)\n":                                                  false,
		"cannot be used\nas it is\n)R here":                                              false,
		"cos\nsystem\n(S'echo canary'\ntR.":                                              true,
		"cos\nsystem\n(S'echo canary'\ntRxxx this never ends":                            true, // it has run by then
		"(lp0\nI1\naF2.5\na.":                                                            true,
	} {
		found := &inspect.Found{}
		if got := Claims(inspect.NewPart("file", bytes.NewReader([]byte(text)), int64(len(text)), found, nil)); got != want {
			t.Errorf("%.30q claimed: %v, want %v", text, got, want)
		}
	}
}
