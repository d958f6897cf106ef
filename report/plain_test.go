package report

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// What text of a target looks like after it was made harmless.
func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"app/main.py":              "app/main.py",
		"模型/modèle.pt 🎉":           "模型/modèle.pt 🎉",
		"\x1b[31mred\x1b[0m":       "�[31mred�[0m",
		"\u009b31m":                "�31m", // one character that begins an escape sequence by itself
		"gnp.\u202eexe":            "gnp.�exe",
		"a\u200bb\u2066c\ufeff":    "a�b�c�",
		"line\nbreak\r\ttab\x00":   "line�break��tab�",
		"bad \xff\xfe bytes":       "bad �� bytes",
		"\u3164\u2800\u00a0":       "���", // look like nothing at all
		"tag\U000e0041 \ue000":     "tag� �",
		"e\u0301":                  "e\u0301",
		"Z" + marks(40):            "Z" + marks(4),
		"\u2028two\u2029lines":     "�two�lines",
		"https://example.org/?a=b": "https://example.org/?a=b",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func marks(n int) string { return strings.Repeat("\u0335", n) }

func TestSentence(t *testing.T) {
	if got := sentence(" two\n\tlines \x1b "); got != "two lines �" {
		t.Errorf("%q", got)
	}
	if got := sentence(strings.Repeat("ü ", 100_000)); utf8.RuneCountInString(got) != longest || !strings.HasSuffix(got, "…") {
		t.Errorf("%d characters are left of what is endless", utf8.RuneCountInString(got))
	}
	if got := lines("a\tb\r\n\x1b\n" + strings.Repeat("x\n", 100)); got[0] != "a    b" || got[1] != "�" || len(got) != maxLines+1 {
		t.Errorf("%q", got)
	}
}

// What a comment on a pull request shows as itself, and does nothing with.
func TestEscapeMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"plain words, and no more.":        "plain words, and no more.",
		"vllm/vllm-openai:latest floats":   "vllm/vllm-openai:latest floats",
		"@someone":                         `\@&#8203;someone`,
		"see #12 and owner/repo#3":         `see \#&#8203;12 and owner/repo\#&#8203;3`,
		"GH-12":                            "GH-&#8203;12",
		"https://evil.example.org":         "https:&#8203;//evil.example.org",
		"www.example.org":                  "www.&#8203;example.org",
		"mail a@example.org":               `mail a\@&#8203;example.org`,
		"[x](y) ![i](u) <b> & `code` a|b":  "\\[x\\]\\(y\\) \\!&#8203;\\[i\\]\\(u\\) &lt;b&gt; &amp; \\`code\\` a\\|b",
		"&lt;script&gt;":                   `&amp;&#8203;lt;script&amp;&#8203;gt;`,
		"1. list":                          "1.&#8203; list",
		"- item\n# head\n---":              `\- item \# head \-\-\-`,
		"a\\":                              `a\\`,
		"11bd71901bbe5b1630ceea73d2759736": "11bd71&#8203;901bbe&#8203;5b1630&#8203;ceea73&#8203;d27597&#8203;36",
		"$x$ *a* _b_ ~c~":                  `\$&#8203;x\$ \*a\* \_b\_ \~&#8203;c\~`,
	} {
		if got := escapeMarkdown(in); got != want {
			t.Errorf("escapeMarkdown(%q)\n got %s\nwant %s", in, got, want)
		}
	}
	for in, want := range map[string]string{"a": "`a`", "": "", "a`b": "`` a`b ``", "``": "``` `` ```", " a": "`  a `", "x|y@z": "`x|y@z`", "a\nb": "`a�b`"} {
		if got := code(in); got != want {
			t.Errorf("code(%q) = %q, want %q", in, got, want)
		}
	}
}

// active is whatever markdown, or what comes after it, would do something with.
var active = regexp.MustCompile(`[<>|]|[@#$!~^%][\w"]|&[^#la]|://|www\.\w|(?i:gh-\d)|[0-9a-fA-F]{7}`)

func FuzzEscape(f *testing.F) {
	for _, s := range []string{hostile, "", "a b", "`", "\\", "&#64;a", "&amp;#x40;a", "abcdef0123456789", "1) x", "www.www.a", "https://://", "模型@模型"} {
		f.Add(s)
	}
	escaped := regexp.MustCompile(`\\[[:punct:]]`)
	f.Fuzz(func(t *testing.T, s string) {
		for _, written := range [][2]string{{"plain", plain(s)}, {"sentence", sentence(s)}, {"sarif", sarifPlain(s)}, {"markdown", escapeMarkdown(s)}, {"code", code(s)},
			{"ascii", ascii(plain(s))}, {"shell", shellWord(s)}} { // a fixed order, so that the same input covers the same code
			name, got := written[0], written[1]
			if strings.IndexFunc(got, unsafe) >= 0 || strings.Contains(got, "\n") || !utf8.ValidString(got) {
				t.Errorf("%s lets something through: %q", name, got)
			}
		}
		if again := plain(plain(s)); again != plain(s) {
			t.Errorf("plain is not settled: %q, %q", plain(s), again)
		}
		// Without our breakers and escapes nothing that markdown acts on may be left.
		bare := escaped.ReplaceAllString(strings.ReplaceAll(escapeMarkdown(s), "&#8203;", " "), " ")
		if m := active.FindString(strings.NewReplacer("&lt;", " ", "&gt;", " ", "&amp;", " ").Replace(bare)); m != "" {
			t.Errorf("%q keeps %q: %q", s, m, escapeMarkdown(s))
		}
		if strings.Contains(sarifPlain(s), "](") {
			t.Errorf("a link is left: %q", sarifPlain(s))
		}
		if back, err := url.PathUnescape(percentEncoded(s)); err != nil || back != s {
			t.Errorf("%q came back as %q (%v)", s, back, err)
		}
		for _, line := range Fold(plain(s), 20) {
			if columns(line) > 20 {
				t.Errorf("%q is wider than 20", line)
			}
		}
		var text bytes.Buffer
		if err := encode(&text, s); err != nil {
			t.Fatal(err)
		}
		var back string
		if err := json.Unmarshal(text.Bytes(), &back); err != nil || back != strings.ToValidUTF8(s, "\uFFFD") && utf8.ValidString(s) {
			t.Errorf("JSON of %q came back as %q (%v)", s, back, err)
		}
	})
}
