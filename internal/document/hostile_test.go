package document

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// everything calls all that can be asked of a document.
func everything(d Document) {
	d.Section("a", "limitations")
	d.Filled()
	for i := range d.Sections {
		if i < 100 {
			d.FilledUnder(i)
			d.Under(i)
		}
	}
	for _, t := range d.Tables() {
		t.Column("owner")
	}
	d.Lists()
	d.Labels()
	d.Links()
	d.Dates()
	d.Contacts()
	d.Placeholders()
}

// What is made to be slow is read in about the time of anything else of its size.
func TestNothingIsSlow(t *testing.T) {
	size := 32 << 10
	if testing.Short() { // with the race detector everything takes ten times as long
		size = 6 << 10
	}
	patterns := []string{"[", "![", "<", "<!--", "-->", "<h1>", "</h1>", "<h1", "<td>", "<table><tr>", "> ", ">", "- ", "1. ", "*", "**a", "_", "_a_ ", "`", "```\n", "|", "|-", "|a|b|\n|-|-|\n", "# a\n", "a\n===\n",
		"a\n\n", "{{", "{%", "}}", "[a]: b\n", "[a](b", "[a](b)", "![a](b) ", "\t", " ", "\n", "\r", "a: ", "a:\n", "- a:\n", "&a [*a,", "{\"a\":", "[[", "[{\"a\":1},", ".. ", "..\n", "=\n", "==\n==\n", "+--+\n", "| |\n",
		"==== ====\n", "|===\n", "a. b? ", "TODO ", "[x] ", "<x> ", "a@b.c ", "+1 234 567 890 ", "2026-01-02 ", "1 January 2026 ", "日", "é", "\xff", "\x00a", "# 1.1 a\n", "(((", "a|", "a\\|", "<a href=\"", "http://", "](", "<!---", "please ", "1.", "A.\n\n"}
	others := []string{".rst", ".adoc", ".html", ".yaml", ".json", ".txt"}
	for i, p := range patterns {
		for _, name := range []string{"x.md", "x" + others[i%len(others)], "x" + others[(i+1)%len(others)]} {
			t.Run(fmt.Sprintf("%s/%q", name, p), func(t *testing.T) {
				t.Parallel()
				data := []byte("# a\n\n" + strings.Repeat(p, size/len(p)))
				start := time.Now()
				everything(Read(name, data))
				if took := time.Since(start); took > 60*time.Second {
					t.Errorf("takes %v", took)
				}
			})
		}
	}
}
