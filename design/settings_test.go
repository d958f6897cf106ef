package design

import (
	"strings"
	"testing"
)

func TestJSONSettings(t *testing.T) {
	got, err := jsonSettings([]byte("{\n  // a comment\n  \"a\": {\"b\": [\"x\",\n    true,],},\n}\n"))
	if err != nil || len(got) != 2 {
		t.Fatalf("%v, %v", got, err)
	}
	if !got[0].is("a", "b") || got[0].text != "x" || got[0].line != 3 || got[1].text != "true" || got[1].line != 4 {
		t.Errorf("%+v", got)
	}
	for _, bad := range []string{"", "{", `{"a":}`, strings.Repeat("[", 5000), "// \"\n" + strings.Repeat("[", 5000)} {
		if _, err := jsonSettings([]byte(bad)); err == nil {
			t.Errorf("%.20q is read", bad)
		}
	}
}

func TestTOMLSettings(t *testing.T) {
	got := tomlSettings([]byte("a = \"never\" # why\n# b = 1\n[profiles.\"full\"]\nb = 'x'\n"))
	if len(got) != 2 || !got[0].is("a") || got[0].text != "never" || !got[1].is("profiles", "full", "b") || got[1].line != 4 {
		t.Errorf("%+v", got)
	}
}

func FuzzSettings(f *testing.F) {
	f.Add("{\"a\": [1, \"b\"], // c\n}")
	f.Add("[a]\nb = true")
	f.Add("\ufeff{\"a\\u0000\":\"\\\"\"}")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Count(text, "\n") + 1
		all, _ := jsonSettings([]byte(text))
		for _, s := range append(all, tomlSettings([]byte(text))...) {
			if s.line < 1 || s.line > lines {
				t.Errorf("line %d of %d", s.line, lines)
			}
		}
	})
}
