package bound

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestLines(t *testing.T) {
	for data, want := range map[string]string{
		"":                   "",
		"one":                "1:one",
		"one\n":              "1:one",
		"\n":                 "1:",
		"a\nb":               "1:a 2:b",
		"a\r\nb\r\n":         "1:a 2:b",
		"a\rb\rc":            "1:a 2:b 3:c",
		"a\r\r\nb":           "1:a 2: 3:b",
		"a\n\rb":             "1:a 2: 3:b",
		"a\n\nb":             "1:a 2: 3:b",
		"mac\rdos\r\nunix\n": "1:mac 2:dos 3:unix",
		"1234567890ab\nx":    "1:12345 1:67890 1:ab 2:x",
		"\xff\x00\n":         "1:\xff\x00",
	} {
		var got []string
		for n, line := range Lines([]byte(data), Limits{LineBytes: 5}) {
			got = append(got, fmt.Sprintf("%d:%s", n, line))
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%q gives %q, want %q", data, g, want)
		}
	}
}

func TestLinesCanBeLeftEarly(t *testing.T) {
	for n := range Lines([]byte("123456\n2"), Limits{LineBytes: 2}) {
		if n != 1 {
			t.Errorf("went on to line %d", n)
		}
		break
	}
}

// TestHostileLinesTakeLinearTime: one kind of line end only, or none at all, must not be searched for again and again.
func TestHostileLinesTakeLinearTime(t *testing.T) {
	for name, data := range map[string][]byte{
		"one line": bytes.Repeat([]byte("x"), 8<<20), "only returns": bytes.Repeat([]byte("\r"), 2<<20), "only feeds": bytes.Repeat([]byte("\n"), 2<<20),
	} {
		start := time.Now()
		for _, line := range Lines(data, Limits{}) {
			if len(line) > 1<<20 {
				t.Fatalf("%s: a piece of %d bytes", name, len(line))
			}
		}
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("%s: it took %v", name, took)
		}
	}
}

func FuzzLines(f *testing.F) {
	for _, seed := range []string{"", "a\r\nb\rc\n", "\r\r\n\n\r", "long long long line\nx"} {
		f.Add([]byte(seed), 4)
	}
	f.Fuzz(func(t *testing.T, data []byte, max int) {
		var got []byte
		last := 0
		for n, line := range Lines(data, Limits{LineBytes: max}) {
			if n != last && n != last+1 {
				t.Fatalf("line %d after line %d", n, last)
			}
			if bytes.ContainsAny(line, "\r\n") || max > 0 && len(line) > max {
				t.Fatalf("line %q", line)
			}
			last, got = n, append(got, line...)
		}
		ends := strings.NewReplacer("\r", "", "\n", "")
		if want := ends.Replace(string(data)); string(got) != want {
			t.Fatalf("the lines of %q together are %q", data, got)
		}
	})
}

func TestQuoteName(t *testing.T) {
	for name, want := range map[string]string{
		"src/app.py":          "src/app.py",
		"with space":          "with space",
		"grün/模型.safetensors": "grün/模型.safetensors",
		"say \"hi\"":          "say \"hi\"",
		"line\nfeed":          `line\nfeed`,
		`line\nfeed`:          `line\\nfeed`,
		"\x1b[2J":             `\x1b[2J`,
		"\u202egpj.exe":       `\u202egpj.exe`,
		"zero\u200bwidth":     `zero\u200bwidth`,
		"filler\u3164":        `filler\u3164`,
		"bad\xffbyte":         `bad\xffbyte`,
		"\x7f\u0085":          `\x7f\u0085`,
		"tag\U000e0041":       `tag\U000e0041`,
		"\ufffd":              "\ufffd",
	} {
		if got := QuoteName(name); got != want {
			t.Errorf("%q becomes %s, want %s", name, got, want)
		}
	}
}

// FuzzQuoteName: what is printed is printable, and different names never look the same.
func FuzzQuoteName(f *testing.F) {
	f.Add("a\nb", `a\nb`)
	f.Add("\xff", `\xff`)
	f.Add("\ufffd", "\xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		qa, qb := QuoteName(a), QuoteName(b)
		if a != b && qa == qb {
			t.Fatalf("%q and %q both become %s", a, b, qa)
		}
		for _, r := range qa {
			if !visible(r) {
				t.Fatalf("%q becomes %q", a, qa)
			}
		}
	})
}
