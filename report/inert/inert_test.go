package inert

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                                      "",
		"plain words":                           "plain words",
		"  two\n lines\tand \r a b":             "two lines and a b",
		"\x1b[2J":                               "\uFFFD[2J",
		"a\u202eb\u200bc":                       "a\uFFFDb\uFFFDc",
		"bad\xffbyte":                           "bad\uFFFDbyte",
		"\u00a0\u3000x\u2028":                   "x",
		"na\u0303ve":                            "na\u0303ve",
		"a\u0300\u0301\u0302\u0303\u0304\u0305": "a\u0300\u0301\u0302\u0303",
	} {
		if got := Line(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	long := Line(strings.Repeat("ä ", 5000))
	if n := utf8.RuneCountInString(long); n > Longest || !strings.HasSuffix(long, "…") {
		t.Errorf("%d characters, ending %q", n, long[len(long)-6:])
	}
	if got := Cut("abcdef", 4); got != "abc…" {
		t.Errorf("%q", got)
	}
}

func TestOr(t *testing.T) {
	for want, texts := range map[string][]string{"b": {"", " \n ", "b"}, "a": {"a", "b"}, "-": {"", "\t"}} {
		if got := Or(texts...); got != want {
			t.Errorf("%q: %q, want %q", texts, got, want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"a <b>":                "a &lt;b&gt;",
		"[x](y)":               `\[x\]\(y\)`,
		"a | b":                `a \| b`,
		"@someone":             `\@&#8203;someone`,
		"https://example.org":  "https:&#8203;//example.org",
		"well-known and don't": "well-known and don't",
		"1. item":              "1.&#8203; item",
		"# head\n* list":       `\# head \* list`,
	} {
		if got := Markdown(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestHref(t *testing.T) {
	for in, want := range map[string]string{"": "", "a/b.txt": "a/b.txt", "a b#c?d": "a%20b%23c%3Fd", "c:d": "./c:d", "x\xff\n": "x%FF%0A"} {
		if got := Href(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestMail(t *testing.T) {
	for s, want := range map[string]bool{"owner@desk.example.org": true, "a.b+c@example.org": true, "owner": false, "#desk on chat": false, "a@b": false, "@example.org": false, "a@": false, "a@b@example.org": false,
		"a..b@example.org": false, ".a@example.org": false, "a b@example.org": false, "ä@example.org": false, "a@example.org\n": false, strings.Repeat("a", 80) + "@example.org": false} {
		if got := Mail(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

// Whatever stands in a text, the JSON holds it whole and shows nothing that has no shape.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{"plain", "\x1b[2J", "\u202e", "\U000e0041", "<&>", "\u2028"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b bytes.Buffer
		if err := JSON(&b, []string{s}); err != nil {
			t.Fatal(err)
		}
		var back []string
		if err := json.Unmarshal(b.Bytes(), &back); err != nil || back[0] != strings.ToValidUTF8(s, "\uFFFD") && utf8.ValidString(s) {
			t.Errorf("%q comes back as %q: %v", s, back, err)
		}
		for _, r := range b.String() {
			if r < ' ' && r != '\n' || r == 0x7f || r == '\u202e' || r == '\u200b' {
				t.Errorf("%q is written with %U", s, r)
			}
		}
		if line := Line(s); strings.ContainsAny(line, "\n\r\t\x1b") || strings.TrimSpace(line) != line || !utf8.ValidString(line) {
			t.Errorf("%q: the line is %q", s, line)
		}
	})
}
