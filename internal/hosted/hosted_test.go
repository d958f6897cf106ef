package hosted

import (
	"strings"
	"testing"
	"time"
)

// Every line of the table can be read, stands once, and its day is one.
func TestTable(t *testing.T) {
	lines := 0
	for line := range strings.Lines(written) {
		if f := strings.Fields(line); len(f) > 0 && f[0] != "#" {
			lines++
		}
	}
	all := models()
	if n := len(all.exact) + len(all.begins); n != lines {
		t.Errorf("%d entries of %d lines: one stands twice, or cannot be read", n, lines)
	}
	day, err := time.Parse(time.DateOnly, "2026-11-15")
	if err != nil {
		t.Fatal(err)
	}
	for id, s := range all.exact {
		if d, err := time.Parse(time.DateOnly, s.Retired); s.Retired != "" && (err != nil || d.After(day)) {
			t.Errorf("%s: %q is no day before the table was written", id, s.Retired)
		}
		if s.Fixed != "" && all.exact[s.Fixed].Retired != "" {
			t.Errorf("%s: what it is advised to be, %s, is retired", id, s.Fixed)
		}
	}
}

func TestOf(t *testing.T) {
	for _, c := range []struct{ id, retired, fixed string }{
		{"claude-2.1", "2025-07-21", ""},
		{"gpt-4o", "", "gpt-4o-2024-11-20"},
		{"gemini-1.5-flash-8b-001", "2025-09-29", ""},
		{"text-search-ada-doc-001", "2024-01-04", ""},
		{"adaptive", "", ""},
		{"gpt-4o-2024-11-20", "", ""},
		{"", "", ""},
	} {
		if s, _ := Of(c.id); s.Retired != c.retired || s.Fixed != c.fixed {
			t.Errorf("%s: %+v", c.id, s)
		}
	}
	for id, want := range map[string]string{"openai/gpt-4o": "gpt-4o", "openai:gpt-4o": "gpt-4o", "models/gemini-pro": "gemini-pro", "meta/llama": "meta/llama"} {
		if got := Bare(id); got != want {
			t.Errorf("%s: %s", id, got)
		}
	}
	if !Speaks("openai") || Speaks("nobody") {
		t.Error("of whom the table speaks")
	}
}
