package infra

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

const unit = `# the model server
[Unit]
Description=Models
; and nothing else

[Service]
Environment="OLLAMA_HOST=0.0.0.0"
ExecStart=/usr/bin/ollama serve \
  # a comment between
  --verbose
User=ollama
Environment=
Environment=A=1 B=2

[Install]
WantedBy=multi-user.target`

func TestParseUnit(t *testing.T) {
	sections, err := ParseUnit([]byte(unit))
	if err != nil || len(sections) != 3 || sections[1].Name != "Service" || sections[1].Line != 6 {
		t.Fatalf("%+v, %v", sections, err)
	}
	start := UnitValues(sections, "Service", "ExecStart")
	if len(start) != 1 || start[0].Line != 8 || strings.Join(strings.Fields(start[0].Text), " ") != "/usr/bin/ollama serve --verbose" {
		t.Errorf("a continued line gives %+v", start)
	}
	if env := UnitValues(sections, "Service", "Environment"); len(env) != 1 || env[0] != (Value{"A=1 B=2", 13}) {
		t.Errorf("an empty value clears those before: %+v", env)
	}
	if w := UnitValues(sections, "Install", "WantedBy"); len(w) != 1 || w[0].Line != 16 {
		t.Errorf("the last line: %+v", w)
	}
	for text, line := range map[string]int{"A=1\n": 1, "[Unit\n": 1, "[Unit]\nnothing\n": 2, "[Unit]\nA=" + strings.Repeat("x", maxUnitLine+1): 2} {
		_, err := ParseUnit([]byte(text))
		var e *Error
		if !errors.As(err, &e) || e.Line != line {
			t.Errorf("%.20q: %v, want an error on line %d", text, err, line)
		}
	}
}

func FuzzParseUnit(f *testing.F) {
	f.Add(unit)
	f.Add("[A]\nB=\\\n\\\n")
	f.Add("[A]\r\nB = c\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		sections, err := ParseUnit([]byte(text))
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("error of another type: %v", err)
		}
		last := 0
		for _, s := range sections {
			for _, set := range s.Settings {
				if set.Value.Line <= last || set.Value.Line > strings.Count(text, "\n")+1 {
					t.Errorf("lines out of order: %v", fmt.Sprint(sections))
				}
				last = set.Value.Line
			}
		}
	})
}
