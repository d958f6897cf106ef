package syntax

import "testing"

// TestUnescapeScript: the escapes of JavaScript, and what stands for itself.
func TestUnescapeScript(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`a\nb\t\\`, "a\nb\t\\"},
		{`\d\a\'\"`, `da'"`},
		{`\x41\u0042\u{43}\u{1F600}`, "ABC\U0001F600"},
		{`\ud83d\ude00`, "\U0001F600"},
		{`\ud83d!`, "\ufffd!"},
		{`\0\101\377\400`, "\x00A\u00ff 0"},
		{`\xg\u{}\u12`, "xgu{}u12"},
		{"a\\\nb\\\r\nc\\\u2028d", "abcd"},
		{`\`, `\`},
	} {
		if got := unescapeScript(c.in); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

// TestTemplateLines: lines of a template end in one way, however the file ends its lines.
func TestTemplateLines(t *testing.T) {
	b := NewBuilder(JavaScript, "`a\r\nb\rc`")
	mark := b.Mark()
	b.Push(b.Leaf(Str, 1, 7))
	format := b.Close(Format, 0, 8, mark)
	if got, ok := b.Tree.Text(format); got != "a\nb\nc" || !ok {
		t.Errorf("%q %v", got, ok)
	}
}
