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
	const size = 512 << 10
	patterns := []string{"[", "![", "<", "<!--", "-->", "<h1>", "</h1>", "<h1", "<td>", "<table><tr>", "> ", ">", "- ", "1. ", "*", "**a", "_", "_a_ ", "`", "```\n", "|", "|-", "|a|b|\n|-|-|\n", "# a\n", "a\n===\n",
		"a\n\n", "{{", "{%", "}}", "[a]: b\n", "[a](b", "[a](b)", "![a](b) ", "\t", " ", "\n", "\r", "a: ", "a:\n", "- a:\n", "&a [*a,", "{\"a\":", "[[", "[{\"a\":1},", ".. ", "..\n", "=\n", "==\n==\n", "+--+\n", "| |\n",
		"==== ====\n", "|===\n", "a. b? ", "TODO ", "[x] ", "<x> ", "a@b.c ", "+1 234 567 890 ", "2026-01-02 ", "1 January 2026 ", "日", "é", "\xff", "\x00a", "# 1.1 a\n", "(((", "a|", "a\\|", "<a href=\"", "http://", "](", "<!---", "please ", "1.", "A.\n\n"}
	endings := []string{".md", ".rst", ".adoc", ".html", ".yaml", ".json", ".txt"}
	for _, p := range patterns {
		for _, head := range []string{"", "# a\n\n", "---\n", "{"} {
			data := []byte(head + strings.Repeat(p, size/len(p)))
			for _, e := range endings {
				if head != "" && e != ".md" {
					continue
				}
				start := time.Now()
				everything(Read("x"+e, data))
				if took := time.Since(start); took > 10*time.Second {
					t.Errorf("%s full of %q after %q takes %v", e, p, head, took)
				} else if took > time.Second && testing.Verbose() {
					fmt.Printf("%s %q %q %v\n", e, p, head, took)
				}
			}
		}
	}
}
