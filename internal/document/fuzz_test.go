package document

import (
	"strings"
	"testing"
)

// Whatever is read: lines lie inside the text and in order, sections hold the text as it was written, and nothing that can
// be asked of the document fails.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"# a\n\ntext\n\nb\n===\n- c\n  # d\n", "---\na: {b: [c]}\n---\n# a\n| x | y |\n|---|---|\n| 1 | TODO |\n", "+++\na = [1, {b = 2}]\n+++\n", "{\"a\": [{\"b\": 1}]}\n# c\n",
		"<h1>a</h1><table><tr><th>b<td>c</table>", "=====\ntitle\n=====\n\n.. note:: x\n\n+--+\n|a |\n+--+\n", "= a\n:b: c\n|===\n|d |e\n|===\n", "a: |\n  b\nc:\n- d: e\n", "{\"a\":{\"b\":[1,{\"c\":null}]}}",
		"TITLE\n\n1. Part\n\nLabel:\ntext\n", "\xff\xfea\x00", "<!-- a\n{{ b }}\n[c]: <d> 'e'\n===\n", "**a**\n\n[b](c(d)) <e@f.g> 2026-01-02\n",
	} {
		for _, ending := range []string{".md", ".rst", ".adoc", ".html", ".yaml", ".json", ".txt"} {
			f.Add("x"+ending, []byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		d := Read(path, data)
		src, _ := newSource(data)
		if src == nil {
			if len(d.Sections) > 0 || d.Cut == "" {
				t.Fatalf("what is no text has sections: %+v", d)
			}
			return
		}
		line := 0
		for _, s := range d.Sections {
			if s.Line < 1 || s.Line < line || s.From < line || s.Line > src.lines()+1 || s.From > src.lines()+1 || s.Level < 1 {
				t.Fatalf("section %+v after line %d of %d", s, line, src.lines())
			}
			line = s.Line
			if !strings.HasPrefix(src.text[src.start(s.From-1):], s.Text) && !strings.Contains(src.text, s.Text) {
				t.Fatalf("section %q holds what nobody wrote: %q", s.Heading, s.Text)
			}
		}
		for _, x := range d.Front {
			if x.Line < 0 || x.Line > src.lines()+1 {
				t.Fatalf("field %+v", x)
			}
		}
		for _, table := range d.Tables() {
			for _, r := range table.Rows {
				if r.Line < 1 || r.Line > src.lines()+1 || table.Section < 0 || len(d.Sections) > 0 && table.Section >= len(d.Sections) {
					t.Fatalf("table %+v", table)
				}
			}
		}
		for _, l := range d.Labels() {
			if l.Line < 1 || l.Line > src.lines()+1 || l.Section >= len(d.Sections) {
				t.Fatalf("label %+v", l)
			}
		}
		everything(d)
	})
}
