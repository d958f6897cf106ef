package pattern

import (
	"strings"
	"testing"
)

// A text that is asked many things answers as each expression does by itself, whatever it was asked before and whatever it was about before.
func TestText(t *testing.T) {
	long := strings.Repeat("nothing to see here at all\n", 60)
	var reused Text
	for _, text := range []string{"", "k", "ke", "the Key is key-1", "\u212Aey-1", "KEY", "keyless", "no \u017Fecret here", long, long + "a Key-22 " + long, long + "\u212Aey-3"} {
		fresh := NewText(text)
		reused.Set(text)
		for _, expression := range []string{`(?i)key-(\d+)`, `key-(\d+)`, `(?m)^key\w*`, `(?i)\bkey\b`, `(?i)secret|password`, `.`, `e`, `here at all\nnothing`, `(?i)KEYLESS|none of it`} {
			want := New(expression).Regexp().MatchString(text)
			if got := New(expression).In(&fresh); got != want {
				t.Errorf("%s in %.40q: %v", expression, text, got)
			}
			if got := New(expression).In(&reused); got != want {
				t.Errorf("%s in %.40q, a text that was another one before: %v", expression, text, got)
			}
			if got := New(expression).MatchString(text); got != want {
				t.Errorf("%s on %.40q: %v", expression, text, got)
			}
		}
	}
}

// What stands in a text is never denied, and of what does not, most is.
func TestMayHold(t *testing.T) {
	text := NewText(strings.Repeat("def main(arguments):\n    return None\n", 40) + "import Subprocess")
	for _, word := range []string{"", "d", "de", "def", "import", "Subprocess", "return None\n    ", "):\n    return None\nimport"} {
		if strings.Contains(text.text, word) && !text.MayHold(word) {
			t.Errorf("%q stands there", word)
		}
	}
	for _, word := range []string{"child_process", "allow_origins", "0.0.0.0", "use server"} {
		if text.MayHold(word) {
			t.Errorf("%q could stand there, by what is known", word)
		}
	}
}

// FuzzText compares with the expression alone.
func FuzzText(f *testing.F) {
	for _, s := range []string{"a key-1", "KEY\nline", "\u212A\u017F", "send the mail to\xff"} {
		f.Add(s)
	}
	all := []*Pattern{New(`(?i)key-?\w`), New(`(?i)\b(?:send|ask)\b[^\n]*`), New(`mail|line`)}
	f.Fuzz(func(t *testing.T, s string) {
		text := NewText(s)
		for _, p := range all {
			if p.In(&text) != p.Regexp().MatchString(s) || p.MatchString(s) != p.Regexp().MatchString(s) {
				t.Errorf("%s on %q", p, s)
			}
		}
	})
}
